"""Questions on their way to an opened backend and back: failures, lack of memory, what is in flight."""

import math
import time
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.core.asks import Ask, Backend, Local, Log, Remote
from bench.core.errors import BenchError, InferenceError, OutOfMemory, SetupError, user_code
from bench.runner.packing import Row, take


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An ask that is to be answered, the first of those that are equal.

    Attributes:
        ask: The ask.
        signature: Signature of its backend.
        key: Names its answer (:func:`bench.runner.cache.key_of`).
    """

    ask: Ask
    signature: str
    key: bytes


Answered = list[tuple[Question, Any]]  # the answer, or the InferenceError in its place


def open_desk(
    backend: Backend, signature: str, log: Log, note: Callable[[str], None]
) -> "LocalDesk | RemoteDesk":
    """Load a model, or connect.

    Raises:
        SetupError: a package, the weights or the server are missing.
        ComponentError: the backend's code failed.
    """
    begin = time.perf_counter()
    with user_code(signature, "open()"):
        session = backend.open(log)
        seconds = round(time.perf_counter() - begin, 3)
        log({**session.about, "event": "opened", "backend": signature, "seconds": seconds})
        if isinstance(session, Local):
            return LocalDesk(session, signature, log, note)
        if isinstance(session, Remote):
            return RemoteDesk(session, signature)
        raise TypeError(
            f"{type(session).__name__} has neither budget, length() and answer() nor submit(), cancel() "
            "and wait(), beside about and close()"
        )


def failure(e: BaseException) -> InferenceError:
    """What stands in the place of an answer that could not be had."""
    return e if isinstance(e, InferenceError) else InferenceError(f"{type(e).__name__}: {e}")


class LocalDesk:
    """Questions to a model in this process, in batches."""

    def __init__(self, session: Local, signature: str, log: Log, note: Callable[[str], None]) -> None:
        self.session = session
        self._budget = int(session.budget)
        self._signature = signature
        self._log = log
        self._note = note
        self._queues: dict[str, list[Row[Question]]] = {}
        self._arrived = 0
        self._refused: Answered = []
        self._shrunk = False
        self._sweep: tuple[str, int] | None = None

    def __len__(self) -> int:
        """How many questions wait."""
        return len(self._refused) + sum(map(len, self._queues.values()))

    def put(self, question: Question) -> None:
        """Take a question.

        Raises:
            SetupError: something that measuring it needs is missing.
        """
        try:
            group, length = question.ask.group, int(self.session.length(question.ask))
        except SetupError:
            raise
        except (Exception, SystemExit) as e:  # noqa: BLE001 - one question must not take the others with it
            self._refused.append((question, failure(e)))
            return
        self._arrived += 1
        insort(self._queues.setdefault(group, []), (length, self._arrived, question))

    def serve(self) -> Answered:
        """Answer a batch; nothing where it did not fit into memory, for smaller ones will follow.

        Raises:
            SetupError: something is missing that opening did not miss.
        """
        if self._refused:
            refused, self._refused = self._refused, []
            return refused
        group, below = self._sweep or (max(self._queues, key=lambda g: len(self._queues[g])), math.inf)
        rows = self._queues[group]
        batch = take(rows, self._budget, below)
        questions = [question for _, _, question in rows[batch]]
        longest = rows[batch.stop - 1][0]
        try:
            answers = self._answers(questions)
        except OutOfMemory:
            self._shrink(len(questions), longest)
            return []
        self._sweep = (group, rows[batch.start][0]) if batch.start else None
        del rows[batch]
        if not rows:
            del self._queues[group]
        return list(zip(questions, answers, strict=True))

    def drop(self) -> list[Question]:
        """Forget the questions that wait, and return them."""
        dropped = [q for q, _ in self._refused] + [q for rows in self._queues.values() for _, _, q in rows]
        self._refused, self._queues, self._sweep = [], {}, None
        return dropped

    def _answers(self, questions: Sequence[Question]) -> list[Any]:
        """An answer or a failure for each. Only a batch that can be made smaller raises OutOfMemory."""
        try:
            return self._ask([q.ask for q in questions])
        except SetupError:
            raise
        except (Exception, SystemExit) as e:
            if len(questions) == 1:
                return [failure(e)]
            if isinstance(e, OutOfMemory):
                raise
            # One question must not take the others with it.
            why = str(failure(e))
            self._log({"event": "batch", "backend": self._signature, "rows": len(questions), "error": why})
            return [answer for q in questions for answer in self._answers([q])]

    def _ask(self, asks: Sequence[Ask]) -> list[Any]:
        answers = [failure(a) if isinstance(a, Exception) else a for a in self.session.answer(asks)]
        if len(answers) != len(asks):
            raise InferenceError(f"the backend gave {len(answers)} answers to {len(asks)} questions")
        return answers

    def _shrink(self, rows: int, longest: int) -> None:
        if not self._shrunk:
            self._shrunk = True
            self._note(
                f"{self._signature}: {rows} rows of {longest:,} tokens do not fit into memory; "
                "batches are smaller from here on"
            )
        self._budget = rows // 2 * longest
        about = {"rows": rows, "tokens": longest, "budget": self._budget}
        self._log({"event": "memory", "backend": self._signature, **about})


class RemoteDesk:
    """Questions to a server."""

    def __init__(self, session: Remote, signature: str) -> None:
        self.session = session
        self._signature = signature
        self._out: dict[Ask, Question] = {}
        self._refused: Answered = []

    def __len__(self) -> int:
        """How many questions are not answered yet."""
        return len(self._refused) + len(self._out)

    def put(self, question: Question) -> None:
        """Hand a question on.

        Raises:
            SetupError: the server refuses everybody, or is gone.
        """
        try:
            self.session.submit(question.ask)
            self._out[question.ask] = question
        except SetupError:
            raise
        except (Exception, SystemExit) as e:  # noqa: BLE001 - one question must not take the others with it
            self._refused.append((question, failure(e)))

    def collect(self, seconds: float | None) -> Answered:
        """Answers that came, at least one unless ``seconds`` passed or there is none to come.

        Raises:
            SetupError: the server refuses everybody, or is gone.
            ComponentError: the session's code failed.
        """
        refused, self._refused = self._refused, []
        if not self._out:
            return refused
        with user_code(self._signature, "wait()"):
            came = self.session.wait(0 if refused else seconds)
            return refused + [
                (self._out.pop(ask), failure(a) if isinstance(a, Exception) else a) for ask, a in came
            ]

    def drop(self) -> list[Question]:
        """Forget the questions that are not in flight, and return them.

        Raises:
            ComponentError: the session's code failed.
        """
        dropped, self._refused = [q for q, _ in self._refused], []
        if self._out:
            with user_code(self._signature, "cancel()"):
                dropped += [self._out.pop(ask) for ask in self.session.cancel()]
        return dropped

    def last(self) -> Iterator[Answered]:
        """What is in flight, as it comes; failures where the server gives it no more."""
        try:
            while len(self):
                yield self.collect(None)
        except BenchError as e:
            lost, self._out = self._out, {}
            yield [(question, failure(e)) for question in lost.values()]
