"""The data of the page as JSON: an index that is read at once, documents that are unpacked on demand.

Offsets are code points. The documents are a JSON list, gzipped and base64-encoded, in the order of the
index. Numbers are in the stored scale.
"""

import base64
import gzip
import math
import re
from collections.abc import Sequence
from typing import Any

from bench.core.types import ColumnInfo, Finding, Score, ScoreTable
from bench.report.board import Leaderboard
from bench.report.escape import json_text
from bench.report.leaderboard import headline
from bench.report.page.sample import is_flag
from bench.report.view import Check, Shown, View
from bench.text.analysis import analyse
from bench.text.lines import summary_lines

SCHEMA = 1
_FLAG = 0.75
# Nothing in a script element ends it or begins a comment.
_UNSAFE = {c: f"\\u{ord(c):04x}" for c in "<>&"}
_BULLET = re.compile(r"(?:reference (?P<reference>\d+), )?bullet (?P<bullet>\d+) is (?:covered|missed)\b")

_OF_BULLETS = ("covered", "missed")

Json = dict[str, Any]
Lines = list[tuple[int, str]]


def payload(table: ScoreTable, board: Leaderboard, views: Sequence[View]) -> Json:
    """Systems, columns, the index of the documents and the documents themselves.

    Args:
        table: Every value.
        board: The headings of its columns.
        views: The documents that can be read in the page, in the order of the run.
    """
    column = headline(table)
    ids = [h.id for h in board.headings]
    place = {doc: i for i, doc in enumerate(table.doc_ids)}
    return {
        "schema": SCHEMA,
        "name": table.name,
        "systems": [{"label": s.label, "apart": s.apart} for s in table.systems],
        "columns": [
            {
                "id": h.id,
                "title": h.title,
                "better": h.better,
                "digits": h.digits,
                "scale": h.scale,
                "shown": h.shown,
            }
            for h in board.headings
        ],
        "headline": None if column is None else ids.index(column.id),
        "index": [_entry(table, column, view, place[view.doc_id]) for view in views],
        "documents": packed([_document(table, ids, view) for view in views]),
    }


def packed(content: object) -> str:
    """JSON, gzipped without a time, in base64."""
    return base64.b64encode(
        gzip.compress(json_text(content, indent=None).encode(), compresslevel=9, mtime=0)
    ).decode()


def embedded(content: object) -> str:
    """JSON that can stand in a script element of HTML."""
    return re.sub("[<>&]", lambda m: _UNSAFE[m[0]], json_text(content, indent=None))


def flagged(table: ScoreTable, view: View, at: int) -> list[int]:
    """Systems that a check accuses: a grave finding, or a shown column of 0 and 1 in which 0 is good."""
    marks = [c.id for c in table.columns if c.column.shown and is_flag(c.column)]
    grave = {
        shown.system
        for shown in view.summaries
        for check in shown.checks
        for f in check.findings
        if f.severity >= _FLAG
    }
    return [
        i
        for i, s in enumerate(table.systems)
        if s.label in grave or any(_value(table, s.label, column, at) == 1 for column in marks)
    ]


def _entry(table: ScoreTable, column: ColumnInfo | None, view: View, at: int) -> Json:
    doc = view.document
    return {
        "id": view.doc_id,
        "headline": doc.headline if doc else None,
        "lang": doc.lang if doc else None,
        "scores": [_value(table, s.label, column.id, at) if column else None for s in table.systems],
        "flagged": flagged(table, view, at),
        "words": len(doc.text.split()) if doc else 0,
    }


def _value(table: ScoreTable, system: str, column: str, at: int) -> float | None:
    cells = table.cells.get((system, column))
    return None if cells is None or math.isnan(cells.values[at]) else _short(cells.values[at])


def _short(value: float) -> float:
    """Six significant digits: more than any table shows."""
    return float(f"{value:.6g}")


def _document(table: ScoreTable, ids: Sequence[str], view: View) -> Json:
    doc = view.document
    systems = {s.label: i for i, s in enumerate(table.systems)}
    lines = [_lines(reference, doc.lang) for reference in doc.references] if doc and _compared(view) else []
    return {
        "id": view.doc_id,
        "headline": doc.headline if doc else None,
        "lang": doc.lang if doc else None,
        "query": doc.query if doc else None,
        "source": view.source,
        "notes": list(view.notes),
        "text": doc.text if doc else None,
        "references": list(doc.references) if doc else [],
        "summaries": [_summary(s, systems[s.system], ids, lines) for s in view.summaries],
    }


def _summary(shown: Shown, system: int, ids: Sequence[str], lines: Sequence[Lines]) -> Json:
    values: dict[str, float | None] = {}
    reasons: dict[str, str] = {}
    for check in shown.checks:
        for column in check.columns:
            values[f"{check.label}.{column.name}"] = _of(check.score, column.name)
            if reason := _reason(check, column.name):
                reasons[f"{check.label}.{column.name}"] = reason
    return {
        "system": system,
        "sample": shown.sample,
        "text": shown.text,
        "error": shown.error,
        "cut": shown.cut,
        "values": [values.get(column) for column in ids],
        "reasons": {str(i): reasons[column] for i, column in enumerate(ids) if column in reasons},
        "findings": [_finding(check, f) for check in shown.checks for f in check.findings],
        "bullets": _bullets(shown, lines),
    }


def _of(score: Score | None, column: str) -> float | None:
    value = score.values.get(column) if score else None
    return None if value is None else _short(value)


def _reason(check: Check, column: str) -> str:
    return check.score.reasons.get(column, "") if check.score else f"failed: {check.error}"


def _finding(check: Check, f: Finding) -> Json:
    return {
        "metric": check.label,
        "kind": f.kind,
        "severity": f.severity,
        "span": [f.span.start, f.span.end],
        "evidence": [[e.start, e.end] for e in f.evidence],
        "detail": f.detail,
        "trust": check.trust,
    }


def _compared(view: View) -> bool:
    """Whether some metric looked at the bullets of the references."""
    return any(
        f.kind in _OF_BULLETS for shown in view.summaries for check in shown.checks for f in check.findings
    )


def _bullets(shown: Shown, lines: Sequence[Lines]) -> list[Json] | None:
    """What a metric found of each bullet of a reference; None where no metric looked.

    ``reference`` counts from 0, and so does ``line``, over the lines of the reference that say anything,
    or over its sentences where it is running text.
    """
    found: dict[tuple[int, int], Finding] = {}
    for check in shown.checks:
        for f in check.findings:
            if f.kind in _OF_BULLETS and (m := _BULLET.match(f.detail)):
                found.setdefault((int(m["reference"] or 1) - 1, int(m["bullet"]) - 1), f)
    return [
        {
            "reference": r,
            "line": lines[r][b][0],
            "text": lines[r][b][1],
            "covered": f.kind == "covered",
            "by": [f.span.start, f.span.end] if f.kind == "covered" else None,
            "evidence": [[e.start, e.end] for e in f.evidence],
        }
        for (r, b), f in sorted(found.items(), key=lambda item: item[0])
        if r < len(lines) and b < len(lines[r])
    ] or None


def _lines(reference: str, lang: str | None) -> Lines:
    """The bullets as the metric counts them, those that have a content word, with their numbers."""
    return [
        (i, line)
        for i, line in enumerate(summary_lines(reference, lang))
        if any(token.content for sentence in analyse(line, lang) for token in sentence.tokens)
    ]
