"""SummaC's two ways from a matrix of probabilities to a score (Laban et al. 2022), on plain arrays.

Matrices are [document sentences, summary sentences]: E of entailment, C of contradiction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Edges of the histogram: percentiles of entailment over many summaries.
BINS = (
    0, .01, .02, .03, .04, .07, .13, .37, .90, .91, .92, .93, .94, .95, .955, .96, .965, .97, .975, .98,
    .985, .99, .995, 1,
)  # fmt: skip
ROWS = 10
_SHAPES = {"mlp.weight": (1, 23), "mlp.bias": (1,), "layer_final.weight": (2, 3), "layer_final.bias": (2,)}

Array = NDArray[np.float64]


def zero_shot(entailment: ArrayLike, contradiction: ArrayLike) -> Array:
    """SummaC-ZS: for each summary sentence its highest E less its highest C, in [−1, 1].

    The two need not come from one document sentence.
    """
    e, c = np.asarray(entailment, float), np.asarray(contradiction, float)
    return np.asarray(e.max(axis=0) - c.max(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class ConvHead:
    """What was learnt of SummaC-Conv.

    Attributes:
        weights: Of the counts in the bins, [23].
        bias: Added to them.
        slope: Of the logit of "consistent", by the mean over sentences.
        offset: Of that logit.
    """

    weights: Array
    bias: float
    slope: float
    offset: float

    def rows(self, entailment: ArrayLike) -> Array:
        """One number for each summary sentence, from the histogram of its E over the document."""
        columns = np.clip(np.asarray(entailment, float), 0, 1).T
        counts = np.array([np.histogram(column, bins=BINS)[0] for column in columns])
        return np.asarray(counts @ self.weights + self.bias, float)

    def probability(self, rows: ArrayLike) -> Array:
        """Probability that a text whose sentences have this mean is consistent, in [0, 1]."""
        logit = self.slope * np.asarray(rows, float) + self.offset
        return np.asarray(1 / (1 + np.exp(-logit)), float)

    def score(self, entailment: ArrayLike) -> float:
        """SummaC-Conv: the probability at the mean over the first ten summary sentences."""
        return float(self.probability(self.rows(entailment)[:ROWS].mean()))


def conv_head(tensors: Mapping[str, Any]) -> ConvHead:
    """The head in a file of SummaC, as ``summac_conv_vitc_sent_perc_e.bin``.

    Its two-way softmax over a linear layer, which gets the mean three times, is a logistic of the mean.

    Raises:
        ValueError: other tensors, or bins of another number.
    """
    found = {name: tuple(np.shape(tensors[name])) for name in _SHAPES if name in tensors}
    if found != _SHAPES:
        name = next(name for name in _SHAPES if found.get(name) != _SHAPES[name])
        shape = "no such tensor" if name not in found else f"shape {found[name]}"
        raise ValueError(
            f"{name}: {shape}, expected shape {_SHAPES[name]} (of percentile bins, entailment alone)"
        )
    final, bias = np.asarray(tensors["layer_final.weight"]), np.asarray(tensors["layer_final.bias"])
    return ConvHead(
        np.asarray(tensors["mlp.weight"], float)[0],
        float(np.asarray(tensors["mlp.bias"])[0]),
        float((final[1] - final[0]).sum()),
        float(bias[1] - bias[0]),
    )
