"""What the template prints and what the scripts of the tables read, besides the texts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bench.report.figures import counted
from bench.report.leaderboard import headline
from bench.report.notes import legend
from bench.report.page.content import Content
from bench.report.page.matrix import details, matrix
from bench.report.page.rows import rows
from bench.report.page.verdict import spoken, verdict
from bench.report.page.warnings import warnings


def layout(content: Content) -> Mapping[str, Any]:
    """The variables of the template."""
    board, table = content.board, content.table
    column = headline(table)
    order = _order(content)
    matrices = [matrix(pairs, order) for pairs in content.pairs]
    return {
        "board": board,
        "name": board.name,
        "about": _about(content),
        "sentences": [spoken(s) for s in verdict(board, content.standings, content.pairs)],
        "warnings": warnings(content.status, board, table),
        "rows": rows(board, [s.label for s in table.systems], content.standings, content.pairs),
        "headline": next((h.title for h in board.headings if column and h.id == column.id), ""),
        "bold": _bold(content),
        # What the board's own tests found is said by the page's.
        "legend": legend(replace(board, comparisons=(), findable=None), full=False),
        "order": order,
        "matrices": matrices if any(cell for m in matrices for cells in m.cells for cell in cells) else [],
        "alpha": f"{board.settings.alpha:g}",
        "sampling": content.sampling,
        "made": content.made,
    }


def payload(content: Content) -> dict[str, Any]:
    """The comparisons behind the matrices."""
    order = _order(content)
    place = {doc: i for i, doc in enumerate(content.table.doc_ids)}
    shown = [place[view.doc_id] for view in content.views]
    return {
        "order": order,
        "pairs": [
            {"title": pairs.heading.title, "how": pairs.versus.how.text}
            | {"cells": details(content.table, pairs, order, shown)}
            for pairs in content.pairs
        ],
    }


def _order(content: Content) -> list[str]:
    """The ranked systems, best first."""
    known = [s.system for s in content.standings]
    return known + [row.label for row in content.board.ranked if row.label not in known]


def _bold(content: Content) -> str:
    """What bold means, or nothing where nothing was compared."""
    sizes = {c.n_pairs for p in content.pairs for row in p.versus.rows if (c := row.cells[0].comparison)}
    if not sizes:
        return ""
    documents = ("" if len(sizes) == 1 else f"{min(sizes):,} to ") + counted(max(sizes), "document")
    return (
        f"best, and all that {documents} cannot tell from it; {content.pairs[0].versus.how.text} of a column"
    )


def _about(content: Content) -> list[str]:
    """Date, documents, systems, status."""
    made = datetime.fromisoformat(content.created)
    n, ranked, apart = content.board.n_documents, len(content.board.ranked), len(content.board.apart)
    return [
        f"{made.day} {made:%B %Y}",
        counted(n, "document") + (f" from {content.source}" if content.source else ""),
        counted(ranked, "system") + (f" and {apart} apart" if apart else ""),
        content.status,
    ]
