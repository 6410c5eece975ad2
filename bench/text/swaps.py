"""What a statement has in the place of something else of the document: another name or number.

A statement that otherwise says a sentence of the document word for word is laid against it; where it differs
in one such thing, and the document nowhere says it the statement's way, the two contradict each other.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from bench.core.types import Finding, Span
from bench.text.align import Alignment, Gap
from bench.text.analysis import Sentence, Token
from bench.text.names import Name, is_nation, is_proper, same_name
from bench.text.quantities import Quantity, is_close, quantities
from bench.text.source import Source

ENTITY, NUMBER, CROSSED = 0.75, 0.75, 0.75

# Share of a statement's content that must be the same, tokens that may differ, equal ones beside them.
_SHARED = 0.6
_WIDEST = 5
_BESIDE = 2
# Where a name stands with this share of what the statement says, the document may say it that way too.
_OTHERWISE = 0.5


def swapped_names(
    source: Source, claim: Sentence, named: Sequence[Name], aligned: Sequence[Alignment]
) -> list[Finding]:
    """Names of the document where it has another one."""
    findings: dict[Name, Finding] = {}
    for alignment, gap, others in _gaps(source, claim, aligned):
        for name in named:
            if not gap.start <= name.start < name.end <= gap.end or name in findings:
                continue
            tokens = claim.tokens[name.start : name.end]
            if any(t.stem not in source.where for t in tokens):
                continue
            rivals = [t for t in others if is_proper(source, t)]
            if is_nation(tokens) and not is_nation(rivals):  # "the Briton" for him
                continue
            if not rivals or same_name(tokens, rivals) or _said_otherwise(source, claim, name, alignment, 1):
                continue
            span = Span(tokens[0].span.start, tokens[-1].span.end)
            place = Span(rivals[0].span.start, rivals[-1].span.end)
            findings[name] = Finding(
                "entity-swapped", ENTITY, span, (place,), "the article has another name here"
            )
    return list(findings.values())


def crossed_names(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Two names that stand each in the other's place."""
    for alignment in aligned:
        tokens = source.sentences[alignment.sentence].tokens
        gaps = [g for g in alignment.gaps if 0 < g.end - g.start <= _WIDEST and 0 < g.high - g.low <= _WIDEST]
        for one, other in combinations(gaps if alignment.shared >= _OTHERWISE else (), 2):
            if other.start - one.end < _BESIDE:
                continue
            if not _goes_to(source, claim, one, other, tokens) or not _goes_to(
                source, claim, other, one, tokens
            ):
                continue
            span = Span(claim.tokens[one.start].span.start, claim.tokens[other.end - 1].span.end)
            places = tuple(Span(tokens[g.low].span.start, tokens[g.high - 1].span.end) for g in (one, other))
            return [
                Finding("role-swapped", CROSSED, span, places, "the article has them the other way round")
            ]
    return []


def _goes_to(source: Source, claim: Sentence, one: Gap, other: Gap, tokens: Sequence[Token]) -> bool:
    """Whether a name on the statement's side of a gap is on the document's side of another."""
    theirs = {t.stem for t in tokens[other.low : other.high] if is_proper(source, t)}
    return any(t.stem in theirs for t in claim.tokens[one.start : one.end])


def swapped_numbers(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """Numbers where the document has another one."""
    mine = [q for q in quantities(claim) if not q.name]
    findings: dict[Quantity, Finding] = {}
    for alignment, gap, _ in _gaps(source, claim, aligned) if mine else ():
        theirs = [
            q for q in quantities(source.sentences[alignment.sentence]) if gap.low <= q.start < gap.high
        ]
        for q in mine:
            if not gap.start <= q.start < gap.end or q in findings or len(theirs) != 1:
                continue
            if is_close(q, theirs[0]) or _said_otherwise(source, claim, Name(q.start, q.end), alignment, 0):
                continue
            place = theirs[0].span
            detail = f"the article has {source.text[place.start : place.end]} here"
            findings[q] = Finding("number-conflict", NUMBER, q.span, (place,), detail[:120])
    return list(findings.values())


def _gaps(
    source: Source, claim: Sentence, aligned: Sequence[Alignment]
) -> Iterator[tuple[Alignment, Gap, Sequence[Token]]]:
    """Where a statement differs from a sentence that it otherwise repeats."""
    for alignment in aligned:
        tokens = source.sentences[alignment.sentence].tokens
        for gap in alignment.gaps:
            mine, theirs = gap.end - gap.start, gap.high - gap.low
            if not (0 < mine <= _WIDEST and 0 < theirs <= _WIDEST) or gap.left + gap.right < _BESIDE:
                continue
            left = gap.left or not gap.start
            right = gap.right or gap.end == len(claim.tokens)
            if left and right and _rest(claim, alignment, gap) >= _SHARED:
                yield alignment, gap, tokens[gap.low : gap.high]


def _rest(claim: Sentence, alignment: Alignment, gap: Gap) -> float:
    """The share of the content outside a gap that is equal."""
    outside = [n for n, t in enumerate(claim.tokens) if t.content and not gap.start <= n < gap.end]
    return sum(alignment.partner[n] >= 0 for n in outside) / len(outside) if outside else 0.0


def _said_otherwise(source: Source, claim: Sentence, name: Name, alignment: Alignment, near: int) -> bool:
    """Whether the document may say it with the name or number of the statement after all.

    Where that stands in the sentence itself, or so near to it that a description may mean it ("the
    champions"); or in another place together with much of what the statement says.
    """
    stems = {t.stem for n, t in enumerate(claim.tokens) if t.content and not name.start <= n < name.end}
    here = (1 << len(source.sentences)) - 1
    for token in claim.tokens[name.start : name.end]:
        here &= source.where.get(token.stem, 0)
    while here:
        low = here & -here
        here ^= low
        place = low.bit_length() - 1
        if abs(place - alignment.sentence) <= near:
            return True
        around = (low | low << 1 | low >> 1) & ~(1 << alignment.sentence)
        if sum(bool(source.where.get(stem, 0) & around) for stem in stems) >= _OTHERWISE * len(stems):
            return True
    return False
