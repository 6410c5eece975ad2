"""Generating and scoring: what is on disk, what fails alone, what is never asked twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from bench import Column, Document, Score, Summary
from bench.core.errors import MissingExtra
from bench.core.types import Estimate
from bench.runner import journal
from bench.runner.execute import execute
from bench.runner.records import records
from bench.runner.table import failures, load_table
from tests.unit.runner.parts import Batched, Echo, Length, plan, texts


def test_every_cell_is_stored_once_and_never_asked_again(tmp_path: Path) -> None:
    echo, length = Echo(), Length()
    first = execute(plan({"a": echo}, {"m": length}), tmp_path)
    again = execute(plan({"a": echo}, {"m": length}), tmp_path)
    assert first.status == again.status == "complete"
    assert first.path == again.path
    assert echo.asked == [f"d{i:02}" for i in range(5)]
    assert len(length.asked) == 5
    assert texts(first) == {f"d{i:02}": f"d{i:02}" for i in range(5)}


def test_a_failing_document_fails_alone_and_is_tried_again(tmp_path: Path) -> None:
    echo, failing = Echo(), ["d01", "d03"]
    broken = Echo(asked=echo.asked, failing=failing)
    outcome = execute(plan({"a": broken}, {"m": Length()}), tmp_path)
    assert (outcome.status, outcome.summaries.failed, outcome.scores.failed) == ("partial", 2, 2)
    assert [(f.doc_id, f.error) for f in failures(outcome.path)] == [
        ("d01", "RuntimeError: no answer for d01"),
        ("d03", "RuntimeError: no answer for d03"),
    ]
    cells = load_table(outcome.path).cells["a", "m.n"]
    assert [v == v for v in cells.values] == [True, False, True, False, True]
    assert cells.n_error == 0, "the metric was never asked"
    assert load_table(outcome.path).systems[0].n_errors == 2
    failing.clear()
    mended = execute(plan({"a": broken}, {"m": Length()}), tmp_path)
    assert (mended.status, mended.path) == ("complete", outcome.path)
    assert echo.asked[5:] == ["d01", "d03"]
    assert failures(mended.path) == []


def test_failures_below_the_limit_leave_a_run_complete(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo(failing=["d01"])}, {"m": Length()}, n=10, max_failed=0.1), tmp_path)
    assert (outcome.status, outcome.summaries.failed) == ("complete", 1)


def test_a_batch_that_fails_is_tried_one_by_one(tmp_path: Path) -> None:
    batched = Batched(failing=("d02",))
    outcome = execute(plan({"a": batched}, {"m": Length()}), tmp_path)
    assert [len(b) for b in batched.asked] == [5, 1, 1, 1, 1, 1]
    assert sorted(texts(outcome)) == ["d00", "d01", "d03", "d04"]


def test_too_few_answers_are_an_error_of_each_document(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Batched(short=True)}, {"m": Length()}), tmp_path)
    assert outcome.summaries.failed == 5
    assert failures(outcome.path)[0].error == "summarise_batch returned 0 summaries for 1 documents"


def test_an_answer_that_is_no_text(tmp_path: Path) -> None:
    class Wrong:
        def summarise(self, doc: Document) -> Any:
            return 3

    outcome = execute(plan({"a": Wrong()}, {"m": Length()}), tmp_path)
    assert failures(outcome.path)[0].error == "expected a str, the system returned int"


def test_reasoning_is_taken_off_and_kept_beside(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo(answer="<think>hm {0}</think>\n {0}.")}, {"m": Length()}), tmp_path)
    first = next(journal.read(outcome.path / "summaries" / "a.jsonl"))
    assert (first["text"], first["raw"]) == ("d00.", "<think>hm d00</think>\n d00.")


def test_what_is_missing_stops_the_run(tmp_path: Path) -> None:
    class Needs:
        def summarise(self, doc: Document) -> str:
            raise MissingExtra("torch", "hf")

    with pytest.raises(MissingExtra, match="torch is not installed"):
        execute(plan({"a": Needs()}, {"m": Length()}), tmp_path)


def test_a_metric_that_fails_on_one_pair(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo()}, {"m": Length(failing=("d04",))}, max_failed=0.5), tmp_path)
    assert (outcome.status, outcome.scores.failed, outcome.summaries.failed) == ("complete", 1, 0)
    last = list(records(outcome.path))[-1]
    assert (last.status, last.error, last.score) == ("error", "ZeroDivisionError: nothing to divide by", None)


def test_none_is_counted_with_its_reason_and_enters_no_mean(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo(answer="")}, {"m": Length()}), tmp_path)
    cells = load_table(outcome.path).cells["a", "m.n"]
    assert (cells.n_none, cells.reasons) == (5, {"empty summary": 5})
    assert all(v != v for v in cells.values)
    assert load_table(outcome.path).systems[0].empty == 1.0


def test_columns_must_be_those_declared(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Undeclared(Length):
        def score(self, doc: Document, summary: Summary) -> Score:
            return Score({"m": 1.0})

    outcome = execute(plan({"a": Echo()}, {"m": Undeclared()}), tmp_path)
    assert failures(outcome.path)[0].error == "columns ['m'] returned, ['half', 'n'] declared"


def test_a_changed_metric_is_computed_again_in_the_same_run(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Second(Length):
        version: ClassVar[int] = 2

    old, new = Length(), Second()
    one = execute(plan({"a": Echo()}, {"m": old}), tmp_path)
    two = execute(plan({"a": Echo()}, {"m": new}), tmp_path)
    assert one.path == two.path
    assert len(new.asked) == 5
    assert {r.metric_sig for r in records(two.path)} == {"m|failing:[]|v:2"}


def test_the_corpus_value_of_a_metric_that_has_one(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Corpus:
        columns: ClassVar = (Column("ratio"),)

        def score(self, doc: Document, summary: Summary) -> Score:
            i = int(doc.id[1:])
            return Score({"ratio": i / (i + 1)}, stats=(float(i), float(i + 1)))

        def aggregate(self, stats: Sequence[float]) -> dict[str, float]:
            return {"ratio": stats[0] / stats[1]}

    outcome = execute(plan({"a": Echo()}, {"m": Corpus()}), tmp_path)
    assert load_table(outcome.path).aggregates == {("a", "m.ratio"): Estimate(10 / 15, None, None, 5)}
    more = execute(plan({"a": Echo()}, {"m": Corpus()}, n=20), tmp_path)
    found = load_table(more.path).aggregates["a", "m.ratio"]
    assert found.mean == 190 / 210
    assert found.lo is not None
    assert found.hi is not None
    assert found.lo < 190 / 210 < found.hi


def test_a_corpus_value_belongs_to_its_signature(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Times:
        factor: float = 1.0
        columns: ClassVar = (Column("sum"),)

        def score(self, doc: Document, summary: Summary) -> Score:
            return Score({"sum": 0.5}, stats=(self.factor,))

        def aggregate(self, stats: Sequence[float]) -> dict[str, float]:
            return {"sum": stats[0]}

    found = []
    for factor in (1.0, 2.0, 1.0):
        outcome = execute(plan({"a": Echo()}, {"m": Times(factor)}), tmp_path)
        found.append(load_table(outcome.path).aggregates["a", "m.sum"].mean)
    assert found == [5.0, 10.0, 5.0]


def test_what_a_system_says_of_its_cell_is_in_the_key(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class ByPosition(Echo):
        text: str = field(default="", metadata={"sig": None})

        def cell(self, doc: Document) -> str:
            return self.text

        def summarise(self, doc: Document) -> str:
            return self.text

    execute(plan({"a": ByPosition(text="one")}, {"m": Length()}), tmp_path)
    for text in ("two", "one", "two"):
        again = execute(plan({"a": ByPosition(text=text)}, {"m": Length()}), tmp_path)
        assert set(texts(again).values()) == {text}


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.5, "column 'half' is 1.5, its range is 0.0 to 1.0"),
        (float("nan"), "ValueError: column 'half' is nan: a value is finite, or None with a reason"),
        ("x", "ValueError: could not convert string to float: 'x'"),
    ],
)
def test_values_that_no_table_may_hold(tmp_path: Path, value: Any, error: str) -> None:
    @dataclass(frozen=True)
    class Odd(Length):
        def score(self, doc: Document, summary: Summary) -> Score:
            return Score({"n": 1, "half": value})

    outcome = execute(plan({"a": Echo()}, {"m": Odd()}), tmp_path)
    assert failures(outcome.path)[0].error == error


def test_numpy_scalars_are_numbers_and_a_dict_may_be_used_again(tmp_path: Path) -> None:
    shared: dict[str, Any] = {}

    @dataclass(frozen=True)
    class Reuses(Length):
        def score(self, doc: Document, summary: Summary) -> Score:
            shared.update(n=np.int64(int(doc.id[1:])), half=np.float32(0.5))
            return Score(shared)

    outcome = execute(plan({"a": Echo()}, {"m": Reuses()}), tmp_path)
    assert list(load_table(outcome.path).cells["a", "m.n"].values) == [0, 1, 2, 3, 4]


def test_half_a_character_is_no_summary(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo(answer="ab\ud800")}, {"m": Length()}), tmp_path)
    assert failures(outcome.path)[0].error == "the summary has half a character (U+D800) at offset 2"
