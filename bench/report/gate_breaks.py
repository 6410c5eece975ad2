"""Breaks that a mean may hide: outputs that are newly empty or failed, and documents that collapsed."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.core.types import Column
from bench.report.fixed import Floats

_NOISE = 1e-9  # documents: what a sum of shares is off by
# Of the pooled standard deviation of the values before and now. Of summaries that FRANK's systems wrote for
# another article, it leaves as collapsed what is so without it (68 to 83 % in ROUGE-1 and ROUGE-Lsum); in
# ROUGE-2, where values near zero halve by chance, it takes a fifth off the chance ones.
_FAR = 0.5


@dataclass(frozen=True, slots=True)
class Broken:
    """Documents that broke against documents that were mended.

    Attributes:
        worse: Documents that broke.
        better: Documents that were broken before and are so no more.
        net: How many more are broken; with several samples a document counts by their share.
        limit: What ``net`` may be.
        p: One-sided sign test: so many or more of ``worse`` among all that changed, by chance.
        p_adjusted: In the family of the gate's tests.
    """

    worse: int
    better: int
    net: float
    limit: float
    p: float
    p_adjusted: float = 1.0

    @property
    def over(self) -> bool:
        """Whether more broke than may."""
        return self.net > self.limit + _NOISE

    def certain(self, alpha: float) -> bool:
        """Over the limit, and the sign test says so."""
        return self.over and self.p_adjusted < alpha

    def said(self, alpha: float) -> bool:
        """Over the limit; where others were mended, which is what chance does, the test must say so, too."""
        return self.over and (not self.better or self.p_adjusted < alpha)


def broken(was: Floats, now: Floats, limit: float) -> Broken:
    """Count what broke.

    Args:
        was: [n] share of each document's outputs that was broken, in [0, 1].
        now: [n] the same now.
        limit: How many documents may break.
    """
    change = now - was
    worse, better = int((change > 0).sum()), int((change < 0).sum())
    return Broken(worse, better, math.fsum(change), limit, sign_p(worse, better))


def collapsed(was: Floats, now: Floats, column: Column, limit: float) -> Broken:
    """Count documents that collapsed, and those that rose alike.

    A value collapsed if its distance from the end of the column's range became less than half, or, where
    low is good, more than double, and if it moved by more than half a standard deviation of all values.
    The same the other way round is to rise, so that under the null hypothesis, where before and now are
    exchangeable, each such document is as likely to be one as the other. A column without an end has no
    half and nothing collapses.

    Args:
        was: [n] finite values.
        now: [n] the same now.
        column: Their column.
        limit: How many more may collapse than rise.
    """
    far = _far(was, now, column)
    fell = (now > was) if column.better == "low" else (now < was)
    worse = int((far & fell).sum())
    better = int(far.sum()) - worse
    return Broken(worse, better, worse - better, limit, sign_p(worse, better))


def sign_p(worse: int, better: int) -> float:
    """Chance of so many or more heads among all tosses of a coin."""
    from scipy.special import betainc  # loading it takes longer than a gate

    return float(betainc(worse, better + 1, 0.5)) if worse else 1.0


def _far(was: Floats, now: Floats, column: Column) -> NDArray[np.bool_]:
    ends = [end for end in column.range if math.isfinite(end)]
    if not ends or not len(was):
        return np.zeros(len(was), dtype=np.bool_)
    before, after = np.abs(was - ends[0]), np.abs(now - ends[0])
    halved = np.minimum(before, after) < np.maximum(before, after) / 2
    spread = np.sort(np.concatenate([was, now])).std()  # sorted: the same in any order of documents
    result: NDArray[np.bool_] = halved & (np.abs(now - was) > _FAR * spread)
    return result
