"""Vectors of words, from the vectors of an encoder's tokens; a long text in windows that overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.backends.hf_encode import encode
from bench.backends.hf_tokens import Tokens
from bench.core.readings import Embedded
from bench.core.types import Span
from bench.metrics.greedy import Array
from bench.text.analysis import Sentence

# Tokens that are kept free: those around a text, and what a window has more than its words had in the text.
_SPARE = 16


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text that an encoder reads at once.

    Attributes:
        text: What it reads.
        words: Those whose vectors are taken from here, by their places in ``text``.
        content: Whether each is a content word.
    """

    text: str
    words: tuple[Span, ...]
    content: tuple[bool, ...]


def windows(tokens: Tokens, text: str, sentence: Sentence) -> list[Window]:
    """A sentence as an encoder can read it, without leaving anything out.

    One window where it fits. Else they begin and end with words and overlap by half, and each word is taken
    from the window in which it stands further from the edge.

    Args:
        tokens: The encoder's tokenizer.
        text: The text that the sentence is in.
        sentence: The sentence.
    """
    inside = text[sentence.span.start : sentence.span.end]
    limit = tokens.limit
    # No tokenizer makes more tokens than there are bytes.
    if limit is None or len(inside.encode("utf-8", "surrogatepass")) + _SPARE <= limit:
        return [_window(text, sentence, sentence.span, 0, len(sentence.tokens))]
    ids, places = encode(tokens, inside)
    if len(ids) <= limit:
        return [_window(text, sentence, sentence.span, 0, len(sentence.tokens))]
    starts = [sentence.span.start + place for place in places[::2]]
    edges = [*(token.span.start for token in sentence.tokens[1:]), sentence.span.end]
    behind = np.searchsorted(np.sort(starts), edges)
    runs = cut(np.diff(behind, prepend=0).tolist(), max(limit - _SPARE, limit // 2))
    borders = [0, *((b[0] + a[1]) // 2 for a, b in pairwise(runs)), len(edges)]
    found = []
    for i, (first, last) in enumerate(runs):
        start = sentence.tokens[first].span.start if first else sentence.span.start
        end = sentence.tokens[last - 1].span.end if last < len(edges) else sentence.span.end
        found.append(_window(text, sentence, Span(start, end), borders[i], borders[i + 1]))
    return found


def cut(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Runs of words, half open, that cover all and overlap by half, or less around a wide word.

    Args:
        widths: Tokens of each word, at least one word.
        room: Most tokens of a run. A word that is wider is a run of its own.
    """
    runs, start = [], 0
    while True:
        end, taken = start + 1, widths[start]
        while end < len(widths) and taken + widths[end] <= room:
            taken += widths[end]
            end += 1
        runs.append((start, end))
        if end == len(widths):
            return runs
        start = max(start + 1, (start + end) // 2)
        # Otherwise the next run would end where this one does.
        while start < end and sum(widths[start : end + 1]) > room:
            start += 1


def _window(text: str, sentence: Sentence, span: Span, first: int, last: int) -> Window:
    own = sentence.tokens[first:last]
    words = tuple(Span(t.span.start - span.start, t.span.end - span.start) for t in own)
    return Window(text[span.start : span.end], words, tuple(t.content for t in own))


def word_vectors(window: Window, answer: Embedded) -> tuple[Array, int]:
    """Vectors of the content words that the encoder read, and how many words of all kinds it read.

    The vector of a word is the mean of its tokens'.

    Args:
        window: What was asked.
        answer: The answer.

    Returns:
        [content words, dimensions], and a number.
    """
    starts, ends = (np.array([getattr(s, name) for s in answer.spans]) for name in ("start", "end"))
    firsts, lasts = (np.array([getattr(w, name) for w in window.words]) for name in ("start", "end"))
    overlap = (starts < lasts[:, None]) & (ends > firsts[:, None])
    counts = overlap.sum(axis=1)
    wanted = (counts > 0) & np.array(window.content)
    vectors = overlap[wanted].astype(np.float32) @ answer.vectors / counts[wanted, None]
    return vectors.astype(np.float32), int((counts > 0).sum())
