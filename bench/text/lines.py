"""The lines of a summary, and its statements.

ROUGE-Lsum and counts need to know where one statement ends. References here are bullets, one a line; a
system may answer in bullets, a numbered list, lines, or running text.
"""

import re

from bench.core.types import Span
from bench.text.sentences import sentence_spans, sentences
from bench.text.tokens import words

_BULLET = re.compile(r"[-*•‣▪–]\s+")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+")


def bullets(text: str) -> list[str] | None:
    """The items of a bulleted or numbered list, without their markers; None when the text is no list.

    Every line starts with a marker. One line before two or more items may lead into them ("In short:")
    and is none of them. Numbers are markers only when they run 1, 2, … over at least two lines, so that
    a sentence beginning with a figure keeps it.
    """
    return _parts(text)[1] or None


def plain_lines(text: str) -> list[str]:
    """The lines of a text without the markers of a list. Only a line feed ends a line; blank lines go."""
    lines, items = _parts(text)
    return lines + items


def summary_lines(text: str, lang: str | None = None) -> list[str]:
    """What ROUGE-Lsum compares: the plain lines of a list or of several lines, else the sentences."""
    lines, items = _parts(text)
    return lines + items if items or len(lines) > 1 else sentences(text, lang)


def statements(text: str, lang: str | None = None) -> list[str]:
    """The items of a list, and the sentences of all other lines.

    A break between two sentences, of a line or a paragraph, changes nothing.
    """
    lines, items = _parts(text)
    return [sentence for line in lines for sentence in sentences(line, lang)] + items


def statement_spans(text: str, lang: str | None = None) -> list[Span]:
    """Where the statements of a text stand, in order."""
    lines, items = _part_spans(text)
    return [
        Span(line.start + found.start, line.start + found.end)
        for line in lines
        for found in sentence_spans(text[line.start : line.end], lang)
    ] + items


def summary_words(text: str) -> list[str]:
    """The words of a summary (see :func:`bench.text.tokens.words`); the numbers of a list are none."""
    return [word for line in plain_lines(text) for word in words(line)]


def _parts(text: str) -> tuple[list[str], list[str]]:
    """The lines that are no list items, and the items: all lines and none, or at most one and a list."""
    lines, items = _part_spans(text)
    return [text[s.start : s.end] for s in lines], [text[s.start : s.end] for s in items]


def _part_spans(text: str) -> tuple[list[Span], list[Span]]:
    lines = []
    start = 0
    for raw in text.split("\n"):
        if line := raw.strip():
            begin = start + raw.index(line)
            lines.append(Span(begin, begin + len(line)))
        start += len(raw) + 1
    for n in (0, 1):
        items = _items(text, lines[n:])
        if len(items) > n:
            return lines[:n], items
    return lines, []


def _items(text: str, lines: list[Span]) -> list[Span]:
    marks = [_BULLET.match(text, line.start, line.end) for line in lines]
    if not all(marks):
        marks = [_NUMBER.match(text, line.start, line.end) for line in lines]
        numbers = [int(mark[1]) for mark in marks if mark]
        if len(lines) < 2 or numbers != list(range(1, len(lines) + 1)):
            return []
    return [Span(mark.end(), line.end) for mark, line in zip(marks, lines, strict=True) if mark]
