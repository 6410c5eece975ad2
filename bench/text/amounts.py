"""All for some, a third for half, less for more than a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench.core.types import Finding, Span
from bench.text.align import Alignment
from bench.text.analysis import Sentence, Token
from bench.text.clauses import NOWHERE, context, place
from bench.text.quantities import Quantity, quantities
from bench.text.source import Source

AMOUNT, BOUND = 0.75, 1.0

# Share of a statement's content that is equal, tokens that may differ, equal ones beside them.
_SHARED = 0.6
_WIDEST = 5
_BESIDE = 2
# In other words: the share of a statement that stands around an amount.
_AROUND = 0.4
_NEAR = 0.03  # of a share in words to one in figures

# The shares of a whole that a word may mean.
_SHARES = {
    ("all",): (1.0, 1.0), ("both",): (1.0, 1.0), ("each",): (1.0, 1.0), ("entire",): (1.0, 1.0),
    ("every",): (1.0, 1.0), ("everybody",): (1.0, 1.0), ("everyone",): (1.0, 1.0), ("whole",): (1.0, 1.0),
    ("majority",): (0.5, 0.95), ("most",): (0.5, 0.95),
    ("many",): (0.01, 0.99), ("several",): (0.01, 0.99), ("some",): (0.01, 0.99),
    ("few",): (0.01, 0.4), ("minority",): (0.01, 0.49),
    ("neither",): (0.0, 0.0), ("no", "one"): (0.0, 0.0), ("nobody",): (0.0, 0.0), ("none",): (0.0, 0.0),
    ("half",): (0.45, 0.55), ("two", "thirds"): (0.62, 0.7), ("three", "quarters"): (0.72, 0.78),
    ("a", "third"): (0.3, 0.37), ("one", "third"): (0.3, 0.37),
    ("a", "quarter"): (0.22, 0.28), ("one", "quarter"): (0.22, 0.28),
}  # fmt: skip
# What may be meant by them where the document has more: "some" are right where all are.
_TRUE = {
    "majority": (0.5, 1.0), "many": (0.1, 1.0), "most": (0.5, 1.0), "several": (0.01, 1.0),
    "some": (0.01, 1.0),
}  # fmt: skip
# Before and behind words that are then no amounts: "the most popular", "half an hour", "after all".
_NOT_BEHIND = {
    "all": ("above", "after", "at"), "few": ("a",), "half": ("first", "second", "the"),
    "most": ("at", "the"), "whole": ("on", "the"),
}  # fmt: skip
_NOT_BEFORE = {"half": ("an", "century", "hour", "time", "way", "year"), "all": ("right", "time")}
_UP = frozenset((("above",), ("at", "least"), ("exceeding",), ("more", "than"), ("no", "fewer", "than"),
    ("no", "less", "than"), ("over",), ("upwards", "of")))  # fmt: skip
_DOWN = frozenset((("at", "most"), ("below",), ("fewer", "than"), ("less", "than"), ("no", "more", "than"),
    ("under",)))  # fmt: skip


_OF = (["in"], ["of"], ["of", "the"], ["out", "of"])


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens of a sentence, from ``start`` to before ``end``, that mean a share from ``low`` to ``high``."""

    start: int
    end: int
    low: float
    high: float
    figures: bool


