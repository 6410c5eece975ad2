"""The lines of a summary, and its statements.

ROUGE-Lsum and counts need to know where one statement ends. References here are bullets, one a line; a
system may answer in bullets, a numbered list, lines, or running text.
"""

import re

from bench.text.sentences import sentences
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


def summary_words(text: str) -> list[str]:
    """The words of a summary (see :func:`bench.text.tokens.words`); the numbers of a list are none."""
    return [word for line in plain_lines(text) for word in words(line)]


def _parts(text: str) -> tuple[list[str], list[str]]:
    """The lines that are no list items, and the items: all lines and none, or at most one and a list."""
    lines = [line for raw in text.split("\n") if (line := raw.strip())]
    for n in (0, 1):
        items = _items(lines[n:])
        if len(items) > n:
            return lines[:n], items
    return lines, []


def _items(lines: list[str]) -> list[str]:
    if all(map(_BULLET.match, lines)):
        return [_BULLET.sub("", line, count=1) for line in lines]
    numbers = [int(m[1]) for line in lines if (m := _NUMBER.match(line))]
    if len(lines) > 1 and numbers == list(range(1, len(lines) + 1)):
        return [_NUMBER.sub("", line, count=1) for line in lines]
    return []
