"""Paired differences between two systems: permutation test, bootstrap interval, Holm adjustment."""

import math
import sys
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.core.types import Comparison, ScoreTable
from bench.report.estimate import CHUNK, NORMAL_ABOVE, RESAMPLES, blocks, column_values, mean_intervals
from bench.report.fixed import Floats, fixed_point


def compare(
    table: ScoreTable, pairs: Sequence[tuple[str, str, str]], *, resamples: int = RESAMPLES, seed: int = 0
) -> list[Comparison]:
    """Test each (a, b, column id) on the documents that both systems have; one Holm family.

    ``delta`` is a − b in the stored scale; a win is a document on which a is better (higher, where
    the column has no better). Pairs without a common document are left out. A tie is a difference
    that vanishes in fixed point, about 1e-12 of the largest.

    Args:
        table: The scores.
        pairs: What to compare; the Holm adjustment is over exactly these.
        resamples: Bootstrap samples and random sign flips.
        seed: Seed of both.
    """
    found = [(pair, d) for pair in pairs if len(d := paired_differences(table, *pair))]
    differences = [d for _, d in found]
    intervals = mean_intervals(differences, resamples=resamples, seed=seed)
    p = sign_flip_p(differences, resamples=resamples, seed=seed)
    lower = {c.id for c in table.columns if c.column.better == "low"}
    result = []
    for (pair, d), interval, one, adjusted in zip(found, intervals, p, holm(p), strict=True):
        a, b, column = pair
        lo, hi = interval or (None, None)
        higher, ties, less = _signs(d)
        wins, losses = (less, higher) if column in lower else (higher, less)
        delta = math.fsum(d) / len(d)
        result.append(Comparison(a, b, column, delta, lo, hi, one, adjusted, len(d), wins, ties, losses))
    return result


def paired_differences(table: ScoreTable, a: str, b: str, column: str) -> Floats:
    """a − b on every document where both have a value, in the order of the documents."""
    difference = column_values(table, a, column) - column_values(table, b, column)
    return difference[~np.isnan(difference)]


def sign_flip_p(differences: Sequence[Floats], *, resamples: int = RESAMPLES, seed: int = 0) -> list[float]:
    """Two-sided p of the paired permutation test on the mean difference (Fisher, 1935).

    Under the null hypothesis the two systems' values of one document are exchangeable, so each
    difference may have either sign. With k differences that are not zero, all 2**k assignments are
    counted if they are no more than ``resamples``; else random ones, with p = (c + 1) / (m + 1)
    (Phipson and Smyth, 2010). Above 50,000 pairs the normal limit of the same distribution is used.
    Arrays of the same length share their random signs, drawn from (seed, length) only, and get them
    from the smallest difference to the largest: p depends neither on the order of documents nor on
    which system comes first.

    Args:
        differences: Arrays of finite differences, none empty.
        resamples: Random sign assignments.
        seed: Seed of the signs.

    Returns:
        A p in (0, 1] for each array; 1 where all differences are zero.
    """
    p = [1.0] * len(differences)
    exact: dict[int, list[int]] = defaultdict(list)
    random: dict[int, list[int]] = defaultdict(list)
    for i, d in enumerate(differences):
        nonzero = len(d) - _signs(d)[1]
        if len(d) > NORMAL_ABOVE:
            p[i] = _normal_p(d)
        elif nonzero < resamples.bit_length():
            exact[nonzero].append(i)
        else:
            random[len(d)].append(i)
    for k, members in exact.items():
        for part in blocks(members, 2**k):
            rounded = [_integers(differences[i]) for i in part]
            sizes = np.stack([np.abs(v[v != 0]) for v in rounded], axis=1)
            every = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
            for i, count in zip(part, _as_extreme(every, sizes, _least(rounded)), strict=True):
                p[i] = float(count) / 2**k
    for n, members in random.items():
        for part in blocks(members, n):
            rounded = [_integers(differences[i]) for i in part]
            sizes = np.stack([np.sort(np.abs(v)) for v in rounded], axis=1)
            for i, count in zip(part, _random_counts(sizes, _least(rounded), resamples, seed), strict=True):
                p[i] = (float(count) + 1) / (resamples + 1)
    return p


def holm(p: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment: controls the chance of any false alarm in the family."""
    adjusted = [1.0] * len(p)
    running = 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        running = max(running, (len(p) - rank) * p[i])
        adjusted[i] = min(1.0, running)
    return adjusted


def _random_counts(sizes: Floats, least: Floats, resamples: int, seed: int) -> Floats:
    n, k = sizes.shape
    rng = np.random.default_rng((seed, n, 1))
    width = 4 * math.ceil(n / 32)  # whole 32-bit words a row: the stream does not depend on the chunks
    rows = max(1, CHUNK // n)
    counts = np.zeros(k)
    for start in range(0, resamples, rows):
        chunk = min(rows, resamples - start)
        packed = np.frombuffer(rng.bytes(chunk * width), dtype=np.uint8).reshape(chunk, width)
        bits = np.unpackbits(packed, axis=1, count=n)
        counts += _as_extreme(bits, sizes, least)
    return counts


def _as_extreme(bits: NDArray[np.integer], sizes: Floats, least: Floats) -> Floats:
    """How many sign assignments (rows of bits) bring the sum of each column of sizes ``least`` from zero."""
    flipped = 2 * (bits.astype(np.float64) @ sizes) - sizes.sum(axis=0)
    counts: Floats = (np.abs(flipped) >= least).sum(axis=0).astype(np.float64)
    return counts


def _least(rounded: Sequence[Floats]) -> Floats:
    """What counts as no nearer to zero than the observed sum.

    Sums are whole numbers and exact, but each value was rounded by up to half a unit: two sums of n
    that are equal in truth may lie n units apart.
    """
    return np.array([abs(v.sum()) - len(v) for v in rounded])


def _integers(difference: Floats) -> Floats:
    return fixed_point(difference[:, None])[0][:, 0]


def _signs(difference: Floats) -> tuple[int, int, int]:
    """How many differences are above, at and below zero."""
    integers = _integers(difference)
    above, below = int((integers > 0).sum()), int((integers < 0).sum())
    return above, len(difference) - above - below, below


def _normal_p(difference: Floats) -> float:
    spread = math.sqrt(math.fsum(np.square(difference)))
    if not spread:
        return 1.0
    return max(math.erfc(abs(math.fsum(difference)) / spread / math.sqrt(2)), sys.float_info.min)
