"""Scores many pairs: one entry, three engines, equal bits.

``rs`` is rouge-score-rs, in parallel; ``python`` is this project's own; ``rouge_score`` is the original
package, the oracle of the tests. ``auto`` takes ``rs`` where it is installed and ``python`` elsewhere.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Literal

from bench.core.errors import SetupError
from bench.rouge import aggregate as several
from bench.rouge import own, stemmers, tokenizers
from bench.rouge.aggregate import Aggregate
from bench.rouge.stemmers import StemmerName
from bench.rouge.tokenizers import TokenizerName
from bench.rouge.types import PRF, RougeType

Engine = Literal["auto", "rs", "python", "rouge_score"]
Scores = dict[RougeType, PRF]
_Analyse = Callable[[str], own.Analysed]
_Pairs = Sequence[tuple[str, str]]
_Run = Callable[[_Pairs], list[Scores]]

# For rougeLsum rouge-score-rs fills a table of line × line tokens, one in each thread. At this product
# of the longest lines' characters (English: 1,000 × 1,000 words) big integers take as long; at
# 3,000 × 3,000 words they are five times as fast, and the tables of all threads fill the memory.
TABLE_CHARACTERS = 16_000_000


def score_pairs(
    references: Sequence[Sequence[str]],
    candidates: Sequence[str],
    *,
    types: Sequence[RougeType],
    tokenizer: TokenizerName = "rouge_score",
    stemmer: StemmerName = "porter",
    aggregate: Aggregate = "best",
    engine: Engine = "auto",
) -> list[Scores]:
    r"""Score each candidate against its references.

    Lines are separated by ``\n``; only rougeLsum looks at them. A text without tokens scores 0.

    Args:
        references: For each candidate one or more references.
        candidates: As many texts.
        types: Which ROUGE types, each once.
        tokenizer: See :mod:`bench.rouge.tokenizers`.
        stemmer: See :mod:`bench.rouge.stemmers`.
        aggregate: How several references make one score; see :mod:`bench.rouge.aggregate`.
        engine: Who computes; it never changes a bit of the result.

    Returns:
        One dict per candidate, in order: type to score.

    Raises:
        ValueError: the lengths differ, or a candidate has no reference.
        MissingExtra: the package of a tokenizer is not installed.
        SetupError: ``rs`` is asked for and not installed.
    """
    if len(references) != len(candidates):
        raise ValueError(f"{len(references)} sets of references for {len(candidates)} candidates")
    if not all(references):
        at = next(i for i, texts in enumerate(references) if not texts)
        raise ValueError(f"candidate {at} has no reference; each needs one or more")
    grouped = list(zip(references, candidates, strict=True))
    analyse = _analyser(tokenizer, stemmer)
    run = _engine(engine, types, tokenizer, stemmer, analyse)
    scored = run([(text, candidate) for texts, candidate in grouped for text in texts])
    if len(scored) == len(candidates):
        return scored
    remaining = iter(scored)
    return [_together([next(remaining) for _ in texts], texts, c, aggregate, analyse) for texts, c in grouped]


@cache
def rs_available() -> bool:
    """Whether rouge-score-rs can be imported."""
    try:
        import rouge_score_rs  # noqa: F401
    except ImportError:
        return False
    return True


def _together(
    scored: Sequence[Scores], references: Sequence[str], candidate: str, how: Aggregate, analyse: _Analyse
) -> Scores:
    """The scores of one candidate with each of its references, made one."""
    together = {}
    for t in scored[0]:
        scores = [s[t] for s in scored]
        match how:
            case "best":
                together[t] = several.best(scores)
            case "best_recall":
                together[t] = several.best_recall(scores)
            case "mean":
                together[t] = several.mean(scores)
            case "pooled":
                totals = [analyse(text).total(t) for text in references]
                together[t] = several.pooled(scores, analyse(candidate).total(t), totals)
    return together


def _analyser(tokenizer: TokenizerName, stemmer: StemmerName) -> _Analyse:
    """From a text to the numbers of its tokens; recent texts are kept, as they come back in other pairs."""
    tokenize, stem = tokenizers.tokenizer(tokenizer), stemmers.stemmer(stemmer)
    numbers: dict[str, int] = {}

    @cache
    def number(word: str) -> int:
        return numbers.setdefault(stem(word), len(numbers))

    @lru_cache(maxsize=4096)
    def analyse(text: str) -> own.Analysed:
        return own.Analysed([list(map(number, tokenize(line))) for line in text.split("\n")])

    return analyse


def _engine(
    name: Engine,
    types: Sequence[RougeType],
    tokenizer: TokenizerName,
    stemmer: StemmerName,
    analyse: _Analyse,
) -> _Run:
    """The function that scores (reference, candidate) pairs."""

    def python(pairs: _Pairs) -> list[Scores]:
        return [own.score(analyse(reference), analyse(candidate), types) for reference, candidate in pairs]

    if name == "python" or (name == "auto" and not rs_available()):
        return python
    package = _rouge_score if name == "rouge_score" else _rs
    as_it_is = tokenizer == "rouge_score" and stemmer in ("porter", "none")
    read = str if as_it_is else _encoder(analyse)

    def other(pairs: _Pairs) -> list[Scores]:
        return package(
            [read(reference) for reference, _ in pairs],
            [read(candidate) for _, candidate in pairs],
            types,
            as_it_is and stemmer == "porter",
        )

    return _by_size(other, python) if name == "auto" and "rougeLsum" in types else other


def _by_size(small: _Run, large: _Run) -> _Run:
    """Pairs whose tables would be large go to one function, all others to the other."""

    def run(pairs: _Pairs) -> list[Scores]:
        is_large = [_table_is_large(reference, candidate) for reference, candidate in pairs]
        if not any(is_large):
            return small(pairs)
        scored_large = iter(large([p for p, yes in zip(pairs, is_large, strict=True) if yes]))
        scored_small = iter(small([p for p, yes in zip(pairs, is_large, strict=True) if not yes]))
        return [next(scored_large if yes else scored_small) for yes in is_large]

    return run


def _table_is_large(reference: str, candidate: str) -> bool:
    if len(reference) * len(candidate) <= TABLE_CHARACTERS:
        return False
    longest = [max(map(len, text.split("\n"))) for text in (reference, candidate)]
    return longest[0] * longest[1] > TABLE_CHARACTERS


def _encoder(analyse: _Analyse) -> Callable[[str], str]:
    """Writes the numbers of the tokens; a package's own tokenizer gives these back unchanged."""

    @cache
    def encode(text: str) -> str:
        return "\n".join(" ".join(map(str, line)) for line in analyse(text).lines)

    return encode


def _rs(
    references: list[str], candidates: list[str], types: Sequence[RougeType], porter: bool
) -> list[Scores]:
    if not rs_available():
        raise SetupError(
            "rouge-score-rs is not installed",
            "Use the engine auto or python: the same numbers, slower. Or: pip install rouge-score-rs",
        )
    from rouge_score_rs import RougeScorer

    # Its Score is a named tuple like PRF; to make one of the other would cost a tenth of the time.
    scored: list[Scores] = RougeScorer(list(types), use_stemmer=porter).score_batch(references, candidates)
    return scored


def _rouge_score(
    references: list[str], candidates: list[str], types: Sequence[RougeType], porter: bool
) -> list[Scores]:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(types), use_stemmer=porter)
    found = [scorer.score(r, c) for r, c in zip(references, candidates, strict=True)]
    # Its 0 is an int here and there.
    return [{t: PRF(*map(float, scores[t])) for t in types} for scores in found]
