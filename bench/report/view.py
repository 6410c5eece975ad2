"""One document of a run with what was written and said about it: what ``bench show`` shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.types import Column, Document, Finding, Score, Span
from bench.report.escape import json_text

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Check:
    """What one metric says about one summary.

    Attributes:
        label: Of the metric in the config.
        columns: What it reports, in its order.
        score: None when it failed.
        error: Why it failed.
        trust: How often its findings were right where people had judged; empty when nobody measured it.
    """

    label: str
    columns: tuple[Column, ...]
    score: Score | None
    error: str = ""
    trust: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order of the summary; what has no place in it comes last."""
        found = self.score.findings if self.score else ()
        return tuple(sorted(found, key=lambda f: (f.span.end <= f.span.start, f.span.start, f.span.end)))


@dataclass(frozen=True, slots=True)
class Shown:
    """One summary of the document, or why there is none.

    Attributes:
        system: Label of the system.
        sample: Number of the sample, where the system has several.
        text: None when it failed.
        error: Why it failed.
        cut: Whether a token limit ended it.
        checks: What the metrics say about it.
    """

    system: str
    sample: int | None
    text: str | None
    error: str = ""
    cut: bool = False
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A document of a run.

    Attributes:
        run: The run directory.
        doc_id: Id of the document.
        number: Its place in the run, from 1.
        count: Documents of the run.
        source: Where it was read.
        document: None where its text is not to be had any more.
        summaries: In the order of the systems.
        notes: What the reader should know, such as data that have changed.
    """

    run: str
    doc_id: str
    number: int
    count: int
    source: str
    document: Document | None
    summaries: tuple[Shown, ...]
    notes: tuple[str, ...] = ()


def view_json(view: View) -> str:
    """One JSON object with sorted keys: texts, values, and findings with the texts of their spans."""
    doc = view.document
    content = {
        "schema": SCHEMA,
        "run": view.run,
        "notes": list(view.notes),
        "document": {
            "id": view.doc_id,
            "number": view.number,
            "of": view.count,
            "source": view.source,
            "text": doc.text if doc else None,
            "references": list(doc.references) if doc else None,
            "headline": doc.headline if doc else None,
            "query": doc.query if doc else None,
            "lang": doc.lang if doc else None,
        },
        "summaries": [_summary(s, doc.text if doc else None) for s in view.summaries],
    }
    return json_text(content, sort_keys=True)


def _summary(shown: Shown, article: str | None) -> dict[str, Any]:
    return {
        "system": shown.system,
        "sample": shown.sample or 0,
        "text": shown.text,
        "error": shown.error or None,
        "cut": shown.cut,
        "metrics": {c.label: _check(c, shown.text or "", article) for c in shown.checks},
    }


def _check(check: Check, summary: str, article: str | None) -> dict[str, Any]:
    score = check.score
    return {
        "values": dict(score.values) if score else None,
        "reasons": dict(score.reasons) if score else None,
        "error": check.error or None,
        "trust": check.trust or None,
        "findings": [_finding(f, summary, article) for f in check.findings],
    }


def _finding(finding: Finding, summary: str, article: str | None) -> Mapping[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "detail": finding.detail,
        **_place(finding.span, summary),
        "evidence": [_place(e, article) for e in finding.evidence],
    }


def _place(span: Span, text: str | None) -> dict[str, Any]:
    return {"span": [span.start, span.end], "text": None if text is None else text[span.start : span.end]}
