"""A system of your own: one class, no registration."""

from dataclasses import dataclass
from typing import ClassVar

from bench import Document


@dataclass(frozen=True)
class __CLASS__:
    """The longest sentences of the document, in their order.

    The signature has a hash of this file, not of files that it imports: raise ``version`` when those change.

    Attributes:
        sentences: How many.
    """

    # A field is a parameter of the config (with: {sentences: 2}) and a part of the signature.
    sentences: int = 3

    # ClassVar: a fact about the class, not a parameter. Old summaries are made again when it is raised.
    version: ClassVar = 1

    # open() and close(), if you write them, load and free a model once around all documents;
    # summarise_batch(docs) -> list[str] instead of summarise gets several documents at a time. A summarise
    # that yields questions lets bench batch, cache and answer them: see bench.core.asks.

    def summarise(self, doc: Document) -> str:
        """One summary; lines are its bullets or sentences. doc.headline, .query and .lang may be None."""
        found = [s.strip() for s in doc.text.replace("\n", " ").split(". ") if s.strip()]
        longest = sorted(range(len(found)), key=lambda i: (-len(found[i]), i))[: self.sentences]
        return "\n".join(found[i].rstrip(".") + "." for i in sorted(longest))
