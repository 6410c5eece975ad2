"""A session with a scripted server, for tests that talk to it over a real socket."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.backends.http_chat import ChatServer
from bench.backends.http_session import ChatSession
from bench.core.asks import Ask, Generate, Turn, options
from tests.servers.scripted import Reply, Request, completion

Events = list[dict[str, Any]]
KEY = "sk-test-3f9a7c51d2"


def _text(ask: Ask) -> str:
    assert isinstance(ask, Generate)
    return ask.turns[-1].text


class Asked:
    """A session with a scripted server; a test asks it for texts and gets them by their prompt."""

    def __init__(self, server: ChatServer, events: Events) -> None:
        self.server, self.events = server, events
        self.session: ChatSession = server.open(lambda event: events.append(dict(event)))

    def ask(self, text: str, sample: int = 0, **given: Any) -> Generate:
        return Generate(self.server, (Turn("user", text),), options({"max_tokens": 9} | given), sample)

    def submit(self, *texts: str) -> None:
        for text in texts:
            self.session.submit(self.ask(text))

    def answers(self, *texts: str) -> dict[str, Any]:
        """Ask, and wait for all answers."""
        self.submit(*texts)
        return self.rest(len(texts))

    def rest(self, n: int) -> dict[str, Any]:
        """Wait for ``n`` answers."""
        found: dict[str, Any] = {}
        until = time.monotonic() + 20
        while len(found) < n and time.monotonic() < until:
            found |= {_text(ask): answer for ask, answer in self.session.wait(1)}
        return found

    def cancel(self) -> list[str]:
        """What is taken back."""
        return [_text(ask) for ask in self.session.cancel()]

    @property
    def failures(self) -> Events:
        return [e for e in self.events if e["event"] == "request_failed"]


def eventually(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "ten seconds have passed"
        time.sleep(0.01)


@contextmanager
def talking(url: str, **given: Any) -> Iterator[Asked]:
    talk = Asked(ChatServer(url, "m", **given), [])
    try:
        yield talk
    finally:
        talk.session.close()


def echo(request: Request) -> Reply:
    return Reply(body=completion(f"about {request.prompt}"))


TEXTS = [f"text {i}" for i in range(20)]
