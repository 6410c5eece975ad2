"""The extractive ceiling: sentences picked with the references in sight."""

from bisect import bisect, insort
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from bench.core.errors import InferenceError
from bench.core.types import Document
from bench.rouge import stemmers, tokenizers
from bench.rouge.stemmers import StemmerName, stemmer
from bench.rouge.tokenizers import TokenizerName, tokenizer
from bench.text.lines import summary_lines
from bench.text.sentences import sentences, splitter_name
from bench.text.tokens import ngrams

_ORDERS = {"rouge1": (1,), "rouge2": (2,), "rouge1+rouge2": (1, 2)}
Changes = list[tuple[tuple[str, ...], int]]


@dataclass(frozen=True)
class Oracle:
    """Sentences that raise ROUGE the most: about the extractive ceiling.

    Adds the sentence that raises the F-measure most, until none does. This is the labelling of
    Nallapati et al. (2017), "SummaRuNNer", and of BertSum (Liu and Lapata 2019), which maximises
    ROUGE-1 + ROUGE-2. Greedy search may miss the very best set. References are read as the metric
    ``rouge`` reads them; of several the best one counts, for each ROUGE type. Of equal sentences the
    earlier one is taken; the summary is empty when no sentence shares anything with a reference.
    Sentences keep document order; it is not a system to compare with, so it is shown apart.

    Attributes:
        rouge: What is maximised; ``rouge1+rouge2`` is the mean of the two.
        sentences: Most sentences to take; null sets no limit.
        tokenizer: As in the metric ``rouge``.
        stemmer: As in the metric ``rouge``.
    """

    rouge: Literal["rouge1", "rouge2", "rouge1+rouge2"] = "rouge1+rouge2"
    sentences: int | None = None
    tokenizer: TokenizerName = field(default="rouge_score", metadata={"sig": "tok"})
    stemmer: StemmerName = field(default="porter", metadata={"sig": "stem"})

    needs: ClassVar = frozenset({"document", "references"})
    apart: ClassVar = True

    def __post_init__(self) -> None:
        if self.sentences is not None and self.sentences < 1:
            raise ValueError(f"sentences is {self.sentences}: expected at least 1, or null")

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter, and the packages that decide what a token is."""
        packages = tokenizers.versions(self.tokenizer) | stemmers.versions(self.stemmer)
        return {"split": splitter_name()} | packages

    def summarise(self, doc: Document) -> str:
        """The chosen sentences, one a line.

        Raises:
            InferenceError: the document has no reference.
        """
        if not doc.references:
            raise InferenceError(f"document '{doc.id}' has no reference to look at")
        tokens = _tokens_of(self.tokenizer, self.stemmer)
        found = sentences(doc.text, doc.lang)
        chosen = greedy(
            [tokens([sentence]) for sentence in found],
            [tokens(summary_lines(reference, doc.lang)) for reference in doc.references],
            _ORDERS[self.rouge],
            self.sentences,
        )
        return "\n".join(found[i] for i in chosen)


def greedy(
    candidates: Sequence[list[str]],
    references: Sequence[list[str]],
    orders: Sequence[int],
    limit: int | None = None,
) -> list[int]:
    """Indices of the sentences that greedy search takes, ascending.

    Each step rates every sentence by the n-grams that it would bring in or break up, never by counting
    the whole text again: a step is linear in the length of the document.

    Args:
        candidates: Tokens of each sentence.
        references: Tokens of each reference.
        orders: Lengths of n-grams, of 1 and 2; the mean of their F-measures is maximised.
        limit: Most sentences to take.
    """
    targets = {n: [_Target.of(reference, n) for reference in references] for n in orders}
    inner = {n: [_shared(Counter(ngrams(tokens, n)), targets[n]) for tokens in candidates] for n in orders}
    useful = _share_a_word(candidates, references)
    chosen: list[int] = []
    length = 0
    best = 0.0

    def changes(i: int, n: int) -> Changes:
        if n == 1:
            return inner[n][i]
        return _with_joints(inner[n][i], _joints(i, chosen, candidates), targets[n])

    def rating(i: int) -> float:
        total = 0.0
        for n in orders:
            delta, size = changes(i, n), length + len(candidates[i]) - n + 1
            total += max(target.fmeasure(delta, size) for target in targets[n])
        return total / len(orders)

    while limit is None or len(chosen) < limit:
        pick = None
        for i in useful:
            if (value := rating(i)) > best:
                best, pick = value, i
        if pick is None:
            break
        for n in orders:
            delta = changes(pick, n)
            for target in targets[n]:
                target.add(delta)
        useful.remove(pick)
        length += len(candidates[pick])
        insort(chosen, pick)
    return chosen


@dataclass(slots=True)
class _Target:
    """The n-grams of one reference, and how many of each the chosen text still lacks.

    Attributes:
        lacking: Count in the reference minus count in the chosen text; negative when it has too many.
        size: Number of n-grams in the reference.
        matched: Sum over n-grams of the smaller of the two counts.
    """

    lacking: Counter[tuple[str, ...]]
    size: int
    matched: int = 0

    @classmethod
    def of(cls, tokens: list[str], n: int) -> "_Target":
        found = Counter(ngrams(tokens, n))
        return cls(found, found.total())

    def fmeasure(self, changes: Changes, candidate_size: int) -> float:
        """ROUGE F of the chosen text after the changes, when it has ``candidate_size`` n-grams."""
        # 2PR / (P + R) with the fractions cancelled: equal scores are then equal floats, and tie.
        total = max(candidate_size, 0) + self.size
        return 2 * (self.matched + self._gain(changes)) / total if total else 0.0

    def add(self, changes: Changes) -> None:
        """Apply the changes to the chosen text."""
        self.matched += self._gain(changes)
        for gram, count in changes:
            if gram in self.lacking:
                self.lacking[gram] -= count

    def _gain(self, changes: Changes) -> int:
        gain = 0
        for gram, count in changes:
            lacking = self.lacking.get(gram)
            if lacking is None:
                continue
            if lacking > 0:
                gain += min(lacking, count)
            elif count < lacking:
                gain += count - lacking
        return gain


def _shared(counts: Counter[tuple[str, ...]], targets: Sequence[_Target]) -> Changes:
    return [(gram, k) for gram, k in counts.items() if any(gram in target.lacking for target in targets)]


def _share_a_word(candidates: Sequence[list[str]], references: Sequence[list[str]]) -> list[int]:
    """Sentences with a word of a reference: no other can raise a score."""
    wanted = {token for reference in references for token in reference}
    return [i for i, tokens in enumerate(candidates) if not wanted.isdisjoint(tokens)]


def _joints(i: int, chosen: Sequence[int], candidates: Sequence[list[str]]) -> Counter[tuple[str, ...]]:
    """Bigrams that taking sentence ``i`` makes at its ends, less the one that it breaks up.

    ROUGE runs over the whole summary, so that a bigram may begin in one sentence and end in the next.
    """
    at = bisect(chosen, i)
    before = candidates[chosen[at - 1]][-1] if at > 0 else None
    after = candidates[chosen[at]][0] if at < len(chosen) else None
    counts: Counter[tuple[str, ...]] = Counter()
    if before is not None:
        counts[before, candidates[i][0]] += 1
    if after is not None:
        counts[candidates[i][-1], after] += 1
    if before is not None and after is not None:
        counts[before, after] -= 1
    return counts


def _with_joints(inner: Changes, joints: Counter[tuple[str, ...]], targets: Sequence[_Target]) -> Changes:
    wanted = _shared(joints, targets)
    if not wanted:
        return inner
    counts = dict(inner)
    for gram, k in wanted:
        counts[gram] = counts.get(gram, 0) + k
    return list(counts.items())


def _tokens_of(
    tokenizer_name: TokenizerName, stemmer_name: StemmerName
) -> Callable[[Sequence[str]], list[str]]:
    tokenize, stem = tokenizer(tokenizer_name), stemmer(stemmer_name)

    def tokens(lines: Sequence[str]) -> list[str]:
        return [stem(token) for line in lines for token in tokenize(line)]

    return tokens
