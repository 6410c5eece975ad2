"""Below a comparison in a terminal: the examples, and what changed between two runs."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bench.report.changes import Change
from bench.report.escape import visible
from bench.report.extremes import Example
from bench.report.figures import MISSING
from bench.report.marks import Piece, plain, printed, width_of, wrapped
from bench.report.render_text import shortened
from bench.report.versus import Versus
from bench.report.versus_notes import NOTHING_CHANGED, grouped
from bench.text.lines import plain_lines

if TYPE_CHECKING:
    from rich.text import Text

_LONGEST = 600  # characters of a text


def example_lines(versus: Versus, width: int, full: bool) -> "Iterator[Text]":
    """Each example: the document, its references, and both summaries with their scores."""
    for title, examples in grouped(versus):
        yield plain("")
        yield from wrapped([Piece(title, "bold")], width, hanging="  ")
        for example in examples:
            yield from _example(example, width, full)


def render_changes(changes: Sequence[Change], *, width: int = 80) -> str:
    """What differs between two runs, alone."""
    return printed(change_lines(changes, width), styled=False)


def change_lines(changes: Sequence[Change], width: int) -> "Iterator[Text]":
    """A title for each group, and a line for each change."""
    if not changes:
        yield from wrapped([Piece(NOTHING_CHANGED)], width)
    group = ""
    for change in changes:
        if change.group != group:
            group = change.group
            yield plain(f"changed: {group}", "bold")
        old, new = (MISSING if v is None else v for v in (change.old, change.new))
        yield from wrapped([Piece(f"{change.key}  {old} → {new}")], width, "  ", "  ")


def _example(e: Example, width: int, full: bool) -> "Iterator[Text]":
    headline = f' "{e.headline}"' if e.headline else ""
    yield from wrapped([Piece(f"doc {e.doc_id}{headline}  "), Piece(e.printed[2], "bold")], width, " ", "  ")
    if e.note:
        yield from wrapped([Piece(e.note, "yellow")], width, "   ")
    labels = [shortened(visible(label), width // 4) for label in ("reference", *e.names)]
    room = max(map(width_of, labels))
    digits = max(map(len, e.printed[:2]))
    for reference in e.references:
        bullets = [f"• {line}" for line in plain_lines(reference)]
        yield from _beside(labels[0], "", room, digits, bullets, width)
    for label, score, text in zip(labels[1:], e.printed, e.texts, strict=False):
        cut = text if full or len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"
        yield from _beside(
            label, score, room, digits, cut.strip().split("\n") if cut.strip() else ["(empty)"], width
        )


def _beside(
    label: str, score: str, room: int, digits: int, lines: Sequence[str], width: int
) -> "Iterator[Text]":
    """Lines of a text with a label and a score before the first; a bullet's later lines are indented."""
    front = f"   {label}{' ' * (room - width_of(label))}  {score.rjust(digits)}  "
    for text in lines:
        for line in wrapped([Piece(text)], width - width_of(front), hanging="  " * text.startswith("• ")):
            yield plain(front).append_text(line)
            front = " " * width_of(front)
