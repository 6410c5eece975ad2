"""A model that answers by a rule, and a system and a metric that ask it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from bench import Column, Document, Score, Summary
from bench.core.asks import Ask, Dialogue, Draft, Generate, Generation, Log, Measure, Turn, generate
from bench.core.errors import InferenceError, MissingExtra


@dataclass(frozen=True)
class Model:
    """A backend that repeats a prompt with its own name before it, and notes what is asked and closed."""

    name: str
    events: list[str] = field(default_factory=list, hash=False, compare=False)
    refuses: str = ""
    missing: bool = False
    threads: int = 1

    @property
    def signature(self) -> str:
        return f"model|{self.name}"

    def measure(self, ask: Ask) -> Measure:
        raise AssertionError("a run does not measure")

    def open(self, log: Log) -> "Session":
        if self.missing:
            raise MissingExtra("torch", "hf")
        self.events.append(f"open {self.name}")
        return Session(self)


@dataclass(frozen=True)
class Session:
    model: Model
    budget: int = 1000

    @property
    def about(self) -> Mapping[str, str | int | float]:
        return {"device": "cpu", "threads": self.model.threads}

    def length(self, ask: Ask) -> int:
        return 1

    def answer(self, batch: Sequence[Ask]) -> list[Generation | InferenceError]:
        prompts = [ask.turns[-1].text for ask in batch if isinstance(ask, Generate)]
        self.model.events.extend(f"{self.model.name}: {p}" for p in prompts)
        return [
            InferenceError(f"no answer to {p}")
            if p == self.model.refuses
            else Generation(f"{self.model.name} {p}", "length", 10, 4, 0.25, 0.5)
            for p in prompts
        ]

    def close(self) -> None:
        self.model.events.append(f"close {self.model.name}")


@dataclass(frozen=True)
class Asker:
    """Asks as often as it has rounds, each time about the last answer."""

    model: Model = field(metadata={"sig": None})
    label: str = "asker"
    rounds: int = 1
    unready: bool = field(default=False, metadata={"sig": None})

    @property
    def backends(self) -> tuple[Model, ...]:
        return (self.model,)

    def ready(self) -> None:
        self.model.events.append(f"ready {self.label}")
        if self.unready:
            raise MissingExtra("torch", "hf")

    def summarise(self, doc: Document) -> Dialogue[Draft]:
        text, finish = doc.id, ""
        for _ in range(self.rounds):
            (answer,) = yield from generate([Generate(self.model, (Turn("user", text),))])
            text, finish = answer.text, answer.finish
        return Draft(text, finish, document_tokens=8, truncated_tokens=2)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Judge:
    """Its score is the number of words that a model says about a summary."""

    model: Model = field(metadata={"sig": None})
    columns: ClassVar = (Column("n", range=(0, 100)),)

    @property
    def backends(self) -> tuple[Model, ...]:
        return (self.model,)

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        (answer,) = yield from generate([Generate(self.model, (Turn("user", summary.text),))])
        return Score({"n": float(len(answer.text.split()))})
