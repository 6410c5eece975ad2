"""Where a document speaks of what a statement says around one of its words.

A statement in other words has few neighbours in common with the document, but much of its content stands
near the word that matters, or near its opposite.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.text.analysis import Sentence, Token
from bench.text.source import Source

# Words that begin another clause.
_JOINTS = frozenset(
    ("and", "but", "or", "nor", "because", "so", "that", "which", "who", "while", "when", "if", "although",
     "though", "whereas", "unless", "since", "after", "before", "until")
)  # fmt: skip
_BREAKS = frozenset(",;:()–—\"'!?")
# What a word of another clause counts, one that stands farther off, and one of a neighbouring sentence.
_OUTSIDE = 0.5
_FAR = 0.7
_BESIDE = 0.4
# A word that the document has not is half as much against a place as one that stands elsewhere.
_NOVEL = 0.5
_NEAR = 12
_CLOSE = 6
# Of an abbreviation such as "U.S.", whose full stop ends no clause.
_INITIALS = 2
# What a place must have: words of the context and, below a share that is plain, one that stands directly
# beside in both.
_FOUND = 2
_PLAIN = 0.55


@dataclass(frozen=True, slots=True)
class Context:
    """The content of a statement around one of its words.

    Attributes:
        weights: Stem to weight, of those that the document has; the rarer there, the more.
        total: All weights, with half of what those that it has not would weigh.
        beside: The stems of the nearest content on either side, in the clause where it has any.
    """

    weights: Mapping[str, float]
    total: float
    beside: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A token of the document, by how much of a context stands around it.

    Attributes:
        share: Of the weight of the context, in [0, 1].
        found: Number of its stems in the sentence.
        beside: How many of the nearest stand near the token.
        sentence: Index in the document.
        position: Of the token, in its sentence.
    """

    share: float
    found: int
    beside: int
    sentence: int
    position: int

    def tells(self, least: float, than: "Place", more: float = 0.25) -> bool:
        """Whether it speaks of the same, and of ``more`` of it than another place."""
        around = self.beside > 0 or self.share >= _PLAIN
        return around and self.share >= least and self.found >= _FOUND and self.share - than.share >= more


NOWHERE = Place(0.0, 0, 0, -1, -1)


def clause(tokens: Sequence[Token], i: int) -> tuple[int, int]:
    """The first token of the clause of token ``i``, and the end of that clause."""
    start, end = i, i + 1
    while start and not _parts(tokens, start) and tokens[start - 1].text not in _JOINTS:
        start -= 1
    while end < len(tokens) and not _parts(tokens, end) and tokens[end].text not in _JOINTS:
        end += 1
    return start, end


def before(tokens: Sequence[Token], i: int, content: int, reach: int) -> Iterator[int]:
    """The tokens before token ``i`` in its clause, backwards, until more than some words of content."""
    for at in range(i - 1, max(-1, i - 1 - reach), -1):
        if _parts(tokens, at + 1):
            return
        yield at
        content -= tokens[at].content
        if content < 0 or tokens[at].text in _JOINTS:
            return


def _parts(tokens: Sequence[Token], i: int) -> bool:
    """Whether a clause ends before a token."""
    sign = tokens[i].before
    if not i or not sign:
        return not i
    return not _BREAKS.isdisjoint(sign) or ("." in sign and len(tokens[i - 1].text) > _INITIALS)


def context(source: Source, claim: Sentence, i: int, but: Collection[str] = ()) -> Context:
    """What a statement says around its token ``i``, without that and some stems."""
    tokens = claim.tokens
    start, end = clause(tokens, i)
    left_out = {tokens[i].stem, *but}
    content = [n for n, t in enumerate(tokens) if t.content and t.stem not in left_out]
    near = [n for n in content if start <= n < end] or content
    sides = max((n for n in near if n < i), default=-1), min((n for n in near if n > i), default=-1)
    counts: dict[str, float] = {}
    for n in content:
        counts[tokens[n].stem] = max(counts.get(tokens[n].stem, 0.0), 1.0 if start <= n < end else _OUTSIDE)
    size = len(source.sentences)
    weights, novel = {}, 0.0
    for stem, counted in counts.items():
        if bits := source.where.get(stem, 0):
            weights[stem] = counted * math.log1p(size / bits.bit_count())
        else:
            novel += counted * math.log1p(size)
    beside = frozenset(tokens[n].stem for n in sides if n >= 0)
    return Context(weights, math.fsum(weights.values()) + _NOVEL * novel, beside)


def positions(source: Source, stems: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The sentences and positions at which a document has one of some stems."""
    for stem in stems:
        bits = source.where.get(stem, 0)
        while bits:
            low = bits & -bits
            bits ^= low
            sentence = low.bit_length() - 1
            for position in source.places[sentence][stem]:
                yield sentence, position


def place(source: Source, around: Context, sentence: int, position: int) -> Place:
    """How much of a context stands around a token of the document."""
    here = source.places[sentence]
    others = source.places[max(0, sentence - 1) : sentence + 2]
    shares, found, beside = [], 0, 0
    for stem, weight in around.weights.items():
        if stem in here:
            distance = min(abs(at - position) for at in here[stem])
            shares.append(weight if distance <= _NEAR else weight * _FAR)
            found += 1
            beside += stem in around.beside and distance <= _CLOSE
        elif any(stem in places for places in others):
            shares.append(weight * _BESIDE)
    share = math.fsum(shares) / around.total if around.total else 0.0
    return Place(share, found, beside, sentence, position)
