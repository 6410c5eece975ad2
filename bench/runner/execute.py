"""One run from plan to status: choose the directory, go through the stages, say how it ended."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.core.asks import Log
from bench.core.errors import StoreError
from bench.core.types import ScoreTable
from bench.runner import cache as answers
from bench.runner import directory, journal, manifest
from bench.runner.corpus import corpus_values
from bench.runner.engine import Engine
from bench.runner.generate import copied, generate, unfinished_summaries
from bench.runner.plan import Plan
from bench.runner.score import copied as copied_scores
from bench.runner.score import score, unfinished_scores
from bench.runner.shards import Shard
from bench.runner.table import Counts, Failure, failures, load_counted, load_table
from bench.runner.watch import Silent, Stop, Watch, stop_on_interrupt

Stage = Literal["generate", "score"]
CACHE = Path(".bench-cache")
_ANSWERS = "answers"  # the same of a shard, in its directory
_OF_THE_BEGINNING = ("created", "rerun", "argv", "environment")
# Appends the cells that a run directory lacks, and returns what the backends said of themselves. Takes the
# plan, the directory, the stages, the time since when answers count, who is told, and who may stop it.
Executor = Callable[[Plan, Path, Sequence[Stage], float, Watch, Stop], Mapping[str, dict[str, Any]]]
Derive = Callable[[ScoreTable], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        path: The run directory.
        status: ``complete``, or ``partial`` when cells are missing or too many failed.
        table: What was scored; None when only summaries were asked for.
        summaries: Failed summaries of all.
        scores: Score cells without a result because they or their summary failed, of all.
        failures: The failed cells with their errors.
        as_it_was: The run was complete before and could not be extended: its tables and manifest stay.
    """

    path: Path
    status: Literal["complete", "partial"]
    table: ScoreTable | None
    summaries: "Tally"
    scores: "Tally"
    failures: tuple[Failure, ...] = ()
    as_it_was: bool = False


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
    run: Path | None = None,
    shard: Shard | None = None,
    executor: Executor | None = None,
    watch: Watch | None = None,
    argv: Sequence[str] = (),
    derive: Derive | None = None,
    cache: Path | None = CACHE,
) -> Outcome:
    """Run a plan below ``results``, going on where an earlier run of the same plan stopped.

    Args:
        plan: What to do.
        results: Folder below which ``<name>/<run>`` is made.
        stages: Of ``generate`` and ``score``.
        rerun: Start afresh, copying nothing from earlier runs and taking no answers of models from them.
        run: Work in this run directory, wherever it lies, instead.
        shard: Do this share of the documents, in a directory inside that of the run, which others may
            work on at the same time. Not with ``rerun`` or ``run``.
        executor: Does the cells that cannot be copied, instead of this process.
        watch: Told about progress.
        argv: The command, for the record.
        derive: Makes files (tables) of the finished scores: name in the run directory → content. They
            are written before the run counts as complete.
        cache: Folder of the answers of models, which all runs share; None keeps them in memory.
            A shard has its own, which its run adds to this one: machines cannot share SQLite files.

    Raises:
        RunLocked: another process works on the same run.
        SetupError, ComponentError, StoreError: see :mod:`bench.runner.generate`.
        KeyboardInterrupt: the user asked to stop.
    """
    watch = watch or Silent()
    with ExitStack() as stack:
        if run is not None:
            stack.enter_context(directory.locked(run))
            before = _continued(run, watch)
        else:
            run, before = _choose(plan, results / plan.name, rerun, shard, argv, watch, stack)
        plan = shard.of(plan) if shard else plan
        about = _begin(plan, run, before, argv)
        family = directory.family(run)
        earlier = family if about["rerun"] else [*family, *directory.others(run)]
        log = stack.enter_context(logging(run))
        log({"event": "start", "argv": list(argv), "pid": os.getpid(), "packages": manifest.packages()})
        stop = stack.enter_context(stop_on_interrupt(watch))
        for text in plan.notices:
            watch.note(text)
        begin = time.monotonic()
        extending = before["status"] == "complete"
        since = manifest.since(about)
        if cache is not None:
            for part in directory.shards(run):
                answers.add(part / _ANSWERS, cache, watch.note)
            cache = run / _ANSWERS if shard else cache
        engine = stack.enter_context(Engine(cache, log=log, note=watch.note, since=since))
        try:
            if executor is not None:
                copied(plan, run, earlier if "generate" in stages else family, watch)
                if "score" in stages:
                    copied_scores(plan, run, earlier, watch)
                engine.about.update(executor(plan, run, stages, since, watch, stop))
            elif "generate" in stages:
                generate(plan, run, earlier, engine, watch, stop, plan.metrics if "score" in stages else ())
            elif family:
                copied(plan, run, family, watch)
            if "score" in stages and executor is None:
                score(plan, run, earlier, engine, watch, stop)
            about = manifest.with_backends(about, engine.about)
            outcome = _conclude(plan, run, about, stages, derive, extending)
        except BaseException as e:
            with suppress(StoreError):  # of a full disk, what it kept from being written is to be told
                log({"event": "stopped", "why": type(e).__name__})
            # A complete run that could not be extended is still what it was.
            if not extending:
                manifest.save(run, manifest.with_backends(about, engine.about) | {"status": "partial"})
            raise
        end = {"event": "end", "status": outcome.status, "seconds": round(time.monotonic() - begin, 3)}
        failed = {"failed_summaries": outcome.summaries.failed, "failed_scores": outcome.scores.failed}
        log({**end, **failed, "stages": list(stages)})
        return outcome


