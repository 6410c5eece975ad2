"""What MiniCheck, AlignScore and ``pair_check`` share: the best chunk for each sentence, then the mean."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bench.core.asks import Dialogue
from bench.core.types import Column, Score
from bench.metrics.checking import Counting, Premise, ask, finding, matrix, nothing, share_read, unread
from bench.metrics.chunking import Piece
from bench.metrics.summac_math import Array


def best_chunk(support: ArrayLike) -> Array:
    """For each sentence the highest probability over the chunks, from a matrix [chunks, sentences]."""
    return np.asarray(np.asarray(support, float).max(axis=0))


def check(
    kind: str,
    columns: Sequence[Column],
    backend: Counting,
    place: int,
    claims: Sequence[Piece],
    sentences: Sequence[Piece],
    evidence: Sequence[Sequence[Premise]],
) -> Dialogue[Score]:
    """Check each sentence of a summary against its own premises; the most favourable one counts.

    Args:
        kind: Of the findings.
        columns: ``mean``, ``min`` and ``read``.
        backend: The checker.
        place: Of "supported" among its labels.
        claims: The sentences of the summary.
        sentences: Of the whole document.
        evidence: The premises of each claim.
    """
    if not claims or not sentences:
        return nothing(columns, f"the {'document' if claims else 'summary'} has no sentence")
    answers = yield from ask(backend, evidence, [claim.text for claim in claims])
    support = matrix(answers, place)
    scores = best_chunk(support)
    findings = tuple(
        finding(kind, score, claim, own[best].spans, f"support {score:.2f}{unread(said)}")
        for score, best, claim, own, said in zip(
            scores, support.argmax(axis=0), claims, evidence, answers, strict=True
        )
    )
    read = share_read(backend, sentences, evidence, answers)
    return Score({"mean": scores.mean(), "min": scores.min(), "read": read}, findings=findings)
