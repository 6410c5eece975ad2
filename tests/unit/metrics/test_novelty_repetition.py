"""N-grams that the document does not have, and n-grams that the summary has said before."""

import pytest

from bench.core.types import Document, Summary
from bench.metrics.novelty import Novelty
from bench.metrics.repetition import Repetition


def novelty(document: str, summary: str) -> dict[str, float | None]:
    return dict(Novelty().score(Document("d", document), Summary("d", "s", "", summary)).values)


def repetition(summary: str) -> dict[str, float | None]:
    return dict(Repetition().score(Document("d", "Text."), Summary("d", "s", "", summary)).values)


def test_novelty_is_the_share_of_ngrams_that_the_document_lacks() -> None:
    # Words a d; bigrams "a b", "b d", "d c"; none of the longer ones occurs.
    assert novelty("a b c d c", "a b d c") == {"novel1": 0, "novel2": 1 / 3, "novel3": 1, "novel4": 1}


def test_distinct_ngrams_are_counted_once() -> None:
    assert novelty("a b", "x x x a")["novel1"] == 0.5


def test_sentences_from_different_places_are_not_novel_where_they_meet() -> None:
    document = "Rain fell here. Much was said. Wind came too."
    assert novelty(document, "Rain fell here.\nWind came too.")["novel2"] == 0
    assert novelty(document, "Rain fell here. Wind came too.")["novel2"] == 0
    assert novelty(document, "Rain fell here wind came too.")["novel2"] == 0.2


def test_case_and_punctuation_are_not_novel() -> None:
    assert novelty("the cat, he said", "The Cat he said!")["novel4"] == 0


def test_a_paragraph_break_changes_neither_novelty_nor_repetition() -> None:
    sentences = ["Rain fell here.", "Wind came too.", "Rain fell here.", "Much was said."]
    document = "Rain fell here. Much was said. Wind came too."
    for text in (" ".join(sentences), " ".join(sentences[:2]) + "\n\n" + " ".join(sentences[2:])):
        assert repetition(text) == {"trigrams": 0.25, "sentences": 0.25}
        assert novelty(document, text)["novel2"] == 0


def test_a_summary_without_a_sentence_of_n_words_has_no_value_and_says_so() -> None:
    found = Novelty().score(Document("d", "a b c"), Summary("d", "s", "", "a b.\nc"))
    assert found.values == {"novel1": 0, "novel2": 0, "novel3": None, "novel4": None}
    assert found.reasons == {"novel3": "no sentence of 3 words", "novel4": "no sentence of 4 words"}
    empty = Novelty().score(Document("d", "a b c"), Summary("d", "s", "", ""))
    assert set(empty.values.values()) == {None}
    assert empty.reasons["novel1"] == "the summary has no words"


@pytest.mark.parametrize(
    ("summary", "trigrams", "sentences"),
    [
        ("The cat sat down.", 0, 0),
        ("The cat sat.\nThe cat sat!", 0.5, 0.5),
        ("no no no no no", 2 / 3, 0),
        ("The cat sat.\nThe dog sat.\nTHE CAT SAT.\nThe cow sat.", 0.25, 0.25),
    ],
)
def test_repetition_is_one_minus_distinct_over_all(summary: str, trigrams: float, sentences: float) -> None:
    assert repetition(summary) == pytest.approx({"trigrams": trigrams, "sentences": sentences})


def test_trigrams_do_not_run_from_one_sentence_into_the_next() -> None:
    assert repetition("a b\nc d\na b\nc d") == {"trigrams": None, "sentences": 0.5}


@pytest.mark.parametrize("text", ["", "!!!"])
def test_repetition_of_nothing_has_no_value_and_says_so(text: str) -> None:
    found = Repetition().score(Document("d", "Text."), Summary("d", "s", "", text))
    assert found.values == {"trigrams": None, "sentences": None}
    assert set(found.reasons.values()) == {"the summary has no words"}


def test_repetition_says_why_there_are_no_trigrams() -> None:
    found = Repetition().score(Document("d", "Text."), Summary("d", "s", "", "Two words."))
    assert found.reasons == {"trigrams": "no sentence of three words"}
