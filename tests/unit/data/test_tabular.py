"""JSON Lines, CSV and Parquet, as files, folders, globs and gzipped."""

import csv
import gzip
import json
import re
import struct
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.core.errors import DataError
from bench.core.types import Document
from bench.data.select import load
from bench.data.tabular import Csv, Jsonl, Parquet

ROWS: list[dict[str, Any]] = [
    {"id": "a", "document": "Text one.", "reference": "Ref one.", "split": "test"},
    {"id": "b", "document": 'Text "two",\nnext line.', "reference": "Ref two.", "split": "train"},
    {"id": "c", "document": "Drei\u2028 ü 🧑‍🚀.", "reference": "Ref drei.", "split": "test"},
]
Reader = type[Jsonl] | type[Csv] | type[Parquet]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    match plain.suffix:
        case ".jsonl" | ".ndjson":
            plain.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
        case ".json":
            plain.write_text(json.dumps(rows, indent=1), "utf-8")
        case ".csv" | ".tsv":
            with plain.open("w", encoding="utf-8", newline="") as f:
                writer = csv.DictWriter(f, list(rows[0]), delimiter="\t" if plain.suffix == ".tsv" else ",")
                writer.writeheader()
                writer.writerows(rows)
        case ".parquet":
            pq.write_table(pa.Table.from_pylist(rows), plain)
    if path != plain:
        path.write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    return path


