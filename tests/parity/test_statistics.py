"""The report's statistics against scipy and sacrebleu, wherever they compute the same.

scipy: the exact permutation test and both bootstrap intervals, fed with the same resamples, to the last
digits; with its own random numbers, and sacrebleu with its own, within Monte Carlo error. sacrebleu tests
values of a corpus; the mean of its own sentence-level chrF is made one here, since means are what is tested.
"""

import math
from array import array
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, Literal

import numpy as np
import pytest
from sacrebleu.metrics.chrf import CHRF, CHRFScore
from sacrebleu.significance import PairedTest, Result
from scipy import stats

from bench.core.types import Cells, Column, ColumnInfo, Comparison, Document, ScoreTable, Summary, SystemInfo
from bench.metrics.chrf import Chrf
from bench.report.adjust import adjust
from bench.report.estimate import estimates, intervals
from bench.report.fixed import Floats, fixed_point
from bench.report.paired import Test, compare, sign_flip_p
from bench.report.power import documents_needed, smallest_difference
from bench.report.resample import resampled_sums

Method = Literal["BCa", "percentile"]

RNG = np.random.default_rng(0)
COLUMNS = {
    "normal": RNG.normal(0.3, 0.1, 40),
    "long tail": RNG.lognormal(0, 1, 100),
    "long tail to the left": -RNG.gamma(1, 2, 24),
    "tied": RNG.integers(0, 4, 60) / 4,
    "zeros": np.where(RNG.random(80) < 0.6, 0.0, RNG.beta(2, 5, 80)),
    "six": np.array([26, 29, 24, 33, 30, 21]) / 64,
}


def scipy_p(differences: Floats, resamples: int = 10_000) -> float:
    result = stats.permutation_test(
        (differences, np.zeros_like(differences)),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=resamples,
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


@pytest.mark.parametrize("shift", [0.05, 0.2, 0.4])
def test_random_signs_give_the_p_of_scipy_s(shift: float) -> None:
    d = np.random.default_rng(1).gamma(1, 1, 80) - 1 + shift
    (p,), theirs = sign_flip_p([d]), scipy_p(d)
    assert p == pytest.approx(theirs, abs=4 * math.sqrt(2 * theirs / 10_000))


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_from_the_same_resamples_an_interval_is_that_of_scipy(name: str, method: Method) -> None:
    values = COLUMNS[name]
    n, mean = len(values), math.fsum(values) / len(values)
    sign = -1 if stats.skew(values) < 0 else 1  # the longer tail is drawn to the right
    numbers, unit = fixed_point(np.sort(sign * (values - mean)))
    means = mean + sign * resampled_sums(numbers[None], resamples=2000, seed=5)[0] / n * unit
    means[np.abs(means - mean) < 1e-12] = values.mean()  # what ties on paper is not to be told by rounding
    result = stats.bootstrap((values,), np.mean, n_resamples=2, method="percentile", rng=0)
    ends = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=0,
        bootstrap_result=replace(result, bootstrap_distribution=means),
        method=method,
    ).confidence_interval
    (ours,) = intervals([values], resamples=2000, seed=5)
    assert ours is not None
    assert ours.percentile is not None
    found = (ours.lo, ours.hi) if method == "BCa" else ours.percentile
    assert found == pytest.approx((ends.low, ends.high), abs=1e-9)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_with_other_random_numbers_an_interval_is_near_that_of_scipy(name: str, method: Method) -> None:
    values = COLUMNS[name]
    (ours,) = intervals([values], seed=1)
    assert ours is not None
    assert ours.percentile is not None
    theirs = stats.bootstrap((values,), np.mean, method=method, n_resamples=10_000, rng=3).confidence_interval
    error = values.std() / math.sqrt(len(values))
    found = (ours.lo, ours.hi) if method == "BCa" else ours.percentile
    assert found == pytest.approx((theirs.low, theirs.high), abs=0.15 * error)


