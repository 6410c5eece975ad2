"""Agreement of scores with judgements: what each statistic is, and what a resample is."""

from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.report import agreement, weighted
from bench.report.agreement import (
    auc,
    balanced_accuracy,
    best_threshold,
    between,
    intervals,
    kendall,
    partial_pearson,
    partial_spearman,
    pearson,
    spearman,
    within,
)
from bench.report.fixed import Floats

GRADES = st.integers(0, 4).map(lambda n: n / 4)
ROWS = st.lists(st.tuples(GRADES, GRADES, st.integers(0, 2), st.integers(0, 3)), min_size=3, max_size=25)
TWO_SIDED = [weighted.pearson, weighted.spearman, weighted.kendall]


def arrays(rows: list[tuple[float, float, int, int]]) -> tuple[Floats, Floats, weighted.Ints, Floats]:
    x, y, groups, weights = zip(*rows, strict=True)
    drawn = np.array([weights], dtype=np.float64)
    return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64), np.array(groups), drawn


def test_auc_is_the_chance_that_good_scores_above_bad() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.1])
    # Pairs of (good, bad): .9 > .5, .9 > .1, .5 = .5 (one half), .5 > .1.
    assert auc(scores, np.array([False, False, True, True])) == pytest.approx(3.5 / 4)


def test_auc_of_one_class_is_undefined() -> None:
    assert auc(np.array([0.1, 0.2]), np.array([True, True])) is None
    assert auc(np.array([0.1, 0.2]), np.array([False, False])) is None


def test_a_constant_side_has_no_correlation() -> None:
    # 0.1 is no binary fraction: its mean over three is not 0.1 to the last bit.
    constant, other = np.full(3, 0.1), np.array([1.0, 2.0, 4.0])
    assert pearson(constant, other) is spearman(other, constant) is kendall(constant, other) is None


def test_no_rows_have_no_agreement() -> None:
    none = np.empty(0)
    assert pearson(none, none) is None
    assert auc(none, none.astype(np.bool_)) is None


def test_balanced_accuracy_is_the_mean_of_two_shares() -> None:
    scores = np.array([0.1, 0.4, 0.6, 0.9, 0.9])
    bad = np.array([True, True, True, False, False])
    assert balanced_accuracy(scores, bad, 0.5) == pytest.approx((2 / 3 + 1) / 2)
    # A score at the threshold is not called bad.
    assert balanced_accuracy(scores, bad, 0.4) == pytest.approx((1 / 3 + 1) / 2)


def test_the_best_threshold_lies_between_two_scores() -> None:
    bad = np.array([True, True, False, False])
    assert best_threshold(np.array([0.1, 0.4, 0.6, 0.9]), bad) == 0.5


def test_of_equally_good_thresholds_the_lowest_is_taken() -> None:
    bad = np.array([True, False, True, False])
    assert best_threshold(np.array([1.0, 2.0, 3.0, 4.0]), bad) == 1.5


def test_a_threshold_separates_neighbouring_floats() -> None:
    above = np.nextafter(1.0, 2.0)
    threshold = best_threshold(np.array([1.0, above]), np.array([True, False]))
    assert threshold is not None
    assert balanced_accuracy(np.array([1.0, above]), np.array([True, False]), threshold) == 1


def test_there_is_no_threshold_without_both_classes_and_two_scores() -> None:
    scores, flat = np.array([0.1, 0.2]), np.array([0.1, 0.1])
    assert best_threshold(scores, np.array([True, True])) is None
    assert best_threshold(scores, np.array([False, False])) is None
    assert best_threshold(flat, np.array([True, False])) is None


@given(ROWS)
def test_no_threshold_is_better_than_the_best(rows: list[tuple[float, float, int, int]]) -> None:
    scores, human, _, _ = arrays(rows)
    bad = human < 0.5
    threshold = best_threshold(scores, bad)
    if threshold is not None:
        reached = balanced_accuracy(scores, bad, threshold)
        others = [balanced_accuracy(scores, bad, t) for t in (*scores[scores > scores.min()],)]
        assert reached is not None
        assert all(other is None or reached >= other - 1e-12 for other in others)


# Two residuals of .25 in different groups, whose row of the largest value was not drawn.
@example([(0.0, 0.0, 0, 1), (0.0, 0.0, 1, 1), (0.5, 0.25, 1, 1), (0.75, 0.0, 0, 2), (1.0, 0.0, 0, 0)])
@given(ROWS)
def test_weights_are_rows_that_are_repeated(rows: list[tuple[float, float, int, int]]) -> None:
    x, y, groups, weights = arrays(rows)
    times = weights[0].astype(np.int64)
    if not times.any():
        return
    x2, y2, groups2 = np.repeat(x, times), np.repeat(y, times), np.repeat(groups, times)
    ones, bad, bad2 = (
        np.ones((1, int(times.sum()))),
        (y < 0.5).astype(np.float64),
        (y2 < 0.5).astype(np.float64),
    )
    pairs = [(weighted.auc(x, bad, weights), weighted.auc(x2, bad2, ones))]
    pairs += [(kernel(x, y, weights), kernel(x2, y2, ones)) for kernel in TWO_SIDED]
    for kernel in (weighted.partial_pearson, weighted.partial_spearman):
        pairs += [(kernel(x, y, groups, weights), kernel(x2, y2, groups2, ones))]
    for inner in TWO_SIDED:
        for level in (weighted.within, weighted.between):
            pairs += [(level(inner, x, y, groups, weights), level(inner, x2, y2, groups2, ones))]
    for drawn, repeated in pairs:
        np.testing.assert_allclose(drawn, repeated, atol=1e-9)


