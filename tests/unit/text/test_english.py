"""What is English."""

import pytest

from bench.text.analysis import analyse
from bench.text.english import is_english, is_word, looks_english
from bench.text.lists import read_list, read_set


@pytest.mark.parametrize(
    "word", ["house", "houses", "colour", "color", "realise", "selfie", "because", "the"]
)
def test_words(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("name", ["obama", "london", "monday", "gaddafi", "microsoft", "unk"])
def test_names_are_no_words(name: str) -> None:
    assert not is_word(name)


@pytest.mark.parametrize(("lang", "english"), [(None, True), ("en", True), ("en-GB", True), ("de", False)])
def test_languages(lang: str | None, english: bool) -> None:
    assert is_english(lang) is english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("The minister said that he would not resign over the letter.", True),
        ("the minister said that he would not resign over the letter", True),
        ("Der Minister sagte, dass er wegen des Briefes nicht zurücktreten werde.", False),
        ("Le ministre a dit qu'il ne démissionnerait pas à cause de la lettre.", False),
        ("मंत्री ने कहा कि वह इस्तीफा नहीं देंगे।", False),
        ("部长表示他不会辞职。", False),
        ("1,234 + 5", True),
    ],
)
def test_what_looks_english(text: str, english: bool) -> None:
    assert looks_english(analyse(text)) is english


def test_the_words_are_lower_case_and_many() -> None:
    words = read_list("english")
    assert len(words) > 80_000
    assert list(words) == sorted(set(words))
    assert all(word.isascii() and word.islower() for word in words)
    assert read_set("negators").isdisjoint(("the", "yes"))
