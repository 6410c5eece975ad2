"""The metric ``rouge``."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, Literal

from bench.core.signature import canonical
from bench.core.types import Column, Document, Finding, Score, Span, Summary
from bench.rouge import stemmers, tokenizers
from bench.rouge.aggregate import Aggregate
from bench.rouge.engine import Engine, Scores, score_pairs
from bench.rouge.stemmers import StemmerName
from bench.rouge.tokenizers import TokenizerName, has_tokens
from bench.rouge.types import RougeType
from bench.text.lines import summary_lines
from bench.text.sentences import splitter_name

Splitter = Literal["sentencex", "none"]


@dataclass(frozen=True)
class Rouge:
    """ROUGE-N, -L and -Lsum: precision, recall and F-measure in [0, 1].

    Texts are prepared first: a list loses its markers, and running text is split into sentences (see
    :func:`bench.text.lines.summary_lines`), for ``rougeLsum`` compares line by line. The numbers are those
    of rouge-score 0.1.2, bit for bit on the texts so prepared; ``split: none`` leaves texts as they are.
    A reference that has characters but no tokens under the tokenizer gives no value, with a reason; where
    a document has other references, only the one is left out, with a finding. A summary without tokens
    scores 0, as in rouge-score, and is counted in ``untokenisable``.

    Lin, C.-Y. (2004). ROUGE: A Package for Automatic Evaluation of Summaries. With the stemmer, values
    are 0.3 to 0.4 points below ROUGE-1.5.5 ``-m``, whose stemmer has a list of exceptions.

    Attributes:
        types: ``rouge1`` … ``rouge9``, ``rougeL``, ``rougeLsum``.
        stemmer: ``porter`` (words longer than three letters), ``none`` or ``snowball_<language>``.
        tokenizer: ``rouge_score`` ([a-z0-9] only), ``unicode``, ``char``; or by language ``jieba``,
            ``fugashi``, ``kiwipiepy``, ``pythainlp``.
        agg: Several references: ``best`` F (rouge-score), ``mean``, ``pooled`` hits (ROUGE-1.5.5
            ``-f A``) or ``best_recall`` (``-f B``).
        split: Who splits running text into sentences; ``none`` leaves texts as they are.
        pick: Score only this reference, counted from 1.
        engine: Who computes: ``auto``, ``rs``, ``python`` or ``rouge_score``; same bits.
    """

    types: tuple[RougeType, ...] = ("rouge1", "rouge2", "rougeL", "rougeLsum")
    stemmer: StemmerName = field(default="porter", metadata={"sig": "stem"})
    tokenizer: TokenizerName = field(default="rouge_score", metadata={"sig": "tok"})
    agg: Aggregate = "best"
    split: Splitter = field(default="sentencex", metadata={"sig": None})
    pick: int | None = None
    engine: Engine = field(default="auto", metadata={"sig": None})

    needs: ClassVar[frozenset[str]] = frozenset({"references"})
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not self.types:
            raise ValueError("types is empty, expected at least one of rouge1 … rouge9, rougeL, rougeLsum")
        if len(set(self.types)) < len(self.types):
            raise ValueError(f"types names a type twice: {', '.join(self.types)}")
        if self.pick is not None and self.pick < 1:
            raise ValueError(f"pick is {self.pick}, expected the number of a reference, from 1")

    @property
    def columns(self) -> tuple[Column, ...]:
        """F-measure of each type; precision, recall and ``untokenisable`` are shown when asked for."""
        found = []
        for t in self.types:
            title = f"ROUGE-{t.removeprefix('rouge')}"
            found += [
                Column(t, scale=100, digits=2, title=title),
                Column(f"{t}_precision", scale=100, digits=2, shown=False, title=f"{title} precision"),
                Column(f"{t}_recall", scale=100, digits=2, shown=False, title=f"{title} recall"),
            ]
        return (*found, Column("untokenisable", better="none", shown=False))

    def signature_parts(self) -> dict[str, str]:
        """How texts are prepared, and the versions of packages that tokenise or stem.

        Raises:
            MissingExtra: the tokenizer's package is not installed.
        """
        split = "none" if self.split == "none" else f"lists+{splitter_name()}"
        return {"split": split} | tokenizers.versions(self.tokenizer) | stemmers.versions(self.stemmer)

    def column_signature(self, column: str) -> str:
        """What a table writes below a column: how its numbers came to be."""
        parts: dict[str, object] = {"agg": self.agg, "stem": self.stemmer, "tok": self.tokenizer}
        if self.pick is not None:
            parts["pick"] = canonical(self.pick)
        parts |= self.signature_parts() | {"v": self.version}
        return "|".join([column, *(f"{name}:{value}" for name, value in parts.items())])

    def notices(self, pairs: Sequence[tuple[Document, Summary]]) -> list[str]:
        """References that the tokenizer hardly reads; for rougeLsum, systems that break no lines."""
        return [*self._unread(pairs), *self._unbroken(pairs)]

    def _unread(self, pairs: Sequence[tuple[Document, Summary]]) -> list[str]:
        if self.tokenizer != "rouge_score":
            return []
        texts = {doc.id: "".join(doc.references) for doc, _ in pairs}.values()
        lost = sum(_share_read(text) < 0.5 for text in texts)
        what = f"{lost} of {len(texts)} documents have references mostly in letters other than a-z"
        return [f"{what}: tokenizer 'unicode' would read them"] if lost else []

    def _unbroken(self, pairs: Sequence[tuple[Document, Summary]]) -> list[str]:
        flat = _without_line_breaks(pairs) if "rougeLsum" in self.types else []
        if not flat:
            return []
        more = f" and {len(flat) - 3} more" if len(flat) > 3 else ""
        what = f"no line breaks in the summaries of {', '.join(flat[:3])}{more}"
        if self.split == "none":
            # 32.69 instead of 42.38 for BART on 250 CNN/DailyMail documents.
            return [f"{what} (split: none): their ROUGE-Lsum is not what it is with a line a sentence"]
        return [f"{what}: split into sentences by {splitter_name()} for ROUGE-Lsum"]

    def score_batch(self, pairs: Sequence[tuple[Document, Summary]]) -> list[Score]:
        """One score per pair, in order."""

        @cache
        def prepare(text: str, lang: str | None) -> str:
            return text if self.split == "none" else "\n".join(summary_lines(text, lang))

        @cache
        def usable(references: tuple[str, ...], lang: str | None) -> _Usable:
            return self._usable([prepare(text, lang) for text in references])

        prepared = [
            (usable(doc.references, doc.lang), prepare(summary.text, doc.lang)) for doc, summary in pairs
        ]
        scored = iter(
            score_pairs(
                [references.texts for references, _ in prepared if references.texts],
                [candidate for references, candidate in prepared if references.texts],
                types=self.types,
                tokenizer=self.tokenizer,
                stemmer=self.stemmer,
                aggregate=self.agg,
                engine=self.engine,
            )
        )
        return [self._score(references, candidate, scored) for references, candidate in prepared]

    def _score(self, references: "_Usable", candidate: str, scored: Iterator[Scores]) -> Score:
        values: dict[str, float | None] = {}
        if not references.texts:
            values = {column.name: None for column in self.columns}
            return Score(values, dict.fromkeys(values, references.reason))
        scores = next(scored)
        matched = False
        for t, (precision, recall, fmeasure) in scores.items():
            values[t] = fmeasure
            values[f"{t}_precision"] = precision
            values[f"{t}_recall"] = recall
            matched = matched or fmeasure > 0
        visible = not matched and bool(candidate.strip())
        values["untokenisable"] = float(visible and not has_tokens(candidate, self.tokenizer))
        return Score(values, findings=references.dropped)

    def _usable(self, references: Sequence[str]) -> "_Usable":
        """The references that have tokens, or the reason why none is left."""
        first, last = (1, len(references)) if self.pick is None else (self.pick, self.pick)
        if not references:
            return _Usable((), reason="the document has no reference")
        if last > len(references):
            return _Usable((), reason=f"no reference {last}: the document has {len(references)}")
        texts = []
        dropped = []
        without_tokens = ""
        for number in range(first, last + 1):
            text = references[number - 1]
            if has_tokens(text, self.tokenizer):
                texts.append(text)
                continue
            without_tokens = without_tokens or text.strip()
            why = f"has no tokens under tokenizer {self.tokenizer}" if text.strip() else "is empty"
            detail = f"reference {number} of {len(references)} {why}"
            dropped.append(Finding("reference_dropped", 0.0, Span(0, 0), detail=detail))
        if texts:
            return _Usable(tuple(texts), tuple(dropped))
        return _Usable((), reason=self._reason(without_tokens))

    def _reason(self, without_tokens: str) -> str:
        if not without_tokens:
            return "the reference is empty"
        others: tuple[TokenizerName, ...] = ("unicode", "char")
        works = next((name for name in others if has_tokens(without_tokens, name)), None)
        hint = f"; '{works}' would work" if works else ""
        return f"no tokens under tokenizer {self.tokenizer}{hint}"


def _share_read(text: str) -> float:
    """Share of a text's letters and digits that are ASCII, all that the tokenizer rouge_score keeps."""
    visible = [c for c in text if c.isalnum()]
    return sum(c.isascii() for c in visible) / len(visible) if visible else 1.0


def _without_line_breaks(pairs: Sequence[tuple[Document, Summary]]) -> list[str]:
    """Systems with several sentences in a summary and a line break in none."""
    written: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for doc, summary in pairs:
        written[summary.system].append((summary.text.strip(), doc.lang))
    return [
        system
        for system, texts in written.items()
        if not any("\n" in text for text, _ in texts)
        and any(len(summary_lines(text, lang)) > 1 for text, lang in texts)
    ]


@dataclass(frozen=True, slots=True)
class _Usable:
    """References to score against; without any, the reason."""

    texts: tuple[str, ...]
    dropped: tuple[Finding, ...] = ()
    reason: str = ""