def amount_findings(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Shares that are not those of the document, and bounds of its numbers from the wrong side."""
    found = []
    for mine in _amounts(claim.tokens):
        if not mine.figures:
            where = _in_place(source, claim, aligned, mine) or _in_other_words(source, claim, mine)
            if where is not None:
                span = _span(claim.tokens, mine)
                detail = f"the article has {source.text[where.start : where.end]} here"
                found.append(Finding("amount", AMOUNT, span, (where,), detail[:120]))
    return [*found, *_bounds(source, claim)]


def _in_place(source: Source, claim: Sentence, aligned: Sequence[Alignment], mine: Amount) -> Span | None:
    """The amount that a sentence which says much the same has in the place of another."""
    for alignment in aligned:
        if alignment.shared < _SHARED:
            break
        tokens = source.sentences[alignment.sentence].tokens
        for gap in alignment.gaps:
            inside = gap.start <= mine.start and mine.end <= gap.end
            small = gap.end - gap.start <= _WIDEST and gap.high - gap.low <= _WIDEST
            if not inside or not small or gap.left + gap.right < _BESIDE:
                continue
            theirs = [
                a for s, a in _known(source) if s == alignment.sentence and gap.low <= a.start < gap.high
            ]
            if theirs and not any(_agree(claim.tokens, mine, a) for a in theirs):
                return _span(tokens, theirs[0])
    return None


def _in_other_words(source: Source, claim: Sentence, mine: Amount) -> Span | None:
    """The amount around which the document has what the statement says around another."""
    around = context(source, claim, mine.end - 1)
    other = same = NOWHERE
    where = None
    for sentence, theirs in _known(source):
        here = place(source, around, sentence, theirs.start)
        if _agree(claim.tokens, mine, theirs):
            same = max(same, here)
        elif here > other:
            other, where = here, _span(source.sentences[sentence].tokens, theirs)
    return where if other.tells(_AROUND, same) else None


def _agree(tokens: Sequence[Token], mine: Amount, theirs: Amount) -> bool:
    """Whether an amount of a statement may be true where the document has another."""
    low, high = _TRUE.get(tokens[mine.start].text, (mine.low, mine.high))
    near = _NEAR if theirs.figures else 0.0
    return theirs.low <= high + near and theirs.high >= low - near


@lru_cache(maxsize=64)
def _known(source: Source) -> tuple[tuple[int, Amount], ...]:
    return tuple((n, amount) for n, s in enumerate(source.sentences) for amount in _amounts(s.tokens))


def _amounts(tokens: Sequence[Token]) -> Iterator[Amount]:
    for i, token in enumerate(tokens):
        for size in (1, 2)[: len(tokens) - i]:
            shares = _SHARES.get(tuple(t.text for t in tokens[i : i + size]))
            if shares is None or (token.capital and not token.first):
                continue
            left = tokens[i - 1].text if i else ""
            right = tokens[i + size].text if i + size < len(tokens) else ""
            joined = i + size < len(tokens) and "-" in tokens[i + size].before
            apart = left in _NOT_BEHIND.get(token.text, ()) or right in _NOT_BEFORE.get(token.text, ())
            if not joined and not apart:
                yield Amount(i, i + size, *shares, figures=False)
    yield from _in_figures(tokens)


def _in_figures(tokens: Sequence[Token]) -> Iterator[Amount]:
    """Percentages, and "two of three"."""
    here = quantities(Sentence(tokens[0].span, tuple(tokens)))
    for n, q in enumerate(here):
        behind = tokens[q.end : q.end + 2]
        words = [t.text for t in behind]
        share = None
        if words[:1] == ["percent"] or words == ["per", "cent"] or (behind and "%" in behind[0].before):
            share = q.values[-1] / 100
        elif n + 1 < len(here) and [t.text for t in tokens[q.end : here[n + 1].start]] in _OF:
            whole = here[n + 1].values[-1]
            share = q.values[-1] / whole if whole > 1 else None
        if share is not None and 0 <= share <= 1:
            yield Amount(q.start, q.end, share, share, figures=True)


def _span(tokens: Sequence[Token], amount: Amount) -> Span:
    return Span(tokens[amount.start].span.start, tokens[amount.end - 1].span.end)


def _bounds(source: Source, claim: Sentence) -> list[Finding]:
    """Numbers that the document has as a bound from the other side, and never from this one."""
    found = []
    for way, q in _bounded(claim):
        theirs = [(other, r) for other, r in _known_bounds(source) if not set(q.values).isdisjoint(r.values)]
        if theirs and all(other != way for other, _ in theirs):
            found.append(
                Finding("amount", BOUND, q.span, (theirs[0][1].span,), "more for less, or the other way")
            )
    return found


@lru_cache(maxsize=64)
def _known_bounds(source: Source) -> tuple[tuple[int, Quantity], ...]:
    return tuple(bound for s in source.sentences for bound in _bounded(s))


def _bounded(sentence: Sentence) -> Iterator[tuple[int, Quantity]]:
    """The numbers that are bounds: 1 for "more than", -1 for "less than"."""
    for q in quantities(sentence):
        words = tuple(t.text for t in sentence.tokens[max(0, q.start - 3) : q.start])
        # The longest phrase is meant: "no less than" is more.
        for size in (3, 2, 1):
            phrase = words[-size:] if len(words) >= size else ()
            way = 1 if phrase in _UP else -1 if phrase in _DOWN else 0
            if way and not q.name:
                yield way, q
            if way:
                break
