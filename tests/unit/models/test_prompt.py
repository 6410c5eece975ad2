"""Prompts: texts with gaps, given as they are, as a file or as the name of a shipped one."""

from pathlib import Path

import pytest

from bench.core.asks import Turn
from bench.core.types import Document
from bench.models import prompt as module
from bench.models.prompt import FIELDS, read_prompt, turns
from bench.text.prompt import Prompt

SHIPPED = sorted((Path(module.__file__).parent / "prompts").glob("*.txt"))
DOC = Document("d", "The {query} and the {document}.", headline="A headline", query="Why {lang}?", lang="en")


def test_gaps_are_filled() -> None:
    prompt = read_prompt("{lang}: {headline}\n{document}\nQ: {query}")
    assert turns(prompt, None, DOC, "A part.") == (Turn("user", "en: A headline\nA part.\nQ: Why {lang}?"),)


def test_what_looks_like_a_gap_inside_a_value_stays() -> None:
    (turn,) = turns(read_prompt("{document} {query}"), None, DOC, DOC.text)
    assert turn.text == "The {query} and the {document}. Why {lang}?"


def test_braces_of_the_text_itself_are_written_twice() -> None:
    assert read_prompt('{{"summary": "{document}"}}').fill({"document": "{x}"}) == '{"summary": "{x}"}'


def test_a_value_that_the_document_lacks_leaves_its_gap_empty() -> None:
    (turn,) = turns(read_prompt("[{headline}] {document}"), None, Document("d", "Text."), "Text.")
    assert turn.text == "[] Text."


def test_a_system_prompt_is_a_turn_of_its_own() -> None:
    system = read_prompt("You answer: {query}", whole=False)
    assert turns(read_prompt("{document}"), system, DOC, "T.") == (
        Turn("system", "You answer: Why {lang}?"),
        Turn("user", "T."),
    )


@pytest.mark.parametrize("text", ["{document}", "{headline}{document}", "{{x}}{document}{query}{lang}"])
def test_needs_are_the_gaps(text: str) -> None:
    assert read_prompt(text).needs == {name for name in FIELDS if f"{{{name}}}" in text}


def test_a_digest_names_the_text_and_not_its_spelling() -> None:
    texts = [
        "a {document}",
        "a {document} ",
        "a {document}{query}",
        "{document} a",
        "a {{document}} {document}",
    ]
    assert len({read_prompt(text).digest for text in texts}) == len(texts)
    assert read_prompt("a {document}").digest == read_prompt("a {document:}").digest
    assert len(read_prompt("{document}").digest) == 16


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{documnt}", r"no field '\{documnt\}' \(did you mean 'document'\?\); known: document, headline"),
        ("{document} {}", r"no field '\{\}'; known"),
        ("{document[0]}", "no field"),
        ("{document.text}", "no field"),
        ("{document!r}", "no field"),
        ("{document:>20}", "no field"),
        ('{"summary": {document}}', "written twice"),
        ("{document", "expected '}' before end of string .a brace of the text itself is written twice"),
        ("{document} }", "written twice"),
        ("{query}", r"\{document\} occurs 0 times, expected once"),
        ("{document} {document}", r"\{document\} occurs 2 times, expected once"),
    ],
)
def test_a_prompt_that_cannot_be_filled_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_prompt(text)


def test_a_prompt_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_bytes(b"\xef\xbb\xbfSummarise:\r\n{document}\r\n")
    assert read_prompt(str(file)).fill({"document": "T"}) == "Summarise:\nT"
    file.write_text("Shorten: {document}\n\n", "utf-8")
    assert read_prompt(str(file)).fill({"document": "T"}) == "Shorten: T\n"
    assert read_prompt(str(file)) == read_prompt("Shorten: {document}\n\n"), "as a | in YAML gives it"


def test_a_file_is_named_in_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("No gap.", "utf-8")
    with pytest.raises(ValueError, match=r"mine\.txt: \{document\} occurs 0 times"):
        read_prompt(str(file))
    file.write_bytes(b"\xff{document}")
    with pytest.raises(ValueError, match=r"mine\.txt: cannot be read"):
        read_prompt(str(file))


@pytest.mark.parametrize("given", ["sumarise", "", "no/such/file.txt", "x" * 5000])
def test_what_is_neither_text_nor_file_nor_shipped_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"no file, and no shipped prompt.*shipped: answer, bullets"):
        read_prompt(given)


def test_the_nearest_shipped_prompt_is_named() -> None:
    with pytest.raises(ValueError, match=r"'sumarise' .* \(did you mean 'summarise'\?\)"):
        read_prompt("sumarise")


def test_a_system_prompt_may_be_any_text_but_no_missing_file() -> None:
    assert read_prompt("You are brief.", whole=False) == Prompt((("You are brief.", None),))
    assert read_prompt("", whole=False).fill({}) == ""
    with pytest.raises(ValueError, match="no file"):
        read_prompt("prompts/missing.txt", whole=False)
    with pytest.raises(ValueError, match=r"\{document\} occurs 1 times, expected in the prompt and not here"):
        read_prompt("You know {document}", whole=False)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda p: p.stem)
def test_shipped_prompts_end_with_the_text_or_the_question(file: Path) -> None:
    prompt = read_prompt(file.stem)
    assert "document" in prompt.needs
    assert prompt.fill(dict.fromkeys(FIELDS, "X")).endswith("X")
    assert ("query" in prompt.needs) == (file.stem == "answer")


def test_prompts_are_shipped() -> None:
    assert [p.stem for p in SHIPPED] == ["answer", "bullets", "merge", "refine", "summarise"]
