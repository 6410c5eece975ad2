"""Several tests at once."""

import pytest

from bench.report.adjust import CORRECTIONS, Correct, adjust, draws, level


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([0.02, 0.02, 0.02], [0.06, 0.06, 0.06]),
    ],
)
def test_holm_by_hand(p: list[float], adjusted: list[float]) -> None:
    assert adjust(p, "holm") == pytest.approx(adjusted)


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.02, 0.04, 0.04, 0.02]),
        ([0.5, 0.6], [0.6, 0.6]),
        ([0.02, 0.02, 0.02], [0.02, 0.02, 0.02]),
    ],
)
def test_benjamini_and_hochberg_by_hand(p: list[float], adjusted: list[float]) -> None:
    assert adjust(p, "bh") == pytest.approx(adjusted)


def test_without_a_correction_p_stays() -> None:
    assert adjust([0.04, 0.01], "none") == [0.04, 0.01]


@pytest.mark.parametrize("how", CORRECTIONS)
def test_below_its_level_a_test_is_significant_whatever_the_others_say(how: Correct) -> None:
    one = level(0.05, 8, how)
    assert adjust([one, *[1.0] * 7], how)[0] == pytest.approx(0.05)
    assert adjust([one, *[0.001] * 7], how)[0] <= 0.05


def test_there_are_enough_draws_for_the_level() -> None:
    assert draws(10_000, 0.05, 9, "holm") == 10_000
    assert draws(100, 0.05, 9, "holm") == draws(100, 0.05, 9, "bh") == 360
    assert draws(100, 0.05, 9, "none") == 100
    assert draws(10, 0.05, 0, "holm") == 40