def test_benjamini_and_hochberg_are_those_of_scipy() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        p = rng.random(rng.integers(1, 30)) ** 3
        p[: len(p) // 3] = p[0]
        theirs = np.atleast_1d(stats.false_discovery_control(p, method="bh"))
        assert adjust(list(p), "bh") == pytest.approx(list(theirs), abs=1e-15)


@pytest.mark.parametrize("n", [8, 24, 250])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_power_is_that_of_the_noncentral_t(n: int, alpha: float) -> None:
    d = np.random.default_rng(2).normal(0, 1, n)
    found = smallest_difference(d, alpha=alpha)
    assert found is not None
    ratio = found / float(d.std(ddof=1)) * math.sqrt(n)
    critical = stats.t.ppf(1 - alpha / 2, n - 1)
    power = stats.nct.sf(critical, n - 1, ratio) + stats.nct.cdf(-critical, n - 1, ratio)
    assert power == pytest.approx(0.8, abs=0.025)
    assert documents_needed(d, delta=found * (1 + 1e-9), alpha=alpha) == n


class MeanChrf(CHRF):
    """The mean of sacrebleu's sentence-level chrF, as a metric that its tests can take."""

    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[Any]:
        return [self._compute_f_score(super()._compute_segment_statistics(hypothesis, ref_kwargs)), 1.0]

    def _compute_score_from_stats(self, stats: Sequence[float]) -> CHRFScore:
        return CHRFScore(stats[0] / stats[1], self.char_order, self.word_order, self.beta)


def sentences(n: int, damage: dict[str, float]) -> tuple[list[str], dict[str, list[str]]]:
    """References, and systems that replace a share of their words."""
    words = [
        "court",
        "bank",
        "fire",
        "river",
        "minister",
        "school",
        "storm",
        "found",
        "said",
        "after",
        "near",
    ]
    random = Random(3)
    references = [" ".join(random.choices(words, k=random.randint(8, 20))) for _ in range(n)]
    systems = {
        name: [
            " ".join(random.choice(words) if random.random() < share else w for w in r.split())
            for r in references
        ]
        for name, share in damage.items()
    }
    return references, systems


REFERENCES, SYSTEMS = sentences(60, {"base": 0.4, "same": 0.4, "near": 0.35, "far": 0.3})


def table_of_chrf() -> ScoreTable:
    cells = {
        (name, "chrf.chrf"): Cells(
            array("d", (_chrf(r, text) for r, text in zip(REFERENCES, texts, strict=True)))
        )
        for name, texts in SYSTEMS.items()
    }
    infos = tuple(SystemInfo(name, "") for name in SYSTEMS)
    column = ColumnInfo("chrf.chrf", Column("chrf", range=(0.0, 100.0)), "chrf")
    return ScoreTable("t", tuple(map(str, range(len(REFERENCES)))), infos, (column,), cells)


def _chrf(reference: str, text: str) -> float:
    value = Chrf().score(Document("d", "", (reference,)), Summary("d", "s", "", text)).values["chrf"]
    assert value is not None
    return value


def of_sacrebleu(test: str, samples: int) -> dict[str, Result]:
    named: list[tuple[str, Sequence[str]]] = [*SYSTEMS.items()]
    metrics = {"chrf": MeanChrf()}
    _, scores = PairedTest(named, metrics, [REFERENCES], test_type=test, n_samples=samples)()
    results = next(v for k, v in scores.items() if k != "System")
    return {name: r for (name, _), r in zip(named, results, strict=True) if isinstance(r, Result)}


def against_base(test: Test) -> dict[str, Comparison]:
    pairs = [(name, "base", "chrf.chrf") for name in SYSTEMS if name != "base"]
    return {c.a: c for c in compare(table_of_chrf(), pairs, test=test)}


def test_approximate_randomisation_is_that_of_sacrebleu() -> None:
    theirs, ours = of_sacrebleu("ar", 10_000), against_base("permutation")
    for name, c in ours.items():
        p = theirs[name].p_value
        assert p is not None
        assert c.delta == pytest.approx(theirs[name].score - theirs["base"].score)
        assert c.p == pytest.approx(p, abs=4 * math.sqrt(2 * p / 10_000))
    assert sorted(c.p < 0.05 for c in ours.values()) == [False, True, True]


def test_a_system_s_mean_and_interval_are_those_of_sacrebleu() -> None:
    theirs, ours = of_sacrebleu("bs", 4000), estimates(table_of_chrf())
    for name in SYSTEMS:
        e = ours[name, "chrf.chrf"]
        assert e.percentile is not None
        assert e.mean == pytest.approx(theirs[name].score)
        assert (e.percentile[1] - e.percentile[0]) / 2 == pytest.approx(theirs[name].ci, rel=0.06)


def test_with_a_clear_difference_sacrebleu_s_bootstrap_p_is_one_side_of_ours() -> None:
    theirs, ours = of_sacrebleu("bs", 10_000), against_base("bootstrap")
    clear = [name for name, c in ours.items() if c.p < 0.05]
    assert clear
    for name in clear:
        p = theirs[name].p_value
        assert p is not None
        assert ours[name].p / 2 == pytest.approx(p, abs=4 * math.sqrt(2 * (p + 1e-4) / 10_000))
