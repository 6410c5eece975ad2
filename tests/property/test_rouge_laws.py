"""What holds for ROUGE of any texts."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.rouge.aggregate import Aggregate
from bench.rouge.bitlcs import lay_out, lcs_length, union_picks
from bench.rouge.engine import Engine, rs_available, score_pairs
from bench.rouge.stemmers import StemmerName
from bench.rouge.tokenizers import TokenizerName
from bench.rouge.types import Lines, RougeType

TYPES: list[RougeType] = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]
ENGINES: list[Engine] = ["python", "rouge_score", *(["rs"] if rs_available() else [])]  # type: ignore[list-item]

# Few words, so that they repeat and tie; characters of any script; line ends of all kinds.
_pieces = st.one_of(
    st.sampled_from(
        ["a", "b", "c", "running", "runs", "dies", "İ", "ſ", "K", "ΑΣ", "ß", "e\u0301", "京", "7"]
    ),
    st.sampled_from(["\n", "\n\n", "\r\n", "\f", "\x85", "\u2028", ".", "-", "\u00ad", "_"]),
    st.text(max_size=4),
)
texts = st.lists(st.tuples(_pieces, st.sampled_from([" ", "", "\n"])).map("".join), max_size=25).map("".join)
token_lines = st.lists(st.lists(st.integers(0, 4), max_size=9), max_size=4)
tokenizers = st.sampled_from(["rouge_score", "unicode", "char"])
stemmers = st.sampled_from(["porter", "none", "snowball_english"])
aggregates = st.sampled_from(["best", "mean", "pooled", "best_recall"])


@given(st.lists(texts, min_size=1, max_size=3), texts, tokenizers, stemmers, aggregates)
def test_all_engines_agree_to_the_last_bit(
    references: list[str],
    candidate: str,
    tokenizer: TokenizerName,
    stemmer: StemmerName,
    aggregate: Aggregate,
) -> None:
    first, *others = (
        score_pairs(
            [references],
            [candidate],
            types=TYPES,
            tokenizer=tokenizer,
            stemmer=stemmer,
            aggregate=aggregate,
            engine=engine,
        )
        for engine in ENGINES
    )
    assert all(other == first for other in others)


@pytest.mark.parametrize("engine", ENGINES)
@given(reference=texts, candidate=texts, aggregate=aggregates)
def test_scores_lie_between_0_and_1_and_identity_is_1(
    engine: Engine, reference: str, candidate: str, aggregate: Aggregate
) -> None:
    [scores] = score_pairs(
        [[reference, candidate]],
        [candidate],
        types=TYPES,
        tokenizer="char",
        aggregate=aggregate,
        engine=engine,
    )
    assert all(0 <= value <= 1 for prf in scores.values() for value in prf)
    [same] = score_pairs([[candidate]], [candidate], types=TYPES, tokenizer="char", engine=engine)
    for rouge_type, prf in same.items():
        assert prf in [(1.0, 1.0, 1.0), (0.0, 0.0, 0.0)], rouge_type


@given(texts, texts)
def test_swapping_the_texts_swaps_precision_and_recall(first: str, second: str) -> None:
    types: list[RougeType] = ["rouge1", "rouge2", "rougeL"]
    there, back = score_pairs([[first], [second]], [second, first], types=types, tokenizer="unicode")
    for t in types:
        assert (there[t].precision, there[t].recall) == (back[t].recall, back[t].precision)


@given(st.lists(texts, min_size=1, max_size=3), texts)
def test_laws_of_aggregation(references: list[str], candidate: str) -> None:
    single = score_pairs([[r] for r in references], [candidate] * len(references), types=TYPES)
    by_name = {
        name: score_pairs([references], [candidate], types=TYPES, aggregate=name)[0]
        for name in ("best", "mean", "pooled", "best_recall")
    }  # fmt: skip
    for t in TYPES:
        scores = [s[t] for s in single]
        assert by_name["best"][t] in scores
        assert by_name["best"][t].fmeasure == max(s.fmeasure for s in scores)
        assert by_name["best_recall"][t] in scores
        assert by_name["best_recall"][t].recall == max(s.recall for s in scores)
        for name in ("mean", "pooled"):
            for part in ("precision", "recall"):
                values = [getattr(s, part) for s in scores]
                assert min(values) - 1e-12 <= getattr(by_name[name][t], part) <= max(values) + 1e-12
        if len(references) == 1:
            assert all(found[t] == scores[0] for found in by_name.values())


@given(st.lists(texts, min_size=1, max_size=3), texts)
def test_equal_references_are_one_reference(references: list[str], candidate: str) -> None:
    reference = references[0]
    [one] = score_pairs([[reference]], [candidate], types=TYPES)
    for aggregate in ("best", "pooled", "best_recall"):
        [three] = score_pairs([[reference] * 3], [candidate], types=TYPES, aggregate=aggregate)
        for t in TYPES:
            assert three[t] == pytest.approx(one[t], abs=1e-15)


def _table(reference: list[int], candidate: list[int]) -> list[list[int]]:
    table = [[0] * (len(candidate) + 1) for _ in range(len(reference) + 1)]
    for i, j in product(range(1, len(reference) + 1), range(1, len(candidate) + 1)):
        if reference[i - 1] == candidate[j - 1]:
            table[i][j] = table[i - 1][j - 1] + 1
        else:
            table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table


def _walk(reference: list[int], candidate: list[int]) -> set[int]:
    """The definition: rouge-score's backtracking through the table."""
    table = _table(reference, candidate)
    i, j = len(reference), len(candidate)
    picked = set()
    while i and j:
        if reference[i - 1] == candidate[j - 1]:
            picked.add(i - 1)
            i, j = i - 1, j - 1
        elif table[i][j - 1] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return picked


@given(token_lines, token_lines)
def test_bit_rows_are_the_table(reference: Lines, candidate: Lines) -> None:
    row = lay_out(reference)
    flat_reference = [token for line in reference for token in line]
    flat_candidate = [token for line in candidate for token in line]
    assert lcs_length(row, flat_candidate) == _table(flat_reference, flat_candidate)[-1][-1]

    expected = 0
    start = 0
    for line in filter(None, reference):
        for position in set().union(*(_walk(line, tokens) for tokens in candidate)):
            expected |= 1 << start + position
        start += len(line) + 1
    assert union_picks(row, candidate) == expected
