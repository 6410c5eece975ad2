"""The leaderboard for spreadsheets and data frames: one line a system, unrounded, in the stored scale."""

import csv
from io import StringIO

from bench.report.board import Leaderboard
from bench.report.escape import spreadsheet

_PARTS = ("lo", "hi", "n", "n_none", "n_error", "bold")


def render_csv(board: Leaderboard) -> str:
    """UTF-8 CSV with a header; every column is in it, what has no value is empty.

    A column's mean stands under its id, its interval and counts under ``<id>.lo``, ``.hi``, ``.n``,
    ``.n_none`` and ``.n_error``; ``<id>.bold`` is 1 or 0. A column that has values computed over the whole
    corpus says with 1 or 0 under ``<id>.corpus`` which ones are.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    corpus = [any(row.cells[i].corpus for row in board.rows) for i in range(len(board.headings))]
    writer.writerow(
        [
            *("system", "apart", "n_documents", "n_summaries", "n_errors"),
            *(e.name for e in board.extras),
            *(
                spreadsheet(f"{h.id}{part}")
                for h, flagged in zip(board.headings, corpus, strict=True)
                for part in ("", *(f".{p}" for p in _PARTS), *[".corpus"] * flagged)
            ),
            "signature",
        ]
    )
    for i, row in enumerate(board.rows):
        line: list[str | float | None] = [spreadsheet(row.label), int(i >= len(board.ranked))]
        line += [board.n_documents, row.n_summaries, row.n_errors, *row.extras]
        for cell, flagged in zip(row.cells, corpus, strict=True):
            e = cell.estimate
            line += [e.mean, e.lo, e.hi, e.n, e.n_none, e.n_error, int(cell.bold)]
            line += [int(cell.corpus)] * flagged
        writer.writerow([*line, spreadsheet(row.signature)])
    return out.getvalue()
