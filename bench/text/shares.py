"""How much of what a statement says around a name or number each sentence of a document has."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.text.analysis import Token
from bench.text.source import Source

# Content words so far off weigh half as much.
_FADES = 8
_BESIDE = 0.5


@dataclass(frozen=True, slots=True)
class Shares:
    """For each sentence of a document a share of a statement, in [0, 1].

    Attributes:
        alone: What it has itself.
        around: With half of what only its neighbours have.
    """

    alone: tuple[float, ...]
    around: tuple[float, ...]


def shares(source: Source, tokens: Sequence[Token], start: int, end: int) -> Shares:
    """The shares of the content words outside some tokens; words that are near or rare weigh more."""
    n = len(source.sentences)
    weights: dict[str, float] = {}
    for i, token in enumerate(tokens):
        if token.content and not start <= i < end:
            apart = start - i if i < start else i - end + 1
            rare = math.log(2 + n / (1 + source.where.get(token.stem, 0).bit_count()))
            weights[token.stem] = max(weights.get(token.stem, 0.0), rare / (1 + apart / _FADES))
    total = math.fsum(weights.values())
    alone, around = [0.0] * n, [0.0] * n
    for stem, weight in weights.items():
        here = source.where.get(stem, 0)
        for i in bits(here):
            alone[i] += weight / total
            around[i] += weight / total
        for i in bits((here << 1 | here >> 1) & ~here & ((1 << n) - 1)):
            around[i] += _BESIDE * weight / total
    return Shares(tuple(alone), tuple(around))


def bits(places: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    while places:
        low = places & -places
        places ^= low
        yield low.bit_length() - 1
