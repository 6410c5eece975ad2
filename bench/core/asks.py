"""Questions to models, and the dialogues in which systems and metrics put them.

A component that needs a model is a generator: it yields the questions that it has now and gets the
answers back, in their order. It never sees a batch, a device, a thread or a cache::

    def summarise(self, doc: Document) -> Dialogue[Draft]:
        (answer,) = yield from generate([Generate(self.backend, prompt(doc))])
        return Draft(answer.text, answer.finish)

What answers is a :class:`Backend`: a value that says which model, in which precision. Equal signatures
are one model, which is loaded once and whose answers are interchangeable.
"""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from bench.core.errors import InferenceError
from bench.core.types import Finish

T = TypeVar("T")

Log = Callable[[Mapping[str, Any]], None]


class Backend(Protocol):
    """What answers questions; a frozen dataclass. Nothing is loaded before ``open``."""

    @property
    def signature(self) -> str:
        """Everything that decides an answer besides the question: model, revision, precision."""

    def measure(self, ask: "Ask") -> "Measure":
        """What a question will take, before anything is loaded but a tokenizer."""

    def open(self, log: Log) -> "Session":
        """Load the model, or connect. ``log`` takes events for the run's log, such as a failed request.

        Raises:
            SetupError: a package, the weights or the server are missing.
        """


@dataclass(frozen=True, slots=True)
class Measure:
    """Size of a question.

    Attributes:
        input_tokens: Tokens to read.
        most_output: Most tokens that are written in answer.
        exact: Whether the model's own tokenizer counted.
        most_cost: Highest price, None where the config gives none.
    """

    input_tokens: int
    most_output: int
    exact: bool = True
    most_cost: float | None = None


class Session(Protocol):
    """An opened backend: a :class:`Local` or a :class:`Remote`."""

    @property
    def about(self) -> Mapping[str, str | int | float]:
        """What was used and is in no signature: device, threads, … for the manifest."""

    def close(self) -> None:
        """Free what was loaded, or disconnect."""


@runtime_checkable
class Local(Session, Protocol):
    """A model in this process. It answers batches, which the engine packs."""

    @property
    def budget(self) -> int:
        """Most tokens of a batch: its rows times the length of its longest. Read once."""

    def length(self, ask: "Ask") -> int:
        """Tokens that the question takes in a batch, those of the answer included."""

    def answer(self, batch: Sequence["Ask"]) -> Sequence[Any]:
        """One answer for each, in their order; an :class:`InferenceError` where one has none.

        Raises:
            OutOfMemory: the batch is too large; the engine halves it.
        """


@runtime_checkable
class Remote(Session, Protocol):
    """A server. It has many questions in flight at once and answers in any order."""

    def submit(self, ask: "Ask") -> None:
        """Take a question; returns at once. No two of those that are not answered yet are equal."""

    def cancel(self) -> Sequence["Ask"]:
        """Take back the questions that are not in flight, and return them; ``wait`` still gives the others.

        One that waits to be sent again is not in flight. What is may be paid for: on an interruption the
        engine cancels, waits for the rest, and keeps it.
        """

    def wait(self, seconds: float | None) -> Sequence[tuple["Ask", Any]]:
        """Answers that came, at least one unless ``seconds`` passed; an InferenceError where one failed.

        Raises:
            SetupError: the server refuses everybody (a wrong key) or is gone.
        """


class Ask(Protocol):
    """A question; a frozen, hashable dataclass. Equal questions get one answer."""

    @property
    def backend(self) -> Backend:
        """Who is to answer."""

    @property
    def group(self) -> str:
        """Only questions of one group share a batch."""

    @property
    def cached(self) -> bool:
        """Whether the answer is kept between commands."""

    def content(self) -> Any:
        """The question as plain JSON data, without the backend: with its signature, the key of the answer."""

    def pack(self, answer: Any) -> Any:
        """An answer as plain JSON data; None for one that is not to be kept, such as an empty text."""

    def unpack(self, data: Any) -> Any:
        """The answer of :meth:`pack`."""


