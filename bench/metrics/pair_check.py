"""Anybody's checker of a premise and a claim, on each sentence of a summary."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

from bench.backends.checkpoint import locate
from bench.backends.function import FunctionBackend, locate_function
from bench.backends.hf_classify import ClassifierBackend
from bench.backends.labels import label_place
from bench.backends.place import DType, OnDevice
from bench.core.asks import Dialogue
from bench.core.errors import ConfigError
from bench.core.types import Column, Document, Score, Summary
from bench.metrics.checking import READ, Premise, premises
from bench.metrics.chunking import Piece, by_size, document_sentences, piece, words
from bench.metrics.on_chunks import check
from bench.text.analysis import Sentence, analyse
from bench.text.sentences import splitter_name
from bench.text.source import read_source
from bench.text.support import best_sentences


@dataclass(frozen=True)
class PairCheck(OnDevice):
    """Your own checker: a function, or any sequence classifier.

    It is asked whether a premise supports a claim, for each sentence of the summary. The premise is made of
    the ``best`` sentences of the document that have most words in common with the claim, in their order; or
    the document is cut into chunks of whole sentences, and the chunk that supports the claim most counts.
    ``mean`` and ``min`` are over the sentences, in [0, 1]. Either ``function`` or ``model`` is given.

    Attributes:
        function: ``./file.py`` with a function ``score(premise, claim) -> float`` in [0, 1], or
            ``./file.py:name``. A function of one parameter gets a list of pairs and returns a list.
        model: A sequence classifier that reads a pair: ``owner/name`` on the hub, or a folder.
        label: Name of the output that means "supported"; the only output, or the one called entailment, when
            null.
        evidence: ``best`` or ``chunks``.
        best: Sentences of a premise.
        chunk_words: Words of a chunk.
        max_length: Most tokens that the model is given, above which the premise is cut; what it has positions
            for when null.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    function: str | None = field(default=None, metadata={"path": True, "sig": None})
    model: str | None = field(default=None, metadata={"path": True, "sig": None})
    label: str | None = None
    evidence: Literal["best", "chunks"] = "best"
    best: int = 5
    chunk_words: int = 300
    max_length: int | None = None
    dtype: DType = "float32"

    columns: ClassVar = (Column("mean", title="pair check"), Column("min", title="pair check min"), READ)
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        if (self.function is None) == (self.model is None):
            given = "both are given" if self.model is not None else "neither is given"
            raise ValueError(f"function and model: {given}, expected one of them")
        for name, least in (("best", 1), ("chunk_words", 1), ("max_length", 8)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} is {value}: expected at least {least}")
        self.check_place("a function" if self.model is None else self.model)
        if self.model is None and (
            told := [name for name in ("revision", "label", "max_length") if getattr(self, name) is not None]
        ):
            raise ValueError(f"{told[0]} is given: a function has none, only a model")

    def signature_parts(self) -> dict[str, str]:
        """The content of the function's file, or the model's version, stands for its name."""
        return {"checker": f"[{self._backend.signature}]", "split": splitter_name()}

    @property
    def backends(self) -> tuple[FunctionBackend | ClassifierBackend, ...]:
        """The checker."""
        return (self._backend,)

    def ready(self) -> None:
        """See whether the function or the model is there; the model is not loaded.

        Raises:
            SetupError: a package or files are missing.
            ConfigError: no such function, or no such output.
        """
        self._backend.ready()
        _ = self._place

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Check one summary."""
        statements = analyse(summary.text, doc.lang)
        claims = [piece(summary.text, statement.span) for statement in statements]
        if self.evidence == "best":
            sentences, evidence = self._best(doc, statements)
        else:
            sentences = document_sentences(doc.text, doc.lang)
            chunks = by_size(doc.text, sentences, self.chunk_words, words)
            evidence = [premises(chunks)] * len(claims)
        checker, place = self._backend, self._place
        return (yield from check("pair_check", self.columns, checker, place, claims, sentences, evidence))

    def _best(self, doc: Document, statements: Sequence[Sentence]) -> tuple[list[Piece], list[list[Premise]]]:
        """The sentences of the document, and the premise for each statement."""
        source = read_source(doc.text, doc.lang)
        pieces = [piece(doc.text, sentence.span) for sentence in source.sentences]
        evidence = []
        for statement in statements:
            chosen = [pieces[i] for i in sorted(best_sentences(source, statement, self.best))]
            text = " ".join(sentence.text for sentence in chosen)
            evidence.append([Premise(text, tuple(sentence.span for sentence in chosen))])
        return pieces, evidence

    @cached_property
    def _backend(self) -> FunctionBackend | ClassifierBackend:
        if self.model is None:
            assert self.function is not None
            return locate_function(self.function)
        return ClassifierBackend(
            locate(self.model, self.revision),
            max_length=self.max_length,
            dtype=self.dtype,
            place=self.place,
        )

    @cached_property
    def _place(self) -> int:
        """Of "supported" among the probabilities."""
        if isinstance(self._backend, FunctionBackend):
            return 0
        assert self.model is not None
        config, limit = self._backend.tokens.config, self._backend.limit
        if self.max_length is not None and limit is not None and limit < self.max_length:
            raise ConfigError(f"max_length: {self.model} reads at most {limit:,} tokens")
        return label_place(config, self.model, self.label)
