"""A second Ctrl-C strikes wherever the engine is: it ends the run, and nothing that was kept is lost."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bench.core.asks import Dialogue
from bench.runner import cache, engine, sessions
from bench.testing import Scripted
from tests.unit.runner.asked import Room, ask, words

_FILES = {module.__file__ for module in (cache, engine, sessions)}
_POINTS = 80
_ENDLESS = 50  # times the lines of a calm run


class Lines:
    """Counts the lines of the engine that run, and interrupts at one of them."""

    def __init__(self, at: int = -1, most: int = sys.maxsize) -> None:
        self.n = 0
        self._at, self._most = at, most

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in _FILES:
            return None
        if event == "line":
            self.n += 1
            if self.n == self._at:
                raise KeyboardInterrupt
            assert self.n < self._most, "the engine goes on for ever"
        return self

    @contextmanager
    def watched(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self)
        try:
            yield
        finally:
            sys.settrace(before)


def twice(backend: Scripted, i: int) -> Dialogue[str]:
    first = yield from ask(backend, words(1 + i % 3, f"a{i}"), "shared")
    (second,) = yield from ask(backend, " ".join(first))
    return second


def run(room: Room, lines: Lines, backend: Scripted) -> dict[int, object]:
    found: dict[int, object] = {}
    with lines.watched(), room.engine() as made:
        for batch in made.run((i, partial(twice, backend, i)) for i in range(6)):
            found |= {done.tag: done.error or done.value for done in batch}
    return found


def scripted() -> Scripted:
    return Scripted(str.upper, budget=6)


def asked(backend: Scripted) -> list[str]:
    return [a.turns[-1].text for batch in backend.batches for a in batch]


def test_wherever_it_strikes_the_run_ends_and_the_next_one_is_right(tmp_path: Path) -> None:
    calm, backend = Lines(), scripted()
    right = run(Room(tmp_path / "calm"), calm, backend)
    largest = max(map(len, backend.batches))
    assert len(right) == 6
    for at in range(1, calm.n, max(1, calm.n // _POINTS)):
        room, interrupted, again = Room(tmp_path / str(at)), scripted(), scripted()
        with pytest.raises(KeyboardInterrupt):
            run(room, Lines(at, _ENDLESS * calm.n), interrupted)
        found = run(room, Lines(most=_ENDLESS * calm.n), again)
        assert found == right, f"interrupted at line {at}"
        repeated = set(asked(interrupted)) & set(asked(again))
        assert len(repeated) <= largest, f"interrupted at line {at}: more than a batch was asked twice"
