"""What counts as one statement of a summary."""

import pytest

from bench.text.lines import bullets, summary_lines, summary_words


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
    ],
    ids=[
        "empty", "text", "lines", "figure", "gap", "negative numbers", "mixed", "one item after a line",
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
def test_statements_are_bullets_or_lines_or_sentences(text: str, lines: list[str]) -> None:
    assert summary_lines(text) == lines


def test_without_a_splitter_running_text_is_one_line() -> None:
    assert summary_lines("One. Two.", splitter="none") == ["One. Two."]
    assert summary_lines("- One.\n- Two.", splitter="none") == ["One.", "Two."]


def test_the_words_of_a_summary_are_those_of_its_statements() -> None:
    assert summary_words("1. Rain fell.\n2. 3 people left.") == ["rain", "fell", "3", "people", "left"]
    assert summary_words("2. Bundesliga") == ["2", "bundesliga"]
