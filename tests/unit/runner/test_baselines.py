"""Baselines on disk: what is kept, what comes back, and what is said of a damaged file."""

import gzip
import json
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.errors import ConfigError, SchemaMismatch, StoreError
from bench.core.types import EMPTY, FAILED, Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.runner import baselines
from bench.runner.measured import OUTPUTS

ABOUT = {"created": "2026-01-02T03:04:05Z", "fingerprint": "c1f6", "run": "20260102T030405Z-9ef0dcfd"}
NAN = float("nan")


def table(n: int = 3) -> ScoreTable:
    column = Column("rougeLsum", range=(0.0, float("inf")), title="ROUGE-Lsum")
    return ScoreTable(
        name="mine",
        doc_ids=tuple(f"d{i}" for i in range(n)),
        systems=(SystemInfo("a", "a|v:1"), SystemInfo("b", "b|v:1", samples=4)),
        columns=(ColumnInfo("rouge.rougeLsum", column, "rougeLsum|v:1"), *OUTPUTS),
        cells={
            ("a", "rouge.rougeLsum"): Cells(array("d", [0.1, NAN, 1 / 3] + [0.5] * (n - 3)), n_none=1),
            ("a", EMPTY): Cells(array("d", [0.0] * n)),
            ("a", FAILED): Cells(array("d", [0.0] * n)),
            ("b", "rouge.rougeLsum"): Cells(array("d", [NAN, 0.2, NAN] + [0.5] * (n - 3)), n_error=1),
            ("b", EMPTY): Cells(array("d", [0.0, 0.25, 0.0] + [0.0] * (n - 3))),
            ("b", FAILED): Cells(array("d", [1.0, 0.0, 0.0] + [0.0] * (n - 3))),
        },
        digests=tuple(f"{i:032x}" for i in range(n)),
    )


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    path = baselines.save(tmp_path / "new", "main", table(), ABOUT)
    assert path == tmp_path / "new" / "main.jsonl"
    found = baselines.load(path)
    assert (found.name, found.path) == ("main", path)
    assert repr(found.table) == repr(table())


def test_the_same_values_are_the_same_bytes_and_nothing_else_lies_beside(tmp_path: Path) -> None:
    path = baselines.save(tmp_path, "main", table(), ABOUT)
    first = path.read_bytes()
    assert baselines.save(tmp_path, "main", table(), ABOUT).read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["main.jsonl"]
    lines = [json.loads(line) for line in first.splitlines()]
    assert lines[1] == {
        "digest": "0" * 32,
        "id": "d0",
        "values": {"a": [0.1], "b": [None]},
        "failed": {"b": 1.0},
    }


def test_a_large_one_is_packed_and_takes_the_place_of_the_other(tmp_path: Path) -> None:
    baselines.save(tmp_path, "main", table(), ABOUT)
    path = baselines.save(tmp_path, "main", table(12_000), ABOUT)
    assert path.name == "main.jsonl.gz"
    packed = path.read_bytes()
    assert packed[4:8] == bytes(4), "no time of its making"
    assert len(gzip.decompress(packed)) > baselines.LARGEST
    assert [p.name for p in tmp_path.iterdir()] == ["main.jsonl.gz"]
    assert len(baselines.load(baselines.find(tmp_path, "main")).table.doc_ids) == 12_000
    baselines.save(tmp_path, "main", table(), ABOUT)
    assert [p.name for p in tmp_path.iterdir()] == ["main.jsonl"]


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 101, "main.jsonl", "ma in"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no name of a baseline"):
        baselines.save(tmp_path, name, table(), ABOUT)


def test_a_baseline_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    path = baselines.save(tmp_path, "main", table(), ABOUT)
    assert baselines.find(tmp_path, "main") == path
    assert baselines.find(Path("elsewhere"), str(path)) == path
    with pytest.raises(ConfigError, match=r"no baseline 'mian' in .* \(did you mean 'main'\?\)"):
        baselines.find(tmp_path, "mian")
    with pytest.raises(ConfigError, match="no such baseline"):
        baselines.find(tmp_path, "gone/main.jsonl")


