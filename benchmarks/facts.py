"""How far the checks without weights agree with people, on FRANK; and how fast they are.

    python benchmarks/facts.py ../shared/data [--split test] [--entities spacy] [--resamples N] [--json FILE]
    python benchmarks/facts.py ../shared/data --corruptions 1000

For each corpus by itself (both together say only which corpus a summary is from): the columns of ``facts``,
length, ROUGE-2 precision against the article, and the published scores for the same summaries. A summary is
bad when a sentence of it was judged not factual. Printed are the AUC, the balanced accuracy at the threshold
that is best on the validation split of the same corpus (its own, where that is measured), the partial Pearson
and Spearman correlations with the share of factual sentences, controlling for the system, and the mean AUC
inside a system; 95 % intervals are by drawing articles. Then what a flag says, and how often a copied
sentence is flagged. Exit code 1 when a floor of the test split is missed.

With ``--corruptions`` instead: sentences of the validation articles, each as a summary, with one change of
every kind that ``bench selftest`` knows, where it applies; how often that is flagged, or adds a violation,
and the same of the sentences as they are.
"""

import argparse
import gzip
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from bench.core.types import Document, Score, Summary
from bench.metrics.facts import Facts
from bench.report import weighted
from bench.report.agreement import best_threshold, flagged, intervals
from bench.report.weighted import Statistic
from bench.rouge.engine import score_pairs
from bench.text.lines import summary_words
from bench.text.perturb import KINDS, perturb
from bench.text.sentences import sentences
from bench.text.source import read_source

CORPORA = {"cnndm": "CNN/DM", "xsum": "XSum"}
COLUMNS = ("support", "violations", "consistency", "flagged")
STATISTICS = ("AUC", "balanced accuracy", "partial Pearson", "partial Spearman", "AUC within")
# Of consistency, on the test split; then the flags on CNN/DM and on copied sentences; then the speed.
FLOORS = {
    "cnndm": {"AUC": 0.77, "balanced accuracy": 0.69, "partial Pearson": 0.40, "AUC within": 0.73},
    "xsum": {"AUC": 0.64, "balanced accuracy": 0.60, "partial Pearson": 0.14},
}
PRECISION, RATE, COPIED, PER_SECOND = 0.85, 0.04, 0.005, 300


