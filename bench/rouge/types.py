"""The vocabulary of ROUGE: types, and one score."""

from functools import cache
from typing import Literal, NamedTuple

RougeType = Literal[
    "rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rouge6", "rouge7", "rouge8", "rouge9",
    "rougeL", "rougeLsum",
]  # fmt: skip

# The lines of one text; a token is a number that stands for its word within one call.
Lines = list[list[int]]


class PRF(NamedTuple):
    """Precision, recall and F-measure, each in [0, 1]; an engine may give a named tuple of its own."""

    precision: float
    recall: float
    fmeasure: float


def prf(hits: int, candidate_total: int, reference_total: int) -> PRF:
    """The score of ``hits`` matches among so many units on either side; 0 where a side has none.

    The operations and their order are rouge-score's, so that the floats are equal and not just close.
    """
    precision = hits / max(candidate_total, 1)
    recall = hits / max(reference_total, 1)
    return PRF(precision, recall, fmeasure(precision, recall))


def fmeasure(precision: float, recall: float) -> float:
    """Harmonic mean; 0 when both are 0."""
    if precision + recall > 0:
        return 2 * precision * recall / (precision + recall)
    return 0.0


@cache
def order(rouge_type: RougeType) -> int | None:
    """The n of an n-gram type; None for rougeL and rougeLsum."""
    return int(rouge_type[5:]) if rouge_type[5:].isdecimal() else None
