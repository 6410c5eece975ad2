"""MiniCheck: is a sentence supported by a chunk of the document?"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from bench.backends.checkpoint import Checkpoint, locate
from bench.backends.hf_classify import ClassifierBackend
from bench.backends.hf_tokens import read_tokens
from bench.backends.place import DType, OnDevice
from bench.core.asks import Dialogue
from bench.core.errors import ConfigError
from bench.core.types import Column, Document, Score, Summary
from bench.metrics.checking import READ, premises
from bench.metrics.chunking import by_size, document_sentences, summary_sentences, words
from bench.metrics.on_chunks import check
from bench.text.sentences import splitter_name

_WORDS, _TOKENS = 500, 400
_LONGEST = {"t5": 2048, "roberta": 512, "deberta": 2048}


@dataclass(frozen=True)
class MiniCheck(OnDevice):
    """MiniCheck: probability that each sentence is supported.

    Tang, Laban and Durrett (2024), https://github.com/Liyan06/MiniCheck, for its Flan-T5, RoBERTa and
    DeBERTa-v3 checkpoints. The document is cut into chunks of whole sentences (500 words for T5, 400 tokens
    for the others), each summary sentence is checked against every chunk, and the highest probability counts;
    ``mean`` and ``min`` are over the sentences, in [0, 1]. The authors call a sentence supported above 0.5.

    It differs from the original in the sentence splitter (sentencex for NLTK's Punkt; a line break alone does
    not end a sentence of the document, and does not count as a token), and where an input is longer than the
    model takes (2,048 tokens, RoBERTa 512): the chunk is cut and not the claim.

    Attributes:
        model: ``lytang/MiniCheck-Flan-T5-Large``, ``-RoBERTa-Large`` or ``-DeBERTa-v3-Large``, or a folder.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    model: str = field(default="lytang/MiniCheck-Flan-T5-Large", metadata={"path": True, "sig": None})
    dtype: DType = "float32"

    columns: ClassVar = (Column("mean", title="MiniCheck"), Column("min", title="MiniCheck min"), READ)
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        self.check_place(self.model)

    def signature_parts(self) -> dict[str, str]:
        """The model's version stands for its name."""
        return {**self._checkpoint.identity, "split": splitter_name()}

    @property
    def backends(self) -> tuple[ClassifierBackend, ...]:
        """The model."""
        return (self._backend,)

    def ready(self) -> None:
        """See whether the model is there and one of the three kinds; it is not loaded.

        Raises:
            SetupError: a package or files are missing, or it has another tokenizer than its kind.
            ConfigError: it is of another kind.
        """
        self._backend.ready()

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Check one summary."""
        sentences = document_sentences(doc.text, doc.lang)
        size, most = (words, _WORDS) if self._kind == "t5" else (self._backend.count, _TOKENS)
        chunks = by_size(doc.text, sentences, most, size)
        claims = summary_sentences(summary.text, doc.lang)
        evidence = [premises(chunks)] * len(claims)
        columns, checker = self.columns, self._backend
        return (yield from check("minicheck", columns, checker, 1, claims, sentences, evidence))

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        return locate(self.model, self.revision)

    @cached_property
    def _kind(self) -> str:
        tokens = read_tokens(self._checkpoint)
        kind = str(tokens.config.model_type).partition("-")[0]
        if kind not in _LONGEST:
            raise ConfigError(
                f"{self.model} is a {kind}: MiniCheck is a T5, a RoBERTa or a DeBERTa",
                "pair_check takes any sequence classifier.",
            )
        if kind != "t5" and len(tokens.config.id2label) != 2:
            raise ConfigError(f"{self.model} has {len(tokens.config.id2label)} outputs: MiniCheck has 2")
        if tokens.tokenizer.eos_token is None:
            raise ConfigError(f"{self.model}: its tokenizer has no eos_token, which divides chunk and claim")
        return kind

    @cached_property
    def _backend(self) -> ClassifierBackend:
        t5 = self._kind == "t5"
        return ClassifierBackend(
            self._checkpoint,
            "answer" if t5 else "classes",
            template=("predict: " if t5 else "") + "{premise}{eos}{claim}",
            max_length=_LONGEST[self._kind],
            dtype=self.dtype,
            place=self.place,
        )
