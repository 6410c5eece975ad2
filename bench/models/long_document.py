"""Systems for documents that are longer than they take."""

import inspect
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from bench.core.asks import Backend, Dialogue, Draft
from bench.core.errors import InferenceError
from bench.core.types import Document
from bench.models.chunks import Step, map_reduce, refine
from bench.models.lexrank import cosines
from bench.models.rank import Matrix, pagerank
from bench.models.textrank import similarity
from bench.text.chunks import units
from bench.text.reach import Reach, Words
from bench.text.sentences import splitter_name
from bench.text.tokens import words

# What a system has that knows whole documents, and would not know their parts.
_WHOLE = ("prepare", "cell", "premade")


@dataclass(frozen=True)
class LongDocument:
    """Any system for documents of any length, in parts or by sentences.

    ``map_reduce`` summarises all parts of a document, and then the summaries, round after round until
    they fit; ``refine`` goes from part to part and renews its summary each time. Both read everything;
    Chang et al. (2024), "BooookScore", compare them as hierarchical merging and incremental updating.
    ``extract`` summarises the sentences that TextRank ranks highest, as many as fit, in their order; the
    others count as not read. With a query, a sentence ranks by TextRank's score plus the cosine of its
    tf-idf with the query's, each as a share of the highest.

    Parts end where sentences do. Query, headline and language of a document go with every part.

    Attributes:
        system: The system that summarises what fits, as ``{use: …, with: {…}}``.
        strategy: ``map_reduce``, ``refine`` or ``extract``.
        merge: The system for summaries (``map_reduce``), or for a summary and the next part (``refine``),
            such as the same model with another prompt; null takes ``system``.
        chunk_tokens: Most tokens of text in one prompt, as the system counts them; null takes what it has
            room for. A number of words, and required, where the system does not count.
    """

    system: Any = field(metadata={"component": "models"})
    strategy: Literal["map_reduce", "refine", "extract"] = "map_reduce"
    merge: Any = field(default=None, metadata={"component": "models", "since": 1})
    chunk_tokens: int | None = field(default=None, metadata={"since": 1})

    def __post_init__(self) -> None:
        if self.chunk_tokens is not None and self.chunk_tokens < 1:
            raise ValueError(f"chunk_tokens is {self.chunk_tokens}: expected at least 1, or null")
        if self.strategy == "extract" and self.merge is not None:
            raise ValueError("merge is given: expected null with extract, which has nothing to merge")
        for name, system in [("system", self.system), ("merge", self.merge)]:
            if system is not None or name == "system":
                self._check(name, system)

    def _check(self, name: str, system: Any) -> None:
        kind = type(system).__name__
        if not (hasattr(system, "summarise") or hasattr(system, "summarise_batch")):
            raise ValueError(f"{name} is a {kind}: expected a system")
        if known := [fact for fact in _WHOLE if getattr(system, fact, False)]:
            raise ValueError(f"{name} is {kind}, which knows whole documents only ({known[0]})")
        if self.chunk_tokens is not None:
            return
        unsaid = getattr(system, "reach_needs", "")
        if unsaid or not hasattr(system, "reach"):
            expected = "a number of words" + (f", or its {unsaid}" if unsaid else "")
            untold = f"chunk_tokens is null, and {name} ({kind}) does not say how much it takes"
            raise ValueError(f"{untold}: expected {expected}")

    @property
    def _systems(self) -> tuple[Any, ...]:
        return (self.system,) if self.merge is None else (self.system, self.merge)

    @property
    def needs(self) -> frozenset[str]:
        """What the systems need of a document, and its text."""
        return frozenset({"document"}).union(*(getattr(s, "needs", ()) for s in self._systems))

    @property
    def backends(self) -> tuple[Backend, ...]:
        """Whom the systems ask."""
        return tuple(backend for s in self._systems for backend in getattr(s, "backends", ()))

    @property
    def once(self) -> bool:
        """Whether no question depends on an answer."""
        return self.strategy == "extract" and bool(getattr(self.system, "once", False))

    @property
    def apart(self) -> bool:
        """Shown apart, as its systems are."""
        return any(getattr(s, "apart", False) for s in self._systems)

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def ready(self) -> None:
        """Check that the systems have what they need."""
        self._each("ready")

    def open(self) -> None:
        """Open the systems."""
        self._each("open")

    def close(self) -> None:
        """Close the systems."""
        self._each("close")

    def _each(self, method: str) -> None:
        for system in self._systems:
            if call := getattr(system, method, None):
                call()

    def reach(self, doc: Document) -> Reach | None:
        """How much is read of a document: all (None), or with ``extract`` what fits."""
        return self._reach(self.system, doc) if self.strategy == "extract" else None

    def summarise(self, doc: Document, sample: int = 0) -> Dialogue[Draft]:
        """Summarise a document, with as many questions as it takes.

        Raises:
            InferenceError: a system failed, or its summaries of parts are too long to go on.
        """
        reach = self._reach(self.system, doc)
        step = _step(self.system, sample)
        if reach is None:
            return (yield from step(doc))
        if self.strategy == "extract":
            return (yield from extract(doc, reach, step))
        read = map_reduce if self.strategy == "map_reduce" else refine
        if self.merge is None:
            return (yield from read(doc, reach, step))
        return (yield from read(doc, reach, step, _step(self.merge, sample), self._reach(self.merge, doc)))

    def _reach(self, system: Any, doc: Document) -> Reach | None:
        own: Reach | None = system.reach(doc) if hasattr(system, "reach") else None
        if self.chunk_tokens is None:
            return own
        if own is None:
            return Reach(Words(), self.chunk_tokens)
        return Reach(own.ruler, min(own.room, self.chunk_tokens))


