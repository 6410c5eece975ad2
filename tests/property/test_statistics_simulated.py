"""What the statistics promise, by simulation: coverage, false alarms, power.

Each figure is over thousands of tables whose truth is known, with resamples drawn anew every few hundred
tables; a bound has two Monte Carlo errors added to it. Where an interval does not reach 93 % the test states
what it reaches, and ``docs/statistics.md`` has the figures of a longer run.
"""

import math
from array import array
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from bench.core.types import Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.adjust import Correct, adjust
from bench.report.estimate import intervals
from bench.report.fixed import Floats
from bench.report.paired import Test, p_values
from bench.report.power import documents_needed, smallest_difference
from bench.report.ranks import standings

SIZES = (24, 50, 100, 250)
BATCH = 200  # tables that share their resamples

Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]


def _tenths(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.binomial(10, rng.beta(2, 5, shape)) / 10


def _zeros(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return np.where(rng.random(shape) < 0.5, 0.0, rng.beta(2, 5, shape))


# Values with their true mean: tied and skewed ones, and the skewed difference of two systems.
VALUES: dict[str, tuple[Draw, float]] = {
    "tenths": (_tenths, 2 / 7),
    "half zeros": (_zeros, 1 / 7),
    "beta": (lambda rng, shape: rng.beta(2, 5, shape), 2 / 7),
    "steep beta": (lambda rng, shape: rng.beta(1, 9, shape), 0.1),
    "difference": (lambda rng, shape: rng.beta(2, 5, shape) - rng.beta(2.2, 5, shape), 2 / 7 - 2.2 / 7.2),
    "lognormal": (lambda rng, shape: rng.lognormal(0, 1, shape), math.exp(0.5)),
}
# A lognormal's skewness is 6.2: few documents show how long its tail is, to any bootstrap.
REACHED = {
    ("steep beta", 24): 0.924,
    ("lognormal", 24): 0.885,
    ("lognormal", 50): 0.911,
    ("lognormal", 100): 0.927,
    ("lognormal", 250): 0.928,
}

# Differences of two systems that are as good as each other.
NULL: dict[str, Draw] = {
    "skewed": lambda rng, shape: rng.lognormal(0, 1, shape) - rng.lognormal(0, 1, shape),
    "tied": lambda rng, shape: _tenths(rng, shape) - _tenths(rng, shape),
    "paired": lambda rng, shape: np.diff(
        np.clip(rng.beta(2, 5, (1, *shape)) + rng.normal(0, 0.1, (2, *shape)), 0, 1), axis=0
    )[0],
    "heteroscedastic": lambda rng, shape: rng.lognormal(0, 1, shape) * rng.normal(0, 1, shape),
    "mostly zero": lambda rng, shape: np.where(rng.random(shape) < 0.9, 0.0, rng.normal(0, 1, shape)),
}


def batches(draw: Draw, n: int, tables: int, seed: int = 1) -> Iterator[tuple[int, list[Floats]]]:
    rng = np.random.default_rng((seed, n))
    for batch in range(tables // BATCH):
        yield batch, list(draw(rng, (BATCH, n)))


def error(share: float, tables: int) -> float:
    return 2 * math.sqrt(share * (1 - share) / tables)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", VALUES)
def test_intervals_hold_the_truth_93_to_97_times_in_100(name: str, n: int) -> None:
    (draw, truth), tables, held = VALUES[name], 2000, 0
    for seed, columns in batches(draw, n, tables):
        found = intervals(columns, resamples=1000, seed=seed)
        held += sum(i is not None and i.lo <= truth <= i.hi for i in found)
    share = held / tables
    if (reached := REACHED.get((name, n))) is not None:
        assert share == pytest.approx(reached, abs=1.5 * error(reached, tables))
    else:
        assert 0.93 - error(0.95, tables) <= share <= 0.97 + error(0.95, tables)


def test_the_interval_is_better_than_the_percentile_interval_where_values_are_skewed() -> None:
    draw, truth = VALUES["lognormal"]
    held = {"bca": 0, "percentile": 0}
    for seed, columns in batches(draw, 24, 2000):
        for i in intervals(columns, resamples=1000, seed=seed):
            assert i is not None
            assert i.percentile is not None
            held["bca"] += i.lo <= truth <= i.hi
            held["percentile"] += i.percentile[0] <= truth <= i.percentile[1]
    assert held["bca"] > held["percentile"]


def alarms(test: Test, name: str, n: int, tables: int) -> float:
    found = 0
    for seed, differences in batches(NULL[name], n, tables):
        found += sum(p <= 0.05 for p in p_values(differences, test, resamples=1000, seed=seed))
    return found / tables


@pytest.mark.parametrize("n", [8, 24, 100])
@pytest.mark.parametrize("name", NULL)
def test_false_alarms_of_the_permutation_test_are_as_rare_as_promised(name: str, n: int) -> None:
    share = alarms("permutation", name, n, 2000)
    assert share <= 0.05 + error(0.05, 2000)
    if name != "mostly zero" and n > 8:  # with few differences an exact test is shy
        assert share >= 0.03


@pytest.mark.parametrize(("n", "most"), [(24, 0.067), (100, 0.055)])
def test_the_bootstrap_test_raises_more_over_few_documents(n: int, most: float) -> None:
    for name in ("paired", "tied"):
        assert 0.04 <= alarms("bootstrap", name, n, 2000) <= most + error(most, 2000)


@pytest.mark.parametrize("correct", ["holm", "bh"])
def test_a_family_raises_a_false_alarm_no_more_often_than_one_test(correct: Correct) -> None:
    """Six columns of 24 documents that go together, as ROUGE's do; where all are null both bounds are α."""
    families, rng, found = 1200, np.random.default_rng(4), 0
    for seed in range(families // BATCH):
        shared = rng.normal(0, 1, (BATCH, 1, 24))
        columns = shared + rng.normal(0, 1, (BATCH, 6, 24))
        p = np.array(p_values(list(columns.reshape(-1, 24)), "permutation", resamples=1000, seed=seed))
        found += sum(min(adjust(list(family), correct)) <= 0.05 for family in p.reshape(BATCH, 6))
    assert found / families <= 0.05 + error(0.05, families)


def test_holm_keeps_its_promise_when_some_columns_do_differ() -> None:
    families, rng, found = 1200, np.random.default_rng(5), 0
    for seed in range(families // BATCH):
        columns = rng.normal(0, 1, (BATCH, 6, 24))
        columns[:, :3] += 0.8
        p = np.array(p_values(list(columns.reshape(-1, 24)), "permutation", resamples=1000, seed=seed))
        found += sum(min(adjust(list(family), "holm")[3:]) <= 0.05 for family in p.reshape(BATCH, 6))
    assert found / families <= 0.05 + error(0.05, families)


def test_benjamini_and_hochberg_bound_the_share_of_false_alarms() -> None:
    families, rng, shares = 1200, np.random.default_rng(6), []
    for seed in range(families // BATCH):
        columns = rng.normal(0, 1, (BATCH, 6, 24))
        columns[:, :3] += 0.8
        p = np.array(p_values(list(columns.reshape(-1, 24)), "permutation", resamples=1000, seed=seed))
        for family in p.reshape(BATCH, 6):
            found = np.array(adjust(list(family), "bh")) <= 0.05
            shares.append(found[3:].sum() / max(1, found.sum()))
    assert np.mean(shares) <= 0.05 / 2 + 2 * np.std(shares) / math.sqrt(
        families
    )  # half of the columns are null


# Differences with a standard deviation of 1.
NOISE: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(0, 1, shape),
    "tied": lambda rng, shape: (_tenths(rng, shape) - _tenths(rng, shape)) / math.sqrt(2 * 0.0433673),
    "unlike": lambda rng, shape: (
        (rng.beta(2, 5, shape) - rng.beta(0.5, 1.25, shape)) / math.sqrt(0.0255102 + 0.0742115)
    ),
}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 12])
@pytest.mark.parametrize("name", NOISE)
def test_the_smallest_difference_is_found_with_80_percent_power(name: str, alpha: float, n: int) -> None:
    seen = np.random.default_rng(n).normal(0, 1, n)
    delta = smallest_difference((seen - seen.mean()) / seen.std(ddof=1), alpha=alpha)
    assert delta is not None
    assert power(name, delta, alpha, n) == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("delta", [0.2, 0.4, 0.7])
def test_the_documents_that_a_difference_needs_are_enough_and_not_too_many(delta: float) -> None:
    seen = np.random.default_rng(9).normal(0, 1, 30)
    n = documents_needed((seen - seen.mean()) / seen.std(ddof=1), delta=delta)
    assert n is not None
    assert power("normal", delta, 0.05, n) == pytest.approx(0.8, abs=0.05)


def power(name: str, delta: float, alpha: float, n: int) -> float:
    tables, found = 1000, 0
    for seed, noise in batches(NOISE[name], n, tables):
        p = p_values([d + delta for d in noise], "permutation", resamples=2000, seed=seed)
        found += sum(one <= alpha for one in p)
    return found / tables


def test_the_interval_of_a_rank_holds_the_true_rank() -> None:
    """Six systems in steps of a tenth of the deviation of a document."""
    tables, n, rng, held = 400, 50, np.random.default_rng(7), 0
    labels, ids = "abcdef", tuple(map(str, range(n)))
    infos = tuple(SystemInfo(s, "") for s in labels)
    columns = (ColumnInfo("m.x", Column("x"), ""),)
    for seed in range(tables):
        hard = rng.beta(2, 5, n)
        rows = [hard + 0.02 * (6 - place) + rng.normal(0, 0.2, n) for place in range(1, 7)]
        cells = {(s, "m.x"): Cells(array("d", row)) for s, row in zip(labels, rows, strict=True)}
        found = standings(ScoreTable("t", ids, infos, columns, cells), "m.x", resamples=300, seed=seed)
        held += sum(s.lo <= labels.index(s.system) + 1 <= s.hi for s in found)
    assert held / (6 * tables) >= 0.95
