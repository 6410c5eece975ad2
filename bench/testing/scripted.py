"""A backend with a script, and a way to drive one dialogue without an engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bench.core.asks import Ask, Dialogue, Generate, Generation, Log, Measure
from bench.core.errors import InferenceError, OutOfMemory
from bench.runner.sessions import LocalDesk, Question, RemoteDesk, open_desk

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Scripted:
    """A backend that answers :class:`~bench.core.asks.Generate` from a script. Lengths are in words.

    Attributes:
        script: From a prompt, the text of the last turn, to its answer: a mapping, or a function. An
            InferenceError as the answer is that question's failure, and so is a prompt that is not in the
            mapping. What a function raises fails the whole batch, which is then tried again one by one.
        name: Names it in its signature. Backends of one name share their answers.
        budget: Most words of a batch: its rows times the longest prompt.
        memory: Words of a batch above which it is out of memory; None: never.
        batches: Filled with the batches that it was given, those that failed too.
    """

    script: Mapping[str, str | InferenceError] | Callable[[str], str | InferenceError]
    name: str = "scripted"
    budget: int = 1_000
    memory: int | None = None
    batches: list[tuple[Generate, ...]] = field(default_factory=list)

    @property
    def signature(self) -> str:
        """The name."""
        return f"scripted|name:{self.name}"

    def measure(self, ask: Ask) -> Measure:
        """Words of the prompt; the answer has as many at most, as far as anybody knows."""
        words = _words(_prompt(ask))
        return Measure(words, words)

    def open(self, log: Log) -> "_ScriptedSession":  # noqa: ARG002 - a script has no events
        """Nothing is loaded."""
        return _ScriptedSession(self)


@dataclass(frozen=True)
class _ScriptedSession:
    backend: Scripted

    @property
    def about(self) -> Mapping[str, str | int | float]:
        return {"device": "script"}

    @property
    def budget(self) -> int:
        return self.backend.budget

    def length(self, ask: Ask) -> int:
        return _words(_prompt(ask))

    def answer(self, batch: Sequence[Ask]) -> list[Generation | InferenceError]:
        self.backend.batches.append(tuple(ask for ask in batch if isinstance(ask, Generate)))
        memory = self.backend.memory
        if memory is not None and len(batch) * max(map(self.length, batch)) > memory:
            raise OutOfMemory(f"the script has memory for {memory} words")
        return [self._one(_prompt(ask)) for ask in batch]

    def close(self) -> None:
        pass

    def _one(self, prompt: str) -> Generation | InferenceError:
        script = self.backend.script
        if isinstance(script, Mapping):
            found = script.get(prompt, InferenceError(f"the script has no answer to {prompt!r}"))
        else:
            found = script(prompt)
        if isinstance(found, InferenceError):
            return found
        return Generation(found, input_tokens=_words(prompt), output_tokens=_words(found))


def _prompt(ask: Ask) -> str:
    if not isinstance(ask, Generate):
        raise InferenceError(f"a scripted backend answers Generate, not {type(ask).__name__}")
    return ask.turns[-1].text


def _words(text: str) -> int:
    return len(text.split())


def answer(dialogue: Dialogue[T]) -> T:
    """Drive a dialogue by itself: each of its questions alone, nothing shared, nothing kept.

    Raises:
        Exception: whatever the dialogue raises.
    """
    desks: dict[str, LocalDesk | RemoteDesk] = {}
    try:
        asks = next(dialogue)
        while True:
            asks = dialogue.send([_alone(ask, desks) for ask in asks])
    except StopIteration as e:
        result: T = e.value
        return result
    finally:
        dialogue.close()
        for desk in desks.values():
            desk.session.close()


def _alone(ask: Ask, desks: dict[str, LocalDesk | RemoteDesk]) -> Any:
    name = ask.backend.signature
    if name not in desks:
        desks[name] = open_desk(ask.backend, name, log=_ignore, note=_ignore)
    desk = desks[name]
    desk.put(Question(ask, name, b""))
    ((_, found),) = desk.serve() if isinstance(desk, LocalDesk) else desk.collect(None)
    return found


def _ignore(_: object) -> None:
    pass