def _choose(
    plan: Plan,
    experiment: Path,
    rerun: bool,
    shard: Shard | None,
    argv: Sequence[str],
    watch: Watch,
    stack: ExitStack,
) -> tuple[Path, dict[str, Any]]:
    """The latest run of the plan or a new one, or a shard of it, with its manifest; locked."""
    directory.make(experiment)
    # Held only while the directory is chosen, so that two commands cannot both create one.
    with directory.locked(experiment, ".lock", wait=True):
        run = None if rerun else directory.latest(experiment, plan.digest())
        new = run is None
        if run is None:
            run = directory.create(experiment, plan.digest())
            # Without a manifest the directory is no run, and the next command would make another.
            manifest.save(run, manifest.describe(plan, argv) | {"rerun": rerun})
        stack.enter_context(directory.locked(run, shared=shard is not None))
        if shard is not None:
            whole, run = manifest.load(run), directory.shard(run, shard.number, shard.count)
            directory.make(run)
            stack.enter_context(directory.locked(run))
            if new := not (run / manifest.NAME).exists():
                # As old as the run: answers that count for one count for the other.
                begun = {k: whole[k] for k in ("created", "rerun")}
                manifest.save(run, manifest.describe(shard.of(plan), argv) | begun)
        return run, manifest.load(run) if new else _continued(run, watch)


def _continued(run: Path, watch: Watch) -> dict[str, Any]:
    """The manifest of a run that was there before."""
    before = manifest.load(run)
    if before["status"] != "complete":
        watch.note(f"continuing {run}")
    return before


def _begin(plan: Plan, run: Path, before: Mapping[str, Any], argv: Sequence[str]) -> dict[str, Any]:
    """Make the directory ready and return the manifest that the run is to have."""
    about = manifest.describe(plan, argv)
    # How the run was begun stays; log.jsonl has the command and versions of each continuation.
    about |= {k: before[k] for k in _OF_THE_BEGINNING if k in before}
    about["metrics"] |= {k: v for k, v in before["metrics"].items() if k in plan.kept}
    aggregates = before.get("aggregates", {})
    about["aggregates"] = {k: v for k, v in aggregates.items() if k in plan.kept}
    about |= {"backends": before["backends"]} if "backends" in before else {}
    directory.complete(run)
    index = [
        {"id": d.id, "digest": d.digest(), "references": len(d.references), "source": d.source}
        for d in plan.dataset.documents
    ]
    journal.write_atomic(run / "documents.jsonl", b"".join(map(journal.encode, index)))
    if before["status"] != "complete":
        journal.write_atomic(run / "config.yaml", plan.config_text.encode())
        manifest.save(run, about)
    return about


def _conclude(
    plan: Plan,
    run: Path,
    about: dict[str, Any],
    stages: Sequence[Stage],
    derive: Derive | None,
    extending: bool,
) -> Outcome:
    """Count what there is, write what is derived from it, and say how the run ended."""
    about = about | {"aggregates": about.get("aggregates", {}) | corpus_values(plan, run)}
    table, counts = load_counted(run, about)
    summaries, scores = _count_summaries(plan, table), _count_scores(plan, table, counts)
    complete = summaries.within(plan.max_failed) and scores.within(plan.max_failed)
    status: Literal["complete", "partial"] = "complete" if complete else "partial"
    as_it_was = extending and not complete
    if not as_it_was:
        if derive is not None and "score" in stages:
            _write(run, derive(table))
        journal.write_atomic(run / "config.yaml", plan.config_text.encode())
        manifest.save(run, about | {"status": status, "finished": manifest.now()})
    lost = tuple(failures(run, about)) if summaries.failed or scores.failed else ()
    shown = table if "score" in stages else None
    return Outcome(run, status, shown, summaries, scores, lost, as_it_was)


@contextmanager
def logging(run: Path) -> Iterator[Log]:
    """What appends events to the run's log. Threads may call it at any time: a line is one write."""
    own = threading.get_ident()
    with journal.Journal(run / "log.jsonl") as out:

        def log(event: Mapping[str, Any]) -> None:
            try:
                out.append([{"time": manifest.now(), **event}])
            except StoreError:
                # A thread of a session has nobody to tell; a full disk meets the summaries as well.
                if threading.get_ident() == own:
                    raise

        yield log


def _count_summaries(plan: Plan, table: ScoreTable) -> Tally:
    failed = sum(s.n_errors for s in table.systems)
    done = sum(s.n_summaries for s in table.systems)
    return Tally(failed, plan.n_summaries, plan.n_summaries - failed - done)


def _count_scores(plan: Plan, table: ScoreTable, counts: Mapping[str, Counts]) -> Tally:
    """A summary that failed takes its score by each metric with it. Every sample counts."""
    n = plan.n_summaries * len(plan.metrics)
    without = sum(s.n_errors for s in table.systems)
    failed = sum(counts[m.label].failed + without for m in plan.metrics)
    return Tally(failed, n, n - failed - sum(counts[m.label].done for m in plan.metrics))


def there(plan: Plan, results: Path) -> tuple[int, int]:
    """How many summaries and scores of a plan its run directory has already; (0, 0) without one."""
    run = directory.latest(results / plan.name, plan.digest())
    if run is None:
        return 0, 0
    summaries, scores = unfinished_summaries(plan, run), unfinished_scores(plan, run)[1]
    have = plan.n_summaries - sum(map(len, summaries.values()))
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
