"""How a text is read: its sentences, and tokens that are alike however the text was tokenised."""

import pytest

from bench.core.types import Span
from bench.text.analysis import Token, analyse


def tokens(text: str, lang: str | None = None) -> list[Token]:
    return [token for sentence in analyse(text, lang) for token in sentence.tokens]


def texts(text: str, lang: str | None = None) -> list[str]:
    return [token.text for token in tokens(text, lang)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He can't go", "he ca n't go"),
        ("They don’t", "they do n't"),
        ("they dont", "they do n't"),
        ("they don\\'t", "they do n't"),
        ("it won't", "it wo n't"),
        ("he cannot", "he can not"),
        ("The world's end", "the world 's end"),
        ("the world\\'s end", "the world 's end"),
        ("235,000 people", "235, 000 people"),
        ("£1.5m", "£1. 5m"),
        ("98.7 per cent", "98. 7 per cent"),
        ("magnitude-7.5", "magnitude-7. 5"),
        ("23-year-old", "23 year old"),
        ("10am", "10 am"),
        ("“Yes”", "`` yes ''"),
        ("café", "cafe\u0301"),
        ("co\u00adoperate", "cooperate"),
    ],
)
def test_differently_tokenised_texts_have_equal_tokens(one: str, other: str) -> None:
    assert texts(one) == texts(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He can't go.", ["he", "can", "n't", "go"]),
        ("It'll be 1,234.5 metres", ["it", "'ll", "be", "1,234.5", "metres"]),
        ("In 2012. 7 people", ["in", "2012", "7", "people"]),
        ("May 2, 2014", ["may", "2", "2014"]),
        ("in 2012, 300 people", ["in", "2012", "300", "people"]),
        ("the 'real' deal's off", ["the", "real", "deal", "'s", "off"]),
        ("'re-elected'", ["re", "elected"]),
        ("U.S. troops", ["u", "s", "troops"]),
        ("今天 AI時代", ["今", "天", "ai", "時", "代"]),
        ("한국어 문장 3개", ["한국어", "문장", "3", "개"]),
        ("یہ اردو ہے۔", ["یہ", "اردو", "ہے"]),
        ("قال ٣٫٥ مليون", ["قال", "٣٫٥", "مليون"]),
        ("😀 — …", []),
        ("", []),
    ],
)
def test_tokens_are_words_numbers_and_halves_of_contractions(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_token_knows_how_it_was_written_and_where() -> None:
    text = "- He said:\u00a0“Paris isn’t cheap”, and left 235, 000 there."
    he, said, paris, is_, not_, cheap, and_, left, number, there = tokens(text)
    assert [text[t.span.start : t.span.end] for t in (paris, is_, not_, number)] == [
        "Paris", "is", "n’t", "235, 000",
    ]  # fmt: skip
    assert [t.text for t in (he, paris) if t.capital] == ["he", "paris"]
    assert [t.text for t in (said, is_, number, there) if t.capital] == []
    assert [t.first for t in (he, said, paris)] == [True, False, False]
    assert [t.before for t in (he, paris, not_, and_)] == ["", ':"', "", '",']
    assert (left.stem, cheap.stem, number.stem) == ("left", "cheap", "235,000")
    assert [t.content for t in (he, paris, is_, not_, and_, number)] == [
        False, True, False, False, False, True,
    ]  # fmt: skip


def test_english_words_of_more_than_three_letters_have_porters_stems() -> None:
    assert [t.stem for t in tokens("Running ponies ran; the gas naïveté 1990s")] == [
        "run", "poni", "ran", "the", "gas", "naïveté", "1990", "s",
    ]  # fmt: skip


def test_single_letters_are_no_content_but_characters_of_unspaced_scripts_are() -> None:
    assert [t.text for t in tokens("Plan B: 天 و 5") if t.content] == ["plan", "天", "5"]


def test_in_another_language_words_stand_for_themselves() -> None:
    found = tokens("L'hiver dont on parle: running", "fr")
    assert [t.text for t in found] == ["l", "hiver", "dont", "on", "parle", "running"]
    assert [t.stem for t in found] == [t.text for t in found]
    assert [t.text for t in found if not t.content] == ["l"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two. Three.", ["One two.", "Three."]),
        ("one two . three four .", ["one two .", "three four ."]),
        ("he is a ` gold digger . it was late . ", ["he is a ` gold digger .", "it was late ."]),
        ("- One\n- Two. Still two.", ["One", "Two. Still two."]),
        ("In short:\n1. One\n2. Two", ["In short:", "One", "Two"]),
        ("One line\nanother line", ["One line", "another line"]),
        ("It rose to 98. 7 per cent. Then it fell.", ["It rose to 98. 7 per cent.", "Then it fell."]),
        ("They met in 2012. 5 million came.", ["They met in 2012.", "5 million came."]),
        ("he said `` no . it was late .", ["he said `` no .", "it was late ."]),
        ("Back this season.Scotland won.", ["Back this season.", "Scotland won."]),
        ("今天下雨。明天晴。", ["今天下雨。", "明天晴。"]),
        ("… !", []),
        (" \n ", []),
    ],
)
def test_sentences_and_list_items(text: str, expected: list[str]) -> None:
    assert [text[s.span.start : s.span.end] for s in analyse(text)] == expected


def test_offsets_count_code_points() -> None:
    (sentence,) = analyse("😀 “Rain” fell")
    assert [t.span for t in sentence.tokens] == [Span(3, 7), Span(9, 13)]
