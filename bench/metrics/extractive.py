"""How much of a summary is copied, and in how long pieces."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary
from bench.text.lines import summary_words
from bench.text.tokens import words


@dataclass(frozen=True)
class Extractive:
    """Coverage and density of extractive fragments, and compression.

    Grusky, Naaman and Artzi (2018), "Newsroom": a greedy search cuts the summary into the longest
    pieces that the document has too. ``coverage`` is the share of summary words in such pieces,
    ``density`` the mean length of the piece that a word belongs to (0 for a word in none), and
    ``compression`` the words of the document per word of the summary. Words are those of
    :func:`bench.text.tokens.words`; the paper's tokens include punctuation, so its densities are
    higher. An empty summary has no value.
    """

    columns: ClassVar = (
        Column("coverage", "none", "ratio", (0.0, 1.0)),
        Column("density", "none", "words", (0.0, math.inf), digits=2),
        Column("compression", "none", "ratio", (0.0, math.inf), digits=1, shown=False),
    )
    needs: ClassVar = frozenset({"document"})

    def score(self, doc: Document, summary: Summary) -> Score:
        """Coverage, density and compression of one summary."""
        source, text = words(doc.text), summary_words(summary.text)
        if not text:
            names = [column.name for column in self.columns]
            return Score(dict.fromkeys(names), dict.fromkeys(names, "the summary has no words"))
        lengths = fragments(source, text)
        return Score(
            {
                "coverage": sum(lengths) / len(text),
                "density": sum(n * n for n in lengths) / len(text),
                "compression": len(source) / len(text),
            }
        )


def fragments(source: Sequence[str], summary: Sequence[str]) -> list[int]:
    """Lengths in words of the extractive fragments, in the order of the summary.

    The algorithm of the paper (its Figure 3), which looks for each fragment through the whole source,
    and after a match goes on behind it. Only the places where the source has the fragment's first
    word are visited here, with the same result.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for position, word in enumerate(source):
        places[word].append(position)
    found = []
    i = 0
    while i < len(summary):
        starts = places.get(summary[i], [])
        longest, at = 0, 0
        # A match to the end of the summary cannot be bettered.
        while at < len(starts) and i + longest < len(summary):
            n = _common_prefix(source, starts[at], summary, i)
            longest = max(longest, n)
            at = at + 1 if n == 1 else bisect_left(starts, starts[at] + n, at)
        if longest:
            found.append(longest)
        i += max(longest, 1)
    return found


def _common_prefix(a: Sequence[str], i: int, b: Sequence[str], j: int) -> int:
    n = 0
    while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
        n += 1
    return n
