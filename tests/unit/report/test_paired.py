"""Paired comparisons: permutation test, Holm, wins and losses, power."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from bench.core.types import Column, ScoreTable
from bench.report import estimate, paired
from bench.report.estimate import NORMAL_ABOVE
from bench.report.fixed import Floats
from bench.report.paired import compare, holm, sign_flip_p
from bench.report.power import smallest_difference

MakeTable = Callable[..., ScoreTable]


def scipy_p(differences: Floats) -> float:
    from scipy.stats import permutation_test

    zeros = np.zeros_like(differences)
    result = permutation_test(
        (differences, zeros),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=10_000,
        vectorized=True,
        rng=0,
    )
    return float(result.pvalue)


@pytest.mark.parametrize(
    "differences",
    [
        [0.1, -0.2],
        [0.3, 0.1, 0.2, 0.05, 0.4],
        [-0.8, 0.0, 0.1, -0.5, -0.4, 0.9, 0.3, -0.7],  # sums that tie only without rounding
        [0.0, 0.0, 0.5, 0.5, -0.5, 0.5],
        [1 / 3, 2 / 3, -1.0, 1 / 7, 2 / 7, -3 / 7, 0.25, 0.5, 0.125],
        list(np.random.default_rng(0).normal(0.05, 0.1, 12)),
    ],
)
def test_a_small_sample_has_the_exact_p_of_scipy(differences: list[float]) -> None:
    d = np.array(differences)
    assert sign_flip_p([d]) == [pytest.approx(scipy_p(d), abs=1e-12)]


def test_zeros_do_not_count_against_the_exact_test() -> None:
    signal = np.array([0.3, 0.2, 0.1])
    assert sign_flip_p([signal, np.concatenate([signal, np.zeros(5000)])]) == [0.25, 0.25]


def test_no_difference_anywhere_gives_p_1() -> None:
    assert sign_flip_p([np.zeros(3), np.zeros(500), np.zeros(NORMAL_ABOVE + 1)]) == [1.0, 1.0, 1.0]


def test_exact_and_random_signs_agree() -> None:
    d = np.random.default_rng(1).normal(0.05, 0.1, 13)
    ((exact,), (random,)) = sign_flip_p([d], resamples=2**13), sign_flip_p([d], resamples=2**13 - 1)
    assert exact * 2**13 == int(exact * 2**13)
    assert random == pytest.approx(exact, abs=4 * math.sqrt(exact / 2**13))
    assert random != exact


def test_the_smallest_random_p_is_one_in_all_and_the_observed() -> None:
    assert sign_flip_p([np.ones(100)], resamples=999) == [1 / 1000]


def test_many_pairs_use_the_normal_limit() -> None:
    d = np.repeat([1.0, -1.0], [25_370, 25_030])
    z = 340 / math.sqrt(50_400)
    assert sign_flip_p([d]) == [pytest.approx(math.erfc(z / math.sqrt(2)))]
    assert sign_flip_p([d]) == [pytest.approx(0.13, abs=0.001)]


def test_p_is_positive_however_large_the_effect() -> None:
    assert sign_flip_p([np.ones(NORMAL_ABOVE + 1)])[0] > 0


def test_chunks_and_company_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    differences = [rng.normal(0.02, 0.1, n) for n in (50, 33, 50, 5, 33, 50)]
    whole = sign_flip_p(differences, resamples=500)
    assert [sign_flip_p([d], resamples=500)[0] for d in differences] == whole
    monkeypatch.setattr(estimate, "CHUNK", 130)
    monkeypatch.setattr(paired, "CHUNK", 130)
    assert sign_flip_p(differences, resamples=500) == whole


@pytest.mark.parametrize("n", [8, 30])
def test_false_alarms_are_as_rare_as_promised(n: int) -> None:
    rng, tables = np.random.default_rng(3), 2000
    scores = rng.beta(1, 4, (2, tables, n)).round(1)  # skewed and tied
    p = np.array(sign_flip_p(list(scores[0] - scores[1]), resamples=1000))
    assert np.mean(p <= 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / tables)
    assert np.mean(p <= 0.05) >= 0.02  # ties make a small exact test shy


def test_a_holm_family_raises_a_false_alarm_no_more_often_than_one_test() -> None:
    rng, families, size = np.random.default_rng(4), 1000, 6
    p = np.array(sign_flip_p(list(rng.normal(0, 1, (families * size, 20))), resamples=2000))
    alarms = [min(holm(list(family))) <= 0.05 for family in p.reshape(families, size)]
    assert np.mean(alarms) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / families)


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
    assert holm(p) == pytest.approx(adjusted)


def test_a_comparison_counts_on_common_documents(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.5, 0.4, None, 0.9, 0.2]}, "b": {"x": [0.1, 0.4, 0.3, None, 0.3]}})
    (c,) = compare(table, [("a", "b", "m.x")])
    assert (c.n_pairs, c.wins, c.ties, c.losses) == (3, 1, 1, 1)
    assert c.delta == pytest.approx(0.1)
    assert c.p == c.p_adjusted == 1.0


def test_a_difference_has_an_interval_from_six_common_documents_on(make_table: MakeTable) -> None:
    a, b = [0.5, 0.4, 0.7, 0.9, 0.2, 0.3, 0.3], [0.1, 0.4, 0.3, 0.5, 0.3, 0.2, None]
    (c,) = compare(make_table({"a": {"x": a}, "b": {"x": b}}), [("a", "b", "m.x")])
    assert c.lo is not None
    assert c.hi is not None
    assert c.lo < c.delta < c.hi
    (c,) = compare(make_table({"a": {"x": a[1:]}, "b": {"x": b[1:]}}), [("a", "b", "m.x")])
    assert (c.n_pairs, c.lo, c.hi) == (5, None, None)


def test_a_win_is_a_lower_value_where_lower_is_better(make_table: MakeTable) -> None:
    table = make_table(
        {"a": {"x": [0.1, 0.1, 0.5]}, "b": {"x": [0.2, 0.3, 0.4]}}, columns=[Column("x", better="low")]
    )
    (c,) = compare(table, [("a", "b", "m.x")])
    assert (c.wins, c.losses) == (2, 1)
    assert c.delta < 0


def test_rounding_noise_is_a_tie(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.1 + 0.2, 0.5]}, "b": {"x": [0.3, 0.1]}})
    (c,) = compare(table, [("a", "b", "m.x")])
    assert (c.wins, c.ties) == (1, 1)


def test_one_common_document_has_a_comparison_and_none_has_none(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.5, None]}, "b": {"x": [0.1, 0.2]}, "c": {"x": [None, 0.2]}})
    (c,) = compare(table, [("a", "b", "m.x"), ("a", "c", "m.x")])
    assert (c.b, c.n_pairs, c.p) == ("b", 1, 1.0)


def test_turning_a_comparison_round_turns_its_signs(make_table: MakeTable) -> None:
    rng = np.random.default_rng(5)
    table = make_table({s: {"x": list(rng.random(40))} for s in "ab"})
    (there,), (back,) = compare(table, [("a", "b", "m.x")]), compare(table, [("b", "a", "m.x")])
    assert (there.delta, there.p, there.wins) == (-back.delta, back.p, back.losses)


def test_the_smallest_difference_is_found_with_80_percent_power() -> None:
    rng, n, tables = np.random.default_rng(6), 50, 1000
    noise = rng.normal(0, 1, (tables, n))
    difference = smallest_difference(noise.ravel()[:n])
    exact = 2.8016 / math.sqrt(n)  # (1.96 + 0.8416) · 1 / √n
    assert difference == pytest.approx(exact * noise.ravel()[:n].std(ddof=1), rel=1e-4)
    found = np.mean(np.array(sign_flip_p(list(noise + exact), resamples=1000)) <= 0.05)
    assert found == pytest.approx(0.8, abs=0.04)


def test_a_stricter_test_finds_only_larger_differences() -> None:
    noise = np.random.default_rng(7).normal(0, 1, 50)
    ordinary, strict = smallest_difference(noise), smallest_difference(noise, alpha=0.05 / 12)
    assert ordinary is not None
    assert strict == pytest.approx(ordinary * (2.8653 + 0.8416) / (1.9600 + 0.8416), rel=1e-4)


def test_differences_that_do_not_vary_say_nothing_of_power() -> None:
    assert smallest_difference(np.array([0.3] * 8)) is None
    assert smallest_difference(np.array([0.3, 0.1 + 0.2] * 4)) is None


@pytest.mark.parametrize(("n", "alpha", "found"), [(5, 0.05, False), (6, 0.05, True), (6, 0.025, False)])
def test_few_documents_find_no_difference_however_large(n: int, alpha: float, found: bool) -> None:
    enormous = np.arange(1.0, n + 1)
    assert (sign_flip_p([enormous])[0] < alpha) is found
    assert (smallest_difference(enormous, alpha=alpha) is not None) is found
