"""The article format: one headline line, ``- `` bullet lines, then the body.

    Council votes to reopen the canal
    - The council approved the plan by 12 votes to 3.
    - Work starts in May.
    The city council voted on Monday …

``*`` and ``•`` mark a bullet too, and blank lines may stand between the parts. The bullets end at the
first line that is neither blank nor a bullet; a dash further down belongs to the body.
"""

import re
from collections.abc import Sequence
from typing import NoReturn

from bench.core.errors import DataError

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
        DataError: a part is missing or a bullet is empty; with the line.
    """
    headline, body_from = "", len(lines)
    bullets: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        marked = _BULLET.match(line)
        if not headline:
            if marked:
                _refuse("no headline: the file starts with a bullet", file, number)
            headline = line.strip()
        elif marked:
            bullets.append(line[marked.end() :].strip())
            if not bullets[-1]:
                _refuse("an empty bullet", file, number)
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
    return headline, bullets, _paragraphs(lines[body_from:])


def unmarked(line: str) -> str:
    """A line without a bullet's marker and without white space around it."""
    return _BULLET.sub("", line, count=1).strip()


def _paragraphs(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def _refuse(what: str, file: str, line: int) -> NoReturn:
    raise DataError(what, HINT, file=file, line=line)
