"""Keeps models busy: pools the questions of many dialogues, and answers each distinct one once.

Up to ``WINDOW`` dialogues are alive. What the cache does not know goes to the sessions of the backends
(:mod:`bench.runner.sessions`): to a model in this process in batches of like length, to a server all at
once. Answers are in the cache before the dialogues go on. What a dialogue gets depends neither on the
others nor on the window nor on the packing, and a question that fails, fails for those who asked it.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from bench.core.asks import Dialogue, Log
from bench.core.errors import BenchError, InferenceError, SetupError, user_code
from bench.runner.cache import Answers, decode, encode, key_of
from bench.runner.sessions import Answered, LocalDesk, Question, RemoteDesk, failure, open_desk

T = TypeVar("T")

WINDOW = 256

_PATIENCE = 0.2  # seconds without an answer, after which the consumer gets an occasion to stop
_TURN = 0.02  # seconds to wait for one server while another one may have an answer
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Usage:
    """What the questions of a dialogue took, kept and shared answers too; None where nobody said anything."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float | None = None
    cost: float | None = None

    def plus(self, answers: Sequence[Any]) -> "Usage":
        """Together with what these answers say of themselves."""
        return Usage(*(_total(name, self, *answers) for name in _USAGE))


_USAGE = Usage.__match_args__


