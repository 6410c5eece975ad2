"""Requests in flight adapt to what a server bears; waits are those that it asks for."""

import math
import random
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.pace import Window, backoff, retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_burst_of_refusals_halves_once() -> None:
    window = Window(8)
    burst = [window.sent() for _ in range(8)]
    for sent in burst:
        window.refused(sent)
        window.landed()
    assert (window.limit, window.flying) == (4, 0)
    window.refused(window.sent())
    assert window.limit == 2, "what is sent with the new limit and refused says that it is too high, too"


def test_it_grows_by_one_after_as_many_successes_and_never_above_the_most() -> None:
    window = Window(4)
    for _ in range(3):
        window.refused(window.sent())
    assert window.limit == 1
    limits = []
    for _ in range(12):
        window.succeeded()
        limits.append(window.limit)
    assert limits == [2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]


def test_a_refusal_starts_the_count_of_successes_afresh() -> None:
    window = Window(2)
    window.refused(window.sent())
    window.succeeded()
    assert window.limit == 2
    window.succeeded()
    window.refused(window.sent())
    assert window.limit == 1


def test_nothing_is_sent_before_a_wait_is_over() -> None:
    window = Window(3)
    assert window.free(0.0)
    window.close_until(10.0)
    window.close_until(7.0)
    assert not window.free(9.9)
    assert window.opens_in(7.5) == 2.5
    assert window.free(10.0)
    assert window.opens_in(11.0) == 0


@given(most=st.integers(1, 40), moves=st.lists(st.sampled_from(["send", "good", "refused", "failed"])))
def test_the_limit_holds_whatever_happens(most: int, moves: list[str]) -> None:
    window, flying = Window(most), list[int]()
    halvings = 0
    for move in moves:
        if move == "send":
            if window.free(0.0):
                flying.append(window.sent())
                assert len(flying) <= window.limit
        elif flying:
            sent, before = flying.pop(0), window.limit
            if move == "good":
                window.succeeded()
                assert before <= window.limit <= before + 1
            elif move == "refused":
                window.refused(sent)
                assert window.limit in (before, max(1, before // 2))
                halvings += window.limit < before
            window.landed()
        assert 1 <= window.limit <= most
        assert window.flying == len(flying)
    for _ in range(most * (most + 1)):
        window.succeeded()
    assert window.limit == most, "a server that recovers is used in full again"


@given(failures=st.integers(1, 10_000), seed=st.integers())
def test_backoff_doubles_up_to_a_minute(failures: int, seed: int) -> None:
    full = min(60.0, 0.5 * 2.0 ** min(failures - 1, 20))
    assert full / 2 <= backoff(failures, random.Random(seed)) <= full


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "1", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "2", "retry-after-ms": "soon"}, 2),
        ({"retry-after": "86400"}, 86400),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Tue, 24 Nov 2026 12:00:07 GMT"}, 7),
        ({"retry-after": "Tuesday, 24-Nov-26 12:00:07 GMT"}, 7),
        ({"retry-after": "Tue, 24 Nov 2026 11:59:00 GMT"}, 0),
        ({"retry-after": "Wed, 25 Nov 2026 12:00:00 GMT"}, 86400),
        # A server whose clock is ten minutes late still means seven seconds.
        ({"retry-after": "Tue, 24 Nov 2026 11:50:07 GMT", "date": "Tue, 24 Nov 2026 11:50:00 GMT"}, 7),
        ({"retry-after": "Tue, 24 Nov 2026 12:00:07 GMT", "date": "?"}, 7),
        ({"retry-after": "Tue, 99 Nov 2026 12:00:07 GMT"}, None),
    ],
)
def test_what_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW.timestamp()) == (None if seconds is None else pytest.approx(seconds))


@given(text=st.text(max_size=40))
def test_any_header_is_a_wait_or_none(text: str) -> None:
    seconds = retry_after({"retry-after": text, "retry-after-ms": text, "date": text}, NOW.timestamp())
    assert seconds is None or 0 <= seconds < math.inf


@given(ahead=st.integers(0, 100_000))
def test_a_date_and_seconds_mean_the_same(ahead: int) -> None:
    later = datetime.fromtimestamp(NOW.timestamp() + ahead, UTC)
    by_date = retry_after({"retry-after": format_datetime(later, usegmt=True)}, NOW.timestamp())
    assert by_date == pytest.approx(retry_after({"retry-after": str(ahead)}, NOW.timestamp()))
