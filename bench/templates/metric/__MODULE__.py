"""A metric of your own: one class, no registration."""

from dataclasses import dataclass
from typing import ClassVar

from bench import Column, Document, Score, Summary


@dataclass(frozen=True)
class __CLASS__:
    """Summary words per document word.

    The signature has a hash of this file, not of files that it imports: raise ``version`` when those change.

    Attributes:
        cap: Largest value; longer summaries count as this.
    """

    # A field is a parameter of the config (with: {cap: 0.5}) and a part of the signature.
    cap: float = 1.0

    # ClassVar: a fact about the class, not a parameter. better: high, low, or none (descriptive).
    columns: ClassVar = (Column("__MODULE__", better="none", unit="ratio", range=(0, 1)),)
    needs: ClassVar = frozenset({"document"})
    version: ClassVar = 1  # old values are computed again when it is raised

    def score(self, doc: Document, summary: Summary) -> Score:
        """One value for each column; None with a reason where the metric does not apply."""
        words = len(doc.text.split())
        if words == 0:
            return Score({"__MODULE__": None}, {"__MODULE__": "the document has no words"})
        return Score({"__MODULE__": min(self.cap, len(summary.text.split()) / words)})
