"""Numbers of a summary that the document does not have, not even before rounding."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.lists import read_set
from bench.text.numerals import SCALES
from bench.text.quantities import Quantity, quantities
from bench.text.source import Source

# Words that stand for a number in a document, though a summary that has them claims none.
_MEANT = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "thirtieth": 30, "a": 1, "an": 1, "once": 1, "single": 1, "twice": 2, "double": 2,
    "doubled": 2, "both": 2, "couple": 2, "pair": 2, "twins": 2, "triple": 3, "trio": 3, "treble": 3,
    "quartet": 4, "dozen": 12, "decade": 10, "century": 100, "half": 50, "quarter": 25, "nil": 0, "zero": 0,
    "fortnight": 14, "hundreds": 100, "thousands": 1000, "millions": 10**6,
}  # fmt: skip
# How far off a number may be behind "about", and where it is only rounded.
_ROUGHLY = 0.15
_NEARLY = 0.1
_SMALL = 4
_SHARE = 2.0
# In a language whose number words are not known, such small figures may stand there as words.
_SMALL_ELSEWHERE = 20
_YEARS = range(1000, 2101)
_SCALED = tuple(10.0**n for n in range(2, 10))


@dataclass(frozen=True, slots=True)
class _Known:
    values: frozenset[float]
    ordered: tuple[float, ...]
    places: tuple[tuple[Span, ...], ...]  # of the quantities of each sentence


@lru_cache(maxsize=64)
def _known(source: Source) -> _Known:
    values: set[float] = set()
    places = []
    for sentence in source.sentences:
        here = quantities(sentence)
        places.append(tuple(q.span for q in here if not q.name))
        for q in here:
            values.update(q.values)
            values.update(_parts(sentence.tokens, q))
        values.update(_MEANT[t.text] for t in sentence.tokens if t.text in _MEANT)
    return _Known(frozenset(values), tuple(sorted(values)), tuple(places))


def _parts(tokens: Sequence[Token], q: Quantity) -> list[float]:
    """What a part of a number means: a word alone, figures without their scale, the 13 of 2012-13."""
    own = tuple(tokens[q.start : q.end])
    pieces = [own[n : n + 1] for n in range(len(own))] + [own[n:] for n in range(1, len(own))]
    parts = [v for piece in pieces for inner in quantities(Sentence(q.span, piece)) for v in inner.values]
    for point in ".,":
        if q.written.count(point) == 1:
            parts += [float(p) for p in q.written.split(point) if p.isdecimal()]
    if len(q.written) == 2 and tokens[q.start].before in ("-", "/", "'"):
        parts += [1900 + q.values[0], 2000 + q.values[0]]
    return parts


def number_findings(
    source: Source, claim: Sentence, near: Sequence[int], text: str, english: bool
) -> list[Finding]:
    """Numbers of a statement that the document does not have.

    Roundings are supported, and so are numbers in words up to four, which articles and lists of names say
    without a number. Without English, small figures are, and those that stand before a scale in words.

    Args:
        source: The document.
        claim: A statement of the summary.
        near: The sentences of the document that are nearest to it.
        text: The summary.
        english: Whether number words are known.
    """
    known = _known(source)
    findings = []
    here = quantities(claim)
    shares = _shares(known, claim.tokens, here)
    for q in here:
        if q in shares:
            continue
        if _ignored(claim.tokens, q, text, english) or _supported(known, claim.tokens, q, english):
            continue
        evidence = next((known.places[i][:2] for i in near if known.places[i]), ())
        findings.append(Finding("number", 1.0, q.span, evidence, "number not in the article"))
    return findings


def _shares(known: _Known, tokens: Sequence[Token], here: Sequence[Quantity]) -> set[Quantity]:
    """The numbers of "nine in ten" where the document has 90 per cent."""
    found: set[Quantity] = set()
    for a, b in pairwise(here):
        between = [t.text for t in tokens[a.end : b.start]]
        part, whole = a.values[-1], b.values[-1]
        if between in (["in"], ["out", "of"], ["of"]) and 0 < part < whole:
            share = 100 * part / whole
            if _between(known, share - _SHARE, share + _SHARE):
                found.update((a, b))
    return found


def _ignored(tokens: Sequence[Token], q: Quantity, text: str, english: bool) -> bool:
    if q.name or (not english and max(q.values) <= _SMALL_ELSEWHERE):
        return True
    if not q.written:
        several = q.end - q.start == 1 and tokens[q.start].text in SCALES  # "several hundred"
        return several or not english or max(q.values) <= _SMALL
    behind = text[q.span.end : q.span.end + 2]
    return not q.start and behind[:1] in (".", ")") and (behind[1:] or " ").isspace()


def _supported(known: _Known, tokens: Sequence[Token], q: Quantity, english: bool) -> bool:
    if not known.values.isdisjoint(q.values):
        return True
    if not english and any(v * scale in known.values for v in q.values for scale in _SCALED):
        return True
    if _as_year(known, tokens, q) or _as_time(known, q):
        return True
    rough = english and any(t.text in read_set("rough") for t in tokens[max(0, q.start - 3) : q.start])
    return any(_rounds(known, v, q, rough) for v in q.values)


def _as_year(known: _Known, tokens: Sequence[Token], q: Quantity) -> bool:
    """Whether "13" of 2012-13 or '13 is a known year, or "1990s" holds one."""
    v = q.values[0]
    if len(q.written) == 2 and tokens[q.start].before in ("-", "/", "'", "-'"):
        return not known.values.isdisjoint((1900 + v, 2000 + v))
    behind = tokens[q.end] if q.end < len(tokens) else None
    if behind is not None and behind.text in ("s", "'s") and q.written and v % 10 == 0:
        first = [v] if v >= _YEARS[0] else [1900 + v, 2000 + v]
        return any(_between(known, f, f + 9) for f in first)
    return False


def _as_time(known: _Known, q: Quantity) -> bool:
    """Whether "7.30" stands in the document as 7:30."""
    parts = q.written.split(".")
    return (
        len(parts) == 2
        and len(parts[1]) == 2
        and all(float(p) in known.values for p in parts if p.isdecimal())
    )


def _rounds(known: _Known, v: float, q: Quantity, rough: bool) -> bool:
    """Whether a number of the document becomes ``v`` when it is rounded to as many figures."""
    if q.written.isdecimal() and len(q.written) == 4 and int(v) in _YEARS:
        return False
    if rough and v > _SMALL:
        return _between(known, v * (1 - _ROUGHLY), v * (1 + _ROUGHLY))
    unit = _unit(v)
    lo, hi = v - unit / 2, v + unit / 2
    at = bisect_left(known.ordered, max(lo, v * (1 - _NEARLY)))
    for number in known.ordered[at:]:
        if number > min(hi, v * (1 + _NEARLY)):
            return False
        # 48 is no 50; 4.8 may be 5, and 4,837 be 4,800 or 5,000.
        if unit > 10 or number != math.floor(number):
            return True
    return False


def _unit(v: float) -> float:
    """What the last figure of a number stands for: 100 in 4,800, .1 in 2.5."""
    whole = int(v)
    if v != whole:
        digits = repr(v).partition(".")[2]
        return 10.0 ** -len(digits)
    unit = 1.0
    while whole and whole % 10 == 0:
        whole //= 10
        unit *= 10
    return unit


def _between(known: _Known, lo: float, hi: float) -> bool:
    at = bisect_left(known.ordered, lo)
    return at < len(known.ordered) and known.ordered[at] <= hi
