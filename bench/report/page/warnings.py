"""Why the numbers of a page may mislead: said at its top, not in a footnote."""

import re
from collections import defaultdict
from collections.abc import Iterator

from bench.core.types import ScoreTable
from bench.report.board import Leaderboard
from bench.report.figures import counted, percent
from bench.report.leaderboard import UNTOKENISABLE

# From this share on it is no accident of a few documents.
_MANY = 0.05
_ONE_LANGUAGE = re.compile(r"\bknows (\w+) only\b")


def warnings(status: str, board: Leaderboard, table: ScoreTable) -> tuple[str, ...]:
    """What a reader must know before believing the table, most important first.

    Args:
        status: ``complete``, ``partial`` or ``running``.
        board: The leaderboard.
        table: Every value.
    """
    return (
        *_unfinished(status),
        *_failed(table),
        *_cut(table),
        *_languages(table),
        *_unlike(board),
        *_without_tokens(board),
    )


def _unfinished(status: str) -> Iterator[str]:
    if status != "complete":
        yield f"The run is {status}: cells are missing, or more of them failed than its limit allows."


def _failed(table: ScoreTable) -> Iterator[str]:
    for s in table.systems:
        if s.n_errors:
            total = s.n_errors + s.n_summaries
            yield f"{s.label}: {s.n_errors:,} of {counted(total, 'summary', 'summaries')} failed, in no mean."
    failed: dict[str, dict[str, int]] = defaultdict(dict)
    for c in table.columns:
        for s in table.systems:
            cells = table.cells.get((s.label, c.id))
            if cells and cells.n_error:
                metric = c.id.rpartition(".")[0]
                failed[metric][s.label] = max(cells.n_error, failed[metric].get(s.label, 0))
    for metric, by_system in failed.items():
        who = ", ".join(f"{n:,} of {label}" for label, n in by_system.items())
        yield f"{metric} failed on summaries: {who}."


def _cut(table: ScoreTable) -> Iterator[str]:
    for s in table.systems:
        if (s.truncated or 0) > _MANY:
            yield f"{s.label}: {percent(s.truncated or 0)} of its summaries were cut by a token limit."
        if (s.empty or 0) > _MANY:
            yield f"{s.label}: {percent(s.empty or 0)} of its summaries are empty."
        if s.n_cut and s.read is not None and s.n_cut > _MANY * s.n_read:
            # Something was cut: a share that rounds to all of it would say otherwise.
            share = percent(min(s.read, 0.999))
            yield f"{s.label} read {share} of the documents (mean): {s.n_cut:,} of {s.n_read:,} were cut."


def _languages(table: ScoreTable) -> Iterator[str]:
    """Checks that had to pass over documents whose language they do not know."""
    found: dict[tuple[str, str], tuple[set[str], int]] = {}
    for c in table.columns:
        metric, _, name = c.id.rpartition(".")
        for s in table.systems:
            cells = table.cells.get((s.label, c.id))
            for reason, n in (cells.reasons if cells else {}).items():
                if m := _ONE_LANGUAGE.search(reason):
                    names, most = found.get((metric, m[1]), (set(), 0))
                    found[metric, m[1]] = names | {name}, max(most, n)
    for (metric, language), (names, most) in found.items():
        order = [c.id.rpartition(".")[2] for c in table.columns if c.id.rpartition(".")[2] in names]
        yield (
            f"{metric} knows {language} only for {', '.join(dict.fromkeys(order))}: "
            f"no value for up to {counted(most, 'document')} of {len(table.doc_ids):,}."
        )


def _unlike(board: Leaderboard) -> Iterator[str]:
    """Systems that lack documents which others have."""
    lacking: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in board.ranked:
        cells = zip(board.headings, row.cells, strict=True)
        if titles := tuple(h.title for h, cell in cells if h.shown and cell.partial):
            lacking[titles].append(row.label)
    for titles, labels in lacking.items():
        yield (
            f"{', '.join(labels)}: values for fewer documents than others have in {', '.join(titles)}; "
            "the means are over unlike documents, the tests over the common ones."
        )


def _without_tokens(board: Leaderboard) -> Iterator[str]:
    for i, extra in enumerate(board.extras):
        for row in board.rows if extra.name == UNTOKENISABLE else ():
            if (share := row.extras[i] or 0) > _MANY:
                yield f"ROUGE sees no token in {percent(share)} of the summaries of {row.label}."
