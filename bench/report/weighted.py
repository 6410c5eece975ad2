"""Statistics of agreement for many resamples at once: a resample is a row of weights.

A weight says how often a row was drawn, so a statistic of weights equals that of the rows repeated; with
ones it is the plain statistic. Every function takes its two sides and ``weights`` [r, n], and returns [r]
numbers, NaN where the statistic is undefined: an internal NaN, which :mod:`bench.report.agreement` turns
into None.

High scores are good; ``bad`` marks what a score is to find, so an AUC is the chance that a good row
scores above a bad one.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.report.fixed import Floats

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
# Two sides [n] and weights [r, n] → [r].
Kernel = Callable[[Floats, Floats, Floats], Floats]
# The same with its data given: weights → values.
Statistic = Callable[[Floats], Floats]

# Below this share of the largest square, what varies is the rounding of a constant.
_CONSTANT = 1e-24
_DIGITS = 12  # of means and residuals: equal ones must tie, whatever the order of the sums


def pearson(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Correlation; the sides may also be [r, n], other values in every resample."""
    total = weights.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        dx = x - (weights * x).sum(axis=1, keepdims=True) / total
        dy = y - (weights * y).sum(axis=1, keepdims=True) / total
        wx, wy = weights * dx, weights * dy
        xy, xx, yy = (wx * dy).sum(axis=1), (wx * dx).sum(axis=1), (wy * dy).sum(axis=1)
        constant = (xx <= _floor(x, total)) | (yy <= _floor(y, total))
        return np.where(constant, np.nan, np.clip(xy / np.sqrt(xx * yy), -1.0, 1.0))


def spearman(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Correlation of average ranks; the sides may also be [r, n]."""
    return pearson(ranks(x, weights), ranks(y, weights), weights)


def kendall(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Kendall's τ-b; the sides may also be [r, n]. Takes n² steps a resample."""
    if x.ndim == 1:
        agreement, differ_x, differ_y = _concordance(x, y, weights), _untied(x, weights), _untied(y, weights)
    else:
        by_x, by_y = _signs(x), _signs(y)
        pairs = weights[:, :, None] * weights[:, None, :]
        agreement = (pairs * by_x * by_y).sum(axis=(1, 2))
        differ_x, differ_y = (pairs * by_x**2).sum(axis=(1, 2)), (pairs * by_y**2).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((differ_x > 0) & (differ_y > 0), agreement / np.sqrt(differ_x * differ_y), np.nan)


def auc(scores: Floats, bad: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve by ranks (Mann and Whitney, 1947); a tie counts one half."""
    good = weights * (bad == 0)
    n_good = good.sum(axis=1)
    n_bad = weights.sum(axis=1) - n_good
    below = (good * ranks(scores, weights)).sum(axis=1) - n_good**2 / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n_good * n_bad > 0, below / (n_good * n_bad), np.nan)


def balanced_accuracy(flagged: Floats, bad: Floats, weights: Floats) -> Floats:
    """Mean of the shares of bad rows that are flagged and of good rows that are not."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (weights @ (flagged * bad)) / (weights @ bad)
        spared = (weights @ ((1 - flagged) * (1 - bad))) / (weights @ (1 - bad))
    return (found + spared) / 2


def partial_pearson(x: Floats, y: Floats, groups: Ints, weights: Floats) -> Floats:
    """Correlation of what is left of both sides when each group's mean is taken off.

    These are the residuals of a regression on indicators of the groups (FRANK: Pagnoni et al., 2021,
    who control for the system). Undefined where every group is constant.
    """
    return pearson(residuals(x, groups, weights), residuals(y, groups, weights), weights)


def partial_spearman(x: Floats, y: Floats, groups: Ints, weights: Floats) -> Floats:
    """Rank correlation of the residuals of :func:`partial_pearson`, as FRANK's; not of residual ranks."""
    return spearman(residuals(x, groups, weights), residuals(y, groups, weights), weights)


def within(statistic: Kernel, x: Floats, y: Floats, groups: Ints, weights: Floats) -> Floats:
    """Mean over groups of a statistic inside each; groups where it is undefined are left out."""
    found = np.stack(
        [statistic(x[own], y[own], weights[:, own]) for own in (groups == g for g in np.unique(groups))]
    )
    known = ~np.isnan(found)
    with np.errstate(invalid="ignore"):
        mean: Floats = np.where(known, found, 0.0).sum(axis=0) / known.sum(axis=0)
    return mean


def between(statistic: Kernel, x: Floats, y: Floats, groups: Ints, weights: Floats) -> Floats:
    """A statistic of the groups' means: system level. A group that was drawn counts once."""
    of_x, of_y = (np.round(_means(side, groups, weights), _DIGITS) for side in (_scaled(x), _scaled(y)))
    return statistic(np.nan_to_num(of_x), np.nan_to_num(of_y), (~np.isnan(of_x)).astype(np.float64))


def residuals(x: Floats, groups: Ints, weights: Floats) -> Floats:
    """[r, n] distances from the mean of the own group, in a unit close to the largest value."""
    scaled = _scaled(x)
    of_group = np.nan_to_num(_means(scaled, groups, weights))  # one that was not drawn has no weight either
    _, own = np.unique(groups, return_inverse=True)
    # Rounded once: a mean that is rounded before would tear equal residuals of two groups apart.
    return np.round(scaled - of_group[:, own], _DIGITS)


def ranks(values: Floats, weights: Floats) -> Floats:
    """[r, n] average ranks less one half: the weight below a row and half of that beside it."""
    if values.ndim == 1:
        _, own = np.unique(values, return_inverse=True)
        at = _levels(own, weights)
        middle: Floats = np.cumsum(at, axis=1) - at / 2
        return middle[:, own]
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    upto = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    places = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    ends = np.diff(ordered, axis=1, append=np.inf) > 0
    begins = np.roll(ends, 1, axis=1)
    begins[:, 0] = True
    first = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, places, values.shape[1] - 1)[:, ::-1], axis=1)[:, ::-1]
    before = np.take_along_axis(np.pad(upto, ((0, 0), (1, 0))), first, axis=1)
    found: Floats = np.empty_like(upto)
    np.put_along_axis(found, order, (before + np.take_along_axis(upto, last, axis=1)) / 2, axis=1)
    return found


