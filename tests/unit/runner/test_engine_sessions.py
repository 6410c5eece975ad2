"""Sessions of backends: models in this process, and servers."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from bench.core.asks import Dialogue, Generate, Generation, Turn, generate
from bench.core.errors import ComponentError
from bench.runner.engine import Done
from bench.testing import Scripted
from tests.unit.runner.asked import Fixed, Room, Server, ask, asking


def test_backends_are_opened_once_when_they_are_first_asked(room: Room) -> None:
    backend = Scripted(str.upper)
    with room.engine() as engine:
        list(engine.run([(0, lambda: 1)]))
        assert engine.about == {}
        for _ in range(2):
            list(engine.run(enumerate([asking(backend, "a"), asking(backend, "b")])))
        assert engine.about == {backend.signature: {"device": "script"}}
    (opened,) = room.logged("opened")
    assert opened["backend"] == backend.signature
    assert opened["device"] == "script"
    assert opened["seconds"] >= 0


def test_sessions_are_closed_when_they_are_no_longer_wanted(room: Room) -> None:
    closed: list[str] = []
    one, two = (Fixed({"a": Generation(n)}, name=n, closed=closed) for n in ("one", "two"))
    with room.engine() as engine:
        list(engine.run(enumerate([asking(one, "a"), asking(two, "a")])))
        engine.keep({two.signature})
        assert closed == ["one"]
        list(engine.run(enumerate([asking(two, "a")])))
        assert set(engine.about) == {one.signature, two.signature}
    assert closed == ["one", "two"]


def test_sessions_that_a_run_waits_for_stay_open(room: Room) -> None:
    closed: list[str] = []
    one = Fixed({"a": Generation("A"), "bb": Generation("B")}, name="one", closed=closed, budget=1)
    with room.engine() as engine:
        run = engine.run(enumerate([asking(one, "a"), asking(one, "bb")]))
        assert [d.tag for d in next(run)] == [1]
        engine.keep(())
        assert closed == []
        assert [d.value for batch in run for d in batch] == [["A"]]
        engine.keep(())
        assert closed == ["one"]


def test_a_session_that_cannot_be_closed_does_not_keep_the_others_open(room: Room) -> None:
    closed: list[str] = []
    backends = [Fixed({"a": Generation("A")}, name=n, closed=closed) for n in ("one", "bad", "two")]
    with pytest.raises(ComponentError, match=r"close\(\) failed"):
        room.run(*(asking(b, "a") for b in backends))
    assert sorted(closed) == ["bad", "one", "two"]


def test_a_run_that_was_left_does_not_disturb_the_next(room: Room) -> None:
    backend = Scripted(str.upper, budget=1)
    closed = []

    def waits(text: str) -> Dialogue[list[str]]:
        try:
            return (yield from ask(backend, text))
        finally:
            closed.append(text)

    with room.engine() as engine:
        left = engine.run(enumerate(partial(waits, t) for t in "abc"))
        next(left)
        assert closed == ["c"]
        following = engine.run(enumerate([asking(backend, "a"), asking(backend, "x")]))
        first = next(following)
        assert sorted(closed) == ["a", "b", "c"]
        left.close()
        found = first + [d for batch in following for d in batch]
    assert sorted(d.value[0] for d in found if isinstance(d.value, list)) == ["A", "X"]


def test_a_server_gets_everything_at_once(room: Room) -> None:
    together = threading.Barrier(3, timeout=10)

    def script(prompt: str) -> str:
        together.wait()
        return prompt.upper()

    done = room.run(*(asking(Server(script, at_once=3), p) for p in "abc"))
    assert [d.value for d in done] == [["A"], ["B"], ["C"]]


def test_batches_go_on_while_a_server_thinks(room: Room) -> None:
    released = threading.Event()

    def script(prompt: str) -> str:
        assert released.wait(10)
        return prompt.upper()

    local = Scripted(str.upper, budget=1)
    server = Server(script)
    order = []
    with room.engine() as engine:
        cells = [("server", asking(server, "s")), *((p, asking(local, p)) for p in "abc")]
        for batch in engine.run(cells):
            order += [d.tag for d in batch]
            if len(order) == 3:
                released.set()
    assert sorted(order[:3]) == ["a", "b", "c"]
    assert order[3:] == ["server"]


def order_of(room: Room, *cells: tuple[str, Callable[[], object]]) -> list[str]:
    with room.engine() as engine:
        return [done.tag for batch in engine.run(cells) for done in batch]


def test_a_dialogue_with_a_server_goes_on_between_batches(room: Room) -> None:
    def slow(prompt: str) -> str:
        time.sleep(0.02)
        return prompt

    local, server = Scripted(slow, budget=1), Server(str.upper)

    def talk() -> Dialogue[str]:
        (first,) = yield from ask(server, "a")
        (second,) = yield from ask(server, first + "b")
        return second

    order = order_of(room, ("server", talk), *((p, asking(local, p)) for p in "abcdefgh"))
    assert order.index("server") < 8


def test_what_a_server_answers_is_taken_while_functions_work(room: Room) -> None:
    server = Server(str.upper)
    work = [(str(i), lambda: time.sleep(0.02)) for i in range(8)]
    assert order_of(room, ("server", asking(server, "a")), *work).index("server") < 8


def test_who_waits_for_a_server_has_an_occasion_to_stop(room: Room) -> None:
    server = Server(str.upper, seconds=0.5)
    with room.engine() as engine:
        batches = list(engine.run([(0, asking(server, "a"))]))
    assert [] in batches
    assert [d.value for batch in batches for d in batch] == [["A"]]


def test_two_servers_do_not_wait_for_each_other(room: Room) -> None:
    released = threading.Event()

    def script(prompt: str) -> str:
        assert released.wait(10)
        return prompt.upper()

    slow, quick = Server(script, "slow"), Server(str.upper, "quick")

    def talk() -> Dialogue[str]:
        text = "x"
        for i in range(5):
            (text,) = yield from ask(quick, f"{text}{i}")
        return text

    found: list[Done[str]] = []
    with room.engine() as engine:
        for batch in engine.run([("slow", asking(slow, "s")), ("quick", talk)]):
            found += batch
            if found:
                released.set()
    assert [(d.tag, d.value) for d in found] == [("quick", "X01234"), ("slow", ["S"])]


def test_a_question_that_the_server_does_not_take_fails_alone(room: Room) -> None:
    @dataclass(frozen=True)
    class Unhashable(Generate):
        __hash__ = None  # type: ignore[assignment]

    server = Server(str.upper)

    def talk() -> Dialogue[None]:
        yield from generate([Unhashable(server, (Turn("user", "x"),))])

    bad, good = room.run(talk, asking(server, "a"))
    assert str(bad.error) == "TypeError: unhashable type: 'Unhashable'"
    assert good.value == ["A"]


def test_what_is_in_flight_at_an_interruption_is_kept_and_the_rest_is_not_sent(kept: Room) -> None:
    server = Server(str.upper, at_once=2, seconds=0.2)

    def interrupted() -> None:
        with kept.engine() as engine:
            for _ in engine.run(enumerate(asking(server, f"p{i}") for i in range(10))):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    sent = [a.turns[-1].text for a in server.asked]
    assert 2 <= len(sent) < 10
    assert server.closed == [True]
    done = kept.run(*(asking(server, f"p{i}") for i in range(10)))
    assert [d.value for d in done] == [[f"P{i}"] for i in range(10)]
    assert len(server.asked) == 10, "what was paid for is not asked again"
