"""Means and bootstrap intervals."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from bench.core.types import FEWEST, Estimate, ScoreTable
from bench.report import estimate
from bench.report.estimate import NORMAL_ABOVE, estimates, mean_intervals

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
    assert estimates(table)["a", "m.x"] == Estimate(0.32, None, None, 5, n_none=1)
    assert estimates(table)["b", "m.x"].lo is not None


def test_missing_values_are_left_out(make_table: MakeTable) -> None:
    with_gaps = make_table({"a": {"x": [0.1, None, 0.4, 0.7, None, 0.4, 0.4, 0.4]}})
    without = make_table({"a": {"x": [0.1, 0.4, 0.7, 0.4, 0.4, 0.4]}})
    a, b = estimates(with_gaps)["a", "m.x"], estimates(without)["a", "m.x"]
    assert (a.mean, a.lo, a.hi, a.n) == (b.mean, b.lo, b.hi, 6)
    assert a.mean == pytest.approx(0.4)


def test_a_corpus_value_replaces_the_mean_and_brings_its_interval(make_table: MakeTable) -> None:
    values = {"x": [0.1, 0.3, 0.2, 0.2, 0.2, None]}
    corpus = {("a", "m.x"): Estimate(0.25, 0.2, 0.3, 6), ("b", "m.x"): Estimate(0.25, None, None, 6)}
    found = estimates(make_table({"a": values, "b": values}, aggregates=corpus))
    assert found["a", "m.x"] == Estimate(0.25, 0.2, 0.3, 5, n_none=1)
    assert found["b", "m.x"] == Estimate(0.25, None, None, 5, n_none=1)


def test_equal_values_have_an_interval_without_width() -> None:
    assert mean_intervals([np.full(30, 0.1)]) == [(0.1, 0.1)]


def test_the_interval_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(2).gamma(2, 0.1, 200)
    (interval,) = mean_intervals([values], seed=1)
    theirs = bootstrap((values,), np.mean, n_resamples=10_000, method="percentile", rng=3).confidence_interval
    assert interval == pytest.approx((theirs.low, theirs.high), abs=0.001)


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
    whole = mean_intervals(columns, resamples=500)
    monkeypatch.setattr(estimate, "CHUNK", 130)
    assert mean_intervals(columns, resamples=500) == whole


def test_the_seed_matters_a_little() -> None:
    values = np.random.default_rng(4).random(50)
    (one,), (other,) = mean_intervals([values], seed=0), mean_intervals([values], seed=1)
    assert one != other
    assert one == pytest.approx(other, abs=0.005)


def test_above_the_limit_the_interval_is_normal() -> None:
    values = np.random.default_rng(5).random(NORMAL_ABOVE + 1)
    (interval,) = mean_intervals([values], resamples=1)
    half = 1.959964 * values.std(ddof=1) / math.sqrt(len(values))
    assert interval == pytest.approx((values.mean() - half, values.mean() + half))


@pytest.mark.parametrize("shape", ["skewed", "tied"])
def test_95_percent_intervals_hold_the_truth_93_to_97_times_in_100(shape: str) -> None:
    rng, n, tables = np.random.default_rng(6), 100, 2000
    draws = {
        "skewed": (rng.beta(2, 5, (tables, n)), 2 / 7),
        "tied": (rng.integers(0, 4, (tables, n)) / 4, 0.375),
    }
    values, truth = draws[shape]
    intervals = mean_intervals(list(values), resamples=1000)
    held = np.mean([i is not None and i[0] <= truth <= i[1] for i in intervals])
    error = 2 * math.sqrt(0.05 * 0.95 / tables)
    assert 0.93 - error <= held <= 0.97 + error


def test_an_empty_table_has_no_estimates() -> None:
    assert estimates(ScoreTable("none", (), (), (), {})) == {}
