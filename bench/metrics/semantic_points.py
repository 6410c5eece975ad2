"""The points of a summary and of a reference compared by the vectors of their words."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.core.asks import Dialogue
from bench.core.types import Document, Score, Summary
from bench.metrics.bullets import Bullet
from bench.metrics.greedy import Array, best_pair
from bench.metrics.points import Compared, Said, report
from bench.text.analysis import Sentence
from bench.text.source import read_source


def compare_meanings(
    by: Any,
    doc: Document,
    summary: Summary,
    references: Sequence[tuple[int, Sequence[Bullet]]],
    sentences: Sequence[Sentence],
    threshold: float,
) -> Dialogue[Score]:
    """The score of ``bullets`` by word vectors.

    Args:
        by: A metric with ``read(parts)``, such as :class:`bench.metrics.semantic.Semantic`.
        doc: The document.
        summary: The summary.
        references: Each with its number and its bullets, at least one.
        sentences: Of the summary, those with content words.
        threshold: The share from which a point counts as said.
    """
    source = read_source(doc.text, doc.lang)
    bullets = [bullet for _, some in references for bullet in some]
    parts = [(doc.text, s) for s in source.sentences] + [(summary.text, s) for s in sentences]
    parts += [(bullet.text, s) for bullet in bullets for s in bullet.sentences]
    vectors = iter([found for found, _ in (yield from by.read(parts))])
    article = [next(vectors) for _ in source.sentences]
    said = [next(vectors) for _ in sentences]
    points = iter([np.concatenate([next(vectors) for _ in bullet.sentences]) for bullet in bullets])
    compared = []
    for number, some in references:
        mine = [next(points) for _ in some]
        compared.append(
            Compared(
                number,
                [bullet.text for bullet in some],
                [s.span for s in sentences],
                covered=[_said(point, said, threshold) for point in mine],
                alone=[[_share(point, one) for point in mine] for one in said],
                within=[_said(one, mine, threshold) for one in said],
                in_article=[_said(point, article, threshold) for point in mine],
                threshold=threshold,
            )
        )
    copied = [_said(one, article, threshold) for one in said]
    places = [s.span for s in source.sentences]
    return report(compared, copied, places, len(summary.text), len(doc.references) > 1)


def _share(point: Array, other: Array) -> float:
    """Mean over the words of a point of the largest cosine with a word of another; 0 for one below."""
    if not len(point) or not len(other):
        return 0.0
    return max(0.0, float((point @ other.T).max(axis=1).mean()))


def _said(point: Array, others: Sequence[Array], enough: float) -> Said:
    """What the best other says of a point; where that is not enough, what the best two say together."""
    shares = [_share(point, other) for other in others]
    if not any(shares):
        return Said(0.0, ())
    first = shares.index(max(shares))
    if shares[first] >= enough:
        return Said(shares[first], (first,))
    places = [n for n, other in enumerate(others) for _ in other]
    share, pair = best_pair(point @ np.concatenate(others).T, places)
    return Said(share, tuple(sorted(pair, key=lambda n: -shares[n])))
