"""One score from several references. Four different numbers go by that name in the literature."""

from collections.abc import Sequence
from math import fsum
from typing import Literal

from bench.rouge.types import PRF, fmeasure

Aggregate = Literal["best", "mean", "pooled", "best_recall"]


def best(scores: Sequence[PRF]) -> PRF:
    """The reference with the highest F-measure, the first of equals: rouge-score's ``score_multi``."""
    return max(scores, key=lambda s: s.fmeasure)


def best_recall(scores: Sequence[PRF]) -> PRF:
    """The reference with the highest recall, the first of equals: ROUGE-1.5.5 with ``-f B``."""
    return max(scores, key=lambda s: s.recall)


def mean(scores: Sequence[PRF]) -> PRF:
    """Precision, recall and F-measure averaged one by one, so F is not the harmonic mean of the others."""
    n = len(scores)
    return PRF(
        fsum(s.precision for s in scores) / n,
        fsum(s.recall for s in scores) / n,
        fsum(s.fmeasure for s in scores) / n,
    )


def pooled(scores: Sequence[PRF], candidate_total: int, reference_totals: Sequence[int]) -> PRF:
    """Hits summed over the references, divided by totals summed: ROUGE-1.5.5 by default (``-f A``).

    The candidate counts once for each reference. Hits are recovered from a score: p = hits / n rounded
    is within a relative 2⁻⁵³ of the quotient, and the product p · n within another, so p · n differs
    from the integer by less than hits · 2⁻⁵¹: rounding gives it exactly for any text that fits in memory.
    """
    hits = sum(round(s.precision * candidate_total) for s in scores)
    precision = hits / max(candidate_total * len(scores), 1)
    recall = hits / max(sum(reference_totals), 1)
    return PRF(precision, recall, fmeasure(precision, recall))
