"""Rows with their place, out of every text format, and what is said when there are none."""

import gzip
import math
import re
from pathlib import Path

import pytest

from bench.core.errors import DataError
from bench.core.rows import Row, find_files, kind_of, read_lines, read_rows, scan_rows


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(files: list[Path]) -> list[str]:
    return [f.name for f in files]


class TestFindFiles:
    def test_a_file_is_taken_whatever_it_is_called(self, tmp_path: Path) -> None:
        assert find_files(str(write(tmp_path / "data.old", "x")), (".txt",)) == [tmp_path / "data.old"]

    def test_a_name_with_brackets_is_a_file_before_it_is_a_glob(self, tmp_path: Path) -> None:
        assert find_files(str(write(tmp_path / "a[1].txt", "x")), (".txt",)) == [tmp_path / "a[1].txt"]

    def test_a_folder_gives_its_files_with_the_suffix_sorted(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a.txt.gz", "C.TXT", "note.md", ".hidden.txt", "sub/d.txt"):
            write(tmp_path / name, "x")
        assert names(find_files(str(tmp_path), (".txt",))) == ["C.TXT", "a.txt.gz", "b.txt"]

    def test_a_glob_recurses_with_two_stars_and_finds_each_file_once(self, tmp_path: Path) -> None:
        for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
            write(tmp_path / name, "x")
        assert names(find_files(f"{tmp_path}/**/**/*.txt", (".txt",))) == ["a.txt", "b.txt", "c.txt"]

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("gone.txt", "gone.txt: no such file or folder"),
            ("*.csv", "*.csv: no file matches"),
            ("empty", "empty: no .csv or .tsv file in this folder"),
        ],
    )
    def test_nothing_there(self, tmp_path: Path, path: str, message: str) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(DataError, match=re.escape(message)):
            find_files(str(tmp_path / path), (".csv", ".tsv"))

    def test_files_in_folders_below_are_pointed_out(self, tmp_path: Path) -> None:
        write(tmp_path / "news" / "a.txt", "x")
        with pytest.raises(DataError) as e:
            find_files(str(tmp_path), (".txt",))
        assert e.value.hint == f"There are 1 in folders below: {tmp_path}/**/*.txt finds them."


def test_the_kind_is_the_suffix_before_gz() -> None:
    assert [kind_of(Path(p)) for p in ("a.jsonl", "a.jsonl.gz", "A.CSV.GZ", "a")] == [
        ".jsonl", ".jsonl", ".csv", "",
    ]  # fmt: skip


