"""Words of any script: the ``unicode`` tokenisation that counts, novelty and baselines share."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from bench.core.types import Span

if TYPE_CHECKING:
    import regex

# Scripts that are written without spaces: one token a character (with its combining marks).
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# Invisible characters (joiners, soft hyphens) do not end a word; the zero-width space does (UAX 29, WB4).
INVISIBLE = r"[\p{Cf}--\u200B]"


@cache
def _pattern() -> "regex.Pattern[str]":
    import regex

    inside = rf"\p{{M}}|{INVISIBLE}"
    spaced = rf"[[\p{{L}}\p{{N}}]--[{UNSPACED}]]"
    return regex.compile(rf"[{UNSPACED}](?:{inside})*|{spaced}(?:{spaced}|{inside})*", regex.VERSION1)


@cache
def _invisible() -> "regex.Pattern[str]":
    import regex

    return regex.compile(INVISIBLE, regex.VERSION1)


def words(text: str) -> list[str]:
    """Lower-cased words: runs of letters and digits with their combining marks.

    Characters of scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) are words by
    themselves. The text is NFKC-normalised first and invisible characters are left out, so that
    equal-looking words are equal.
    """
    if text.isascii():
        return _pattern().findall(text.lower())
    found = _pattern().findall(unicodedata.normalize("NFKC", text).lower())
    return [_invisible().sub("", word) for word in found]


def word_spans(text: str) -> list[Span]:
    """Where the words of a text stand, in order.

    As many as :func:`words` finds, but for the few characters that NFKC writes as several words (½).
    """
    return [Span(*match.span()) for match in _pattern().finditer(text)]


def ngrams(tokens: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    """Every run of ``n`` tokens, in order; none when there are fewer."""
    return zip(*(tokens[i:] for i in range(n)), strict=False)
