"""What a run tells the outside while it works, and how the outside asks it to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol


class Watch(Protocol):
    """Progress of a run. The command line draws it; a library user may ignore it."""

    def begin(self, stage: str, total: int, done: int) -> None:
        """A stage of ``total`` cells starts, of which ``done`` were there already."""

    def step(self, what: str, n: int) -> None:
        """``n`` more cells of the stage are finished, by the system or metric ``what``; 0: it is at work."""

    def end(self) -> None:
        """The stage is over."""

    def note(self, text: str) -> None:
        """Something that the user should know, once."""


class Silent:
    """Tells nothing."""

    def begin(self, stage: str, total: int, done: int) -> None:
        """Nothing."""

    def step(self, what: str, n: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""


class Stop:
    """Set by the first Ctrl-C: the batch in hand is finished, then the stage raises KeyboardInterrupt."""

    requested = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if the user asked to stop."""
        if self.requested:
            raise KeyboardInterrupt


@contextmanager
def stop_on_interrupt(watch: Watch) -> Iterator[Stop]:
    """Turn the first SIGINT into a request and leave the second one as it was.

    Outside the main thread signals belong to somebody else, and nothing is changed.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def request(_signal: int, _frame: FrameType | None) -> None:
        stop.requested = True
        signal.signal(signal.SIGINT, before)
        watch.note("^C finishing the batch in hand … (again to stop at once)")

    signal.signal(signal.SIGINT, request)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
