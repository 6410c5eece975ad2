"""Summaries and scores as JSON objects and back. Absent keys stand for empty values."""

from collections.abc import Mapping
from typing import Any

from bench.core.types import Finding, Record, Score, Span, Summary

_COUNTS = ("input_tokens", "output_tokens", "document_tokens", "truncated_tokens")


def summary_record(key: str, summary: Summary, *, words: int, raw: str | None = None) -> dict[str, Any]:
    """A finished summary. ``raw`` is the answer before cleaning, where cleaning changed it."""
    record: dict[str, Any] = {
        "key": key,
        "doc_id": summary.doc_id,
        "system": summary.system,
        "sample": summary.sample,
        "status": "ok",
        "text": summary.text,
        "finish": summary.finish,
        "words": words,
    }
    if summary.seconds is not None:
        record["seconds"] = round(summary.seconds, 6)
    for name in _COUNTS:
        if (count := getattr(summary, name)) is not None:
            record[name] = int(count)  # a tokenizer's or an array's integer too
    if summary.cost is not None:
        record["cost"] = float(summary.cost)
    if raw is not None and raw != summary.text:
        record["raw"] = raw
    return record


def summary_error(key: str, doc_id: str, system: str, error: str, sample: int = 0) -> dict[str, Any]:
    """A failed summary: no text, and it counts in no mean."""
    return {
        "key": key, "doc_id": doc_id, "system": system, "sample": sample, "status": "error", "error": error
    }  # fmt: skip


def summary_from(record: Mapping[str, Any], system_sig: str) -> Summary:
    """The summary of an ``ok`` record."""
    return Summary(
        doc_id=record["doc_id"],
        system=record["system"],
        system_sig=system_sig,
        text=record["text"],
        sample=record["sample"],
        finish=record["finish"],
        seconds=record.get("seconds"),
        cost=record.get("cost"),
        **{name: record.get(name) for name in _COUNTS},
    )


def score_record(record: Record, sig: str) -> dict[str, Any]:
    """A finished score cell; ``sig`` is the short digest under which the manifest has the signature."""
    line: dict[str, Any] = {
        "key": record.key,
        "doc_id": record.doc_id,
        "system": record.system,
        "sample": record.sample,
        "metric": record.metric,
        "sig": sig,
        "status": record.status,
    }
    if record.error is not None:
        line["error"] = record.error
    if (score := record.score) is not None:
        line["values"] = dict(score.values)
        if score.reasons:
            line["reasons"] = dict(score.reasons)
        if score.findings:
            line["findings"] = [_finding(f) for f in score.findings]
        if score.stats:
            line["stats"] = list(score.stats)
    return line


def score_from(line: Mapping[str, Any]) -> Score | None:
    """The score of a line, None for an error."""
    if line["status"] == "error":
        return None
    findings = tuple(_finding_from(f) for f in line.get("findings", ()))
    return Score(line["values"], line.get("reasons", {}), findings, tuple(line.get("stats", ())))


def _finding_from(f: Mapping[str, Any]) -> Finding:
    evidence = tuple(Span(*e) for e in f["evidence"])
    return Finding(f["kind"], f["severity"], Span(*f["span"]), evidence, f["detail"])


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "kind": f.kind,
        "severity": f.severity,
        "span": [f.span.start, f.span.end],
        "evidence": [[e.start, e.end] for e in f.evidence],
        "detail": f.detail,
    }
