"""A line counts if it ends in a newline and parses; only the last one can be torn."""

from pathlib import Path

import pytest

from bench.core.errors import CorruptRecord, StoreError
from bench.runner.journal import Journal, encode, read, write_atomic


def test_lines_are_sorted_compact_and_keep_unicode() -> None:
    assert encode({"b": 1, "a": "é — 你"}) == '{"a":"é — 你","b":1}\n'.encode()


def test_half_a_character_survives() -> None:
    assert encode({"a": "\ud800"}) == b'{"a":"\\ud800"}\n'


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        encode({"a": float("nan")})


def test_a_torn_tail_is_cut_before_more_is_written(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'{"a":1}\n{"a":2}\n{"a":')
    assert [r["a"] for r in read(path)] == [1, 2]
    with Journal(path) as out:
        out.append([{"a": 3}])
    assert path.read_bytes() == b'{"a":1}\n{"a":2}\n{"a":3}\n'


def test_a_file_of_one_torn_line_longer_than_a_block(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'{"a":1}\n' + b"x" * 3_000_000)
    with Journal(path):
        pass
    assert path.read_bytes() == b'{"a":1}\n'


@pytest.mark.parametrize("bad", [b"{]\n", b"[1]\n", b"\n", b"\xff\n"])
def test_a_damaged_line_names_file_and_byte(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'{"a":1}\n' + bad + b'{"a":2}\n')
    with pytest.raises(CorruptRecord, match=r"j\.jsonl: byte 8: ") as e:
        list(read(path))
    assert (e.value.byte, e.value.exit_code) == (8, 5)


def test_a_journal_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(read(tmp_path / "no.jsonl")) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        Journal(tmp_path / "no" / "j.jsonl")


def test_write_atomic_leaves_no_temporary_file(tmp_path: Path) -> None:
    write_atomic(tmp_path / "deep" / "a", b"1")
    write_atomic(tmp_path / "deep" / "a", b"2")
    assert [(p.name, p.read_bytes()) for p in (tmp_path / "deep").iterdir()] == [("a", b"2")]
