"""A document of a run for a terminal: references, article, and summaries with what was found in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.core.types import Column, Document, Finding, Score, Span
from bench.report.escape import visible
from bench.report.figures import counted, number
from bench.report.marks import Mark, Piece, marked, printed, quotation, raised, wrapped
from bench.report.view import Check, Shown, View
from bench.text.lines import plain_lines
from bench.text.sentences import sentence_spans

if TYPE_CHECKING:
    from rich.text import Text

_LEAST = 40
_HANGING = "  "
# An article of so many sentences is shown whole.
_SHORT = 10
# Places of the article that are quoted for one finding.
_QUOTED = 2
_QUOTATION = 100


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A finding with its number; numbers run through all metrics of a summary.

    Zero stands for none: the finding has a place neither in the summary nor in the article.
    """

    number: int
    finding: Finding

    @property
    def mark(self) -> Mark:
        return Mark(self.finding.span, self.number, _style(self.finding))

    @property
    def label(self) -> Piece:
        return Piece(f"{raised(self.number)} " if self.number else "· ", _style(self.finding))


def render_show(view: View, *, width: int = 80, full: bool = False, styled: bool = False) -> str:
    """References, article and summaries, no line wider than ``width`` (40 at least).

    Of one summary everything is told: its text is shown for each metric that found something, with the
    places in brackets, below it what was found with the nearest evidence, then the metric's numbers; the
    article is shown around the evidence. Of several summaries only the faults are told, in short.

    Args:
        view: What to show.
        width: Of the terminal, in cells.
        full: The whole article, and the columns that tables leave out.
        styled: Write colours and bold as terminal codes.
    """
    width = max(_LEAST, width)
    alone = view.summaries[0] if len(view.summaries) == 1 else None
    found = _numbered(alone) if alone else {}
    doc = view.document
    # Half a character would be too much for the splitter; a question mark stands as long.
    sentences = sentence_spans(doc.text.encode(errors="replace").decode(), doc.lang) if doc else []
    lines = [*_head(view, width)]
    for note in view.notes:
        lines += wrapped([Piece(note, "yellow")], width, hanging="  ")
    if doc:
        lines += _references(doc, width)
        marks = [
            Mark(span, n.number, _style(n.finding))
            for several in found.values()
            for n in several
            for span in n.finding.evidence
        ]
        shortened = None if alone or full else "around the evidence with --system LABEL, whole with --full"
        lines += _article(doc, sentences, marks, width, full, shortened)
    for shown in view.summaries:
        if alone:
            lines += _whole(shown, found, doc, sentences, width, full)
        else:
            lines += _short(shown, width, full)
    return printed(lines, styled)


def _head(view: View, width: int) -> "Iterator[Text]":
    from rich.cells import cell_len

    pieces = [Piece(view.doc_id, "bold")]
    used = cell_len(visible(view.doc_id))
    for part in filter(None, (f"{view.number} of {view.count}", view.source)):
        # What does not fit begins a line of its own, and no dot is left behind.
        used += cell_len(f" · {visible(part)}")
        pieces.append(Piece(f" · {part}" if used <= width - len(_HANGING) else f"\n{part}"))
    yield from wrapped(pieces, width, hanging=_HANGING)
    if view.document and view.document.headline:
        yield from wrapped([Piece(view.document.headline, "bold")], width)
    if view.document and view.document.query:
        yield from wrapped([Piece(f"asked: {view.document.query}")], width)


def _references(doc: Document, width: int) -> "Iterator[Text]":
    for n, reference in enumerate(doc.references, 1):
        yield from _title("reference" if len(doc.references) == 1 else f"reference {n}")
        for line in plain_lines(reference):
            yield from wrapped([Piece(f"• {line}")], width, "  ", "  ")


def _article(
    doc: Document, sentences: list[Span], marks: list[Mark], width: int, full: bool, shortened: str | None
) -> "Iterator[Text]":
    if not sentences:
        return
    yield from _title(f"article, {counted(len(sentences), 'sentence')}")
    if shortened:
        yield from wrapped([Piece(shortened, "dim")], width, "  ")
        return
    kept = range(len(sentences)) if full or len(sentences) <= _SHORT else _around(sentences, marks)
    before = -1
    for first, last in _runs(kept):
        yield from _gap(first - before - 1)
        part = Span(sentences[first].start, sentences[last].end)
        yield from wrapped(marked(doc.text, marks, part), width, "  ")
        before = last
    yield from _gap(len(sentences) - before - 1)


def _around(sentences: list[Span], marks: list[Mark]) -> list[int]:
    """Sentences with evidence and their neighbours; without any, the first two."""
    held = {
        i
        for i, s in enumerate(sentences)
        if any(m.span.start < s.end and s.start < m.span.end for m in marks)
    }
    return sorted({j for i in held for j in (i - 1, i, i + 1) if 0 <= j < len(sentences)}) or [0, 1]


