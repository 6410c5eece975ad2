"""The oracle: greedy search for the sentences that ROUGE likes best."""

from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from bench.core.errors import InferenceError
from bench.core.types import Document
from bench.models.oracle import Oracle
from bench.text.lines import summary_lines
from bench.text.sentences import sentences

TYPES = {"rouge1": ["rouge1"], "rouge2": ["rouge2"], "rouge1+rouge2": ["rouge1", "rouge2"]}


def brute_force(doc: Document, types: list[str], limit: int | None) -> str:
    """Greedy search that scores the whole summary anew for every sentence, by rouge-score itself."""
    scorer = RougeScorer(types, use_stemmer=True)
    found = sentences(doc.text)

    def value(chosen: list[int]) -> float:
        summary = "\n".join(found[i] for i in sorted(chosen))
        scores = [scorer.score("\n".join(summary_lines(r)), summary) for r in doc.references]
        # Rounded: rouge-score's arithmetic gives equal scores different last digits.
        return round(fmean(max(score[t].fmeasure for score in scores) for t in types), 12)

    chosen: list[int] = []
    best = 0.0
    while limit is None or len(chosen) < limit:
        rated = [(value([*chosen, i]), -i) for i in range(len(found)) if i not in chosen]
        if not rated or max(rated)[0] <= best:
            break
        best, pick = max(rated)
        chosen.append(-pick)
    return "\n".join(found[i] for i in sorted(chosen))


def texts(least: int, most: int) -> st.SearchStrategy[str]:
    word = st.sampled_from(["rain", "rained", "cold", "of", "wind", "--"])
    sentence = st.lists(word, min_size=1, max_size=5).map(lambda ws: " ".join(ws).capitalize() + ".")
    return st.lists(sentence, min_size=least, max_size=most).map(" ".join)


@pytest.mark.parametrize("rouge", TYPES)
@settings(max_examples=60)
@given(
    text=texts(1, 6),
    references=st.lists(texts(1, 3), min_size=1, max_size=3).map(tuple),
    limit=st.none() | st.integers(1, 3),
)
def test_it_takes_what_brute_force_with_rouge_score_takes(
    rouge: str, text: str, references: tuple[str, ...], limit: int | None
) -> None:
    doc = Document("d", text, references)
    oracle = Oracle(rouge, sentences=limit)  # type: ignore[arg-type]
    assert oracle.summarise(doc) == brute_force(doc, TYPES[rouge], limit)


def test_a_bigram_across_two_sentences_counts_as_in_rouge() -> None:
    doc = Document("d", "Rain fell. Cold. Wind came.", ("fell wind",))
    assert Oracle("rouge2").summarise(doc) == ""
    doc = Document("d", "Rain fell. Cold. Wind came.", ("rain fell wind came",))
    assert Oracle("rouge2").summarise(doc) == "Rain fell.\nWind came."


def test_breaking_up_a_bigram_that_was_there_too_often_costs_nothing() -> None:
    # "Wind wind wind wind" has "wind wind" three times, the reference twice.
    doc = Document("d", "Wind wind. Rain. Wind wind.", ("rain wind wind wind",))
    assert Oracle("rouge2").summarise(doc) == "Wind wind.\nRain.\nWind wind."


def test_references_are_read_as_rouge_reads_them() -> None:
    # The numbers of a list are no words: "room 2" would be a bigram of the reference as it is written.
    doc = Document("d", "He has a room. 2 of them fell.", ("1. Rain fell\n2. Of them",))
    assert Oracle("rouge2").summarise(doc) == "2 of them fell."
    doc = Document("d", "Room 2 is free.", ("1. One room\n2. Rain",))
    assert Oracle("rouge2").summarise(doc) == ""


def test_the_best_of_several_references_counts() -> None:
    doc = Document("d", "Rain fell. Wind came.", ("snow", "wind came", "nothing of it"))
    assert Oracle().summarise(doc) == "Wind came."


def test_more_sentences_are_taken_only_while_the_score_rises() -> None:
    doc = Document(
        "d", "Rain fell on us. Cold it was indeed. We went home.", ("Rain fell on us. We went home.",)
    )
    assert Oracle().summarise(doc) == "Rain fell on us.\nWe went home."
    assert Oracle(sentences=1).summarise(doc) == "Rain fell on us."


def test_nothing_in_common_gives_an_empty_summary() -> None:
    assert Oracle().summarise(Document("d", "Rain fell.", ("Snow.",))) == ""
    assert Oracle().summarise(Document("d", "!!!", ("???",))) == ""


def test_stemmer_and_tokenizer_decide_what_matches() -> None:
    doc = Document("d", "It rained. They walk.", ("raining",))
    assert Oracle("rouge1").summarise(doc) == "It rained."
    assert Oracle("rouge1", stemmer="none").summarise(doc) == ""
    chinese = Document("d", "今天下雨。明天晴天。", ("明天",), lang="zh")
    assert Oracle("rouge1").summarise(chinese) == ""
    assert Oracle("rouge1", tokenizer="unicode", stemmer="none").summarise(chinese) == "明天晴天。"


def test_a_document_without_references_fails_by_name() -> None:
    with pytest.raises(InferenceError, match="document 'd7' has no reference"):
        Oracle().summarise(Document("d7", "Rain fell."))


def test_no_sentences_are_refused() -> None:
    with pytest.raises(ValueError, match="sentences is 0"):
        Oracle(sentences=0)
