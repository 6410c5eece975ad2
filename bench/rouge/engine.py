"""Scores many pairs: one entry, three engines, equal bits.

``rs`` is rouge-score-rs, in parallel; ``python`` is this project's own; ``rouge_score`` is the original
package, the oracle of the tests. ``auto`` takes ``rs`` where it is installed and ``python`` elsewhere.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from bench.rouge import aggregate as several
from bench.rouge import own, stemmers, tokenizers
from bench.rouge.aggregate import Aggregate
from bench.rouge.stemmers import StemmerName
from bench.rouge.tokenizers import TokenizerName
from bench.rouge.types import PRF, RougeType

Engine = Literal["auto", "rs", "python", "rouge_score"]
Scores = dict[RougeType, PRF]
_Analyse = Callable[[str], own.Analysed]

# For rougeLsum rouge-score-rs keeps a table of line × line tokens in each thread. Above this product of
# line lengths, in characters, the table costs more than big integers do: see benchmarks/rouge.py.
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
    """Score each candidate against its references.

    Lines are separated by ``\\n``; only rougeLsum looks at them. A text without tokens scores 0.

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
    """
    if len(references) != len(candidates):
        raise ValueError(f"{len(references)} sets of references for {len(candidates)} candidates")
    if not all(references):
        at = next(i for i, found in enumerate(references) if not found)
        raise ValueError(f"candidate {at} has no reference; each needs one or more")
    flat_references = [text for texts in references for text in texts]
    flat_candidates = [
        candidate for texts, candidate in zip(references, candidates, strict=True) for _ in texts
    ]
    analyse = _analyser(tokenizer, stemmer)
    native = stemmer == "porter" if tokenizer == "rouge_score" and stemmer in ("porter", "none") else None
    scored = _score(engine, flat_references, flat_candidates, types, native, analyse)
    if len(scored) == len(candidates):
        return scored
    results = []
    start = 0
    for texts, candidate in zip(references, candidates, strict=True):
        group = scored[start : start + len(texts)]
        start += len(texts)
        results.append({t: _aggregate(aggregate, t, group, texts, candidate, analyse) for t in types})
    return results


@cache
def rs_available() -> bool:
    """Whether rouge-score-rs can be imported."""
    try:
        import rouge_score_rs  # noqa: F401
    except ImportError:
        return False
    return True


def _aggregate(
    how: Aggregate,
    rouge_type: RougeType,
    group: Sequence[Scores],
    references: Sequence[str],
    candidate: str,
    analyse: _Analyse,
) -> PRF:
    scores = [s[rouge_type] for s in group]
    match how:
        case "best":
            return several.best(scores)
        case "best_recall":
            return several.best_recall(scores)
        case "mean":
            return several.mean(scores)
        case "pooled":
            totals = [analyse(text).total(rouge_type) for text in references]
            return several.pooled(scores, analyse(candidate).total(rouge_type), totals)


def _analyser(tokenizer: TokenizerName, stemmer: StemmerName) -> _Analyse:
    """Texts to tokens, each text once."""
    tokenize, stem = tokenizers.tokenizer(tokenizer), stemmers.stemmer(stemmer)
    numbers: dict[str, int] = {}

    @cache
    def number(word: str) -> int:
        return numbers.setdefault(stem(word), len(numbers))

    @lru_cache(maxsize=4096)
    def analyse(text: str) -> own.Analysed:
        return own.Analysed([list(map(number, tokenize(line))) for line in text.split("\n")])

    return analyse


def _score(
    engine: Engine,
    references: Sequence[str],
    candidates: Sequence[str],
    types: Sequence[RougeType],
    porter: bool | None,
    analyse: _Analyse,
) -> list[Scores]:
    """Pair by pair. ``porter`` is for the packages' own tokenizer; None when they are to read token ids."""
    if engine == "auto":
        if not rs_available():
            engine = "python"
        elif "rougeLsum" in types:
            return _split_by_size(references, candidates, types, porter, analyse)
        else:
            engine = "rs"
    if engine == "python":
        return [own.score(analyse(r), analyse(c), types) for r, c in zip(references, candidates, strict=True)]
    if porter is None:
        encode = _encoder(analyse)
        references, candidates = [encode(text) for text in references], [encode(text) for text in candidates]
    package = _rs if engine == "rs" else _rouge_score
    return [
        {t: PRF(*found[t]) for t in types}
        for found in package(references, candidates, types, bool(porter))
    ]  # fmt: skip


def _split_by_size(
    references: Sequence[str],
    candidates: Sequence[str],
    types: Sequence[RougeType],
    porter: bool | None,
    analyse: _Analyse,
) -> list[Scores]:
    pairs = list(zip(references, candidates, strict=True))
    large = [i for i, (r, c) in enumerate(pairs) if _table_is_large(r, c)]
    if not large:
        return _score("rs", references, candidates, types, porter, analyse)
    by_place = dict(
        zip(large, (own.score(analyse(pairs[i][0]), analyse(pairs[i][1]), types) for i in large), strict=True)
    )
    small = [pair for i, pair in enumerate(pairs) if i not in by_place]
    scored = iter(_score("rs", [r for r, _ in small], [c for _, c in small], types, porter, analyse))
    return [by_place[i] if i in by_place else next(scored) for i in range(len(pairs))]


def _table_is_large(reference: str, candidate: str) -> bool:
    if len(reference) * len(candidate) <= TABLE_CHARACTERS:
        return False
    return max(map(len, reference.split("\n"))) * max(map(len, candidate.split("\n"))) > TABLE_CHARACTERS


def _encoder(analyse: _Analyse) -> Callable[[str], str]:
    """Texts whose words are the numbers of tokens: a package's own ASCII tokenizer gives these back unchanged."""

    @cache
    def encode(text: str) -> str:
        return "\n".join(" ".join(map(str, line)) for line in analyse(text).lines)

    return encode


def _rs(
    references: Sequence[str], candidates: Sequence[str], types: Sequence[RougeType], porter: bool
) -> Any:
    from rouge_score_rs import RougeScorer

    return RougeScorer(list(types), use_stemmer=porter).score_batch(references, candidates)


def _rouge_score(
    references: Sequence[str], candidates: Sequence[str], types: Sequence[RougeType], porter: bool
) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(types), use_stemmer=porter)
    return [scorer.score(r, c) for r, c in zip(references, candidates, strict=True)]
