"""Greedy matching of vectors: each finds the one that is most like it. Pure numpy."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]

_NEAR = 4


def unit(vectors: Array) -> Array:
    """Vectors of length 1, [n, dimensions]; a vector of zeros stays.

    In float64: a cosine of float32 can be 1.00000008, which is none.
    """
    exact = vectors.astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1, keepdims=True)
    return exact / np.where(lengths, lengths, 1)


def both_ways(a: Array, b: Array, weights_a: Array, weights_b: Array) -> tuple[float, float, float]:
    """How much of ``a`` is found in ``b``, of ``b`` in ``a``, and their harmonic mean.

    Args:
        a: Unit vectors of the tokens of a text, [n, dimensions].
        b: Of the other text, [m, dimensions].
        weights_a: Of the tokens, [n], with a sum above 0.
        weights_b: The same, [m].

    Returns:
        Weighted means of the cosines, in [−1, 1]; the last is 0 where the two cancel out.
    """
    cosines = a @ b.T
    first = float(np.average(cosines.max(axis=1), weights=weights_a))
    second = float(np.average(cosines.max(axis=0), weights=weights_b))
    return first, second, 2 * first * second / (first + second) if first + second else 0.0


def best_pair(cosines: Array, sentences: Sequence[int]) -> tuple[float, tuple[int, ...]]:
    """The two sentences that together have most of a claim.

    Args:
        cosines: Of the claim's words with the source's, [n, m], both at least 1.
        sentences: Sentence of each word of the source, ascending.

    Returns:
        Mean over the claim's words of the largest cosine with a word of the two, in [−1, 1]; and the
        sentences, ascending, a single one where the second adds nothing.
    """
    numbers, starts = np.unique(sentences, return_index=True)
    each = np.maximum.reduceat(cosines, starts, axis=1)
    best, found = -np.inf, (0, 0)
    for i in range(len(numbers)):
        means = np.maximum(each[:, i : i + 1], each[:, i:]).mean(axis=0)
        # The first of equals, in which the sentence itself comes before all others.
        j = int(means.argmax())
        if means[j] > best:
            best, found = float(means[j]), (i, i + j)
    return best, tuple(int(numbers[i]) for i in sorted(set(found)))


def neighbours(cosines: Array) -> float:
    """How far words that follow one another are found close together, in the same order.

    Args:
        cosines: Of the claim's words with the source's, [n, m], both in the order of their text.

    Returns:
        Mean over neighbours ``i``, ``i + 1`` of the claim of the best place ``p`` for the first, with the
        second at most four places behind it: the smaller of the two cosines. In [−1, 1]. Of a single word,
        its largest cosine.
    """
    if len(cosines) == 1:
        return float(cosines.max())
    # ahead[i, p]: the largest cosine of word i one to four places behind p.
    padded = np.pad(cosines, ((0, 0), (0, _NEAR)), constant_values=-1.0)
    shifted = [padded[:, k : k + cosines.shape[1]] for k in range(1, _NEAR + 1)]
    ahead = np.maximum.reduce(shifted)
    return float(np.minimum(cosines[:-1], ahead[1:]).max(axis=1).mean())
