"""Systems and metrics that ask models: what is recorded, what is asked at all, what stays loaded."""

import json
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bench import Document, Score, Summary
from bench.core.asks import Ask, Dialogue, Draft, Generate, Generation, Log, Turn, generate
from bench.core.errors import BenchError, MissingExtra
from bench.runner import cells, directory, journal, manifest
from bench.runner.execute import execute, logging
from bench.runner.records import records
from bench.runner.table import failures, load_table
from bench.testing import Scripted
from tests.unit.runner.askers import Asker, Judge, Model
from tests.unit.runner.parts import Echo, Length, plan, texts


def rows(run: Path, system: str = "a") -> list[dict[str, Any]]:
    return sorted(journal.read(run / "summaries" / f"{system}.jsonl"), key=lambda r: r["doc_id"])


def test_a_summary_has_the_tokens_time_and_price_of_all_its_questions(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Asker(Model("m"), rounds=2)}, {"m": Length()}), tmp_path, cache=None)
    first = {k: v for k, v in rows(outcome.path)[0].items() if k != "key"}
    assert 0.5 <= first.pop("seconds") < 0.75
    assert first == {
        "doc_id": "d00", "system": "a", "sample": 0, "status": "ok", "text": "m m d00", "words": 3,
        "finish": "length", "input_tokens": 20, "output_tokens": 8, "document_tokens": 8,
        "truncated_tokens": 2, "cost": 1.0,
    }  # fmt: skip
    (system,) = load_table(outcome.path).systems
    assert system.truncated == 1.0
    assert system.seconds is not None
    assert 0.5 <= system.seconds < 0.75
    assert (system.read, system.n_read, system.n_cut) == (0.75, 5, 5)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(0, 0.04), (2, 0.54), (None, None)],
    ids=["nobody", "a model", "one that says no time"],
)
def test_what_a_dialogue_does_itself_takes_time_too(
    tmp_path: Path, asked: int | None, seconds: float | None
) -> None:
    silent = Scripted(str.upper)

    class Works:
        def summarise(self, doc: Document) -> Dialogue[str]:
            time.sleep(0.02)
            for i in range(asked or 0):
                yield from generate([Generate(Model("m"), (Turn("user", f"{doc.id} {i}"),))])
            if asked is None:
                yield from generate([Generate(silent, (Turn("user", doc.id),))])
            time.sleep(0.02)
            return "So."

    begin = time.perf_counter()
    outcome = execute(plan({"a": Works()}, {"m": Length()}, n=3), tmp_path, cache=None)
    wall = time.perf_counter() - begin
    found = [row["seconds"] for row in rows(outcome.path) if "seconds" in row]
    if seconds is None:
        assert found == []
    else:
        assert min(found) >= seconds
        assert sum(found) < wall + 3 * 0.25 * (asked or 0), "no moment counts for two"


def test_what_is_stored_reaches_the_metrics(tmp_path: Path) -> None:
    seen: list[Summary] = []

    @dataclass(frozen=True)
    class Sees(Length):
        def score(self, doc: Document, summary: Summary) -> Score:
            seen.append(summary)
            return super().score(doc, summary)

    execute(plan({"a": Asker(Model("m"))}, {"m": Sees()}, n=1), tmp_path, cache=None)
    (s,) = seen
    assert (s.finish, s.input_tokens, s.output_tokens, s.cost) == ("length", 10, 4, 0.5)
    assert s.seconds is not None
    assert 0.25 <= s.seconds < 0.5
    assert (s.document_tokens, s.truncated_tokens, s.read) == (8, 2, 0.75)


def test_reasoning_of_a_model_is_taken_off_and_kept_beside(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Thinks(Echo):
        def summarise(self, doc: Document) -> Any:
            return Draft("<think>hm</think> So.", truncated_tokens=3)

    outcome = execute(plan({"a": Thinks()}, {"m": Length()}, n=1), tmp_path, cache=None)
    (row,) = rows(outcome.path)
    assert (row["text"], row["raw"], row["truncated_tokens"]) == ("So.", "<think>hm</think> So.", 3)
    assert row["seconds"] < 1, "a plain system is timed as ever"
    (system,) = load_table(outcome.path).systems
    assert (system.read, system.n_read, system.n_cut) == (None, 0, 0), "nobody said of how many"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Draft(3), "expected a str, the system returned int"),  # type: ignore[arg-type]
        (Draft("x", document_tokens="many"), "invalid literal for int() with base 10: 'many'"),  # type: ignore[arg-type]
    ],
)
def test_a_draft_that_is_none(tmp_path: Path, answer: Draft, error: str) -> None:
    class Odd:
        def summarise(self, doc: Document) -> Draft:
            return answer

    outcome = execute(plan({"a": Odd()}, {"m": Length()}, n=1), tmp_path)
    assert failures(outcome.path)[0].error.endswith(error)


