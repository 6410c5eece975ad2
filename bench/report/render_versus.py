"""A comparison for a terminal, a log or a pipe: aligned, and nothing wraps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.report.escape import visible
from bench.report.figures import MISSING, chance, number
from bench.report.marks import Piece, plain, printed, width_of, wrapped
from bench.report.notes import grouped_signatures
from bench.report.render_text import shortened, signature_lines
from bench.report.render_versus_below import change_lines, example_lines
from bench.report.versus import Delta, Versus
from bench.report.versus_notes import legend

if TYPE_CHECKING:
    from rich.text import Text

_GAP = "  "
_LEAST = 40
_MORE = ("d", "p alone", "n")  # of --full


@dataclass(frozen=True, slots=True)
class _Block:
    """One column of the comparison: a header and one line a row, all padded to one width.

    ``clear`` says which lines are bold.
    """

    header: str
    lines: tuple[str, ...]
    clear: tuple[bool, ...]
    width: int


def render_versus(versus: Versus, *, width: int = 80, full: bool = False, styled: bool = False) -> str:
    """Table, what it can find, notes, examples and changes; no line wider than ``width`` (40 at least).

    Columns that do not fit beside each other stand one below the other; where one alone is too wide there
    is a line for each system instead.

    Args:
        versus: What to show.
        width: Of the terminal, in cells.
        full: Also the effect size, p before it was adjusted, the number of documents, and signatures;
            texts of examples uncut.
        styled: Write bold and dim as terminal codes; bold is an adjusted p below α.
    """
    width = max(_LEAST, width)
    lines: list[Text] = [*wrapped([Piece(versus.title)], width, hanging=_GAP), plain("")]
    labels = _padded([f" {shortened(visible(row.label), width // 3)}" for row in versus.rows])
    room = width - max(map(width_of, labels), default=0)
    blocks = [_block(versus, i, full, width // 2) for i in range(len(versus.headings))]
    if any(len(_GAP) + block.width > room for block in blocks):
        lines += _listed(versus, width, full)
    else:
        for part in _packed(blocks, room):
            lines += [*_table(labels, part), plain("")]
    if versus.power:
        lines += wrapped([Piece(versus.power)], width, " ", _GAP)
    said = [*legend(versus), *(["bold: p below α"] if styled else []), *versus.notes]
    for note in said:
        lines += wrapped([Piece(note, "dim")], width, " ", _GAP)
    if full:
        for titles, signature in grouped_signatures(versus.headings):
            lines += signature_lines(titles, signature, width)
    lines += example_lines(versus, width, full)
    if versus.changes is not None:
        lines += [plain(""), *change_lines(versus.changes, width)]
    return printed(lines, styled)


def _table(labels: Sequence[str], blocks: Sequence[_Block]) -> "Iterator[Text]":
    yield plain(_GAP.join([" " * max(map(width_of, labels), default=0), *(b.header for b in blocks)]))
    for k, label in enumerate(labels):
        line = plain(label)
        for block in blocks:
            line.append(_GAP).append(block.lines[k], "bold" if block.clear[k] else "")
        line.rstrip()
        yield line


def _listed(versus: Versus, width: int, full: bool) -> "Iterator[Text]":
    """In place of a table that would not fit: a line for each system."""
    for i, heading in enumerate(versus.headings):
        yield from wrapped([Piece(f"Δ {heading.text}")], width)
        for row in versus.rows:
            cell = row.cells[i]
            said = [f"{cell.value} {cell.interval}".rstrip()]
            if cell.comparison:
                said += [f"p {cell.p}", cell.tally]
                said += [f"{name} {_more(name, cell)}" for name in _MORE] if full else []
            style = "bold" if cell.clear else ""
            yield from wrapped([Piece(f"{row.label}  "), Piece("  ".join(said), style)], width, " ", _GAP)
        yield plain("")


def _block(versus: Versus, i: int, full: bool, most: int) -> _Block:
    """Δ with its interval, p, and wins, ties and losses of one column."""
    cells = [row.cells[i] for row in versus.rows]
    parts = [
        (shortened(f"Δ {visible(versus.headings[i].text)}", most), _deltas(cells)),
        ("p", [c.p for c in cells]),
        ("w/t/l", _tallies(cells)),
    ]
    if full:
        parts += [(name, [_more(name, c) for c in cells]) for name in _MORE]
    columns = [_padded([name, *texts], right=True) for name, texts in parts]
    header, *lines = (_GAP.join(texts) for texts in zip(*columns, strict=True))
    return _Block(header, tuple(lines), tuple(c.clear for c in cells), width_of(header))


def _deltas(cells: Sequence[Delta]) -> list[str]:
    values, intervals = _padded([c.value for c in cells], right=True), [c.interval for c in cells]
    if not any(intervals):
        return values
    return [f"{v} {i}" for v, i in zip(values, _padded(intervals, right=True), strict=True)]


def _tallies(cells: Sequence[Delta]) -> list[str]:
    """Aligned at their slashes."""
    counts = [(c.wins, c.ties, c.losses) if (c := cell.comparison) else ("", "", "") for cell in cells]
    columns = [_padded([str(n) for n in part], right=True) for part in zip(*counts, strict=True)]
    joined = ["/".join(parts) for parts in zip(*columns, strict=True)]
    return [text if cell.comparison else MISSING for text, cell in zip(joined, cells, strict=True)]


def _more(name: str, cell: Delta) -> str:
    c = cell.comparison
    if c is None:
        return MISSING
    return {"d": number(c.effect, 2), "p alone": chance(c.p), "n": f"{c.n_pairs:,}"}[name]


def _packed(blocks: Sequence[_Block], room: int) -> list[list[_Block]]:
    """Blocks in order, as many beside each other as fit, at least one."""
    parts: list[list[_Block]] = []
    left = 0
    for block in blocks:
        if not parts or len(_GAP) + block.width > left:
            parts.append([])
            left = room
        parts[-1].append(block)
        left -= len(_GAP) + block.width
    return parts


def _padded(texts: Sequence[str], *, right: bool = False) -> list[str]:
    """All as wide as the widest, in cells."""
    width = max(map(width_of, texts), default=0)
    fills = [" " * (width - width_of(text)) for text in texts]
    return [f"{fill}{text}" if right else f"{text}{fill}" for fill, text in zip(fills, texts, strict=True)]
