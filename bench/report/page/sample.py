"""Which documents can be read in a page, where all of them would be too many."""

import math

import numpy as np

from bench.core.types import Column, ScoreTable
from bench.report.estimate import column_values
from bench.report.leaderboard import headline

MOST = 5_000
_EACH = 0.15  # of the places, for each of the choices


def sampled(table: ScoreTable, most: int = MOST) -> tuple[list[str], str]:
    """Ids of the documents, and the rule by which they were chosen; no rule where they are all.

    Args:
        table: The scores.
        most: Summaries that a page holds.
    """
    n, systems = len(table.doc_ids), max(1, sum(s.samples for s in table.systems))
    room = max(1, most // systems)
    column = headline(table)
    if n <= room:
        return list(table.doc_ids), ""
    chosen: dict[int, None] = {}
    each = math.ceil(_EACH * room)
    if column is not None:
        sign = -1 if column.column.better == "low" else 1
        labels = [s.label for s in table.systems if not s.apart]
        values = sign * np.stack([column_values(table, label, column.id) for label in labels])
        known = ~np.isnan(values).all(axis=0)
        mean, spread = np.full(n, np.inf), np.full(n, -np.inf)
        mean[known] = np.nanmean(values[:, known], axis=0)
        spread[known] = np.nanmax(values[:, known], axis=0) - np.nanmin(values[:, known], axis=0)
        best = np.where(np.isfinite(mean), -mean, np.inf)
        for order in (mean, best, -spread):
            chosen |= dict.fromkeys(np.argsort(order, kind="stable")[:each].tolist())
    chosen |= dict.fromkeys(_flagged(table)[:each])
    left = [i for i in range(n) if i not in chosen]
    free = room - len(chosen)
    chosen |= dict.fromkeys(left[i * len(left) // free] for i in range(free))
    title = (column.column.title or column.column.name) if column else ""
    extreme = f"the worst, the best and those on which the systems differ most in {title}, " * bool(title)
    rule = (
        f"{len(chosen):,} of {n:,} documents can be read here: {each:,} each of {extreme}"
        "those that a check flags most often, and others at even distances. "
        "All numbers are over all documents."
    )
    return [table.doc_ids[i] for i in sorted(chosen)], rule


def is_flag(column: Column) -> bool:
    """Whether a 1 accuses a summary: a share in which less is better, of a single summary 0 or 1."""
    return column.better == "low" and column.range == (0.0, 1.0)


def _flagged(table: ScoreTable) -> list[int]:
    """Documents of which a shown column of 0 and 1 accuses a system."""
    columns = [c.id for c in table.columns if c.column.shown and is_flag(c.column)]
    hits = np.zeros(len(table.doc_ids))
    for s in table.systems:
        for column in columns if not s.apart else ():
            hits += column_values(table, s.label, column) == 1
    return [i for i in np.argsort(-hits, kind="stable").tolist() if hits[i]]
