"""Words of many scripts."""

import unicodedata

import pytest

from bench.core.types import Span
from bench.text.tokens import ngrams, word_spans, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. won 3-2, didn't it?", ["the", "u", "s", "won", "3", "2", "didn", "t", "it"]),
        ("naïve Straße ÉCOLE", ["naïve", "straße", "école"]),
        ("今天下雨", ["今", "天", "下", "雨"]),
        ("AI時代のBERT", ["ai", "時", "代", "の", "bert"]),
        ("ภาษา", ["ภ", "า", "ษ", "า"]),
        ("กินข้าว", ["กิ", "น", "ข้", "า", "ว"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("আমি বাংলায় লিখি।", ["আমি", "বাংলায়", "লিখি"]),
        ("یہ اردو ہے۔", ["یہ", "اردو", "ہے"]),
        ("😀 — … !", []),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, expected: list[str]) -> None:
    assert words(text) == [unicodedata.normalize("NFKC", word) for word in expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cafe\u0301", "café"),
        ("ＡＢＣ１２", "abc12"),
        ("ﬁnal", "final"),
        ("co\u00adoperate", "cooperate"),
        ("می\u200cخواهم", "میخواهم"),
        ("\ufeffword", "word"),
    ],
    ids=["composed", "full width", "ligature", "soft hyphen", "non-joiner", "byte order mark"],
)
def test_words_that_look_equal_are_equal(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert len(words(one)) == 1


def test_a_zero_width_space_separates_words() -> None:
    assert words("one\u200btwo") == ["one", "two"]


def test_spans_stand_in_the_text_as_it_is_written() -> None:
    assert word_spans("Ａ 😀 don't") == [Span(0, 1), Span(4, 7), Span(8, 9)]


@pytest.mark.parametrize(
    ("n", "expected"), [(1, [("a",), ("b",), ("c",)]), (2, [("a", "b"), ("b", "c")]), (4, [])]
)
def test_ngrams_are_all_runs_of_n_tokens(n: int, expected: list[tuple[str, ...]]) -> None:
    assert list(ngrams(["a", "b", "c"], n)) == expected
