"""Means and bootstrap intervals."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from bench.core.types import FEWEST, Estimate, ScoreTable
from bench.report import resample
from bench.report.estimate import NORMAL_ABOVE, estimates, intervals
from bench.report.fixed import Floats

MakeTable = Callable[..., ScoreTable]


def test_a_column_without_values_has_no_mean(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [None, None]}})
    assert estimates(table)["a", "m.x"] == Estimate(None, None, None, 0, n_none=2)


def test_a_column_that_was_never_scored_has_no_mean(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.5]}, "b": {}})
    assert estimates(table)["b", "m.x"] == Estimate(None, None, None, 0)


def test_fewer_than_six_values_have_no_interval(make_table: MakeTable) -> None:
    table = make_table(
        {"a": {"x": [0.5, None, 0.2, 0.4, 0.4, 0.1]}, "b": {"x": [0.5, 0.1, 0.2, 0.4, 0.4, 0.1]}}
    )
    assert FEWEST == 6
    assert estimates(table)["a", "m.x"] == Estimate(0.32, None, None, 5, n_none=1, median=0.4)
    assert estimates(table)["b", "m.x"].method == "bca"


def test_missing_values_are_left_out(make_table: MakeTable) -> None:
    with_gaps = make_table({"a": {"x": [0.1, None, 0.4, 0.7, None, 0.4, 0.4, 0.4]}})
    without = make_table({"a": {"x": [0.1, 0.4, 0.7, 0.4, 0.4, 0.4]}})
    a, b = estimates(with_gaps)["a", "m.x"], estimates(without)["a", "m.x"]
    assert (a.mean, a.lo, a.hi, a.percentile, a.median, a.n) == (b.mean, b.lo, b.hi, b.percentile, 0.4, 6)
    assert a.mean == pytest.approx(0.4)


def test_a_corpus_value_replaces_the_mean_and_brings_its_interval(make_table: MakeTable) -> None:
    values = {"x": [0.1, 0.3, 0.2, 0.2, 0.2, None]}
    corpus = {("a", "m.x"): Estimate(0.25, 0.2, 0.3, 6), ("b", "m.x"): Estimate(0.25, None, None, 6)}
    found = estimates(make_table({"a": values, "b": values}, aggregates=corpus))
    assert found["a", "m.x"] == Estimate(0.25, 0.2, 0.3, 5, n_none=1, median=0.2, method="corpus")
    assert found["b", "m.x"] == Estimate(0.25, None, None, 5, n_none=1, median=0.2)


def ends(columns: list[Floats], resamples: int = 10_000, seed: int = 0) -> list[tuple[float, float]]:
    found = intervals(columns, resamples=resamples, seed=seed)
    return [(i.lo, i.hi) for i in found if i]


@pytest.mark.parametrize("value", [0.1, 0.0, 1 / 3, -0.7, 1e300, 5e-324])
def test_equal_values_have_an_interval_without_width(value: float) -> None:
    (interval,) = intervals([np.full(30, value)], resamples=100)
    assert interval is not None
    assert (interval.lo, interval.hi) == interval.percentile == (value, value)


def test_a_long_tail_pulls_the_interval_towards_it() -> None:
    (interval,) = intervals([np.random.default_rng(2).gamma(1, 0.1, 40)])
    assert interval is not None
    assert interval.percentile is not None
    assert interval.lo > interval.percentile[0]
    assert interval.hi > interval.percentile[1]


def test_without_skew_both_intervals_are_the_same() -> None:
    values = np.array([-1.0, 1.0] * 40)
    (interval,) = intervals([values])
    assert interval is not None
    assert (interval.lo, interval.hi) == pytest.approx(interval.percentile, abs=0.026)


@pytest.mark.parametrize("outlier", [1.0, -1.0])
def test_one_outlier_does_not_take_the_interval_from_the_mean(outlier: float) -> None:
    """Of all resamples a third lacks the outlier and lies on one side, the rest on the other."""
    values = np.array([outlier] + [0.0] * 23)
    (interval,) = intervals([values])
    assert interval is not None
    assert interval.lo <= outlier / 24 <= interval.hi
    assert interval.hi - interval.lo > 1 / 24


def test_means_that_tie_on_paper_tie_in_tenths_too() -> None:
    """Many of the resampled means equal the mean; in tenths some of them differ from it by rounding."""
    rng = np.random.default_rng(10)
    drawn = [rng.integers(0, 11, n).astype(float) for n in (6, 8, 10, 12, 15) for _ in range(40)]
    counts = [values for values in drawn if values.sum() % len(values) == 0]  # their mean is exact
    assert len(counts) > 10
    whole, tenths, turned = (ends([factor * v for v in counts]) for factor in (1, 0.1, -0.1))
    for one, tenth, back in zip(whole, tenths, turned, strict=True):
        assert [10 * end for end in tenth] == pytest.approx(one, abs=1e-12)
        assert [-10 * end for end in reversed(back)] == pytest.approx(one, abs=1e-12)


def test_with_resamples_on_one_side_only_the_bound_is_the_mean() -> None:
    values = np.random.default_rng(8).random(10)
    for seed in range(20):
        (interval,) = intervals([values], resamples=1, seed=seed)
        assert interval is not None
        assert interval.lo <= values.mean() <= interval.hi


def test_the_p_of_a_mean_is_how_often_resamples_go_as_far_as_zero() -> None:
    rng = np.random.default_rng(9)
    noise = rng.normal(0, 1, 200)
    at_two_errors = noise - noise.mean() + 2 * noise.std() / math.sqrt(200)
    near, two, far, none = intervals([noise - noise.mean(), at_two_errors, noise + 9, np.zeros(50)])
    assert near is not None
    assert two is not None
    assert far is not None
    assert none is not None
    assert near.p == none.p == 1.0
    assert two.p == pytest.approx(0.0455, abs=0.008)
    assert far.p == 1 / 10_001


def test_an_estimate_depends_on_nothing_but_its_own_column(make_table: MakeTable) -> None:
    rng = np.random.default_rng(3)
    scores = {s: {c: list(rng.random(40)) for c in "xyz"} for s in "abcd"}
    whole = estimates(make_table(scores))
    turned = estimates(make_table({s: dict(reversed(scores[s].items())) for s in reversed(scores)}))
    alone = estimates(make_table({"c": {"y": scores["c"]["y"]}}))
    assert whole == turned
    assert whole["c", "m.y"] == alone["c", "m.y"]


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [np.random.default_rng(i).random(50) for i in range(7)]
    whole = intervals(columns, resamples=500)
    monkeypatch.setattr(resample, "CHUNK", 130)
    assert intervals(columns, resamples=500) == whole


def test_the_seed_matters_a_little() -> None:
    values = np.random.default_rng(4).random(50)
    (one,), (other,) = ends([values]), ends([values], seed=1)
    assert one != other
    assert one == pytest.approx(other, abs=0.005)


def test_above_the_limit_the_interval_is_normal(make_table: MakeTable) -> None:
    values = np.random.default_rng(5).random(NORMAL_ABOVE + 1)
    e = estimates(make_table({"a": {"x": list(values)}}), resamples=1)["a", "m.x"]
    half = 1.959964 * values.std(ddof=1) / math.sqrt(len(values))
    assert (e.lo, e.hi) == pytest.approx((values.mean() - half, values.mean() + half))
    assert (e.method, e.percentile) == ("normal", None)
    assert e.median == np.median(values)


def test_at_the_limit_bootstrap_and_normal_interval_agree() -> None:
    values = np.random.default_rng(5).random(NORMAL_ABOVE)
    (interval,) = intervals([values], resamples=1000)
    half = 1.959964 * values.std(ddof=1) / math.sqrt(len(values))
    assert interval is not None
    assert interval.method == "bca"
    assert (interval.lo, interval.hi) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=0.15 * half
    )


def test_an_empty_table_has_no_estimates() -> None:
    assert estimates(ScoreTable("none", (), (), (), {})) == {}
