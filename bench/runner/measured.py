"""What a gate pairs: values of a run's systems, and which of their summaries are empty or failed."""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from bench.core.types import EMPTY, FAILED, Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.runner import cells

# Shares of a document's samples.
OUTPUTS = tuple(
    ColumnInfo(name, Column(name, better="low", shown=False), "share of the summaries|v:1")
    for name in (EMPTY, FAILED)
)


def measured(run: Path, table: ScoreTable, columns: Collection[str], only: Sequence[str] = ()) -> ScoreTable:
    """The part of a run's table that a gate is about, with the columns ``EMPTY`` and ``FAILED``.

    Args:
        run: The run directory.
        table: Its table.
        columns: Ids of the columns to keep.
        only: Labels of the systems to keep; without them all but those apart.

    Raises:
        StoreError: the run cannot be read.
    """
    systems = [s for s in table.systems if (s.label in only if only else not s.apart)]
    infos = tuple(c for c in table.columns if c.id in columns)
    kept = {(s.label, c.id): table.cells[s.label, c.id] for s in systems for c in infos}
    for s in systems:
        shares = _shares(run, s.label, s.samples, table.doc_ids)
        kept |= {(s.label, name): Cells(values) for name, values in shares.items()}
    return replace(
        table,
        systems=tuple(SystemInfo(s.label, s.signature, samples=s.samples) for s in systems),
        columns=(*infos, *OUTPUTS),
        cells=kept,
        aggregates={},
        notes=(),
    )


def _shares(run: Path, label: str, samples: int, doc_ids: Sequence[str]) -> "dict[str, array[float]]":
    """[n] of empty and of failed summaries."""
    at = {doc: i for i, doc in enumerate(doc_ids)}
    counts = {name: array("d", bytes(8 * len(doc_ids))) for name in (EMPTY, FAILED)}
    for (_, doc, _), record in cells.summaries(run, label).items():
        name = FAILED if record["status"] == "error" else "" if record["text"].strip() else EMPTY
        if name and doc in at:
            counts[name][at[doc]] += 1
    return {name: array("d", (k / samples for k in values)) for name, values in counts.items()}
