"""What a component looks like. No base classes: any dataclass with these methods will do.

A component's dataclass fields are its config parameters (``with:``) and its signature. Class-level
facts (``columns``, ``needs``, ``version`` …) are ``ClassVar``, or they would become parameters.

- A reader has ``read``: :class:`Reader`.
- A system has ``summarise(doc: Document) -> str``; or, where it prefers several documents at a time,
  ``summarise_batch(docs: Sequence[Document]) -> list[str]``: one summary each, in their order. An
  exception fails that document only. ``summarise`` may also return a ``Draft``, which says more than a
  text, or be a generator that asks models and returns one of these (:mod:`bench.core.asks`); with a
  second parameter ``sample`` it can be asked for several samples of a document.
- A metric has ``columns``, a tuple of ``Column`` with every name that its ``Score.values`` have, and
  ``score(doc: Document, summary: Summary) -> Score`` or
  ``score_batch(pairs: Sequence[tuple[Document, Summary]]) -> list[Score]``: one score each, in their
  order, independent of the batching. Where its value for a set of documents is not the mean, it has
  ``aggregate(stats: Sequence[float]) -> dict[str, float]`` too: column name to value, from the sum of
  ``Score.stats``.

All optional, read with ``getattr``:

- ``version: ClassVar[int]``: raised when the golden values of the component change (default 1).
- ``needs: ClassVar[frozenset[str]]``: of ``{"document", "references", "headline", "query", "lang"}``; an
  unmet need is an error before anything runs. ``document`` means the source text.
- ``apart: ClassVar[bool]``: a system that is shown apart: never bold, tested or gated.
- ``premade: ClassVar[bool]``: the summaries were there already, so that their time says nothing.
- ``prepare(docs) -> list[str]``: of a system; called once with all documents, before anything runs.
  It may raise DataError, and returns notices for the user.
- ``prepare(docs)``: of a metric whose values depend on the set, such as by weights of rare words; called once
  with the documents of the run, before its signature is asked for, in which they are to be.
- ``ready()``: of a component; called before a stage in which it has work, and before anything of that
  stage runs. It raises SetupError when a package, a key or weights are missing.
- ``backends: tuple[Backend, ...]``: of a component that asks models: all that it may ask. What no later
  component asks is freed.
- ``once: bool``: of a component that asks models; it puts all its questions at once, so that a dry run can
  count them.
- ``reach(doc) -> Reach | None``: of a system; how much of a document one of its prompts takes
  (:mod:`bench.text.reach`), None when there is no limit that it knows.
- ``reach_needs: str``: of a system with ``reach``; the parameter that is not given and without which the
  limit is not known, empty when it is.
- ``ask(turns, sample) -> Generate``: of a system that asks a model; a conversation of somebody else's, put to
  that model with the system's decoding parameters and without its prompts. With it goes ``room(fill)``, the
  ``Reach`` of a text in the conversation ``fill(text)``, or None when there is no limit that it knows.
- ``cell(doc) -> str``: of a system; what besides the document and the signature decides its summary,
  such as the text that a file has for it. It is a part of the cell's key.
- ``draws: bool``: of a system with a parameter ``sample``; False where all its samples of a document would
  be one text (default True).
- ``whole: bool``: of a system; ``prepare`` gets all documents of the source, before ``sample`` and
  ``limit`` choose among them.
- ``remote: ClassVar[bool]``: of a reader; checking a config does not load its documents.
- ``notices(pairs) -> list[str]``: of a metric; called once with all pairs before the first is scored.
- ``trust: ClassVar[str]``: of a metric; how often its findings were right where people had judged, for
  ``bench show``.
- ``column_signature(name) -> str``: of a metric; the footnote of one column.
- ``open()`` / ``close()``: load and free what is expensive, once around a stage.
- ``seed: int`` field: everything random takes one.

Metadata of a field, beside what signatures read (:mod:`bench.core.signature`): ``{"path": True}``, a file
that may lie beside the config; ``{"rest": True}``, a dict that takes the parameters that are no field;
``{"component": "models"}``, another component, written as ``{use: …, with: {…}}``.
"""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from bench.core.errors import DataError
from bench.core.types import Document


@runtime_checkable
class Reader(Protocol):
    """A source of documents. ``read`` yields them in a stable order and raises DataError.

    A reader that was asked to skip bad rows (its parameter ``on_bad_row`` is ``skip``) yields the error
    in place of the row, so that it is counted; one that only ever yields documents is a reader too.
    """

    def read(self) -> Iterator[Document | DataError]: ...
