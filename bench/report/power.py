"""What a number of documents can and cannot find."""

import math
from bisect import bisect_left

from bench.report.fixed import Floats, deviation, fixed_point

_MOST = 10**9


def smallest_difference(differences: Floats, *, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Smallest true mean difference that a paired test on as many documents finds.

    (t₁₋α⸝₂ + t_power) · sd / √n with Student's t of n − 1 degrees of freedom (Zar, 2010, 7.7), for
    whose test the permutation test is as powerful; of normal differences it finds 77 to 80 % where 80
    are asked for, at any level that ten documents or more can reach. None where n documents cannot
    reach ``alpha`` at all (see :func:`can_find`), and where all differences are equal up to rounding,
    which says nothing of how they vary.

    Args:
        differences: Paired differences between two systems, in any unit; the result is in the same.
        alpha: Two-sided level of the test: α / m for the first of m that Holm adjusts.
        power: Chance that the difference is found.
    """
    n, spread = len(differences), deviation(differences)
    if spread is None or not can_find(n, alpha=alpha):
        return None
    return _errors(n, alpha, power) * spread / math.sqrt(n)


def documents_needed(
    differences: Floats, *, delta: float | None = None, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """The fewest documents with which a paired test finds a true mean difference.

    The n at which :func:`smallest_difference` is ``delta``, if further documents vary as these do. Of a
    difference that was seen it is a rough figure: what is needed grows with 1 / delta².

    Args:
        differences: Paired differences between two systems.
        delta: The true mean difference, in their unit; the observed one if None.
        alpha: Two-sided level of the test.
        power: Chance that the difference is found.

    Returns:
        None where the differences do not vary or ``delta`` is 0 (both up to rounding), and where more
        than 10⁹ documents are needed.
    """
    spread = deviation(differences)
    if delta is None:
        vanishes = abs(fixed_point(differences)[0].sum()) <= len(differences)
        delta = 0.0 if vanishes else math.fsum(differences) / len(differences)
    if spread is None or not delta:
        return None

    def enough(n: int) -> bool:
        return can_find(n, alpha=alpha) and _errors(n, alpha, power) * spread <= abs(delta) * math.sqrt(n)

    return 2 + bisect_left(range(2, _MOST), True, key=enough) if enough(_MOST) else None


def can_find(n: int, *, alpha: float) -> bool:
    """Whether the permutation test on n documents can give a p below ``alpha``: its least is 2 / 2**n."""
    return 2.0 ** (1 - n) < alpha


def _errors(n: int, alpha: float, power: float) -> float:
    """By how many standard errors a true mean must differ from 0."""
    from scipy.special import stdtrit  # loading it takes longer than many a table

    return float(stdtrit(n - 1, 1 - alpha / 2) + stdtrit(n - 1, power))