FORMATS: list[tuple[str, Reader, list[int]]] = [
    ("d.jsonl", Jsonl, [1, 2, 3]), ("d.ndjson.gz", Jsonl, [1, 2, 3]), ("d.json", Jsonl, [1, 2, 3]),
    ("d.jsonl.gz", Jsonl, [1, 2, 3]), ("d.csv", Csv, [2, 3, 5]), ("d.csv.gz", Csv, [2, 3, 5]),
    ("d.tsv", Csv, [2, 3, 5]), ("d.parquet", Parquet, [1, 2, 3]), ("d.parquet.gz", Parquet, [1, 2, 3]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reader", "lines"), FORMATS)
def test_the_same_documents_from_every_format(
    tmp_path: Path, name: str, reader: Reader, lines: list[int]
) -> None:
    file = write(tmp_path / name, ROWS)
    assert list(reader(str(file)).read()) == [
        Document(r["id"], r["document"], (r["reference"],), source=f"{file}:{line}")
        for r, line in zip(ROWS, lines, strict=True)
    ]


@pytest.mark.parametrize(("name", "reader", "lines"), FORMATS)
def test_a_folder_and_a_filter(tmp_path: Path, name: str, reader: Reader, lines: list[int]) -> None:
    write(tmp_path / f"1{name}", ROWS)
    write(tmp_path / f"2{name}", [{**r, "id": r["id"] * 2} for r in ROWS])
    (tmp_path / "notes.md").write_text("not data")
    for path in (tmp_path, tmp_path / "?d.*"):
        found = reader(str(path), where={"split": "test"}).read()
        assert [d.id for d in found if isinstance(d, Document)] == ["a", "c", "aa", "cc"]


@pytest.mark.parametrize(("name", "reader", "lines"), FORMATS)
def test_a_bad_row_stops_or_is_skipped(tmp_path: Path, name: str, reader: Reader, lines: list[int]) -> None:
    file = write(tmp_path / name, [ROWS[0], {**ROWS[1], "reference": ""}, ROWS[2]])
    message = f"{file}:{lines[1]}: references is empty"
    with pytest.raises(DataError) as e:
        list(reader(str(file)).read())
    assert str(e.value) == message
    found = list(reader(str(file), on_bad_row="skip").read())
    assert [f.id if isinstance(f, Document) else str(f) for f in found] == ["a", message, "c"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": ', "not JSON: "),
        ("[]", "expected an object, found list"),
        ('{"id": "b", "id": "b", "document": "T."}', "an object has the key 'id' twice"),
        ('{"id": "b", "document": NaN}', "document is NaN, expected text"),
        ('{"id": "b", "document": -Infinity}', "document is a number (-inf), expected text"),
    ],
)
def test_a_line_that_is_broken_is_skipped_and_counted(tmp_path: Path, bad: str, reason: str) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text(f'{{"id": "a", "document": "T.", "unused": NaN}}\n{bad}\n{{"id": "c", "document": "T."}}')
    assert skipping(Jsonl(str(file), on_bad_row="skip")) == (["a", "c"], [(2, reason)])
    with pytest.raises(DataError, match=re.escape(f"{file}:2: {reason}")):
        load(Jsonl(str(file)))


def test_a_ragged_row_is_skipped_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    file.write_text("id,document\na,T.\nb\nc,T.\n")
    reason = "1 cells, but the header has 2"
    assert skipping(Csv(str(file), on_bad_row="skip")) == (["a", "c"], [(3, reason)])
    with pytest.raises(DataError, match=f"3: {reason}"):
        load(Csv(str(file)))


def skipping(reader: Jsonl | Csv) -> tuple[list[str], list[tuple[int | None, str]]]:
    """Ids of the documents; lines of the bad rows, each with the reason up to its first colon."""
    data = load(reader)
    reasons = [(row.line, re.sub("(?<=: ).*", "", row.reason)) for row in data.bad_rows]
    return [d.id for d in data.documents], reasons


@pytest.mark.parametrize("name", ["d.jsonl", "d.parquet"])
def test_nested_columns_and_lists(tmp_path: Path, name: str) -> None:
    row = {"article": {"text": "Text.", "id": 7}, "highlights": ["One.", "Two."], "tags": ["x"]}
    file = write(tmp_path / name, [row])
    reader = (Jsonl if name == "d.jsonl" else Parquet)(
        str(file), document="article.text", id="article.id", bullets="highlights", meta=("tags",)
    )
    assert list(reader.read()) == [
        Document("7", "Text.", ("One.\nTwo.",), source=f"{file}:1", meta={"tags": ["x"]})
    ]


def test_a_format_does_not_need_its_suffix(tmp_path: Path) -> None:
    write(tmp_path / "d.jsonl", ROWS).rename(tmp_path / "data")
    assert len(list(Jsonl(str(tmp_path / "data")).read())) == 3
    write(tmp_path / "d.csv", ROWS).rename(tmp_path / "data.txt")
    assert len(list(Csv(str(tmp_path / "data.txt")).read())) == 3


def test_parquet_counts_rows_across_batches(tmp_path: Path) -> None:
    rows = [{"id": str(n), "document": f"Text {n}.", "reference": "Ref."} for n in range(600)]
    rows[555]["reference"] = ""
    file = write(tmp_path / "d.parquet", rows)
    with pytest.raises(DataError, match=r"d\.parquet:556: references is empty"):
        list(Parquet(str(file)).read())


def test_parquet_text_that_is_not_utf8_is_a_bad_row(tmp_path: Path) -> None:
    file = tmp_path / "d.parquet"
    offsets, data = pa.py_buffer(struct.pack("<4i", 0, 2, 5, 7)), pa.py_buffer(b"onab\xeftw")
    broken = pa.Array.from_buffers(pa.string(), 3, [None, offsets, data])
    pq.write_table(pa.table({"id": ["a", "b", "c"], "document": broken}), file)
    found = list(Parquet(str(file), on_bad_row="skip").read())
    message = f"{file}:2: column 'document' is not UTF-8: byte 0xef at offset 2"
    assert [f.text if isinstance(f, Document) else str(f) for f in found] == ["on", message, "tw"]
    with pytest.raises(DataError) as e:
        list(Parquet(str(file)).read())
    assert str(e.value) == message


def test_a_name_twice_in_parquet(tmp_path: Path) -> None:
    file = tmp_path / "d.parquet"
    texts = [pa.array(["T."]), pa.array(["U."])]
    pq.write_table(pa.table(texts, names=["document", "document"]), file)
    with pytest.raises(DataError) as e:
        list(Parquet(str(file), on_bad_row="skip").read())
    assert str(e.value) == f"{file}: two columns are called 'document'"
    pq.write_table(pa.table({"x": pa.StructArray.from_arrays(texts, names=["y", "y"])}), file)
    with pytest.raises(DataError, match=r"d\.parquet:1: column 'x' cannot be read: .*duplicate field names"):
        list(Parquet(str(file), document="x.y").read())


@pytest.mark.parametrize("content", [b"", b"PAR1 is how it starts", b'{"a": 1}'])
def test_what_is_not_parquet(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "d.parquet"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"d\.parquet: not Parquet: "):
        list(Parquet(str(file)).read())


@pytest.mark.parametrize("damage", ["torn", "changed"])
def test_damaged_parquet_gz(tmp_path: Path, damage: str) -> None:
    file = write(tmp_path / "d.parquet.gz", ROWS)
    good = file.read_bytes()
    file.write_bytes(good[:-20] if damage == "torn" else good[:20] + b"\0\xff" * 9 + good[38:])
    with pytest.raises(DataError, match=r"d\.parquet\.gz: not Parquet: "):
        list(Parquet(str(file)).read())


def test_no_file(tmp_path: Path) -> None:
    for reader in (Jsonl, Csv, Parquet):
        with pytest.raises(DataError, match="no such file or folder"):
            list(reader(str(tmp_path / "gone")).read())
