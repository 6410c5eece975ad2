"""How long a summary is."""

import math
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary
from bench.text.lines import bullets, statements, summary_words
from bench.text.sentences import splitter_name


@dataclass(frozen=True)
class Length:
    """Words, sentences, bullets, and length beside the reference's.

    Descriptive: neither more nor less is better, but a length that differs from the reference's
    explains much of a ROUGE difference. ``words`` counts what :func:`bench.text.tokens.words` finds,
    without the numbers of a list; ``sentences`` the items of a list and the sentences of all other
    lines; ``bullets`` the items of a bulleted or numbered list, 0 where the summary is no list.
    ``ratio`` is its words over the mean words of the references, and has no value without a reference.
    """

    columns: ClassVar = (
        Column("words", "none", "words", (0.0, math.inf), digits=1, shown=False),
        Column("sentences", "none", "sentences", (0.0, math.inf), digits=1, shown=False),
        Column("bullets", "none", "bullets", (0.0, math.inf), digits=1, shown=False),
        Column("ratio", "none", "ratio", (0.0, math.inf), digits=2, title="length ratio"),
    )
    needs: ClassVar[frozenset[str]] = frozenset()

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def score(self, doc: Document, summary: Summary) -> Score:
        """Counts of one summary."""
        n = len(summary_words(summary.text))
        expected = fmean(len(summary_words(r)) for r in doc.references) if doc.references else 0.0
        values = {
            "words": float(n),
            "sentences": float(len(statements(summary.text, doc.lang))),
            "bullets": float(len(bullets(summary.text) or ())),
            "ratio": n / expected if expected else None,
        }
        missing = "the references have no words" if doc.references else "no reference"
        return Score(values, {} if expected else {"ratio": missing})
