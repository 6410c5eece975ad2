"""Agreement with human judgement as JSON, CSV and Markdown."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import asdict
from io import StringIO
from typing import Any

from bench.report.escape import json_text, markdown, spreadsheet
from bench.report.figures import MISSING, interval, number
from bench.report.judged import STATISTICS
from bench.report.render_verdict import render_verdict
from bench.report.verdict import Agreement, Verdict
from bench.report.verdict_notes import SUMMARY_LEVEL, SYSTEMS, WITHIN, board_notes, notes, title

SCHEMA = 1
_WITH_INTERVAL = ("auc", "balanced_accuracy", "partial_pearson", "partial_spearman")


def verdict_json(verdict: Verdict) -> str:
    """One JSON object, unrounded; a statistic that is undefined is not there."""
    content = {"schema": SCHEMA, **asdict(verdict), "notes": list(notes(verdict))}
    for board, given in zip(content["boards"], verdict.boards, strict=True):
        board["notes"] = list(board_notes(verdict, given))
    return json_text(content) + "\n"


def verdict_csv(verdict: Verdict) -> str:
    """A line a data set and column; an interval stands under ``<statistic>.lo`` and ``.hi``."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [f"{s}{part}" for s in STATISTICS for part in ("", ".lo", ".hi")]
    writer.writerow(["dataset", "column", "group", "n", "n_missing", "n_bad", "threshold", *names])
    for board in verdict.boards:
        for row in board.rows:
            values: list[float | None] = []
            for name in STATISTICS:
                found = row.values.get(name)
                values += [found.value, found.lo, found.hi] if found else [None, None, None]
            about: list[Any] = [spreadsheet(board.name), spreadsheet(row.column), row.group]
            writer.writerow([*about, row.n, row.n_missing, row.n_bad, row.threshold, *values])
    return out.getvalue()


def verdict_markdown(verdict: Verdict) -> str:
    """A table a data set, at summary level, and its notes."""
    lines: list[str] = []
    for board in verdict.boards:
        headings = {k: v for k, v in _headings().items() if any(k in r.values for r in board.rows)}
        lines += [f"**{markdown(title(verdict, board))}**", ""]
        lines += [_line(["column", *headings.values(), "n"]), _line([":--", *["--:"] * (len(headings) + 1)])]
        for row in board.rows:
            name = markdown(row.column)
            cells = [_cell(row, statistic) for statistic in headings]
            lines.append(_line([f"*{name}*" if row.group == "length" else name, *cells, f"{row.n:,}"]))
        lines += ["", *(f"- {markdown(note)}" for note in board_notes(verdict, board)), ""]
    return "\n".join([*lines, *(f"- {markdown(note)}" for note in notes(verdict))]) + "\n"


def _headings() -> dict[str, str]:
    prefixed = ((WITHIN, "within"), (SYSTEMS, "systems"))
    levels = {key: f"{heading} {level}" for named, level in prefixed for key, heading in named.items()}
    return {**SUMMARY_LEVEL, **levels}


def _cell(row: Agreement, name: str) -> str:
    found = row.values.get(name)
    if found is None:
        return MISSING
    text = number(found.value, 3)
    shown = interval(found.lo, found.hi, 3) if name in _WITH_INTERVAL else ""
    return f"{text} {markdown(shown)}".rstrip()


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


FORMATS: Mapping[str, Callable[[Verdict], str]] = {
    "txt": render_verdict,
    "md": verdict_markdown,
    "csv": verdict_csv,
    "json": verdict_json,
}
