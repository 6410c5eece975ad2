"""What is looked up in a document."""

import pytest

from bench.text.source import Source, read_source


def written(source: Source) -> list[str]:
    return [source.text[s.span.start : s.span.end] for s in source.sentences]


def test_a_document_is_read_once_for_all_its_summaries() -> None:
    assert read_source("Cats sleep.", "en") is read_source("Cats sleep.", "en")


def test_a_line_break_inside_a_sentence_ends_nothing() -> None:
    assert written(read_source("The cats of the\ntown sleep.\n\nDogs bark")) == [
        "The cats of the\ntown sleep.", "Dogs bark",
    ]  # fmt: skip


def test_sentences_glued_together_come_apart() -> None:
    assert written(read_source('It ended this season.Scotland won."We sing."Dogs bark.')) == [
        "It ended this season.", "Scotland won.", '"We sing."', "Dogs bark.",
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "pieces"), [(70, [70]), (71, [50, 21]), (120, [50, 50, 20])])
def test_long_sentences_are_cut_into_pieces_of_50(words: int, pieces: list[int]) -> None:
    text = " ".join(f"cat{'s' * (i % 3)}" for i in range(words)) + "."
    source = read_source(text)
    assert [len(s.tokens) for s in source.sentences] == pieces
    assert "".join(written(source)) == text


def test_the_indexes_of_a_small_document() -> None:
    source = read_source("Cats chase mice. The dogs chase cats!")
    assert source.where == {"cat": 0b11, "chase": 0b11, "mice": 0b01, "the": 0b10, "dog": 0b10}
    assert source.places == (
        {"cat": [0], "chase": [1], "mice": [2]},
        {"the": [0], "dog": [1], "chase": [2], "cat": [3]},
    )
    # The content: cat chase mice dog chase cat.
    assert source.follow == {
        "cat": {"chase", "mice", "dog"},
        "chase": {"mice", "dog", "chase", "cat"},
        "mice": {"dog", "chase", "cat"},
        "dog": {"chase", "cat"},
    }


def test_an_empty_document_has_nothing() -> None:
    source = read_source("")
    assert (source.sentences, source.where, source.follow) == ((), {}, {})
