"""Several tests at once: adjusted p, and what that asks of each single test."""

import math
from collections.abc import Sequence
from typing import Literal

Correct = Literal["holm", "bh", "none"]
CORRECTIONS: dict[Correct, str] = {"holm": "Holm", "bh": "Benjamini–Hochberg", "none": "not adjusted"}


def adjust(p: Sequence[float], how: Correct) -> list[float]:
    """Adjusted p of a family of tests, in its order; significant is what is below α then.

    ``holm`` (1979) bounds the chance of any false alarm in the family by α, however the tests depend
    on each other. ``bh`` (Benjamini and Hochberg, 1995) bounds the expected share of false alarms
    among all alarms, for tests that are independent or positively dependent. ``none`` bounds only the
    chance of a false alarm in each test by itself.
    """
    n = len(p)
    if how == "none":
        return list(p)
    result = [1.0] * n
    rising = sorted(range(n), key=lambda i: p[i])
    if how == "holm":
        bound = 0.0
        for rank, i in enumerate(rising):
            bound = max(bound, (n - rank) * p[i])
            result[i] = min(1.0, bound)
    else:
        bound = 1.0
        for rank in range(n, 0, -1):
            i = rising[rank - 1]
            bound = min(bound, p[i] * (n / rank))
            result[i] = bound
    return result


def level(alpha: float, tests: int, how: Correct) -> float:
    """The p below which a test is significant whatever the others of its family say."""
    return alpha if how == "none" else alpha / max(1, tests)


def draws(resamples: int, alpha: float, tests: int, how: Correct) -> int:
    """Random draws of each of several tests: ``resamples``, or so many that the least p is half its level."""
    return max(resamples, math.ceil(2 / level(alpha, tests, how)))
