"""TextRank: sentences that share words with many sentences."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bench.core.types import Document
from bench.models.rank import Matrix, best, pagerank, products
from bench.text.sentences import sentences, splitter_name
from bench.text.tokens import words


@dataclass(frozen=True)
class TextRank:
    """PageRank over sentences that are linked by the words they share.

    Mihalcea and Tarau (2004), "TextRank: Bringing Order into Texts". The similarity of two sentences
    is the number of distinct words they have in common over the sum of the logarithms of their
    lengths in words. The paper leaves it open to filter words by their part of speech; here all words
    count, so that every language is treated alike. Sentences keep document order.

    Attributes:
        sentences: Number of sentences; all of them when the document has fewer.
        damping: Probability of following an edge; 0.85 in the paper.
    """

    sentences: int = 3
    damping: float = 0.85

    needs: ClassVar = frozenset({"document"})

    def __post_init__(self) -> None:
        if self.sentences < 1:
            raise ValueError(f"sentences is {self.sentences}: expected at least 1")
        if not 0 <= self.damping < 1:
            raise ValueError(f"damping is {self.damping}: expected 0 <= damping < 1")

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def summarise(self, doc: Document) -> str:
        """The most central sentences, one a line."""
        found = sentences(doc.text, doc.lang)
        scores = pagerank(similarity([words(sentence) for sentence in found]), self.damping)
        return "\n".join(found[i] for i in best(scores, self.sentences))


def similarity(tokens: list[list[str]]) -> Matrix:
    """Similarities [n, n] of sentences given as words; 0 on the diagonal.

    Two sentences of one word have no similarity: the logarithms of their lengths add up to 0.
    """
    shared = products([dict.fromkeys(sentence, 1.0) for sentence in tokens])
    lengths = np.log([max(len(sentence), 1) for sentence in tokens])
    norms = lengths[:, None] + lengths[None, :]
    result: Matrix = np.divide(shared, norms, out=np.zeros_like(shared), where=norms > 0)
    np.fill_diagonal(result, 0.0)
    return result
