"""Hits are recovered from a precision exactly."""

import random

from bench.rouge.aggregate import pooled
from bench.rouge.types import prf


def test_pooling_recovers_the_hits_of_every_small_and_many_large_counts() -> None:
    random_ = random.Random(0)
    counts = [(hits, total) for total in range(1, 200) for hits in range(total + 1)]
    for _ in range(20_000):
        total = random_.randint(1, 2**40)
        counts.append((random_.randint(0, total), total))
    for hits, total in counts:
        assert pooled([prf(hits, total, total)] * 2, total, [total, total]).precision == 2 * hits / (
            2 * total
        )
        assert pooled([prf(hits, total, total)], total, [total]).recall == hits / total


def test_pooling_nothing() -> None:
    assert pooled([prf(0, 0, 0), prf(0, 0, 3)], 0, [0, 3]) == (0.0, 0.0, 0.0)
