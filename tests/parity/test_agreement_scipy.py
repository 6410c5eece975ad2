"""Agreement statistics against scipy, against regression, and against published numbers on FRANK.

The numbers of the table are AUC, balanced accuracy, partial Pearson and partial Spearman of published
scores on FRANK's test rows, measured by another program. All but the balanced accuracy, which depends on
how a threshold is searched, come out to the third decimal.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from bench.data.judgements import read_judgements
from bench.data.keyed import Names
from bench.data.published import read_scores
from bench.report.agreement import (
    auc,
    balanced_accuracy,
    best_threshold,
    kendall,
    partial_pearson,
    partial_spearman,
    pearson,
    spearman,
)
from bench.report.fixed import Floats
from bench.report.judged import judge
from bench.report.verdict import Scores
from bench.report.weighted import Flags, Ints

SEEDS = range(6)


class Rows(NamedTuple):
    scores: Floats
    human: Floats
    systems: Ints

    @property
    def bad(self) -> Flags:
        return self.human < 1


def made(seed: int, n: int = 300) -> Rows:
    """Scores with ties, judgements of five levels, and systems that differ in both."""
    rng = np.random.default_rng(seed)
    systems = rng.integers(0, 4, n)
    ability = rng.normal(size=n) + systems
    human = np.clip(np.round(ability + rng.normal(size=n)), 0, 4) / 4
    return Rows(np.round(ability + rng.normal(size=n), 1), human, systems)


@pytest.mark.parametrize("seed", SEEDS)
def test_correlations_are_those_of_scipy(seed: int) -> None:
    x, y, _ = made(seed)
    assert pearson(x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
    assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert kendall(x, y) == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_auc_is_mann_and_whitneys_u(seed: int) -> None:
    rows = made(seed)
    good, bad = rows.scores[~rows.bad], rows.scores[rows.bad]
    u = stats.mannwhitneyu(good, bad).statistic
    assert auc(rows.scores, rows.bad) == pytest.approx(u / (len(good) * len(bad)), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_partial_correlations_are_those_of_regression_residuals(seed: int) -> None:
    x, y, systems = made(seed)
    indicators = (systems[:, None] == np.unique(systems)).astype(np.float64)
    left = [side - indicators @ np.linalg.lstsq(indicators, side, rcond=None)[0] for side in (x, y)]
    assert partial_pearson(x, y, systems) == pytest.approx(stats.pearsonr(*left).statistic, abs=1e-9)
    rounded = [np.round(side, 9) for side in left]  # lstsq leaves equal residuals apart in the last bits
    assert partial_spearman(x, y, systems) == pytest.approx(stats.spearmanr(*rounded).statistic, abs=1e-9)


# Per data set: AUC, balanced accuracy, partial Pearson, partial Spearman.
PUBLISHED = {
    ("BertScore P Art", "cnndm"): (0.753, 0.676, 0.378, 0.307),
    ("Dep Entail", "cnndm"): (0.742, 0.658, 0.273, 0.223),
    ("FactCC", "cnndm"): (0.704, 0.668, 0.363, 0.301),
    ("QAGS", "cnndm"): (0.636, 0.598, 0.170, 0.117),
    ("BertScore P Art", "xsum"): (0.734, 0.663, 0.198, 0.090),
    ("Dep Entail", "xsum"): (0.652, 0.610, 0.033, 0.331),
    ("FactCC", "xsum"): (0.555, 0.560, 0.068, 0.191),
    ("QAGS", "xsum"): (0.499, 0.522, -0.004, -0.009),
}
Frank = dict[tuple[str, str, str], Rows]


@pytest.fixture(scope="module")
def frank(shared_data: Path) -> Frank:
    """Rows by metric, data set and split."""
    folder = shared_data / "frank"
    judged = read_judgements(str(folder / "annotations.jsonl.gz"), Names()).rows
    published = read_scores(str(folder / "baseline_metrics.jsonl.gz"), Names())
    rows = {}
    for name, dataset in PUBLISHED:
        for split in ("validation", "test"):
            of = [j for j in judged if (j.row.fields["dataset"], j.row.fields["split"]) == (dataset, split)]
            known = [(v, j) for j in of if (v := published[name].get((j.doc_id, j.system))) is not None]
            rows[name, dataset, split] = Rows(
                np.array([v for v, _ in known]),
                np.array([j.human for _, j in known]),
                np.unique([j.system for _, j in known], return_inverse=True)[1],
            )
    return rows


@pytest.mark.parametrize(("name", "dataset"), PUBLISHED)
def test_published_numbers_come_out(frank: Frank, name: str, dataset: str) -> None:
    rows = frank[name, dataset, "test"]
    found = (
        auc(rows.scores, rows.bad),
        partial_pearson(rows.scores, rows.human, rows.systems),
        partial_spearman(rows.scores, rows.human, rows.systems),
    )
    area, _, *partial = PUBLISHED[name, dataset]
    assert found == pytest.approx((area, *partial), abs=0.0005001)


@pytest.mark.parametrize(("name", "dataset"), PUBLISHED)
def test_published_balanced_accuracy_comes_out_nearly(frank: Frank, name: str, dataset: str) -> None:
    """How the other program searched its threshold on validation is not known; ours takes the exact best."""
    rows, others = frank[name, dataset, "test"], frank[name, dataset, "validation"]
    threshold = best_threshold(others.scores, others.bad)
    assert threshold is not None
    found = balanced_accuracy(rows.scores, rows.bad, threshold)
    assert found == pytest.approx(PUBLISHED[name, dataset][1], abs=0.0045)


def test_judging_a_file_gives_the_same_numbers(shared_data: Path, frank: Frank) -> None:
    folder = shared_data / "frank"
    judged = read_judgements(str(folder / "annotations.jsonl.gz"), Names())
    published = read_scores(str(folder / "baseline_metrics.jsonl.gz"), Names())
    columns = [Scores(name, "published", published[name]) for name in ("Dep Entail", "QAGS")]
    verdict = judge(judged, columns, by="dataset", split=("split", "test"), resamples=50)
    assert [(b.name, b.n, b.n_bad, b.n_documents, b.n_threshold) for b in verdict.boards] == [
        ("cnndm", 875, 360, 175, 375),
        ("xsum", 700, 648, 175, 296),
    ]
    assert verdict.threshold_from == "split validation"
    for board in verdict.boards:
        for row in board.rows:
            rows = frank[row.column, board.name, "test"]
            area, _, r, rho = PUBLISHED[row.column, board.name]
            shown = [row.values[k].value for k in ("auc", "partial_pearson", "partial_spearman")]
            assert shown == pytest.approx([area, r, rho], abs=0.0005001)
            assert (row.n, row.n_missing) == (len(rows.scores), board.n - len(rows.scores))
            interval = row.values["auc"]
            assert interval.lo is not None
            assert interval.hi is not None
            assert interval.lo < interval.value < interval.hi
