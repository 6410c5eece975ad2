"""Sentences: where they are, and that the offsets are code points."""

import pytest

from bench.text.sentences import sentence_spans, sentences, splitter_name


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("One. Two? Three!", None, ["One.", "Two?", "Three!"]),
        ("Dr. Smith met Mr. Brown. They spoke.", "en", ["Dr. Smith met Mr. Brown.", "They spoke."]),
        ("It rose by 3.5 per cent. Then it fell.", "en", ["It rose by 3.5 per cent.", "Then it fell."]),
        ("今天下雨。明天晴天！", "zh", ["今天下雨。", "明天晴天！"]),
        ("আমি যাই। তুমি এসো।", "bn", ["আমি যাই।", "তুমি এসো।"]),
        ("یہ ایک جملہ ہے۔ یہ دوسرا ہے۔", "ur", ["یہ ایک جملہ ہے۔", "یہ دوسرا ہے۔"]),
        ("One. Two.", "xx-unknown", ["One.", "Two."]),
    ],
)
def test_a_text_is_split_where_its_language_ends_a_sentence(
    text: str, lang: str | None, expected: list[str]
) -> None:
    assert sentences(text, lang) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", " \t\r\n\u2028 "])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


def test_a_line_break_does_not_end_a_sentence_and_is_collapsed() -> None:
    assert sentences("It was  a long\nway home.") == ["It was a long way home."]


@pytest.mark.parametrize("blank", ["\n\n", "\n \n", "\r\n\r\n", "\n\t \n", "\n\n\n", "\n \n \n"])
def test_a_blank_line_ends_a_sentence_even_without_a_full_stop(blank: str) -> None:
    assert sentences(f"A heading{blank}The text goes on") == ["A heading", "The text goes on"]


def test_offsets_are_code_points_beyond_the_basic_plane() -> None:
    text = "😀 is here.  𝒳 too."
    assert [text[s.start : s.end] for s in sentence_spans(text)] == ["😀 is here.", "𝒳 too."]


def test_the_signature_names_the_splitter_with_its_minor_version() -> None:
    assert splitter_name().startswith("sentencex-1.")


def test_half_a_character_is_a_character() -> None:
    text = "One \ud800 two. Three."
    assert [text[s.start : s.end] for s in sentence_spans(text)] == ["One \ud800 two.", "Three."]