class TestReadLines:
    def test_only_a_line_feed_ends_a_line(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.txt", "one\u2028still one\x0b\x85\nt\rwo\r\n\nfour")
        assert list(read_lines(file)) == [
            (1, "one\u2028still one\x0b\x85"),
            (2, "t\rwo"),
            (3, ""),
            (4, "four"),
        ]

    def test_a_byte_order_mark_goes_only_at_the_start(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.txt", "\ufeffone\n\ufefftwo\n")
        assert list(read_lines(file)) == [(1, "one"), (2, "\ufefftwo")]

    def test_undecodable_bytes_are_named_with_line_and_offset(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.txt", b"\xef\xbb\xbfgood\nna\xefve\n")
        with pytest.raises(DataError) as e:
            list(read_lines(file))
        assert str(e.value) == f"{file}:2: byte 0xef at offset 10 is not UTF-8"
        assert file.read_bytes()[10] == 0xEF

    def test_gzip(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.txt.GZ", gzip.compress(b"one\ntwo"))
        assert list(read_lines(file)) == [(1, "one"), (2, "two")]

    @pytest.mark.parametrize("damage", ["not gzip", "torn", "changed"])
    def test_damaged_gzip(self, tmp_path: Path, damage: str) -> None:
        good = gzip.compress(bytes(range(32, 127)) * 50)
        bad = {"not gzip": b"plain", "torn": good[:-12], "changed": good[:20] + b"\0\xff" * 9 + good[38:]}
        with pytest.raises(DataError, match=r"a\.gz: cannot be read"):
            list(read_lines(write(tmp_path / "a.gz", bad[damage])))

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read: No such file or directory"):
            list(read_lines(tmp_path / "a.txt"))


class TestReadRows:
    def test_json_lines_keep_their_numbers_over_blank_lines(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.jsonl", '{"a": 1}\n\n{"a": 2}\n')
        assert list(read_rows(file)) == [Row({"a": 1}, str(file), 1), Row({"a": 2}, str(file), 3)]

    def test_a_json_array_counts_items(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.json", '[\n {"a": 1},\n {"a": 2}\n]')
        assert [(r.fields["a"], r.line) for r in read_rows(file)] == [(1, 1), (2, 2)]

    def test_json_lines_under_the_name_of_json(self, tmp_path: Path) -> None:
        assert len(list(read_rows(write(tmp_path / "a.json", '{"a": 1}\n{"a": 2}\n')))) == 2

    def test_csv_lines_are_those_on_which_rows_start(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.csv", '\r\nid,text\r\n1,"one\r\ntwo ""2"""\r\n\r\n2,three\r\n')
        assert [(r.fields, r.line) for r in read_rows(file)] == [
            ({"id": "1", "text": 'one\r\ntwo "2"'}, 3),
            ({"id": "2", "text": "three"}, 6),
        ]

    def test_tsv(self, tmp_path: Path) -> None:
        assert next(read_rows(write(tmp_path / "a.tsv", "a\tb\n1,5\tx\n"))).fields == {"a": "1,5", "b": "x"}

    def test_a_cell_of_a_million_characters(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.csv", "a,b\n" + "x" * 10**6 + ",y\n")
        assert len(next(read_rows(file)).fields["a"]) == 10**6

    def test_the_kind_may_be_given(self, tmp_path: Path) -> None:
        assert next(read_rows(write(tmp_path / "a.data", '{"a": 1}'), ".jsonl")).fields == {"a": 1}

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.jsonl", '{"a": 1}\n{"a": }\n', ":2: not JSON: Expecting value at column 7"),
            ("a.jsonl", "[1, 2]\n", ":1: expected an object, found list"),
            ("a.jsonl", '{"a": 1}\n{"b": 1, "a": 1, "a": 2}', ":2: an object has the key 'a' twice"),
            ("a.jsonl", '{"x": [{"a": 1, "a": 1}]}', ":1: an object has the key 'a' twice"),
            ("a.jsonl", '{"a": ' + "[" * 10**5, ":1: JSON that is nested too deeply"),
            ("a.jsonl", '{"a": ' + "1" * 5000 + "}", ":1: not JSON: Exceeds the limit"),
            ("a.json", '[{"a": 1, "a": 2}]', ": an object has the key 'a' twice"),
            ("a.json", "[" * 10**5, ": JSON that is nested too deeply"),
            ("a.json", '[{"a": 1},\n {"a"}]', ":2: not JSON: Expecting ':' delimiter at column 6"),
            ("a.json", '[{"a": 1}, "b"]', ":2: expected an object, found str"),
            ("a.csv", "a,b\n1,2\n1,2,3\n", ":3: 3 cells, but the header has 2"),
            ("a.csv", "a,b\n1\n", ":2: 1 cells, but the header has 2"),
            ("a.csv", "a,b,a\n1,2,3\n", ":1: two columns are called 'a'"),
            ("a.csv", 'a,b\n1,2\n1,"two\nthree\n', ":3: not CSV: unexpected end of data"),
            ("a.xlsx", "", ": unknown format '.xlsx'"),
        ],
    )
    def test_what_cannot_be_read(self, tmp_path: Path, name: str, content: str, message: str) -> None:
        file = write(tmp_path / name, content)
        with pytest.raises(DataError) as e:
            list(read_rows(file))
        assert str(e.value).startswith(f"{file}{message}")

    @pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
    def test_what_json_calls_no_number_is_one(self, tmp_path: Path, name: str) -> None:
        content = '{"a": NaN, "b": -Infinity, "c": 1e999}'
        (row,) = read_rows(write(tmp_path / name, content if name == "a.jsonl" else f"[{content}]"))
        assert math.isnan(row.fields["a"])
        assert (row.fields["b"], row.fields["c"]) == (-math.inf, math.inf)


class TestScanRows:
    @pytest.mark.parametrize(
        ("name", "content", "found"),
        [
            (
                "a.jsonl", '{"a": 1}\n{"a": }\n"b"\n{"a": 2, "a": 3}\n{"a": 4}',
                [1, ":2: not JSON: Expecting value at column 7", ":3: expected an object, found str",
                 ":4: an object has the key 'a' twice", 4],
            ),
            ("a.json", '[{"a": 1}, null, {"a": 3}]', [1, ":2: expected an object, found NoneType", 3]),
            (
                "a.csv", "a,b\n1,2\n1\n\n4,5,6\n7,8\n",
                ["1", ":3: 1 cells, but the header has 2", ":5: 3 cells, but the header has 2", "7"],
            ),
        ],
    )  # fmt: skip
    def test_an_error_stands_for_a_bad_row(
        self, tmp_path: Path, name: str, content: str, found: list[object]
    ) -> None:
        file = write(tmp_path / name, content)
        rows = [r.fields["a"] if isinstance(r, Row) else str(r) for r in scan_rows(file)]
        assert rows == [f"{file}{f}" if isinstance(f, str) and f[0] == ":" else f for f in found]

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.jsonl", b'{"a": 1}\n{"a": "\xff"}\n{"a": 2}'),
            ("a.json", b'[{"a": 1}, {"a": }]'),
            ("a.csv", b'a,b\n1,2\n1,"two\nthree,4\n'),
            ("a.csv", b"a,a\n1,2\n"),
        ],
    )
    def test_where_the_next_row_cannot_be_found_the_file_is_refused(
        self, tmp_path: Path, name: str, content: bytes
    ) -> None:
        with pytest.raises(DataError):
            list(scan_rows(write(tmp_path / name, content)))
