"""Corpus values: of metrics whose value for a set of documents is not the mean of its documents'."""

import math
from collections.abc import Mapping
from pathlib import Path

from bench.core.errors import user_code
from bench.core.signature import short
from bench.core.types import FEWEST, LEVEL
from bench.runner import cells
from bench.runner.plan import MetricUse, Plan

# Metric label → system label → column → (value, lower and upper end of its 95 % interval, documents).
Corpus = dict[str, dict[str, dict[str, tuple[float, float | None, float | None, int]]]]


def corpus_values(plan: Plan, run: Path) -> Corpus:
    """Values of the metrics that have an ``aggregate``, from the summed statistics of the documents.

    The interval is a seeded percentile bootstrap over documents: resampling sums statistics again and
    never looks at a text. It is None below six documents. Of several samples of a document the mean of
    the statistics counts.
    """
    result: Corpus = {}
    for metric in plan.metrics:
        if hasattr(metric.component, "aggregate"):
            by_system = _stats(metric, run)
            with user_code(f"metrics.{metric.label}", "aggregate()"):
                result[metric.label] = {
                    s.label: _values(metric, by_system[s.label], plan.resamples, plan.seed)
                    for s in plan.systems
                    if s.label in by_system
                }
    return result


def _stats(metric: MetricUse, run: Path) -> dict[str, list[list[float]]]:
    latest = cells.scores(run, metric.label, short(metric.signature))
    samples: dict[tuple[str, str], list[list[float]]] = {}
    for system, doc, sample in sorted(latest):
        if stats := latest[system, doc, sample].get("stats"):
            samples.setdefault((system, doc), []).append(stats)
    found: dict[str, list[list[float]]] = {}
    for (system, _), several in samples.items():
        means = [math.fsum(values) / len(several) for values in zip(*several, strict=True)]
        found.setdefault(system, []).append(means)
    return found


def _values(
    metric: MetricUse, stats: list[list[float]], resamples: int, seed: int
) -> dict[str, tuple[float, float | None, float | None, int]]:
    import numpy as np

    matrix = np.array(sorted(stats))
    n = len(matrix)
    values: Mapping[str, float] = metric.component.aggregate(matrix.sum(axis=0).tolist())
    if n < FEWEST:
        return {name: (value, None, None, n) for name, value in values.items()}
    random_ = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in values}
    for _ in range(resamples):
        sums = random_.multinomial(n, [1 / n] * n) @ matrix
        for name, value in metric.component.aggregate(sums.tolist()).items():
            drawn[name].append(value)
    ends = {name: np.quantile(v, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist() for name, v in drawn.items()}
    return {name: (value, *ends[name], n) for name, value in values.items()}
