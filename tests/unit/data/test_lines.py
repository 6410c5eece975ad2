"""Plain text, one reference a line."""

import gzip
from pathlib import Path

import pytest

from bench.core.errors import DataError
from bench.core.types import Document
from bench.data.lines import Lines


def write(path: Path, text: str) -> str:
    path.write_bytes(text.encode("utf-8"))
    return str(path)


def test_references_alone(tmp_path: Path) -> None:
    file = write(tmp_path / "refs.txt", "One. <n> Still one.\r\n Two\\n.\u2028x")
    assert list(Lines(file, lang="en").read()) == [
        Document("1", "", ("One. <n> Still one.",), lang="en", source=f"{file}:1"),
        Document("2", "", (" Two\\n.\u2028x",), lang="en", source=f"{file}:2"),
    ]


def test_references_with_documents(tmp_path: Path) -> None:
    refs = write(tmp_path / "test.target", "R1\nR2\n")
    file = tmp_path / "test.source.gz"
    file.write_bytes(gzip.compress(b"D1\nD2"))
    found = list(Lines(refs, documents=str(file)).read())
    assert [(d.id, d.text, d.references) for d in found if isinstance(d, Document)] == [
        ("1", "D1", ("R1",)), ("2", "D2", ("R2",)),
    ]  # fmt: skip


def test_files_of_different_lengths(tmp_path: Path) -> None:
    refs, docs = write(tmp_path / "r.txt", "R1\nR2\n"), write(tmp_path / "d.txt", "D1\n")
    with pytest.raises(DataError) as e:
        list(Lines(refs, documents=docs).read())
    assert str(e.value) == f"{docs}: 1 lines, but {refs} has 2"


def test_an_empty_line_stops_or_is_skipped_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    refs = write(tmp_path / "r.txt", "R1\n \u200b\nR3\nR4\n")
    docs = write(tmp_path / "d.txt", "D1\nD2\n\x00\nD4\n")
    with pytest.raises(DataError, match=r"r\.txt:2: the line is empty"):
        list(Lines(refs).read())
    found = list(Lines(refs, documents=docs, on_bad_row="skip").read())
    assert [f.id if isinstance(f, Document) else str(f) for f in found] == [
        "1", f"{refs}:2: the line is empty", f"{docs}:3: the line is empty", "4",
    ]  # fmt: skip


def test_one_file(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        write(tmp_path / name, "R\n")
    with pytest.raises(DataError, match="2 files, expected one"):
        list(Lines(str(tmp_path)).read())