@dataclass(frozen=True)
class Row:
    """A judged summary with everything that is compared."""

    doc: str
    system: str
    factuality: float
    scores: Mapping[str, float | None]


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    """The objects of one published file."""
    with gzip.open(data / "frank" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def judged(
    facts: Facts, data: Path, documents: Mapping[str, Document], split: str
) -> dict[tuple[str, str], list[Row]]:
    """The rows of each corpus, of a split and of validation; every score is high for a good summary."""
    outputs = [r for r in rows(data, "outputs") if r["split"] in (split, "validation")]
    factuality = {(r["doc_id"], r["system"]): r["factuality"] for r in rows(data, "annotations")}
    published = {(r["doc_id"], r["system"]): r["scores"] for r in rows(data, "baseline_metrics")}
    texts = [r["summary"] for r in outputs]
    copied = score_pairs([[documents[r["doc_id"]].text] for r in outputs], texts, types=("rouge2",))
    found: dict[tuple[str, str], list[Row]] = {}
    for output, rouge in zip(outputs, copied, strict=True):
        key = output["doc_id"], output["system"]
        values = score(facts, documents[key[0]], output["summary"]).values
        own = {name: values[name] for name in COLUMNS}
        own["violations"] = None if own["violations"] is None else -own["violations"]
        other = {
            "length": len(summary_words(output["summary"])),
            "ROUGE-2 precision": rouge["rouge2"].precision,
        }
        scores = own | other | {f"{name} *": value for name, value in published[key].items()}
        row = Row(*key, factuality[key], scores)
        found.setdefault((output["dataset"], output["split"]), []).append(row)
    return found


def score(facts: Facts, document: Document, text: str) -> Score:
    """What ``facts`` says of a text."""
    return facts.score(document, Summary(document.id, "any", "any", text))


@dataclass(frozen=True)
class Known:
    """The rows that have a score, as arrays."""

    scores: Any
    factuality: Any
    bad: Any
    systems: Any
    documents: Any


def known(found: Sequence[Row], name: str) -> Known:
    """The rows that have the score ``name``."""
    have = [(row, value) for row in found if (value := row.scores[name]) is not None]
    factuality = np.array([row.factuality for row, _ in have])
    _, systems = np.unique([row.system for row, _ in have], return_inverse=True)
    _, documents = np.unique([row.doc for row, _ in have], return_inverse=True)
    bad = (factuality < 1).astype(np.float64)
    return Known(np.array([value for _, value in have]), factuality, bad, systems, documents)


def measure(test: Sequence[Row], validation: Sequence[Row], name: str, resamples: int) -> dict[str, Any]:
    """The statistics of one score on one corpus, each as value, low and high."""
    k, tuned = known(test, name), known(validation, name)
    threshold = best_threshold(tuned.scores, tuned.bad > 0)
    called = flagged(k.scores, -np.inf if threshold is None else threshold)
    kernels: list[Statistic] = [
        partial(weighted.auc, k.scores, k.bad),
        partial(weighted.balanced_accuracy, called, k.bad),
        partial(weighted.partial_pearson, k.scores, k.factuality, k.systems),
        partial(weighted.partial_spearman, k.scores, k.factuality, k.systems),
        partial(weighted.within, weighted.auc, k.scores, k.bad, k.systems),
    ]
    statistics = dict(zip(STATISTICS, kernels, strict=True))
    ranges = intervals(statistics, k.documents, resamples=resamples)
    once = np.ones((1, len(k.scores)))
    plain = {s: float(statistic(once)[0]) for s, statistic in statistics.items()}
    values = {s: None if np.isnan(value) else value for s, value in plain.items()}
    return {"n": len(k.scores)} | {s: [values[s], *(ranges[s] or (None, None))] for s in STATISTICS}


def flags(found: Sequence[Row]) -> dict[str, float | None]:
    """How many summaries are flagged, and how many of those and of all are bad."""
    k = known(found, "flagged")
    hit = k.bad[k.scores > 0]
    return {
        "flagged": float(len(hit) / len(k.bad)),
        "bad if flagged": float(hit.mean()) if len(hit) else None,
        "bad": float(k.bad.mean()),
    }


def copied(facts: Facts, documents: Sequence[Document]) -> float:
    """Share of the first five sentences of every article that are flagged as its summary."""
    pairs = [(doc, sentence) for doc in documents for sentence in sentences(doc.text)[:5]]
    return sum((score(facts, *pair).values["flagged"] or 0) > 0 for pair in pairs) / len(pairs)


def speed(
    facts: Facts, documents: Mapping[str, Document], outputs: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Summaries a second on one core, document by document: with the document's part made, and with all."""
    spent = {"cached": 0.0, "all": 0.0}
    for name in dict.fromkeys(name for name, _ in outputs):
        texts = [text for key, text in outputs if key == name]
        read_source.cache_clear()
        for part in ("all", "cached"):
            start = time.process_time()
            for text in texts:
                score(facts, documents[name], text)
            spent[part] += time.process_time() - start
    return {part: len(outputs) / seconds for part, seconds in spent.items()}


def corruptions(facts: Facts, documents: Sequence[Document], n: int) -> dict[str, dict[str, float]]:
    """For each kind of change: sentences that it applies to, and shares flagged and with more violations."""
    copies = [(doc, sentence) for doc in documents for sentence in sentences(doc.text)]
    drawn = Random(0).sample(copies, min(n, len(copies)))
    plain = [score(facts, doc, text).values for doc, text in drawn]
    found = {"as it is": _rates([((v["flagged"] or 0) > 0, (v["violations"] or 0) > 0) for v in plain])}
    for kind in KINDS.values():
        told = []
        for (doc, text), before in zip(drawn, plain, strict=True):
            if kind.group != "content" and (edit := perturb(kind.name, doc, text, documents)) is not None:
                values = score(facts, doc, edit.text).values
                more = (values["violations"] or 0) > (before["violations"] or 0)
                told.append(((values["flagged"] or 0) > 0, more))
        if told:
            found[kind.name] = _rates(told)
    return found


def _rates(told: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    share = np.mean(told, axis=0)
    return {"n": len(told), "flagged": float(share[0]), "noticed": float(share[1])}


def missed(results: Mapping[str, Any]) -> list[str]:
    """The floors that are not reached."""
    found = []
    for corpus, floors in FLOORS.items():
        values = results["corpora"][corpus]["scores"]["consistency"]
        found += [
            f"{CORPORA[corpus]} {s} {values[s][0] or 0:.3f} < {low}"
            for s, low in floors.items()
            if (values[s][0] or 0) < low
        ]
    flag = results["corpora"]["cnndm"]["flags"]
    if (flag["bad if flagged"] or 0) < PRECISION or flag["flagged"] < RATE:
        found.append(f"CNN/DM flags {flag}")
    if results["copied"] > COPIED:
        found.append(f"copied sentences flagged {results['copied']:.4f} > {COPIED}")
    if results["speed"]["cached"] < PER_SECOND:
        found.append(f"summaries a second {results['speed']['cached']:.0f} < {PER_SECOND}")
    return found


def show(corpus: str, result: Mapping[str, Any]) -> None:
    """Print one corpus."""
    print(f"\n{CORPORA[corpus]}: {result['summaries']} summaries, {result['flags']['bad']:.2f} of them bad")
    print(f"{'':<22}" + "".join(f"{s:>22}" for s in STATISTICS))
    for name, values in result["scores"].items():
        cells = [_cell(*values[s]) for s in STATISTICS]
        print(f"{name:<22}" + "".join(f"{cell:>22}" for cell in cells))
    flag = result["flags"]
    precision = "-" if flag["bad if flagged"] is None else f"{flag['bad if flagged']:.2f}"
    print(f"flagged: {flag['flagged']:.3f} of all, of these bad: {precision}")


def _cell(value: float | None, lo: float | None, hi: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if lo is None or hi is None else f"{value:.3f} [{lo:.2f}, {hi:.2f}]"


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of the published data")
    parser.add_argument("--split", choices=["validation", "test"], default="validation", help="(validation)")
    parser.add_argument("--entities", choices=["rules", "spacy"], default="rules", help="(rules)")
    parser.add_argument("--resamples", type=int, default=1000, help="of the articles, for intervals (1000)")
    parser.add_argument("--corruptions", type=int, metavar="N", help="instead: errors put into N sentences")
    parser.add_argument("--json", type=Path, help="write the measurements there as well")
    arguments = parser.parse_args()
    facts = Facts(arguments.entities)
    facts.ready()

    documents = {
        r["id"]: Document(r["id"], r["article"], lang="en") for r in rows(arguments.data, "documents")
    }
    if arguments.corruptions:
        ids = {r["doc_id"] for r in rows(arguments.data, "outputs") if r["split"] == "validation"}
        changed = corruptions(facts, [documents[i] for i in sorted(ids)], arguments.corruptions)
        print(f"{'validation':<16}{'n':>6}{'flagged':>9}{'noticed':>9}")
        for kind, rates in changed.items():
            print(f"{kind:<16}{rates['n']:>6}{rates['flagged']:>9.3f}{rates['noticed']:>9.3f}")
        if arguments.json:
            arguments.json.write_text(json.dumps(changed, indent=1) + "\n")
        return 0
    found = judged(facts, arguments.data, documents, arguments.split)
    results: dict[str, Any] = {"machine": machine(), "split": arguments.split, "corpora": {}}
    for corpus in CORPORA:
        test, validation = found[corpus, arguments.split], found[corpus, "validation"]
        names = [name for name in test[0].scores if name != "flagged"]
        scores = {name: measure(test, validation, name, arguments.resamples) for name in names}
        results["corpora"][corpus] = {"summaries": len(test), "scores": scores, "flags": flags(test)}
        show(corpus, results["corpora"][corpus])
    own = [r for r in rows(arguments.data, "outputs") if r["split"] == arguments.split]
    results["copied"] = copied(facts, [documents[d] for d in dict.fromkeys(r["doc_id"] for r in own)])
    outputs = [(r["doc_id"], r["summary"]) for r in own if r["dataset"] == "cnndm"]
    results["speed"] = speed(facts, documents, outputs)
    print(f"\n* published with FRANK\ncopied sentences flagged: {results['copied']:.4f}")
    print(
        "CNN/DM summaries a second on one core: {cached:.0f}, {all:.0f} with reading the article".format(
            **results["speed"]
        )
    )
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    if arguments.split == "validation":
        return 0
    short = missed(results)
    print("missed: " + "; ".join(short) if short else "all floors reached")
    return 1 if short else 0


def machine() -> dict[str, str | int | None]:
    """What the speed depends on."""
    return {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}


if __name__ == "__main__":
    sys.exit(main())
