"""Second stage: every metric scores every summary. Order and batching do not change a value."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import MetricError, SetupError
from bench.core.signature import short
from bench.core.types import Document, Record, Score, Summary
from bench.runner import codec, flush, journal
from bench.runner.directory import file_name
from bench.runner.generate import describe_error, opened
from bench.runner.plan import MetricUse, Plan, score_key
from bench.runner.watch import Stop, Watch

WINDOW = 512

Pair = tuple[Document, Summary]


def score(plan: Plan, run: Path, earlier: Sequence[Path], watch: Watch, stop: Stop) -> None:
    """Finish the scores of a plan in a run directory, for the summaries that are there.

    Raises:
        SetupError: something that a metric needs is missing.
        StoreError: the run directory cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    pairs, todo = unfinished_scores(plan, run)
    _copy(plan, run, earlier, todo)
    left = sum(map(len, todo.values()))
    total = len(pairs) * len(plan.metrics)
    for metric in plan.metrics:
        if todo[metric.label] and (notices := getattr(metric.component, "notices", None)):
            for text in notices(pairs):
                watch.note(f"{metric.label}: {text}")
    watch.begin("scores", total, total - left)
    try:
        for metric in plan.metrics:
            if todo[metric.label]:
                _run_metric(metric, todo[metric.label], run, watch, stop)
    finally:
        watch.end()


def unfinished_scores(plan: Plan, run: Path) -> tuple[list[Pair], dict[str, list[tuple[Pair, str]]]]:
    """All pairs that can be scored, and for each metric those without a score, with the keys of the cells."""
    pairs, names = _pairs(plan, run)
    todo: dict[str, list[tuple[Pair, str]]] = {}
    for metric in plan.metrics:
        done = finished(run / "scores" / f"{file_name(metric.label)}.jsonl")
        cells = [(pair, score_key(*name, metric.signature)) for pair, name in zip(pairs, names, strict=True)]
        todo[metric.label] = [(pair, key) for pair, key in cells if (pair[1].system, key) not in done]
    return pairs, todo


def finished(path: Path) -> set[tuple[str, str]]:
    """(system, key) of the cells in a journal that need not be made again."""
    last = {(r["system"], r["key"]): r["status"] for r in journal.read(path, codec.SCORE)}
    return {cell for cell, status in last.items() if status != "error"}


def _pairs(plan: Plan, run: Path) -> tuple[list[Pair], list[tuple[str, str]]]:
    """The pairs document by document, so that metrics can keep a document's part between systems."""
    summaries: dict[tuple[str, str], tuple[Summary, str]] = {}
    for system in plan.systems:
        for record in journal.read(run / "summaries" / f"{file_name(system.label)}.jsonl", codec.CELL):
            if record["status"] == "ok" and record["system"] == system.label:
                summary = codec.summary_from(record, system.signature)
                summaries[summary.system, summary.doc_id] = (summary, record["key"])
    pairs, names = [], []
    for doc in plan.dataset.documents:
        for system in plan.systems:
            if found := summaries.get((system.label, doc.id)):
                summary, key = found
                text = hashlib.sha256(summary.text.encode("utf-8", "surrogatepass")).hexdigest()
                pairs.append((doc, summary))
                names.append((key, text))
    return pairs, names


def _copy(plan: Plan, run: Path, earlier: Sequence[Path], todo: dict[str, list[tuple[Pair, str]]]) -> None:
    wanted: dict[str, list[tuple[str, str]]] = {}
    for label, cells in todo.items():
        for (_, summary), key in cells:
            wanted.setdefault(key, []).append((label, summary.system))
    found: dict[str, list[dict[str, Any]]] = {}
    sigs = {m.label: short(m.signature) for m in plan.metrics}
    for other in earlier if wanted else ():
        for path in sorted((other / "scores").glob("*.jsonl")):
            for record in journal.read(path, codec.SCORE):
                if record["status"] != "error":
                    for label, system in wanted.pop(record["key"], ()):
                        new = {**record, "metric": label, "system": system, "sig": sigs[label]}
                        found.setdefault(label, []).append(new)
    for label, records in found.items():
        with journal.Journal(run / "scores" / f"{file_name(label)}.jsonl") as out:
            out.append(records)
        copied = {(r["system"], r["key"]) for r in records}
        todo[label] = [(pair, key) for pair, key in todo[label] if (pair[1].system, key) not in copied]


def _run_metric(
    metric: MetricUse, todo: Sequence[tuple[Pair, str]], run: Path, watch: Watch, stop: Stop
) -> None:
    path = run / "scores" / f"{file_name(metric.label)}.jsonl"
    sig = short(metric.signature)
    with journal.Journal(path) as out, opened(metric.component):
        flush.write(out, _records(metric, todo, sig), metric.label, watch, stop)


def _records(metric: MetricUse, todo: Sequence[tuple[Pair, str]], sig: str) -> Iterator[list[dict[str, Any]]]:
    """Records as they are made: a window at a time where the metric wants several pairs."""
    size = WINDOW if hasattr(metric.component, "score_batch") else 1
    for start in range(0, len(todo), size):
        window = todo[start : start + size]
        answers = _answers(metric, [pair for pair, _ in window])
        yield [
            codec.score_record(_record(metric, pair, key, answer), sig)
            for (pair, key), answer in zip(window, answers, strict=True)
        ]


def _answers(metric: MetricUse, pairs: list[Pair]) -> list[Score | str]:
    """A score per pair, or the text of its error."""
    if hasattr(metric.component, "score_batch"):
        try:
            scores = list(metric.component.score_batch(pairs))
            if len(scores) != len(pairs):
                raise MetricError(f"score_batch returned {len(scores)} scores for {len(pairs)} pairs")
            return [_checked(metric, s) for s in scores]
        except SetupError:
            raise
        except (Exception, SystemExit):  # noqa: BLE001 - one pair must not take the others with it
            return [_alone(metric, pair) for pair in pairs]
    return [_alone(metric, pair) for pair in pairs]


def _alone(metric: MetricUse, pair: Pair) -> Score | str:
    try:
        if hasattr(metric.component, "score"):
            return _checked(metric, metric.component.score(*pair))
        (answer,) = metric.component.score_batch([pair])
        return _checked(metric, answer)
    except SetupError:
        raise
    except (Exception, SystemExit) as e:  # noqa: BLE001 - a metric's failure is a record, whatever it is
        return describe_error(e)


def _checked(metric: MetricUse, answer: object) -> Score:
    if not isinstance(answer, Score):
        raise MetricError(f"expected a Score, the metric returned {type(answer).__name__}")
    declared = {c.name for c in metric.columns}
    if set(answer.values) != declared:
        raise MetricError(f"columns {sorted(answer.values)} returned, {sorted(declared)} declared")
    return answer


def _record(metric: MetricUse, pair: Pair, key: str, answer: Score | str) -> Record:
    _, summary = pair
    common = (key, summary.doc_id, summary.system, summary.sample, metric.label, metric.signature)
    if isinstance(answer, str):
        return Record(*common, status="error", error=answer)
    nothing = all(v is None for v in answer.values.values())
    return Record(*common, status="none" if nothing else "ok", score=answer)
