"""Fixed-point sums: the same result in any order, on any number of threads, with any BLAS."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BITS = 51
_SMALLEST = -900


def fixed_point(values: Floats) -> tuple[Floats, Floats]:
    """Round each row to whole multiples of a power of two of its own.

    Float64 adds integers below 2**53 without rounding, so every sum of a row's n numbers, each with a
    sign or repeated so that n are added, is exact; so is twice that sum. The price is a rounding of at
    most half a unit a value, which is n · max|value| · 2**-51 or less.

    Args:
        values: [k, n] or [n] finite values.

    Returns:
        Integers stored as floats, in the shape of ``values``, and [k] units or one: ``integers`` times
        the unit of their row are the rounded values.
    """
    n = values.shape[-1]
    _, exponent = np.frexp(np.abs(values).max(axis=-1, initial=0.0))
    units = np.ldexp(1.0, np.maximum(exponent + n.bit_length() - _BITS, _SMALLEST))
    return np.rint(values / units[..., None]), units


def deviation(values: Floats) -> float | None:
    """Sample standard deviation of [n] values; None where they vary by no more than rounding."""
    n = len(values)
    if n < 2 or np.ptp(fixed_point(values)[0]) <= 1:
        return None
    centre = math.fsum(values) / n
    return math.sqrt(math.fsum(np.square(values - centre)) / (n - 1))
