"""Failures: of a question, of a batch, and of what everybody needs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bench.core.asks import Ask, Dialogue, Generation, Log, Measure
from bench.core.errors import ComponentError, InferenceError, OutOfMemory, SetupError
from bench.runner.engine import Done, Engine
from bench.testing import Scripted
from tests.unit.runner.asked import Fixed, Room, Server, ask, asking, prompts, text_of, to, words


class Session:
    about: Mapping[str, Any] = {}
    budget = 10

    def length(self, ask: Ask) -> int:
        return 1

    def answer(self, batch: Sequence[Ask]) -> list[Generation]:
        return [Generation(text_of(ask).upper()) for ask in batch]

    def close(self) -> None:
        pass


@dataclass(frozen=True, eq=False)
class Odd:
    """A backend whose session is wrong in something; what is None there, it lacks."""

    wrong: dict[str, Any]
    signature: str = "odd"

    def measure(self, ask: Ask) -> Measure:
        raise NotImplementedError

    def open(self, log: Log) -> Any:
        members = {**{k: v for k, v in vars(Session).items() if k[0] != "_"}, **self.wrong}
        return type("Session", (), {k: v for k, v in members.items() if v is not None})()


def test_a_failed_question_fails_for_those_who_asked_it(room: Room) -> None:
    backend = Scripted({"a": "A", "b": InferenceError("refused"), "c": "C"})

    def patient() -> Dialogue[list[str]]:
        answers = yield [to(backend, t) for t in "abc"]
        return [type(a).__name__ for a in answers]

    good, bad, forgiving = room.run(asking(backend, "a", "c"), asking(backend, "a", "b"), patient)
    assert good.value == ["A", "C"]
    assert str(bad.error) == "refused"
    assert forgiving.value == ["Generation", "InferenceError", "Generation"]
    assert len(backend.batches) == 1


def test_when_a_batch_raises_each_question_is_asked_alone(room: Room) -> None:
    def script(prompt: str) -> str:
        if prompt == "b":
            raise RuntimeError("CUDA says no")
        return prompt.upper()

    backend = Scripted(script)
    done = room.run(*(asking(backend, p) for p in "abc"))
    assert [d.value for d in done] == [["A"], None, ["C"]]
    assert str(done[1].error) == "RuntimeError: CUDA says no"
    assert sorted(prompts(backend)) == [["a"], ["a", "b", "c"], ["b"], ["c"]]
    assert room.logged("batch") == [
        {"event": "batch", "backend": backend.signature, "rows": 3, "error": "RuntimeError: CUDA says no"}
    ]


def test_a_wrong_number_of_answers_is_a_failure_of_the_batch(room: Room) -> None:
    backend = Fixed({p: Generation(p) for p in "abc"}, robbed=3)
    done = room.run(*(asking(backend, p) for p in "abc"))
    assert [d.value for d in done] == [["a"], ["b"], ["c"]], "alone none is lost"
    assert room.logged("batch")[0]["error"] == "the backend gave 2 answers to 3 questions"
    (alone,) = room.run(asking(Fixed({"a": Generation("a")}, robbed=1), "a"))
    assert str(alone.error) == "the backend gave 0 answers to 1 questions"


def test_a_batch_that_does_not_fit_into_memory_is_halved_and_the_budget_stays_small(room: Room) -> None:
    backend = Scripted(str.upper, budget=64, memory=20)
    done = room.run(*(asking(backend, words(4, f"p{i}")) for i in range(16)))
    assert [d.value for d in done] == [[words(4, f"P{i}")] for i in range(16)]
    assert [len(batch) for batch in prompts(backend)] == [16, 8, 4, 4, 4, 4]
    assert len(room.notes) == 1
    assert "16 rows of 4 tokens do not fit into memory" in room.notes[0]
    assert [(e["rows"], e["tokens"], e["budget"]) for e in room.logged("memory")] == [(16, 4, 32), (8, 4, 16)]


def test_a_single_question_that_does_not_fit_fails_alone(room: Room) -> None:
    backend = Scripted(str.upper, budget=64, memory=5)
    done = room.run(asking(backend, words(9)), asking(backend, words(5)), asking(backend, words(1)))
    assert isinstance(done[0].error, OutOfMemory)
    assert [d.value for d in done[1:]] == [[words(5, "W")], ["W"]]


def test_a_question_that_cannot_be_measured_fails_alone(room: Room) -> None:
    backend = Fixed({"a": Generation("A"), "longest": Generation("L")}, unmeasured="longest")
    done = room.run(asking(backend, "longest"), asking(backend, "a"))
    assert str(done[0].error) == "KeyError: 'longest'"
    assert done[1].value == ["A"]


def test_something_that_is_no_answer_to_the_question_is_a_failure(room: Room) -> None:
    backend = Fixed({"a": "a plain text", "b": ValueError("no"), "c": Generation("C", seconds=float("nan"))})
    done = room.run(*(asking(backend, p) for p in "abc"))
    assert [type(d.error) for d in done] == [InferenceError] * 3
    assert str(done[1].error) == "ValueError: no"


def test_a_setup_error_of_a_cell_ends_the_run_after_what_is_finished(room: Room) -> None:
    backend = Scripted(str.upper)
    closed = []

    def patient() -> Dialogue[None]:
        try:
            yield from ask(backend, "a")
        finally:
            closed.append(True)

    waits = patient()

    def missing() -> object:
        raise SetupError("no weights")

    found: list[Done[int]] = []
    with room.engine() as engine, pytest.raises(SetupError, match="no weights"):
        found.extend(
            done for batch in engine.run(enumerate([lambda: 1, lambda: waits, missing])) for done in batch
        )
    assert found == [Done(0, 1)]
    assert closed == [True]


def test_a_setup_error_of_a_dialogue_ends_the_run_after_what_is_finished(room: Room) -> None:
    backend = Scripted(str.upper)

    def missing() -> Dialogue[None]:
        yield from ask(backend, "a")
        raise SetupError("no key")

    found: list[Done[int]] = []
    with room.engine() as engine, pytest.raises(SetupError, match="no key"):
        found.extend(
            done for batch in engine.run(enumerate([asking(backend, "a"), missing])) for done in batch
        )
    assert [d.value for d in found] == [["A"]]


@pytest.mark.parametrize("where", ["open", "length", "answer"])
def test_a_setup_error_of_a_backend_ends_the_run(room: Room, where: str) -> None:
    backend = Fixed({"a": Generation("A")}, missing=where)
    with pytest.raises(SetupError, match=where):
        room.run(asking(backend, "a"))
    again = Fixed({"a": Generation("A")})
    with room.engine() as engine:
        with pytest.raises(SetupError):
            list(engine.run([(0, asking(Fixed(again.answers, missing="answer", name="x"), "a"))]))
        with pytest.raises(SetupError):
            list(engine.run([(0, asking(Fixed(again.answers, missing="open"), "a"))]))
        (done,) = [d for batch in engine.run([(1, asking(again, "a"))]) for d in batch]
    assert done.value == ["A"], "an engine can go on after it"


def test_a_server_that_is_gone_ends_the_run_after_what_is_finished(room: Room) -> None:
    server = Server(str.upper, at_once=1, lasts=2)
    found: list[Done[int]] = []
    with room.engine() as engine, pytest.raises(SetupError, match="gone"):
        found.extend(
            done
            for batch in engine.run(enumerate(asking(server, f"p{i}") for i in range(5)))
            for done in batch
        )
    assert [d.value for d in found] == [["P0"], ["P1"]]
    assert server.closed == [True]


def test_code_that_fails_while_a_backend_is_opened_is_named(room: Room) -> None:
    with pytest.raises(ComponentError, match=r"fixed\|.*: open\(\) failed: RuntimeError: no GPU"):
        room.run(asking(Fixed({}, broken=True), "a"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"about": {"device": object()}}, "open() failed: TypeError: Object of type object"),
        ({"about": property(lambda self: 1 / 0)}, "open() failed: ZeroDivisionError"),
        ({"budget": None}, "open() failed: TypeError"),
        ({"length": None, "size": 3}, "open() failed: TypeError: Session has neither budget, length()"),
    ],
)
def test_a_session_that_breaks_its_contract_is_named(wrong: dict[str, Any], message: str) -> None:
    room = Room()
    written: list[str] = []
    with (
        pytest.raises(ComponentError) as raised,
        Engine(None, log=lambda e: written.append(json.dumps(dict(e))), note=room.notes.append) as engine,
    ):
        list(engine.run([(0, asking(Odd(wrong), "a"))]))
    assert raised.value.message.startswith(f"odd: {message}")


@pytest.mark.parametrize("length", [None, "long", float("nan")])
def test_a_question_of_no_length_fails_alone(room: Room, length: Any) -> None:
    def measured(_: Any, ask: Ask) -> Any:
        return length if text_of(ask) == "a" else 1

    done = room.run(asking(Odd({"length": measured}), "a"), asking(Odd({"length": measured}), "b"))
    assert isinstance(done[0].error, InferenceError)
    assert done[1].value == ["B"]


def test_an_interruption_inside_a_dialogue_is_not_its_failure(room: Room) -> None:
    def interrupted() -> Dialogue[None]:
        yield []
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        room.run(interrupted)
