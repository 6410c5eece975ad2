"""AlignScore: how well a chunk of the document and a sentence agree."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from bench.backends.checkpoint import locate
from bench.backends.hf_classify import ClassifierBackend
from bench.backends.place import DType, OnDevice
from bench.backends.tensors import locate_file
from bench.core.asks import Dialogue
from bench.core.errors import ConfigError
from bench.core.types import Column, Document, Score, Summary
from bench.metrics.checking import READ, premises
from bench.metrics.chunking import document_sentences, evenly, joined, summary_sentences, words
from bench.metrics.on_chunks import check
from bench.text.sentences import splitter_name

_TOKENS = 512
_WEIGHTS = (
    "It is AlignScore-large.ckpt or AlignScore-base.ckpt of yzha/AlignScore: "
    "hf download yzha/AlignScore AlignScore-large.ckpt"
)


@dataclass(frozen=True)
class AlignScore(OnDevice):
    """AlignScore: probability that a chunk and each sentence agree.

    Zha et al. (2023), https://github.com/yuh-zha/AlignScore, its evaluation mode ``nli_sp``. The document is
    cut into chunks of equally many sentences, of about 350 words; each summary sentence is put beside every
    chunk, and the highest probability of "aligned" counts. ``mean``, the published score, and ``min`` are
    over the sentences, in [0, 1].

    It differs from the original in the sentence splitter (sentencex for NLTK's Punkt; an item of a list is a
    sentence).

    Attributes:
        weights: Path of the published file, ``AlignScore-large.ckpt`` or ``AlignScore-base.ckpt``.
        base: The RoBERTa that it was made from, of which only configuration and tokenizer are read:
            ``owner/name`` on the hub, or a folder.
        revision: Branch, tag or commit of ``base`` on the hub; the newest when null. The commit is recorded.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    weights: str = field(metadata={"path": True, "sig": None})
    base: str = field(default="FacebookAI/roberta-large", metadata={"path": True, "sig": None})
    dtype: DType = "float32"

    columns: ClassVar = (Column("mean", title="AlignScore"), Column("min", title="AlignScore min"), READ)
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        if not self.weights:
            raise ValueError("weights is empty: expected the path of AlignScore-large.ckpt")
        self.check_place(self.base)

    def signature_parts(self) -> dict[str, str]:
        """The content of the files stands for their names."""
        return {**self._backend.identity, "split": splitter_name()}

    @property
    def backends(self) -> tuple[ClassifierBackend, ...]:
        """The model."""
        return (self._backend,)

    def ready(self) -> None:
        """See whether the files are there; the weights are not loaded.

        Raises:
            SetupError: a package or files are missing.
            ConfigError: the base is no RoBERTa.
        """
        self._backend.ready()
        kind = self._backend.tokens.config.model_type
        if kind != "roberta":
            raise ConfigError(f"base: {self.base} is a {kind}, AlignScore is a RoBERTa")

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Check one summary."""
        sentences = document_sentences(doc.text, doc.lang)
        runs = evenly(len(sentences), words(doc.text))
        chunks = joined(doc.text, sentences, runs, line_break=" ")
        claims = summary_sentences(summary.text, doc.lang)
        evidence = [premises(chunks)] * len(claims)
        columns, checker = self.columns, self._backend
        return (yield from check("alignscore", columns, checker, 0, claims, sentences, evidence))

    @cached_property
    def _backend(self) -> ClassifierBackend:
        return ClassifierBackend(
            locate_file(self.weights, _WEIGHTS),
            "three_way",
            locate(self.base, self.revision),
            max_length=_TOKENS,
            dtype=self.dtype,
            place=self.place,
        )
