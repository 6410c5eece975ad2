"""A comparison for programs: unrounded, in the stored scale. CSV has the numbers, JSON has everything."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

from bench.report.changes import Change
from bench.report.escape import json_text, spreadsheet
from bench.report.versus import Delta, Row, Versus

SCHEMA = 1


def render_csv(versus: Versus) -> str:
    """UTF-8 CSV with a header, one line for each row and column; what has no value is empty."""
    out = StringIO()
    writer: csv.DictWriter[str] | None = None
    for row, column, signature, cell in _cells(versus):
        line = {
            "system": spreadsheet(row.system),
            "baseline": spreadsheet(row.baseline),
            "column": spreadsheet(column),
            **_numbers(cell),
            "clear": int(cell.clear),
            "alpha": versus.how.alpha,
            "test": versus.how.test,
            "correct": versus.how.correct,
            "comparisons": versus.how.comparisons,
            "signature": spreadsheet(signature),
        }
        if writer is None:
            writer = csv.DictWriter(out, list(line), lineterminator="\n")
            writer.writeheader()
        writer.writerow(line)
    return out.getvalue()


def render_json(versus: Versus) -> str:
    """One JSON object with sorted keys, with the texts of examples; equal comparisons give equal bytes."""
    content = {
        "schema": SCHEMA,
        "title": versus.title,
        "subject": versus.subject or None,
        "baseline": versus.baseline,
        "n_documents": versus.n_documents,
        "how": asdict(versus.how),
        "headline": versus.headline,
        "columns": [asdict(h) for h in versus.headings],
        "comparisons": [
            {"system": row.system, "baseline": row.baseline, "column": column, **_numbers(cell)}
            for row, column, _, cell in _cells(versus)
        ],
        "findable": asdict(versus.findable) if versus.findable else None,
        "power": versus.power,
        "notes": list(versus.notes),
        "examples": [asdict(e) for e in versus.examples],
        "changes": None if versus.changes is None else [asdict(c) for c in versus.changes],
    }
    return json_text(content, sort_keys=True) + "\n"


def changes_json(changes: Sequence[Change]) -> str:
    """Only what differs between two runs, of a comparison that is refused."""
    return json_text({"schema": SCHEMA, "changes": [asdict(c) for c in changes]}, sort_keys=True) + "\n"


def _cells(versus: Versus) -> Iterator[tuple[Row, str, str, Delta]]:
    for row in versus.rows:
        for heading, cell in zip(versus.headings, row.cells, strict=True):
            yield row, heading.id, heading.signature, cell


def _numbers(cell: Delta) -> dict[str, Any]:
    c, means = cell.comparison, cell.means or (None, None)
    return {
        "delta": c and c.delta,
        "lo": c and c.lo,
        "hi": c and c.hi,
        "p": c and c.p,
        "p_adjusted": c and c.p_adjusted,
        "clear": cell.clear,
        "effect": c and c.effect,
        "n": c.n_pairs if c else 0,
        "wins": c.wins if c else 0,
        "ties": c.ties if c else 0,
        "losses": c.losses if c else 0,
        "baseline_mean": means[0],
        "mean": means[1],
        "needed": cell.needed,
    }
