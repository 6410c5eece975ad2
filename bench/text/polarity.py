"""Negations that a statement has and the document has not, or the other way round."""

from collections.abc import Sequence
from functools import lru_cache

from bench.core.types import Finding, Span
from bench.text.align import Alignment
from bench.text.analysis import Sentence, Token
from bench.text.antonyms import contrary
from bench.text.clauses import NOWHERE, before, context, positions
from bench.text.clauses import place as place_of
from bench.text.forms import family
from bench.text.lists import read_set
from bench.text.source import Source

NEGATION = 1.0

_DETAIL = "the article says so without a negation"
_DENIED = "the article says so with a negation"
# Content words behind a negation that must be found together.
_SCOPE = 2
# How far from the negation they may stand.
_REACH = 8
_SHARED = 0.6
_WORDING = 0.5
_COPIED = 0.8
_BESIDE = 4
# rapidfuzz's ratio of "realise" and "realize".
_SPELT = 85.0
# In other words: the share of a statement that stands around what is not negated, or negated.
_ADDED = 0.4
_LOST = 0.5
_LOST_FOUND = 3
_LOST_MORE = 0.35
# How far from a word something may put it in doubt, and how far before it a negation is of that word.
_DOUBTFUL = 6
_DIRECT = 4
_DOUBTS = frozenset(
    ("abandon", "abandoned", "absence", "absent", "avoid", "avoided", "avoiding", "ban", "banned", "cancel",
     "canceled", "cancelled", "few", "free", "impossible", "instead", "insufficient", "least", "little",
     "loss", "minimal", "miss", "missed", "missing", "nil", "only", "prevent", "prevented", "preventing",
     "prevents", "rarely", "reject", "rejected", "rejects", "ruled", "seldom", "stop", "stopped", "stops",
     "too", "unlikely", "zero")
)  # fmt: skip
_CLAUSE = frozenset(
    ("and", "but", "or", "nor", "because", "so", "that", "which", "who", "while", "when", "if")
)
_NOT_ONLY = frozenset(
    ("more", "less", "fewer", "later", "only", "just", "merely", "least", "longer", "wonder", "doubt")
)


