"""The verdict in plain sentences: no more than the tests support."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.report.board import Cell, Leaderboard
from bench.report.escape import visible
from bench.report.figures import counted, interval, number, rough, rounded_up
from bench.report.page.pairs import Pairs
from bench.report.power import can_find
from bench.report.ranks import Standing

_NAMED = 4
# Unicode's isolates around a name: it may read like a word of the sentence, or run from right to left.
_OPEN, _CLOSE = "\u2068", "\u2069"


def verdict(board: Leaderboard, standings: Sequence[Standing], pairs: Sequence[Pairs]) -> tuple[str, ...]:
    """Who is better than whom, what contradicts it, and what could not have been found.

    Names of systems stand between isolates, see :func:`spoken`.

    Args:
        board: The leaderboard.
        standings: In the headline column, best first.
        pairs: All pairs, the headline column first.
    """
    if not pairs:
        return ("No column here says which direction is better, so no system wins.",)
    if not standings:
        title = pairs[0].heading.title
        if any(_cell(board, pairs[0], row.label).estimate.n for row in board.ranked):
            return (f"No document has a value of every system in {title}, so they are not ranked.",)
        return (f"No system has a value in {title}, so there is nothing to rank.",)
    order = [s.system for s in standings]
    if len(order) < 2:
        value = _value(board, pairs[0], order[0])
        return (f"{_name(order[0])} has {value}; there is nothing to rank it against.",)
    return (
        _leader(board, pairs[0], order),
        *_ties(standings, order[0]),
        *_contradicted(pairs[1:], order),
        *_power(pairs[0], order),
    )


def spoken(sentence: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a sentence, each with whether it is a name."""
    pieces = sentence.replace(_CLOSE, _OPEN).split(_OPEN)
    return tuple((piece, bool(i % 2)) for i, piece in enumerate(pieces) if piece)


def _leader(board: Leaderboard, column: Pairs, order: Sequence[str]) -> str:
    title = column.heading.title
    first, *others = order
    beaten = [other for other in others if column.gain(first, other) > 0]
    level = [other for other in others if other not in beaten]
    if not level:
        next_ = _name(others[0])
        than = next_ if len(others) == 1 else f"every other system; than {next_}, the next,"
        return f"{_name(first)} is better than {than} by {_by(column, first, others[0])} {title}."
    if not any(column.gain(a, b) for a in order for b in order):
        return f"No two of the {len(order)} systems can be told apart in {title}."
    start = f"{_name(first)} has the best {title}, {_number(board, column, first)}, but"
    if not beaten:
        return f"{start} cannot be told from any other system."
    rest = f" and better than {_names(beaten[1:])}, too" if beaten[1:] else ""
    return (
        f"{start} cannot be told from {_names(level)}. "
        f"It is better than {_name(beaten[0])} by {_by(column, first, beaten[0])}{rest}."
    )


def _ties(standings: Sequence[Standing], first: str) -> Iterator[str]:
    """The groups that the leader is in none of."""
    groups: dict[str, list[str]] = defaultdict(list)
    for s in standings:
        for letter in s.groups:
            groups[letter].append(s.system)
    tied = [members for members in groups.values() if len(members) > 1 and first not in members]
    if tied and len(tied) <= 2:
        yield "; ".join(f"{_names(members)} cannot be told apart" for members in tied) + "."


def _contradicted(columns: Sequence[Pairs], order: Sequence[str]) -> Iterator[str]:
    """Columns in which the leader is worse than others."""
    first, *others = order
    by_better: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for column in columns:
        if better := tuple(other for other in others if column.gain(other, first) > 0):
            by_better[better].append(column.heading.title)
    said = []
    for better, titles in sorted(by_better.items(), key=lambda item: -len(item[0])):
        than = "every other system" if len(better) == len(others) > 1 else _names(better)
        said.append(f"than {than} in {_listed(titles)}")
    if said:
        yield f"But {_name(first)} is worse {_listed(said, ', and ')}."


def _power(column: Pairs, order: Sequence[str]) -> Iterator[str]:
    """What so many documents find; and how many the leader and the next would need to be told apart."""
    title, scale = column.heading.title, column.heading.scale
    first, second, *_ = order
    delta = column.delta(first, second)
    sizes = [c.n_pairs for row in column.versus.rows if (c := row.cells[0].comparison)]
    most = max(sizes, default=0)
    n = counted(most, "document")
    if column.versus.findable:
        found = rough(column.versus.findable.difference, scale)
        yield f"With {n} a difference of {found} {title} is found four times in five."
    elif not can_find(most, alpha=column.versus.how.level):
        yield f"With {n} no difference could have been found."
    if delta and delta.needed:
        names = f"{_name(first)} from {_name(second)}"
        yield f"To tell {names} would need about {rounded_up(delta.needed)} documents."


def _value(board: Leaderboard, column: Pairs, label: str) -> str:
    cell = _cell(board, column, label)
    return f"{cell.value} {column.heading.title} {_spaced(cell.interval)}".strip()


def _number(board: Leaderboard, column: Pairs, label: str) -> str:
    return _cell(board, column, label).value


def _cell(board: Leaderboard, column: Pairs, label: str) -> Cell:
    at = next(i for i, h in enumerate(board.headings) if h.id == column.heading.id)
    return next(row.cells[at] for row in board.ranked if row.label == label)


def _by(column: Pairs, better: str, worse: str) -> str:
    """How much better, with the interval turned the same way."""
    delta, h = column.delta(better, worse), column.heading
    assert delta is not None
    assert delta.comparison is not None
    c = delta.comparison
    lo, hi = c.lo, c.hi
    if c.delta < 0 and lo is not None and hi is not None:
        lo, hi = -hi, -lo
    return f"{number(abs(c.delta), h.digits, h.scale)} {_spaced(interval(lo, hi, h.digits, h.scale))}".strip()


def _spaced(text: str) -> str:
    return text.replace(",", ", ")


def _name(label: str) -> str:
    return f"{_OPEN}{visible(label)}{_CLOSE}"


def _names(labels: Sequence[str]) -> str:
    """``a, b and c``; of many the first, and how many more."""
    names = list(map(_name, labels))
    return _listed(names if len(names) <= _NAMED + 1 else [*names[:_NAMED], f"{len(names) - _NAMED} others"])


def _listed(parts: Sequence[str], last: str = " and ") -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