@given(ROWS, st.permutations(range(25)))
def test_the_order_of_rows_does_not_matter(
    rows: list[tuple[float, float, int, int]], order: list[int]
) -> None:
    mixed = [rows[i] for i in order if i < len(rows)]
    (x, y, groups, weights), (x2, y2, groups2, weights2) = arrays(rows), arrays(mixed)
    for kernel in (weighted.partial_pearson, weighted.partial_spearman):
        np.testing.assert_allclose(
            kernel(x, y, groups, weights), kernel(x2, y2, groups2, weights2), atol=1e-9
        )


@given(ROWS)
def test_turning_a_score_turns_every_number(rows: list[tuple[float, float, int, int]]) -> None:
    x, y, groups, _ = arrays(rows)
    bad = y < 0.5
    straight, turned = auc(x, bad), auc(-x, bad)
    assert (straight is None and turned is None) or straight == pytest.approx(1 - (turned or 0))
    one, other = partial_spearman(x, y, groups), partial_spearman(-x, y, groups)
    assert (one is None and other is None) or one == pytest.approx(-(other or 0))


def test_what_only_knows_the_system_has_no_partial_correlation() -> None:
    groups = np.array([0, 0, 1, 1])
    by_system, human = np.array([0.1, 0.1, 0.7, 0.7]), np.array([0.0, 0.3, 0.8, 1.0])
    assert pearson(by_system, human) == pytest.approx(0.947, abs=0.001)
    assert partial_pearson(by_system, human, groups) is None
    assert partial_spearman(by_system, human, groups) is None


def test_within_leaves_out_groups_without_both_classes() -> None:
    groups = np.array([0, 0, 1, 1])
    scores, bad = np.array([0.2, 0.9, 0.5, 0.4]), np.array([1.0, 0.0, 0.0, 0.0])
    assert within(weighted.auc, scores, bad, groups) == 1
    assert within(weighted.auc, scores, np.zeros(4), groups) is None


def test_between_needs_three_systems() -> None:
    scores, human = np.array([0.1, 0.3, 0.4, 0.6, 0.9, 0.7]), np.array([0.0, 0.2, 0.3, 0.3, 1.0, 0.8])
    assert between(weighted.pearson, scores, human, np.array([0, 0, 0, 1, 1, 1])) is None
    assert between(weighted.spearman, scores, human, np.array([0, 0, 1, 1, 2, 2])) == pytest.approx(1)


def test_a_system_that_was_not_drawn_is_no_system() -> None:
    scores, human = np.array([0.1, 0.2, 0.3, 0.9]), np.array([0.3, 0.2, 0.1, 1.0])
    drawn = np.array([[1.0, 1.0, 1.0, 0.0]])
    assert weighted.between(weighted.kendall, scores, human, np.arange(4), drawn) == pytest.approx([-1])


def test_documents_are_drawn_with_all_their_rows() -> None:
    """Six documents of two rows that say the opposite: each resample has the two in equal number."""
    documents = np.repeat(np.arange(6), 2)
    x = np.tile([0.0, 1.0], 6)
    share = partial(lambda weights: weights @ x / weights.sum(axis=1))
    assert intervals({"mean": share}, documents)["mean"] == (0.5, 0.5)


def test_fewer_than_six_documents_have_no_interval() -> None:
    x = np.random.default_rng(0).random(50)
    statistic = partial(weighted.pearson, x, x)
    assert intervals({"r": statistic}, np.arange(50) % 5) == {"r": None}
    found = intervals({"r": statistic}, np.arange(50) % 6)["r"]
    assert found is not None
    assert found == pytest.approx((1, 1))


def test_resamples_without_a_value_are_left_out() -> None:
    """One bad row of eight: a third of the resamples has none and no AUC."""
    scores, bad = np.arange(8.0), np.array([1.0] + [0.0] * 7)
    found = intervals(
        {"auc": partial(weighted.auc, scores, bad), "none": partial(weighted.auc, scores, np.zeros(8))},
        np.arange(8),
    )
    assert found == {"auc": (1, 1), "none": None}


def test_an_interval_is_reproducible_and_does_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    x, documents = rng.random(60), np.repeat(np.arange(20), 3)
    statistics = {"r": partial(weighted.pearson, x, x + rng.random(60))}
    whole = intervals(statistics, documents)
    assert intervals(statistics, documents) == whole
    assert intervals(statistics, documents, seed=1) != whole
    monkeypatch.setattr(agreement, "_CHUNK", 500)
    found = intervals(statistics, documents)["r"]
    assert found == pytest.approx(whole["r"], abs=1e-12)


def test_an_interval_holds_the_truth_95_times_in_100() -> None:
    """Pearson of two normal sides with ρ = .5, three systems a document that share its difficulty."""
    rng, held, tables = np.random.default_rng(2), 0, 150
    documents = np.repeat(np.arange(60), 3)
    for _ in range(tables):
        x = rng.normal(size=180) + rng.normal(size=60)[documents]
        y = 0.5 / np.sqrt(0.75) * x + rng.normal(size=180) + rng.normal(size=60)[documents]
        found = intervals({"r": partial(weighted.pearson, x, y)}, documents, resamples=200)["r"]
        held += found is not None and found[0] <= 0.5 <= found[1]
    assert 0.88 <= held / tables <= 0.995
