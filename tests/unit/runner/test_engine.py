"""The engine: what comes out, and what is asked when and how often."""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bench.core.asks import Dialogue, Generate, Generation, Turn, generate
from bench.core.errors import InferenceError
from bench.runner import engine as engine_module
from bench.runner.engine import Done, Usage
from bench.runner.packing import padded
from bench.testing import Scripted
from tests.unit.runner.asked import Fixed, Room, ask, asking, prompts, to, words


def test_values_and_failures_of_functions_are_yielded_at_once_and_alone(room: Room) -> None:
    def fails() -> object:
        raise ZeroDivisionError("no")

    begun: list[str] = []

    def cells() -> Iterator[tuple[str, Callable[[], object]]]:
        for name, start in (("a", lambda: 1), ("b", fails), ("c", lambda: sys.exit(3))):
            begun.append(name)
            yield name, start

    with room.engine() as engine:
        run = engine.run(cells())
        assert next(run) == [Done("a", 1)]
        assert begun == ["a"]
        (second,) = next(run)
        assert second.tag == "b"
        assert isinstance(second.error, ZeroDivisionError)
        (third,) = next(run)
        assert isinstance(third.error, InferenceError)
        assert str(third.error) == "SystemExit: 3"
        assert list(run) == []


def test_a_dialogue_of_several_rounds_gets_its_answers_in_order(room: Room) -> None:
    backend = Scripted(str.upper)

    def talk() -> Dialogue[str]:
        first = yield from ask(backend, "a b c", "d", "e f")
        second = yield from ask(backend, *first, "x")
        return "|".join(second)

    (done,) = room.run(talk)
    assert done.value == "A B C|D|E F|X"
    assert done.asked == 7
    assert done.usage == Usage(6 + 7, 6 + 7)


def test_a_dialogue_without_questions_is_finished_at_once(room: Room) -> None:
    def talk() -> Dialogue[object]:
        answers = yield []
        more = yield ()
        return [answers, more]

    assert room.run(talk) == [Done(0, [[], []])]


def test_what_a_dialogue_raises_is_its_own_failure(room: Room) -> None:
    backend = Scripted(str.upper)

    def fails() -> Dialogue[None]:
        yield from ask(backend, "a")
        raise ValueError("after the answer")

    def exits() -> Dialogue[None]:
        yield from ask(backend, "a")
        sys.exit(2)

    bad, worse, good = room.run(fails, exits, asking(backend, "a", "b"))
    assert isinstance(bad.error, ValueError)
    assert bad.asked == 1
    assert str(worse.error) == "SystemExit: 2"
    assert good.value == ["A", "B"]


@pytest.mark.parametrize(
    ("yielded", "message"),
    [
        ("text", "yields sequences of asks, this one yielded str"),
        (3, "yields sequences of asks, this one yielded int"),
        ([3], "'int' object has no attribute 'backend'"),
    ],
)
def test_a_dialogue_that_yields_something_else_fails_and_is_closed(
    room: Room, yielded: Any, message: str
) -> None:
    closed = []

    def talk() -> Dialogue[None]:
        try:
            yield yielded
        finally:
            closed.append(True)

    (done,) = room.run(talk)
    assert message in str(done.error)
    assert closed == [True]


def test_a_question_that_is_no_plain_data_fails_its_dialogue(room: Room) -> None:
    @dataclass(frozen=True)
    class Strange(Generate):
        def content(self) -> Any:
            return [float("nan")]

    backend = Scripted(str.upper)

    def talk() -> Dialogue[None]:
        yield [to(backend, "fine"), Strange(backend, (Turn("user", "x"),))]

    strange, good = room.run(talk, asking(backend, "fine"))
    assert isinstance(strange.error, ValueError)
    assert good.value == ["FINE"]


