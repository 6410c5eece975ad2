"""Bootstrap samples: documents drawn with replacement, the same ones for all columns of one length."""

from collections.abc import Sequence

import numpy as np

from bench.report.fixed import Floats

CHUNK = 4_000_000  # numbers in the largest temporary array: 32 MB
_FEW = 3  # rows


def resampled_sums(values: Floats, *, resamples: int, seed: int) -> Floats:
    """[k, resamples] sums of n values, drawn with replacement from each row.

    How often a document is drawn is counted once for all rows, and a product of matrices does the rest; of
    few rows the values are looked up, which is faster then, and as exact. The draws depend on (seed, n)
    alone.

    Args:
        values: [k, n] whole numbers of :func:`bench.report.fixed.fixed_point`, so that sums are exact.
        resamples: Bootstrap samples.
        seed: Seed of the draws.
    """
    k, n = values.shape
    sums = np.empty((k, resamples))
    rng = np.random.default_rng((seed, n))
    rows = max(1, CHUNK // n)
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        drawn = rng.integers(0, n, size=(size, n))
        if k <= _FEW:
            sums[:, start : start + size] = [row[drawn].sum(axis=1) for row in values]
        else:
            drawn += np.arange(0, size * n, n)[:, None]
            counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
            sums[:, start : start + size] = values @ counts.astype(np.float64).T
    return sums


def blocks(members: Sequence[int], length: int) -> list[Sequence[int]]:
    """Split column indices so that [block, length] stays within ``CHUNK`` numbers."""
    width = max(1, min(512, CHUNK // length))
    return [members[i : i + width] for i in range(0, len(members), width)]