def negation_findings(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Negations of what the document says without one; where there are none, one that was lost.

    Of an added one either a sentence of the document is the same but for the negation; or the statement is
    much in the words of the document, and the next two content words of its clause stand together in no
    sentence that is negated; or what it says around one of these words stands around that word, without a
    negation, and nowhere with one. A negation is lost when the statement has none, and what it says around
    a word stands around that word in the document only behind a negation.
    """
    findings = []
    for i, token in enumerate(claim.tokens):
        if token.text not in read_set("negators") or _no_negation(claim.tokens, i):
            continue
        place = _put_in(source, claim, aligned, i)
        if place is None and aligned and aligned[0].shared >= _WORDING and _is_new(source, claim, aligned, i):
            place = source.sentences[aligned[0].sentence].span
        if place is None:
            place = _said_without(source, claim, i)
        if place is not None:
            findings.append(Finding("negation", NEGATION, token.span, (place,), _DETAIL))
    return findings or _lost(source, claim)


def _said_without(source: Source, claim: Sentence, i: int) -> Span | None:
    """The sentence that says without a negation what stands behind that of a statement."""
    without = negated = NOWHERE
    for n in _scope(claim, i):
        token = claim.tokens[n]
        around = context(source, claim, n, (claim.tokens[i].stem,))
        for sentence, at in positions(source, family(token.stem)):
            tokens = source.sentences[sentence].tokens
            here = place_of(source, around, sentence, at)
            near = tokens[max(0, at - _DOUBTFUL) : at + _DOUBTFUL + 1]
            if _is_negated(tokens, at, 1, _REACH) or any(map(_casts_doubt, near)):
                negated = max(negated, here)
            else:
                without = max(without, here)
        for sentence, at in positions(source, contrary(token)):
            negated = max(negated, place_of(source, around, sentence, at))
    return source.sentences[without.sentence].span if without.tells(_ADDED, negated) else None


def _lost(source: Source, claim: Sentence) -> list[Finding]:
    """What the document says only behind a negation."""
    if any(map(_casts_doubt, claim.tokens)):
        return []
    for i, token in enumerate(claim.tokens):
        if not token.content or token.capital or not token.text.isalpha():
            continue
        places = list(positions(source, family(token.stem)))
        denied = [p for p in places if _is_negated(source.sentences[p[0]].tokens, p[1], 0, _DIRECT)]
        if not denied:
            continue
        around = context(source, claim, i)
        also = (
            p
            for p in positions(source, contrary(token))
            if _is_negated(source.sentences[p[0]].tokens, p[1], 0, _DIRECT)
        )
        said = max(
            (place_of(source, around, *p) for p in (*places, *also) if p not in denied), default=NOWHERE
        )
        most = max(place_of(source, around, *p) for p in denied)
        if most.beside and most.found >= _LOST_FOUND and most.tells(_LOST, said, _LOST_MORE):
            place = source.sentences[most.sentence].span
            return [Finding("negation", NEGATION, token.span, (place,), _DENIED)]
    return []


def _is_negated(tokens: Sequence[Token], at: int, content: int, reach: int) -> bool:
    """Whether a negation stands before a token, over at most some words of content."""
    return any(tokens[n].text in read_set("negators") for n in before(tokens, at, content, reach))


def _casts_doubt(token: Token) -> bool:
    return token.text in _DOUBTS or token.text in read_set("negators")


def _no_negation(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word only looks like one: "hours, not days", "not only", "no longer", "no 2"."""
    contrast = i > 0 and tokens[i].before == "," and tokens[i].text == "not"
    behind = tokens[i + 1].text if i + 1 < len(tokens) else ""
    return contrast or behind in _NOT_ONLY or behind[:1].isdecimal()


def _is_new(source: Source, claim: Sentence, aligned: Sequence[Alignment], i: int) -> bool:
    """Whether no negated sentence of the document has the two words that a negation is about.

    The first of them must be a word of the document, or hardly any other may differ: "did not change" may
    stand for "remained".
    """
    scope = _scope(claim, i)
    if not scope or any(_as_there(source, claim, alignment, i, scope) for alignment in aligned):
        return False
    nearest = source.places[aligned[0].sentence]
    if any(not contrary(claim.tokens[n]).isdisjoint(nearest) for n in scope):  # "not open" of what is closed
        return False
    bits = [source.where.get(claim.tokens[n].stem, 0) for n in scope]
    told = bits[0] or (len(bits) == _SCOPE and aligned[0].shared >= _COPIED)
    return bool(told) and not bits[0] & bits[-1] & _negated(source)


def _as_there(source: Source, claim: Sentence, alignment: Alignment, i: int, scope: Sequence[int]) -> bool:
    """Whether a sentence has the same negation and behind it the same words, or these in another spelling."""
    from rapidfuzz import fuzz

    at = alignment.partner[i]
    behind = source.sentences[alignment.sentence].tokens[max(0, at - _REACH) : at + 1 + _REACH]
    return at >= 0 and all(
        alignment.partner[n] >= 0 or any(fuzz.ratio(claim.tokens[n].text, t.text) >= _SPELT for t in behind)
        for n in scope
    )


def _put_in(source: Source, claim: Sentence, aligned: Sequence[Alignment], i: int) -> Span | None:
    """The sentence that a statement repeats but for the negation in it."""
    for alignment in aligned:
        if alignment.shared < _SHARED:
            return None
        sentence = source.sentences[alignment.sentence]
        for gap in alignment.gaps:
            if not gap.start <= i < gap.end or not (
                gap.left and gap.right and gap.left + gap.right >= _BESIDE
            ):
                continue
            more = [*claim.tokens[gap.start : i], *claim.tokens[i + 1 : gap.end]]
            if any(t.content for t in (*more, *sentence.tokens[gap.low : gap.high])):
                continue
            around = sentence.tokens[max(0, gap.low - 3) : gap.high + 3]
            if not any(t.text in read_set("negators") for t in around):
                return sentence.span
    return None


def _scope(claim: Sentence, i: int) -> list[int]:
    """The next two content words behind a negation, in its clause."""
    scope: list[int] = []
    for n in range(i + 1, min(i + 1 + _REACH, len(claim.tokens))):
        token = claim.tokens[n]
        if len(scope) == _SCOPE or token.before not in ("", "-") or token.text in _CLAUSE:
            break
        if token.content:
            scope.append(n)
    return scope


@lru_cache(maxsize=64)
def _negated(source: Source) -> int:
    """The sentences of a document with a negation, as bits."""
    bits = 0
    for i, sentence in enumerate(source.sentences):
        if any(t.text in read_set("negators") for t in sentence.tokens):
            bits |= 1 << i
    return bits
