"""ROUGE of small texts, worked out by hand or published."""

import pytest

from bench.core.errors import SetupError
from bench.rouge.aggregate import Aggregate
from bench.rouge.engine import TABLE_CHARACTERS, Engine, rs_available, score_pairs
from bench.rouge.stemmers import StemmerName
from bench.rouge.tokenizers import TokenizerName
from bench.rouge.types import RougeType

WITHOUT_RS = "rouge-score-rs is not installed"
ENGINES = [
    pytest.param("rs", marks=pytest.mark.skipif(not rs_available(), reason=WITHOUT_RS)),
    "python",
    "rouge_score",
    "auto",
]


def one(
    reference: str,
    candidate: str,
    rouge_type: RougeType,
    engine: Engine,
    *,
    tokenizer: TokenizerName = "rouge_score",
    stemmer: StemmerName = "none",
) -> tuple[float, float, float]:
    [scores] = score_pairs(
        [[reference]], [candidate], types=[rouge_type], tokenizer=tokenizer, stemmer=stemmer, engine=engine
    )
    return scores[rouge_type]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("rouge_type", "reference", "candidate", "expected"),
    [
        # The examples of rouge-score's own tests.
        ("rouge1", "testing one two", "testing", (1, 1 / 3, 1 / 2)),
        ("rouge2", "testing one two", "testing one", (1, 1 / 2, 2 / 3)),
        ("rouge2", "testing one two", "testing", (0, 0, 0)),
        ("rougeL", "testing one two", "testing two", (1, 2 / 3, 4 / 5)),
        ("rougeL", "w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8 w1 w3 w8 w9 w5", (4 / 10, 4 / 5, 8 / 15)),
        # Lin (2004), section 3.2: the union of w1 w2 and w1 w3 w5 has four tokens of five.
        ("rougeLsum", "w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", (4 / 10, 4 / 5, 8 / 15)),
        # A token counts once for each time that both sides have it.
        ("rouge1", "the cat", "the the the the", (1 / 4, 1 / 2, 1 / 3)),
        ("rougeLsum", "the cat\nthe dog", "the", (1, 1 / 4, 2 / 5)),
        # n-grams and L see through line ends, Lsum does not.
        ("rouge2", "a b\nc d", "b c", (1, 1 / 3, 1 / 2)),
        ("rougeL", "a b\nc d", "b c", (1, 1 / 2, 2 / 3)),
        ("rougeLsum", "a b\nc d", "c d\na b", (1, 1, 1)),
        ("rougeL", "a b\nc d", "c d\na b", (1 / 2, 1 / 2, 1 / 2)),
        ("rouge9", "a b c d e f g h i j", "a b c d e f g h i", (1, 1 / 2, 2 / 3)),
        # Nothing to compare.
        ("rouge1", "", "a", (0, 0, 0)),
        ("rougeL", "a", "", (0, 0, 0)),
        ("rougeLsum", "?!\n\n", "a", (0, 0, 0)),
        ("rougeLsum", "", "", (0, 0, 0)),
    ],
)
def test_published_and_hand_computed(
    engine: Engine,
    rouge_type: RougeType,
    reference: str,
    candidate: str,
    expected: tuple[float, float, float],
) -> None:
    assert one(reference, candidate, rouge_type, engine) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("tokenizer", "stemmer", "reference", "candidate", "fmeasure"),
    [
        ("rouge_score", "none", "running dogs", "runs dog", 0.0),
        ("rouge_score", "porter", "running dogs", "runs dog", 1.0),
        ("rouge_score", "porter", "was", "wa", 0.0),  # three letters are not stemmed
        ("rouge_score", "none", "Zürich", "z rich", 1.0),  # an accented letter splits a word
        ("unicode", "none", "Zürich", "ZÜRICH", 1.0),
        ("unicode", "none", "北京大学", "北京", 2 / 3),
        ("char", "none", "ab c", "a bc", 1.0),
        ("unicode", "snowball_german", "die Häuser", "die Hauses", 1.0),
        ("unicode", "none", "die Häuser", "die Hauses", 0.5),
    ],
)
def test_tokenizers_and_stemmers_serve_every_engine(
    engine: Engine,
    tokenizer: TokenizerName,
    stemmer: StemmerName,
    reference: str,
    candidate: str,
    fmeasure: float,
) -> None:
    scores = one(reference, candidate, "rouge1", engine, tokenizer=tokenizer, stemmer=stemmer)
    assert scores[2] == pytest.approx(fmeasure, abs=1e-15)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("aggregate", "references", "candidate", "expected"),
    [
        ("best", ["a", "a b c x"], "a b c d", (3 / 4, 3 / 4, 3 / 4)),
        ("best_recall", ["a b c x", "a"], "a b c d", (1 / 4, 1, 2 / 5)),
        ("mean", ["a b c d", "a x"], "a b", (3 / 4, 1 / 2, 7 / 12)),
        ("pooled", ["a b c d", "a x"], "a b", (3 / 4, 1 / 2, 3 / 5)),
        # Equal F, or equal recall: the first reference.
        ("best", ["a b c d", "a"], "a b", (1, 1 / 2, 2 / 3)),
        ("best_recall", ["a b x x", "a y"], "a b", (1, 1 / 2, 2 / 3)),
        ("best_recall", ["a y", "a b x x"], "a b", (1 / 2, 1 / 2, 1 / 2)),
    ],
)
def test_several_references(
    engine: Engine,
    aggregate: Aggregate,
    references: list[str],
    candidate: str,
    expected: tuple[float, float, float],
) -> None:
    [scores] = score_pairs(
        [references], [candidate], types=["rouge1"], stemmer="none", aggregate=aggregate, engine=engine
    )
    assert scores["rouge1"] == pytest.approx(expected, abs=1e-15)


def test_each_candidate_keeps_its_own_references() -> None:
    first, second = score_pairs([["a b"], ["x", "c d"]], ["a b", "c d"], types=["rouge1"], stemmer="none")
    assert first["rouge1"].fmeasure == 1.0
    assert second["rouge1"].fmeasure == 1.0


@pytest.mark.parametrize(
    ("references", "candidates", "message"),
    [
        ([["a"]], ["a", "b"], "1 sets of references for 2 candidates"),
        ([["a"], []], ["a", "b"], "candidate 1 has no reference"),
    ],
)
def test_pairs_that_do_not_match_up(references: list[list[str]], candidates: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_pairs(references, candidates, types=["rouge1"])


def test_no_pairs() -> None:
    assert score_pairs([], [], types=["rouge1", "rougeLsum"]) == []


@pytest.mark.skipif(not rs_available(), reason=WITHOUT_RS)
def test_long_lines_among_short_ones_change_nothing() -> None:
    long = " ".join(f"w{i % 701}" for i in range(1500))
    other = " ".join(f"w{i % 503}" for i in range(1500))
    assert len(long) * len(other) > TABLE_CHARACTERS
    references = [["a b c"], [long], [long, "a b"], ["x y"]]
    candidates = ["a c", other, other, "y"]
    auto = score_pairs(references, candidates, types=["rouge1", "rougeLsum"])
    assert auto == score_pairs(references, candidates, types=["rouge1", "rougeLsum"], engine="rs")


@pytest.mark.skipif(rs_available(), reason="rouge-score-rs is installed")
def test_asking_for_an_engine_that_is_not_there() -> None:
    with pytest.raises(SetupError, match="rouge-score-rs is not installed"):
        score_pairs([["a"]], ["a"], types=["rouge1"], engine="rs")
