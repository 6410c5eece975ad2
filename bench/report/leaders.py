"""Which cells of a table are bold: the best of a column, and what cannot be told from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.core.types import ColumnInfo, Comparison, Estimate, ScoreTable
from bench.report.estimate import RESAMPLES
from bench.report.paired import compare

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Leaders:
    """The bold cells of a table and the tests that decided them.

    Attributes:
        bold: (system, column id).
        comparisons: The best system of a column (``a``) against each other one (``b``), column by
            column, systems by label.
        families: How many comparisons the Holm adjustment was over: of shown columns, of the others.
        flips: Random sign assignments of each test that was not exact.
    """

    bold: frozenset[tuple[str, str]]
    comparisons: tuple[Comparison, ...]
    families: tuple[int, int]
    flips: int


def leaders(
    table: ScoreTable,
    estimates: Mapping[tuple[str, str], Estimate],
    *,
    alpha: float = ALPHA,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Leaders:
    """Find the bold cells.

    In each column that has a better direction the system with the best mean (of equal ones the
    first label) is compared with every other one on their common documents. Bold are the best and
    all that are not significantly worse: p ≥ ``alpha`` after Holm's adjustment, or a difference on
    the common documents that is not in the best one's favour. Holm is over all comparisons of the
    shown columns together, and over those of the other columns together, so that asking for more
    columns does not change a shown one.

    Never bold: systems apart, systems without a value or without a document in common with the
    best, and columns in which fewer than two systems have a value.

    The truly best system of a column is bold with a probability of at least 1 - ``alpha``. That one
    of several equal systems loses its bold is likelier than ``alpha``, because the best was picked by
    looking: of five equal systems one did in 9 % of simulated columns, of ten in 13 %.

    With m comparisons a random p must be able to fall below α / m: the number of sign flips is at
    least 2 m / α.
    """
    wanted = {
        shown: [
            p for c in table.columns if c.column.shown is shown for p in _against_best(table, c, estimates)
        ]
        for shown in (True, False)
    }
    flips = max(resamples, *(math.ceil(2 * len(pairs) / alpha) for pairs in wanted.values()))
    bold: set[tuple[str, str]] = set()
    found: list[Comparison] = []
    lower = {c.id for c in table.columns if c.column.better == "low"}
    for pairs in wanted.values():
        bold |= {(best, column) for best, _, column in pairs}
        for c in compare(table, pairs, resamples=flips, seed=seed):
            worse = c.delta < 0 if c.column in lower else c.delta > 0
            if not (worse and c.p_adjusted < alpha):
                bold.add((c.b, c.column))
            found.append(c)
    return Leaders(frozenset(bold), tuple(found), (len(wanted[True]), len(wanted[False])), flips)


def _against_best(
    table: ScoreTable, info: ColumnInfo, estimates: Mapping[tuple[str, str], Estimate]
) -> list[tuple[str, str, str]]:
    if info.column.better == "none":
        return []
    sign = -1 if info.column.better == "high" else 1
    means = {s.label: estimates[s.label, info.id].mean for s in table.systems if not s.apart}
    order = sorted((sign * mean, label) for label, mean in means.items() if mean is not None)
    labels = [label for _, label in order]
    return [(labels[0], other, info.id) for other in sorted(labels[1:])]
