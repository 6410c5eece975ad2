"""Footnotes of a leaderboard: what a reader must know before believing the numbers above."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bench.report.board import Cell, Extra, Findable, Heading, Row
from bench.report.figures import counted, percent, rough

_SHARES = {
    "empty": "empty summaries",
    "truncated": "summaries cut by a token limit",
    "untokenisable": "text without a token for ROUGE",
}


def footnotes(
    n: int,
    headings: Sequence[Heading],
    extras: Sequence[Extra],
    rows: Sequence[Row],
    findable: Findable | None,
) -> list[str]:
    """Notes on completeness, power, and what is unusual, most important first."""
    shown = [i for i, h in enumerate(headings) if h.shown]
    notes = missing(n, headings, rows)
    if findable:
        h = next(h for h in headings if h.id == findable.column)
        notes.append(
            f"smallest difference findable with 80 % power: {rough(findable.difference, h.scale)} {h.title}"
        )
    if any(row.cells[i].partial for row in rows for i in shown):
        notes.append("†: fewer documents than other systems; compared on the common ones")
    corpus = [headings[i].title for i in shown if any(row.cells[i].corpus for row in rows)]
    if corpus:
        notes.append(
            f"{', '.join(corpus)}: computed over the whole corpus; tested on the values per document"
        )
    for i, extra in enumerate(extras):
        shares = [f"{row.label} {percent(x)}" for row in rows if (x := row.extras[i])]
        if extra.name in _SHARES and shares:
            notes.append(f"{_SHARES[extra.name]}: {', '.join(shares)}")
    return notes


def missing(n: int, headings: Sequence[Heading], rows: Sequence[Row]) -> list[str]:
    """One note if everything shown was scored, else one for each pattern of what is missing."""
    shown = [i for i, h in enumerate(headings) if h.shown]
    if not shown or not rows:
        return []
    by_gap: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for row in rows:
        columns: dict[tuple[int, str], list[str]] = defaultdict(list)
        for i in shown:
            if (scored := row.cells[i].estimate.n) < n:
                columns[scored, _why(n, row, row.cells[i])].append(headings[i].title)
        for (scored, why), titles in columns.items():
            where = "" if len(titles) == len(shown) else f" in {', '.join(titles)}"
            by_gap[scored, where, why].append(row.label)
    if not by_gap:
        return [f"{n:,}/{n:,} scored everywhere"]
    notes = []
    for (scored, where, why), labels in by_gap.items():
        who = "all systems" if len(labels) == len(rows) > 1 else ", ".join(labels)
        notes.append(f"{who}: {scored:,}/{n:,} scored{where} ({why})")
    return notes


def _why(n: int, row: Row, cell: Cell) -> str:
    e = cell.estimate
    reasons = [f"{count:,} × {why}" for why, count in sorted(cell.reasons.items(), key=_most_first)]
    unexplained = e.n_none - sum(cell.reasons.values())
    unscored = n - e.n - e.n_none - e.n_error
    failed = min(row.n_errors, unscored)
    parts = [
        *reasons,
        *([f"{unexplained:,} without a value"] if unexplained > 0 else []),
        *([f"{counted(e.n_error, 'score')} failed"] if e.n_error else []),
        *([f"{failed:,} {'summary' if failed == 1 else 'summaries'} failed"] if failed else []),
        *([f"{unscored - failed:,} not scored"] if unscored > failed else []),
    ]
    return ", ".join(parts)


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def grouped_signatures(headings: Iterable[Heading]) -> tuple[tuple[str, str], ...]:
    """(titles, signature) of the shown columns.

    Columns of one metric whose signatures differ only in the name before the first ``|`` share a line:
    ``rouge1,rougeL|refs:1|…``.
    """
    titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for h in headings:
        if h.shown:
            name, _, rest = h.signature.partition("|")
            group = h.id.rpartition(".")[0], rest
            titles[group].append(h.title)
            if name not in names[group]:
                names[group].append(name)
    return tuple((", ".join(titles[g]), f"{','.join(names[g])}|{g[1]}") for g in titles)
