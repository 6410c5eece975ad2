"""A run on a Ray cluster: workers do a few documents at a time, and only the driver writes the run.

A worker does what a run of its documents alone would do, in a temporary folder, and returns the lines of
the journals. It needs summbench and the packages of the systems and metrics, but no config and no data.
Ray gives the documents of a worker that dies to another one. Nothing else in the package knows of Ray.
"""

import math
import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError, MissingExtra, SetupError
from bench.core.registry import USER
from bench.core.signature import short
from bench.core.types import Document
from bench.data.select import Dataset, fingerprint
from bench.runner import cells, directory, journal
from bench.runner.engine import Engine
from bench.runner.execute import Stage
from bench.runner.generate import generate, unfinished_summaries
from bench.runner.plan import Plan
from bench.runner.score import score, unfinished_scores
from bench.runner.watch import Silent, Stop, Watch

MOST = 64  # documents of a task: what a worker that dies takes with it
_PER_WORKER = 4  # tasks, at least, so that nobody waits long for the last
_CONNECT = 10.0  # seconds to wait for the head of a cluster
_WAIT = 0.5  # seconds, after which the user gets an occasion to stop

Lines = Mapping[str, bytes]  # name of a journal in the run directory → whole lines


@dataclass(frozen=True, slots=True)
class Done:
    """What a task returns: plain data, for an exception might not survive the journey.

    Attributes:
        lines: The cells that it has finished.
        cells: How many these are.
        about: What the opened backends said of themselves.
        notes: What the user should know.
        error: Message, hint and exit code of what made the worker give up.
    """

    lines: Lines = field(default_factory=dict)
    cells: int = 0
    about: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True)
class OnRay:
    """Does the cells of a plan on a cluster.

    Attributes:
        address: Of the cluster, as in ``ray start``; None: this machine's, begun for the run if need be.
        cpus: That a worker takes, or a part of one.
        gpus: The same.
        most: Documents of a task, at most.
    """

    address: str | None = None
    cpus: float = 1.0
    gpus: float = 0.0
    most: int = MOST

    def __call__(
        self, plan: Plan, run: Path, stages: Sequence[Stage], since: float, watch: Watch, stop: Stop
    ) -> dict[str, dict[str, Any]]:
        """Append the cells that a run directory lacks; what the backends said of themselves.

        Raises:
            MissingExtra: Ray is not installed.
            SetupError: no cluster, none with the resources that a worker needs, or a worker lacks something.
            StoreError: the run directory cannot be written.
            KeyboardInterrupt: the user asked to stop; what workers have returned is on disk.
        """
        todo = _todo(plan, run, stages)
        total = plan.n_summaries * sum(len(plan.metrics) if s == "score" else 1 for s in stages)
        about: dict[str, dict[str, Any]] = {}
        if not todo:
            return about
        with self._connected() as ray, ExitStack() as stack:
            slots = self._slots(ray)
            size = max(1, min(self.most, math.ceil(len(todo) / (slots * _PER_WORKER))))
            _by_value(ray)
            shared = ray.put(replace(plan, dataset=Dataset((), "")))
            task = ray.remote(work).options(num_cpus=self.cpus, num_gpus=self.gpus, max_retries=-1)
            starts = iter(range(0, len(todo), size))
            kept = _finished(plan, run, {d.id for d in todo})
            journals: dict[str, journal.Journal] = {}
            waiting: list[Any] = []
            watch.begin("cells", total, total - _left(plan, run, stages))
            stack.callback(watch.end)
            while True:
                while len(waiting) < 2 * slots and (start := next(starts, None)) is not None:
                    docs = todo[start : start + size]
                    waiting.append(task.remote(shared, docs, _seed(kept, docs), tuple(stages), since))
                if not waiting:
                    return about
                ready, waiting = ray.wait(waiting, timeout=_WAIT)
                for done in ray.get(ready):
                    for name, data in done.lines.items():
                        if name not in journals:
                            journals[name] = stack.enter_context(journal.Journal(run / name))
                        journals[name].append_lines(data)
                        journals[name].sync()
                    for text in done.notes:
                        watch.note(text)
                    about |= {k: dict(v) for k, v in done.about.items()}
                    watch.step("ray", done.cells)
                    if done.error is not None:
                        raise _error(*done.error)
                stop.check()

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        # Ray reads these when it is imported: no statistics, and no token in the home folder.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_AUTH_MODE", "disabled")
        try:
            import ray
        except ImportError:
            raise MissingExtra("ray", "ray") from None
        if ray.is_initialized():  # a library user's own connection stays open
            yield ray
            return
        self._reached()
        try:
            ray.init(address=self.address, log_to_driver=False, logging_level="error")
        except (ConnectionError, RuntimeError, ValueError) as e:
            what = f"no Ray cluster at {self.address or 'this machine'}: {str(e).splitlines()[0]}"
            raise SetupError(what, "`ray start --head` begins one and prints its address.") from e
        try:
            yield ray
        finally:
            ray.shutdown()

    def _reached(self) -> None:
        """Find out in seconds whether somebody is there: Ray tries for minutes, and then ends the process."""
        host, _, port = (self.address or "").rpartition(":")
        if host and port.isdecimal():
            try:
                socket.create_connection((host, int(port)), timeout=_CONNECT).close()
            except OSError as e:
                what = f"no Ray cluster at {self.address}: {e.strerror or e}"
                raise SetupError(what, "`ray start --head` begins one and prints its address.") from e

    def _slots(self, ray: Any) -> int:
        """How many workers the cluster has room for."""
        have = ray.cluster_resources()
        wanted = {"CPU": self.cpus, "GPU": self.gpus}
        room = min((int(have.get(kind, 0) / n) for kind, n in wanted.items() if n), default=1)
        if not room:
            there = ", ".join(f"{have.get(kind, 0):g} {kind}" for kind in wanted)
            raise SetupError(
                f"a worker takes {self.cpus:g} CPU and {self.gpus:g} GPU, the whole cluster has {there}",
                "Ask for less of them, or add nodes.",
            )
        return room


