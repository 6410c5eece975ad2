"""Fixed-point sums."""

import numpy as np
import pytest

from bench.report.fixed import deviation, fixed_point


def test_a_sum_is_the_same_in_every_order() -> None:
    values = np.random.default_rng(0).lognormal(0, 3, 1000)
    integers, _ = fixed_point(values)
    forwards = np.add.accumulate(integers)[-1]
    backwards = np.add.accumulate(integers[::-1])[-1]
    assert forwards == backwards
    assert np.add.accumulate(values)[-1] != np.add.accumulate(values[::-1])[-1]


def test_twice_the_sum_is_exact() -> None:
    n = 1023
    integers, _ = fixed_point(np.full(n, np.nextafter(1.0, 0.0)))
    assert int(2 * integers.sum()) == 2 * n * int(integers[0])
    assert 2 * integers.sum() < 2**53


def test_values_move_by_at_most_half_a_unit_of_their_row() -> None:
    values = np.random.default_rng(1).normal(0, [[1], [100], [10_000]], (3, 500))
    integers, units = fixed_point(values)
    assert (np.abs(integers * units[:, None] - values) <= units[:, None] / 2).all()
    assert (units < 1e-8).all()
    assert len(set(units)) == 3


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-300, 1e300])
def test_extreme_rows_are_finite(value: float) -> None:
    integers, unit = fixed_point(np.array([value, -value]))
    assert np.isfinite(integers * unit).all()
    assert integers.sum() == 0


def test_a_deviation_is_the_same_in_every_order_and_direction() -> None:
    values = np.random.default_rng(2).normal(3, 2, 1000)
    assert deviation(values) == deviation(values[::-1]) == deviation(-values)
    assert deviation(values) == pytest.approx(values.std(ddof=1))


def test_values_that_differ_only_by_rounding_do_not_deviate() -> None:
    assert deviation(np.array([0.3, 0.1 + 0.2] * 4)) is None
    assert deviation(np.array([0.3])) is None
    assert deviation(np.array([])) is None
