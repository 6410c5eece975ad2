"""Questions to models that read and do not write: probabilities of labels, and vectors of tokens.

Beside :class:`bench.core.asks.Generate`; what a backend does with a text (template, truncation, which logits
count) is in the backend's signature and not in the question.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from bench.core.asks import Ask, Backend, Dialogue
from bench.core.errors import InferenceError
from bench.core.types import Span

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Classified:
    """What a classifier says.

    Attributes:
        probabilities: Of its labels, in the backend's order; for a backend of one label, one number.
        input_tokens: Tokens that it read, special ones and all.
        cut: Tokens of the premise that did not fit, so that it was not shown them.
        cut_claim: Tokens of the hypothesis that did not fit.
    """

    probabilities: tuple[float, ...]
    input_tokens: int
    cut: int = 0
    cut_claim: int = 0


@dataclass(frozen=True, slots=True)
class Classify:
    """Ask what a classifier thinks of a claim, given a premise.

    Attributes:
        backend: The classifier.
        premise: The evidence: a sentence or a chunk of the document.
        hypothesis: The claim: a sentence of the summary.
    """

    backend: Backend
    premise: str
    hypothesis: str

    @property
    def group(self) -> str:
        """All can share a batch."""
        return "classify"

    @property
    def cached(self) -> bool:
        """A few numbers for a forward pass."""
        return True

    def content(self) -> Any:
        """The question as plain JSON data."""
        return ["classify", self.premise, self.hypothesis]

    def pack(self, answer: Classified) -> dict[str, Any]:
        """The answer as plain JSON data."""
        return asdict(answer)

    def unpack(self, data: dict[str, Any]) -> Classified:
        """The answer of :meth:`pack`."""
        return Classified(**{**data, "probabilities": tuple(data["probabilities"])})


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Contextual vectors of the tokens of a text.

    Attributes:
        vectors: Array of float32, [tokens, dimensions], of the layer that the backend names; not normalised.
        ids: The tokens, special ones too.
        spans: Where each stands in the text; an empty span for a special token.
        cut: Tokens that did not fit, and have no vector.
    """

    vectors: Any
    ids: tuple[int, ...]
    spans: tuple[Span, ...]
    cut: int = 0

    @property
    def input_tokens(self) -> int:
        """Tokens that the encoder read."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Embed:
    """Ask for the vectors of a text's tokens."""

    backend: Backend
    text: str

    @property
    def group(self) -> str:
        """All can share a batch."""
        return "embed"

    @property
    def cached(self) -> bool:
        """Vectors are large and quickly made: they are never kept."""
        return False

    def content(self) -> Any:
        """The question as plain JSON data."""
        return ["embed", self.text]

    def pack(self, _answer: Embedded) -> None:
        """Not kept."""

    def unpack(self, _data: Any) -> Embedded:
        """Never called: nothing is kept."""
        raise ValueError("vectors are not kept")


def classify(asks: Sequence[Classify]) -> Dialogue[list[Classified]]:
    """Ask a classifier, all at once.

    Raises:
        InferenceError: the first failure.
    """
    return (yield from _answers(asks, Classified))


def embed(asks: Sequence[Embed]) -> Dialogue[list[Embedded]]:
    """Ask an encoder, all at once.

    Raises:
        InferenceError: the first failure.
    """
    return (yield from _answers(asks, Embedded))


def _answers(asks: Sequence[Ask], kind: type[A]) -> Dialogue[list[A]]:
    answers = yield asks
    found = []
    for answer in answers:
        if isinstance(answer, InferenceError):
            raise answer
        assert isinstance(answer, kind)
        found.append(answer)
    return found