def work(
    plan: Plan, documents: Sequence[Document], seed: Lines, stages: Sequence[Stage], since: float
) -> Done:
    """Finish the cells of a few documents, on a worker.

    Args:
        plan: What to do, without its documents.
        documents: These instead.
        seed: Cells of theirs that are finished already.
        stages: Of ``generate`` and ``score``.
        since: As of :class:`bench.runner.engine.Engine`.
    """
    plan = replace(plan, dataset=Dataset(tuple(documents), fingerprint(documents)))
    notes: list[str] = []
    error = None
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        run = Path(folder)
        directory.complete(run)
        for name, data in seed.items():
            (run / name).write_bytes(data)
        with Engine(None, log=lambda _: None, note=notes.append, since=since) as engine:
            try:
                if "generate" in stages:
                    later = plan.metrics if "score" in stages else ()
                    generate(plan, run, (), engine, Silent(), Stop(), later)
                if "score" in stages:
                    score(plan, run, (), engine, Silent(), Stop())
            except BenchError as e:
                error = (e.message, e.hint or "", e.exit_code)
        lines = {}
        for path in sorted(run.glob("*/*.jsonl")):
            name = path.relative_to(run).as_posix()
            if new := path.read_bytes()[len(seed.get(name, b"")) :]:
                lines[name] = new
    n = sum(data.count(b"\n") for data in lines.values())
    return Done(lines, n, engine.about, tuple(notes), error)


def _todo(plan: Plan, run: Path, stages: Sequence[Stage]) -> list[Document]:
    """The documents with a cell to finish."""
    wanted: set[str] = set()
    if "generate" in stages:
        wanted |= {cell.doc.id for left in unfinished_summaries(plan, run).values() for cell in left}
    if "score" in stages:
        left_out = unfinished_scores(plan, run)[1].values()
        wanted |= {summary.doc_id for left in left_out for (_, summary), _ in left}
    return [d for d in plan.dataset.documents if d.id in wanted]


def _left(plan: Plan, run: Path, stages: Sequence[Stage]) -> int:
    """So many cells are to be finished, if all summaries can be made."""
    n = sum(map(len, unfinished_summaries(plan, run).values()))
    scores = sum(map(len, unfinished_scores(plan, run)[1].values())) + n * len(plan.metrics)
    return (n if "generate" in stages else 0) + (scores if "score" in stages else 0)


def _finished(plan: Plan, run: Path, wanted: set[str]) -> dict[str, dict[str, bytes]]:
    """Document → journal → its lines, of the cells that need not be done again."""
    found: dict[str, dict[str, bytes]] = {}
    rows = [
        (f"summaries/{directory.file_name(s.label)}.jsonl", cells.summaries(run, s.label))
        for s in plan.systems
    ] + [
        (f"scores/{directory.file_name(m.label)}.jsonl", cells.scores(run, m.label, short(m.signature)))
        for m in plan.metrics
    ]
    for name, records in rows:
        for (_, doc, _), record in records.items():
            if doc in wanted and record["status"] != "error":
                of_doc = found.setdefault(doc, {})
                of_doc[name] = of_doc.get(name, b"") + journal.encode(record)
    return found


def _seed(kept: Mapping[str, Lines], documents: Sequence[Document]) -> dict[str, bytes]:
    lines: dict[str, bytes] = {}
    for doc in documents:
        for name, data in kept.get(doc.id, {}).items():
            lines[name] = lines.get(name, b"") + data
    return lines


def _by_value(ray: Any) -> None:
    """Send the classes of a user's own files along; workers have only what is installed there."""
    for name, module in list(sys.modules.items()):
        if name.startswith(USER):
            ray.cloudpickle.register_pickle_by_value(module)


def _error(message: str, hint: str, exit_code: int) -> BenchError:
    error = BenchError(message, hint)
    error.exit_code = exit_code
    return error
