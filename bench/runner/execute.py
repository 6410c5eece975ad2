"""One run from plan to status: choose the directory, go through the stages, say how it ended."""

import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.core.types import ScoreTable
from bench.runner import directory, journal, manifest
from bench.runner.corpus import corpus_values
from bench.runner.generate import generate, unfinished_summaries
from bench.runner.plan import Plan
from bench.runner.score import score, unfinished_scores
from bench.runner.table import load_table
from bench.runner.watch import Silent, Stop, Watch, stop_on_interrupt

Stage = Literal["generate", "score"]
Derive = Callable[[ScoreTable], Mapping[str, bytes]]


_OF_THE_BEGINNING = ("created", "rerun", "aggregates", "argv", "environment")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        path: The run directory.
        status: ``complete``, or ``partial`` when cells are missing or too many failed.
        table: What was scored; None when only summaries were asked for.
        summaries: Failed summaries of all.
        scores: Score cells without a result because they or their summary failed, of all.
    """

    path: Path
    status: Literal["complete", "partial"]
    table: ScoreTable | None
    summaries: "Tally"
    scores: "Tally"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cells of a stage failed, of how many; ``missing`` ones were never tried."""

    failed: int
    total: int
    missing: int

    def within(self, limit: float) -> bool:
        """Whether nothing is missing and the share of failures does not exceed the limit."""
        return not self.missing and self.failed <= limit * self.total


def execute(
    plan: Plan,
    results: Path,
    *,
    stages: Sequence[Stage] = ("generate", "score"),
    rerun: bool = False,
    watch: Watch | None = None,
    argv: Sequence[str] = (),
    derive: Derive | None = None,
) -> Outcome:
    """Run a plan below ``results``, going on where an earlier run of the same plan stopped.

    Args:
        plan: What to do.
        results: Folder below which ``<name>/<run>`` is made.
        stages: Of ``generate`` and ``score``.
        rerun: Start afresh, copying nothing from earlier runs.
        watch: Told about progress.
        argv: The command, for the record.
        derive: Makes files (tables) of the finished scores: name in the run directory → content. They
            are written before the run counts as complete.

    Raises:
        RunLocked: another process works on the same run.
        SetupError, StoreError: see :mod:`bench.runner.generate`.
        KeyboardInterrupt: the user asked to stop.
    """
    watch = watch or Silent()
    with _directory(plan, results, rerun, argv, watch) as (run, earlier), stop_on_interrupt(watch) as stop:
        for text in plan.notices:
            watch.note(text)
        return _stages(plan, run, earlier, stages, watch, stop, argv, derive)


@contextmanager
def _directory(
    plan: Plan, results: Path, rerun: bool, argv: Sequence[str], watch: Watch
) -> Iterator[tuple[Path, list[Path]]]:
    """The run directory of the plan, locked, and the earlier runs whose cells may be copied."""
    experiment = results / plan.name
    with ExitStack() as stack:
        run, about = _open_or_create(plan, experiment, rerun, argv, watch, stack)
        others = [p for p in reversed(directory.runs(experiment)) if p != run]
        yield run, [] if about["rerun"] else others


def _open_or_create(
    plan: Plan, experiment: Path, rerun: bool, argv: Sequence[str], watch: Watch, stack: ExitStack
) -> tuple[Path, dict[str, Any]]:
    directory.make(experiment)
    # Held only while the directory is chosen, so that two commands cannot both create one.
    with directory.locked(experiment, ".lock", wait=True):
        same = [p for p in directory.runs(experiment) if p.name.endswith("-" + plan.digest())]
        about = manifest.describe(plan, argv)
        if same and not rerun:
            run = same[-1]
            stack.enter_context(directory.locked(run))
            before = manifest.load(run)
            # How the run was begun stays; log.jsonl has the command and versions of each continuation.
            about |= {k: before[k] for k in _OF_THE_BEGINNING if k in before}
            about["metrics"] |= {k: v for k, v in before["metrics"].items() if k not in about["metrics"]}
            if before["status"] != "complete":
                watch.note(f"continuing {run}")
        else:
            run = directory.create(experiment, plan.digest())
            stack.enter_context(directory.locked(run))
            about["rerun"] = rerun
            index = [
                {"id": d.id, "digest": d.digest(), "references": len(d.references)} | _source(d.source)
                for d in plan.dataset.documents
            ]
            journal.write_atomic(run / "documents.jsonl", b"".join(map(journal.encode, index)))
        journal.write_atomic(run / "config.yaml", plan.config_text.encode())
        manifest.save(run, about)
    return run, about