def _means(x: Floats, groups: Ints, weights: Floats) -> Floats:
    """[r, g] weighted mean of every group; NaN for one that was not drawn."""
    members = (groups[:, None] == np.unique(groups)).astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean: Floats = (weights @ (members * x[:, None])) / (weights @ members)
    return mean


def _scaled(x: Floats) -> Floats:
    """Within [−1, 1], by a power of two: exact, so that no tie comes or goes."""
    _, exponent = np.frexp(np.abs(x).max(initial=0.0))
    return np.ldexp(x, -int(exponent))


def _floor(values: Floats, total: Floats) -> Floats:
    largest = float(np.square(values).max(initial=0.0))
    return total[:, 0] * (_CONSTANT * largest)


def _concordance(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Twice the concordant pairs of rows less the discordant ones."""
    found = np.zeros(len(weights))
    # Small integers, which float32 adds exactly in any order.
    narrow = weights.astype(np.float32)
    for rows in np.array_split(np.arange(len(x)), 1 + len(x) // 1000):
        signs = np.sign(x[rows, None] - x) * np.sign(y[rows, None] - y)
        found += ((narrow @ signs.astype(np.float32).T) * weights[:, rows]).sum(axis=1)
    return found


def _signs(values: Floats) -> Floats:
    return np.sign(values[:, :, None] - values[:, None, :])


def _untied(values: Floats, weights: Floats) -> Floats:
    """Twice the number of pairs of rows that differ in a value."""
    _, own = np.unique(values, return_inverse=True)
    differ: Floats = weights.sum(axis=1) ** 2 - (_levels(own, weights) ** 2).sum(axis=1)
    return differ


def _levels(own: Ints, weights: Floats) -> Floats:
    """[r, k] weight of every distinct value, whose numbers from 0 are ``own``."""
    order = np.argsort(own)
    starts = np.flatnonzero(np.diff(own[order], prepend=-1))
    weight: Floats = np.add.reduceat(weights[:, order], starts, axis=1)
    return weight
