"""Lexical support: how far a document says a statement in the same words, near each other and in their order.

Four signals, which see copies, joined copies, likely wording and words that belong together. They reward
copying; a paraphrase has little support and may be true, a copy with one name changed has much and is not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from bench.core.types import Span
from bench.text.analysis import Sentence
from bench.text.source import Source
from bench.text.witten_bell import log_probability

# What a token weighs, an IDF over a single document: ln(2/1.5) for content that it has, ln(2/.5) for other.
# In millionths, so that sums are exact and all of a copied sentence is all of its weight.
STOP = 50_000
FOUND = 287_682
NOVEL = 1_386_294
_MIXED = round(math.sqrt(FOUND * NOVEL))
# Sentences of the document that the subsequence is looked for in.
_CANDIDATES = 6
# A further sentence is evidence when it has this share of the content, by weight, that none before it has.
_ADDS = 0.2
# Mean and standard deviation of each signal, and of the sum of their standard scores, on FRANK validation.
_LCS = (0.6161, 0.3782)
_CB = (0.6529, 0.3828)
_LMC = (-3.102, 2.572)
_PAIRW = (0.6699, 0.3852)
_SUM = (0.9805, 3.5109)
_CLIP = 4.0


@dataclass(frozen=True, slots=True)
class Support:
    """What a document has of a statement.

    Attributes:
        lcs: Weight of the heaviest common subsequence of all tokens with one sentence of the document, by
            the weight of the statement, in [0, 1]; the largest of six sentences.
        cb: Share of neighbours among the content stems that stand one to three places apart among those of
            the document, in the same order, in [0, 1]; of a single stem, whether it is found.
        lmc: Mean natural log probability of the content tokens, each after at most three stems before it,
            in a language model of the document; below 0.
        pairw: Share by weight of the pairs of content stems that stand together in two neighbouring
            sentences of the document, in [0, 1]; of a single stem, whether it is found.
        coverage: Share by weight of the content tokens that are found at all, in [0, 1].
        total: The sum of the four signals as standard scores, each cut at ±4.
        best: Sentences of the document that say it or parts of it, the best first; empty where no content
            stem is found.
    """

    lcs: float
    cb: float
    lmc: float
    pairw: float
    coverage: float
    total: float
    best: tuple[Span, ...]

    @property
    def score(self) -> float:
        """The sum, standardised again: between -2.87 and 0.86, about 0.8 for a copied sentence.

        It can be compared, but is no probability.
        """
        mean, sd = _SUM
        return (self.total - mean) / sd


def support(source: Source, claim: Sentence) -> Support | None:
    """The support of a statement; None where it has no content word, and so nothing to be found."""
    content = [token.stem for token in claim.tokens if token.content]
    if not content:
        return None
    ranked = _ranked(source, claim)[:_CANDIDATES]
    lcs, nearest = _subsequence(source, claim, ranked)
    order = sorted((i for i, _ in ranked), key=lambda i: i != nearest)
    cb = _neighbours(source, content)
    lmc = _likelihood(source, claim)
    pairw = _pairs(source, content)
    signals = ((lcs, _LCS), (cb, _CB), (lmc, _LMC), (pairw, _PAIRW))
    total = math.fsum(max(-_CLIP, min(_CLIP, (value - mean) / sd)) for value, (mean, sd) in signals)
    best = _evidence(source, content, order)
    return Support(lcs, cb, lmc, pairw, _coverage(source, content), total, best)


def best_sentences(source: Source, claim: Sentence, k: int) -> list[int]:
    """The ``k`` sentences of a document with the largest weight of tokens in common, the best first.

    Of equals the earlier one comes first. Fewer than ``k`` only where the document has fewer.
    """
    return [i for i, _ in _ranked(source, claim)[:k]]


def _ranked(source: Source, claim: Sentence) -> list[tuple[int, int]]:
    """All sentences of the document with the weight of the claim's tokens that they have."""
    shared = [0] * len(source.sentences)
    for token in claim.tokens:
        if bits := source.where.get(token.stem):
            weight = FOUND if token.content else STOP
            while bits:
                low = bits & -bits
                shared[low.bit_length() - 1] += weight
                bits ^= low
    return sorted(enumerate(shared), key=lambda pair: -pair[1])


def _weight(source: Source, stem: str) -> int:
    """Of a content stem."""
    return FOUND if stem in source.where else NOVEL


def _subsequence(source: Source, claim: Sentence, ranked: Sequence[tuple[int, int]]) -> tuple[float, int]:
    """The signal ``lcs``, and the sentence that it is from."""
    tokens = [(t.stem, _weight(source, t.stem) if t.content else STOP) for t in claim.tokens]
    most, nearest = 0, -1
    for i, shared in ranked:
        # No subsequence weighs more than all tokens in common.
        if shared <= most:
            break
        common = common_weight(tokens, source.places[i])
        if common > most:
            most, nearest = common, i
    return most / sum(weight for _, weight in tokens), nearest


def common_weight(tokens: Sequence[tuple[str, int]], places: Mapping[str, Sequence[int]]) -> int:
    """Weight of the heaviest common subsequence of weighted tokens and a sentence.

    Args:
        tokens: Stems and their weights, which are above 0.
        places: Stem to its ascending positions in the sentence.
    """
    size = 1 + max((positions[-1] for positions in places.values()), default=-1)
    # heaviest[p]: of the tokens so far and the sentence before position p. It never falls with p.
    heaviest = [0] * (size + 1)
    for stem, weight in tokens:
        # From the last position on, so that no token is used twice.
        for position in reversed(places.get(stem, ())):
            reached = heaviest[position] + weight
            at = position + 1
            while at <= size and heaviest[at] < reached:
                heaviest[at] = reached
                at += 1
    return heaviest[size]


def _neighbours(source: Source, content: Sequence[str]) -> float:
    if len(content) == 1:
        return float(content[0] in source.where)
    return sum(b in source.follow.get(a, ()) for a, b in pairwise(content)) / (len(content) - 1)


def _likelihood(source: Source, claim: Sentence) -> float:
    stems = [token.stem for token in claim.tokens]
    logs = [log_probability(source.model, stems, i) for i, t in enumerate(claim.tokens) if t.content]
    return math.fsum(logs) / len(logs)


def _pairs(source: Source, content: Sequence[str]) -> float:
    stems = set(content)
    if len(stems) == 1:
        return _coverage(source, content)
    # Bit i: the stem is in sentence i or in the next one. All stems that are found weigh the same.
    windows = [bits | bits >> 1 for stem in stems if (bits := source.where.get(stem, 0))]
    found, novel = len(windows), len(stems) - len(windows)
    total = FOUND * math.comb(found, 2) + _MIXED * found * novel + NOVEL * math.comb(novel, 2)
    return FOUND * sum(1 for a, b in combinations(windows, 2) if a & b) / total


def _coverage(source: Source, content: Sequence[str]) -> float:
    found = FOUND * sum(stem in source.where for stem in content)
    return found / sum(_weight(source, stem) for stem in content)


def _evidence(source: Source, content: Sequence[str], candidates: Sequence[int]) -> tuple[Span, ...]:
    """The first candidate with content, and those after it that have enough of what is still missing."""
    missing = set(content)
    enough = _ADDS * sum(_weight(source, stem) for stem in missing)
    best: list[int] = []
    for i in candidates:
        new = missing & source.places[i].keys()
        if new and (not best or FOUND * len(new) >= enough):
            best.append(i)
            missing -= new
    return tuple(source.sentences[i].span for i in best)
