"""BERTScore: greedy matching of contextual vectors, with the references or with the source."""

import csv
import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from bench.backends.checkpoint import Checkpoint, locate
from bench.backends.hf_encode import EncoderBackend, encode, spaced
from bench.backends.hf_tokens import Tokens, read_tokens
from bench.backends.place import DType, OnDevice
from bench.core.asks import Dialogue
from bench.core.readings import Embed, Embedded, embed
from bench.core.types import Column, Document, Score, Summary
from bench.metrics.checking import nothing
from bench.metrics.greedy import Array, both_ways, unit
from bench.text.lines import plain_lines

_MODEL = "FacebookAI/roberta-large"
# The layers that the authors chose on WMT16, by the model's name without its owner.
LAYERS = {
    "albert-base-v2": 9, "albert-large-v2": 14, "albert-xlarge-v2": 13, "albert-xxlarge-v2": 8,
    "bart-base": 6, "bart-large": 10, "bart-large-cnn": 10, "bart-large-mnli": 11, "bart-large-xsum": 9,
    "bert-base-cased-finetuned-mrpc": 9, "bert-base-chinese": 8, "bert-base-multilingual-cased": 9,
    "bert-base-uncased": 9, "bert-large-uncased": 18,
    "deberta-base": 9, "deberta-base-mnli": 9, "deberta-large": 16, "deberta-large-mnli": 18,
    "deberta-xlarge": 18, "deberta-xlarge-mnli": 40, "deberta-v2-xlarge": 10, "deberta-v2-xlarge-mnli": 17,
    "deberta-v2-xxlarge": 21, "deberta-v2-xxlarge-mnli": 22, "deberta-v3-xsmall": 10, "deberta-v3-small": 4,
    "deberta-v3-base": 9, "deberta-v3-large": 12, "mdeberta-v3-base": 10,
    "distilbert-base-multilingual-cased": 5, "distilbert-base-uncased": 5, "distilroberta-base": 5,
    "longformer-base-4096": 7, "longformer-large-4096": 14, "mpnet-base": 8,
    "mt5-small": 8, "mt5-base": 11, "mt5-large": 19, "pegasus-large": 8, "pegasus-xsum": 11,
    "roberta-base": 10, "roberta-large": 17, "roberta-large-mnli": 19,
    "scibert_scivocab_cased": 9, "scibert_scivocab_uncased": 8,
    "t5-small": 6, "t5-base": 11, "t5-large": 23,
    "xlm-roberta-base": 9, "xlm-roberta-large": 17,
}  # fmt: skip

_PRF = ("precision", "recall", "f1")


