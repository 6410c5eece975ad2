"""Which questions share a batch.

Rows of a batch are padded to its longest, so rows of like length belong together. The engine keeps what
waits sorted by length and goes through it in sweeps from the longest to the shortest; what arrives on the
way and is longer than where the sweep has come to waits for the next one. To take the longest of all every
time would be simpler and worse: the short ones would fill the window, and every batch would be what
happened to arrive last.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

Row = tuple[int, int, T]  # the length in tokens, the number of the arrival, and what it is


def take(rows: Sequence[Row[T]], budget: int, below: float = math.inf) -> slice:
    """The next batch out of sorted ``rows``: the longest that are not above ``below``, and what fits beside.

    Args:
        rows: At least one, in ascending order.
        budget: Most tokens, padding and all. A row that is longer goes alone.
        below: Length to which the sweep has come. Where all rows are longer, a new one begins.
    """
    end = bisect_right(rows, (below, math.inf)) or len(rows)
    return slice(max(0, end - max(1, budget // max(1, rows[end - 1][0]))), end)


def padded(batches: Iterable[Sequence[int]]) -> int:
    """Tokens that a model computes for batches of rows of these lengths."""
    return sum(len(batch) * max(batch, default=0) for batch in batches)
