"""The beginning of a document, by sentences, words or bullets."""

import pytest

from bench.core.signature import signature
from bench.core.types import Document
from bench.models.lead import Lead
from bench.text.sentences import splitter_name
from bench.text.tokens import words

DOC = Document("d", "Rain fell on Monday. It was cold. Nobody went out. The sun came back.")


def test_three_sentences_one_a_line_unless_told() -> None:
    assert Lead().summarise(DOC) == "Rain fell on Monday.\nIt was cold.\nNobody went out."


def test_a_number_of_sentences() -> None:
    assert Lead(sentences=1).summarise(DOC) == "Rain fell on Monday."


def test_a_short_document_is_taken_whole() -> None:
    assert Lead(sentences=99).summarise(DOC).count("\n") == 3
    assert Lead(words=99).summarise(DOC).count("\n") == 3


@pytest.mark.parametrize(
    ("n", "summary"),
    [
        (1, "Rain"),
        (3, "Rain fell on"),
        (4, "Rain fell on Monday."),
        (5, "Rain fell on Monday.\nIt"),
        (7, "Rain fell on Monday.\nIt was cold."),
    ],
)
def test_words_are_cut_exactly_and_a_whole_sentence_keeps_its_full_stop(n: int, summary: str) -> None:
    assert Lead(words=n).summarise(DOC) == summary
    assert len(words(summary)) == n


def test_words_in_a_script_without_spaces_are_characters() -> None:
    assert Lead(words=6).summarise(Document("d", "今天下雨。明天晴天。", lang="zh")) == "今天下雨。\n明天"


def test_bullets_are_marked_sentences() -> None:
    assert Lead(bullets=2).summarise(DOC) == "- Rain fell on Monday.\n- It was cold."


@pytest.mark.parametrize(
    ("lead", "text"),
    [
        (Lead(), "sentences:3"),
        (Lead(sentences=3), "sentences:3"),
        (Lead(words=75), "words:75"),
        (Lead(bullets=3), "bullets:3"),
    ],
)
def test_the_signature_has_the_one_length(lead: Lead, text: str) -> None:
    assert signature("lead", lead) == f"lead|{text}|split:{splitter_name()}|v:1"


def test_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="sentences and words are given: expected only one"):
        Lead(sentences=3, words=75)


@pytest.mark.parametrize("name", ["sentences", "words", "bullets"])
def test_a_length_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 0: expected at least 1"):
        Lead(**{name: 0})
