"""The engine of this project: ROUGE in plain Python, with rouge-score's bits and without its tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.rouge.bitlcs import Row, lay_out, lcs_length, union_picks
from bench.rouge.types import PRF, Lines, RougeType, order, prf


@dataclass(slots=True)
class Analysed:
    """A tokenised text, with what the types share computed at most once.

    Attributes:
        lines: Tokens of each line.
    """

    lines: Lines
    _tokens: list[int] | None = None
    _grams: dict[int, Counter[int]] = field(default_factory=dict)
    _row: Row | None = None

    @property
    def tokens(self) -> list[int]:
        """Tokens of the whole text."""
        if self._tokens is None:
            self._tokens = [token for line in self.lines for token in line]
        return self._tokens

    @property
    def row(self) -> Row:
        """The text as the reference of a longest common subsequence."""
        if self._row is None:
            self._row = lay_out(self.lines)
        return self._row

    def grams(self, n: int) -> Counter[int]:
        """Counts of the n-grams; they cross line ends."""
        if n not in self._grams:
            # One number for n tokens of up to 30 bits: unlike tuples, numbers cost the collector nothing.
            codes = tokens = self.tokens
            for i in range(1, n):
                codes = [code << 30 | token for code, token in zip(codes, tokens[i:], strict=False)]
            self._grams[n] = Counter(codes)
        return self._grams[n]

    def total(self, rouge_type: RougeType) -> int:
        """What precision or recall of a type divides by."""
        n = order(rouge_type) or 1
        return max(len(self.tokens) - n + 1, 0)


def score(reference: Analysed, candidate: Analysed, types: Sequence[RougeType]) -> dict[RougeType, PRF]:
    """Every type of one pair."""
    return {
        t: prf(_hits(reference, candidate, t), candidate.total(t), reference.total(t))
        for t in types
    }  # fmt: skip


def _hits(reference: Analysed, candidate: Analysed, rouge_type: RougeType) -> int:
    if rouge_type == "rougeL":
        return lcs_length(reference.row, candidate.tokens)
    if rouge_type == "rougeLsum":
        # A reference token counts as often as the candidate has it; in which order rouge-score takes
        # them from the union does not change the sum.
        matches = reference.row.matches
        picked = union_picks(reference.row, candidate.lines)
        counts = candidate.grams(1)
        return sum(
            min(counts[token], (picked & matches[token]).bit_count())
            for token in counts.keys() & matches.keys()
        )
    n = order(rouge_type) or 1
    ours, theirs = candidate.grams(n), reference.grams(n)
    common = ours.keys() & theirs.keys()
    return sum(map(min, map(ours.__getitem__, common), map(theirs.__getitem__, common)))
