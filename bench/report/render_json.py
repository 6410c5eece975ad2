"""The leaderboard for programs: unrounded, in the stored scale, with the tests behind bold."""

from dataclasses import asdict
from typing import Any

from bench.report.board import Cell, Leaderboard, Row
from bench.report.escape import json_text
from bench.report.notes import legend

SCHEMA = 1


def render_json(board: Leaderboard) -> str:
    """One JSON object with sorted keys, of all columns; equal boards give equal bytes."""
    said = legend(board, full=True)
    content = {
        "schema": SCHEMA,
        "name": board.name,
        "n_documents": board.n_documents,
        "settings": asdict(board.settings),
        "columns": [asdict(h) for h in board.headings],
        "systems": [_system(board, row, apart=i >= len(board.ranked)) for i, row in enumerate(board.rows)],
        "comparisons": [asdict(c) for c in board.comparisons],
        "findable": asdict(board.findable) if board.findable else None,
        "bold": said.rule,
        "intervals": said.interval_rule,
        "notes": list(said.notes),
    }
    return json_text(content, sort_keys=True) + "\n"


def _system(board: Leaderboard, row: Row, *, apart: bool) -> dict[str, Any]:
    return {
        "label": row.label,
        "signature": row.signature,
        "apart": apart,
        "n_summaries": row.n_summaries,
        "n_errors": row.n_errors,
        "samples": row.samples,
        "read": row.read,
        "about": {e.name: x for e, x in zip(board.extras, row.extras, strict=True)},
        "scores": {h.id: _cell(c) for h, c in zip(board.headings, row.cells, strict=True)},
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        **asdict(cell.estimate),
        "bold": cell.bold,
        "partial": cell.partial,
        "corpus": cell.corpus,
        "reasons": dict(cell.reasons),
    }
