"""A language model of one text: runs of up to four stems, Witten-Bell smoothed.

Witten and Bell (1991), "The zero-frequency problem": what a history has been followed by, against what else
may follow, in the proportion of its occurrences to its distinct followers.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ORDER = 4
# Words outside the text that the rest of the probability is shared by.
_OUTSIDE = 2001


@dataclass(frozen=True, slots=True)
class Model:
    """How often runs of stems occur.

    Attributes:
        runs: Occurrences of every run of one to ``ORDER`` stems.
        history: For every run of up to ``ORDER`` - 1 stems that something follows, the empty one too, how
            often something does, and how many different stems do.
        floor: Probability of a stem before anything is known.
    """

    runs: Mapping[tuple[str, ...], int]
    history: Mapping[tuple[str, ...], tuple[int, int]]
    floor: float


def count(stems: Sequence[str]) -> Model:
    """The model of a text."""
    runs: Counter[tuple[str, ...]] = Counter()
    for n in range(1, ORDER + 1):
        runs.update(zip(*(stems[i:] for i in range(n)), strict=False))
    followed: Counter[tuple[str, ...]] = Counter()
    followers: Counter[tuple[str, ...]] = Counter()
    for run, times in runs.items():
        followed[run[:-1]] += times
        followers[run[:-1]] += 1
    history = {run: (times, followers[run]) for run, times in followed.items()}
    return Model(runs, history, 1 / (followers[()] + _OUTSIDE))


def log_probability(model: Model, stems: Sequence[str], i: int) -> float:
    """Natural logarithm of the probability of the ``i``-th stem after at most three before it."""
    p = model.floor
    for n in range(min(i, ORDER - 1) + 1):
        run = tuple(stems[i - n : i])
        if run not in model.history:
            break
        times, kinds = model.history[run]
        p = (model.runs.get((*run, stems[i]), 0) + kinds * p) / (times + kinds)
    return math.log(p)
