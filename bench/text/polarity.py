"""Words that turn a statement into its opposite: negations that were added, and antonyms."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

from bench.core.types import Finding, Span
from bench.text.align import Alignment
from bench.text.analysis import Sentence, Token
from bench.text.lists import read_list, read_set
from bench.text.source import Source

NEGATION, ANTONYM, ELSEWHERE = 1.0, 1.0, 0.5

_DETAIL = "the article says so without a negation"
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
# Equal tokens beside a word and its opposite.
_ANCHOR = 2
# How far before a word a negation turns it round.
_BEFORE = 3
_CLAUSE = frozenset(
    ("and", "but", "or", "nor", "because", "so", "that", "which", "who", "while", "when", "if")
)
_NOT_ONLY = frozenset(
    ("more", "less", "fewer", "later", "only", "just", "merely", "least", "longer", "wonder", "doubt")
)


def negation_findings(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Negations of what the document says without one.

    Either a sentence of the document is the same but for the negation; or the statement is much in the words
    of the document, and the next two content words of its clause stand together in no sentence that is
    negated. In free wording nothing is said. That a negation was *lost* tells nothing: documents deny what
    somebody said.
    """
    if not aligned:
        return []
    findings = []
    for i, token in enumerate(claim.tokens):
        if token.text not in read_set("negators") or _no_negation(claim.tokens, i):
            continue
        place = _put_in(source, claim, aligned, i)
        if place is None and aligned[0].shared >= _WORDING and _is_new(source, claim, aligned, i):
            place = source.sentences[aligned[0].sentence].span
        if place is not None:
            findings.append(Finding("negation", NEGATION, token.span, (place,), _DETAIL))
    return findings


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


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Each word of the antonyms with its opposites."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in read_list("antonyms"):
        a, b = line.split()
        found[a].add(b)
        found[b].add(a)
    return {word: frozenset(others) for word, others in found.items()}


def antonym_findings(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Words in whose place the nearest sentences of the document have the opposite, not negated.

    A word that the document has elsewhere counts half, and only where the statement is much in its words;
    in full where nothing else differs there.
    """
    texts = _texts(source)
    findings = []
    for i, token in enumerate(claim.tokens):
        others = opposites().get(token.text)
        named = token.capital and not token.first
        if others is None or named or others.isdisjoint(texts):
            continue
        absent = token.text not in texts and token.stem not in source.where
        found = _opposite(source, aligned, i, others)
        if found is None:
            continue
        span, exchanged, shared = found
        if exchanged or shared >= _WORDING:
            severity = ANTONYM if absent or exchanged else ELSEWHERE
            findings.append(
                Finding("antonym", severity, token.span, (span,), "the article says the opposite")
            )
    return findings


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
                negated = any(t.text in read_set("negators") for t in tokens[max(0, at - _BEFORE) : at])
                if tokens[at].text in others and not negated:
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


@lru_cache(maxsize=64)
def _texts(source: Source) -> frozenset[str]:
    return frozenset(t.text for s in source.sentences for t in s.tokens)
