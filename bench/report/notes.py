"""What stands below a leaderboard: what a reader must know before believing the numbers above."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.core.types import FEWEST, Comparison
from bench.report.adjust import CORRECTIONS, level
from bench.report.board import Cell, Heading, Leaderboard, Row, Settings
from bench.report.estimate import NORMAL_ABOVE
from bench.report.figures import counted, percent, rough
from bench.report.paired import TESTS
from bench.report.power import can_find

APART = "for comparison only, neither ranked nor tested"
_SHARES = {
    "empty": "empty summaries",
    "truncated": "summaries cut by a token limit",
    "untokenisable": "text without a token for ROUGE",
}


@dataclass(frozen=True, slots=True)
class Legend:
    """What is said below a table, of no other columns than the table shows.

    Attributes:
        rule: What bold means, or empty when nothing is bold.
        interval_rule: What the brackets mean, or empty when no cell has an interval.
        notes: Footnotes, most important first, those about the data last.
        signatures: (titles, signature) of the columns, equal signatures together.
    """

    rule: str
    interval_rule: str
    notes: tuple[str, ...]
    signatures: tuple[tuple[str, str], ...]


def legend(board: Leaderboard, *, full: bool) -> Legend:
    """The legend of a normal table, or of one with every column."""
    view, _ = board.shown(full)
    headings = [board.headings[i] for i in view]
    ids = {h.id for h in headings}
    tested = [c for c in board.comparisons if c.column in ids]
    return Legend(
        rule=_rule(tested, board.settings),
        interval_rule=_interval_rule([row.cells[i] for row in board.rows for i in view], board),
        notes=(*_footnotes(board, view, tested), *board.notes),
        signatures=grouped_signatures(headings),
    )


def _rule(tested: Sequence[Comparison], settings: Settings) -> str:
    if not tested:
        return ""
    least, most = min(c.n_pairs for c in tested), max(c.n_pairs for c in tested)
    documents = ("" if least == most else f"{least:,} to ") + counted(most, "document")
    how = f"{TESTS[settings.test]}, {CORRECTIONS[settings.correct]}, α = {settings.alpha:g}"
    return f"best, and all that {documents} cannot tell from it ({how})"


def _interval_rule(cells: Sequence[Cell], board: Leaderboard) -> str:
    have = [c for c in cells if c.estimate.lo is not None]
    methods = {c.estimate.method for c in have}
    if not have:
        return ""
    if methods == {"normal"}:
        return "95 % normal interval of the mean over documents"
    resamples = board.settings.resamples
    kind, of = ("BCa bootstrap", "mean") if "bca" in methods else ("percentile bootstrap", "corpus value")
    also = [f"{resamples:,} resamples"]
    also += [f"normal above {NORMAL_ABOVE:,} documents"] * ("normal" in methods)
    also += ["percentile for the corpus value"] * ("corpus" in methods and of == "mean")
    also += [f"none for fewer than {FEWEST}"] * any(map(_too_few, cells))
    return f"95 % {kind} interval of the {of} over documents, {'; '.join(also)}"


def _too_few(cell: Cell) -> bool:
    return cell.estimate.lo is None and 0 < cell.estimate.n < FEWEST


def _footnotes(board: Leaderboard, view: Sequence[int], tested: Sequence[Comparison]) -> list[str]:
    """Notes on completeness, power, and what is unusual, most important first."""
    cells = [row.cells[i] for row in board.rows for i in view]
    notes = missing(board.n_documents, board.headings, view, board.rows)
    notes += [*_samples(board.rows), *_read(board.rows)]
    notes += [*_power(board), *_partial(board, view, tested), *_corpus(board, view, tested)]
    if any(map(_too_few, cells)) and all(c.estimate.lo is None for c in cells):
        notes.append(f"no intervals: fewer than {FEWEST} documents")
    for i, extra in enumerate(board.extras):
        shares = [f"{row.label} {percent(x)}" for row in board.rows if (x := row.extras[i])]
        if extra.name in _SHARES and shares:
            notes.append(f"{_SHARES[extra.name]}: {', '.join(shares)}")
    return notes


def _samples(rows: Sequence[Row]) -> list[str]:
    """Which systems wrote several summaries of a document, and how many of these are missing."""
    several: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in rows:
        if row.samples > 1:
            total = row.n_summaries + row.n_errors
            lost = f" ({row.n_errors:,} of {total:,} failed)" if row.n_errors else ""
            several[row.samples, lost].append(row.label)
    return [
        f"{', '.join(labels)}: mean of {n:,} samples a document{lost}"
        for (n, lost), labels in several.items()
    ]


def _read(rows: Sequence[Row]) -> list[str]:
    """Which systems were not shown all of the documents; a share below 1 never reads 100 %."""
    return [
        f"{row.label}: read {percent(min(row.read, 0.999))} of the documents (mean), "
        f"{row.n_cut:,} of {row.n_read:,} were cut"
        for row in rows
        if row.n_cut and row.read is not None
    ]


def _partial(board: Leaderboard, view: Sequence[int], tested: Sequence[Comparison]) -> list[str]:
    marked = {(row.label, board.headings[i].id) for row in board.rows for i in view if row.cells[i].partial}
    compared = {(system, c.column) for c in tested for system in (c.a, c.b)}
    if not marked:
        return []
    return [
        "†: fewer documents than other systems" + "; compared on the common ones" * bool(marked & compared)
    ]


def _corpus(board: Leaderboard, view: Sequence[int], tested: Sequence[Comparison]) -> list[str]:
    headings = [board.headings[i] for i in view if any(row.cells[i].corpus for row in board.rows)]
    if not headings:
        return []
    on_values = bool({h.id for h in headings} & {c.column for c in tested})
    return [
        f"{', '.join(h.title for h in headings)}: computed over the whole corpus"
        + "; tested on the values per document" * on_values
    ]


def _power(board: Leaderboard) -> list[str]:
    """What the tests of the shown columns can find."""
    shown = {h.id: h for h in board.headings if h.shown}
    sizes = [c.n_pairs for c in board.comparisons if c.column in shown]
    family = f" ({counted(len(sizes), 'comparison')})" if len(sizes) > 1 else ""
    if board.findable:
        h = shown[board.findable.column]
        difference = rough(board.findable.difference, h.scale)
        return [f"smallest difference findable with 80 % power: {difference} {h.title}{family}"]
    how = board.settings
    one = level(how.alpha, len(sizes), how.correct)
    if sizes and how.test == "permutation" and not can_find(max(sizes), alpha=one):
        return [f"no difference can be found with {counted(max(sizes), 'document')}{family}"]
    return []


def missing(n: int, headings: Sequence[Heading], view: Sequence[int], rows: Sequence[Row]) -> list[str]:
    """One note if everything in view was scored, else one for each pattern of what is missing."""
    if not view or not rows:
        return []
    by_gap: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    without: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        columns: dict[tuple[int, str], list[str]] = defaultdict(list)
        for i in view:
            if why_not := _inapplicable(n, headings[i], row.cells[i]):
                without[headings[i].title, why_not].append(row.label)
            elif (scored := row.cells[i].estimate.n) < n:
                columns[scored, _why(n, row, row.cells[i])].append(headings[i].title)
        for (scored, why), titles in columns.items():
            where = "" if len(titles) == len(view) else f" in {', '.join(titles)}"
            by_gap[scored, where, why].append(row.label)
    notes = [f"no {title}: {_who(labels, rows)} ({why})" for (title, why), labels in without.items()]
    if not by_gap:
        everywhere = "wherever a column applies" if notes else "everywhere"
        return [f"{n:,}/{n:,} scored {everywhere}", *notes]
    for (scored, where, why), labels in by_gap.items():
        notes.append(f"{_who(labels, rows)}: {scored:,}/{n:,} scored{where} ({why})")
    return notes


def _who(labels: Sequence[str], rows: Sequence[Row]) -> str:
    return "all systems" if len(labels) == len(rows) > 1 else ", ".join(labels)


def _inapplicable(n: int, heading: Heading, cell: Cell) -> str:
    """The reason, where a descriptive column has no value for any document of a system."""
    all_none = heading.better == "none" and cell.estimate.n_none == n and len(cell.reasons) == 1
    return next(iter(cell.reasons)) if all_none else ""


def _why(n: int, row: Row, cell: Cell) -> str:
    e = cell.estimate
    reasons = [f"{count:,} × {why}" for why, count in sorted(cell.reasons.items(), key=_most_first)]
    unexplained = e.n_none - sum(cell.reasons.values())
    unscored = n - e.n - e.n_none - e.n_error
    # Of several samples all must fail before a document has no summary.
    failed = min(row.n_errors // row.samples, unscored)
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
    """(titles, signature) of columns.

    Columns of one metric whose signatures differ only in the name before the first ``|`` share a line:
    ``rouge1,rougeL|refs:1|…``.
    """
    titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for h in headings:
        name, _, rest = h.signature.partition("|")
        group = h.id.rpartition(".")[0], rest
        titles[group].append(h.title)
        if name not in names[group]:
            names[group].append(name)
    return tuple((", ".join(titles[g]), f"{','.join(names[g])}|{g[1]}") for g in titles)
