"""First stage: every system summarises every document, and each summary is on disk before the next."""

import inspect
import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.core.asks import Dialogue, Draft
from bench.core.errors import InferenceError, SetupError
from bench.core.types import Document, Summary
from bench.runner import cells, codec, flush, journal
from bench.runner.component import asked_by, check_ready, describe_error, opened
from bench.runner.directory import file_name
from bench.runner.engine import Done, Engine, Usage
from bench.runner.plan import MetricUse, Plan, System, summary_key
from bench.runner.watch import Stop, Watch
from bench.text.clean import strip_reasoning
from bench.text.lines import summary_words

WINDOW = 32


@dataclass(frozen=True, slots=True)
class Cell:
    """A summary that is to be made, and the key under which it is stored."""

    doc: Document
    sample: int
    key: str


@dataclass(frozen=True, slots=True)
class _Timed:
    """The answer of a system, and the seconds of its own work, without those of models that it asked."""

    answer: object
    seconds: float


def generate(
    plan: Plan,
    run: Path,
    earlier: Sequence[Path],
    engine: Engine,
    watch: Watch,
    stop: Stop,
    later: Sequence[MetricUse] = (),
) -> None:
    """Finish the summaries of a plan in a run directory.

    Cells that are there are kept, failed ones are tried again, and cells with the same key are copied
    from ``earlier`` runs. An exception of a system becomes an error record of that document.

    The metrics that score the summaries ``later`` must be ready as well, or hours of work would come
    before a missing package; a model that neither they nor a system still to come ask is closed.

    Raises:
        SetupError: something that a system or metric needs is missing.
        ComponentError: a system cannot be opened or closed.
        StoreError: the run directory cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    todo = copied(plan, run, earlier, watch)
    left = sum(map(len, todo.values()))
    working = [s for s in plan.systems if todo[s.label]]
    for system in working:
        check_ready(system.component, f"models.{system.label}")
    for metric in later if working else ():
        check_ready(metric.component, f"metrics.{metric.label}")
    uses: list[System | MetricUse] = [*working, *later]
    watch.begin("summaries", plan.n_summaries, plan.n_summaries - left)
    try:
        for i, system in enumerate(working):
            _run_system(system, todo[system.label], run, engine, watch, stop)
            engine.keep(asked_by(use.component for use in uses[i + 1 :]))
    finally:
        watch.end()


def unfinished_summaries(plan: Plan, run: Path | None) -> dict[str, list[Cell]]:
    """For each system what a run directory lacks; all of it where there is none."""
    documents = plan.dataset.documents
    digests = [d.digest() for d in documents]
    todo = {}
    for system in plan.systems:
        done = cells.finished_summaries(run, system.label) if run else set()
        own = getattr(system.component, "cell", None)
        wanted = [
            Cell(d, sample, summary_key(digest, system.signature, own(d) if own else "", sample))
            for d, digest in zip(documents, digests, strict=True)
            for sample in range(system.samples)
        ]
        todo[system.label] = [cell for cell in wanted if cell.key not in done]
    return todo


def starter(system: System) -> Callable[[Cell], object]:
    """What calls a system for one cell: the answer, or the dialogue that will have it."""
    summarise = system.component.summarise
    try:
        sampled = "sample" in inspect.signature(summarise).parameters
    except ValueError:  # compiled code does not say
        sampled = system.samples > 1
    return lambda cell: summarise(cell.doc, cell.sample) if sampled else summarise(cell.doc)


def copied(plan: Plan, run: Path, earlier: Sequence[Path], watch: Watch) -> dict[str, list[Cell]]:
    """Copy what a run directory lacks from those that have it; for each system what it still lacks.

    Raises:
        StoreError: the run directory cannot be read or written.
    """
    todo = unfinished_summaries(plan, run)
    wanted = {cell.key for left in todo.values() for cell in left}
    found = cells.equal_summaries(wanted, {s.signature for s in plan.systems}, earlier, watch)
    for label, left in todo.items():
        if records := [{**found[cell.key], "system": label} for cell in left if cell.key in found]:
            with journal.Journal(run / "summaries" / f"{file_name(label)}.jsonl") as out:
                out.append(records)
            todo[label] = [cell for cell in left if cell.key not in found]
    return todo


def _run_system(
    system: System, todo: Sequence[Cell], run: Path, engine: Engine, watch: Watch, stop: Stop
) -> None:
    path = run / "summaries" / f"{file_name(system.label)}.jsonl"
    with journal.Journal(path) as out, opened(system.component, f"models.{system.label}"):
        flush.write(out, _records(system, todo, engine), system.label, watch, stop)


def _records(system: System, todo: Sequence[Cell], engine: Engine) -> Iterator[list[dict[str, Any]]]:
    # A batch knows nothing of samples: who has several has ``summarise`` too.
    if hasattr(system.component, "summarise_batch") and system.samples == 1:
        for start in range(0, len(todo), WINDOW):
            yield _batch(system, todo[start : start + WINDOW])
    else:
        start_cell = starter(system)
        work = ((cell, partial(_begun, start_cell, cell)) for cell in todo)
        for finished in engine.run(work):
            yield [_finished(system, done) for done in finished]


def _begun(start: Callable[[Cell], object], cell: Cell) -> object:
    """An answer with its time, or a dialogue that will have both."""
    begin = time.perf_counter()
    answer = start(cell)
    return _clocked(answer) if isinstance(answer, Generator) else _Timed(answer, time.perf_counter() - begin)


def _clocked(dialogue: Dialogue[object]) -> Dialogue[_Timed]:
    """A dialogue with the time of its own work: others go on while it waits for answers."""
    seconds = 0.0
    answers: Sequence[Any] | None = None
    try:
        while True:
            begin = time.perf_counter()
            try:
                # A generator that has not begun takes only None.
                asks = next(dialogue) if answers is None else dialogue.send(answers)
            except StopIteration as e:
                return _Timed(e.value, seconds + time.perf_counter() - begin)
            seconds += time.perf_counter() - begin
            answers = yield asks
    finally:
        dialogue.close()


def _finished(system: System, done: Done[Cell]) -> dict[str, Any]:
    if done.error is not None:
        return _failed(system, done.tag, done.error)
    own = done.value
    assert isinstance(own, _Timed)
    if not done.asked:
        return _kept(system, done.tag, own.answer, Usage(seconds=own.seconds))
    waited = done.usage.seconds
    # Where a model does not say how long it took, the rest would pass for all of it.
    seconds = None if waited is None else own.seconds + waited
    return _kept(system, done.tag, own.answer, replace(done.usage, seconds=seconds))


def _batch(system: System, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    begin = time.perf_counter()
    try:
        answers = _answers(system, [cell.doc for cell in cells])
        share = Usage(seconds=(time.perf_counter() - begin) / len(cells))
        return [_record(system, cell, a, share) for cell, a in zip(cells, answers, strict=True)]
    except SetupError:
        raise
    except (Exception, SystemExit):  # noqa: BLE001 - one document must not take the others with it
        return [_alone(system, cell) for cell in cells]


def _alone(system: System, cell: Cell) -> dict[str, Any]:
    begin = time.perf_counter()
    try:
        if hasattr(system.component, "summarise"):
            answer = system.component.summarise(cell.doc)
        else:
            (answer,) = _answers(system, [cell.doc])
    except SetupError:
        raise
    except (Exception, SystemExit) as e:  # noqa: BLE001 - a system's failure is a record, whatever it is
        return _failed(system, cell, e)
    return _kept(system, cell, answer, Usage(seconds=time.perf_counter() - begin))


def _answers(system: System, docs: list[Document]) -> list[str]:
    answers = list(system.component.summarise_batch(docs))
    if len(answers) != len(docs):
        raise InferenceError(f"summarise_batch returned {len(answers)} summaries for {len(docs)} documents")
    return answers


def _kept(system: System, cell: Cell, answer: object, usage: Usage) -> dict[str, Any]:
    try:
        return _record(system, cell, answer, usage)
    except Exception as e:  # noqa: BLE001 - what it returned may be anything
        return _failed(system, cell, e)


def _failed(system: System, cell: Cell, e: BaseException) -> dict[str, Any]:
    return codec.summary_error(cell.key, cell.doc.id, system.label, describe_error(e), cell.sample)


def _record(system: System, cell: Cell, answer: object, usage: Usage) -> dict[str, Any]:
    draft = answer if isinstance(answer, Draft) else None
    raw = draft.text if draft else answer
    if not isinstance(raw, str):
        raise InferenceError(f"expected a str, the system returned {type(raw).__name__}")
    text = strip_reasoning(raw)
    if lone := re.search("[\ud800-\udfff]", text):
        code = ord(lone[0])
        raise InferenceError(f"the summary has half a character (U+{code:04X}) at offset {lone.start()}")
    summary = Summary(
        doc_id=cell.doc.id,
        system=system.label,
        system_sig=system.signature,
        text=text,
        sample=cell.sample,
        finish=draft.finish if draft else "stop",
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        document_tokens=draft.document_tokens if draft else None,
        truncated_tokens=draft.truncated_tokens if draft else None,
        seconds=None if getattr(system.component, "premade", False) else usage.seconds,
        cost=usage.cost,
    )
    return codec.summary_record(cell.key, summary, words=len(summary_words(text)), raw=raw)
