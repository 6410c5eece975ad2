"""What a number of documents can and cannot find."""

import math
from statistics import NormalDist

import numpy as np

from bench.report.fixed import Floats, fixed_point


def smallest_difference(differences: Floats, *, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Smallest true mean difference that a paired test on as many documents finds.

    (z₁₋α⸝₂ + z_power) · sd / √n: the normal approximation (Cohen, 1988), optimistic for fewer than
    about ten documents. None where n documents cannot reach ``alpha`` at all (see :func:`can_find`), and
    where all differences are equal up to rounding, which says nothing of how they vary.

    Args:
        differences: Paired differences between two systems, in any unit; the result is in the same.
        alpha: Two-sided level of the test: α / m for the first of m that Holm adjusts.
        power: Chance that the difference is found.
    """
    n = len(differences)
    if not can_find(n, alpha=alpha) or np.ptp(fixed_point(differences[:, None])[0]) <= 1:
        return None
    z = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return z * float(np.sort(differences).std(ddof=1)) / math.sqrt(n)


def can_find(n: int, *, alpha: float) -> bool:
    """Whether the permutation test on n documents can give a p below ``alpha``: its least is 2 / 2**n."""
    return 2.0 ** (1 - n) < alpha
