"""How much a summary repeats itself."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary
from bench.text.lines import statements
from bench.text.sentences import splitter_name
from bench.text.tokens import ngrams, words


@dataclass(frozen=True)
class Repetition:
    """Share of trigrams, and of sentences, that were said before.

    One minus distinct over all: a text that says everything twice has 0.5. Repetition of n-grams and
    of sentences is what See, Liu and Manning (2017), "Get To The Point", count; trigrams are what
    decoders block since Paulus et al. (2018). Sentences are the same when their words are; an item of
    a list is one sentence, and a line break ends one. Trigrams lie within one sentence. A reference may
    repeat a name too, so 0 is not the aim in itself. A summary without a sentence of three words has no
    trigrams, an empty one no sentences: no value.
    """

    columns: ClassVar = (
        Column("trigrams", "low", title="repeated trigrams"),
        Column("sentences", "low", title="repeated sentences", shown=False),
    )
    needs: ClassVar[frozenset[str]] = frozenset()

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def score(self, doc: Document, summary: Summary) -> Score:
        """Repetition in one summary."""
        said = [tokens for text in statements(summary.text, doc.lang) if (tokens := words(text))]
        values = {
            "trigrams": _repeated([gram for sentence in said for gram in ngrams(sentence, 3)]),
            "sentences": _repeated([tuple(sentence) for sentence in said]),
        }
        reasons = {
            "trigrams": "no sentence of three words" if said else "the summary has no words",
            "sentences": "the summary has no words",
        }
        return Score(values, {name: reasons[name] for name, value in values.items() if value is None})


def _repeated(items: Sequence[Hashable]) -> float | None:
    return 1 - len(set(items)) / len(items) if items else None
