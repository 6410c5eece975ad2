"""Means and their 95 % intervals, by a bootstrap over documents."""

import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from bench.core.types import FEWEST, LEVEL, Estimate, ScoreTable
from bench.report.fixed import Floats, fixed_point
from bench.report.resample import blocks, resampled_sums

RESAMPLES = 10_000
NORMAL_ABOVE = 50_000
_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf((1 + LEVEL) / 2)
_TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % interval of a mean.

    Attributes:
        lo: Lower bound, no higher than the mean.
        hi: Upper bound.
        percentile: The percentile interval of the same resamples; None where there were none.
        method: How lo and hi were found.
        p: Two-sided, of the hypothesis that the true mean is 0, from the same resamples.
    """

    lo: float
    hi: float
    percentile: tuple[float, float] | None
    method: Literal["bca", "normal"]
    p: float


def estimates(
    table: ScoreTable, *, resamples: int = RESAMPLES, seed: int = 0
) -> dict[tuple[str, str], Estimate]:
    """Estimate of every (system, column) of a table; a cell that was never scored has n = 0.

    A corpus value in ``table.aggregates`` takes the mean's place and brings its own interval; n counts
    the documents that have a value, and the median is theirs, either way.
    """
    keys = [(s.label, c.id) for s in table.systems for c in table.columns]
    present = [_present(column_values(table, *key)) for key in keys]
    found = intervals(present, resamples=resamples, seed=seed)
    result = {}
    for key, values, i in zip(keys, present, found, strict=True):
        cells, n = table.cells.get(key), len(values)
        n_none, n_error = (cells.n_none, cells.n_error) if cells else (0, 0)
        median = float(np.median(values)) if n else None
        if (corpus := table.aggregates.get(key)) is not None:
            lo, hi = corpus.lo, corpus.hi
            method: Literal["", "corpus"] = "" if lo is None else "corpus"
            result[key] = Estimate(corpus.mean, lo, hi, n, n_none, n_error, median, None, method)
        elif i is None:
            mean = math.fsum(values) / n if n else None
            result[key] = Estimate(mean, None, None, n, n_none, n_error, median)
        else:
            mean = math.fsum(values) / n
            result[key] = Estimate(mean, i.lo, i.hi, n, n_none, n_error, median, i.percentile, i.method)
    return result


def column_values(table: ScoreTable, system: str, column: str) -> Floats:
    """[n] values of one column for one system in the order of ``table.doc_ids``; NaN = no value."""
    cells = table.cells.get((system, column))
    if cells is None:
        return np.full(len(table.doc_ids), np.nan)
    return np.asarray(cells.values, dtype=np.float64)


def intervals(
    columns: Sequence[Floats], *, resamples: int = RESAMPLES, seed: int = 0
) -> list[Interval | None]:
    """95 % interval of the mean of each column; None for fewer than six values.

    BCa bootstrap (Efron, 1987): a percentile interval whose levels are shifted by the bias z0, from the
    share of resampled means below the mean (of those equal to it, half), and by the acceleration,
    Σd³ / 6 (Σd²)^1.5 over the deviations d from the mean, which is the jackknife's for a mean. Columns
    of the same length share their resamples, drawn from (seed, length) only, and values are sorted
    before they are drawn, the longer tail to the right: a result depends on nothing but the values
    themselves, not on the order of documents, and turning all signs turns the interval. Above 50,000
    values the normal interval takes over: there they agree to all digits that a table shows.

    An interval always holds its mean. Of BCa that would be untrue if fewer than 2.5 % of the resampled
    means were on one side of it, which of a mean of six values or more only chance can do, with few
    resamples: the bound is then the mean. How often the truth is held is in ``docs/statistics.md``.

    Args:
        columns: Arrays of finite values, of any lengths.
        resamples: Bootstrap samples.
        seed: Seed of the resampling.
    """
    result: list[Interval | None] = [None] * len(columns)
    by_length: dict[int, list[int]] = defaultdict(list)
    for i, values in enumerate(columns):
        if len(values) > NORMAL_ABOVE:
            result[i] = _normal(values)
        elif len(values) >= FEWEST:
            by_length[len(values)].append(i)
    for n, members in by_length.items():
        for part in blocks(members, max(n, resamples)):
            found = _bootstrap([columns[i] for i in part], resamples, seed)
            for i, interval in zip(part, found, strict=True):
                result[i] = interval
    return result


def _present(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _normal(values: Floats) -> Interval:
    n, centre = len(values), math.fsum(values) / len(values)
    error = math.sqrt(math.fsum(np.square(values - centre)) / (n - 1) / n)
    p = normal_p(centre, error)
    return Interval(centre - _Z * error, centre + _Z * error, None, "normal", p)


def normal_p(value: float, error: float) -> float:
    """Two-sided p of a normal value with a standard error, in (0, 1]."""
    if not error:
        return sys.float_info.min if value else 1.0
    return max(math.erfc(abs(value) / error / math.sqrt(2)), sys.float_info.min)


def _bootstrap(columns: Sequence[Floats], resamples: int, seed: int) -> list[Interval]:
    # fsum rounds once: the same centre whatever the order of the documents.
    centre = np.array([math.fsum(values) / len(values) for values in columns])
    numbers, units = fixed_point(np.sort(np.stack(columns) - centre[:, None], axis=1))
    n = numbers.shape[1]
    skewed = _cubes(numbers)
    left = (skewed < 0) | ((skewed == 0) & (centre < 0))
    numbers[left] = -numbers[left, ::-1]
    sums = resampled_sums(numbers, resamples=resamples, seed=seed)
    observed = numbers.sum(axis=1)[:, None]
    # Sums that are equal in truth may lie n units apart, because each value was rounded.
    skew = (sums < observed - n).sum(axis=1) - (sums > observed + n).sum(axis=1)
    far = (np.abs(sums - observed) * (units / n)[:, None] >= (np.abs(centre) - units)[:, None]).sum(axis=1)
    levels = [
        (*_bca_levels(0.5 + s / (2 * resamples), resamples, a), *_TAILS)
        for s, a in zip(skew.tolist(), _acceleration(numbers).tolist(), strict=True)
    ]
    sums.sort(axis=1)
    ends = _quantiles(sums, np.array(levels)) / n * units[:, None]
    ends[left] = -ends[left][:, [1, 0, 3, 2]]
    # The fixed point may move a bound of a constant column across the mean.
    low = centre[:, None] + np.minimum(ends[:, ::2], 0)
    high = centre[:, None] + np.maximum(ends[:, 1::2], 0)
    return [
        Interval(lo, hi, (below, above), "bca", (count + 1) / (resamples + 1))
        for (lo, below), (hi, above), count in zip(low.tolist(), high.tolist(), far.tolist(), strict=True)
    ]


def _cubes(numbers: Floats) -> Floats:
    cubes: Floats = (np.square(numbers) * numbers).sum(axis=1)
    return cubes


def _acceleration(numbers: Floats) -> Floats:
    squares, cubes = np.square(numbers).sum(axis=1), _cubes(numbers)
    # Where nothing varies there is nothing to correct.
    skewness: Floats = np.divide(cubes, squares**1.5, out=np.zeros_like(cubes), where=squares > 0)
    return skewness / 6


def _bca_levels(share: float, resamples: int, acceleration: float) -> tuple[float, float]:
    """The quantiles of the resampled means that are the ends of the interval."""
    # A share of 0 or 1 only says that there were too few resamples to see the other side.
    least = 1 / (resamples + 1)
    bias = _NORMAL.inv_cdf(min(max(share, least), 1 - least))
    lo, hi = (
        _NORMAL.cdf(bias + w / max(1 - acceleration * w, sys.float_info.epsilon))
        for w in (bias - _Z, bias + _Z)
    )
    return lo, hi


def _quantiles(ordered: Floats, levels: Floats) -> Floats:
    """[k, q] quantiles of each sorted row at its own [k, q] levels, between two values by line."""
    last = ordered.shape[1] - 1
    at = levels * last
    lower = np.floor(at).astype(np.intp)
    below = np.take_along_axis(ordered, lower, axis=1)
    above = np.take_along_axis(ordered, np.minimum(lower + 1, last), axis=1)
    found: Floats = below + (at - lower) * (above - below)
    return found
