"""The document's own title."""

from dataclasses import dataclass
from typing import ClassVar

from bench.core.errors import InferenceError
from bench.core.types import Document


@dataclass(frozen=True)
class Headline:
    """The document's headline.

    Written by a person who saw the text, and for another purpose than a summary: a yardstick, not a
    system, so it is shown apart.
    """

    needs: ClassVar = frozenset({"headline"})
    apart: ClassVar = True

    def summarise(self, doc: Document) -> str:
        """The headline on one line.

        Raises:
            InferenceError: the document has none.
        """
        headline = " ".join((doc.headline or "").split())
        if not headline:
            raise InferenceError(f"document '{doc.id}' has no headline")
        return headline
