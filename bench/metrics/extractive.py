"""How much of a summary is copied, and in how long pieces."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary
from bench.text.lines import summary_words
from bench.text.tokens import words

# Runs of words, from the first on; the last word of a run leads to an empty trie.
_Trie = dict[str, "_Trie"]


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
    word are visited here, and a summary that runs in circles is looked up: the same result in less
    time.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for position, word in enumerate(source):
        places[word].append(position)
    found = []
    known: _Trie = {}
    i = 0
    while i < len(summary):
        longest = _recalled(known, summary, i) or _search(source, places, summary, i)
        if longest:
            found.append(longest)
            _remember(known, summary[i : i + longest + 1])
        i += max(longest, 1)
    return found


def _search(
    source: Sequence[str], places: Mapping[str, Sequence[int]], summary: Sequence[str], i: int
) -> int:
    starts = places.get(summary[i], ())
    longest, at = 0, 0
    # A match to the end of the summary cannot be bettered.
    while at < len(starts) and i + longest < len(summary):
        n = _common_prefix(source, starts[at], summary, i)
        longest = max(longest, n)
        at = at + 1 if n == 1 else bisect_left(starts, starts[at] + n, at)
    return longest


def _recalled(known: _Trie, summary: Sequence[str], i: int) -> int:
    """The length of the fragment at ``i``, where the words that decide about it came before; else 0."""
    node, at = known, i
    while at < len(summary) and summary[at] in node:
        node = node[summary[at]]
        at += 1
        if not node:
            return at - 1 - i
    return 0


def _remember(known: _Trie, read: Sequence[str]) -> None:
    """Keep a fragment with the word behind it.

    No search reads further, so these words decide where it ends, and none of the kept runs of words
    begins with another one.
    """
    for word in read:
        known = known.setdefault(word, {})


def _common_prefix(a: Sequence[str], i: int, b: Sequence[str], j: int) -> int:
    n = 0
    while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
        n += 1
    return n
