"""The engine changes when questions are asked, and never what a dialogue gets."""

import random
import tempfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.asks import Backend, Dialogue, Generate, Turn, together
from bench.core.errors import InferenceError
from bench.runner import engine as engine_module
from bench.runner.engine import Done, Engine, Usage
from bench.testing import Scripted, answer
from tests.unit.runner.asked import Server

EXAMPLES = settings(max_examples=60)
ON_DISK = settings(max_examples=25)


def script(prompt: str) -> str | InferenceError:
    """An answer that depends on the prompt alone: a text, often an empty one, a refusal or an exception."""
    chance = zlib.crc32(prompt.encode())
    if chance % 11 == 0:
        return InferenceError(f"refused {chance}")
    if chance % 13 == 0:
        raise RuntimeError(f"broken {chance}")
    return " ".join([f"w{chance % 97}"] * (chance % 4))


@dataclass(frozen=True)
class Question:
    backend: int
    words: int
    letter: str
    style: int


@dataclass(frozen=True)
class Talk:
    """Rounds of questions; a strict one fails with the first failure, another one goes on."""

    rounds: tuple[tuple[Question, ...], ...]
    strict: bool


Cell = tuple[Talk, ...]  # several talks are put together

questions = st.builds(
    Question, st.integers(0, 2), st.integers(1, 12), st.sampled_from("abcd"), st.integers(0, 2)
)
rounds = st.lists(st.lists(questions, max_size=5).map(tuple), max_size=3).map(tuple)
cells = st.lists(st.lists(st.builds(Talk, rounds, st.booleans()), max_size=3).map(tuple), max_size=8)


def talk(backends: Sequence[Backend], plan: Talk) -> Dialogue[list[str]]:
    heard: list[str] = []
    for round_ in plan.rounds:
        last = heard[-1][-6:].replace(" ", "-") if heard else ""
        answers = yield [
            Generate(
                backends[q.backend],
                (Turn("user", " ".join([q.letter + last] * q.words)),),
                options=str(q.style),
                sample=q.style % 2,
            )
            for q in round_
        ]
        assert len(answers) == len(round_)
        for a in answers:
            if isinstance(a, InferenceError):
                if plan.strict:
                    raise a
                heard.append(a.message)
            else:
                heard.append(a.text)
    return heard


def start(backends: Sequence[Backend], cell: Cell) -> object:
    if not cell:
        return "plain"
    return together([talk(backends, plan) for plan in cell])


def shown(call: Any) -> object:
    try:
        return call()
    except Exception as e:  # noqa: BLE001 - an outcome like others
        return f"{type(e).__name__}: {e}"


def outcome(done: Done[Any]) -> object:
    return done.value if done.error is None else f"{type(done.error).__name__}: {done.error}"


def told(done: Done[Any]) -> tuple[object, Usage, int]:
    return outcome(done), done.usage, done.asked


