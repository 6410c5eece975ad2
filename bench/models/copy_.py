"""The whole document."""

from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Document
from bench.text.sentences import sentences, splitter_name


@dataclass(frozen=True)
class Copy:
    """The whole document, one sentence a line.

    Shows what a metric says of no summarisation at all: recall at its highest, nothing novel, nothing
    compressed. Not a system to compare with, so it is shown apart.
    """

    needs: ClassVar = frozenset({"document"})
    apart: ClassVar = True

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def summarise(self, doc: Document) -> str:
        """Every sentence of the document, one a line."""
        return "\n".join(sentences(doc.text, doc.lang))
