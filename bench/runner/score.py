"""Second stage: every metric scores every summary. Order and batching do not change a value."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import MetricError, SetupError, user_code
from bench.core.signature import short
from bench.core.types import Document, Record, Score, Summary
from bench.runner import cells, codec, flush, journal
from bench.runner.directory import file_name
from bench.runner.generate import describe_error, opened
from bench.runner.plan import MetricUse, Plan, score_key
from bench.runner.watch import Stop, Watch

WINDOW = 512
_ROUNDING = 1e-9

Pair = tuple[Document, Summary]


def score(plan: Plan, run: Path, earlier: Sequence[Path], watch: Watch, stop: Stop) -> None:
    """Finish the scores of a plan in a run directory, for the summaries that are there.

    Raises:
        SetupError: something that a metric needs is missing.
        StoreError: the run directory cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    pairs, todo = unfinished_scores(plan, run)
    _copy(plan, run, earlier, todo, watch)
    left = sum(map(len, todo.values()))
    total = len(pairs) * len(plan.metrics)
    for metric in plan.metrics:
        if todo[metric.label] and (notices := getattr(metric.component, "notices", None)):
            with user_code(f"metrics.{metric.label}", "notices()"):
                texts = list(notices(pairs))
            for text in texts:
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
        done = cells.finished_scores(run, metric.label, short(metric.signature))
        keys = [score_key(*name, metric.signature) for name in names]
        todo[metric.label] = [
            (pair, key) for pair, key in zip(pairs, keys, strict=True) if (pair[1].system, key) not in done
        ]
    return pairs, todo


def _pairs(plan: Plan, run: Path) -> tuple[list[Pair], list[tuple[str, str]]]:
    """The pairs document by document, so that metrics can keep a document's part between systems."""
    made = {s.label: cells.summaries(run, s.label) for s in plan.systems}
    pairs, names = [], []
    for doc in plan.dataset.documents:
        for system in plan.systems:
            record = made[system.label].get((system.label, doc.id, 0))
            if record is not None and record["status"] == "ok":
                summary = codec.summary_from(record, system.signature)
                text = hashlib.sha256(summary.text.encode()).hexdigest()
                pairs.append((doc, summary))
                names.append((record["key"], text))
    return pairs, names


def _copy(
    plan: Plan, run: Path, earlier: Sequence[Path], todo: dict[str, list[tuple[Pair, str]]], watch: Watch
) -> None:
    wanted = {key for left in todo.values() for _, key in left}
    found = cells.equal_scores(wanted, {m.signature for m in plan.metrics}, earlier, watch)
    for metric in plan.metrics:
        left = todo[metric.label]
        own = {"metric": metric.label, "sig": short(metric.signature)}
        if records := [found[k] | own | {"system": s.system} for (_, s), k in left if k in found]:
            with journal.Journal(run / "scores" / f"{file_name(metric.label)}.jsonl") as out:
                out.append(records)
            todo[metric.label] = [(pair, key) for pair, key in left if key not in found]


def _run_metric(
    metric: MetricUse, todo: Sequence[tuple[Pair, str]], run: Path, watch: Watch, stop: Stop
) -> None:
    path = run / "scores" / f"{file_name(metric.label)}.jsonl"
    sig = short(metric.signature)
    with journal.Journal(path) as out, opened(metric.component, f"metrics.{metric.label}"):
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
            scores = list(metric.component.score_batch(list(pairs)))
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
    declared = {c.name: c.range for c in metric.columns}
    if answer.values.keys() != declared.keys():
        raise MetricError(f"columns {sorted(answer.values)} returned, {sorted(declared)} declared")
    for name, value in answer.values.items():
        low, high = declared[name]
        if value is not None and not low - _ROUNDING <= value <= high + _ROUNDING:
            raise MetricError(f"column '{name}' is {value}, its range is {low} to {high}")
    return answer


def _record(metric: MetricUse, pair: Pair, key: str, answer: Score | str) -> Record:
    _, summary = pair
    common = (key, summary.doc_id, summary.system, summary.sample, metric.label, metric.signature)
    if isinstance(answer, str):
        return Record(*common, status="error", error=answer)
    nothing = all(v is None for v in answer.values.values())
    return Record(*common, status="none" if nothing else "ok", score=answer)
