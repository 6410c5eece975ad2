"""HHEM: does the document support the summary?"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from bench.backends.checkpoint import locate
from bench.backends.hf_classify import ClassifierBackend
from bench.backends.place import DType, OnDevice
from bench.core.asks import Dialogue
from bench.core.errors import ConfigError
from bench.core.types import Column, Document, Score, Span, Summary
from bench.metrics.checking import READ, Premise, ask, finding, nothing, share_read, unread
from bench.metrics.chunking import Piece, summary_sentences
from bench.text.sentences import splitter_name

_PROMPT = (
    "<pad> Determine if the hypothesis is true given the premise?\n\n"
    "Premise: {premise}\n\nHypothesis: {claim}"
)
# Most of it is the prompt's.
_LEAST = 64


@dataclass(frozen=True)
class Hhem(OnDevice):
    """HHEM-2.1-Open: probability that the document supports a text.

    Vectara's hallucination evaluation model, https://huggingface.co/vectara/hallucination_evaluation_model: a
    Flan-T5 that reads the whole document and a claim behind a fixed prompt, without a limit of length.
    ``score`` is for the whole summary as one claim, as published; ``mean`` and ``min`` are over its
    sentences, each checked alone. All are in [0, 1]. The code that the model brings along is not run.

    Attributes:
        model: The weights: ``owner/name`` on the hub, or a folder.
        base: The T5 whose configuration and tokenizer it has: ``owner/name`` on the hub, or a folder.
        max_length: Most tokens that it is given, above which the document is cut; null cuts nothing, as
            published, and the memory grows with the square of the length.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    model: str = field(default="vectara/hallucination_evaluation_model", metadata={"path": True, "sig": None})
    base: str = field(default="google/flan-t5-base", metadata={"path": True, "sig": None})
    max_length: int | None = None
    dtype: DType = "float32"

    columns: ClassVar = (
        Column("score", title="HHEM"),
        Column("mean", title="HHEM mean", shown=False),
        Column("min", title="HHEM min"),
        READ,
    )
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        self.check_place(self.model)
        if not self.base:
            raise ValueError("base is empty: expected owner/name, or a folder")
        if self.max_length is not None and self.max_length < _LEAST:
            raise ValueError(f"max_length is {self.max_length}: expected at least {_LEAST}, with the prompt")

    def signature_parts(self) -> dict[str, str]:
        """The model's version stands for its name, and a sentence depends on the splitter."""
        return {**self._backend.identity, "split": splitter_name()}

    @property
    def backends(self) -> tuple[ClassifierBackend, ...]:
        """The model."""
        return (self._backend,)

    def ready(self) -> None:
        """See whether the files are there; the weights are not loaded.

        Raises:
            SetupError: a package or files are missing.
            ConfigError: the base is no T5.
        """
        self._backend.ready()
        kind = self._backend.tokens.config.model_type
        if kind != "t5":
            raise ConfigError(f"base: {self.base} is a {kind}, HHEM is a T5")

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Check one summary."""
        claims = summary_sentences(summary.text, doc.lang)
        document = doc.text.strip()
        if not claims or not document:
            return nothing(self.columns, f"the {'document' if claims else 'summary'} has no words")
        span = Span(0, len(doc.text))
        evidence = [[Premise(document, (span,))]] * (1 + len(claims))
        texts = [summary.text.strip(), *(claim.text for claim in claims)]
        answers = yield from ask(self._backend, evidence, texts)
        whole, *each = (answer.probabilities[1] for (answer,) in answers)
        findings = tuple(
            finding("hhem", support, claim, (), f"support {support:.2f}{unread(said)}")
            for support, claim, said in zip(each, claims, answers[1:], strict=True)
        )
        read = share_read(self._backend, [Piece(document, span)], evidence, answers)
        values = {"score": whole, "mean": sum(each) / len(each), "min": min(each), "read": read}
        return Score(values, findings=findings)

    @cached_property
    def _backend(self) -> ClassifierBackend:
        return ClassifierBackend(
            locate(self.model, self.revision),
            "first_token",
            locate(self.base),
            template=_PROMPT,
            max_length=self.max_length,
            dtype=self.dtype,
            place=self.place,
        )
