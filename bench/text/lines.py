"""The lines of a summary: its bullets where it has them, else its sentences.

ROUGE-Lsum and bullet counts need to know where one statement ends. References here are bullets, one
a line; a system may answer in bullets, a numbered list, lines, or running text.
"""

import re
from typing import Literal

from bench.text.sentences import sentences
from bench.text.tokens import words

Splitter = Literal["sentencex", "none"]

_BULLET = re.compile(r"[-*•‣▪–]\s+")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+")


def bullets(text: str) -> list[str] | None:
    """The items of a bulleted or numbered list, without their markers; None when the text is no list.

    Every line starts with a marker. One line before two or more items may lead into them ("In short:")
    and is none of them. Numbers are markers only when they run 1, 2, … over at least two lines, so that
    a sentence beginning with a figure keeps it.
    """
    found = _list_in(_lines(text))
    return None if found is None else found[1]


def summary_lines(text: str, lang: str | None = None, splitter: Splitter = "sentencex") -> list[str]:
    """The statements of a summary, one a line.

    Bullets lose their markers, and the line that leads into a list stays; several lines are taken as
    they are; a text without line breaks is split into sentences by the splitter (``none`` leaves it as
    one line). Blank lines go.
    """
    lines = _lines(text)
    listed = _list_in(lines)
    if listed is not None:
        lead_in, items = listed
        return lead_in + items
    if len(lines) > 1 or splitter == "none":
        return lines
    return sentences(text, lang)


def summary_words(text: str) -> list[str]:
    """The words of a summary (see :func:`bench.text.tokens.words`); the numbers of a list are none."""
    return [word for line in summary_lines(text, splitter="none") for word in words(line)]


def _lines(text: str) -> list[str]:
    return [line for raw in text.splitlines() if (line := raw.strip())]


def _list_in(lines: list[str]) -> tuple[list[str], list[str]] | None:
    """The lines before a list, at most one, and its items; None when there is no list."""
    for n in (0, 1):
        items = _items(lines[n:])
        if len(items) > n:
            return lines[:n], items
    return None


def _items(lines: list[str]) -> list[str]:
    if all(map(_BULLET.match, lines)):
        return [_BULLET.sub("", line, count=1) for line in lines]
    numbers = [int(m[1]) for line in lines if (m := _NUMBER.match(line))]
    if len(lines) > 1 and numbers == list(range(1, len(lines) + 1)):
        return [_NUMBER.sub("", line, count=1) for line in lines]
    return []
