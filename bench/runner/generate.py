"""First stage: every system summarises every document, and each summary is on disk before the next."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError, InferenceError, SetupError, user_code
from bench.core.types import Document, Summary
from bench.runner import cells, codec, flush, journal
from bench.runner.directory import file_name
from bench.runner.plan import Plan, System, summary_key
from bench.runner.watch import Stop, Watch
from bench.text.clean import strip_reasoning
from bench.text.lines import summary_words

WINDOW = 32


def generate(plan: Plan, run: Path, earlier: Sequence[Path], watch: Watch, stop: Stop) -> None:
    """Finish the summaries of a plan in a run directory.

    Cells that are there are kept, failed ones are tried again, and cells with the same key are copied
    from ``earlier`` runs. An exception of a system becomes an error record of that document.

    Raises:
        SetupError: something that a system needs is missing.
        ComponentError: a system cannot be opened or closed.
        StoreError: the run directory cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    todo = unfinished_summaries(plan, run)
    _copy(plan, run, earlier, todo, watch)
    left = sum(map(len, todo.values()))
    total = len(plan.dataset.documents) * len(plan.systems)
    watch.begin("summaries", total, total - left)
    try:
        for system in plan.systems:
            if todo[system.label]:
                _run_system(system, todo[system.label], run, watch, stop)
    finally:
        watch.end()


def unfinished_summaries(plan: Plan, run: Path) -> dict[str, list[tuple[Document, str]]]:
    """For each system the documents without a summary, with the keys of their cells."""
    documents = plan.dataset.documents
    digests = [d.digest() for d in documents]
    todo = {}
    for system in plan.systems:
        done = cells.finished_summaries(run, system.label)
        own = getattr(system.component, "cell", None)
        keys = [
            summary_key(digest, system.signature, own(d) if own else "")
            for d, digest in zip(documents, digests, strict=True)
        ]
        todo[system.label] = [(d, key) for d, key in zip(documents, keys, strict=True) if key not in done]
    return todo


@contextmanager
def opened(component: Any, where: str) -> Iterator[None]:
    """Call the component's ``open`` and ``close``, where it has them."""
    if start := getattr(component, "open", None):
        with user_code(where, "open()"):
            start()
    try:
        yield
    finally:
        if end := getattr(component, "close", None):
            with user_code(where, "close()"):
                end()


def _copy(
    plan: Plan,
    run: Path,
    earlier: Sequence[Path],
    todo: dict[str, list[tuple[Document, str]]],
    watch: Watch,
) -> None:
    wanted = {key for left in todo.values() for _, key in left}
    found = cells.equal_summaries(wanted, {s.signature for s in plan.systems}, earlier, watch)
    for label, left in todo.items():
        if records := [{**found[key], "system": label} for _, key in left if key in found]:
            with journal.Journal(run / "summaries" / f"{file_name(label)}.jsonl") as out:
                out.append(records)
            todo[label] = [(d, key) for d, key in left if key not in found]


def _run_system(
    system: System, todo: Sequence[tuple[Document, str]], run: Path, watch: Watch, stop: Stop
) -> None:
    path = run / "summaries" / f"{file_name(system.label)}.jsonl"
    with journal.Journal(path) as out, opened(system.component, f"models.{system.label}"):
        flush.write(out, _records(system, todo), system.label, watch, stop)


def _records(system: System, todo: Sequence[tuple[Document, str]]) -> Iterator[list[dict[str, Any]]]:
    if hasattr(system.component, "summarise_batch"):
        for start in range(0, len(todo), WINDOW):
            yield _batch(system, todo[start : start + WINDOW])
    else:
        for cell in todo:
            yield [_one(system, cell)]


def _one(system: System, cell: tuple[Document, str]) -> dict[str, Any]:
    doc, key = cell
    begin = time.perf_counter()
    try:
        if hasattr(system.component, "summarise"):
            answer = system.component.summarise(doc)
        else:
            (answer,) = _answers(system, [doc])
        return _record(system, doc, key, answer, time.perf_counter() - begin)
    except SetupError:
        raise
    except (Exception, SystemExit) as e:  # noqa: BLE001 - a system's failure is a record, whatever it is
        return codec.summary_error(key, doc.id, system.label, describe_error(e))


def _batch(system: System, cells: Sequence[tuple[Document, str]]) -> list[dict[str, Any]]:
    begin = time.perf_counter()
    try:
        answers = _answers(system, [doc for doc, _ in cells])
        seconds = (time.perf_counter() - begin) / len(cells)
        return [_record(system, *cell, answer, seconds) for cell, answer in zip(cells, answers, strict=True)]
    except SetupError:
        raise
    except (Exception, SystemExit):  # noqa: BLE001 - one document must not take the others with it
        return [_one(system, cell) for cell in cells]


def _answers(system: System, docs: list[Document]) -> list[str]:
    answers = list(system.component.summarise_batch(docs))
    if len(answers) != len(docs):
        raise InferenceError(f"summarise_batch returned {len(answers)} summaries for {len(docs)} documents")
    return answers


def _record(system: System, doc: Document, key: str, answer: object, seconds: float) -> dict[str, Any]:
    if not isinstance(answer, str):
        raise InferenceError(f"expected a str, the system returned {type(answer).__name__}")
    text = strip_reasoning(answer)
    if lone := re.search("[\ud800-\udfff]", text):
        code = ord(lone[0])
        raise InferenceError(f"the summary has half a character (U+{code:04X}) at offset {lone.start()}")
    measured = None if getattr(system.component, "premade", False) else seconds
    summary = Summary(doc.id, system.label, system.signature, text, seconds=measured)
    return codec.summary_record(key, summary, words=len(summary_words(text)), raw=answer)


def describe_error(e: BaseException) -> str:
    """One line about an exception, for an error record."""
    text = e.message if isinstance(e, BenchError) else f"{type(e).__name__}: {e}"
    return " ".join(text.split())[:500]
