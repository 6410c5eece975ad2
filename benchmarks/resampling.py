"""How long intervals and tests of a large table take, and how much memory, against scipy on one column.

    python benchmarks/resampling.py [--json FILE] [--no-scipy]

The table: 10 systems × 20 columns × 10,000 documents, with 10,000 resamples: the intervals of all 200
columns, then 9 systems against the first in every column, each with an interval and a permutation test. Then
2 systems × 1 column × 50,000 documents, the most that are resampled. Wall seconds and the process's largest
resident memory so far, numpy and all. In the same run scipy does one column: ``bootstrap`` (BCa) and
``permutation_test``, batch by batch; the ratio is of seconds a column. Exit code 1 when the large table takes
more than 10 s or 1 GB.
"""

import argparse
import json
import os
import platform
import resource
import sys
import time
from array import array
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does

import numpy as np
from scipy import stats

from bench.core.types import Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.estimate import estimates
from bench.report.fixed import Floats
from bench.report.paired import compare

MOST_SECONDS, MOST_MB = 10.0, 1000.0
RESAMPLES = 10_000


def table(systems: int, columns: int, documents: int) -> ScoreTable:
    """Scores of systems that find the same documents hard."""
    rng = np.random.default_rng(0)
    labels, ids = [f"s{i}" for i in range(systems)], [f"m.c{i}" for i in range(columns)]
    cells = {}
    for column in ids:
        hard = rng.beta(2, 5, documents)
        for i, label in enumerate(labels):
            values = np.clip(hard + 0.001 * i + rng.normal(0, 0.1, documents), 0, 1)
            cells[label, column] = Cells(array("d", values.tolist()))
    infos = tuple(ColumnInfo(c, Column(c), "") for c in ids)
    names = tuple(map(str, range(documents)))
    return ScoreTable("t", names, tuple(SystemInfo(s, "") for s in labels), infos, cells)


def timed(call: Callable[[], Any]) -> float:
    """Wall seconds of a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak_mb() -> float:
    """Largest resident memory of this process so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def ours(systems: int, columns: int, documents: int) -> dict[str, float]:
    """Seconds of the intervals and of the comparisons of one table, and the memory that they took."""
    scores = table(systems, columns, documents)
    pairs = [(s.label, "s0", c.id) for s in scores.systems[1:] for c in scores.columns]
    return {
        "intervals": timed(partial(estimates, scores, resamples=RESAMPLES)),
        "comparisons": timed(partial(compare, scores, pairs, resamples=RESAMPLES)),
        "MB": peak_mb(),
    }


def theirs(values: Floats) -> dict[str, float]:
    """Seconds that scipy takes for one column: an interval, and an interval and a test."""

    def interval() -> None:
        stats.bootstrap((values,), np.mean, n_resamples=RESAMPLES, method="BCa", batch=100, rng=0)

    def test() -> None:
        stats.permutation_test(
            (values, np.zeros_like(values)),
            lambda x, y, axis: np.mean(x - y, axis=axis),
            permutation_type="samples",
            n_resamples=RESAMPLES,
            vectorized=True,
            batch=100,
            rng=0,
        )

    one = timed(interval)
    return {"intervals": one, "comparisons": one + timed(test)}


def main() -> int:
    """Measure and print; see the module."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, help="write the figures")
    parser.add_argument("--no-scipy", action="store_true", help="leave scipy out")
    args = parser.parse_args()
    large, long = ours(10, 20, 10_000), ours(2, 1, 50_000)
    seconds = large["intervals"] + large["comparisons"]
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} cores")
    for name, found in (("10 × 20 × 10,000", large), ("2 × 1 × 50,000", long)):
        total = found["intervals"] + found["comparisons"]
        print(
            f"{name:18} {total:5.2f} s: intervals {found['intervals']:5.2f} s, "
            f"comparisons {found['comparisons']:5.2f} s; {found['MB']:.0f} MB"
        )
    figures: dict[str, Any] = {"large": large, "long": long}
    if not args.no_scipy:
        one = theirs(np.random.default_rng(1).normal(0.001, 0.1, 10_000))
        figures["scipy"] = one
        for what, columns in (("intervals", 200), ("comparisons", 180)):
            own = large[what] / columns
            times = f"{one[what] / own:.0f} times"
            print(f"{what}: scipy {one[what]:.2f} s a column, here {1000 * own:.0f} ms: {times}")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if seconds > MOST_SECONDS or large["MB"] > MOST_MB:
        print(f"missed: at most {MOST_SECONDS:g} s and {MOST_MB:g} MB for the large table")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
