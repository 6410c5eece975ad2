"""SummaC: inference between every sentence of the document and every sentence of the summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import ClassVar

from bench.backends.checkpoint import locate
from bench.backends.hf_classify import ClassifierBackend
from bench.backends.labels import inference_labels
from bench.backends.place import DType, OnDevice
from bench.backends.tensors import locate_file, read_arrays
from bench.core.asks import Dialogue
from bench.core.errors import SetupError
from bench.core.types import Column, Document, Score, Summary
from bench.metrics.checking import (
    READ,
    Premise,
    ask,
    finding,
    matrix,
    nothing,
    premises,
    share_read,
    unread,
)
from bench.metrics.chunking import Piece, document_sentences, summary_sentences
from bench.metrics.summac_math import Array, ConvHead, conv_head, zero_shot
from bench.text.sentences import splitter_name

_MODEL = "tals/albert-xlarge-vitaminc-mnli"
_TOKENS = 500
_DOCUMENT_SENTENCES = 100
_SHORTEST = 10
_LABELS = ("entailment", "contradiction", "neutral")
_HEAD = (
    "It is summac_conv_vitc_sent_perc_e.bin in the repository tingofurro/summac on GitHub (1.8 KB). "
    "summac_zs needs none."
)


@dataclass(frozen=True)
class SummacZs(OnDevice):
    """SummaC-ZS: entailment less contradiction, sentence by sentence.

    Laban et al. (2022), https://github.com/tingofurro/summac. A model of natural language inference reads
    every pair of one of the first 100 document sentences and a summary sentence. A summary sentence gets
    its highest probability of entailment less its highest of contradiction, wherever the two come from;
    ``mean`` and ``min`` are over the sentences, in [−1, 1]. The published score is ``mean``. Sentences of at
    most 10 characters are left out.

    It differs from the original in the sentence splitter (sentencex for NLTK's Punkt; an item of a list is a
    sentence), in white space (one space), and in a pair above 500 tokens, where the document sentence is cut
    and never the summary's.

    Attributes:
        model: Any model of natural language inference: ``owner/name`` on the hub, or a folder.
        labels: Which output is which, as ``{entailment: 0, contradiction: 1}``, where the model's
            configuration does not name them.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    model: str = field(default=_MODEL, metadata={"path": True, "sig": None})
    labels: dict[str, int] | None = None
    dtype: DType = "float32"

    columns: ClassVar = (
        Column("mean", range=(-1.0, 1.0), title="SummaC-ZS"),
        Column("min", range=(-1.0, 1.0), title="SummaC-ZS min"),
        READ,
    )
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        self.check_place(self.model)
        _check_labels(self.labels)

    def signature_parts(self) -> dict[str, str]:
        """The model's version stands for its name."""
        return {**self._backend.identity, "split": splitter_name()}

    @property
    def backends(self) -> tuple[ClassifierBackend, ...]:
        """The model."""
        return (self._backend,)

    def ready(self) -> None:
        """See whether the model is there and says which of its outputs is which; it is not loaded.

        Raises:
            SetupError: a package or files are missing.
            ConfigError: the outputs have no names.
        """
        self._backend.ready()
        _ = self._places

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Check one summary."""
        texts = _Texts.of(doc, summary)
        if texts.empty:
            return nothing(self.columns, texts.empty)
        answers = yield from ask(self._backend, texts.evidence, [claim.text for claim in texts.claims])
        entailment = matrix(answers, self._places["entailment"])
        contradiction = matrix(answers, self._places["contradiction"])
        scores = zero_shot(entailment, contradiction)
        read = share_read(self._backend, texts.sentences, texts.evidence, answers)
        findings = tuple(
            finding(
                "summac_zs",
                (1 + scores[j]) / 2,
                claim,
                texts.evidence[j][_telling(entailment[:, j], contradiction[:, j])].spans,
                f"entailment {entailment[:, j].max():.2f}, contradiction {contradiction[:, j].max():.2f}"
                + unread(answers[j]),
            )
            for j, claim in enumerate(texts.claims)
        )
        return Score({"mean": scores.mean(), "min": scores.min(), "read": read}, findings=findings)

    @cached_property
    def _backend(self) -> ClassifierBackend:
        return ClassifierBackend(
            locate(self.model, self.revision),
            max_length=_TOKENS,
            dtype=self.dtype,
            place=self.place,
        )

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return inference_labels(self._backend.tokens.config, self.model, self.labels)


@dataclass(frozen=True)
class SummacConv(OnDevice):
    """SummaC-Conv: a learnt reading of all entailments of a sentence.

    Laban et al. (2022), https://github.com/tingofurro/summac. The probabilities of entailment of a summary
    sentence by each document sentence, counted in 23 bins, go through a linear layer; the mean over the first
    ten sentences through another one. ``score`` is the probability of "consistent", in [0, 1], and ``min``
    the same for the weakest sentence alone, which the original does not report. Sentences, white space and
    pairs above 500 tokens are as in ``summac_zs``.

    Attributes:
        head: The learnt layers: path of ``summac_conv_vitc_sent_perc_e.bin``.
        model: The model of natural language inference that they were learnt with.
        labels: Which output is which, as ``{entailment: 0, contradiction: 1}``, where the model's
            configuration does not name them.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    head: str = field(metadata={"path": True, "sig": None})
    model: str = field(default=_MODEL, metadata={"path": True, "sig": None})
    labels: dict[str, int] | None = None
    dtype: DType = "float32"

    columns: ClassVar = (Column("score", title="SummaC-Conv"), Column("min", title="SummaC-Conv min"), READ)
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        if not self.head:
            raise ValueError("head is empty: expected the path of summac_conv_vitc_sent_perc_e.bin")
        _ = self._zero_shot  # its checks

    def signature_parts(self) -> dict[str, str]:
        """The content of the files stands for their names."""
        return {"head": locate_file(self.head, _HEAD).digest[:16], **self._zero_shot.signature_parts()}

    @property
    def backends(self) -> tuple[ClassifierBackend, ...]:
        """The model."""
        return self._zero_shot.backends

    def ready(self) -> None:
        """See whether the model and the head are there; the model is not loaded.

        Raises:
            SetupError: a package or files are missing, or the head is another one.
            ConfigError: the outputs of the model have no names.
        """
        self._zero_shot.ready()
        _ = self._conv

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Check one summary."""
        texts = _Texts.of(doc, summary)
        if texts.empty:
            return nothing(self.columns, texts.empty)
        (backend,) = self.backends
        answers = yield from ask(backend, texts.evidence, [claim.text for claim in texts.claims])
        entailment = matrix(answers, self._zero_shot._places["entailment"])
        each = self._conv.probability(self._conv.rows(entailment))
        values = {
            "score": self._conv.score(entailment),
            "min": each.min(),
            "read": share_read(backend, texts.sentences, texts.evidence, answers),
        }
        findings = tuple(
            finding(
                "summac_conv",
                each[j],
                claim,
                texts.evidence[j][entailment[:, j].argmax()].spans,
                f"probability {each[j]:.2f}, highest entailment {entailment[:, j].max():.2f}"
                + unread(answers[j]),
            )
            for j, claim in enumerate(texts.claims)
        )
        return Score(values, findings=findings)

    @cached_property
    def _zero_shot(self) -> SummacZs:
        return SummacZs(**{f.name: getattr(self, f.name) for f in fields(SummacZs)})

    @cached_property
    def _conv(self) -> ConvHead:
        place = locate_file(self.head, _HEAD).place
        try:
            return conv_head(read_arrays(place))
        except ValueError as e:
            raise SetupError(f"{place}: {e}", _HEAD) from e


@dataclass(frozen=True, slots=True)
class _Texts:
    """What SummaC reads of a pair; ``empty`` says why that is nothing."""

    sentences: list[Piece]
    evidence: list[list[Premise]]
    claims: list[Piece]
    empty: str

    @classmethod
    def of(cls, doc: Document, summary: Summary) -> "_Texts":
        sentences = document_sentences(doc.text, doc.lang)
        long = [s for s in sentences if len(s.text) > _SHORTEST][:_DOCUMENT_SENTENCES]
        claims = [s for s in summary_sentences(summary.text, doc.lang) if len(s.text) > _SHORTEST]
        which = "summary" if not claims else "document" if not long else ""
        empty = f"the {which} has no sentence of more than {_SHORTEST} characters" if which else ""
        return cls(sentences, [premises(long)] * len(claims), claims, empty)


def _telling(entailment: Array, contradiction: Array) -> int:
    """The document sentence that says most about a summary sentence: for it, or else against it."""
    stronger = entailment if entailment.max() >= contradiction.max() else contradiction
    return int(stronger.argmax())


def _check_labels(labels: Mapping[str, int] | None) -> None:
    if labels is None:
        return
    if unknown := sorted(set(labels) - set(_LABELS)):
        raise ValueError(f"labels has {unknown[0]!r}: expected {', '.join(_LABELS)}")
    if missing := [name for name in _LABELS[:2] if name not in labels]:
        raise ValueError(f"labels does not say which output is {missing[0]}")
    if len(set(labels.values())) < len(labels) or min(labels.values()) < 0:
        raise ValueError(f"labels is {dict(labels)}: expected a different output for each, from 0")
