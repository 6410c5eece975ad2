"""The article format: one headline line, ``- `` bullet lines, then the body.

    Council votes to reopen the canal
    - The council approved the plan by 12 votes to 3.
    - Work starts in May.
    The city council voted on Monday …

``*`` and ``•`` mark a bullet too, and blank lines may stand between the parts. A line that starts with a
space or a tab and directly follows a bullet continues it: a wrapped bullet is one bullet, its lines joined
by a space. (An ideographic space indents a paragraph and continues nothing.)

The bullets end at the first other line. From there to the next blank line no bullet may follow: that would
be a bullet which was wrapped without indentation, and most of the reference would become body. Behind a
blank line the body is free to hold lists and dashes.
"""

import re
from collections.abc import Sequence
from typing import NoReturn

from bench.core.errors import DataError
from bench.data.blank import is_blank

HINT = 'An article is: one headline line, "- " bullet lines, then the body. See references/README.md.'

_BULLET = re.compile(r"\s*(?:[-*](?=\s|\Z)|•)\s*")


def parse_article(lines: Sequence[str], file: str) -> tuple[str, list[str], str]:
    """The headline, the bullets without their markers, and the body of an article.

    The body keeps its line breaks; blank lines around it go, and several of them in a row become one,
    so that paragraphs are parted by exactly one. White space at the ends of lines goes too. Nothing
    else changes.

    Args:
        lines: The lines of the file without their endings.
        file: What errors call it.

    Raises:
        DataError: a part is missing, a bullet is empty or comes after the body has begun; with the line.
    """
    headline, body_from = "", len(lines)
    bullets: list[str] = []
    for number, line in enumerate(lines, 1):
        if is_blank(line):
            continue
        marked = _BULLET.match(line)
        if not headline:
            if marked:
                _refuse("no headline: the file starts with a bullet", file, number)
            headline = line.strip()
        elif marked:
            bullets.append(line[marked.end() :].strip())
            if is_blank(bullets[-1]):
                _refuse("an empty bullet", file, number)
        elif bullets and line.startswith((" ", "\t")) and not is_blank(lines[number - 2]):
            bullets[-1] += f" {line.strip()}"
        elif bullets:
            body_from = number - 1
            break
        else:
            _refuse("the headline is followed by text, not by a bullet", file, number)
    if not headline:
        _refuse("no headline: the file is empty", file, 1)
    if not bullets:
        _refuse("no bullets: the file ends after the headline", file, len(lines))
    if body_from == len(lines):
        _refuse("no body: the file ends after the bullets", file, len(lines))
    if not is_blank(lines[body_from - 1]):
        _refuse_bullets(lines, body_from, file)
    return headline, bullets, _paragraphs(lines[body_from:])


def unmarked(line: str) -> str:
    """A line without a bullet's marker and without white space around it."""
    return _BULLET.sub("", line, count=1).strip()


def _refuse_bullets(lines: Sequence[str], start: int, file: str) -> None:
    """No bullet may stand between an index and the next blank line."""
    for number, line in enumerate(lines[start:], start + 1):
        if is_blank(line):
            return
        if _BULLET.match(line):
            hint = "Indent the lines that continue a bullet, or put a blank line before the body's own list."
            _refuse("a bullet after the body has begun", file, number, hint)


def _paragraphs(lines: Sequence[str]) -> str:
    kept = ("" if is_blank(line) else line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _refuse(what: str, file: str, line: int, hint: str = HINT) -> NoReturn:
    raise DataError(what, hint, file=file, line=line)
