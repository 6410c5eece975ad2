"""How much faster ROUGE is here than in rouge-score, on the same rows, in one process, on one core.

    RAYON_NUM_THREADS=1 python benchmarks/rouge.py ../shared/data [--json FILE] [--repeat N]

Three cases: FRANK (2,246 short pairs), SQuALITY (375 pairs of some 250 words) and QMSum (35 meeting
transcripts against their summaries). First every value is compared with rouge-score's; then CPU time
is taken, the median of N runs, the original in turn with the others. ``default`` is the engine that
``auto`` picks; ``python`` is the project's own, whose stemmer starts empty in every run. Exit code 1
when a value differs or a target is missed.
"""

import argparse
import gc
import gzip
import importlib.metadata
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

# Read when the first batch is scored: one core for all.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

from bench.rouge.engine import Engine, rs_available, score_pairs
from bench.rouge.stemmers import stemmer
from bench.rouge.types import RougeType

T4: tuple[RougeType, ...] = ("rouge1", "rouge2", "rougeL", "rougeLsum")
T3 = T4[:3]
Texts = tuple[list[str], list[str]]

# Case, types: times faster than rouge-score for the default and for the Python engine.
TARGETS: dict[tuple[str, tuple[RougeType, ...]], tuple[float, float]] = {
    ("FRANK", T4): (70, 9),
    ("FRANK", T3): (50, 9),
    ("SQuALITY", T4): (100, 18),
    ("SQuALITY", T3): (150, 28),
    ("QMSum", T4): (110, 18),
}


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    """The objects of one published file."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def frank(data: Path) -> Texts:
    """Outputs of nine systems; sentences one a line."""
    documents = {row["id"]: row["reference"] for row in rows(data, "frank/documents")}
    outputs = rows(data, "frank/outputs")
    references = [documents[row["doc_id"]].replace(" . ", " .\n") for row in outputs]
    return references, ["\n".join(row["sentences"]) for row in outputs]


def squality(data: Path) -> Texts:
    """The first human summary against each of the three others."""
    references, candidates = [], []
    for row in rows(data, "docsets/squality_v1.3_dev"):
        candidate, *others = (text.replace(". ", ".\n") for text in row["reference"])
        references += others
        candidates += [candidate] * len(others)
    return references, candidates


def qmsum(data: Path) -> Texts:
    """Whole transcripts, a turn a line, against their summaries."""
    found = rows(data, "docsets/qmsum_test")
    return [row["reference"].replace(". ", ".\n") for row in found], [row["document"] for row in found]


def ours(engine: Engine, texts: Texts, types: tuple[RougeType, ...]) -> list[Any]:
    """Scores by an engine of the project."""
    references, candidates = texts
    return score_pairs([[r] for r in references], candidates, types=types, engine=engine)


def theirs(texts: Texts, types: tuple[RougeType, ...]) -> list[Any]:
    """Scores by rouge-score, as its documentation shows."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(types), use_stemmer=True)
    return [scorer.score(r, c) for r, c in zip(*texts, strict=True)]


def timed(call: Callable[[], list[Any]]) -> tuple[list[Any], float]:
    """What a call returns, and its CPU seconds over all threads.

    The garbage collector stays on, but nobody pays for what the run before left behind.
    """
    gc.collect()
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def measure(name: str, texts: Texts, types: tuple[RougeType, ...], repeat: int) -> dict[str, Any]:
    """Seconds and ratios of one case.

    Raises:
        SystemExit: a value differs from rouge-score's.
    """
    seconds: dict[str, list[float]] = {"rouge-score": [], "default": [], "python": []}
    engines: dict[str, Engine] = {"default": "auto", "python": "python"}
    few = (texts[0][:1], texts[1][:1])
    theirs(few, types)  # so that no run pays for imports
    for engine in engines.values():
        ours(engine, few, types)
    for _ in range(repeat):
        wanted, spent = timed(partial(theirs, texts, types))
        seconds["rouge-score"].append(spent)
        for label, engine in engines.items():
            stemmer.cache_clear()
            found, spent = timed(partial(ours, engine, texts, types))
            seconds[label].append(spent)
            if any(f[t] != w[t] for f, w in zip(found, wanted, strict=True) for t in types):
                sys.exit(f"{name}: {label} differs from rouge-score")
    median = {label: statistics.median(values) for label, values in seconds.items()}
    default, python = TARGETS[name, types]
    return {
        "case": f"{name} T{len(types)}",
        "pairs": len(texts[0]),
        "seconds": median,
        "default": {"ratio": median["rouge-score"] / median["default"], "target": default},
        "python": {"ratio": median["rouge-score"] / median["python"], "target": python},
    }


def main() -> int:
    """Measure all cases and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of the published data")
    parser.add_argument("--json", type=Path, help="write the measurements there as well")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each; the median counts (3)")
    arguments = parser.parse_args()

    texts = {name: load(arguments.data) for name, load in LOADERS.items()}
    results = []
    print(f"{'case':<12}{'pairs':>6}{'rouge-score':>13}{'default':>22}{'python':>22}")
    for name, types in TARGETS:
        result = measure(name, texts[name], types, arguments.repeat)
        results.append(result)
        shown = [
            f"{result[e]['ratio']:>8.1f} x (goal {result[e]['target']:>3.0f})" for e in ("default", "python")
        ]
        pairs_per_second = result["pairs"] / result["seconds"]["rouge-score"]
        print(
            f"{result['case']:<12}{result['pairs']:>6}{pairs_per_second:>9.1f} p/s {''.join(shown)}",
            flush=True,
        )
    missed = [
        f"{r['case']} {e}" for r in results for e in _checked() if r[e]["ratio"] < r[e]["target"]
    ]  # fmt: skip
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine(), "results": results}, indent=1) + "\n")
    print("all values equal; " + (f"missed: {', '.join(missed)}" if missed else "all targets met"))
    return 1 if missed else 0


def _checked() -> tuple[str, ...]:
    # Without rouge-score-rs the default is the Python engine, and only that has a target.
    return ("default", "python") if rs_available() else ("python",)


def machine() -> dict[str, str | int | None]:
    """What the seconds depend on."""
    names = ("rouge-score", "nltk", *(["rouge-score-rs"] if rs_available() else []))
    versions = {name: importlib.metadata.version(name) for name in names}
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    } | versions


LOADERS = {"FRANK": frank, "SQuALITY": squality, "QMSum": qmsum}

if __name__ == "__main__":
    sys.exit(main())
