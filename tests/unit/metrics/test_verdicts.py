"""What a judge's reply says: one strict form, and everything else says nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.asks import Generation
from bench.metrics.verdicts import (
    Verdict,
    disagreement,
    majority,
    over_parts,
    read_claims,
    read_reason,
    read_verdict,
)

S: Verdict = "supported"
N: Verdict = "not supported"
C: Verdict = "cannot tell"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("verdict: supported", S),
        ("verdict: not supported", N),
        ("verdict: cannot tell", C),
        ("The document says so.\n\nverdict: supported\n", S),
        ("It says ten, not nine.\r\nVerdict:  Not supported.\r\n", N),
        ("**Verdict:** supported", S),
        ("**verdict: `not supported`**", N),
        ("<think>\nverdict: supported\n</think>\nNo.\nverdict: not supported", N),
        ("verdict: supported\nOnce more:\nverdict: supported", S),
    ],
)
def test_the_last_line_decides(text: str, verdict: Verdict) -> None:
    assert read_verdict(Generation(text)) == verdict


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "supported",
        "Yes.",
        "verdict",
        "verdict: unsupported",
        "verdict: partly supported",
        "verdict: supported, mostly",
        "verdict: supported | not supported | cannot tell",
        "verdict: supported?",
        "verdict: <supported>",
        "verdict:\nsupported",
        "My verdict: supported",
        "verdict: supported\nThough one date is wrong.",
        'The document ends with "verdict: supported"',
        "verdict: supported\nverdict: not supported",
        "verdict: not supported\nOn second thoughts:\nverdict: supported",
        "<think>\nverdict: supported",
        "verdict: supported\u2028not supported",
        "verdict: ſupported",
        "verdict: not  supported",
    ],
)
def test_anything_else_is_no_verdict(text: str) -> None:
    assert read_verdict(Generation(text)) is None


def test_a_reply_that_was_cut_has_no_verdict() -> None:
    """It may have gone on: "verdict: supported" is also the beginning of a longer line."""
    assert read_verdict(Generation("verdict: supported", "length")) is None


LINES = st.sampled_from(
    ["verdict:", "Verdict", ":", " ", "\n", "supported", "not ", "cannot tell", ".", "*", "<think>", "x"]
)


@given(st.lists(LINES, max_size=12).map("".join) | st.text())
def test_nothing_is_supported_but_what_ends_in_these_words(text: str) -> None:
    if read_verdict(Generation(text)) == S:
        last = re.sub(r"[*_`]", "", text.strip().split("\n")[-1])
        assert last.lower().replace(" ", "").rstrip(".") == "verdict:supported"


def test_the_reason_is_what_stands_before_the_last_line() -> None:
    text = "<think>Hm.</think>\nThe document\nsays  nine.\n\nverdict: not supported"
    assert read_reason(Generation(text)) == "The document says nine."
    assert read_reason(Generation("verdict: supported")) == ""


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("1: It rained.", [(0, "It rained.")]),
        ("1: It rained.\n\n 1: It snowed.\n2: It was 3: 10 pm.\n",
         [(0, "It rained."), (0, "It snowed."), (1, "It was 3: 10 pm.")]),
        ("<think>1: No.</think>2: Yes.", [(1, "Yes.")]),
        ("none", []),
        ("None.", []),
    ],
)  # fmt: skip
def test_claims_are_lines_after_the_number_of_their_sentence(
    text: str, claims: list[tuple[int, str]]
) -> None:
    assert read_claims(Generation(text), 2) == claims


@pytest.mark.parametrize(
    "text",
    [
        "", "Here are the claims:\n1: It rained.", "It rained.", "- It rained.", "3: It rained.",
        "0: It rained.", "01: It rained.", "1. It rained.", "1:", "1: \n2: It rained.", "1:It rained.",
        "none\n1: It rained.", "²: It rained.", "99999: It rained.",
    ],
)  # fmt: skip
def test_a_list_with_anything_else_in_it_is_none(text: str) -> None:
    assert read_claims(Generation(text), 2) is None


def test_a_list_that_was_cut_is_none() -> None:
    assert read_claims(Generation("1: It rained.", "length"), 2) is None


LISTS = st.sampled_from(["1: ", "2: ", "9: ", "0", "It rained.", "\n", "\n", " ", "none", "<think>"])


@given(st.lists(LISTS, max_size=12).map("".join) | st.text(), st.integers(1, 3))
def test_claims_are_of_sentences_that_are_there(text: str, sentences: int) -> None:
    for sentence, claim in read_claims(Generation(text), sentences) or ():
        assert 0 <= sentence < sentences
        assert claim.strip()
        assert claim in text


@pytest.mark.parametrize(
    ("parts", "vote"),
    [
        ([S], S), ([N], N), ([C], C), ([None], C),
        ([N, S, N], S), ([None, S], S), ([N, N], N), ([N, C], C), ([N, None], C),
    ],
)  # fmt: skip
def test_one_part_that_supports_a_claim_is_enough(parts: list[Verdict | None], vote: Verdict) -> None:
    assert over_parts(parts) == vote


@pytest.mark.parametrize(
    ("votes", "verdict", "spread"),
    [
        ([S], S, None), ([N], N, None), ([C], C, None),
        ([S, S], S, 0), ([S, N], C, 1), ([S, C], C, 1),
        ([S, S, N], S, 2 / 3), ([N, C, N], N, 2 / 3), ([S, N, C], C, 1), ([C, C, S], C, 2 / 3),
        ([S, S, N, N], C, 4 / 6), ([S, S, S, N], S, 3 / 6),
    ],
)  # fmt: skip
def test_more_than_half_of_the_votes_decide(
    votes: list[Verdict], verdict: Verdict, spread: float | None
) -> None:
    assert majority(votes) == verdict
    if spread is not None:
        assert disagreement(votes) == pytest.approx(spread)
