"""Centrality of sentences in a graph of similarities: what TextRank and LexRank share.

Memory grows with the square of the number of sentences: 20 MB for a transcript of 25,000 words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

# Power iteration stops when no score moves by more than this share of the highest; scores average 1.
_TOLERANCE = 1e-12
# Sums of floats differ in their last bits between processors and builds of numpy. Scores are rounded well
# above that noise, so that equal sentences tie everywhere and the earlier one wins.
_DECIMALS = 9


def products(vectors: Sequence[Mapping[str, float]]) -> Matrix:
    """Dot products of sparse vectors, all pairs: an [n, n] symmetric matrix.

    Runs over the words, not over the pairs: a word adds to the pairs of sentences that have it. The
    order of the additions is fixed, so the result has the same bits everywhere.
    """
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for i, vector in enumerate(vectors):
        for word in vector:
            holders[word].append(i)
    result = np.zeros((len(vectors), len(vectors)))
    for word, rows in holders.items():
        weights = np.array([vectors[i][word] for i in rows])
        result[np.ix_(rows, rows)] += np.outer(weights, weights)
    return result


def pagerank(weights: Matrix, damping: float = 0.85) -> Matrix:
    """Scores [n] with ``score = (1 - d) + d · Σ score(j) · w(j, i) / Σ w(j, ·)``, rounded.

    Args:
        weights: Non-negative edge weights [n, n], symmetric; the diagonal holds self loops.
        damping: Probability of following an edge, in [0, 1). A node without edges gets ``1 - d``.
    """
    totals = weights.sum(axis=1)
    steps = np.divide(weights, totals[:, None], out=np.zeros_like(weights), where=totals[:, None] > 0)
    scores = np.ones(len(weights))
    moving = len(scores) > 0
    while moving:
        # Not ``scores @ steps``: BLAS sums in an order that depends on its threads, and where the cores
        # are busy with other work its threads wait for each other (measured: 16 ms a step, not 1).
        received = np.einsum("j,ji->i", scores, steps)
        previous, scores = scores, (1 - damping) + damping * received
        moving = np.abs(scores - previous).max() > _TOLERANCE * scores.max()
    return scores.round(_DECIMALS)


def best(scores: Matrix, n: int) -> list[int]:
    """Indices of the ``n`` highest scores, ascending; of equal scores the earlier ones."""
    return sorted(np.argsort(-scores, kind="stable")[:n].tolist())
