"""Counts of words, sentences and bullets."""

import pytest

from bench.core.signature import signature
from bench.core.types import Document, Summary
from bench.metrics.length import Length
from bench.metrics.novelty import Novelty
from bench.metrics.repetition import Repetition
from bench.text.sentences import splitter_name


def score(text: str, *references: str, lang: str | None = None) -> dict[str, float | None]:
    doc = Document("d", "The source text.", references, lang=lang)
    return dict(Length().score(doc, Summary("d", "s", "", text)).values)


@pytest.mark.parametrize(
    ("text", "words", "sentences", "bullets"),
    [
        ("It rained. It was cold.", 5, 2, 0),
        ("- It rained.\n- It was cold.", 5, 2, 2),
        ("It rained. It snowed.\nIt was cold.", 7, 3, 0),
        ("It rained. It snowed.\n\nIt was cold.", 7, 3, 0),
        ("So:\n- It rained. It snowed.\n- It was cold.", 8, 3, 2),
        ("1. Rain.\n2. Snow.\n3. Ice.", 3, 3, 3),
        ("", 0, 0, 0),
        ("!!!", 0, 1, 0),
    ],
)
def test_words_sentences_and_bullets(text: str, words: int, sentences: int, bullets: int) -> None:
    values = score(text, "One two.")
    assert (values["words"], values["sentences"], values["bullets"]) == (words, sentences, bullets)


def test_sentences_are_split_in_the_document_s_language() -> None:
    assert score("今天下雨。明天晴天。", lang="zh")["sentences"] == 2


def test_ratio_is_over_the_mean_length_of_the_references() -> None:
    assert score("one two three", "one two three four")["ratio"] == 0.75
    assert score("one two three", "one", "one two three")["ratio"] == 1.5
    assert score("", "one")["ratio"] == 0


@pytest.mark.parametrize(
    ("references", "reason"), [((), "no reference"), (("!!!",), "the references have no words")]
)
def test_without_reference_words_there_is_no_ratio(references: tuple[str, ...], reason: str) -> None:
    found = Length().score(Document("d", "Text.", references), Summary("d", "s", "", "one"))
    assert found.values["ratio"] is None
    assert found.reasons == {"ratio": reason}
    assert found.values["words"] == 1


@pytest.mark.parametrize("metric", [Length(), Novelty(), Repetition()])
def test_a_metric_that_splits_sentences_names_the_splitter(metric: object) -> None:
    assert f"|split:{splitter_name()}|" in signature("m", metric)
