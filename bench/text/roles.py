"""Who did it to whom, and whether it is he or she: hints for a reader, which weigh nothing."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.names import Name
from bench.text.source import Source

ROLE = PRONOUN = 0.0

_APART = 5
_BOTH_WAYS = frozenset(
    ("agre", "divorc", "draw", "drew", "face", "fight", "join", "link", "marri", "meet", "met", "play")
)
_HE = frozenset(("he", "him", "his", "himself"))
_SHE = frozenset(("she", "her", "hers", "herself"))


def role_findings(source: Source, claim: Sentence, found: Sequence[Name]) -> list[Finding]:
    """Two names around a word that stand around it the other way in the document, and never this way."""
    findings = []
    for first, second in pairwise(found):
        place = _reversed(source, claim.tokens, first, second)
        if place is not None:
            span = Span(claim.tokens[first.start].span.start, claim.tokens[second.end - 1].span.end)
            findings.append(Finding("role", ROLE, span, (place,), "the article has them the other way round"))
    return findings


def _reversed(source: Source, tokens: Sequence[Token], first: Name, second: Name) -> Span | None:
    """The sentence of the document that has two names the other way round."""
    a, b = tokens[first.end - 1].stem, tokens[second.end - 1].stem
    both = source.where.get(a, 0) & source.where.get(b, 0)
    if a == b or not both or not first.end < second.start <= first.end + _APART:
        return None
    if any(t.before for t in tokens[first.end : second.start + 1]):
        return None
    for i in range(first.end, second.start):
        verb = tokens[i].stem
        if not tokens[i].content or verb in _BOTH_WAYS:
            continue
        ways = {passive: n for n, passive in _ways(source, both & source.where.get(verb, 0), a, verb, b)}
        mine = _is_passive(tokens, i, second.start)
        if ways and mine not in ways:
            return source.sentences[ways[not mine]].span
    return None


def _ways(source: Source, bits: int, a: str, verb: str, b: str) -> Iterator[tuple[int, bool]]:
    """The sentences with ``a … verb … b`` (False, or True for the passive) and the other way round."""
    while bits:
        low = bits & -bits
        bits ^= low
        n = low.bit_length() - 1
        places, tokens = source.places[n], source.sentences[n].tokens
        for v in places[verb]:
            before = {s for s in (a, b) if any(v - _APART <= p < v for p in places[s])}
            behind = {s for s in (a, b) if any(v < p <= v + _APART for p in places[s])}
            end = next((p for s in behind for p in places[s] if p > v), v)
            passive = _is_passive(tokens, v, end)
            if a in before and b in behind:
                yield n, passive
            elif b in before and a in behind:
                yield n, not passive


def _is_passive(tokens: Sequence[Token], verb: int, end: int) -> bool:
    return any(t.text == "by" for t in tokens[verb + 1 : end])


def pronoun_findings(source: Source, claim: Sentence) -> list[Finding]:
    """He or she where the document has only the other."""
    men, women = _genders(source)
    wrong = _HE if women and not men else _SHE if men and not women else frozenset()
    for token in claim.tokens:
        if token.text in wrong:
            other = "she" if wrong is _HE else "he"
            return [Finding("pronoun", PRONOUN, token.span, (), f"the article has only {other}")]
    return []


@lru_cache(maxsize=64)
def _genders(source: Source) -> tuple[bool, bool]:
    texts = {t.text for s in source.sentences for t in s.tokens}
    return not texts.isdisjoint(_HE), not texts.isdisjoint(_SHE)
