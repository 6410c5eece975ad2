"""Second stage: every metric scores every summary. Order and batching do not change a value."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.core.errors import MetricError, SetupError, user_code
from bench.core.signature import short
from bench.core.types import Column, Document, Record, Score, Summary
from bench.runner import cells, codec, flush, journal
from bench.runner.component import asked_by, check_ready, describe_error, opened
from bench.runner.directory import file_name
from bench.runner.engine import Engine
from bench.runner.plan import MetricUse, Plan, score_key
from bench.runner.watch import Stop, Watch

WINDOW = 512
_ROUNDING = 1e-9

Pair = tuple[Document, Summary]


def score(plan: Plan, run: Path, earlier: Sequence[Path], engine: Engine, watch: Watch, stop: Stop) -> None:
    """Finish the scores of a plan in a run directory, for the summaries that are there.

    Each sample of a document is a summary of its own.

    Raises:
        SetupError: something that a metric needs is missing.
        StoreError: the run directory cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    pairs, todo = copied(plan, run, earlier, watch)
    left = sum(map(len, todo.values()))
    total = len(pairs) * len(plan.metrics)
    working = [m for m in plan.metrics if todo[m.label]]
    for metric in working:
        check_ready(metric.component, f"metrics.{metric.label}")
    for metric in working:
        if notices := getattr(metric.component, "notices", None):
            with user_code(f"metrics.{metric.label}", "notices()"):
                texts = list(notices(pairs))
            for text in texts:
                watch.note(f"{metric.label}: {text}")
    watch.begin("scores", total, total - left)
    try:
        for i, metric in enumerate(working):
            _run_metric(metric, todo[metric.label], run, engine, watch, stop)
            engine.keep(asked_by(m.component for m in working[i + 1 :]))
    finally:
        watch.end()


def unfinished_scores(plan: Plan, run: Path) -> tuple[list[Pair], dict[str, list[tuple[Pair, str]]]]:
    """All pairs that can be scored, and for each metric those without a score, with the keys of the cells."""
    pairs, names = _pairs(plan, run)
    todo: dict[str, list[tuple[Pair, str]]] = {}
    for metric in plan.metrics:
        done = cells.finished_scores(run, metric.label, short(metric.signature))
        keys = [score_key(*name, metric.signature) for name in names]
        todo[metric.label] = [
            (pair, key) for pair, key in zip(pairs, keys, strict=True) if (pair[1].system, key) not in done
        ]
    return pairs, todo


def _pairs(plan: Plan, run: Path) -> tuple[list[Pair], list[tuple[str, str]]]:
    """The pairs document by document, so that metrics can keep a document's part between systems."""
    made = {s.label: cells.summaries(run, s.label) for s in plan.systems}
    wanted = [(system, sample) for system in plan.systems for sample in range(system.samples)]
    pairs, names = [], []
    for doc in plan.dataset.documents:
        for system, sample in wanted:
            record = made[system.label].get((system.label, doc.id, sample))
            if record is not None and record["status"] == "ok":
                summary = codec.summary_from(record, system.signature)
                text = hashlib.sha256(summary.text.encode()).hexdigest()
                pairs.append((doc, summary))
                names.append((record["key"], text))
    return pairs, names


def copied(
    plan: Plan, run: Path, earlier: Sequence[Path], watch: Watch
) -> tuple[list[Pair], dict[str, list[tuple[Pair, str]]]]:
    """Copy the scores that a run directory lacks from those that have them.

    Returns:
        As :func:`unfinished_scores`, what is still lacking.

    Raises:
        StoreError: the run directory cannot be read or written.
    """
    pairs, todo = unfinished_scores(plan, run)
    wanted = {key for left in todo.values() for _, key in left}
    found = cells.equal_scores(wanted, {m.signature for m in plan.metrics}, earlier, watch)
    for metric in plan.metrics:
        left = todo[metric.label]
        own = {"metric": metric.label, "sig": short(metric.signature)}
        if records := [found[k] | own | {"system": s.system} for (_, s), k in left if k in found]:
            with journal.Journal(run / "scores" / f"{file_name(metric.label)}.jsonl") as out:
                out.append(records)
            todo[metric.label] = [(pair, key) for pair, key in left if key not in found]
    return pairs, todo


