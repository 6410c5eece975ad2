"""From a run directory to the ScoreTable that statistics and tables read: no code or documents needed.

Where a system has several samples of a document, its values are averaged first: the document, not the
sample, is the unit of every mean, interval and test.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.errors import StoreError
from bench.core.types import Cells, Column, ColumnInfo, Estimate, ScoreTable, SystemInfo
from bench.runner import cells, codec, journal, manifest


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that failed: ``metric`` is None when the summary itself did."""

    doc_id: str
    system: str
    metric: str | None
    error: str
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Score cells of a metric, each sample of a document one: the failed, and those with a result."""

    failed: int
    done: int


@dataclass(slots=True)
class _Column:
    sums: "array[float]"
    counts: "array[int]"
    missing: dict[int, str] = field(default_factory=dict)  # document → why a sample has no value


def load_table(run: Path, about: Mapping[str, Any] | None = None) -> ScoreTable:
    """Read what a run holds, as its manifest (``about``, if it is at hand) describes it.

    Raises:
        StoreError: the directory cannot be read.
        CorruptRecord: a line was damaged.
    """
    return load_counted(run, about)[0]


def load_counted(run: Path, about: Mapping[str, Any] | None = None) -> tuple[ScoreTable, dict[str, Counts]]:
    """The table of a run, and how many score cells each metric has.

    Raises:
        StoreError: the directory cannot be read.
        CorruptRecord: a line was damaged.
    """
    about = about or manifest.load(run)
    doc_ids, digests = _documents(run, about["data"]["documents"])
    systems = tuple(_system(run, label, info) for label, info in about["systems"].items())
    columns: list[ColumnInfo] = []
    grid: dict[tuple[str, str], Cells] = {}
    counts: dict[str, Counts] = {}
    for label, metric in about["metrics"].items():
        infos = [_column(label, c) for c in metric["columns"]]
        columns += infos
        made, counts[label] = _cells(cells.scores(run, label, metric["sig"]), infos, doc_ids, systems)
        grid |= made
    corpus = {
        (system, f"{metric}.{name}"): Estimate(*value)
        for metric, by_system in about.get("aggregates", {}).items()
        if metric in about["metrics"]
        for system, values in by_system.items()
        for name, value in values.items()
    }
    notes = tuple(about.get("notes", ()))
    return ScoreTable(about["name"], doc_ids, systems, tuple(columns), grid, corpus, notes, digests), counts


def _documents(run: Path, expected: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids and digests."""
    path = run / "documents.jsonl"
    found = list(journal.read(path, lambda r: [k for k in ("id", "digest") if k not in r]))
    if len(found) != expected:
        raise StoreError(
            f"{path}: {len(found)} documents, the manifest speaks of {expected}",
            "The command that made the run writes the file again.",
        )
    return tuple(r["id"] for r in found), tuple(r["digest"] for r in found)


def failures(run: Path, about: Mapping[str, Any] | None = None) -> list[Failure]:
    """Cells that failed and were not made good later, in the order of systems and metrics."""
    about = about or manifest.load(run)
    found = []
    for system in about["systems"]:
        rows = cells.summaries(run, system)
        found += [
            Failure(doc, label, None, r["error"], sample)
            for (label, doc, sample), r in rows.items()
            if r["status"] == "error"
        ]
    for metric, info in about["metrics"].items():
        rows = cells.scores(run, metric, info["sig"])
        found += [
            Failure(doc, label, metric, r["error"], sample)
            for (label, doc, sample), r in rows.items()
            if r["status"] == "error" and label in about["systems"]
        ]
    return found


def _system(run: Path, label: str, info: Mapping[str, Any]) -> SystemInfo:
    rows = cells.summaries(run, label).values()
    good = [r for r in rows if r["status"] == "ok"]
    measured = [r for r in good if _read(r) is not None]
    return SystemInfo(
        label=label,
        signature=info["signature"],
        apart=info["apart"],
        n_summaries=len(good),
        n_errors=len(rows) - len(good),
        empty=_mean(good, lambda r: not r["text"]),
        truncated=_mean(good, lambda r: r["finish"] == "length"),
        words=_mean(good, lambda r: r["words"]),
        seconds=_mean(good, lambda r: r.get("seconds")),
        samples=info.get("samples", 1),
        read=_mean(measured, _read),
        n_read=len({r["doc_id"] for r in measured}),
        n_cut=len({r["doc_id"] for r in measured if r["truncated_tokens"]}),
    )


def _read(record: Mapping[str, Any]) -> float | None:
    """Share of a document that a summary's model was shown; most systems have none, and many summaries."""
    return codec.summary_from(record, "").read if "truncated_tokens" in record else None


def _mean(
    rows: Iterable[Mapping[str, Any]], value: Callable[[Mapping[str, Any]], float | None]
) -> float | None:
    """Over documents, of the mean over the samples that have a value."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if (x := value(row)) is not None:
            found[row["doc_id"]].append(x)
    means = [math.fsum(values) / len(values) for values in found.values()]
    return math.fsum(means) / len(means) if means else None


def _column(label: str, c: Mapping[str, Any]) -> ColumnInfo:
    low, high = c["range"]
    limits = (-math.inf if low is None else low, math.inf if high is None else high)
    column = Column(**{k: v for k, v in c.items() if k != "signature"} | {"range": limits})
    return ColumnInfo(f"{label}.{c['name']}", column, c["signature"])


def _cells(
    rows: Mapping[cells.Cell, Mapping[str, Any]],
    columns: list[ColumnInfo],
    doc_ids: tuple[str, ...],
    systems: tuple[SystemInfo, ...],
) -> tuple[dict[tuple[str, str], Cells], Counts]:
    index = {doc: i for i, doc in enumerate(doc_ids)}
    n = len(doc_ids)
    grid = {
        (s.label, c.id): _Column(array("d", bytes(8 * n)), array("i", bytes(4 * n)))
        for s in systems
        for c in columns
    }
    failed: dict[str, set[int]] = {s.label: set() for s in systems}
    n_failed = n_done = 0
    names = [(c.id, c.column.name) for c in columns]
    # Sorted: floats are summed, and reasons found, in the order of the samples and not of the file.
    for system, doc, sample in sorted(rows):
        if (at := index.get(doc)) is None or system not in failed:
            continue
        line = rows[system, doc, sample]
        if line["status"] == "error":
            failed[system].add(at)
            n_failed += 1
            continue
        n_done += 1
        values, reasons = line["values"], line.get("reasons", {})
        for column_id, name in names:
            cell = grid[system, column_id]
            if (value := values[name]) is None:
                cell.missing.setdefault(at, reasons[name])
            else:
                cell.sums[at] += value
                cell.counts[at] += 1
    sealed = {(system, column): _seal(cell, failed[system]) for (system, column), cell in grid.items()}
    return sealed, Counts(n_failed, n_done)


def _seal(cell: _Column, failed: set[int]) -> Cells:
    """Means over samples; a document without any value is counted once, a None before a failure."""
    missing = {at: why for at, why in cell.missing.items() if not cell.counts[at]}
    return Cells(
        array("d", (s / k if k else math.nan for s, k in zip(cell.sums, cell.counts, strict=True))),
        n_none=len(missing),
        n_error=sum(not cell.counts[at] for at in failed - missing.keys()),
        reasons=dict(sorted(Counter(missing.values()).items())),
    )