@dataclass(frozen=True)
class BertScore(OnDevice):
    """BERTScore: precision, recall and F of greedily matched tokens.

    Zhang et al. (2020), "BERTScore: Evaluating Text Generation with BERT"; equal to the authors' package
    bert-score 0.3.13 on the same encoder. Each token of the summary is matched with the token of the
    reference whose vector is most like its own (``precision``), and the other way round (``recall``); the
    values are mean cosines, in [−1, 1], in practice between .8 and 1 with RoBERTa. Of several references the
    best counts, for each of the three. Special tokens can be matched, and weigh nothing themselves. An empty
    summary has 0, as there.

    Against the source, ``precision`` says how far the summary's words are the source's. A text that is
    longer than the encoder reads is cut, as there; ``read`` is the share of tokens that was read, of the text
    of which most was cut. Line breaks are spaces, and the markers of lists are left out.

    Attributes:
        model: Any encoder of transformers, or the encoder of an encoder-decoder: ``owner/name`` on the hub,
            a folder, or ``package:name/path`` for a folder inside an installed package.
        layer: The hidden layer whose vectors are compared; null takes the authors' choice for the model,
            which is known by its name.
        against: ``references`` or ``source``.
        idf: A token weighs less the more texts have it: ``true``, of those that the summaries of the run are
            compared with, as in the authors' package; or a file with a text on each line. Null: all weigh
            the same.
        baseline: A file ``LAYER,P,R,F`` of the authors' package: values are rescaled so that the baseline of
            the layer is 0. Null: no rescaling.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    model: str = field(default=_MODEL, metadata={"path": True, "sig": None})
    layer: int | None = field(default=None, metadata={"sig": None})
    against: Literal["references", "source"] = "references"
    idf: str | bool | None = field(default=None, metadata={"path": True, "sig": None})
    baseline: str | None = field(default=None, metadata={"path": True, "sig": None})
    dtype: DType = "float32"

    _seen: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    once: ClassVar = True

    def __post_init__(self) -> None:
        self.check_place(self.model)
        if self.layer is None and self._name not in LAYERS:
            raise ValueError(
                f"layer is null, and the authors chose none for {self._name}: expected the number of a layer"
            )
        if self.layer is not None and self.layer < 0:
            raise ValueError(f"layer is {self.layer}: expected at least 0")
        _ = self._idf_texts, self._lows

    @property
    def columns(self) -> tuple[Column, ...]:
        """F, precision, recall, and how much was read."""
        low = -1.0 if self.baseline is None else -math.inf
        main = "f1" if self.against == "references" else "precision"
        titles = {"precision": "BERTScore P", "recall": "BERTScore R", "f1": "BERTScore F"}
        values = (
            Column(name, range=(low, 1.0), scale=100, digits=2, shown=name == main, title=titles[name])
            for name in _PRF
        )
        return (*values, Column("read", "none", shown=self.against == "source"))

    @property
    def needs(self) -> frozenset[str]:
        """What the summary is compared with."""
        return frozenset({"document" if self.against == "source" else "references"})

    def signature_parts(self) -> dict[str, str]:
        """The checkpoint's version stands for its name; contents of files for the files."""
        parts = {**self._checkpoint.identity, "layer": str(self._layer), "idf": "no", "baseline": "no"}
        if (lines := self._idf_texts) is not None:
            digest = hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogatepass")).hexdigest()
            parts["idf"] = f"{len(lines)},{digest[:16]}"
        if self.baseline is not None:
            parts["baseline"] = ",".join(map(str, self._lows))
        return {**parts, "split": "lists", "as": "bert-score-0.3.13"}

    def prepare(self, docs: Sequence[Document]) -> None:
        """Keep the texts that summaries are compared with, for ``idf: true``."""
        if self.idf is True:
            self._seen[:] = [text for doc in docs for text in self._compared_with(doc)]
            self.__dict__.pop("_table", None)

    @property
    def backends(self) -> tuple[EncoderBackend, ...]:
        """The encoder."""
        return (self._backend,)

    def ready(self) -> None:
        """Look for the encoder; its weights are not loaded.

        Raises:
            MissingExtra: torch.
            SetupError: files are missing.
            ConfigError: it has no such layer.
        """
        self._backend.ready()

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Encode the summary and what it is compared with, and match their tokens."""
        texts = self._compared_with(doc)
        if not texts:
            what = "the document is empty" if self.against == "source" else "no reference"
            return nothing(self.columns, what)
        said = _prepared(summary.text)
        if not said:
            return self._scored([(0.0, 0.0, 0.0)], 1.0)
        space = " " if spaced(self._tokens) else ""
        first, *others = yield from embed([Embed(self._backend, space + text) for text in (said, *texts)])
        weighed = self._weights(first)
        matched = [
            both_ways(unit(first.vectors), unit(other.vectors), weighed, weights)
            for other in others
            if weighed.any() and (weights := self._weights(other)).any()
        ]
        if not matched:
            return nothing(self.columns, "every text of the idf has all its tokens")
        return self._scored(matched, min(_share(answer) for answer in (first, *others)))

    def _compared_with(self, doc: Document) -> list[str]:
        given = (doc.text,) if self.against == "source" else doc.references
        return [text for text in map(_prepared, given) if text]

    @property
    def _idf_texts(self) -> list[str] | None:
        """Texts whose tokens are counted; None where all weigh the same."""
        if self.idf is True:
            return self._seen
        return _read_lines(self.idf, "idf") if isinstance(self.idf, str) else None

    def _scored(self, matched: Sequence[tuple[float, float, float]], read: float) -> Score:
        best = [max(values) for values in zip(*matched, strict=True)]
        scaled = [(value - low) / (1 - low) for value, low in zip(best, self._lows, strict=True)]
        return Score({**dict(zip(_PRF, scaled, strict=True)), "read": read})

    def _weights(self, answer: Embedded) -> Array:
        """What each token of a text weighs."""
        table, other = self._table
        return np.array([table.get(token, other) for token in answer.ids])

    @cached_property
    def _table(self) -> tuple[Mapping[int, float], float]:
        """Weights of tokens, and of all others."""
        tokens = self._tokens
        if (lines := self._idf_texts) is None:
            around = (tokens.tokenizer.cls_token_id, tokens.tokenizer.sep_token_id)
            return {token: 0.0 for token in around if token is not None}, 1.0
        space = " " if spaced(tokens) else ""
        counts = Counter(
            token for line in lines for token in set(encode(tokens, space + line, tokens.limit)[0])
        )
        return {t: math.log((len(lines) + 1) / (n + 1)) for t, n in counts.items()}, math.log(len(lines) + 1)

    @cached_property
    def _lows(self) -> tuple[float, float, float]:
        """What is rescaled to 0: precision, recall and F."""
        return (0.0, 0.0, 0.0) if self.baseline is None else _read_baseline(self.baseline, self._layer)

    @property
    def _name(self) -> str:
        return self.model.rstrip("/").rpartition("/")[2]

    @property
    def _layer(self) -> int:
        return LAYERS[self._name] if self.layer is None else self.layer

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        return locate(self.model, self.revision)

    @cached_property
    def _backend(self) -> EncoderBackend:
        return EncoderBackend(self._checkpoint, self.dtype, self._layer, self.place)

    @property
    def _tokens(self) -> Tokens:
        return read_tokens(self._checkpoint)


def _prepared(text: str) -> str:
    """Without the markers of lists, line breaks and white space around it."""
    return " ".join(line.strip() for line in plain_lines(text)).strip()


def _share(answer: Embedded) -> float:
    """How many of a text's tokens the encoder read."""
    return answer.input_tokens / (answer.input_tokens + answer.cut)