Lines = list[bytes]
DAMAGES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "torn": (lambda lines: [*lines[:-1], lines[-1][:20]], "main.jsonl:4: no JSON"),
    "a document lost": (lambda lines: lines[:-1], "main.jsonl:3: 2 documents, the first line speaks of 3"),
    "a list": (lambda lines: [lines[0], b"[]", *lines[2:]], "main.jsonl:2: expected an object, found list"),
    "a value lost": (
        lambda lines: [*lines[:2], lines[2].replace(b'"a":[null]', b'"a":[]'), lines[3]],
        "main.jsonl:3: no values of a document",
    ),
    "text for a value": (
        lambda lines: [*lines[:2], lines[2].replace(b'"a":[null]', b'"a":["x"]'), lines[3]],
        "main.jsonl:3: no values of a document",
    ),
    "NaN": (
        lambda lines: [*lines[:2], lines[2].replace(b'"a":[null]', b'"a":[NaN]'), lines[3]],
        "main.jsonl:3: no JSON: NaN is no value",
    ),
    "an endless number": (
        lambda lines: [*lines[:2], lines[2].replace(b'"a":[null]', b'"a":[1e999]'), lines[3]],
        "main.jsonl:3: no values of a document: ValueError: inf is no value",
    ),
    "a number too large": (
        lambda lines: [*lines[:2], lines[2].replace(b'"a":[null]', b'"a":[1' + b"0" * 400 + b"]"), lines[3]],
        "main.jsonl:3: no values of a document: OverflowError",
    ),
    "lists without end": (lambda lines: [lines[0], b"[" * 100_000, *lines[2:]], "main.jsonl:2: no JSON"),
    "a document twice": (lambda lines: [*lines[:3], lines[1]], "main.jsonl:4: document d0 a second time"),
    "a label that is none": (
        lambda lines: [lines[0].replace(b'"label":"a"', b'"label":[]'), *lines[1:]],
        "main.jsonl:1: no baseline: TypeError",
    ),
    "a system lost": (
        lambda lines: [*lines[:2], lines[2].replace(b'"a":[null],', b""), lines[3]],
        "main.jsonl:3: no values of a document: KeyError: 'a'",
    ),
    "a foreign file": (lambda lines: lines[1:], "main.jsonl:1: no baseline: the first line is without"),
    "no columns": (
        lambda lines: [lines[0].replace(b'"range":[', b'"rnage":['), *lines[1:]],
        "main.jsonl:1: no baseline: KeyError: 'range'",
    ),
    "nothing": (lambda lines: [], "main.jsonl:1: no baseline"),
    "no text": (lambda lines: [b"\xff\xfe\x00", *lines[1:]], "main.jsonl:1: no JSON"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, damage: str) -> None:
    change, message = DAMAGES[damage]
    path = baselines.save(tmp_path, "main", table(), ABOUT)
    path.write_bytes(b"".join(line + b"\n" for line in change(path.read_bytes().splitlines())))
    with pytest.raises(StoreError) as e:
        baselines.load(path)
    assert message in e.value.message
    assert e.value.exit_code == 5


def test_a_cut_or_foreign_gzip_file_is_refused(tmp_path: Path) -> None:
    path = baselines.save(tmp_path, "main", table(12_000), ABOUT)
    whole = path.read_bytes()
    for content in (whole[:-100], b"plain", whole[:2000] + b"xxxx" + whole[2004:]):
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"main\.jsonl\.gz"):
            baselines.load(path)


def test_another_format_is_said(tmp_path: Path) -> None:
    path = baselines.save(tmp_path, "main", table(), ABOUT)
    path.write_bytes(path.read_bytes().replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(SchemaMismatch, match="written in format 2, this version reads 1"):
        baselines.load(path)