def _total(name: str, *parts: Any) -> Any:
    known = [n for part in parts if (n := getattr(part, name, None)) is not None]
    return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A finished cell.

    Attributes:
        tag: What it was handed in with.
        value: What it returned.
        error: What it raised instead; an InferenceError stands for a SystemExit.
        usage: What its questions took.
        asked: How many questions it put; 0 for what is no dialogue.
    """

    tag: T
    value: object = None
    error: Exception | None = None
    usage: Usage = Usage()
    asked: int = 0


@dataclass(slots=True, eq=False)
class _Cell:
    tag: Any
    dialogue: Dialogue[object]
    answers: list[Any] = field(default_factory=list)
    missing: int = 0
    usage: Usage = Usage()
    asked: int = 0


class Engine:
    """Opened backends and kept answers; a context manager.

    Attributes:
        about: Backend signature → what was used and is in no signature, of every backend that was opened.
    """

    def __init__(
        self, cache: Path | None, *, log: Log, note: Callable[[str], None], since: float = 0.0
    ) -> None:
        """Nothing is opened before something is asked.

        Args:
            cache: Folder of the kept answers, made when the first is written; None: they stay in memory.
            log: Takes events.
            note: Takes what the user should know.
            since: Time, in seconds since 1970, before which kept answers are not used.
        """
        self.about: dict[str, dict[str, str | int | float]] = {}
        self._log = log
        self._note = note
        self._answers = Answers(cache, note, since=since)
        self._desks: dict[str, LocalDesk | RemoteDesk] = {}
        # For every question that is not answered yet: the cells that wait for it, and its place in theirs.
        self._waiting: dict[bytes, list[tuple[_Cell, int]]] = {}
        self._alive: set[_Cell] = set()
        self._finished: list[Done[Any]] = []
        self._latest: object = None

    def run(self, cells: Iterable[tuple[T, Callable[[], object]]]) -> Generator[list[Done[T]], None, None]:
        """Finish cells.

        Args:
            cells: Each a tag and a function that returns a value, or a dialogue that will. They are taken
                as there is room for them.

        Yields:
            Finished cells: a plain value at once and alone, dialogues after each batch of answers. The
            list may be empty, so that whoever wants to stop has an occasion to.

        Raises:
            SetupError: something is missing.
            ComponentError: a backend cannot be opened, or breaks its contract. Before either, what is
                finished is yielded.
        """
        self._abandon()
        self._latest = this = object()
        todo = iter(cells)
        more = True
        try:
            while more or self._alive:
                while more and len(self._alive) < WINDOW:
                    cell = next(todo, None)
                    more = cell is not None
                    if cell is not None:
                        self._begin(*cell)
                        if self._finished:
                            yield self._take_finished()
                    if self._waiting:
                        self._collect(0)
                        if self._finished:
                            yield self._take_finished()
                if self._alive:
                    self._serve()
                    yield self._take_finished()
        except BenchError:
            yield self._take_finished()
            raise
        finally:
            if self._latest is this:  # a run that was left may be finalised when the next one is under way
                self._abandon()

    def keep(self, signatures: Collection[str]) -> None:
        """Close the sessions of all other backends. Those that a run under way waits for stay open."""
        with ExitStack() as stack:
            for signature, desk in list(self._desks.items()):
                if signature not in signatures and not (self._alive and len(desk)):
                    stack.callback(self._close, signature, self._desks.pop(signature))

    def close(self) -> None:
        """Close all sessions. What is in flight to a server is waited for and kept."""
        with ExitStack() as stack:
            stack.callback(self._answers.close)
            stack.callback(self.keep, ())
            self._abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take_finished(self) -> list[Done[Any]]:
        finished, self._finished = self._finished, []
        return finished

    def _begin(self, tag: object, start: Callable[[], object]) -> None:
        try:
            value = start()
        except SetupError:
            raise
        except (Exception, SystemExit) as e:  # noqa: BLE001 - whatever it is, it is the failure of this cell
            self._finished.append(Done(tag, error=_error(e)))
            return
        if isinstance(value, Generator):
            cell = _Cell(tag, value)
            self._alive.add(cell)
            self._advance(cell, None)
        else:
            self._finished.append(Done(tag, value))

    def _advance(self, cell: _Cell, answers: list[Any] | None) -> None:
        """Let a dialogue go on until it has to wait, or is over."""
        while True:
            try:
                # A generator that has not begun takes only None.
                asks = next(cell.dialogue) if answers is None else cell.dialogue.send(answers)
                questions = _questions(asks)
            except StopIteration as e:
                return self._finish(cell, value=e.value)
            except SetupError:
                raise
            except (Exception, SystemExit) as e:  # noqa: BLE001 - whatever it is, it is the failure of this cell
                return self._finish(cell, error=_error(e))
            cell.asked += len(questions)
            self._put(cell, questions)
            if cell.missing:
                return None
            answers = cell.answers
            cell.usage = cell.usage.plus(answers)

    def _finish(self, cell: _Cell, value: object = None, error: Exception | None = None) -> None:
        self._alive.discard(cell)
        with suppress(Exception):
            cell.dialogue.close()
        self._finished.append(Done(cell.tag, value, error, cell.usage, cell.asked))

    def _put(self, cell: _Cell, questions: Sequence[Question]) -> None:
        """Find the answers that are known, and put the other questions where they will be answered."""
        cell.answers = [_UNKNOWN] * len(questions)
        for i, question in enumerate(questions):
            if question.key in self._waiting:
                self._waiting[question.key].append((cell, i))
            elif (answer := self._known(question)) is not _UNKNOWN:
                cell.answers[i] = answer
                continue
            else:
                self._desk(question).put(question)
                # A second Ctrl-C may come before this line; who takes a key from here finds none then.
                self._waiting[question.key] = [(cell, i)]
            cell.missing += 1

    def _known(self, question: Question) -> Any:
        text = self._answers.get(question.signature, question.key) if question.ask.cached else None
        if text is None:
            return _UNKNOWN
        try:
            return decode(question.ask, text)
        except Exception:  # noqa: BLE001 - an answer that cannot be read is asked for again
            return _UNKNOWN

    def _desk(self, question: Question) -> LocalDesk | RemoteDesk:
        signature = question.signature
        if signature not in self._desks:
            desk = open_desk(question.ask.backend, signature, self._log, self._note)
            self._desks[signature] = desk
            self.about[signature] = dict(desk.session.about)
        return self._desks[signature]

    def _serve(self) -> None:
        """Answer a batch here, or wait for a server."""
        desks = [d for d in self._desks.values() if len(d)]
        assert desks, "dialogues wait for questions that nobody has"
        if local := [d for d in desks if isinstance(d, LocalDesk)]:
            self._settle(max(local, key=len).serve())
            self._collect(0)
        else:
            self._collect(_PATIENCE)

    def _collect(self, seconds: float) -> None:
        """Take what servers have answered; with one server that has not, wait so long for it."""
        remote = [d for d in self._desks.values() if isinstance(d, RemoteDesk) and len(d)]
        for desk in remote:
            self._settle(desk.collect(seconds if len(remote) == 1 else min(seconds, _TURN)))

    def _settle(self, answered: Answered) -> None:
        """Keep answers, and then let those go on who have all of theirs."""
        kept: dict[str, list[tuple[bytes, str]]] = {}
        for i, (question, answer) in enumerate(answered):
            try:
                text = None if isinstance(answer, InferenceError) else encode(question.ask, answer)
            except Exception as e:  # noqa: BLE001 - what the ask cannot pack is no answer to it
                answered[i] = question, failure(e)
            else:
                if text is not None:
                    kept.setdefault(question.signature, []).append((question.key, text))
        for signature, answers in kept.items():
            self._answers.put(signature, answers)
        ready = []
        for question, answer in answered:
            for cell, i in self._waiting.pop(question.key, ()):
                cell.answers[i] = answer
                cell.missing -= 1
                if not cell.missing:
                    ready.append(cell)
        for cell in ready:
            cell.usage = cell.usage.plus(cell.answers)
            self._advance(cell, cell.answers)

    def _abandon(self) -> None:
        """Leave the dialogues that are alive, and the questions that nobody works on."""
        for cell in self._alive:
            with suppress(Exception):
                cell.dialogue.close()
        self._alive.clear()
        self._finished = []
        for desk in self._desks.values():
            for question in desk.drop():
                self._waiting.pop(question.key, None)
        # What is in flight will be kept when it comes.
        for cells in self._waiting.values():
            cells.clear()

    def _close(self, signature: str, desk: LocalDesk | RemoteDesk) -> None:
        try:
            if isinstance(desk, RemoteDesk):
                for answered in desk.last():
                    self._settle(answered)
        finally:
            with user_code(signature, "close()"):
                desk.session.close()


def _questions(asks: object) -> list[Question]:
    if not isinstance(asks, Sequence) or isinstance(asks, str):
        raise TypeError(f"a dialogue yields sequences of asks, this one yielded {type(asks).__name__}")
    signatures = [ask.backend.signature for ask in asks]
    return [Question(ask, s, key_of(s, ask.content())) for ask, s in zip(asks, signatures, strict=True)]


def _error(e: BaseException) -> Exception:
    return e if isinstance(e, Exception) else failure(e)
