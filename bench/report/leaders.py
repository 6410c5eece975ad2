"""Which cells of a table are bold: the best of a column, and what cannot be told from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.core.types import ColumnInfo, Comparison, Estimate, ScoreTable
from bench.report.adjust import Correct, draws
from bench.report.estimate import RESAMPLES
from bench.report.paired import Test, compare

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Leaders:
    """The bold cells of a table and the tests that decided them.

    Attributes:
        bold: (system, column id).
        comparisons: The best system of a column (``a``) against each other one (``b``), column by
            column, the shown ones first, systems by label.
        flips: Random draws of each test that was not exact.
    """

    bold: frozenset[tuple[str, str]]
    comparisons: tuple[Comparison, ...]
    flips: int


def leaders(
    table: ScoreTable,
    estimates: Mapping[tuple[str, str], Estimate],
    *,
    alpha: float = ALPHA,
    resamples: int = RESAMPLES,
    seed: int = 0,
    test: Test = "permutation",
    correct: Correct = "holm",
) -> Leaders:
    """Find the bold cells.

    In each column that has a better direction the best system (see :func:`best`) is compared with
    every other one on their common documents. Bold are the best and all that are not significantly
    worse: p ≥ ``alpha`` after the adjustment, or a difference on the common documents that is not in the
    best one's favour. The family is all comparisons of the shown columns together, and those of the
    other columns together, so that asking for more columns does not change a shown one.

    Never bold: systems apart, systems without a value or without a document in common with the
    best, and columns in which nothing can be compared.

    With Holm the truly best system of a column is bold with a probability of at least 1 - ``alpha``. That one
    of several equal systems loses its bold is likelier than ``alpha``, because the best was picked by
    looking: of five equal systems one did in 9 % of simulated columns, of ten in 13 %.

    With m comparisons a random p must be able to fall below α / m: there are at least 2 m / α draws.
    """
    wanted = {
        shown: [
            p for c in table.columns if c.column.shown is shown for p in _against_best(table, c, estimates)
        ]
        for shown in (True, False)
    }
    flips = max(draws(resamples, alpha, len(pairs), correct) for pairs in wanted.values())
    bold: set[tuple[str, str]] = set()
    found: list[Comparison] = []
    lower = {c.id for c in table.columns if c.column.better == "low"}
    for pairs in wanted.values():
        for c in compare(table, pairs, resamples=flips, seed=seed, test=test, correct=correct):
            worse = c.delta < 0 if c.column in lower else c.delta > 0
            bold.add((c.a, c.column))
            if not (worse and c.p_adjusted < alpha):
                bold.add((c.b, c.column))
            found.append(c)
    return Leaders(frozenset(bold), tuple(found), flips)


def best(table: ScoreTable, info: ColumnInfo, estimates: Mapping[tuple[str, str], Estimate]) -> str | None:
    """The best mean of a column among the systems that have the most documents in it.

    A mean over fewer documents may be good only because they are easy. Systems apart do not take
    part; of equal means the first label's is the best. None where no system has a value.
    """
    sign = -1 if info.column.better == "high" else 1
    found = [
        (-e.n, sign * e.mean, s.label)
        for s in table.systems
        if not s.apart and (e := estimates[s.label, info.id]).mean is not None
    ]
    return min(found)[2] if found else None


def _against_best(
    table: ScoreTable, info: ColumnInfo, estimates: Mapping[tuple[str, str], Estimate]
) -> list[tuple[str, str, str]]:
    if info.column.better == "none" or (first := best(table, info, estimates)) is None:
        return []
    others = sorted(s.label for s in table.systems if not s.apart and s.label != first)
    return [(first, other, info.id) for other in others if estimates[other, info.id].n]
