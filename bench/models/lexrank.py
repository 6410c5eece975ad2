"""LexRank: sentences that resemble many sentences."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Document
from bench.models.rank import Matrix, best, pagerank, products
from bench.text.sentences import sentences, splitter_name
from bench.text.tokens import words


@dataclass(frozen=True)
class LexRank:
    """PageRank over sentences linked by the cosine of their tf-idf.

    Erkan and Radev (2004), "LexRank: Graph-based Lexical Centrality as Salience in Text
    Summarization". With a threshold, an edge joins two sentences whose cosine lies above it (every
    sentence also with itself); without one, cosines are the weights ("continuous LexRank"). The
    inverse document frequency of a word is ``log(N / n)`` over the N sentences of the document
    itself, where the paper takes it from the cluster: a summary then depends on its own document
    only. No stop-word list; frequent words weigh little. Sentences keep document order.

    Attributes:
        sentences: Number of sentences; all of them when the document has fewer.
        threshold: Cosine above which two sentences are linked; 0.1 in the paper. None is continuous.
        damping: Probability of following an edge; 0.85 in the paper, which writes it as 1 - d.
    """

    sentences: int = 3
    threshold: float | None = 0.1
    damping: float = 0.85

    needs: ClassVar = frozenset({"document"})

    def __post_init__(self) -> None:
        if self.sentences < 1:
            raise ValueError(f"sentences is {self.sentences}: expected at least 1")
        if self.threshold is not None and not 0 <= self.threshold < 1:
            raise ValueError(f"threshold is {self.threshold}: expected 0 <= threshold < 1, or null")
        if not 0 <= self.damping < 1:
            raise ValueError(f"damping is {self.damping}: expected 0 <= damping < 1")

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def summarise(self, doc: Document) -> str:
        """The most central sentences, one a line."""
        found = sentences(doc.text, doc.lang)
        weights = cosines([words(sentence) for sentence in found])
        if self.threshold is not None:
            weights = (weights > self.threshold).astype(weights.dtype)
        return "\n".join(found[i] for i in best(pagerank(weights, self.damping), self.sentences))


def cosines(tokens: list[list[str]]) -> Matrix:
    """Cosines [n, n] of the tf-idf vectors of sentences given as words; 0 where a vector is empty."""
    holders = Counter(word for sentence in tokens for word in set(sentence))
    idf = {word: math.log(len(tokens) / n) for word, n in holders.items()}
    return products([_unit({w: tf * idf[w] for w, tf in Counter(s).items()}) for s in tokens])


def _unit(vector: dict[str, float]) -> dict[str, float]:
    norm = math.sqrt(math.fsum(x * x for x in vector.values()))
    return {word: x / norm for word, x in vector.items() if x} if norm else {}
