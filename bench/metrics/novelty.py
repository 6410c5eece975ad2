"""How much of a summary is not in the document."""

from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary
from bench.text.lines import statements
from bench.text.sentences import splitter_name
from bench.text.tokens import ngrams, words

_ORDERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Novelty:
    """Share of n-grams that the document does not have, n from 1 to 4.

    Narayan, Cohen and Lapata (2018), "XSum"; distinct n-grams are counted, as in SummEval (Fabbri et
    al. 2021). Abstractive writing is novel, and so is what a system made up: descriptive. An n-gram
    of the summary lies within one sentence (an item of a list is one, and a line break ends one), so
    that sentences put together from different places of the document are not novel where they meet. A
    summary without a sentence of n words has no value.
    """

    columns: ClassVar = tuple(
        Column(f"novel{n}", "none", title=f"novel {n}-grams", shown=n == 2) for n in _ORDERS
    )
    needs: ClassVar = frozenset({"document"})

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def score(self, doc: Document, summary: Summary) -> Score:
        """Novelty of one summary."""
        source = words(doc.text)
        said = [words(sentence) for sentence in statements(summary.text, doc.lang)]
        values: dict[str, float | None] = {}
        reasons = {}
        for n in _ORDERS:
            found = {gram for sentence in said for gram in ngrams(sentence, n)}
            novel = found.difference(ngrams(source, n))
            values[f"novel{n}"] = len(novel) / len(found) if found else None
            if not found:
                reasons[f"novel{n}"] = f"no sentence of {n} words" if n > 1 else "the summary has no words"
        return Score(values, reasons)
