"""Requests to a chat server: many at once, each sent until it is answered or has failed for good."""

import asyncio
import contextlib
import queue
import random
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.backends.http_chat import ChatServer
from bench.backends.http_request import ChatClient, Failure
from bench.backends.pace import LONGEST_WAIT, Window, backoff
from bench.core.asks import Ask, Generate, Generation, Log
from bench.core.errors import InferenceError, SetupError
from bench.core.signature import short

# Times in a row that nobody listens before a server is taken to be absent.
_ABSENT = 3
_MOST_NAMES = 5


@dataclass(slots=True, eq=False)
class _Job:
    """A question, and how often it was sent in vain."""

    ask: Generate
    failures: int = 0


class ChatSession:
    """An opened :class:`ChatServer`: a :class:`bench.core.asks.Remote`.

    A thread has an event loop with all requests, because only there a request can be given up wherever it
    hangs. Methods with an underscore are called in that thread, and what they change belongs to it.
    """

    def __init__(self, server: ChatServer, key: str | None, log: Log) -> None:
        self._server, self._log = server, log
        self._client = ChatClient(server, key)
        self._window = Window(server.in_flight)
        self._chance = random.Random()
        self._waiting: deque[_Job] = deque()
        self._resting: dict[_Job, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._cancelled = False
        self._heard = False
        self._named = 0
        # Requests of one round were sent before it was known that nobody listens: together they count once.
        self._round = self._absent = 0
        self._broken: BaseException | None = None
        self._over = False
        self._answers: queue.SimpleQueue[tuple[Ask, Any] | None] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._closed = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"chat {server.model}", daemon=True)
        self._thread.start()

    @property
    def about(self) -> Mapping[str, str | int | float]:
        """The limits."""
        server = self._server
        return {"in_flight": server.in_flight, "timeout": server.timeout, "retries": server.retries}

    def submit(self, ask: Ask) -> None:
        """Take a question; returns at once."""
        assert isinstance(ask, Generate)
        self._loop.call_soon_threadsafe(self._take, _Job(ask))

    def cancel(self) -> Sequence[Ask]:
        """Take back what is not in flight. What is gets no second try."""
        if not self._thread.is_alive():
            return []
        taken: Future[list[Ask]] = Future()
        self._loop.call_soon_threadsafe(lambda: taken.set_result(self._take_back()))
        return taken.result()

    def wait(self, seconds: float | None) -> Sequence[tuple[Ask, Any]]:
        """Answers that came, at least one unless ``seconds`` passed; an InferenceError where one failed.

        Raises:
            SetupError: the server refuses everybody (a wrong key, an unknown model), or is gone. Nothing is
                in flight then, and all answers were handed over.
        """
        came = []
        with contextlib.suppress(queue.Empty):
            came.append(self._answers.get(block=not self._over, timeout=seconds))
            while True:
                came.append(self._answers.get_nowait())
        answers = [pair for pair in came if pair is not None]
        if self._over and not answers and self._broken is not None:
            raise self._broken
        return answers

    def close(self) -> None:
        """Disconnect; what is in flight is given up."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closed.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._main())
        except BaseException as e:  # noqa: BLE001 (whoever waits must hear of it)
            self._tasks.clear()
            self._break(e)

    async def _main(self) -> None:
        try:
            await self._closed.wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._client.close()

    def _take(self, job: _Job) -> None:
        self._cancelled = False
        self._waiting.append(job)
        self._send()

    def _take_back(self) -> list[Ask]:
        self._cancelled = True
        for timer in self._resting.values():
            timer.cancel()
        jobs = [*self._waiting, *self._resting]
        self._waiting.clear()
        self._resting.clear()
        return [job.ask for job in jobs]

    def _send(self) -> None:
        """Send what waits, as far as that is allowed now."""
        now = self._loop.time()
        while self._waiting and self._broken is None and self._window.free(now):
            attempt = self._attempt(self._waiting.popleft(), self._window.sent(), self._round)
            task = self._loop.create_task(attempt)
            self._tasks.add(task)
            task.add_done_callback(self._landed)
        if self._waiting and self._alarm is None and (seconds := self._window.opens_in(now)):
            self._alarm = self._loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._send()

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._window.landed()
        self._send()
        self._end_if_broken()

    def _break(self, e: BaseException) -> None:
        """Nobody else will be answered, but those in flight may be."""
        self._broken = self._broken or e
        self._end_if_broken()

    def _end_if_broken(self) -> None:
        if self._broken is not None and not self._tasks:
            self._over = True
            self._answers.put(None)

    async def _attempt(self, job: _Job, halvings: int, round_: int) -> None:
        try:
            answer = await self._outcome(job, halvings, round_)
        except Exception as e:  # noqa: BLE001 (a SetupError, or the log cannot be written)
            self._break(e)
        else:
            if answer is not None:
                self._answers.put((job.ask, answer))

    async def _outcome(self, job: _Job, halvings: int, round_: int) -> Generation | InferenceError | None:
        """The answer to a question; None when it is sent again, or when that makes no sense any more."""
        answer: Generation | InferenceError
        try:
            answer = await self._client.ask(job.ask)
            self._window.succeeded()
            self._note_names()
        except InferenceError as e:
            answer = e
        except Failure as failure:
            if failure.status is not None:
                self._hear()
            if self._broken is not None:
                return None
            if failure.reason == "no connection":
                return self._absent_again(job, failure, round_)
            return self._failed(job, failure, halvings)
        self._hear()
        return answer

    def _hear(self) -> None:
        self._heard, self._absent = True, 0

    def _failed(self, job: _Job, failure: Failure, halvings: int) -> InferenceError | None:
        """See to it that a request is sent again; an error where it is not.

        Raises:
            SetupError: the server asks to wait for hours.
        """
        job.failures += 1
        asked = failure.wait
        if asked is not None and asked > LONGEST_WAIT:
            self._note(job, failure, job.failures, None)
            raise SetupError(
                f"{self._server.base_url}: {failure.what}; it asks to wait {timedelta(seconds=round(asked))}",
                "What was finished is kept: the same command goes on then.",
            )
        crowded = failure.status in (429, 503)
        if crowded:
            self._window.refused(halvings)
        last = self._cancelled or job.failures > self._server.retries
        wait = None if last else backoff(job.failures, self._chance) if asked is None else asked
        self._note(job, failure, job.failures, wait)
        if wait is None:
            return InferenceError(f"{failure.what} (tried {job.failures} ×)")
        if crowded and asked is not None:  # that is meant for all
            self._close_for(wait, job)
        else:
            self._resting[job] = self._loop.call_later(wait, self._rested, job)
        return None

    def _absent_again(self, job: _Job, failure: Failure, round_: int) -> InferenceError | None:
        """Nobody listens, which is no fault of the question: all wait together."""
        if round_ == self._round:
            self._round += 1
            self._absent += 1
        gone = self._absent >= (max(_ABSENT, self._server.retries + 1) if self._heard else _ABSENT)
        wait = None if gone or self._cancelled else backoff(self._absent, self._chance)
        self._note(job, failure, self._absent, wait)
        if gone:
            hint = (
                "What was finished is kept: start the server, and the same command goes on."
                if self._heard
                else "Start the server, or correct base_url."
            )
            raise SetupError(f"no server answers at {self._server.base_url}: {failure.what}", hint)
        if wait is None:
            return InferenceError(f"no server answers: {failure.what}")
        self._close_for(wait, job)
        return None

    def _close_for(self, wait: float, job: _Job) -> None:
        self._window.close_until(self._loop.time() + wait)
        self._waiting.appendleft(job)

    def _rested(self, job: _Job) -> None:
        del self._resting[job]
        self._waiting.appendleft(job)
        self._send()

    def _note(self, job: _Job, failure: Failure, attempt: int, wait: float | None) -> None:
        """Log a failure without a word of the prompt, and none of the server, which may repeat the prompt."""
        self._log(
            {
                "event": "request_failed",
                "backend": self._server.signature,
                "ask": short(repr(job.ask.content())),
                "reason": failure.reason,
                "status": failure.status,
                "attempt": attempt,
                "wait": None if wait is None else round(wait, 3),
            }
        )

    def _note_names(self) -> None:
        """Log what the server calls the model: an alias may stand for a dated one, and soon for another."""
        names = sorted(self._client.models)
        if self._named < len(names) <= _MOST_NAMES:
            self._named = len(names)
            self._log({"event": "answered_by", "backend": self._server.signature, "models": names})
