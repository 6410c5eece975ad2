"""Several samples of a document: cells of their own, and one value in every mean, interval and test."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.parquet as pq
import pytest

from bench import Column, Document, Score, Summary
from bench.core.asks import Draft
from bench.core.types import Estimate
from bench.runner import journal, manifest
from bench.runner.execute import execute, there
from bench.runner.parquet import scores_parquet
from bench.runner.plan import Plan
from bench.runner.records import records
from bench.runner.table import failures, load_table
from tests.unit.runner.parts import Echo, Length, plan


@dataclass(frozen=True)
class Sampled:
    """Writes one letter more in each sample; fails where told to; remembers what it was asked."""

    asked: list[str] = field(default_factory=list, metadata={"sig": None})
    failing: list[str] = field(default_factory=list, metadata={"sig": None})

    def summarise(self, doc: Document, sample: int) -> str:
        self.asked.append(f"{doc.id}/{sample}")
        if f"{doc.id}/{sample}" in self.failing:
            raise RuntimeError("no answer")
        return "x" * (int(doc.id[1:]) + sample)


@dataclass(frozen=True)
class Picky(Length):
    """Fails where a text has a length that it does not like."""

    dislikes: tuple[int, ...] = ()

    def score(self, doc: Document, summary: Summary) -> Score:
        if len(summary.text) in self.dislikes:
            raise ZeroDivisionError(f"not {len(summary.text)}")
        return super().score(doc, summary)


def sampled(component: Any, metric: Any = None, n: int = 3, **more: Any) -> Plan:
    return plan({"a": component, "b": Echo()}, {"m": metric or Length()}, n=n, samples={"a": 3}, **more)


def test_each_sample_is_a_cell_and_made_once(tmp_path: Path) -> None:
    component = Sampled()
    outcome = execute(sampled(component), tmp_path)
    assert component.asked == [f"d{i:02}/{sample}" for i in range(3) for sample in range(3)]
    made = list(journal.read(outcome.path / "summaries" / "a.jsonl"))
    assert [(r["doc_id"], r["sample"]) for r in made][:4] == [("d00", 0), ("d00", 1), ("d00", 2), ("d01", 0)]
    assert len({r["key"] for r in made}) == 9
    assert [(r.system, r.sample) for r in records(outcome.path) if r.doc_id == "d01"] == [
        ("a", 0), ("a", 1), ("a", 2), ("b", 0),
    ]  # fmt: skip
    assert (outcome.summaries.total, outcome.scores.total) == (12, 12)
    assert there(sampled(component), tmp_path) == (12, 12)
    execute(sampled(component), tmp_path)
    assert len(component.asked) == 9


def test_a_document_has_the_mean_of_its_samples(tmp_path: Path) -> None:
    outcome = execute(sampled(Sampled()), tmp_path)
    table = load_table(outcome.path)
    # d00 has an empty first sample, which has no value: the mean is that of the other two.
    assert list(table.cells["a", "m.n"].values) == [1.5, 2, 3]
    assert (table.cells["a", "m.n"].n_none, table.cells["a", "m.n"].reasons) == (0, {})
    assert (table.systems[0].samples, table.systems[1].samples) == (3, 1)
    assert (table.systems[0].n_summaries, table.systems[1].n_summaries) == (9, 3)
    assert table.systems[0].empty == pytest.approx(1 / 9)
    stored = pq.read_table(BytesIO(scores_parquet(table))).to_pydict()
    assert stored["m.n"] == [1.5, 2, 3, 3, 3, 3]


def test_a_document_without_any_value_counts_once(tmp_path: Path) -> None:
    component = Sampled(failing=["d00/0", "d00/1"])
    outcome = execute(sampled(component, Picky(dislikes=(2, 3, 4, 5)), max_failed=1), tmp_path)
    cells = load_table(outcome.path).cells["a", "m.n"]
    # d00 wrote only xx and d02 only xx, xxx, xxxx, which the metric dislikes; d01 wrote x as well.
    assert [v == v for v in cells.values] == [False, True, False]
    assert (cells.n_none, cells.n_error) == (0, 2)
    assert (outcome.summaries.failed, outcome.scores.failed) == (2, 2 + 6 + 3), "but every cell is tallied"
    assert (outcome.summaries.missing, outcome.scores.missing) == (0, 0)


def test_none_comes_before_a_failure_and_a_value_before_both(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Odd(Length):
        def score(self, doc: Document, summary: Summary) -> Score:
            if summary.sample == 1:
                raise ZeroDivisionError
            why = {"n": f"reason {summary.sample}", "half": "half"}
            return Score({"n": 1.0 if doc.id == "d00" and summary.sample else None, "half": None}, why)

    outcome = execute(sampled(Sampled(), Odd(), max_failed=1), tmp_path)
    table = load_table(outcome.path)
    n, half = table.cells["a", "m.n"], table.cells["a", "m.half"]
    assert (n.values[0], n.n_none, n.n_error, n.reasons) == (1.0, 2, 0, {"reason 0": 2})
    assert (half.n_none, half.n_error, half.reasons) == (3, 0, {"half": 3})


def test_failed_samples_are_listed_and_tried_again(tmp_path: Path) -> None:
    component = Sampled(failing=["d01/2"])
    outcome = execute(sampled(component), tmp_path)
    assert outcome.status == "partial"
    assert [(f.doc_id, f.sample, f.metric) for f in failures(outcome.path)] == [("d01", 2, None)]
    assert list(load_table(outcome.path).cells["a", "m.n"].values)[1] == 1.5
    component.failing.clear()
    component.asked.clear()
    assert execute(sampled(component), tmp_path).status == "complete"
    assert component.asked == ["d01/2"]


def test_one_sample_is_what_it_always_was_and_several_are_another_run(tmp_path: Path) -> None:
    one = plan({"a": Sampled()}, {"m": Length()})
    assert one.digest() == "edb55c90"
    three = replace(one, systems=(replace(one.systems[0], samples=3),))
    assert three.digest() != one.digest()
    first = execute(one, tmp_path)
    assert manifest.load(first.path)["systems"]["a"].keys() == {"signature", "apart"}
    second = execute(three, tmp_path)
    assert manifest.load(second.path)["systems"]["a"]["samples"] == 3
    asked = three.systems[0].component.asked
    assert len(asked) == 15
    assert all(a.endswith("/0") for a in asked[:5]), "the first samples were copied from the run before"


def test_the_order_of_a_journal_does_not_reach_the_table(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Thirds(Length):
        def score(self, doc: Document, summary: Summary) -> Score:
            return Score({"n": (0.1, 0.2, 0.3)[summary.sample], "half": 0.5})

    outcome = execute(sampled(Sampled(), Thirds()), tmp_path)
    before = load_table(outcome.path)
    assert before.cells["a", "m.n"].values[0] == (0.1 + 0.2 + 0.3) / 3 != (0.3 + 0.2 + 0.1) / 3
    for path in (*outcome.path.glob("scores/*.jsonl"), *outcome.path.glob("summaries/*.jsonl")):
        lines = path.read_bytes().splitlines(keepends=True)
        random.Random(1).shuffle(lines)
        path.write_bytes(b"".join(lines))
    assert load_table(outcome.path) == before


def test_what_is_said_of_a_system_is_a_mean_over_documents(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Reads(Sampled):
        def summarise(self, doc: Document, sample: int) -> Any:
            super().summarise(doc, sample)
            return Draft(
                "one two" if sample else "one", "length" if sample else "stop", 10, 4 * (sample == 0)
            )

    outcome = execute(sampled(Reads(failing=["d00/1", "d00/2"]), n=2, max_failed=1), tmp_path)
    system = load_table(outcome.path).systems[0]
    assert (system.n_summaries, system.n_errors) == (4, 2)
    assert system.words == pytest.approx((1 + 5 / 3) / 2), "d00 has one sample left and weighs no less"
    assert system.truncated == pytest.approx((0 + 2 / 3) / 2)
    assert system.read == pytest.approx((0.6 + (0.6 + 1 + 1) / 3) / 2)
    assert (system.n_read, system.n_cut) == (2, 2)


def test_a_corpus_value_is_over_documents(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Corpus:
        columns: ClassVar = (Column("ratio", range=(0, 100)),)

        def score(self, doc: Document, summary: Summary) -> Score:
            n = float(len(summary.text))
            return Score({"ratio": n}, stats=(n, 1.0))

        def aggregate(self, stats: Sequence[float]) -> dict[str, float]:
            return {"ratio": stats[0] / stats[1]}

    outcome = execute(sampled(Sampled(failing=["d01/1", "d01/2"]), Corpus(), n=2, max_failed=1), tmp_path)
    # d00: 0, 1 and 2 letters; d01: only its first sample, with 1 letter.
    assert load_table(outcome.path).aggregates["a", "m.ratio"] == Estimate(1.0, None, None, 2)
    uneven = execute(
        sampled(Sampled(failing=["d01/0", "d01/1"]), Corpus(), n=2, max_failed=1), tmp_path / "u"
    )
    assert load_table(uneven.path).aggregates["a", "m.ratio"].mean == (1 + 3) / 2


def test_compiled_code_is_told_its_sample_when_there_are_several(tmp_path: Path) -> None:
    class Compiled:
        summarise = staticmethod(max)

    several = plan({"a": Compiled()}, {"m": Length()}, n=1, samples={"a": 2}, max_failed=1)
    outcome = execute(several, tmp_path)
    assert [f.error for f in failures(outcome.path)] == [
        "TypeError: '>' not supported between instances of 'int' and 'Document'"
    ] * 2


def test_a_batch_knows_nothing_of_samples(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Both(Sampled):
        def summarise_batch(self, docs: Sequence[Document]) -> list[str]:
            return ["batch" for _ in docs]

    outcome = execute(sampled(Both(), n=2), tmp_path)
    assert {r["text"] for r in journal.read(outcome.path / "summaries" / "a.jsonl")} == {"", "x", "xx", "xxx"}
    single = execute(plan({"a": Both()}, {"m": Length()}, n=2), tmp_path)
    assert {r["text"] for r in journal.read(single.path / "summaries" / "a.jsonl")} == {"", "x"}


def test_the_record_of_a_sample_is_plain_json(tmp_path: Path) -> None:
    outcome = execute(sampled(Sampled()), tmp_path)
    line = (outcome.path / "summaries" / "a.jsonl").read_text().splitlines()[1]
    assert json.loads(line)["sample"] == 1
