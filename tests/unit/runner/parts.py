"""Systems, metrics and plans that the tests of this room run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bench import Column, Document, Score, Summary
from bench.core.signature import signature
from bench.data.select import Dataset, fingerprint
from bench.runner import journal
from bench.runner.execute import Outcome
from bench.runner.plan import MetricUse, Plan, System


@dataclass(frozen=True)
class Echo:
    """Repeats the id; fails where told to; remembers what it was asked."""

    asked: list[str] = field(default_factory=list, metadata={"sig": None})
    failing: list[str] = field(default_factory=list, metadata={"sig": None})
    answer: str = "{}"

    def summarise(self, doc: Document) -> str:
        self.asked.append(doc.id)
        if doc.id in self.failing:
            raise RuntimeError(f"no answer for {doc.id}")
        return self.answer.format(doc.id)


@dataclass(frozen=True)
class Batched:
    asked: list[list[str]] = field(default_factory=list, metadata={"sig": None})
    failing: tuple[str, ...] = ()
    short: bool = False

    def summarise_batch(self, docs: Sequence[Document]) -> list[str]:
        self.asked.append([d.id for d in docs])
        if any(d.id in self.failing for d in docs):
            raise RuntimeError("out of memory")
        return [f"{d.id}!" for d in docs][: -1 if self.short else None]


@dataclass(frozen=True)
class Length:
    asked: list[str] = field(default_factory=list, metadata={"sig": None})
    failing: tuple[str, ...] = ()
    columns: ClassVar = (Column("n", unit="characters", range=(0, 1000)), Column("half"))

    def score(self, doc: Document, summary: Summary) -> Score:
        self.asked.append(f"{summary.system}/{doc.id}")
        if doc.id in self.failing:
            raise ZeroDivisionError("nothing to divide by")
        if not summary.text:
            return Score({"n": None, "half": None}, {"n": "empty summary", "half": "empty summary"})
        return Score({"n": float(len(summary.text)), "half": 0.5})


def documents(n: int) -> tuple[Document, ...]:
    return tuple(Document(f"d{i:02}", f"Text {i}.", (f"Reference {i}",)) for i in range(n))


def plan(
    systems: dict[str, Any],
    metrics: dict[str, Any],
    n: int = 5,
    max_failed: float = 0.0,
    samples: Mapping[str, int] = {},
) -> Plan:
    docs = documents(n)
    return Plan(
        name="t",
        source="memory",
        dataset=Dataset(docs, fingerprint(docs)),
        systems=tuple(System(k, v, signature("s", v), samples=samples.get(k, 1)) for k, v in systems.items()),
        metrics=tuple(MetricUse(k, v, signature("m", v)) for k, v in metrics.items()),
        max_failed=max_failed,
    )


def texts(outcome: Outcome, system: str = "a") -> dict[str, str]:
    rows = journal.read(outcome.path / "summaries" / f"{system}.jsonl")
    return {r["doc_id"]: r["text"] for r in rows if r["status"] == "ok"}