def _read_lines(path: str, name: str) -> list[str]:
    """The texts in a file.

    Raises:
        ValueError: naming the parameter.
    """
    try:
        lines = [line.strip() for line in Path(path).expanduser().read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as e:
        raise ValueError(f"{name}: {path} cannot be read: {_why(e)}") from e
    if not any(lines):
        raise ValueError(f"{name}: {path} has no text: expected one on each line")
    return [line for line in lines if line]


def _read_baseline(path: str, layer: int) -> tuple[float, float, float]:
    """Precision, recall and F of a layer's baseline.

    Raises:
        ValueError: naming the parameter.
    """
    try:
        with Path(path).expanduser().open(encoding="utf-8", newline="") as stream:
            rows = {row["LAYER"]: row for row in csv.DictReader(stream)}
        found = rows.get(str(layer))
        if found is None:
            raise ValueError(f"it has no layer {layer}, only {', '.join(rows) or 'no lines'}")
        precision, recall, f1 = (float(found[name]) for name in ("P", "R", "F"))
        if not all(-1 <= low < 1 for low in (precision, recall, f1)):
            raise ValueError("expected values from -1 up to and without 1")
    except (OSError, KeyError, TypeError, ValueError) as e:
        raise ValueError(
            f"baseline: {path} is no file LAYER,P,R,F of bert-score with layer {layer}: {_why(e)}"
        ) from e
    return precision, recall, f1


def _why(e: Exception) -> str:
    return (e.strerror if isinstance(e, OSError) else None) or str(e)