@dataclass(frozen=True)
class How:
    """What must not matter: limits, the order of the cells, what is open at once."""

    budget: int
    memory: int
    window: int
    seed: int
    at_once: int

    def backends(self) -> tuple[Scripted, Scripted, Server]:
        return (
            Scripted(script, "one", self.budget, self.memory),
            Scripted(script, "two", self.budget // 2 + 1),
            Server(script, at_once=self.at_once),
        )


hows = st.builds(
    How,
    budget=st.integers(1, 150),
    memory=st.integers(12, 150),  # the longest prompt alone always fits
    window=st.integers(1, 9),
    seed=st.integers(0, 3),
    at_once=st.integers(1, 4),
)


Backends = tuple[Scripted, Scripted, Server]


def begin(given_: list[Cell], how: How, cache: Path | None) -> tuple[Engine, Any, Backends]:
    """An engine and its run of all cells in some order."""
    backends = how.backends()
    work = [(i, partial(start, backends, cell)) for i, cell in enumerate(given_)]
    random.Random(how.seed).shuffle(work)
    engine = Engine(cache, log=lambda _: None, note=lambda _: None)
    return engine, engine.run(iter(work)), backends


def pooled(given_: list[Cell], how: How, cache: Path | None = None) -> tuple[list[Done[int]], Backends]:
    """All cells finished, and the backends that were asked."""
    with mock.patch.object(engine_module, "WINDOW", how.window):
        engine, run, backends = begin(given_, how, cache)
        with engine:
            found = [done for batch in run for done in batch]
    assert sorted(d.tag for d in found) == list(range(len(given_))), "nothing is lost or doubled"
    return sorted(found, key=lambda d: d.tag), backends


def alone(given_: list[Cell]) -> list[object]:
    backends = How(1, 1_000, 1, 0, 1).backends()
    found: list[object] = []
    for cell in given_:
        begun = start(backends, cell)
        found.append(begun if isinstance(begun, str) else shown(lambda d=begun: answer(d)))
    return found


def written(backends: Backends) -> Counter[tuple[str, str, str, int]]:
    """How often a text was written for each question: the dear part."""
    one, two, server = backends
    good = [
        (backend.name, ask)
        for backend in (one, two)
        for batch in backend.batches
        if len(batch) * max(map(words, batch)) <= (backend.memory or 1_000) and all(map(unbroken, batch))
        for ask in batch
    ] + [(server.name, ask) for ask in server.asked]
    return Counter(
        (name, prompt(ask), ask.options, ask.sample)
        for name, ask in good
        if isinstance(said := shown(partial(script, prompt(ask))), str) and said and unbroken(ask)
    )


def prompt(ask: Generate) -> str:
    return ask.turns[-1].text


def words(ask: Generate) -> int:
    return len(prompt(ask).split())


def unbroken(ask: Generate) -> bool:
    return not str(shown(partial(script, prompt(ask)))).startswith("RuntimeError")


@EXAMPLES
@given(cells, hows)
def test_pooled_equals_alone(given_: list[Cell], how: How) -> None:
    found, _ = pooled(given_, how)
    assert [outcome(d) for d in found] == alone(given_)


@EXAMPLES
@given(cells, hows, hows)
def test_outcome_and_usage_depend_on_no_limit_order_window_or_company(
    given_: list[Cell], one: How, other: How
) -> None:
    first = [told(d) for d in pooled(given_, one)[0]]
    assert [told(d) for d in pooled(given_, other)[0]] == first
    assert [told(d) for d in pooled(given_ + given_, other)[0]] == first * 2


@EXAMPLES
@given(cells, hows)
def test_batches_have_one_style_and_keep_to_the_budget(given_: list[Cell], how: How) -> None:
    _, (one, two, _) = pooled(given_, how)
    for backend in (one, two):
        for batch in backend.batches:
            assert len({ask.options for ask in batch}) == 1
            longest = max(map(words, batch))
            assert len(batch) == 1 or len(batch) * longest <= backend.budget


@ON_DISK
@given(cells, hows, hows)
def test_a_text_is_written_once_and_never_again(given_: list[Cell], one: How, other: How) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, asked = pooled(given_ + given_, one, Path(folder))
        second, asked_again = pooled(given_ + given_, other, Path(folder))
    assert set(written(asked).values()) <= {1}
    assert not written(asked_again)
    assert [told(d) for d in second] == [told(d) for d in first]


@ON_DISK
@given(cells, hows, hows, st.integers(0, 8))
def test_what_was_written_before_an_interruption_is_kept(
    given_: list[Cell], one: How, other: How, batches: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with mock.patch.object(engine_module, "WINDOW", one.window):
            engine, run, asked = begin(given_, one, Path(folder))
            with engine:
                for _ in zip(range(batches), run, strict=False):
                    pass  # the run is left as it is, as an exception in the consumer leaves it
        found, asked_again = pooled(given_, other, Path(folder))
    assert [outcome(d) for d in found] == alone(given_)
    assert set((written(asked) + written(asked_again)).values()) <= {1}
