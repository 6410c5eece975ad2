"""Ranks of systems in one column: how sure they are, and who cannot be told from whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from string import ascii_letters

import numpy as np

from bench.core.types import FEWEST, LEVEL, ScoreTable
from bench.report.adjust import Correct, adjust, draws
from bench.report.estimate import NORMAL_ABOVE, RESAMPLES, column_values
from bench.report.fixed import Floats, fixed_point
from bench.report.leaders import ALPHA
from bench.report.paired import Test, p_values
from bench.report.resample import resampled_sums


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of one system.

    Attributes:
        system: Its label.
        rank: 1 + how many systems have a better mean.
        lo: Best rank of the 95 % interval.
        hi: Worst rank.
        groups: A letter for each group that it belongs to, ``a`` the one with the best: systems that
            share a letter cannot be told apart.
    """

    system: str
    rank: int
    lo: int
    hi: int
    groups: str


def standings(
    table: ScoreTable,
    column_id: str,
    *,
    alpha: float = ALPHA,
    resamples: int = RESAMPLES,
    seed: int = 0,
    test: Test = "permutation",
    correct: Correct = "holm",
) -> tuple[Standing, ...]:
    """Rank the systems on the documents that all of them have, best first, equal ones by label.

    The interval of a rank is that of the ranks in bootstrap samples of the documents, the same for all
    systems; of fewer than six documents it is everything from first to last. The letters are a compact
    display (Piepho, 2004) of the tests of all pairs, which are one family: two systems share one unless
    their adjusted p is below ``alpha``. Documents are drawn in the order of their ids: a result does not
    depend on the order in which they, or the systems, were given.

    Left out are systems apart and systems without a value. Nobody is ranked in a column without a better
    direction, and nobody where no document has a value for all.

    Args:
        table: The scores.
        column_id: What to rank by.
        alpha: Level of the tests.
        resamples: Bootstrap samples, and the least number of random signs of a test.
        seed: Seed of both.
        test: What gives p.
        correct: How p is adjusted over all pairs.
    """
    column = next(c.column for c in table.columns if c.id == column_id)
    order = sorted(range(len(table.doc_ids)), key=lambda i: table.doc_ids[i])
    found = {s.label: column_values(table, s.label, column_id)[order] for s in table.systems if not s.apart}
    labels = sorted(label for label, values in found.items() if not np.isnan(values).all())
    if not labels or column.better == "none":
        return ()
    values = np.stack([found[label] for label in labels])
    values = values[:, ~np.isnan(values).any(axis=0)] * (-1 if column.better == "low" else 1)
    k, n = values.shape
    if not n:
        return ()
    numbers = fixed_point(values.ravel())[0].reshape(k, n)  # one unit for all: sums can be compared
    rank = _ranks(numbers.sum(axis=1)[:, None], n)[:, 0]
    best_first = sorted(range(k), key=lambda i: (rank[i], labels[i]))
    rank, numbers, values = rank[best_first], numbers[best_first], values[best_first]
    lo, hi = _rank_interval(numbers, rank, resamples, seed)
    pairs = list(combinations(range(k), 2))
    p = p_values(
        [values[i] - values[j] for i, j in pairs],
        test,
        resamples=draws(resamples, alpha, len(pairs), correct),
        seed=seed,
    )
    differ = [pair for pair, one in zip(pairs, adjust(p, correct), strict=True) if one < alpha]
    groups = [""] * k
    for number, group in enumerate(alike(k, differ)):
        for i in group:
            groups[i] += _letter(number)
    return tuple(
        Standing(labels[best_first[i]], int(rank[i]), int(lo[i]), int(hi[i]), groups[i]) for i in range(k)
    )


def alike(k: int, differ: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The largest groups of 0 … k − 1 in which no pair differs, each sorted, the one with 0 first.

    Each pair splits the groups that have both (insert and absorb: Piepho, 2004).
    """
    groups = {frozenset(range(k))}
    for pair in differ:
        split = {g - {one} for g in groups if g.issuperset(pair) for one in pair}
        groups = {g for g in groups if not g.issuperset(pair)} | split
        groups = {g for g in groups if not any(g < other for other in groups)}
    return sorted(map(sorted, groups))


def _letter(number: int) -> str:
    """One character, whatever the number of groups: a … z, A … Z, then the letters with accents."""
    return ascii_letters[number] if number < len(ascii_letters) else chr(0x100 + number - len(ascii_letters))


def _ranks(sums: Floats, n: int) -> Floats:
    """[k, m] ranks in each column of sums of n whole numbers; sums that may be equal in truth tie."""
    return np.stack([1.0 + (sums > own + n).sum(axis=0) for own in sums])


def _rank_interval(numbers: Floats, rank: Floats, resamples: int, seed: int) -> tuple[Floats, Floats]:
    k, n = numbers.shape
    if n < FEWEST:
        return np.ones(k), np.full(k, k)
    drawn = _normal_sums if n > NORMAL_ABOVE else resampled_sums
    sums = drawn(numbers, resamples=resamples, seed=seed)
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    lo, hi = np.quantile(_ranks(sums, n), tails, axis=1, method="inverted_cdf")
    return np.minimum(lo, rank), np.maximum(hi, rank)


def _normal_sums(numbers: Floats, *, resamples: int, seed: int) -> Floats:
    """The limit of :func:`bench.report.resample.resampled_sums`, which saves drawing so many documents."""
    k, n = numbers.shape
    size, vectors = np.linalg.eigh(np.atleast_2d(np.cov(numbers, bias=True)) * n)
    # Of equal systems one direction has no size; what rounding leaves of it would part them.
    size[size < 1e-12 * size.max()] = 0.0
    drawn = np.random.default_rng((seed, n)).standard_normal((k, resamples))
    sums: Floats = numbers.sum(axis=1)[:, None] + vectors * np.sqrt(size) @ drawn
    return sums
