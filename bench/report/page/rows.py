"""The leaderboard of the page: groups of columns, rows, cells, and a bar for every interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters

from bench.report.board import Cell, Heading, Leaderboard, Row
from bench.report.figures import counted, interval, number, percent
from bench.report.page.pairs import Pairs
from bench.report.ranks import Standing

# Columns by what they look at. What compares with references says so in its signature.
GROUPS = {
    "overlap": "Overlap with references",
    "checks": "Checks",
    "form": "Form",
    "cost": "Cost",
}
_COST = ("s", "tokens", "price")
_METHODS = {"bca": "BCa bootstrap", "normal": "normal", "corpus": "over the corpus", "": ""}


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on the scale of its column, in percent of its width.

    Attributes:
        lo: Its lower end, at most a little outside.
        hi: Its upper end.
        at: The mean; None where it lies outside.
        beyond: Where the whole of it lies outside: ``left``, ``right`` or nothing.
    """

    lo: float
    hi: float
    at: float | None
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: what is printed, what it sorts by, and what is said of it on request.

    Attributes:
        text: The number.
        sort: In the stored scale; None stands last in any order.
        best: Best of the column, or not to be told from it.
        partial: Other systems have values for documents that this one lacks.
        bar: None without an interval.
        facts: (name, value).
    """

    text: str
    sort: float | None
    best: bool = False
    partial: bool = False
    bar: Bar | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. ``good`` says which direction is; ``signature`` is empty for extras."""

    title: str
    group: str
    good: str
    signature: str = ""
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring columns that look at the same."""

    name: str
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A system.

    Attributes:
        label: Of the system.
        place: Its number among all systems, for its colour.
        rank: In the headline column, or empty.
        ranks: The interval of the rank, or empty where it is one rank.
        letters: For each group of systems that cannot be told apart its letter, or nothing.
        signature: Of the system.
        facts: (name, value).
        cells: Aligned with the columns of all groups.
    """

    label: str
    place: int
    rank: str
    ranks: str
    letters: tuple[str, ...]
    signature: str
    facts: tuple[tuple[str, str], ...]
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The leaderboard: ``ranked`` best first by the headline column, then those ``apart``."""

    groups: tuple[Group, ...]
    ranked: tuple[Line, ...]
    apart: tuple[Line, ...]
    tied: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        """Of all groups."""
        return tuple(c for g in self.groups for c in g.columns)


def rows(
    board: Leaderboard, systems: Sequence[str], standings: Sequence[Standing], pairs: Sequence[Pairs]
) -> Rows:
    """Lay the board out.

    Args:
        board: The leaderboard.
        systems: All labels in the order of the config.
        standings: In the headline column, best first.
        pairs: All pairs, the headline column first.
    """
    headline = pairs[0].heading.id if pairs else ""
    scores, extras = board.shown(full=False)
    # What ranks comes first: it must be in sight on a phone, too.
    scores = tuple(sorted(scores, key=lambda i: board.headings[i].id != headline))
    by_group = {name: [i for i in scores if group_of(board.headings[i]) == name] for name in GROUPS}
    extra_groups = {i: "cost" if board.extras[i].name == "seconds" else "form" for i in extras}
    groups, order = [], []
    for name, title in sorted(GROUPS.items(), key=lambda group: by_group[group[0]][:1] != [*scores[:1]]):
        own = [i for i in extras if extra_groups[i] == name]
        columns = [_column(board.headings[i], name, headline) for i in by_group[name]]
        columns += [Column(board.extras[i].title, name, "none") for i in own]
        if columns:
            groups.append(Group(name, title, tuple(columns)))
            order += [(True, i) for i in by_group[name]] + [(False, i) for i in own]
    standing = {s.system: s for s in standings}
    shared = sorted({x for s in standings for x in s.groups if _shared(x, standings)})
    bold = leading(board, pairs)
    scales = {i: _scale(board, i) for i in scores}

    def line(row: Row) -> Line:
        s = standing.get(row.label)
        cells = [
            _cell(row.cells[i], board.headings[i], scales[i], (row.label, board.headings[i].id) in bold)
            if scored
            else Shown(row.extra_texts[i], row.extras[i])
            for scored, i in order
        ]
        return Line(
            label=row.label,
            place=systems.index(row.label),
            rank=f"{s.rank}" if s else "",
            ranks=f"{s.lo}–{s.hi}" if s and s.lo != s.hi else "",
            letters=tuple(
                letter if s and x in s.groups else ""
                for x, letter in zip(shared, ascii_letters, strict=False)
            ),
            signature=row.signature,
            facts=tuple(_about(row, board.n_documents)),
            cells=tuple(cells),
        )

    place = {s.system: n for n, s in enumerate(standings)}
    ranked = sorted(board.ranked, key=lambda row: place.get(row.label, len(place)))
    return Rows(tuple(groups), tuple(map(line, ranked)), tuple(map(line, board.apart)), bool(shared))


def leading(board: Leaderboard, pairs: Sequence[Pairs]) -> set[tuple[str, str]]:
    """(system, column) of the best of every column, and of what its pairs cannot tell from it.

    A page speaks of one family of tests only, that of all pairs of a column: its bold, its letters, its
    matrix and its verdict say the same.
    """
    found = set()
    for column in pairs:
        at = next(i for i, h in enumerate(board.headings) if h.id == column.heading.id)
        sign = 1 if column.heading.better == "low" else -1
        have = [
            (-e.n, sign * e.mean, row.label)
            for row in board.ranked
            if (e := row.cells[at].estimate).mean is not None
        ]
        if len(have) > 1:
            best = min(have)[2]
            found |= {(label, column.heading.id) for _, _, label in have if column.gain(best, label) <= 0}
    return found


def _shared(letter: str, standings: Sequence[Standing]) -> bool:
    return sum(letter in s.groups for s in standings) > 1


def group_of(h: Heading) -> str:
    """Key of the group that a column belongs to."""
    if any(part.startswith("refs:") for part in h.signature.split("|")):
        return "overlap"
    if h.unit in _COST:
        return "cost"
    return "form" if h.better == "none" else "checks"


def _column(h: Heading, group: str, headline: str) -> Column:
    return Column(h.title, group, h.better, h.signature, h.id == headline)


def _scale(board: Leaderboard, i: int) -> tuple[float, float]:
    """What the bars of a column span: the intervals of the ranked systems, those apart may lie outside."""
    found = [row.cells[i].estimate for row in board.ranked or board.rows]
    bounds = [x for e in found for x in (e.mean, e.lo, e.hi) if x is not None]
    if not bounds:
        return 0.0, 1.0
    lo, hi = min(bounds), max(bounds)
    margin = 0.04 * (hi - lo) or 0.5
    return lo - margin, hi + margin


def _cell(cell: Cell, h: Heading, scale: tuple[float, float], best: bool) -> Shown:
    e = cell.estimate
    facts = []
    if e.lo is not None:
        how = _METHODS[e.method]
        facts.append((f"95 % interval{', ' * bool(how)}{how}", cell.interval))
    if e.percentile:
        facts.append(("percentile bootstrap", interval(*e.percentile, h.digits, h.scale)))
    if e.median is not None:
        facts.append(("median", number(e.median, h.digits, h.scale)))
    facts.append(("documents", _documents(cell)))
    facts += [("no value", f"{n:,} × {reason}") for reason, n in sorted(cell.reasons.items())]
    return Shown(cell.value, e.mean, best, cell.partial, _bar(cell, scale), tuple(facts))


def _documents(cell: Cell) -> str:
    e = cell.estimate
    said = [f"{e.n:,} with a value"]
    said += [f"{e.n_none:,} without"] if e.n_none else []
    said += [f"{e.n_error:,} failed"] if e.n_error else []
    return ", ".join(said)


def _bar(cell: Cell, scale: tuple[float, float]) -> Bar | None:
    e = cell.estimate
    if e.lo is None or e.hi is None or e.mean is None:
        return None
    low, high = scale

    def at(x: float) -> float:
        return round(100 * (x - low) / (high - low), 1)

    lo, hi, mean = (max(-2.0, min(102.0, at(x))) for x in (e.lo, e.hi, e.mean))
    beyond = "left" if hi <= 0 else "right" if lo >= 100 else ""
    return Bar(lo, hi, mean if 0 <= mean <= 100 else None, beyond)


def _about(row: Row, n: int) -> Iterator[tuple[str, str]]:
    """What is to be known of a system besides its scores."""
    yield "summaries", f"{row.n_summaries:,}" + (f", {row.n_errors:,} failed" if row.n_errors else "")
    if row.samples > 1:
        yield "samples", f"{row.samples:,} of each document"
    if row.n_ok < n:
        yield "scored", f"{row.n_ok:,} of {counted(n, 'document')}"
    if row.read is not None and row.n_cut:
        yield "read", f"{percent(min(row.read, 0.999))} of the documents (mean), {row.n_cut:,} were cut"
