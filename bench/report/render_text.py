"""The leaderboard for a terminal, a log or a pipe: aligned, no boxes, nothing wraps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.report.board import Leaderboard
from bench.report.escape import visible
from bench.report.marks import plain, printed, width_of
from bench.report.notes import APART, Legend, legend

if TYPE_CHECKING:
    from rich.text import Text

_GAP = 2
_LEAST = 40


@dataclass(frozen=True, slots=True)
class _Column:
    """A header and one line a system, all padded to one width.

    ``bold`` says how many leading characters of each line are bold.
    """

    name: str
    header: str
    lines: tuple[str, ...]
    bold: tuple[int, ...]
    width: int


def render_text(board: Leaderboard, *, width: int = 80, full: bool = False, styled: bool = False) -> str:
    """Table and footnotes, no line wider than ``width`` (40 at least).

    Where not all columns fit, see :func:`_fitting`. ``full`` shows every column with its interval, in
    several tables one below the other where they do not fit.

    Args:
        board: What to show.
        width: Of the terminal, in cells.
        full: Also show the columns that tables leave out.
        styled: Write bold and dim as terminal codes; else an asterisk stands for bold.
    """
    width = max(_LEAST, width)
    most = width // 3
    labels = _labels(board, most)
    room = width - labels.width
    said = legend(board, full=full)
    lost: list[str] = []
    if full:
        headings, extras = board.shown(full)
        wanted = [*(_scores(board, i, True, styled, most) for i in headings), *_extras(board, extras)]
        parts, intervals = _pack(wanted, room), True
    else:
        part, lost, intervals = _fitting(board, styled, most, room)
        lost = ["intervals"] * bool(said.interval_rule and not intervals) + lost
        parts = [part]
    lines: list[Text] = []
    for part in parts:
        lines += [*_table(board, [labels, *part]), plain("")]
    lines += _footnotes(board, said, intervals, lost, width, styled)
    return printed(lines, styled)


def _fitting(board: Leaderboard, styled: bool, most: int, room: int) -> tuple[list[_Column], list[str], bool]:
    """The columns of a normal table, the names of what does not fit, and whether intervals are shown.

    What goes, in this order: the intervals of descriptive columns, descriptive columns from the right,
    all intervals (then descriptive columns come back as they fit), columns about the system, the rest.
    """
    headings, extras = board.shown(full=False)
    compared = [i for i in headings if board.headings[i].better != "none"] or list(headings)
    about = _extras(board, extras)
    for with_intervals in (list(headings), compared, []):
        columns = {i: _scores(board, i, i in with_intervals, styled, most) for i in headings}
        described = [columns[i] for i in headings if i not in compared]
        removable = [] if with_intervals == list(headings) != compared else described[::-1]
        if not with_intervals:
            removable += [*about[::-1], *(columns[i] for i in reversed(compared[1:]))]
        kept = [*columns.values(), *about]
        for column in removable:
            if _width(kept) <= room:
                break
            kept.remove(column)
        if _width(kept) <= room or not with_intervals:
            break
    everything = [*columns.values(), *about]
    return kept, [c.name for c in everything if c not in kept], bool(with_intervals)


def _width(columns: list[_Column]) -> int:
    return sum(c.width + _GAP for c in columns)


def _extras(board: Leaderboard, extras: tuple[int, ...]) -> list[_Column]:
    columns = []
    for i in extras:
        texts = [row.extra_texts[i] for row in board.rows]
        width = max(map(len, [board.extras[i].title, *texts]))
        lines = tuple(t.rjust(width) for t in texts)
        title = board.extras[i].title
        columns.append(_Column(title, title.rjust(width), lines, (0,) * len(lines), width))
    return columns


def _scores(board: Leaderboard, i: int, intervals: bool, styled: bool, most: int) -> _Column:
    cells = [row.cells[i] for row in board.rows]
    marks = [("*" if c.bold and not styled else "") + ("†" if c.partial else "") for c in cells]
    slot = max(map(len, marks), default=0)
    digits = max((len(c.value) for c in cells), default=0)
    texts = [c.value.rjust(digits) + mark.ljust(slot) for c, mark in zip(cells, marks, strict=True)]
    if intervals and (room := max((len(c.interval) for c in cells), default=0)):
        texts = [f"{t} {c.interval.rjust(room)}" for t, c in zip(texts, cells, strict=True)]
    name = visible(board.headings[i].title)
    header = shortened(visible(board.headings[i].text), most)
    used = max(map(len, texts), default=0)
    width = max(width_of(header), used)
    lines = tuple(t.rjust(width) for t in texts)
    bold = tuple(width - used + digits if c.bold else 0 for c in cells)
    return _Column(name, " " * (width - width_of(header)) + header, lines, bold, width)


def _labels(board: Leaderboard, most: int) -> _Column:
    labels = [shortened(visible(row.label), most) for row in board.rows]
    width = max(map(width_of, labels), default=0)
    lines = tuple(f" {label}" + " " * (width - width_of(label)) for label in labels)
    return _Column("", " " * (width + 1), lines, (0,) * len(lines), width + 1)


def shortened(label: str, most: int) -> str:
    """Cut in the middle: the variants of a sweep differ at their ends."""
    from rich.cells import set_cell_size

    if width_of(label) <= most:
        return label
    tail = set_cell_size(label[::-1], most // 2)[::-1]
    return set_cell_size(label, most - 1 - most // 2).rstrip() + "…" + tail.lstrip()


def _pack(columns: list[_Column], width: int) -> list[list[_Column]]:
    """Columns in order, as many a table as fit, at least one."""
    parts: list[list[_Column]] = [[]]
    room = width
    for column in columns:
        if parts[-1] and column.width + _GAP > room:
            parts.append([])
            room = width
        parts[-1].append(column)
        room -= column.width + _GAP
    return parts


def _table(board: Leaderboard, columns: list[_Column]) -> "Iterator[Text]":
    gap = " " * _GAP
    yield plain(gap.join(c.header for c in columns).rstrip())
    for k in range(len(board.rows)):
        apart = k >= len(board.ranked)
        if k == len(board.ranked) and board.ranked:
            yield plain(" " + "─" * (sum(c.width for c in columns) + _GAP * (len(columns) - 1) - 1), "dim")
        line = plain("", "dim" if apart else "")
        for j, c in enumerate(columns):
            strong = c.bold[k]
            line.append(gap if j else "").append(c.lines[k][:strong], "bold").append(c.lines[k][strong:])
        line.rstrip()
        yield line


def _footnotes(
    board: Leaderboard, said: Legend, intervals: bool, lost: list[str], width: int, styled: bool
) -> "Iterator[Text]":
    notes = []
    if said.rule:
        notes.append(f"{'bold' if styled else '*'}: {said.rule}")
    if said.interval_rule and intervals:
        notes.append(f"[ ]: {said.interval_rule}")
    if board.apart and board.ranked:
        notes.append(f"below the rule: {APART}")
    notes += said.notes
    if lost:
        notes.append(f"not shown at this width: {', '.join(lost)} (--full shows all)")
    for note in notes:
        yield from _wrapped(note, width)
    for titles, signature in said.signatures:
        yield from signature_lines(titles, signature, width)


def signature_lines(titles: str, signature: str, width: int) -> "Iterator[Text]":
    """Broken after a ``|``, so that no part of a signature is torn."""
    line = f"{titles}: "
    for part in visible(signature).split("|"):
        piece = part if line.endswith(": ") else f"|{part}"
        if width_of(line + piece) > width - 4 and line.strip():
            yield from _wrapped(line, width, "dim")
            line = "  "
        line += piece
    yield from _wrapped(line, width, "dim")


def _wrapped(note: str, width: int, style: str = "") -> "Iterator[Text]":
    """Broken at spaces, or inside a word that is longer than a line; later lines are indented."""
    from rich.console import Console

    console = Console(width=width, color_system=None)
    for k, line in enumerate(plain(visible(note), style).wrap(console, width - 3)):
        line.rstrip()
        yield plain(" " if k == 0 else "   ").append_text(line)