def _runs(kept: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each row of neighbours."""
    runs: list[tuple[int, int]] = []
    for i in kept:
        if runs and runs[-1][1] == i - 1:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return runs


def _gap(n: int) -> "Iterator[Text]":
    if n:
        yield from wrapped([Piece(f"… ({counted(n, 'sentence')})", "dim")], _LEAST, "  ")


def _numbered(shown: Shown, faults: bool = False) -> dict[str, list[_Numbered]]:
    """The findings of each metric that has some; or only the ``faults``, by what is marked for them."""
    numbered: dict[str, list[_Numbered]] = {}
    n = 0
    for check in shown.checks:
        for f in check.findings:
            if f.severity > 0 or not faults:
                placed = 0 <= f.span.start < min(f.span.end, len(shown.text or ""))
                marked_somewhere = placed or (bool(f.evidence) and not faults)
                n += marked_somewhere
                numbered.setdefault(check.label, []).append(_Numbered(n * marked_somewhere, f))
    return numbered


def _whole(
    shown: Shown,
    found: dict[str, list[_Numbered]],
    doc: Document | None,
    sentences: list[Span],
    width: int,
    full: bool,
) -> "Iterator[Text]":
    """A summary once for each metric that found something in it."""
    speaking = [c for c in shown.checks if c.label in found]
    quoted: set[str] = set()
    for check in speaking:
        yield from _title(_name(shown) + (f" · {check.label}" if len(speaking) > 1 else ""))
        yield from _text(shown, [n.mark for n in found[check.label]], width)
        for n in found[check.label]:
            yield from _finding(n, doc, sentences, quoted, width)
        yield from _values(check, width, full)
        if check.trust and any(f.severity > 0 for f in check.findings):
            yield from wrapped([Piece(check.trust, "dim")], width, "  ", "  ")
    if not speaking:
        yield from _title(_name(shown))
        yield from _text(shown, [], width)
    rest = [c for c in shown.checks if c not in speaking]
    if speaking and rest:
        yield from _title("other metrics")
    for check in rest:
        yield from _values(check, width, full)


def _short(shown: Shown, width: int, full: bool) -> "Iterator[Text]":
    """A summary with its faults, and the numbers of the metrics that look for some."""
    faults = [n for several in _numbered(shown, faults=True).values() for n in several]
    yield from _title(_name(shown))
    yield from _text(shown, [n.mark for n in faults], width)
    for n in faults:
        yield from wrapped([n.label, Piece(_said(n.finding))], width, "  ", "  ")
    empty = shown.text is not None and not shown.text.strip()
    checks = [c for c in shown.checks if c.findings or c.error or (empty and _why(c))]
    for check in checks:
        yield from _values(check, width, full)


def _name(shown: Shown) -> str:
    return shown.system if shown.sample is None else f"{shown.system}, sample {shown.sample}"


def _text(shown: Shown, marks: Sequence[Mark], width: int) -> "Iterator[Text]":
    if shown.text is None:
        yield from wrapped([Piece(f"no summary: {shown.error}", "red")], width, "  ")
        return
    pieces = marked(shown.text, marks)
    if shown.cut:
        pieces.append(Piece(" … (cut by a token limit)", "dim"))
    if not shown.text.strip():
        pieces = [Piece("(empty)", "dim")]
    yield from wrapped(pieces, width, "  ")


def _finding(
    n: _Numbered, doc: Document | None, sentences: list[Span], quoted: set[str], width: int
) -> "Iterator[Text]":
    """What was found; of a fault with the nearest evidence, of support with its place."""
    pieces = [n.label, Piece(_said(n.finding))]
    if doc and n.finding.evidence:
        stop = "" if pieces[-1].text.endswith((".", "!", "?")) else "."
        fault = n.finding.severity > 0
        said = [_evidence(doc, e, sentences, quoted, fault) for e in n.finding.evidence[:_QUOTED]]
        more = len(n.finding.evidence) - len(said)
        pieces.append(Piece(f"{stop} {'Nearest' if fault else 'Article'}: "))
        pieces.append(Piece("; ".join(said) + (f"; and {more} more" if more else ""), "dim"))
    yield from wrapped(pieces, width, "  ", "  ")


def _said(finding: Finding) -> str:
    return " ".join((finding.detail or finding.kind.replace("_", " ")).split())


def _evidence(doc: Document, span: Span, sentences: list[Span], quoted: set[str], quote: bool) -> str:
    """A place of the article; quoted once, where it is to be."""
    place = next((i for i, s in enumerate(sentences, 1) if s.start <= span.start < s.end), None)
    where = f"sentence {place}" if place else f"character {span.start}"
    text = quotation(doc.text, span, sentences, _QUOTATION)
    if not quote or text in quoted:
        return where
    quoted.add(text)
    return f'"{text}" ({where})'


def _values(check: Check, width: int, full: bool) -> "Iterator[Text]":
    """The numbers of a metric on a line, or why it has none.

    Of one that found something also those that tables leave out, where they are not 0.
    """
    if check.score is None:
        yield from wrapped([Piece(f"{check.label}: failed: {check.error}", "red")], width, "  ", "  ")
        return
    values = check.score.values
    if why := _why(check):
        yield from wrapped([Piece(f"{check.label}: no value ({why})")], width, "  ", "  ")
        return
    said = [
        _value(c, check.score)
        for c in check.columns
        if c.name in values and (c.shown or full or (check.findings and values[c.name]))
    ]
    yield from wrapped([Piece(f"{check.label}: "), Piece(" · ".join(said))], width, "  ", "  ")


def _why(check: Check) -> str:
    """The one reason for which none of a metric's columns has a value; empty if there is no such reason."""
    score = check.score
    if score is None or any(value is not None for value in score.values.values()):
        return ""
    reasons = set(score.reasons.values())
    return reasons.pop() if len(reasons) == 1 else ""


def _value(column: Column, score: Score) -> str:
    name, value = column.title or column.name, score.values[column.name]
    if name.endswith(" %") and value in (0.0, 1.0):  # a share of summaries, and this is one
        return ("" if value else "not ") + name.removesuffix(" %")
    why = f" ({score.reasons[column.name]})" if value is None else ""
    return f"{name} {number(value, column.digits, column.scale)}{why}"


def _style(finding: Finding) -> str:
    """Faults in red or yellow, by their weight; support in green."""
    if finding.severity <= 0:
        return "green"
    return "bold red" if finding.severity >= 0.75 else "yellow"


def _title(text: str) -> "Iterator[Text]":
    from rich.text import Text

    yield Text()
    yield Text(visible(text), "bold")
