"""Quoted words, which must stand in the document as they are."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.source import Source

QUOTE = 0.5

# Between double marks of any kind, or single ones that are no apostrophes.
_QUOTED = re.compile(
    r"[“„«\"](?P<double>[^“”„«»\"\n]+)[”“»\"]|``(?P<back>[^`\n]+?)''|(?<![\w’'])‘(?P<single>[^‘\n]+?)’(?!\w)"
)
_BROKEN = re.compile(r"\.\.\.|…|\[[^\]]*\]|\(…\)")
# A word in quotation marks is often no quotation.
_FEWEST = 3
_FULL = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "ca": "can", "wo": "will"}


def quote_findings(source: Source, claims: Sequence[Sentence], text: str) -> list[Finding]:
    """Quotations of three words or more that the document does not have, word for word.

    A quotation that was cut with dots or brackets is several. The punctuation inside may differ.
    """
    said = _said(source)
    findings = []
    for span in _quoted(text):
        words = [
            _full(t)
            for s in claims
            for t in s.tokens
            if span.start <= t.span.start and t.span.end <= span.end
        ]
        if len(words) >= _FEWEST and f" {' '.join(words)} " not in said:
            findings.append(Finding("quote", QUOTE, span, (), "quotation not in the article"))
    return findings


def has_quotes(text: str) -> bool:
    """Whether a text quotes."""
    return _QUOTED.search(text) is not None


def _quoted(text: str) -> Iterator[Span]:
    for found in _QUOTED.finditer(text):
        start, end = found.span(found.lastgroup or 0)
        for gap in _BROKEN.finditer(text, start, end):
            yield _stripped(text, start, gap.start())
            start = gap.end()
        yield _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    return Span(start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip()))


@lru_cache(maxsize=64)
def _said(source: Source) -> str:
    return f" {' '.join(_full(t) for s in source.sentences for t in s.tokens)} "


def _full(token: Token) -> str:
    return _FULL.get(token.text, token.text)