def extract(doc: Document, reach: Reach, step: Step) -> Dialogue[Draft]:
    """Summarise the sentences of a document that rank highest, as many as fit.

    Args:
        doc: The document; with a query, that decides too (see :class:`LongDocument`).
        reach: What a step takes.
        step: Summarises what fits.

    Returns:
        Lengths are in tokens of ``reach``; what was left out is truncated.
    """
    total = reach.ruler.count(doc.text)
    if total > reach.room:
        doc = replace(doc, text=_best(doc, reach))
    draft = yield from step(doc)
    dropped = total - reach.ruler.count(doc.text) + (draft.truncated_tokens or 0)
    return replace(draft, document_tokens=total, truncated_tokens=min(total, max(0, dropped)))


def _best(doc: Document, reach: Reach) -> str:
    pieces = units(doc.text, doc.lang, reach)
    left = reach.room
    kept = []
    for i in np.argsort(-_ranks(pieces, doc.query), kind="stable").tolist():
        size = reach.ruler.count(pieces[i])
        if size <= left:
            kept.append(i)
            left -= size
    return "".join(pieces[i] for i in sorted(kept))


def _ranks(pieces: list[str], query: str | None) -> Matrix:
    tokens = [words(piece) for piece in pieces]
    central = pagerank(similarity(tokens))
    if not query:
        return central
    near = cosines([*tokens, words(query)])[-1, :-1]
    ranks: Matrix = central / central.max() + near / (near.max() or 1.0)
    return ranks.round(9)


def _step(system: Any, sample: int) -> Step:
    """How a system, whatever it returns, summarises a document."""

    def step(doc: Document) -> Dialogue[Draft]:
        answer = _answer(system, doc, sample)
        if isinstance(answer, Generator):
            answer = yield from answer
        if isinstance(answer, str):
            return Draft(answer)
        if not isinstance(answer, Draft):
            kind = type(system).__name__
            raise InferenceError(f"expected a str or a Draft, {kind} returned {type(answer).__name__}")
        return answer

    return step


def _answer(system: Any, doc: Document, sample: int) -> Any:
    if hasattr(system, "summarise") and "sample" in inspect.signature(system.summarise).parameters:
        return system.summarise(doc, sample)
    if sample:
        raise InferenceError(f"{type(system).__name__} gives one summary of a document: set samples: 1")
    if hasattr(system, "summarise"):
        return system.summarise(doc)
    (answer,) = system.summarise_batch([doc])
    return answer
