"""Marks in a text: brackets with a number behind them, quotations, and lines that fit a terminal.

Texts come from models and files of other people. Positions count their code points, so a text is taken
apart first and each piece is made visible (:func:`bench.report.escape.visible`) afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.core.types import Span
from bench.report.escape import visible

if TYPE_CHECKING:
    from rich.text import Text

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# How far from where a quotation would end a space is looked for.
_NEAR = 15


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text, the number of what is said about it, and how a terminal shows it."""

    span: Span
    number: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text with a style of rich's."""

    text: str
    style: str = ""


def raised(number: int) -> str:
    """A number as superscript."""
    return str(number).translate(_RAISED)


def marked(text: str, marks: Iterable[Mark], within: Span | None = None) -> list[Piece]:
    """The text in pieces, each marked place in brackets with its numbers behind them: ``[1997]¹``.

    Several marks of one place share their brackets; inside another place they nest, and those that
    overlap close in the order of their ends. A text between the marks has the style of the innermost.

    Args:
        text: The whole text.
        marks: Places outside of the text, and empty ones, are left out.
        within: Only this part of the text; places are cut to it.
    """
    part = within or Span(0, len(text))
    shared: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        start, end = max(mark.span.start, part.start), min(mark.span.end, part.end)
        if start < end:
            shared.setdefault((start, end), []).append(mark)
    places = sorted(shared, key=lambda p: (p[0], -p[1]))
    bounds = sorted({part.start, part.end, *(x for place in places for x in place)})
    pieces = []
    opened: list[tuple[int, int]] = []
    for at, following in zip(bounds, [*bounds[1:], part.end], strict=True):
        for place in [p for p in reversed(opened) if p[1] == at]:
            opened.remove(place)
            numbers = ",".join(raised(m.number) for m in shared[place])
            pieces.append(Piece(f"]{numbers}", shared[place][0].style))
        for place in [p for p in places if p[0] == at]:
            opened.append(place)
            pieces.append(Piece("[", shared[place][0].style))
        style = shared[opened[-1]][0].style if opened else ""
        pieces.append(Piece(text[at:following], style))
    return [p for p in pieces if p.text]


def quotation(text: str, span: Span, sentences: Sequence[Span], room: int) -> str:
    """A place of a text with what stands around it in its sentence, on one line, ``…`` for the rest.

    Args:
        text: The whole text.
        span: The place; of one that is too long the beginning is quoted.
        sentences: Of the text, in order.
        room: Cells that the quotation may take, about.
    """
    whole = next((s for s in sentences if s.start <= span.start < s.end), span)
    start, end = whole.start, max(whole.end, min(span.end, len(text)))
    # Wide characters take two cells.
    fitting = max(20, int(room * (end - start) / max(1, width_of(text[start:end]))))
    first, last = start, end
    if end - start > fitting:
        spare = max(0, fitting - (span.end - span.start))
        first = max(start, min(span.start - spare // 2, end - fitting))
        last = min(end, first + fitting)
        first = _after_space(text, first, span.start) if first > start else first
        least = span.end if span.end <= last else span.start
        last = _before_space(text, last, least) if last < end else last
    opening, closing = "… " * (first > start), " …" * (last < end)
    return opening + " ".join(text[first:last].split()) + closing


def _after_space(text: str, at: int, most: int) -> int:
    found = next((i for i in range(at, min(at + _NEAR, most)) if text[i].isspace()), None)
    return at if found is None else found + 1


def _before_space(text: str, at: int, least: int) -> int:
    return next((i for i in range(at, max(at - _NEAR, least - 1), -1) if text[i].isspace()), at)


def wrapped(pieces: Iterable[Piece], width: int, indent: str = "", hanging: str = "") -> "Iterator[Text]":
    """Lines of at most ``width`` cells, broken at spaces or inside a word that is longer than a line.

    Args:
        pieces: A line feed in them ends a line; blank lines are left out.
        width: In cells.
        indent: Before every line.
        hanging: Before every line but the first of all, besides.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console(width=width, color_system=None)
    lines = [Text()]
    for piece in pieces:
        for n, part in enumerate(piece.text.split("\n")):
            if n:
                lines.append(Text())
            lines[-1].append(visible(part.replace("\t", " ").replace("\r", "")), piece.style)
    begun = False
    for line in lines:
        if not line.plain.strip():
            continue
        # The first line has no hanging indent, and is yet broken as if it had.
        for found in line.wrap(console, max(10, width - width_of(indent + hanging))):
            found.rstrip()
            yield Text(indent + hanging * begun).append_text(found)
            begun = True


def printed(lines: "Iterable[Text]", styled: bool) -> str:
    """Lines as one text; ``styled`` with the codes of a terminal."""
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    console = Console(
        file=out,
        force_terminal=styled,
        force_jupyter=False,
        color_system="standard" if styled else None,
        legacy_windows=False,
    )
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)
    return out.getvalue()


def plain(text: str, style: str = "") -> "Text":
    """A line that has one style."""
    from rich.text import Text

    return Text(text, style)


def width_of(text: str) -> int:
    """How wide a terminal shows it."""
    from rich.cells import cell_len

    return cell_len(text)
