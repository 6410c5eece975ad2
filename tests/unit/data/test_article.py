"""The article format and its reader."""

import gzip
from pathlib import Path

import pytest

from bench.core.errors import DataError
from bench.core.types import Document
from bench.data.article import HINT, parse_article
from bench.data.articles import Articles

PLAIN = (
    "Canal to reopen\n- Council agreed.\n- Work starts in May.\n"
    "The council voted.\nIt was close.\n\nWork starts soon."
)


def parse(text: str) -> tuple[str, list[str], str]:
    return parse_article(text.split("\n"), "a.txt")


def test_the_three_parts() -> None:
    assert parse(PLAIN) == (
        "Canal to reopen",
        ["Council agreed.", "Work starts in May."],
        "The council voted.\nIt was close.\n\nWork starts soon.",
    )


@pytest.mark.parametrize("marker", ["- ", "* ", "• ", "•", "  -   ", "-\t", "-\u00a0"])
def test_markers_of_bullets(marker: str) -> None:
    assert parse(f"Head\n{marker}One.\nBody.")[1] == ["One."]


def test_blank_lines_between_parts_and_trailing_spaces() -> None:
    assert parse("\nHead  \n\n- One.  \n \n- Two.\n\n\nBody.  \n\n \n\nMore.\n\n") == (
        "Head", ["One.", "Two."], "Body.\n\nMore.",
    )  # fmt: skip


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_dash_in_the_body_stays_behind_a_blank_line(gap: str) -> None:
    assert (
        parse(f"Head\n- One.\n{gap}Body:\n\n- Said she.\n- Said he.")[2] == "Body:\n\n- Said she.\n- Said he."
    )


def test_a_list_may_follow_the_first_line_of_a_body_that_a_blank_line_sets_off() -> None:
    assert parse("Head\n- One.\n\nBody:\n- Said she.")[1:] == (["One."], "Body:\n- Said she.")


class TestWrappedBullets:
    def test_an_indented_line_continues_the_bullet(self) -> None:
        text = "Head\n- The council approved the plan\n  by 12 votes to 3.\n- Work starts in May.\n\nBody"
        assert parse(text) == (
            "Head", ["The council approved the plan by 12 votes to 3.", "Work starts in May."], "Body",
        )  # fmt: skip

    def test_over_several_lines_with_spaces_or_tabs(self) -> None:
        assert parse("Head\n* One  \n\ttwo\n   three. \n• Four.\nBody.")[1:] == (
            ["One two three.", "Four."], "Body.",
        )  # fmt: skip

    def test_an_indented_dash_is_a_bullet(self) -> None:
        assert parse("Head\n- One\n  - two.\nBody.")[1] == ["One", "two."]

    @pytest.mark.parametrize("line", ["\n  An indented body.", "\u3000\u3000段落。"])
    def test_what_a_blank_line_parts_and_an_ideographic_indent_begin_the_body(self, line: str) -> None:
        assert parse(f"Head\n- One.\n{line}")[1:] == (["One."], line.lstrip("\n"))

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("Head\n- The council approved\nthe plan.\n- Work starts in May.\n\nBody.", 4),
            ("Head\n- One.\nBody.\nMore.\n  • Two.", 5),
        ],
    )
    def test_without_indentation_the_next_bullet_is_refused(self, text: str, line: int) -> None:
        with pytest.raises(DataError) as e:
            parse(text)
        assert str(e.value) == f"a.txt:{line}: a bullet after the body has begun"
        assert e.value.hint == (
            "Indent the lines that continue a bullet, or put a blank line before the body's own list."
        )


def test_what_only_looks_like_a_bullet_begins_the_body() -> None:
    assert parse("Head\n- One.\n-5 degrees fell.\n– He went.")[2] == "-5 degrees fell.\n– He went."


def test_unicode_is_kept_as_it_is() -> None:
    body = "\u3000\u3000Cafe\u0301 ﬁne\u00a0x\u2028y 🧑‍🚀"
    assert parse(f"Head\n- ①.\n{body}") == ("Head", ["①."], body)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.txt:1: no headline: the file is empty"),
        ("\n- One.\nBody.", "a.txt:2: no headline: the file starts with a bullet"),
        ("Head\n\nBody.\n- One.", "a.txt:3: the headline is followed by text, not by a bullet"),
        ("Head\n", "a.txt:2: no bullets: the file ends after the headline"),
        ("Head\n- One.\n- Two.", "a.txt:3: no body: the file ends after the bullets"),
        ("Head\n- One.\n-  \nBody.", "a.txt:3: an empty bullet"),
        ("Head\n- \u200b\nBody.", "a.txt:2: an empty bullet"),
        ("Head\n- One.\n\u200b\n\x00\n", "a.txt:5: no body: the file ends after the bullets"),
    ],
)
def test_what_is_no_article(text: str, message: str) -> None:
    with pytest.raises(DataError) as e:
        parse(text)
    assert (str(e.value), e.value.hint) == (message, HINT)


class TestReader:
    def test_a_file_is_one_document(self, tmp_path: Path) -> None:
        file = tmp_path / "canal.txt"
        file.write_bytes(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode())
        assert list(Articles(str(file)).read()) == [
            Document(
                id="canal",
                text="The council voted.\nIt was close.\n\nWork starts soon.",
                references=("Council agreed.\nWork starts in May.",),
                headline="Canal to reopen",
                lang="en",
                source=str(file),
            )
        ]

    def test_a_folder_a_glob_and_gzip(self, tmp_path: Path) -> None:
        (tmp_path / "set").mkdir()
        (tmp_path / "set" / "b.txt").write_text(PLAIN)
        (tmp_path / "set" / "a.v2.txt.gz").write_bytes(gzip.compress(PLAIN.encode()))
        (tmp_path / "set" / "README.md").write_text("Not an article.")
        for path in (tmp_path / "set", tmp_path / "**" / "*.txt*"):
            assert [d.id for d in Articles(str(path)).read()] == ["a.v2", "b"]

    def test_the_language_may_be_in_the_name(self, tmp_path: Path) -> None:
        for name in ("de-kanal", "zh-yunhe"):
            (tmp_path / f"{name}.txt").write_text(PLAIN)
        assert [d.lang for d in Articles(str(tmp_path), lang="name").read()] == ["de", "zh"]
        assert [d.lang for d in Articles(str(tmp_path), lang=None).read()] == [None, None]

    @pytest.mark.parametrize("name", ["canal", "eng-canal", "DE-kanal", "de"])
    def test_a_name_without_a_language(self, tmp_path: Path, name: str) -> None:
        file = tmp_path / f"{name}.txt"
        file.write_text(PLAIN)
        with pytest.raises(DataError) as e:
            list(Articles(str(file), lang="name").read())
        assert str(e.value) == f"{file}: the name does not start with a language code and a dash"

    def test_a_language_that_is_no_code(self) -> None:
        with pytest.raises(ValueError, match="lang is 'English', expected a two-letter ISO 639-1 code"):
            Articles("x", lang="English")

    def test_undecodable_bytes(self, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_bytes("Head\n- Caf\u00e9.\nBody.".encode("latin-1"))
        with pytest.raises(DataError) as e:
            list(Articles(str(file)).read())
        assert str(e.value) == f"{file}:2: byte 0xe9 at offset 10 is not UTF-8"

    def test_an_error_names_file_and_line(self, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_text("Head\n- One.\n")
        with pytest.raises(DataError) as e:
            list(Articles(str(file)).read())
        assert (e.value.file, e.value.line) == (str(file), 2)
