"""chrF, by sacrebleu."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

from bench.core.errors import MissingExtra
from bench.core.types import Column, Document, Score, Summary
from bench.text.lines import plain_lines

if TYPE_CHECKING:
    from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True)
class Chrf:
    """F-score of character n-grams, by sacrebleu.

    Popović (2015), "chrF: character n-gram F-score for automatic MT evaluation". Needs no tokenizer
    and no stemmer, so it suits every language; line breaks do not matter, and the markers of a list
    are left out of summaries and references alike. Recall counts ``beta`` times as much as precision,
    which favours long summaries. Of several references the best counts. Values are sacrebleu's on the
    texts so prepared, in [0, 100]; the corpus value is computed from summed n-gram counts and is not
    the mean of the documents' values.

    Attributes:
        char_order: Longest character n-gram.
        word_order: Longest word n-gram; 2 is chrF++.
        beta: Weight of recall.
    """

    char_order: int = 6
    word_order: int = 0
    beta: int = 2

    columns: ClassVar = (Column("chrf", "high", "points", (0.0, 100.0), digits=2, title="chrF"),)
    needs: ClassVar = frozenset({"references"})

    def __post_init__(self) -> None:
        for name, least in (("char_order", 1), ("word_order", 0), ("beta", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}: expected at least {least}")

    def signature_parts(self) -> dict[str, str]:
        """How lines are read, and the version of sacrebleu."""
        return {"split": "lists", "sacrebleu": str(_sacrebleu().__version__)}

    def score(self, doc: Document, summary: Summary) -> Score:
        """chrF of one summary; ``stats`` are sacrebleu's counts: per order summary, reference, match."""
        if not doc.references:
            return Score({"chrf": None}, {"chrf": "no reference"})
        chrf = _chrf(self.char_order, self.word_order, self.beta)
        text, *references = (_without_markers(text) for text in (summary.text, *doc.references))
        [stats] = chrf._extract_corpus_statistics([text], [[reference] for reference in references])
        return Score(self.aggregate(stats), stats=tuple(map(float, stats)))

    def aggregate(self, stats: Sequence[float]) -> dict[str, float]:
        """The corpus value, from the sum of the documents' ``stats``."""
        chrf = _chrf(self.char_order, self.word_order, self.beta)
        return {"chrf": chrf._compute_f_score([int(x) for x in stats])}


def _without_markers(text: str) -> str:
    return "\n".join(plain_lines(text))


@cache
def _chrf(char_order: int, word_order: int, beta: int) -> "CHRF":
    _sacrebleu()
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(char_order, word_order, beta)


def _sacrebleu() -> ModuleType:
    try:
        import sacrebleu
    except ImportError as e:
        raise MissingExtra("sacrebleu", "chrf") from e
    return sacrebleu
