"""What the checks with a classifier share: putting the questions, what was read, and evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bench.core.asks import Backend, Dialogue
from bench.core.readings import Classified, Classify, classify
from bench.core.types import Column, Finding, Score, Span
from bench.metrics.chunking import Piece
from bench.metrics.summac_math import Array

READ = Column("read", "none", shown=False, title="article read")


class Counting(Backend, Protocol):
    """A backend that knows the length of a text in its tokens."""

    def count(self, text: str) -> int:
        """Tokens of a text alone."""


@dataclass(frozen=True, slots=True)
class Premise:
    """A part of the document that a claim is checked against, and where it stands."""

    text: str
    spans: tuple[Span, ...]


def premises(pieces: Sequence[Piece]) -> list[Premise]:
    """Sentences or chunks, each as a premise of its own."""
    return [Premise(piece.text, (piece.span,)) for piece in pieces]


def ask(
    backend: Backend, evidence: Sequence[Sequence[Premise]], claims: Sequence[str]
) -> Dialogue[list[list[Classified]]]:
    """Check each claim against each of its premises, all at once.

    Args:
        backend: The classifier.
        evidence: The premises of each claim.
        claims: The claims.

    Returns:
        For each claim an answer for each of its premises.
    """
    asks = [
        Classify(backend, premise.text, claim)
        for claim, own in zip(claims, evidence, strict=True)
        for premise in own
    ]
    answers = iter((yield from classify(asks)))
    return [[next(answers) for _ in own] for own in evidence]


def matrix(answers: Sequence[Sequence[Classified]], place: int) -> Array:
    """The probabilities of one label, [premises, claims]; every claim has as many premises."""
    return np.array([[answer.probabilities[place] for answer in own] for own in answers]).T


def share_read(
    backend: Counting,
    sentences: Sequence[Piece],
    evidence: Sequence[Sequence[Premise]],
    answers: Sequence[Sequence[Classified]],
) -> float:
    """How much of the document a claim was checked against, by characters, on average over the claims.

    What no premise has was not read, and neither was what was cut from a premise that did not fit.

    Args:
        backend: The classifier.
        sentences: Of the whole document.
        evidence: The premises of each claim.
        answers: The answers to them.

    Returns:
        A share in [0, 1].
    """
    total = sum(len(sentence.text) for sentence in sentences)
    inside: dict[tuple[Span, ...], int] = {}
    read = 0.0
    for own, said in zip(evidence, answers, strict=True):
        for premise, answer in zip(own, said, strict=True):
            if premise.spans not in inside:
                inside[premise.spans] = sum(len(s.text) for s in sentences if _within(s.span, premise.spans))
            left = 1 - answer.cut / max(backend.count(premise.text), answer.cut) if answer.cut else 1.0
            read += inside[premise.spans] * left
    return min(1.0, read / (total * len(evidence)))


def _within(span: Span, spans: tuple[Span, ...]) -> bool:
    return any(s.start <= span.start and span.end <= s.end for s in spans)


def unread(answers: Sequence[Classified]) -> str:
    """That a claim was too long for its checker, for the detail of its finding; empty where it was not."""
    most = max(answer.cut_claim for answer in answers)
    return f", of its end {most:,} tokens not read" if most else ""


def finding(kind: str, support: float, claim: Piece, evidence: tuple[Span, ...], detail: str) -> Finding:
    """What a check says of one sentence of a summary.

    Args:
        kind: The check.
        support: From 0 (not supported) to 1.
        claim: The sentence.
        evidence: Where in the document the answer comes from.
        detail: In words and numbers.
    """
    return Finding(kind, float(min(1.0, max(0.0, 1 - support))), claim.span, evidence, detail[:120])


def nothing(columns: Sequence[Column], reason: str) -> Score:
    """The score of a pair that cannot be checked."""
    names = [column.name for column in columns]
    return Score(dict.fromkeys(names), dict.fromkeys(names, reason))