def test_a_question_that_fails_fails_its_document_only(tmp_path: Path) -> None:
    model = Model("m", refuses="d02")
    outcome = execute(plan({"a": Asker(model)}, {"m": Length()}), tmp_path, cache=None)
    assert outcome.summaries.failed == 1
    assert [(f.doc_id, f.error) for f in failures(outcome.path) if f.metric is None] == [
        ("d02", "no answer to d02")
    ]
    assert sorted(texts(outcome)) == ["d00", "d01", "d03", "d04"]


def test_an_exit_inside_a_dialogue_is_a_failure_of_that_cell(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Quits(Asker):
        def summarise(self, doc: Document) -> Dialogue[Draft]:
            yield from generate([Generate(self.model, (Turn("user", doc.id),))])
            raise SystemExit("usage: me FILE")

    outcome = execute(plan({"a": Quits(Model("m"))}, {"m": Length()}, n=2), tmp_path, cache=None)
    assert [f.error for f in failures(outcome.path)] == ["SystemExit: usage: me FILE"] * 2


def test_systems_share_a_model_and_its_answers(tmp_path: Path) -> None:
    model = Model("m")
    two = {"a": Asker(model), "b": Asker(model, label="other", rounds=2)}
    execute(plan(two, {"m": Length()}, n=2), tmp_path, cache=None)
    assert model.events == [
        *("ready asker", "ready other", "open m", "m: d00", "m: d01", "m: m d00", "m: m d01", "close m")
    ]


def test_answers_of_the_cache_are_not_asked_again_but_by_a_rerun(tmp_path: Path) -> None:
    def asked(name: str, rerun: bool = False) -> list[str]:
        model = Model("m")
        new = plan({name: Asker(model, label=name)}, {"m": Length()}, n=2)
        outcome = execute(new, tmp_path / "results", cache=tmp_path / "cache", rerun=rerun)
        assert texts(outcome, name) == {"d00": "m d00", "d01": "m d01"}
        return [e for e in model.events if ":" in e]

    assert asked("a") == ["m: d00", "m: d01"]
    assert asked("b") == [], "another system, the same questions"
    assert asked("b", rerun=True) == ["m: d00", "m: d01"]


def test_a_rerun_that_was_interrupted_goes_on_with_its_own_answers(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Stops(Asker):
        stop: bool = field(default=False, metadata={"sig": None})

        def summarise(self, doc: Document) -> Dialogue[Draft]:
            (first,) = yield from generate([Generate(self.model, (Turn("user", doc.id),))])
            if self.stop and doc.id == "d00":
                signal.raise_signal(signal.SIGINT)
            (second,) = yield from generate([Generate(self.model, (Turn("user", first.text),))])
            return Draft(second.text)

    def asked(stop: bool = False, rerun: bool = False) -> list[str]:
        model = Model("m")
        work = plan({"a": Stops(model, stop=stop)}, {"m": Length()}, n=2)
        with suppress(KeyboardInterrupt):
            execute(work, tmp_path / "results", cache=tmp_path / "cache", rerun=rerun)
        return [e for e in model.events if ":" in e]

    assert asked() == ["m: d00", "m: d01", "m: m d00", "m: m d01"]
    assert asked(stop=True, rerun=True) == ["m: d00", "m: d01"]
    assert asked() == ["m: m d00", "m: m d01"], "what it was answered, and nothing older"


def test_a_model_is_closed_when_nothing_to_come_needs_it(tmp_path: Path) -> None:
    events: list[str] = []
    one, two = Model("one", events), Model("two", events)
    systems = {"a": Asker(one, "a"), "b": Asker(two, "b"), "c": Asker(one, "c", rounds=2)}
    execute(plan(systems, {"j": Judge(two), "m": Length()}, n=1), tmp_path, cache=None)
    assert events == [
        *("ready a", "ready b", "ready c"),
        *("open one", "one: d00", "open two", "two: d00", "one: one d00", "close one"),
        *("two: one d00", "two: two d00", "two: one one d00", "close two"),
    ]


def test_a_metric_may_be_a_dialogue(tmp_path: Path) -> None:
    model = Model("m", refuses="d01")
    outcome = execute(plan({"a": Echo()}, {"j": Judge(model)}, n=3, max_failed=1), tmp_path, cache=None)
    found = {r.doc_id: (r.status, r.error) for r in records(outcome.path)}
    assert found == {"d00": ("ok", None), "d01": ("error", "no answer to d01"), "d02": ("ok", None)}
    assert load_table(outcome.path).cells["a", "j.n"].values[0] == 2


def test_what_is_missing_is_found_before_anything_runs(tmp_path: Path) -> None:
    echo, model = Echo(), Model("m")
    late = plan({"a": echo, "b": Asker(model, unready=True)}, {"m": Length()})
    with pytest.raises(MissingExtra):
        execute(late, tmp_path, cache=None)
    assert (echo.asked, model.events) == ([], ["ready asker"])


def test_what_a_metric_misses_is_found_before_hours_of_summaries(tmp_path: Path) -> None:
    class Unready(Length):
        def ready(self) -> None:
            raise MissingExtra("torch", "hf")

    echo = Echo()
    with pytest.raises(MissingExtra):
        execute(plan({"a": echo}, {"m": Unready()}), tmp_path)
    assert echo.asked == []
    execute(plan({"a": echo}, {"m": Unready()}), tmp_path, stages=["generate"])
    assert len(echo.asked) == 5


def test_nobody_need_be_ready_for_what_is_there(tmp_path: Path) -> None:
    execute(plan({"a": Asker(Model("m"))}, {"m": Length()}), tmp_path, cache=None)
    model = Model("m")
    again = plan({"a": Asker(model, unready=True)}, {"m": Length(), "n": Length()})
    assert execute(again, tmp_path, cache=None).status == "complete"
    copied = plan({"renamed": Asker(model, unready=True)}, {"m": Length()})
    assert execute(copied, tmp_path, cache=None).status == "complete"
    assert model.events == []


def test_a_ready_that_fails_in_its_own_way_names_the_component(tmp_path: Path) -> None:
    class Broken(Length):
        def ready(self) -> None:
            raise ZeroDivisionError("no")

    with pytest.raises(BenchError, match=r"metrics\.m: ready\(\) failed: ZeroDivisionError: no"):
        execute(plan({"a": Echo()}, {"m": Broken()}), tmp_path)


def test_the_manifest_says_how_each_model_was_run(tmp_path: Path) -> None:
    def run(model: Model) -> dict[str, Any]:
        systems = {"a": Asker(Model("a", refuses="d01")), "b": Asker(model, label="b")}
        with suppress(MissingExtra):
            execute(plan(systems, {"m": Length()}), tmp_path, cache=None)
        ((_, about),) = directory.runs(tmp_path / "t")
        assert about["status"] == "partial"
        backends: dict[str, Any] = about["backends"]
        return backends

    once = [{"device": "cpu", "threads": 1}]
    assert run(Model("b", missing=True)) == {"model|a": once}, "also where the run could not go on"
    assert run(Model("b", threads=4)) == {"model|a": once, "model|b": [{"device": "cpu", "threads": 4}]}
    assert run(Model("b", threads=8))["model|b"] == [{"device": "cpu", "threads": 4}], "it was not needed"


def test_a_plain_run_speaks_of_no_models(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path / "results", cache=tmp_path / "cache")
    assert "backends" not in manifest.load(outcome.path)
    assert not (tmp_path / "cache").exists()


def test_a_stop_leaves_what_is_finished_and_asks_nothing_more(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Stops(Asker):
        stop: Callable[[], None] = field(default=lambda: None, metadata={"sig": None})

        def summarise(self, doc: Document) -> Dialogue[Draft]:
            draft = yield from super().summarise(doc)
            if doc.id == "d01":
                self.stop()
            return draft

    def interrupt() -> None:
        signal.raise_signal(signal.SIGINT)

    model = Model("m")
    work = plan({"a": Stops(model, rounds=2, stop=interrupt)}, {"m": Length()}, n=3)
    with pytest.raises(KeyboardInterrupt):
        execute(work, tmp_path, cache=None)
    ((run, about),) = directory.runs(tmp_path / "t")
    assert about["status"] == "partial"
    assert len(cells.finished_summaries(run, "a")) == 3, "they shared the last batch"
    assert model.events[-1] == "close m"


def test_a_stop_sends_a_server_nothing_more_and_keeps_what_is_in_flight(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Server(Model):
        def open(self, log: Log) -> Any:
            return Flight(self)

    @dataclass
    class Flight:
        model: Model
        waiting: list[Ask] = field(default_factory=list)
        about: ClassVar = {"server": "script"}

        def submit(self, ask: Ask) -> None:
            self.waiting.append(ask)

        def cancel(self) -> list[Ask]:
            return []  # all are in flight

        def wait(self, seconds: float | None) -> list[tuple[Ask, Generation]]:
            if seconds == 0:
                return []  # nothing has come yet
            if self.model.events == ["ready asker"]:
                signal.raise_signal(signal.SIGINT)
            ask = self.waiting.pop(0)
            assert isinstance(ask, Generate)
            self.model.events.append(ask.turns[0].text)
            return [(ask, Generation(f"on {ask.turns[0].text}"))]

        def close(self) -> None:
            self.model.events.append("close")

    model = Server("m")
    work = plan({"a": Asker(model, rounds=2)}, {"m": Length()}, n=3)
    with pytest.raises(KeyboardInterrupt):
        execute(work, tmp_path / "results", cache=tmp_path / "cache")
    # The first answer was on its way through the engine, and d00 went on, when the stop was seen.
    assert model.events == ["ready asker", "d00", "d01", "d02", "on d00", "close"]
    model.events[:] = ["again"]
    execute(work, tmp_path / "results", cache=tmp_path / "cache")
    assert model.events == ["again", "ready asker", "on d01", "on d02", "close"]


def test_the_log_takes_events_of_many_threads(tmp_path: Path) -> None:
    with logging(tmp_path) as log:
        threads = [
            threading.Thread(target=lambda i=i: [log({"event": "x" * 3000, "n": (i, k)}) for k in range(50)])
            for i in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert len({tuple(json.loads(line)["n"]) for line in lines}) == 400
