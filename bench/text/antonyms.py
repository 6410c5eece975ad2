"""Words in whose place, or for which in other words, the document has the opposite."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from bench.core.types import Finding, Span
from bench.text.align import Alignment
from bench.text.analysis import Sentence, Token
from bench.text.clauses import NOWHERE, context, place, positions
from bench.text.forms import family, stem, turned
from bench.text.lists import read_list, read_set
from bench.text.source import Source

ANTONYM, ELSEWHERE = 1.0, 0.5

_DETAIL = "the article says the opposite"
_SHARED = 0.6
_WORDING = 0.5
# Equal tokens beside a word and its opposite.
_ANCHOR = 2
# How far before a word a negation turns it round.
_BEFORE = 3
# The share of a statement that stands around the opposite; of two words that may both be true of one event
# ("sold" by one, "bought" by the other), more of it.
_AROUND = 0.35
_CONVERSE = 0.6
# In other words these compare or place something, which tells nothing.
_PLACING = frozenset(
    ("after", "before", "down", "few", "less", "like", "many", "may", "more", "most", "up", "well")
)
# No form of the word of which they have the stem.
_OTHER = frozenset(("goods", "highs", "lows", "minutes", "news"))


def antonym_findings(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Words that the document contradicts by their opposite, not negated.

    Either the nearest sentences have the opposite in their place: in full where the document has the word
    nowhere or nothing else differs, else half, and only where the statement is much in its words. Or what
    the statement says around the word stands around the opposite, and not around the word itself.
    """
    texts = _texts(source)
    findings = []
    for i, token in enumerate(claim.tokens):
        if token.capital and not token.first:  # a name
            continue
        others = opposites().get(token.text, frozenset())
        found = None if others.isdisjoint(texts) else _opposite(source, aligned, i, others)
        severity = 0.0
        span = token.span
        if found is not None:
            span, exchanged, shared = found
            absent = token.text not in texts and token.stem not in source.where
            if exchanged or shared >= _WORDING:
                severity = ANTONYM if absent or exchanged else ELSEWHERE
        if severity < ANTONYM and (other := _around(source, claim, i)) is not None:
            span, severity = other, ANTONYM
        if severity:
            findings.append(Finding("antonym", severity, token.span, (span,), _DETAIL))
    return findings


def contrary(token: Token) -> frozenset[str]:
    """The stems of what says the opposite of a token."""
    if token.text in _OTHER or not token.text.isalpha():
        return frozenset()
    return _stems().get(token.stem, frozenset()) | turned(token.text)


def _around(source: Source, claim: Sentence, i: int) -> Span | None:
    """The opposite of a token, where the document has it with what the statement says around the token."""
    token = claim.tokens[i]
    if not token.content or token.text in _PLACING or _negated(claim.tokens, i):
        return None
    others = frozenset(other for other in contrary(token) if other in source.where)
    if not others:
        return None
    around = context(source, claim, i, others)
    opposite = same = NOWHERE
    for sentence, at in positions(source, others):
        tokens = source.sentences[sentence].tokens
        here = place(source, around, sentence, at)
        if _negated(tokens, at):
            same = max(same, here)
        elif _is_opposite(token, tokens[at]):
            opposite = max(opposite, here)
    alike = {o for other in others for o in _stems().get(other, ())}
    for sentence, at in positions(source, family(token.stem) | alike):
        if not _negated(source.sentences[sentence].tokens, at):
            same = max(same, place(source, around, sentence, at))
    converse = _converses().get(token.stem, frozenset())
    if not opposite.tells(_AROUND if converse.isdisjoint(others) else _CONVERSE, same):
        return None
    return source.sentences[opposite.sentence].tokens[opposite.position].span


def _is_opposite(token: Token, other: Token) -> bool:
    """Whether a word of the document that has the stem of an opposite is one."""
    named = other.capital and not other.first
    adverbs = token.text.endswith("ly") == other.text.endswith("ly")
    return adverbs and not named and other.text not in _PLACING and other.text not in _OTHER


def _negated(tokens: Sequence[Token], at: int) -> bool:
    return any(t.text in read_set("negators") for t in tokens[max(0, at - _BEFORE) : at])


def _opposite(
    source: Source, aligned: Sequence[Alignment], i: int, others: frozenset[str]
) -> tuple[Span, bool, float] | None:
    """The opposite word in the place of token ``i`` in a sentence of the document, if it is not negated.

    With it: whether nothing else differs there, and the share that the sentence has in common.
    """
    if any(_repeated(alignment, i) for alignment in aligned):
        return None
    for alignment in aligned:
        tokens = source.sentences[alignment.sentence].tokens
        for gap in alignment.gaps:
            if not gap.start <= i < gap.end or gap.left + gap.right < _ANCHOR:
                continue
            for at in range(gap.low, gap.high):
                if tokens[at].text in others and not _negated(tokens, at):
                    one = gap.end - gap.start == gap.high - gap.low == 1
                    return tokens[at].span, one and alignment.shared >= _SHARED, alignment.shared
    return None


def _repeated(alignment: Alignment, i: int) -> bool:
    """Whether a sentence of the document has the token with one that stands beside it."""
    partner = alignment.partner
    if partner[i] < 0:
        return False
    beside = [n for n in (i - 1, i + 1) if 0 <= n < len(partner)]
    return any(partner[n] >= 0 and abs(partner[n] - partner[i]) == 1 for n in beside)


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Each word of the antonyms with its opposites."""
    return _paired(_pairs("antonyms"))


@cache
def _stems() -> dict[str, frozenset[str]]:
    """The stems of all forms of the antonyms, and of the words of which any form contrasts."""
    return _paired(_forms([*_pairs("antonyms"), *_pairs("contrasts")]))


@cache
def _converses() -> dict[str, frozenset[str]]:
    return _paired(_forms(_pairs("converses")))


def _pairs(name: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in map(str.split, read_list(name))]


def _forms(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(one, other) for a, b in pairs for one in family(stem(a)) for other in family(stem(b))]


def _paired(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        found[a].add(b)
        found[b].add(a)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=64)
def _texts(source: Source) -> frozenset[str]:
    return frozenset(t.text for s in source.sentences for t in s.tokens)
