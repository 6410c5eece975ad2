"""Fixed-point sums."""

import numpy as np
import pytest

from bench.report.fixed import fixed_point


def test_a_sum_is_the_same_in_every_order() -> None:
    values = np.random.default_rng(0).lognormal(0, 3, (1000, 1))
    integers, _ = fixed_point(values)
    forwards = np.add.accumulate(integers[:, 0])[-1]
    backwards = np.add.accumulate(integers[::-1, 0])[-1]
    assert forwards == backwards
    assert np.add.accumulate(values[:, 0])[-1] != np.add.accumulate(values[::-1, 0])[-1]


def test_twice_the_sum_is_exact() -> None:
    n = 1023
    integers, _ = fixed_point(np.full((n, 1), np.nextafter(1.0, 0.0)))
    assert int(2 * integers.sum()) == 2 * n * int(integers[0, 0])
    assert 2 * integers.sum() < 2**53


def test_values_move_by_at_most_half_a_unit() -> None:
    values = np.random.default_rng(1).normal(0, 1, (500, 3))
    integers, units = fixed_point(values)
    assert (np.abs(integers * units - values) <= units / 2).all()
    assert (units < 1e-12).all()


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-300, 1e300])
def test_extreme_columns_are_finite(value: float) -> None:
    integers, units = fixed_point(np.array([[value], [-value]]))
    assert np.isfinite(integers * units).all()
    assert integers.sum() == 0
