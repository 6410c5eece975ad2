"""A statement laid against sentences of the document: what is equal, and what stands there instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.text.analysis import Sentence
from bench.text.source import Source


@dataclass(frozen=True, slots=True)
class Gap:
    """Tokens of the statement, and those that the document has in their place; either may be none.

    Attributes:
        start: First token of the statement's side.
        end: Behind its last.
        low: First token of the document's side, in its sentence.
        high: Behind its last.
        left: Equal tokens directly before.
        right: Equal tokens directly behind.
    """

    start: int
    end: int
    low: int
    high: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """A statement and a sentence of the document.

    Attributes:
        sentence: Index in the document.
        gaps: Where they differ, in order.
        shared: Share of the statement's content tokens that are equal, in [0, 1].
        partner: For each token of the statement, the equal one of the sentence, or -1.
    """

    sentence: int
    gaps: tuple[Gap, ...]
    shared: float
    partner: tuple[int, ...]


def align(source: Source, claim: Sentence, near: Sequence[int]) -> list[Alignment]:
    """The statement against each of some sentences, the one with the largest share in common first."""
    found = [_against(source, claim, i) for i in near]
    return sorted(found, key=lambda a: -a.shared)


def _against(source: Source, claim: Sentence, i: int) -> Alignment:
    from rapidfuzz.distance import LCSseq

    tokens, others = claim.tokens, source.sentences[i].tokens
    steps = LCSseq.opcodes([t.stem for t in tokens], [t.stem for t in others])
    blocks = [(s.src_start, s.dest_start, s.src_end - s.src_start) for s in steps if s.tag == "equal"]
    gaps = []
    at = low = left = 0
    partner = [-1] * len(tokens)
    for start, other, size in [*blocks, (len(tokens), len(others), 0)]:
        if start > at or other > low:
            gaps.append(Gap(at, start, low, other, left, size))
        for n in range(size):
            partner[start + n] = other + n
        at, low, left = start + size, other + size, size
    content = [n for n, t in enumerate(tokens) if t.content]
    equal = sum(partner[n] >= 0 for n in content)
    return Alignment(i, tuple(gaps), equal / len(content) if content else 0.0, tuple(partner))
