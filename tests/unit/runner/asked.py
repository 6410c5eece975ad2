"""Backends that the tests of the engine ask, and an engine's surroundings."""

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.asks import Ask, Dialogue, Generate, Generation, Log, Measure, Turn, generate
from bench.core.errors import InferenceError, SetupError
from bench.runner.engine import Done, Engine
from bench.testing import Scripted

Events = list[Mapping[str, Any]]


@dataclass
class Room:
    """An engine's surroundings: what it logged and noted."""

    cache: Path | None = None
    events: Events = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def engine(self, *, since: float = 0.0) -> Engine:
        return Engine(self.cache, log=self.events.append, note=self.notes.append, since=since)

    def run(self, *cells: Callable[[], object], since: float = 0.0) -> list[Done[int]]:
        """All cells, in the order in which they were given."""
        with self.engine(since=since) as engine:
            found = [done for batch in engine.run(enumerate(cells)) for done in batch]
        assert sorted(d.tag for d in found) == list(range(len(cells)))
        return sorted(found, key=lambda d: d.tag)

    def logged(self, event: str) -> Events:
        return [e for e in self.events if e["event"] == event]


def to(backend: Any, text: str, options: str = "{}") -> Generate:
    return Generate(backend, (Turn("user", text),), options)


def ask(backend: Any, *texts: str) -> Dialogue[list[str]]:
    return [a.text for a in (yield from generate([to(backend, t) for t in texts]))]


def asking(backend: Any, *texts: str) -> Callable[[], object]:
    return lambda: ask(backend, *texts)


def prompts(backend: Scripted) -> list[list[str]]:
    return [[a.turns[-1].text for a in batch] for batch in backend.batches]


def words(n: int, name: str = "w") -> str:
    return " ".join([name] * n)


@dataclass(frozen=True, eq=False)
class Server:
    """Answers ``at_once`` prompts at a time, each after ``seconds``, and is gone after ``lasts`` of them."""

    script: Callable[[str], str | InferenceError]
    name: str = "server"
    at_once: int = 3
    seconds: float = 0.0
    lasts: int | None = None
    asked: list[Generate] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)

    @property
    def signature(self) -> str:
        return f"server|name:{self.name}"

    def measure(self, ask: Ask) -> Measure:
        raise NotImplementedError

    def open(self, log: Log) -> "ServerSession":
        return ServerSession(self)


class ServerSession:
    about: Mapping[str, str | int | float] = {"host": "here"}

    def __init__(self, server: Server) -> None:
        self.server = server
        self.pool = ThreadPoolExecutor(server.at_once)
        self.came: queue.SimpleQueue[tuple[Ask, Any]] = queue.SimpleQueue()
        self.futures: dict[Ask, Future[None]] = {}

    def submit(self, ask: Ask) -> None:
        assert ask not in self.futures, "an equal question is out already"
        self.futures[ask] = self.pool.submit(self._answer, ask)

    def cancel(self) -> list[Ask]:
        taken_back = [ask for ask, future in self.futures.items() if future.cancel()]
        for ask in taken_back:
            del self.futures[ask]
        return taken_back

    def wait(self, seconds: float | None) -> list[tuple[Ask, Any]]:
        came: list[tuple[Ask, Any]] = []
        try:
            while True:
                came.append(self.came.get(block=not came and seconds != 0, timeout=seconds))
        except queue.Empty:
            pass
        for ask, answer in came:
            del self.futures[ask]
            if isinstance(answer, SetupError):
                raise answer
        return came

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)
        self.server.closed.append(True)

    def _answer(self, ask: Ask) -> None:
        assert isinstance(ask, Generate)
        self.server.asked.append(ask)
        time.sleep(self.server.seconds)
        answer: Any
        if self.server.lasts is not None and len(self.server.asked) > self.server.lasts:
            answer = SetupError("the server is gone")
        else:
            try:
                found = self.server.script(ask.turns[-1].text)
                answer = Generation(found, seconds=0.5) if isinstance(found, str) else found
            except Exception as e:  # noqa: BLE001 - told as the failure of this question
                answer = InferenceError(f"{type(e).__name__}: {e}")
        self.came.put((ask, answer))


@dataclass(frozen=True, eq=False)
class Fixed:
    """A backend with given answers, and with one thing that is wrong."""

    answers: Mapping[str, Any]
    name: str = "fixed"
    budget: int = 100
    robbed: int = 0  # batches of so many rows get an answer less
    unmeasured: str = ""
    missing: str = ""
    broken: bool = False
    closed: list[str] = field(default_factory=list)

    @property
    def signature(self) -> str:
        return f"fixed|name:{self.name}"

    def measure(self, ask: Ask) -> Measure:
        raise NotImplementedError

    def open(self, log: Log) -> "FixedSession":
        if self.broken:
            raise RuntimeError("no GPU")
        self.check("open")
        return FixedSession(self)

    def check(self, where: str) -> None:
        if self.missing == where:
            raise SetupError(f"{where}: something is missing")


@dataclass(frozen=True)
class FixedSession:
    backend: Fixed

    @property
    def budget(self) -> int:
        return self.backend.budget

    @property
    def about(self) -> Mapping[str, str | int | float]:
        return {}

    def length(self, ask: Ask) -> int:
        self.backend.check("length")
        text = text_of(ask)
        return {t: len(t) for t in self.backend.answers if t != self.backend.unmeasured}[text]

    def answer(self, batch: Sequence[Ask]) -> list[Any]:
        self.backend.check("answer")
        answers = [self.backend.answers[text_of(ask)] for ask in batch]
        return answers[1:] if self.backend.robbed == len(batch) else answers

    def close(self) -> None:
        self.backend.closed.append(self.backend.name)
        if self.backend.name == "bad":
            raise RuntimeError("stuck")


def text_of(ask: Ask) -> str:
    assert isinstance(ask, Generate)
    return ask.turns[-1].text