def _run_metric(
    metric: MetricUse,
    todo: Sequence[tuple[Pair, str]],
    run: Path,
    engine: Engine,
    watch: Watch,
    stop: Stop,
) -> None:
    path = run / "scores" / f"{file_name(metric.label)}.jsonl"
    with journal.Journal(path) as out, opened(metric.component, f"metrics.{metric.label}"):
        flush.write(out, _records(metric, todo, engine), metric.label, watch, stop)


def _records(
    metric: MetricUse, todo: Sequence[tuple[Pair, str]], engine: Engine
) -> Iterator[list[dict[str, Any]]]:
    """Records as they are made: a window at a time where the metric wants several pairs."""
    if hasattr(metric.component, "score_batch"):
        for start in range(0, len(todo), WINDOW):
            window = todo[start : start + WINDOW]
            answers = _answers(metric, [pair for pair, _ in window])
            yield [_record(metric, cell, a) for cell, a in zip(window, answers, strict=True)]
    else:
        work = ((cell, partial(metric.component.score, *cell[0])) for cell in todo)
        for finished in engine.run(work):
            yield [_record(metric, d.tag, d.value if d.error is None else d.error) for d in finished]


def _answers(metric: MetricUse, pairs: list[Pair]) -> list[object]:
    """A score per pair, or its exception."""
    try:
        scores = list(metric.component.score_batch(list(pairs)))
        if len(scores) != len(pairs):
            raise MetricError(f"score_batch returned {len(scores)} scores for {len(pairs)} pairs")
        for answer in scores:
            _check(metric, answer)
    except SetupError:
        raise
    except (Exception, SystemExit):  # noqa: BLE001 - one pair must not take the others with it
        return [_alone(metric, pair) for pair in pairs]
    return scores


def _alone(metric: MetricUse, pair: Pair) -> object:
    try:
        if hasattr(metric.component, "score"):
            return metric.component.score(*pair)
        (answer,) = metric.component.score_batch([pair])
    except SetupError:
        raise
    except (Exception, SystemExit) as e:  # noqa: BLE001 - a metric's failure is a record, whatever it is
        return e
    return answer


def _record(metric: MetricUse, cell: tuple[Pair, str], answer: object) -> dict[str, Any]:
    """The record of a cell, from a score or the exception in its place."""
    (_, summary), key = cell
    sig = short(metric.signature)
    common = (key, summary.doc_id, summary.system, summary.sample, metric.label, metric.signature)
    try:
        found = _check(metric, answer)
    except (Exception, SystemExit) as e:  # noqa: BLE001 - a metric's failure is a record, whatever it is
        return codec.score_record(Record(*common, status="error", error=describe_error(e)), sig)
    nothing = all(v is None for v in found.values.values())
    return codec.score_record(Record(*common, status="none" if nothing else "ok", score=found), sig)


def _check(metric: MetricUse, answer: object) -> Score:
    """The answer, if it is what the metric declares; an exception in its place is raised."""
    if isinstance(answer, BaseException):
        raise answer
    if not isinstance(answer, Score):
        raise MetricError(f"expected a Score, the metric returned {type(answer).__name__}")
    check_values(metric.columns, answer.values)
    return answer


def check_values(columns: Sequence[Column], values: Mapping[str, float | None]) -> None:
    """Hold the values of a score against the columns that its metric declares.

    Raises:
        MetricError: other columns, or a value out of the range of its column.
    """
    declared = {c.name: c.range for c in columns}
    if values.keys() != declared.keys():
        raise MetricError(f"columns {sorted(values)} returned, {sorted(declared)} declared")
    for name, value in values.items():
        low, high = declared[name]
        if value is not None and not low - _ROUNDING <= value <= high + _ROUNDING:
            raise MetricError(f"column '{name}' is {value}, its range is {low} to {high}")
