"""Fixed-point sums: the same result in any order, on any number of threads, with any BLAS."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BITS = 51
_SMALLEST = -900


def fixed_point(values: Floats) -> tuple[Floats, Floats]:
    """Round each column to whole multiples of a power of two of its own.

    Float64 adds integers below 2**53 without rounding, so every sum of a column's n numbers, each
    with a sign or repeated so that n are added, is exact; so is twice that sum. The price is a
    rounding of at most half a unit a value, which is n · max|value| · 2**-51 or less.

    Args:
        values: [n, k] finite values.

    Returns:
        [n, k] integers stored as floats, and [k] units: ``integers * units`` are the rounded values.
    """
    n = len(values)
    _, exponent = np.frexp(np.abs(values).max(axis=0, initial=0.0))
    units = np.ldexp(1.0, np.maximum(exponent + n.bit_length() - _BITS, _SMALLEST))
    return np.rint(values / units), units
