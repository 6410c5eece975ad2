"""Batches of rows of like length under a budget of tokens."""

import math
import random
from bisect import insort
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bench.runner.packing import Row, padded, take

LENGTHS = st.lists(st.integers(0, 200), max_size=60)


def batches(lengths: list[int], budget: int) -> list[list[int]]:
    """The lengths of the rows of each batch, for rows that are all there from the beginning."""
    rows = sorted((length, i, None) for i, length in enumerate(lengths))
    found = []
    while rows:
        batch = take(rows, budget)
        found.append([length for length, _, _ in rows[batch]])
        del rows[batch]
    return found


def test_the_longest_rows_come_first_and_share_a_batch_as_far_as_the_budget_goes() -> None:
    assert batches([3, 10, 4, 9, 1, 2], 20) == [[9, 10], [1, 2, 3, 4]]


def test_a_row_above_the_budget_goes_alone() -> None:
    assert batches([50, 10, 60, 10], 20) == [[60], [50], [10, 10]]


def test_rows_without_tokens_are_rows() -> None:
    assert batches([0, 0, 0], 2) == [[0, 0], [0]]


@given(LENGTHS, st.integers(1, 500))
def test_every_row_is_in_one_batch_and_no_batch_is_above_the_budget(lengths: list[int], budget: int) -> None:
    packed = batches(lengths, budget)
    assert sorted(length for batch in packed for length in batch) == sorted(lengths)
    for batch in packed:
        assert len(batch) == 1 or len(batch) * max(batch) <= budget


@given(LENGTHS, st.integers(1, 500))
def test_no_row_of_a_batch_is_shorter_than_one_of_a_later_batch(lengths: list[int], budget: int) -> None:
    packed = batches(lengths, budget)
    for earlier, later in pairwise(packed):
        assert min(earlier) >= max(later)


def test_padded_counts_what_a_model_computes() -> None:
    assert padded([[3, 1], [5]]) == 11
    assert padded([]) == padded([[]]) == 0


def test_a_sweep_goes_down_and_then_begins_anew() -> None:
    rows: list[Row[str]] = [(1, 0, "a"), (5, 1, "b"), (5, 2, "c"), (9, 3, "d")]
    assert rows[take(rows, 10)] == [(9, 3, "d")]
    assert rows[take(rows, 10, below=5)] == [(5, 1, "b"), (5, 2, "c")]
    assert rows[take(rows, 4, below=4)] == [(1, 0, "a")]
    assert rows[take(rows, 10, below=0)] == [(9, 3, "d")], "nothing is so short: a new sweep"


def refilled(lengths: list[int], budget: int, window: int, *, sweep: bool) -> int:
    """Padded tokens where a window is refilled after every batch, as the engine's is."""
    arriving = iter(enumerate(lengths))
    rows: list[Row[None]] = []
    below = math.inf
    taken: list[list[int]] = []
    while True:
        while len(rows) < window and (row := next(arriving, None)) is not None:
            insort(rows, (row[1], row[0], None))
        if not rows:
            return padded(taken)
        batch = take(rows, budget, below if sweep else math.inf)
        below = rows[batch.start][0] if batch.start else math.inf
        taken.append([length for length, _, _ in rows[batch]])
        del rows[batch]


def test_sweeping_is_what_keeps_a_window_that_is_refilled_well_packed() -> None:
    chance = random.Random(4)
    lengths = [int(min(4000, max(30, chance.lognormvariate(6.3, 0.7)))) for _ in range(2000)]
    real = sum(lengths)
    assert padded([lengths[i : i + 8] for i in range(0, len(lengths), 8)]) > 2.2 * real, "in order of arrival"
    assert refilled(lengths, 8192, 256, sweep=False) > 1.5 * real, "always the longest"
    assert refilled(lengths, 8192, 256, sweep=True) < 1.06 * real
