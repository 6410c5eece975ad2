"""What a component looks like. Protocols, not base classes: any dataclass with these methods will do.

A component's dataclass fields are its config parameters (``with:``) and its signature. Class-level
facts (``columns``, ``needs``, ``version`` …) are ``ClassVar``, or they would become parameters.

All optional, read with ``getattr``:

- ``version: ClassVar[int]``: raised when the golden values of the component change (default 1).
- ``needs: ClassVar[frozenset[str]]``: of ``{"document", "references", "headline", "query"}``; an unmet
  need is an error before anything runs. ``document`` means the source text.
- ``apart: ClassVar[bool]``: a system that is shown apart: never bold, tested or gated.
- ``premade: ClassVar[bool]``: the summaries were there already, so that their time says nothing.
- ``prepare(docs) -> list[str]``: of a system; called once with all documents, before anything runs.
  It may raise DataError, and returns notices for the user.
- ``remote: ClassVar[bool]``: of a reader; checking a config does not load its documents.
- ``notices(pairs) -> list[str]``: of a metric; called once with all pairs before the first is scored.
- ``column_signature(name) -> str``: of a metric; the footnote of one column.
- ``open()`` / ``close()``: load and free what is expensive, once around a stage.
- ``seed: int`` field: everything random takes one.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from bench.core.errors import DataError
from bench.core.types import Column, Document, Score, Summary


@runtime_checkable
class Reader(Protocol):
    """A source of documents. ``read`` yields them in a stable order and raises DataError.

    A reader that was asked to skip bad rows (its parameter ``on_bad_row`` is ``skip``) yields the error
    in place of the row, so that it is counted; one that only ever yields documents is a reader too.
    """

    def read(self) -> Iterator[Document | DataError]: ...


@runtime_checkable
class Summariser(Protocol):
    """A system: one summary for one document. An exception fails that document only."""

    def summarise(self, doc: Document) -> str: ...


@runtime_checkable
class BatchSummariser(Protocol):
    """A system that prefers several documents at a time; one summary each, in order."""

    def summarise_batch(self, docs: Sequence[Document]) -> list[str]: ...


@runtime_checkable
class Metric(Protocol):
    """Scores one pair. ``columns`` lists every name that ``Score.values`` has."""

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def score(self, doc: Document, summary: Summary) -> Score: ...


@runtime_checkable
class BatchMetric(Protocol):
    """Scores several pairs at a time; one score each, in order, independent of the batching."""

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def score_batch(self, pairs: Sequence[tuple[Document, Summary]]) -> list[Score]: ...


@runtime_checkable
class Aggregating(Protocol):
    """A metric whose corpus value is not the mean: computed from the sum of ``Score.stats``."""

    def aggregate(self, stats: Sequence[float]) -> dict[str, float]: ...
