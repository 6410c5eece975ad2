"""Rulers measure texts, and a text that does not fit is cut with every token accounted for."""

import pytest

from bench.core.errors import TooLong
from bench.text.reach import Bytes, Cut, Overflow, Reach, Ruler, Words, cut

TEXT = "One two three. Four five (six) seven."


@pytest.mark.parametrize(
    ("n", "head", "tail"),
    [
        (0, "", ""),
        (1, "One ", "seven."),
        (3, "One two three. ", "five (six) seven."),
        (6, "One two three. Four five (six) ", "two three. Four five (six) seven."),
        (7, TEXT, TEXT),
        (99, TEXT, TEXT),
    ],
)
def test_words_from_either_end_of_a_text(n: int, head: str, tail: str) -> None:
    assert Words().head(TEXT, n) == head
    assert Words().tail(TEXT, n) == tail


def test_words_of_scripts_without_spaces_are_their_characters() -> None:
    assert Words().count("今天下雨。") == 4
    assert Words().head("今天下雨。", 2) == "今天"


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("é", 1), ("今天", 2), ("\ud800", 1)]
)
def test_three_bytes_are_a_token(text: str, tokens: int) -> None:
    assert Bytes().count(text) == tokens


def test_bytes_never_halve_a_character() -> None:
    ruler = Bytes(per_token=1)
    assert [ruler.head("aé今", n) for n in range(7)] == ["", "a", "a", "aé", "aé", "aé", "aé今"]
    assert [ruler.tail("今éa", n) for n in range(7)] == ["", "a", "a", "éa", "éa", "éa", "今éa"]
    assert [ruler.head("a\ud800b", n) for n in (1, 3, 4, 5)] == ["a", "a", "a\ud800", "a\ud800b"]


@pytest.mark.parametrize("how", ["head", "head_tail", "error"])
def test_a_text_that_fits_is_left_alone(how: Overflow) -> None:
    assert cut(TEXT, Reach(Words(), 7), how) == Cut(TEXT, total=7, dropped=0)


def test_the_beginning_is_kept() -> None:
    assert cut(TEXT, Reach(Words(), 4), "head") == Cut("One two three. Four ", total=7, dropped=3)


def test_both_ends_are_kept_and_the_gap_is_marked() -> None:
    assert cut(TEXT, Reach(Words(), 4), "head_tail") == Cut("One two \n…\nsix) seven.", total=7, dropped=3)
    assert cut(TEXT, Reach(Words(), 5), "head_tail").text == "One two three. \n…\nsix) seven."


def test_the_mark_takes_room_too() -> None:
    reach = Reach(Bytes(per_token=1), 9)
    assert cut("abcdefghijkl", reach, "head_tail") == Cut("ab\n…\nkl", total=12, dropped=8)


@pytest.mark.parametrize("room", [1, 2, 6])
def test_where_the_mark_leaves_no_room_for_two_ends_the_beginning_is_kept(room: int) -> None:
    assert cut("abcdefghijkl", Reach(Bytes(per_token=1), room), "head_tail").text == "abcdefghijkl"[:room]
    assert cut("🎉🎉🎉", Reach(Bytes(per_token=1), 9), "head_tail").text == "🎉🎉"


def test_a_text_that_must_not_be_cut_says_how_long_it_is() -> None:
    with pytest.raises(TooLong, match="the document has 7 tokens, the prompt has room for 6"):
        cut(TEXT, Reach(Words(), 6), "error")


@pytest.mark.parametrize("how", ["head", "head_tail", "error"])
@pytest.mark.parametrize("ruler", [Words(), Bytes()])
@pytest.mark.parametrize("room", [0, -3])
def test_a_prompt_without_room_says_so(how: Overflow, ruler: Ruler, room: int) -> None:
    with pytest.raises(TooLong, match="no room for the document"):
        cut(TEXT, Reach(ruler, room), how)


@pytest.mark.parametrize(("how", "room"), [("head", 1), ("head", 3), ("head_tail", 3)])
def test_nor_does_one_without_room_for_a_character(how: Overflow, room: int) -> None:
    with pytest.raises(TooLong, match="no room for the document"):
        cut("🎉🎉🎉", Reach(Bytes(per_token=1), room), how)
