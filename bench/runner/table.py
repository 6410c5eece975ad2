"""From a run directory to the ScoreTable that statistics and tables read: no code or documents needed."""

import math
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.errors import StoreError
from bench.core.types import Cells, Column, ColumnInfo, Estimate, ScoreTable, SystemInfo
from bench.runner import cells, journal, manifest


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that failed: ``metric`` is None when the summary itself did."""

    doc_id: str
    system: str
    metric: str | None
    error: str


@dataclass(slots=True)
class _Column:
    sums: "array[float]"
    counts: "array[int]"
    reasons: Counter[str] = field(default_factory=Counter)


def load_table(run: Path, about: Mapping[str, Any] | None = None) -> ScoreTable:
    """Read what a run holds, as its manifest (``about``, if it is at hand) describes it.

    Raises:
        StoreError: the directory cannot be read.
        CorruptRecord: a line was damaged.
    """
    about = about or manifest.load(run)
    doc_ids = _documents(run, about["data"]["documents"])
    systems = tuple(_system(run, label, info) for label, info in about["systems"].items())
    columns: list[ColumnInfo] = []
    grid: dict[tuple[str, str], Cells] = {}
    for label, metric in about["metrics"].items():
        infos = [_column(label, c) for c in metric["columns"]]
        columns += infos
        grid |= _cells(run, label, metric["sig"], infos, doc_ids, systems)
    corpus = {
        (system, f"{metric}.{name}"): Estimate(*value)
        for metric, by_system in about.get("aggregates", {}).items()
        if metric in about["metrics"]
        for system, values in by_system.items()
        for name, value in values.items()
    }
    return ScoreTable(
        about["name"], doc_ids, systems, tuple(columns), grid, corpus, tuple(about.get("notes", ()))
    )


def _documents(run: Path, expected: int) -> tuple[str, ...]:
    path = run / "documents.jsonl"
    found = tuple(r["id"] for r in journal.read(path, lambda r: [] if "id" in r else ["id"]))
    if len(found) != expected:
        raise StoreError(
            f"{path}: {len(found)} documents, the manifest speaks of {expected}",
            "The command that made the run writes the file again.",
        )
    return found


def failures(run: Path, about: Mapping[str, Any] | None = None) -> list[Failure]:
    """Cells that failed and were not made good later, in the order of systems and metrics."""
    about = about or manifest.load(run)
    found = []
    for system in about["systems"]:
        rows = cells.summaries(run, system)
        found += [
            Failure(doc, label, None, r["error"])
            for (label, doc, _), r in rows.items()
            if r["status"] == "error"
        ]
    for metric, info in about["metrics"].items():
        rows = cells.scores(run, metric, info["sig"])
        found += [
            Failure(doc, label, metric, r["error"])
            for (label, doc, _), r in rows.items()
            if r["status"] == "error" and label in about["systems"]
        ]
    return found


def _system(run: Path, label: str, info: Mapping[str, Any]) -> SystemInfo:
    latest = cells.summaries(run, label)
    rows = [latest[k] for k in sorted(latest)]
    good = [r for r in rows if r["status"] == "ok"]
    lengths = [r["finish"] == "length" for r in good]
    times = [r["seconds"] for r in good if "seconds" in r]
    return SystemInfo(
        label=label,
        signature=info["signature"],
        apart=info["apart"],
        n_summaries=len(good),
        n_errors=len(rows) - len(good),
        empty=_mean([not r["text"] for r in good]),
        truncated=_mean(lengths),
        words=_mean([r["words"] for r in good]),
        seconds=_mean(times),
    )


def _mean(values: list[Any]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _column(label: str, c: Mapping[str, Any]) -> ColumnInfo:
    low, high = c["range"]
    limits = (-math.inf if low is None else low, math.inf if high is None else high)
    column = Column(**{k: v for k, v in c.items() if k != "signature"} | {"range": limits})
    return ColumnInfo(f"{label}.{c['name']}", column, c["signature"])


def _cells(
    run: Path, metric: str, sig: str, columns: list[ColumnInfo], doc_ids: tuple[str, ...],
    systems: tuple[SystemInfo, ...],
) -> dict[tuple[str, str], Cells]:  # fmt: skip
    index = {doc: i for i, doc in enumerate(doc_ids)}
    n = len(doc_ids)
    grid = {
        (s.label, c.id): _Column(array("d", bytes(8 * n)), array("i", bytes(4 * n)))
        for s in systems
        for c in columns
    }
    failed: Counter[str] = Counter()
    names = [(c.id, c.column.name) for c in columns]
    for (system, doc, _), line in cells.scores(run, metric, sig).items():
        if (at := index.get(doc)) is None or (system, names[0][0]) not in grid:
            continue
        if line["status"] == "error":
            failed[system] += 1
            continue
        values, reasons = line["values"], line.get("reasons", {})
        for column_id, name in names:
            cell = grid[system, column_id]
            if (value := values[name]) is None:
                cell.reasons[reasons[name]] += 1
            else:
                cell.sums[at] += value
                cell.counts[at] += 1
    return {
        where: Cells(
            array("d", (s / k if k else math.nan for s, k in zip(cell.sums, cell.counts, strict=True))),
            n_none=cell.reasons.total(),
            n_error=failed[where[0]],
            reasons=dict(sorted(cell.reasons.items())),
        )
        for where, cell in grid.items()
    }
