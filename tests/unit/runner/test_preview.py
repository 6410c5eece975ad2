"""What a dry run says that models would be asked, without asking or writing anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench import Document
from bench.core.asks import Ask, Dialogue, Draft, Generate, Log, Measure, Session, Turn, generate
from bench.core.errors import MissingExtra, TooLong
from bench.runner import directory
from bench.runner.execute import execute
from bench.runner.plan import Plan
from bench.runner.preview import Forecast, forecast
from bench.testing import Scripted
from tests.unit.runner.parts import Echo, Length, plan


@dataclass(frozen=True)
class Sized:
    """A backend that measures and is never opened."""

    exact: bool = True
    price: float | None = None
    missing: bool = False
    signature: str = "sized"

    def measure(self, ask: Ask) -> Measure:
        if self.missing:
            raise MissingExtra("transformers", "hf")
        assert isinstance(ask, Generate)
        return Measure(len(ask.turns[0].text), 20, self.exact, self.price)

    def open(self, log: Log) -> Session:
        raise AssertionError("a dry run loads nothing")


@dataclass(frozen=True)
class Asker:
    """Asks for every word of a document at once, then about the answers."""

    backend: Any = field(metadata={"sig": None})
    left: list[str] = field(default_factory=list, metadata={"sig": None})

    @property
    def backends(self) -> tuple[Any, ...]:
        return (self.backend,)

    def summarise(self, doc: Document) -> Dialogue[Draft]:
        try:
            if doc.id == "d03":
                raise TooLong("the document has 3 tokens, the prompt has room for 2")
            if doc.id == "d04":
                return Draft("")
            words = [Generate(self.backend, (Turn("user", w),)) for w in doc.text.split()]
            answers = yield from generate(words)
            answers = yield from generate([Generate(self.backend, (Turn("user", answers[0].text),))])
            return Draft(answers[0].text)
        finally:
            self.left.append(doc.id)


class Unready(Asker):
    def ready(self) -> None:
        raise AssertionError("a dry run needs nobody to be ready")


def one(component: Any, **more: Any) -> Plan:
    return plan({"a": component}, {"m": Length()}, **more)


def test_distinct_first_questions_are_counted_and_measured(tmp_path: Path) -> None:
    asker = Unready(Sized(price=0.5))
    # "Text 0." and so on: the first word is the same question for all.
    expected = Forecast(
        prompts=4,
        known=0,
        input_tokens=len("Text") + 3 * len("0."),
        most_output=80,
        exact=True,
        cost=2.0,
        final=False,
        failing={"the document has 3 tokens, the prompt has room for 2": 1},
    )
    assert forecast(one(asker), None, tmp_path / "cache") == {"a": expected}
    assert asker.left == ["d00", "d01", "d02", "d03", "d04"], "each dialogue was closed"
    assert list(tmp_path.iterdir()) == []


def test_one_estimate_makes_the_sum_an_estimate_and_no_price_is_no_price() -> None:
    found = forecast(one(Asker(Sized(exact=False))), None, None)["a"]
    assert (found.exact, found.cost) == (False, None)


def test_what_a_system_before_asks_as_well_is_counted_once(tmp_path: Path) -> None:
    asker, equal, other = Asker(Sized()), Asker(Sized()), Asker(Sized(signature="other"))
    found = forecast(plan({"a": asker, "b": equal, "c": other}, {"m": Length()}), None, None)
    assert {label: expected.prompts for label, expected in found.items()} == {"a": 4, "b": 0, "c": 4}


def test_a_system_that_asks_all_at_once_says_so() -> None:
    @dataclass(frozen=True)
    class Once(Asker):
        once: bool = True

    assert forecast(one(Once(Sized())), None, None)["a"].final


def test_who_asks_nobody_is_not_called() -> None:
    echo = Echo()

    @dataclass(frozen=True)
    class Wraps:
        """A generator that would do the work of the plain system inside of it."""

        backends: tuple[Any, ...] = ()

        def summarise(self, doc: Document) -> Dialogue[str]:
            assert self.backends, "it was called"
            yield []
            return ""

    class Plain:
        def summarise_batch(self, docs: Any) -> Any:
            raise AssertionError

    systems = {"echo": echo, "wraps": Wraps(), "batch": Plain()}
    assert forecast(plan(systems, {"m": Length()}), None, None) == {}
    assert echo.asked == []


def test_a_generator_is_a_dialogue_whatever_else_it_says() -> None:
    class Bare:
        def summarise(self, doc: Document) -> Dialogue[str]:
            (answer,) = yield [Generate(Sized(), (Turn("user", doc.id),))]
            return str(answer)

    assert forecast(one(Bare()), None, None)["a"].prompts == 5


def test_what_is_there_and_what_has_an_answer_is_not_asked(tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def script(prompt: str) -> str:
        if prompt == "2.":
            raise ZeroDivisionError
        return f"on {prompt}"

    asker = Asker(Scripted(script))
    outcome = execute(one(asker), tmp_path / "results", cache=cache)
    assert outcome.summaries.failed == 2
    found = forecast(one(asker), outcome.path, cache)["a"]
    assert (found.prompts, found.known) == (1, 1), "only 2. has no answer: Text has one"
    fresh = forecast(one(asker), None, None)["a"]
    assert (fresh.prompts, fresh.known) == (4, 0), "as --rerun counts"
    finished = one(Echo())
    done = execute(finished, tmp_path / "results", cache=cache)
    assert forecast(finished, done.path, cache) == {}


def test_a_dry_run_of_every_sample() -> None:
    @dataclass(frozen=True)
    class Samples(Asker):
        def summarise(self, doc: Document, sample: int = 0) -> Dialogue[Draft]:
            (answer,) = yield from generate([Generate(self.backend, (Turn("user", doc.id),), sample=sample)])
            return Draft(answer.text)

    assert forecast(one(Samples(Sized()), samples={"a": 3}), None, None)["a"].prompts == 15


def test_what_measuring_needs_and_is_missing_ends_a_dry_run() -> None:
    with pytest.raises(MissingExtra, match="transformers is not installed"):
        forecast(one(Asker(Sized(missing=True))), None, None)


def test_a_rerun_that_goes_on_has_its_own_answers_only(tmp_path: Path) -> None:
    def script(prompt: str) -> str:
        if prompt in missing:
            raise ZeroDivisionError
        return f"on {prompt}"

    work = one(Asker(Scripted(script)))
    missing: set[str] = set()
    execute(work, tmp_path / "results", cache=tmp_path / "cache")
    missing = {"0.", "1."}
    rerun = execute(work, tmp_path / "results", cache=tmp_path / "cache", rerun=True)
    found = forecast(work, rerun.path, tmp_path / "cache")["a"]
    assert (found.prompts, found.known) == (2, 1), "those that are missing, beside Text"


def test_a_damaged_cache_is_left_to_the_run(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    execute(one(Asker(Scripted(str.upper))), tmp_path / "results", cache=cache)
    (file,) = cache.iterdir()
    file.write_bytes(b"no database")
    assert forecast(one(Asker(Scripted(str.upper))), None, cache)["a"].prompts == 4
    assert [(p, p.read_bytes()) for p in cache.iterdir()] == [(file, b"no database")]


def test_a_run_is_left_as_it_was(tmp_path: Path) -> None:
    asker = Asker(Scripted(lambda p: f"on {p}"))
    execute(one(asker, n=3), tmp_path / "results", cache=tmp_path / "cache")
    ((run, _),) = directory.runs(tmp_path / "results" / "t")

    def state() -> Mapping[Path, bytes]:
        return {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    before = state()
    assert forecast(one(asker, n=3), None, tmp_path / "cache")["a"].prompts == 0
    assert forecast(one(asker, n=3), run, tmp_path / "cache") == {}
    assert state() == before
