"""Paired comparisons: tests, intervals, effect, wins and losses."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from bench.core.types import Column, ScoreTable
from bench.report import paired, resample
from bench.report.adjust import CORRECTIONS, adjust
from bench.report.estimate import NORMAL_ABOVE
from bench.report.paired import TESTS, Test, bootstrap_p, compare, p_values, sign_flip_p

MakeTable = Callable[..., ScoreTable]


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
    monkeypatch.setattr(resample, "CHUNK", 130)
    monkeypatch.setattr(paired, "CHUNK", 130)
    assert sign_flip_p(differences, resamples=500) == whole


def test_the_bootstrap_test_has_no_p_over_few_documents_and_a_normal_one_over_many() -> None:
    d = np.repeat([1.0, -1.0], [25_370, 25_030])
    few, six, many, equal = bootstrap_p(
        [np.arange(1.0, 6.0), np.arange(1.0, 7.0), d, d * 0 + 1], resamples=999
    )
    assert few == 1.0
    assert six == 1 / 1000
    assert many == pytest.approx(0.13, abs=0.001)
    assert 0 < equal < 1e-300


@pytest.mark.parametrize("test", TESTS)
def test_both_tests_agree_where_there_are_many_documents(test: Test) -> None:
    rng = np.random.default_rng(8)
    noise = rng.normal(0, 1, 400)
    differences = [noise - noise.mean() + z * noise.std() / 20 for z in (0.0, 1.0, 2.0, 9.0)]
    p = p_values(differences, test, resamples=10_000, seed=0)
    assert p == pytest.approx([1.0, 0.317, 0.0455, 0.0001], abs=0.015)


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


def test_turning_a_comparison_round_turns_its_interval_and_effect(make_table: MakeTable) -> None:
    rng = np.random.default_rng(6)
    table = make_table({s: {"x": list(rng.gamma(1, 0.1, 40))} for s in "ab"})
    (there,), (back,) = compare(table, [("a", "b", "m.x")]), compare(table, [("b", "a", "m.x")])
    assert there.lo is not None
    assert there.hi is not None
    assert there.effect is not None
    assert (back.lo, back.hi, back.effect) == (-there.hi, -there.lo, -there.effect)


def test_the_effect_is_the_mean_difference_by_its_deviation(make_table: MakeTable) -> None:
    table = make_table(
        {"a": {"x": [0.3, 0.5, 0.7], "y": [1.0] * 3}, "b": {"x": [0.2, 0.3, 0.4], "y": [0.5] * 3}}
    )
    x, y = compare(table, [("a", "b", "m.x"), ("a", "b", "m.y")])
    assert x.effect == pytest.approx(0.2 / 0.1)
    assert y.effect is None


def test_the_test_and_its_correction_can_be_chosen(make_table: MakeTable) -> None:
    rng = np.random.default_rng(7)
    table = make_table({s: {c: list(rng.normal(0.2 * (s == "a"), 1, 60)) for c in "xyz"} for s in "ab"})
    pairs = [("a", "b", f"m.{c}") for c in "xyz"]
    found = {(t, how): compare(table, pairs, test=t, correct=how) for t in TESTS for how in CORRECTIONS}
    p = {key: [c.p for c in family] for key, family in found.items()}
    assert p["permutation", "holm"] == p["permutation", "bh"] == p["permutation", "none"]
    assert p["permutation", "holm"] != p["bootstrap", "holm"]
    assert p["permutation", "holm"] == pytest.approx(p["bootstrap", "holm"], abs=0.05)
    for (_, how), family in found.items():
        assert [c.p_adjusted for c in family] == adjust([c.p for c in family], how)
    intervals = {tuple((c.lo, c.hi) for c in family) for family in found.values()}
    assert len(intervals) == 1
