"""How far scores agree with human judgement: correlations, AUC, thresholds, and their intervals.

High scores are good, and ``bad`` marks the rows that a score is to find. Rows with a missing value are
left out before. None means undefined: a constant side, one class only, or too few systems.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from bench.core.types import FEWEST, LEVEL
from bench.report import weighted
from bench.report.fixed import Floats
from bench.report.weighted import Flags, Ints, Kernel, Statistic

RESAMPLES = 1_000
_CHUNK = 250_000  # numbers in a temporary array: 2 MB
FEWEST_SYSTEMS = 3  # two points correlate perfectly, whatever they are


def pearson(x: Floats, y: Floats) -> float | None:
    """Product-moment correlation, in [−1, 1]."""
    return _plain(weighted.pearson, x, y)


def spearman(x: Floats, y: Floats) -> float | None:
    """Correlation of average ranks, in [−1, 1]."""
    return _plain(weighted.spearman, x, y)


def kendall(x: Floats, y: Floats) -> float | None:
    """Kendall's τ-b, in [−1, 1]."""
    return _plain(weighted.kendall, x, y)


def auc(scores: Floats, bad: Flags) -> float | None:
    """Chance that a good row scores above a bad one, in [0, 1]; a tie counts one half."""
    return _plain(weighted.auc, scores, bad.astype(np.float64))


def partial_pearson(x: Floats, y: Floats, groups: Ints) -> float | None:
    """Correlation of the residuals on indicators of the groups, in [−1, 1] (FRANK's, with systems)."""
    return _plain(weighted.partial_pearson, x, y, groups)


def partial_spearman(x: Floats, y: Floats, groups: Ints) -> float | None:
    """Rank correlation of the residuals on indicators of the groups, in [−1, 1] (FRANK's)."""
    return _plain(weighted.partial_spearman, x, y, groups)


def within(statistic: Kernel, x: Floats, y: Floats, groups: Ints) -> float | None:
    """Mean over groups of a statistic inside each: ``within(weighted.auc, scores, bad, systems)``."""
    return _plain(partial(weighted.within, statistic), x, y, groups)


def between(statistic: Kernel, x: Floats, y: Floats, groups: Ints) -> float | None:
    """A statistic of the groups' means: system level. None below three groups."""
    if len(np.unique(groups)) < FEWEST_SYSTEMS:
        return None
    return _plain(partial(weighted.between, statistic), x, y, groups)


def balanced_accuracy(scores: Floats, bad: Flags, threshold: float) -> float | None:
    """Mean of two shares: bad rows below the threshold, good rows at or above it; in [0, 1].

    The threshold belongs to other rows than those measured, see :func:`best_threshold`.
    """
    return _plain(weighted.balanced_accuracy, flagged(scores, threshold), bad.astype(np.float64))


def flagged(scores: Floats, threshold: float) -> Floats:
    """1 for a score below the threshold, which a balanced accuracy takes as called bad; else 0."""
    return (scores < threshold).astype(np.float64)


def best_threshold(scores: Floats, bad: Flags) -> float | None:
    """The threshold of the best balanced accuracy on these rows: midway between two scores.

    The lowest of several that are equally good; None with one class or one score only.
    """
    levels, level = np.unique(scores, return_inverse=True)
    if len(levels) < 2 or bad.all() or not bad.any():
        return None
    bad_at = np.bincount(level[bad], minlength=len(levels))
    good_at = np.bincount(level[~bad], minlength=len(levels))
    # Twice the accuracy less one, times a positive number: whole, so that equal ones tie.
    gain = np.cumsum(bad_at)[:-1] * (~bad).sum() - np.cumsum(good_at)[:-1] * bad.sum()
    best = int(np.argmax(gain))
    middle = float(levels[best] + (levels[best + 1] - levels[best]) / 2)
    return middle if middle > levels[best] else float(levels[best + 1])


def intervals(
    statistics: Mapping[str, Statistic], documents: Ints, *, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, tuple[float, float] | None]:
    """95 % percentile intervals by drawing documents, each with all of its rows, with replacement.

    All statistics see the same resamples, so that columns stay comparable. A resample in which a
    statistic is undefined is left out of its interval.

    Args:
        statistics: By name, each with its data: ``partial(weighted.auc, scores, bad)``.
        documents: [n] number of each row's document, in an order that does not depend on that of the
            rows; the resamples follow it.
        resamples: Their number.
        seed: Of the resampling.

    Returns:
        (lo, hi) by name; None with fewer than six documents or where no resample has a value.
    """
    n, k = len(documents), int(documents.max(initial=-1)) + 1
    if k < FEWEST:
        return dict.fromkeys(statistics)
    rng = np.random.default_rng((seed, k))
    found: dict[str, list[Floats]] = {name: [] for name in statistics}
    size = max(1, _CHUNK // n)
    for start in range(0, resamples, size):
        rows = min(size, resamples - start)
        drawn = rng.integers(0, k, size=(rows, k)) + np.arange(0, rows * k, k)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * k).reshape(rows, k)
        weights = counts[:, documents].astype(np.float64)
        for name, statistic in statistics.items():
            found[name].append(statistic(weights))
    return {name: _percentiles(np.concatenate(parts)) for name, parts in found.items()}


def _percentiles(values: Floats) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    tail = (1 - LEVEL) / 2
    lo, hi = np.quantile(known, (tail, 1 - tail))
    return float(lo), float(hi)


def _plain(statistic: Callable[..., Floats], *data: Floats | Ints) -> float | None:
    if not len(data[0]):
        return None
    (value,) = statistic(*data, np.ones((1, len(data[0]))))
    return None if np.isnan(value) else float(value)
