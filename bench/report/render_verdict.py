"""Agreement with human judgement for a terminal, a log or a pipe: one line a column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bench.report.escape import visible
from bench.report.figures import MISSING, interval, number
from bench.report.verdict import Agreement, Board, Verdict
from bench.report.verdict_notes import SUMMARY_LEVEL, SYSTEMS, WITHIN, board_notes, notes, title

_GAP = "  "
_WIDEST_NAME = 28

# The first of these that is known has its interval in every table.
HEADLINES = ("auc", "spearman")

Lines = list[list[str]]  # cells of each line, the header first


def render_verdict(verdict: Verdict, *, width: int = 120, full: bool = False) -> str:
    """A table a data set; ``full`` adds all intervals, and the levels within and between systems.

    Without it only those of :data:`HEADLINES` are needed.

    A table that is wider than ``width`` is cut into several with the same lines.
    """
    parts: list[str] = []
    for board in verdict.boards:
        parts += [*_wrapped([title(verdict, board)], width), ""]
        for heading, statistics in _levels(board, full):
            if heading:
                parts += [f" {heading}"]
            parts += [*_table(board, statistics, width, full), ""]
        parts += [*_wrapped(board_notes(verdict, board), width), ""]
    return "\n".join([*parts, *_wrapped(notes(verdict), width)]) + "\n"


def _levels(board: Board, full: bool) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "", SUMMARY_LEVEL
    if full:
        n = len(board.systems)
        yield f"within systems (mean of {n})", WITHIN
        yield f"between systems (means of {n})", SYSTEMS


def _table(board: Board, statistics: Mapping[str, str], width: int, full: bool) -> Iterator[str]:
    known = {k: v for k, v in statistics.items() if any(k in row.values for row in board.rows)}
    headline = next((name for name in HEADLINES if name in known), "")
    columns = [
        _padded(heading, [_cell(row, name, full or name == headline) for row in board.rows])
        for name, heading in known.items()
    ]
    if statistics is SUMMARY_LEVEL:
        differ = len({row.n_bad for row in board.rows}) > 1
        counts = [
            f"{row.n_bad:,}/{row.n:,}" if differ and row.n_bad is not None else f"{row.n:,}"
            for row in board.rows
        ]
        columns.append(_padded("bad/n" if differ else "n", counts))
    names = _padded("", [_shortened(visible(row.column)) for row in board.rows], left=True)
    groups = [row.group for row in board.rows]
    for part in _fitting(columns, width - len(names[0]) - 1):
        lines = [_GAP.join(cells) for cells in zip(names, *part, strict=True)]
        yield f" {lines[0]}".rstrip()
        for i, line in enumerate(lines[1:]):
            if i and groups[i] != groups[i - 1]:
                yield " " + "─" * max(map(len, lines))
            yield f" {line}".rstrip()


def _cell(row: Agreement, name: str, with_interval: bool) -> str:
    found = row.values.get(name)
    if found is None:
        return MISSING
    text = number(found.value, 3)
    return f"{text} {interval(found.lo, found.hi, 3)}".rstrip() if with_interval else text


def _padded(heading: str, cells: Sequence[str], *, left: bool = False) -> list[str]:
    from rich.cells import cell_len

    lines = [heading, *cells]
    widest = max(map(cell_len, lines))
    pad: Callable[[str], str] = lambda text: " " * (widest - cell_len(text))  # noqa: E731
    return [text + pad(text) if left else pad(text) + text for text in lines]


def _fitting(columns: Lines, room: int) -> list[Lines]:
    """Columns in order, as many a table as fit, at least one."""
    parts: list[Lines] = [[]]
    left = room
    for column in columns:
        needed = len(column[0]) + len(_GAP)
        if parts[-1] and needed > left:
            parts.append([])
            left = room
        parts[-1].append(column)
        left -= needed
    return parts


def _shortened(name: str) -> str:
    return (
        name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME // 2]}…{name[-_WIDEST_NAME // 2 + 1 :]}"
    )


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    import textwrap

    for line in lines:
        yield from textwrap.wrap(
            visible(line),
            max(40, width - 1),
            initial_indent=" ",
            subsequent_indent="   ",
            break_on_hyphens=False,
        )
