"""Who did it to whom, and whether it is he or she: a hint for a reader, which weighs nothing."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence
from bench.text.misplaced import Mention, is_same, span_of, words_of
from bench.text.slots import Link, Slot, beside, fit
from bench.text.source import Source

ROLE, PRONOUN = 0.75, 0.0

# How far two names together must fit each other's places, and how much better than their own.
_CROSSED = 1.4
_RATHER = 0.5
_BOTH_WAYS = frozenset(
    ("agre", "answer", "ask", "call", "divorc", "draw", "drew", "face", "fight", "join", "link", "marri",
     "meet", "met", "play")
)  # fmt: skip
# What may follow a verb that is done to somebody: "Graham lent him money".
_OBJECTS = frozenset(("a", "an", "the", "him", "her", "them", "it", "his", "its", "their", "me", "us"))
_HE = frozenset(("he", "him", "his", "himself"))
_SHE = frozenset(("she", "her", "hers", "herself"))


def role_findings(source: Source, found: Sequence[Mention]) -> list[Finding]:
    """Two names that stand each in the other's place, or do to each other what the document turns round."""
    findings = []
    for one, other in combinations(found, 2):
        if is_same(one.tokens, other.tokens):
            continue
        turned = _crossed(source, one, other) or _turned(source, one, other) or _turned(source, other, one)
        if turned:
            span = Span(one.span.start, other.span.end)
            places = tuple(span_of(source, slot) for slot in turned)
            detail = "the article has them the other way round"
            findings.append(Finding("role-swapped", ROLE, span, places, detail))
    return findings


def _crossed(source: Source, one: Mention, other: Mention) -> tuple[Slot, ...]:
    """Places of the two, at most a sentence apart, that have beside them what the other has here."""
    pairs = [
        (
            _one_way(other, mine) + _one_way(one, theirs),
            -mine.sentence,
            -mine.start,
            -theirs.start,
            (mine, theirs),
        )
        for mine, _ in other.others
        if is_same(one.tokens, words_of(source, mine))
        for theirs, _ in one.others
        if abs(mine.sentence - theirs.sentence) <= 1 and is_same(other.tokens, words_of(source, theirs))
    ]
    if not pairs:
        return ()
    fits, *_, places = max(pairs, key=lambda pair: pair[:4])
    return places if fits >= _CROSSED and fits - one.fits - other.fits >= _RATHER else ()


def _one_way(mention: Mention, slot: Slot) -> float:
    return fit([link for link in mention.links if link.stem not in _BOTH_WAYS], slot.links)


def _turned(source: Source, one: Mention, other: Mention) -> tuple[Slot, ...]:
    """Where the second does what the first does to it in the statement, and the first nowhere does."""
    for link in one.links:
        back = Link(link.stem, 0, -1, "")
        if link.rank or link.side < 0 or link.by or link.stem in _BOTH_WAYS or back not in other.links:
            continue
        if any(known.stem == link.stem and known.side > 0 for slot, _ in one.own for known in slot.links):
            continue
        for slot in beside(source, (link,)):
            mine = link in slot.links and is_same(other.tokens, words_of(source, slot))
            if mine and _is_done_to_somebody(source, slot, link.stem):
                return (slot,)
    return ()


def _is_done_to_somebody(source: Source, slot: Slot, verb: str) -> bool:
    tokens = source.sentences[slot.sentence].tokens
    behind = next((i + 1 for i in range(slot.end, len(tokens) - 1) if tokens[i].stem == verb), None)
    if behind is None or tokens[behind].before:
        return False
    text = tokens[behind].text
    return text in _OBJECTS or (tokens[behind].content and not text.endswith("ly"))


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
