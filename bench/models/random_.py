"""Sentences picked at random."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Document
from bench.text.sentences import sentences, splitter_name


@dataclass(frozen=True)
class Random:
    """Sentences picked at random, in document order.

    The floor of extractive summarisation. The choice depends on the seed, on the document's id and on
    the number of the sample and nothing else, so that it is the same whatever is summarised before,
    beside or after it.

    Attributes:
        sentences: Number of sentences; all of them when the document has fewer.
        seed: Another seed, another choice.
    """

    sentences: int = 3
    seed: int = 0

    needs: ClassVar = frozenset({"document"})

    def __post_init__(self) -> None:
        if self.sentences < 1:
            raise ValueError(f"sentences is {self.sentences}: expected at least 1")

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def summarise(self, doc: Document, sample: int = 0) -> str:
        """The picked sentences, one a line."""
        found = sentences(doc.text, doc.lang)
        seed = f"{self.seed}.{sample}" if sample else f"{self.seed}"
        # A hash orders the sentences: unlike the random module's, its results never change with Python.
        drawn = sorted(range(len(found)), key=lambda i: _draw(seed, doc.id, i))
        return "\n".join(found[i] for i in sorted(drawn[: self.sentences]))


def _draw(seed: str, doc_id: str, i: int) -> bytes:
    return hashlib.sha256(f"{seed}\n{i}\n{doc_id}".encode("utf-8", "surrogatepass")).digest()
