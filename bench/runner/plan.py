"""A plan: documents × systems × metrics, fully built and checked, before anything runs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.core.errors import ConfigError
from bench.core.signature import short
from bench.core.types import Column, Document
from bench.data.select import Dataset

NEEDS = ("document", "references", "headline", "query", "lang")


@dataclass(frozen=True, slots=True)
class System:
    """A labelled summariser. ``signature`` names its component, parameters and cleaning rules.

    It is asked for ``samples`` summaries of each document.
    """

    label: str
    component: Any
    signature: str
    apart: bool = False
    samples: int = 1


@dataclass(frozen=True, slots=True)
class MetricUse:
    """A labelled metric; its columns are ``<label>.<column name>``."""

    label: str
    component: Any
    signature: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the metric declares."""
        return tuple(self.component.columns)

    def column_signature(self, name: str) -> str:
        """Footnote of one column: the metric's own wording where it has one."""
        own = getattr(self.component, "column_signature", None)
        return str(own(name)) if own else self.signature


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run needs to know.

    Attributes:
        name: The experiment; its runs lie in ``results/<name>/``.
        source: Where the documents come from, for people.
        dataset: The documents with their fingerprint.
        systems: In the order of the config.
        metrics: In the order of the config.
        max_failed: Share of failed cells above which a run is partial.
        resamples: Bootstrap samples for the intervals of corpus values.
        seed: Of that bootstrap.
        kept: Metrics that the run has already and this plan leaves as they are.
        config: The resolved configuration, as plain data.
        config_text: The same as YAML, written beside the results.
        notes: What tables should say about the data.
        notices: What the user should know before the run, such as outputs that fit no document.
    """

    name: str
    source: str
    dataset: Dataset
    systems: tuple[System, ...]
    metrics: tuple[MetricUse, ...]
    max_failed: float = 0.01
    resamples: int = 1_000
    seed: int = 0
    kept: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    config_text: str = ""
    notes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def n_summaries(self) -> int:
        """Summary cells: one for each sample of each document by each system."""
        return len(self.dataset.documents) * sum(s.samples for s in self.systems)

    def digest(self) -> str:
        """Eight hex digits over the documents and the systems; metrics can be added to a run later."""
        systems = [
            # A single sample is not named: the runs from before there were several keep their digests.
            (s.label, s.signature) if s.samples == 1 else (s.label, s.signature, s.samples)
            for s in sorted(self.systems, key=lambda s: s.label)
        ]
        return short(repr((self.dataset.fingerprint, systems)))


def summary_key(document: str, system_sig: str, own: str = "", sample: int = 0) -> str:
    """Name of a summary cell, from the digest of the document. Equal keys: interchangeable cells.

    ``own`` is what the system's ``cell(doc)`` says also decides its summary.
    """
    return _key("summary", document, system_sig, own, str(sample))


def score_key(summary: str, text: str, metric_sig: str) -> str:
    """Name of a score cell, from the key and the text of the summary and the metric's signature."""
    return _key("score", summary, text, metric_sig)


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def check_needs(kind: str, label: str, component: object, documents: Sequence[Document]) -> None:
    """Refuse a component whose ``needs`` a document does not meet.

    Raises:
        ConfigError: naming the need, how many documents lack it and the first of them.
    """
    for need in sorted(getattr(component, "needs", frozenset())):
        if need not in NEEDS:
            raise ConfigError(f"{kind}.{label}: unknown need '{need}'", f"Known: {', '.join(NEEDS)}.")
        attribute = "text" if need == "document" else need
        lacking = [d for d in documents if not getattr(d, attribute)]
        if lacking:
            first = lacking[0]
            where = f"{first.id} ({first.source})" if first.source else first.id
            what = {"document": "source text"}.get(need, need)
            share = f"{len(lacking)} of {len(documents)} documents"
            raise ConfigError(
                f"{kind}.{label}: needs the {what}, and {share} have none (first: {where})",
                "Map the field in data.with, or leave this out.",
            )
