"""The nouns of the harness: frozen, slotted dataclasses that every room shares.

Offsets are Unicode code points, half open. Times are seconds. Scores are stored in their declared
range (ROUGE in [0, 1]); only tables multiply by ``Column.scale``.
"""

import hashlib
import json
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# Of every interval: its level, and the documents below which a bootstrap is too far from it.
LEVEL = 0.95
FEWEST = 6

# Columns of a table about the summaries themselves; a metric's column has a dot in its id.
EMPTY, FAILED = "empty", "failed"

Better = Literal["high", "low", "none"]
Finish = Literal["stop", "length", "error"]
Status = Literal["ok", "none", "error"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One example: the source text and its reference summaries.

    Attributes:
        id: Unique within a data set.
        text: The source; empty where the data has references only.
        references: Alternative references. Inside one, a line is a bullet or a sentence.
        headline: The title, where the source has one.
        query: The question of query-focused summarisation.
        lang: ISO 639-1 code, or None when unknown.
        source: Where the document was read, as ``file`` or ``file:line``; not part of its content.
        meta: Further fields that a reader was asked to keep.
    """

    id: str
    text: str
    references: tuple[str, ...] = ()
    headline: str | None = None
    query: str | None = None
    lang: str | None = None
    source: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """Content hash (32 hex digits): equal documents have equal cells, wherever they were read."""
        content = [self.id, self.text, self.references, self.headline, self.query, self.lang, self.meta]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Summary:
    """What one system wrote for one document.

    Attributes:
        doc_id: Id of the document.
        system: Label of the system in the config.
        system_sig: Signature of the system (see :mod:`bench.core.signature`).
        sample: Number of the repeated sample, from 0.
        text: The summary after the recorded cleaning rules; may be empty.
        finish: ``stop`` or ``length`` (cut by a token limit); ``error`` never reaches a metric.
        input_tokens: Tokens that the model read, prompts and all its questions, or None where it has none.
        output_tokens: Tokens that the model wrote, or None.
        document_tokens: Length of the document in the model's tokens, or None.
        truncated_tokens: How many of these the model was never shown, or None.
        seconds: Wall time spent on this summary, or None when it was not made here.
        cost: What it cost, in the currency of the price that the config gives, or None without one.
    """

    doc_id: str
    system: str
    system_sig: str
    text: str
    sample: int = 0
    finish: Finish = "stop"
    input_tokens: int | None = None
    output_tokens: int | None = None
    document_tokens: int | None = None
    truncated_tokens: int | None = None
    seconds: float | None = None
    cost: float | None = None

    @property
    def read(self) -> float | None:
        """Share of the document's tokens that the model was shown, in [0, 1]; None where nobody counted."""
        if self.document_tokens is None or self.truncated_tokens is None:
            return None
        return 1 - self.truncated_tokens / self.document_tokens if self.document_tokens else 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Evidence for a verdict: a place in the summary and the places in the document that speak to it."""

    kind: str
    severity: float
    span: Span
    evidence: tuple[Span, ...] = ()
    detail: str = ""

    def __post_init__(self) -> None:
        if len(self.detail) > 120:
            raise ValueError(f"Finding.detail has {len(self.detail)} characters, at most 120 are allowed")


@dataclass(frozen=True, slots=True)
class Score:
    """A metric's answer for one (document, summary) pair.

    Attributes:
        values: Column name to value; None where the column does not apply.
        reasons: Column name to the reason, for every None in ``values``.
        findings: Evidence.
        stats: Sufficient statistics, only for metrics with an ``aggregate``.

    Raises:
        ValueError: for NaN or infinite values, and for a None without a reason.
    """

    values: Mapping[str, float | None]
    reasons: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stats: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        # Copied, so that a metric may use one dict again; float() also takes numpy's scalars.
        values = {k: None if v is None else float(v) for k, v in self.values.items()}
        for name, value in values.items():
            if value is None:
                if not isinstance(self.reasons.get(name), str):
                    raise ValueError(f"column {name!r} is None and gives no reason")
            elif not math.isfinite(value):
                raise ValueError(f"column {name!r} is {value}: a value is finite, or None with a reason")
        stats = tuple(map(float, self.stats))
        if not all(map(math.isfinite, stats)):
            raise ValueError(f"stats are {stats}: they must be finite")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "reasons", dict(self.reasons))
        object.__setattr__(self, "stats", stats)


@dataclass(frozen=True, slots=True)
class Column:
    """One number that a metric reports.

    Attributes:
        name: Unique within the metric; the full id is ``<metric label>.<name>``.
        better: Which direction is good; ``none`` is descriptive: never bold, tested or gated.
        unit: ``ratio``, ``words``, ``s`` …
        range: Smallest and largest possible value.
        scale: Tables multiply by it (100 for ROUGE, as the field does).
        digits: Decimals in tables.
        shown: Whether tables show the column unless asked for all.
        title: Heading in tables; the name when empty.
    """

    name: str
    better: Better = "high"
    unit: str = "ratio"
    range: tuple[float, float] = (0.0, 1.0)
    scale: int = 1
    digits: int = 3
    shown: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A finished cell of the grid documents × systems × metrics, as it is stored."""

    key: str
    doc_id: str
    system: str
    sample: int
    metric: str
    metric_sig: str
    status: Status
    score: Score | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """All values of one column for one system, aligned with ``ScoreTable.doc_ids``.

    ``values`` holds NaN where there is no value; that NaN is internal to this array and is never
    written anywhere. ``n_none`` and ``n_error`` (failures of the metric) say why values are missing; what
    is in neither was never scored. Several samples of a document are averaged before they come here: it
    has a value if one of them has, and is in one of the counts otherwise.
    """

    values: "array[float]"
    n_none: int = 0
    n_error: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SystemInfo:
    """What a table says about one system besides its scores. Shares are in [0, 1], None if unknown.

    Attributes:
        label: In the config.
        signature: Of the system.
        apart: Shown below a rule, and never bold, tested or gated (oracle, copy, headline).
        n_summaries: Summaries that are there, of all samples.
        n_errors: Summaries that failed, of all samples.
        empty: Share of empty summaries.
        truncated: Share of summaries that a token limit cut.
        words: Mean length.
        seconds: Mean time of a summary.
        samples: Summaries that are asked for of each document; the means here and in the cells are over
            documents, of the means over their samples.
        read: Mean share of a document's tokens that the model was shown.
        n_read: Documents of which that share is known.
        n_cut: Those of them that the model was shown only a part of.
    """

    label: str
    signature: str
    apart: bool = False
    n_summaries: int = 0
    n_errors: int = 0
    empty: float | None = None
    truncated: float | None = None
    words: float | None = None
    seconds: float | None = None
    samples: int = 1
    read: float | None = None
    n_read: int = 0
    n_cut: int = 0


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column in a table: its id (``rouge.rouge1``), definition, and signature for the footnote."""

    id: str
    column: Column
    signature: str


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The grid as statistics and tables read it: ``cells[(system label, column id)]``.

    ``aggregates`` has the corpus values of columns whose value for a set of documents is not the mean.
    ``digests``, aligned with ``doc_ids``, say what the documents were; empty where nobody knows.
    """

    name: str
    doc_ids: tuple[str, ...]
    systems: tuple[SystemInfo, ...]
    columns: tuple[ColumnInfo, ...]
    cells: Mapping[tuple[str, str], Cells]
    aggregates: "Mapping[tuple[str, str], Estimate]" = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean of a column over the documents that have a value, with its interval.

    ``mean``, ``lo`` and ``hi`` are None when no document has a value; ``lo`` and ``hi`` also when
    there are too few documents for an interval.

    Attributes:
        mean: Of the documents' values.
        lo: Lower bound of the 95 % interval: BCa, see ``method``.
        hi: Upper bound.
        n: Documents that have a value.
        n_none: Documents for which the metric has none, with a reason.
        n_error: Documents on which the metric failed.
        median: Of the documents' values.
        percentile: The percentile bootstrap interval of the same resamples.
        method: What lo and hi are; empty where there are none.
    """

    mean: float | None
    lo: float | None
    hi: float | None
    n: int
    n_none: int = 0
    n_error: int = 0
    median: float | None = None
    percentile: tuple[float, float] | None = None
    method: Literal["", "bca", "normal", "corpus"] = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Paired difference a − b of one column on the documents that both systems have.

    ``lo`` and ``hi`` are None when there are too few such documents for an interval. ``effect`` is
    Cohen's d of the paired differences, their mean by their standard deviation; None where they do not
    vary.
    """

    a: str
    b: str
    column: str
    delta: float
    lo: float | None
    hi: float | None
    p: float
    p_adjusted: float
    n_pairs: int
    wins: int
    ties: int
    losses: int
    effect: float | None = None
