"""What so many documents can find, and how many a difference needs."""

import numpy as np
import pytest

from bench.report.paired import sign_flip_p
from bench.report.power import can_find, documents_needed, smallest_difference

NOISE = np.random.default_rng(7).normal(0, 1, 50)
T = {"at 0.05": 2.0096 + 0.8490, "at 0.05 / 12": 3.0060 + 0.8490}  # Student's t of 49 degrees of freedom


def test_the_smallest_difference_by_hand() -> None:
    error = NOISE.std(ddof=1) / 50**0.5
    assert smallest_difference(NOISE) == pytest.approx(T["at 0.05"] * error, rel=1e-4)
    assert smallest_difference(NOISE, alpha=0.05 / 12) == pytest.approx(T["at 0.05 / 12"] * error, rel=1e-4)


def test_the_unit_does_not_matter_and_neither_does_the_mean() -> None:
    found = smallest_difference(NOISE)
    assert found is not None
    assert smallest_difference(100 * NOISE + 3) == pytest.approx(100 * found)


def test_differences_that_do_not_vary_say_nothing_of_power() -> None:
    for differences in (np.array([0.3] * 8), np.array([0.3, 0.1 + 0.2] * 4)):
        assert smallest_difference(differences) is None
        assert documents_needed(differences) is None


@pytest.mark.parametrize(("n", "alpha", "found"), [(5, 0.05, False), (6, 0.05, True), (6, 0.025, False)])
def test_few_documents_find_no_difference_however_large(n: int, alpha: float, found: bool) -> None:
    enormous = np.arange(1.0, n + 1)
    assert (sign_flip_p([enormous])[0] < alpha) is found
    assert (smallest_difference(enormous, alpha=alpha) is not None) is found
    assert can_find(n, alpha=alpha) is found


@pytest.mark.parametrize("alpha", [0.05, 0.05 / 12])
def test_the_smallest_difference_needs_the_documents_that_there_are(alpha: float) -> None:
    delta = smallest_difference(NOISE, alpha=alpha)
    assert delta is not None
    assert documents_needed(NOISE, delta=delta * (1 + 1e-9), alpha=alpha) == 50
    assert documents_needed(NOISE, delta=-delta * (1 + 1e-9), alpha=alpha) == 50
    assert documents_needed(NOISE, delta=delta * (1 - 1e-9), alpha=alpha) == 51


def test_half_the_difference_needs_four_times_the_documents() -> None:
    whole, half = (documents_needed(NOISE, delta=delta) for delta in (0.1, 0.05))
    assert whole is not None
    assert half == pytest.approx(4 * whole, rel=0.01)


def test_without_a_difference_to_find_it_is_the_one_that_was_seen() -> None:
    seen = NOISE + 0.2
    assert documents_needed(seen) == documents_needed(seen, delta=float(seen.mean()))


def test_a_large_difference_needs_as_many_as_the_test_can_find_anything_with() -> None:
    assert documents_needed(NOISE, delta=1e6) == 6
    assert documents_needed(NOISE, delta=1e6, alpha=0.05 / 12) == 9


def test_no_difference_is_not_found_with_any_number() -> None:
    assert documents_needed(NOISE, delta=0.0) is None
    assert documents_needed(np.array([0.1, 0.2, -0.3, 0.1, 0.2, -0.3])) is None
    assert documents_needed(NOISE, delta=1e-6) is None
    assert documents_needed(np.array([])) is None