def test_cells_are_taken_as_there_is_room(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "WINDOW", 5)
    backend = Scripted(str.upper, budget=2)
    taken = 0
    finished = 0
    ahead = []

    def cells() -> Iterator[tuple[int, Callable[[], object]]]:
        nonlocal taken
        for i in range(40):
            taken += 1
            ahead.append(taken - finished)
            yield i, asking(backend, f"p{i}")

    with room.engine() as engine:
        for batch in engine.run(cells()):
            finished += len(batch)
    assert finished == 40
    assert max(ahead) == 5


def test_usage_is_summed_over_all_answers_shared_and_kept_ones_too(kept: Room) -> None:
    answers = {
        "a": Generation("A", "stop", 10, 1, 0.5, None),
        "b": Generation("B", "stop", None, 2, 0.25, 0.125),
    }
    backend = Fixed(answers)
    expected = Usage(20, 4, 1.25, 0.125)
    for _ in range(2):
        done = kept.run(asking(backend, "a", "b", "a"), asking(backend, "a", "b", "a"))
        assert [d.usage for d in done] == [expected] * 2
        assert [d.asked for d in done] == [3, 3]
    (nothing,) = kept.run(asking(Fixed({"c": Generation("C")}), "c"))
    assert nothing.usage == Usage(None, None, None, None)


def test_equal_questions_are_asked_once(room: Room) -> None:
    backend, equal, other = Scripted(str.upper), Scripted(str.upper), Scripted(str.upper, name="other")
    done = room.run(
        asking(backend, "a", "b", "a"), asking(equal, "b", "c"), asking(other, "a"), asking(backend, "a")
    )
    assert [d.value for d in done] == [["A", "B", "A"], ["B", "C"], ["A"], ["A"]]
    assert sorted(p for batch in prompts(backend) for p in batch) == ["a", "b", "c"]
    assert prompts(equal) == []
    assert prompts(other) == [["a"]]


def test_equal_questions_are_asked_once_however_late(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "WINDOW", 1)
    backend = Scripted(str.upper)
    with room.engine() as engine:
        for _ in range(2):
            list(engine.run(enumerate([asking(backend, "a"), asking(backend, "b"), asking(backend, "a")])))
    assert prompts(backend) == [["a"], ["b"]]


def test_the_longest_are_asked_first_under_the_budget(room: Room) -> None:
    backend = Scripted(str.upper, budget=8)
    room.run(*(asking(backend, words(n)) for n in (1, 4, 9, 2, 3)))
    assert [[len(p.split()) for p in batch] for batch in prompts(backend)] == [[9], [3, 4], [1, 2]]


def test_only_questions_of_one_group_share_a_batch(room: Room) -> None:
    backend = Scripted(str.upper)

    def talk() -> Dialogue[None]:
        yield from generate([to(backend, f"{o}{i}", o) for i in range(3) for o in ("x", "y")])

    room.run(talk)
    assert sorted(map(sorted, prompts(backend))) == [["x0", "x1", "x2"], ["y0", "y1", "y2"]]


def test_batches_stay_well_packed_while_the_window_is_refilled(room: Room) -> None:
    backend = Scripted(lambda prompt: "x", budget=2_000)
    chance = random.Random(4)
    lengths = [int(min(900, max(8, chance.lognormvariate(4.5, 0.7)))) for _ in range(1_500)]
    room.run(*(asking(backend, words(n - 1, "w") + f" {i}") for i, n in enumerate(lengths)))
    rows = [[len(p.split()) for p in batch] for batch in prompts(backend)]
    assert sorted(n for batch in rows for n in batch) == sorted(lengths)
    assert padded(rows) < 1.1 * sum(lengths)
    assert rows[0][-1] == max(lengths[:256]), "trouble with memory shows at once"


def test_the_window_is_refilled_between_batches(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "WINDOW", 4)
    backend = Scripted(str.upper, budget=2)
    room.run(*(asking(backend, f"p{i}") for i in range(10)))
    assert [len(batch) for batch in prompts(backend)] == [2] * 5