Dialogue = Generator[Sequence[Ask], Sequence[Any], T]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A text that a model wrote.

    Attributes:
        text: As the model wrote it, without special tokens.
        finish: ``stop``, or ``length`` when a limit of tokens cut it.
        input_tokens: Tokens that it read, prompt and all; None where nobody says.
        output_tokens: Tokens that it wrote, or None.
        seconds: Its share of the time of its batch, or the time of its request.
        cost: Price of the tokens, in the currency of the config's price; None without one.
    """

    text: str
    finish: Finish = "stop"
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Generate:
    """Ask for a text.

    Attributes:
        backend: Who writes it.
        turns: The conversation so far. A model without a chat template takes a single user turn.
        options: Decoding parameters as canonical JSON (see :func:`options`).
        sample: Number of the repeated sample.
    """

    backend: Backend
    turns: tuple[Turn, ...]
    options: str = "{}"
    sample: int = 0

    @property
    def group(self) -> str:
        """Decoding parameters hold for a whole batch."""
        return f"generate {self.options}"

    @property
    def cached(self) -> bool:
        """A text is dear to make and small to keep."""
        return True

    def content(self) -> Any:
        """The question as plain JSON data."""
        turns = [[t.role, t.text] for t in self.turns]
        return ["generate", turns, self.options, self.sample]

    def pack(self, answer: Generation) -> dict[str, Any] | None:
        """The answer as plain JSON data."""
        return asdict(answer) if answer.text.strip() else None

    def unpack(self, data: dict[str, Any]) -> Generation:
        """The answer of :meth:`pack`."""
        return Generation(**data)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a system may return in place of a plain text. The engine adds tokens, time and price.

    Attributes:
        text: The summary.
        finish: ``stop``, or ``length`` when a limit cut it.
        document_tokens: Length of the document in the model's tokens, or None.
        truncated_tokens: How many of these the model was never shown, or None.

    Raises:
        ValueError: for another finish, and for more truncated tokens than the document has.
    """

    text: str
    finish: Finish = "stop"
    document_tokens: int | None = None
    truncated_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.finish not in ("stop", "length"):
            raise ValueError(f"Draft.finish is {self.finish!r}: expected stop or length")
        total, cut = self.document_tokens, self.truncated_tokens
        if total is not None and cut is not None and not 0 <= cut <= total:
            raise ValueError(f"Draft.truncated_tokens is {cut}: expected 0 to the {total} of the document")


def options(given: Mapping[str, Any]) -> str:
    """Decoding parameters in one spelling."""
    return json.dumps(given, sort_keys=True, ensure_ascii=False, allow_nan=False)


def generate(asks: Sequence[Generate]) -> Dialogue[list[Generation]]:
    """Ask for texts, all at once.

    Raises:
        InferenceError: the first failure.
    """
    answers = yield asks
    return [_good(answer) for answer in answers]


def _good(answer: Any) -> Generation:
    if isinstance(answer, InferenceError):
        raise answer
    assert isinstance(answer, Generation)
    return answer


def together(dialogues: Sequence[Dialogue[T]]) -> Dialogue[list[T]]:
    """Several dialogues as one, so that their questions share batches.

    Returns:
        Their results, in order. An exception of one is raised and closes the others.
    """
    results: dict[int, T] = {}
    waiting: dict[int, Sequence[Ask]] = {}

    def advance(i: int, answers: Sequence[Any] | None) -> None:
        try:
            # A generator that has not begun takes only None.
            waiting[i] = next(dialogues[i]) if answers is None else dialogues[i].send(answers)
        except StopIteration as e:
            waiting.pop(i, None)
            results[i] = e.value

    try:
        for i in range(len(dialogues)):
            advance(i, None)
        while waiting:
            asked = list(waiting.items())
            answers = yield [ask for _, asks in asked for ask in asks]
            start = 0
            for i, asks in asked:
                advance(i, answers[start : start + len(asks)])
                start += len(asks)
    finally:
        for dialogue in dialogues:
            dialogue.close()
    return [results[i] for i in range(len(dialogues))]