def _source(source: str) -> dict[str, str]:
    return {"source": source} if source else {}


def _stages(
    plan: Plan,
    run: Path,
    earlier: Sequence[Path],
    stages: Sequence[Stage],
    watch: Watch,
    stop: Stop,
    argv: Sequence[str],
    derive: Derive | None,
) -> Outcome:
    begin = time.monotonic()
    with journal.Journal(run / "log.jsonl") as log:
        start = {"event": "start", "stages": list(stages), "argv": list(argv), "pid": os.getpid()}
        log.append([{"time": manifest.now(), "packages": manifest.packages()} | start])
        try:
            if "generate" in stages:
                generate(plan, run, earlier, watch, stop)
            if "score" in stages:
                score(plan, run, earlier, watch, stop)
        except BaseException as e:
            log.append([{"time": manifest.now(), "event": "stopped", "why": type(e).__name__}])
            raise
        about = manifest.load(run)
        mine = {m.label for m in plan.metrics}
        others = {k: v for k, v in about.get("aggregates", {}).items() if k not in mine}
        about["aggregates"] = others | corpus_values(plan, run)
        manifest.save(run, about)
        table = load_table(run)
        if derive is not None and "score" in stages:
            _write(run, derive(table))
        summaries, scores = _count_summaries(table), _count_scores(plan, table)
        complete = summaries.within(plan.max_failed) and scores.within(plan.max_failed)
        status: Literal["complete", "partial"] = "complete" if complete else "partial"
        manifest.save(run, about | {"status": status, "finished": manifest.now()})
        end = {"failed_summaries": summaries.failed, "failed_scores": scores.failed, "status": status}
        seconds = round(time.monotonic() - begin, 3)
        log.append([{"time": manifest.now(), "event": "end", "seconds": seconds} | end])
    return Outcome(run, status, table if "score" in stages else None, summaries, scores)


def _count_summaries(table: ScoreTable) -> Tally:
    n = len(table.doc_ids) * len(table.systems)
    failed = sum(s.n_errors for s in table.systems)
    return Tally(failed, n, n - failed - sum(s.n_summaries for s in table.systems))


def _count_scores(plan: Plan, table: ScoreTable) -> Tally:
    n = len(table.doc_ids) * len(table.systems) * len(plan.metrics)
    failed = done = 0
    for metric in plan.metrics:
        column = f"{metric.label}.{metric.columns[0].name}"
        for system in table.systems:
            cell = table.cells[system.label, column]
            failed += cell.n_error + system.n_errors
            done += cell.n_none + sum(not math.isnan(v) for v in cell.values)
    return Tally(failed, n, n - failed - done)


def there(plan: Plan, results: Path) -> tuple[int, int]:
    """How many summaries and scores of a plan its run directory has already; (0, 0) without one."""
    same = [p for p in directory.runs(results / plan.name) if p.name.endswith("-" + plan.digest())]
    if not same:
        return 0, 0
    summaries, scores = unfinished_summaries(plan, same[-1]), unfinished_scores(plan, same[-1])[1]
    n = len(plan.dataset.documents) * len(plan.systems)
    have = n - sum(map(len, summaries.values()))
    return have, have * len(plan.metrics) - sum(map(len, scores.values()))


def write_derived(run: Path, derive: Derive) -> None:
    """Write derived files of a run that is there.

    Raises:
        StoreError: the folder cannot be written.
        RunLocked: another process works on the run.
    """
    with directory.locked(run):
        _write(run, derive(load_table(run)))


def _write(run: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        journal.write_atomic(run / name, data)
