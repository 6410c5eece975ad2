"""What counts as one statement of a summary."""

import pytest

from bench.text.lines import bullets, plain_lines, statements, summary_lines, summary_words


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("- One.\n- Two.", ["One.", "Two."]),
        ("  • One.\n\n  • Two.\n", ["One.", "Two."]),
        ("* One. With two sentences.", ["One. With two sentences."]),
        ("1. One.\n2. Two.", ["One.", "Two."]),
        ("1) One.\r\n2) Two.", ["One.", "Two."]),
        ("In short:\n- One.\n- Two.", ["One.", "Two."]),
        ("Key points:\n\n1. One.\n2. Two.\n3. Three.", ["One.", "Two.", "Three."]),
    ],
)
def test_the_items_of_a_list_have_no_markers(text: str, items: list[str]) -> None:
    assert bullets(text) == items


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One. Two.",
        "One.\nTwo.",
        "2. Bundesliga is a league.",
        "1. One.\n3. Three.",
        "-5 degrees\n-7 degrees",
        "- One.\nand its continuation\n- Two.",
        "He said:\n- No.",
        "It was long.\nIn short:\n- One.\n- Two.\n- Three.",
        "- One.\u2028- Two.\n3",
    ],
    ids=[
        "empty", "text", "lines", "figure", "gap", "negative numbers", "mixed", "one item after a line",
        "items after two lines", "no line feed",
    ],
)  # fmt: skip
def test_what_is_no_list_has_no_items(text: str) -> None:
    assert bullets(text) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("- One. Still one.\n- Two.", ["One. Still one.", "Two."]),
        ("In short:\n- One.\n- Two.", ["In short:", "One.", "Two."]),
        ("One. Still one.\n\nTwo.", ["One. Still one.", "Two."]),
        ("One. Two.", ["One.", "Two."]),
        ("One. Two.\n", ["One.", "Two."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_what_rouge_compares_are_items_or_lines_or_sentences(text: str, lines: list[str]) -> None:
    assert summary_lines(text) == lines


@pytest.mark.parametrize("text", ["One. Two. Three.", "One. Two.\n\nThree.", "One.\nTwo.\r\n\r\nThree.\n"])
def test_a_break_between_sentences_does_not_change_the_statements(text: str) -> None:
    assert statements(text) == ["One.", "Two.", "Three."]


def test_an_item_of_a_list_is_one_statement() -> None:
    assert statements("It rained. So:\n- One. Still one.\n- Two.") == [
        "It rained.",
        "So:",
        "One. Still one.",
        "Two.",
    ]


def test_only_a_line_feed_ends_a_line() -> None:
    assert plain_lines("a\u2028b\x0cc\x85d\x0be\rf\r\n\n g ") == ["a\u2028b\x0cc\x85d\x0be\rf", "g"]


def test_plain_lines_have_no_markers() -> None:
    assert plain_lines("One. Two.") == ["One. Two."]
    assert plain_lines("So:\n1. One.\n2. Two.") == ["So:", "One.", "Two."]


def test_the_words_of_a_summary_are_those_of_its_statements() -> None:
    assert summary_words("1. Rain fell.\n2. 3 people left.") == ["rain", "fell", "3", "people", "left"]
    assert summary_words("2. Bundesliga") == ["2", "bundesliga"]
