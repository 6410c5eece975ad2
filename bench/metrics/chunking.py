"""Sentences of a document put together to chunks, as published checkers do it; all keep their places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.core.types import Span
from bench.text.analysis import analyse
from bench.text.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or a chunk.

    Attributes:
        text: As a checker reads it: white space inside a sentence is one space.
        span: Where it stands.
    """

    text: str
    span: Span


def document_sentences(text: str, lang: str | None) -> list[Piece]:
    """The sentences of a document, in order."""
    return [piece(text, span) for span in sentence_spans(text, lang)]


def summary_sentences(text: str, lang: str | None) -> list[Piece]:
    """The sentences and list items of a summary, in order, without those that have no word."""
    return [piece(text, sentence.span) for sentence in analyse(text, lang)]


def piece(text: str, span: Span) -> Piece:
    """A part of a text."""
    return Piece(" ".join(text[span.start : span.end].split()), span)


def packed(sizes: Sequence[int], most: int) -> list[range]:
    """Runs of neighbours whose sizes sum to at most ``most``; what is larger stands alone (MiniCheck).

    Every place from 0 to the number of sizes is in one run, in order.
    """
    runs: list[range] = []
    start = total = 0
    for i, size in enumerate(sizes):
        if i > start and total + size > most:
            runs.append(range(start, i))
            start, total = i, 0
        total += size
    return [*runs, range(start, len(sizes))] if sizes else []


def evenly(sentences: int, words: int, aim: int = 350) -> list[range]:
    """Runs of the same number of sentences, of about ``aim`` words each (AlignScore).

    Args:
        sentences: How many there are.
        words: How many words they have together.
        aim: Words of a chunk.
    """
    size = max(sentences // (words // aim + 1), 1)
    return [range(i, min(i + size, sentences)) for i in range(0, sentences, size)]


def joined(text: str, pieces: Sequence[Piece], runs: Sequence[range], line_break: str = "\n") -> list[Piece]:
    """Chunks of neighbouring sentences.

    Args:
        text: What they stand in.
        pieces: The sentences.
        runs: Which of them are a chunk.
        line_break: What a chunk has between two sentences that are on different lines.
    """
    chunks = []
    for run in runs:
        parts = [pieces[run[0]].text]
        for i in run[1:]:
            between = text[pieces[i - 1].span.end : pieces[i].span.start]
            parts += [line_break if "\n" in between else " ", pieces[i].text]
        chunks.append(Piece("".join(parts), Span(pieces[run[0]].span.start, pieces[run[-1]].span.end)))
    return chunks


def by_size(text: str, pieces: Sequence[Piece], most: int, size: Callable[[str], int]) -> list[Piece]:
    """Chunks of at most ``most``, as ``size`` counts a sentence."""
    return joined(text, pieces, packed([size(piece.text) for piece in pieces], most))


def words(text: str) -> int:
    """What stands between white space."""
    return len(text.split())
