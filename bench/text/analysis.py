"""A text as the checks read it: sentences of tokens that know where they stand and how they were written.

Tokens are made for comparing texts that were tokenised differently: contractions, hyphens and numbers with
their units come apart, and numbers that a tokeniser tore ("235, 000", "98. 7 per cent") are one again.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bench.core.types import Span
from bench.text.lines import statement_spans
from bench.text.lists import read_set
from bench.text.porter import porter
from bench.text.tokens import INVISIBLE, UNSPACED

if TYPE_CHECKING:
    import regex

# One code point for one, so that offsets stay. Some tokenisers leave a backslash before a quote.
_PLAIN = str.maketrans(dict.fromkeys("‘’‚‛`´ʼ＇", "'") | dict.fromkeys("“”„‟«»＂", '"') | {"\\": " "})
# Contractions without their apostrophe or their space, and the length of their first half.
_JOINED = {
    "arent": 3, "cannot": 3, "cant": 2, "couldnt": 5, "didnt": 3, "doesnt": 4, "dont": 2, "hadnt": 3,
    "hasnt": 3, "havent": 4, "isnt": 2, "mustnt": 4, "shouldnt": 6, "wasnt": 3, "werent": 4, "wont": 2,
    "wouldnt": 5,
}  # fmt: skip
# Of what is short before "n't", the word that it stands for.
_WHOLE = {"ca": "can", "sha": "shall", "wo": "will"}
# A full stop between spaces was set apart by a tokeniser: it ends a sentence even inside quotation marks.
_APART = re.compile(r"(?<=\s[.!?])\s+")
# Thousands and decimals that a tokeniser tore; "in 2012. 7 people" and "May 2, 2014" are none.
_TORN = (
    r"(?<![\d.,])(?:\d{1,3}(?:,[ \xa0]\d{3})+(?![\d,])"
    r"|(?<=[$£€\-])\d{1,3}\.[ \xa0]\d+"
    r"|\d{1,3}\.[ \xa0]\d+(?=[ \xa0]?(?:%|per ?cent\b|[bm]n?\b|[bm]illion\b)))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or punctuation-free symbol of a text.

    Attributes:
        text: In lower case.
        stem: What is compared: Porter's stem of an alphabetic English word of more than three letters, else
            the text.
        span: Where it stands in the original text, in code points. A number that was rejoined ("235, 000")
            spans all its parts; the halves of ``do n't`` divide the word between them.
        capital: Whether it was written with a capital.
        first: Whether it begins a sentence.
        before: What stands between the token before, or the beginning of the sentence, and this one: quotes
            in their plain form, no spaces; empty for none.
        content: Whether it is neither a stop word nor a single letter.
    """

    text: str
    stem: str
    span: Span
    capital: bool
    first: bool
    before: str
    content: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a bullet, with its tokens; it has at least one."""

    span: Span
    tokens: tuple[Token, ...]


def analyse(text: str, lang: str | None = None) -> tuple[Sentence, ...]:
    """The sentences and list items of a text, without those that have no token.

    Args:
        text: Any text, in any script.
        lang: ISO 639-1 code. Stems, stop words and contractions are those of English, which None stands for;
            in another language every word stands for itself.
    """
    return tokenised(text, statement_spans(text, lang), lang)


def tokenised(text: str, spans: Sequence[Span], lang: str | None = None) -> tuple[Sentence, ...]:
    """The sentences at some spans of a text, which do not overlap and are in order.

    Spans that divide a torn number are joined; those with a full stop between spaces are divided behind it.
    """
    plain = text.translate(_PLAIN)
    english = lang in (None, "en")
    return tuple(
        Sentence(span, tokens)
        for span in _divided(plain, _joined(plain, spans))
        if (tokens := _tokens(plain, span, english))
    )


def _joined(plain: str, spans: Sequence[Span]) -> list[Span]:
    torn = [found.span() for found in re.finditer(_TORN, plain)]
    if not torn:
        return list(spans)
    joined: list[Span] = []
    for span in spans:
        if joined and any(start < joined[-1].end <= span.start < end for start, end in torn):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _divided(plain: str, spans: Sequence[Span]) -> list[Span]:
    divided = []
    for span in spans:
        start = span.start
        for gap in _APART.finditer(plain, span.start, span.end):
            divided.append(Span(start, gap.start()))
            start = gap.end()
        divided.append(Span(start, span.end))
    return divided


def _tokens(plain: str, span: Span, english: bool) -> tuple[Token, ...]:
    tokens: list[Token] = []
    behind = span.start
    for start, end, text in _pieces(plain, span, english):
        written = plain[start:end]
        stem, content = _known(text, english)
        before = "".join(plain[behind:start].split()) if behind < start else ""
        tokens.append(
            Token(text, stem, Span(start, end), written != written.lower(), not tokens, before, content)
        )
        behind = end
    return tuple(tokens)


def _pieces(plain: str, span: Span, english: bool) -> list[tuple[int, int, str]]:
    """Start, end and text of the tokens between two places."""
    pieces: list[tuple[int, int, str]] = []
    for found in _pattern(english).finditer(plain, span.start, span.end):
        start, end = found.span()
        text = _normalised(found[0])
        if english and (half := _JOINED.get(text, 0)):
            pieces.append((start, start + half, text[:half]))
            start, text = start + half, "not" if text == "cannot" else "n't"
        if text == "n't" and pieces and pieces[-1][2] in _WHOLE:
            pieces[-1] = (*pieces[-1][:2], _WHOLE[pieces[-1][2]])
        pieces.append((start, end, text))
    return pieces


def _normalised(written: str) -> str:
    """In lower case and one of the forms that look alike, without spaces and invisible characters."""
    if written.isascii():
        text = written.lower()
    else:
        text = unicodedata.normalize("NFKC", _invisible().sub("", written)).lower()
    return "".join(text.split()) if " " in text else text


@lru_cache(maxsize=1 << 16)
def _known(text: str, english: bool) -> tuple[str, bool]:
    """The stem of a token, and whether it is content."""
    if not english:
        return text, not _is_letter(text)
    stem = porter()(text) if len(text) > 3 and text.isascii() and text.isalpha() else text
    return stem, text not in read_set("stopwords") and not _is_letter(text)


def _is_letter(text: str) -> bool:
    """Whether it is a single letter of a script whose words have several."""
    return len(text) == 1 and text.isalpha() and not _unspaced().match(text)


@cache
def _pattern(english: bool) -> "regex.Pattern[str]":
    import regex

    letter = rf"[\p{{L}}--[{UNSPACED}]]"
    inside = rf"[\p{{L}}\p{{M}}{INVISIBLE}--[{UNSPACED}]]"
    end = r"(?![\p{L}\p{M}\p{N}\-])"
    kinds = [
        _TORN,
        r"\p{Nd}+(?:[.,\u066b\u066c]\p{Nd}+)*",
        r"[\p{N}--\p{Nd}]+",
        rf"[{UNSPACED}](?:\p{{M}}|{INVISIBLE})*",
    ]
    if english:
        negation = rf"n ?'t{end}"
        kinds = [
            rf"(?i:{negation}|'(?:s|d|ll|m|re|ve){end})",
            rf"(?!(?i:{negation})){letter}(?:(?!(?i:{negation})){inside})*",
            *kinds,
        ]
    else:
        kinds = [f"{letter}{inside}*", *kinds]
    return regex.compile("|".join(kinds), regex.VERSION1)


@cache
def _unspaced() -> "regex.Pattern[str]":
    import regex

    return regex.compile(rf"[{UNSPACED}]", regex.VERSION1)


@cache
def _invisible() -> "regex.Pattern[str]":
    import regex

    return regex.compile(INVISIBLE, regex.VERSION1)
