"""The data set of a run: unique ids, a seeded sample, a fingerprint, and what was left out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from bench.core.errors import DataError
from bench.core.protocols import Reader
from bench.core.types import Document
from bench.data.articles import Articles
from bench.data.select import BadRow, fingerprint, load, part, select
from bench.data.tabular import Csv, Jsonl

DOCS = tuple(Document(str(n), f"Text {n}.", ("Ref.",), source=f"f:{n}") for n in range(20))


@dataclass(frozen=True)
class Listed:
    """A reader as a user would write it: no parameters but its own."""

    documents: tuple[Document, ...]
    on_bad_row: Literal["error", "skip"] = "error"

    def read(self) -> Iterator[Document]:
        yield from self.documents


def test_builtin_and_own_readers_are_readers() -> None:
    readers: list[Reader] = [Listed(DOCS), Articles("x"), Jsonl("x")]
    assert all(isinstance(r, Reader) for r in readers)


class TestSelect:
    def test_everything_by_default(self) -> None:
        assert select(DOCS) == DOCS
        assert select(DOCS, sample=99) == DOCS

    def test_a_sample_keeps_the_order(self) -> None:
        ids = [int(d.id) for d in select(DOCS, sample=7, seed=3)]
        assert len(ids) == 7
        assert ids == sorted(set(ids))
        assert ids != list(range(7))

    def test_the_seed_decides(self) -> None:
        assert select(DOCS, 7, seed=1) == select(DOCS, 7, seed=1)
        assert select(DOCS, 7, seed=1) != select(DOCS, 7, seed=2)

    def test_the_sample_of_a_seed_is_known(self) -> None:
        assert [d.id for d in select(DOCS, 5, seed=0)] == ["1", "8", "12", "13", "15"]

    def test_the_limit_comes_after_the_sample(self) -> None:
        assert select(DOCS, 7, seed=1, limit=3) == select(DOCS, 7, seed=1)[:3]
        assert select(DOCS, limit=3) == DOCS[:3]

    def test_it_does_not_hang_on_the_hash_seed(self) -> None:
        code = (
            "from bench.core.types import Document; from bench.data.select import select, fingerprint;"
            "d = select([Document(str(n), 't') for n in range(99)], 9, 4); print(fingerprint(d))"
        )
        found = {
            subprocess.run(
                [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
            ).stdout
            for seed in ("1", "2")
        }
        assert len(found) == 1


class TestFingerprint:
    def test_it_is_of_content_not_of_place(self) -> None:
        moved = [replace(d, source="elsewhere") for d in DOCS]
        assert fingerprint(moved) == fingerprint(DOCS)
        assert len(fingerprint(DOCS)) == 64

    def test_it_sees_order_and_every_change(self) -> None:
        first, *rest = DOCS
        others = [
            DOCS[::-1], DOCS[:-1],
            *([replace(first, **change), *rest] for change in (
                {"text": "x"}, {"references": ("x",)}, {"id": "x"}, {"headline": "x"}, {"lang": "en"},
            )),
        ]  # fmt: skip
        assert len({fingerprint(DOCS), *map(fingerprint, others)}) == len(others) + 1


class TestLoad:
    def test_all_documents(self) -> None:
        data = load(Listed(DOCS))
        assert (data.documents, data.fingerprint, data.bad_rows) == (DOCS, fingerprint(DOCS), ())

    def test_sample_and_limit(self) -> None:
        data = load(Listed(DOCS), sample=7, seed=1, limit=3)
        assert data.documents == select(DOCS, 7, 1, 3)
        assert data.fingerprint == fingerprint(data.documents)

    @pytest.mark.parametrize("which", [(None, 0, None), (7, 1, None), (7, 1, 3), (None, 0, 3), (99, 2, None)])
    def test_a_part_of_the_whole_is_what_had_been_loaded(
        self, which: tuple[int | None, int, int | None]
    ) -> None:
        assert part(load(Listed(DOCS)), *which) == load(Listed(DOCS), *which)

    def test_a_limit_stops_the_reading(self) -> None:
        def read() -> Iterator[Document]:
            yield from DOCS[:3]
            raise AssertionError("read on")

        class Endless:
            def read(self) -> Iterator[Document]:
                return read()

        assert load(Endless(), limit=3).documents == DOCS[:3]

    def test_an_id_that_occurs_twice_names_both_places(self, tmp_path: Path) -> None:
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "x.txt").write_text("Head\n- One.\nBody.\n")
        with pytest.raises(DataError) as e:
            load(Articles(f"{tmp_path}/*/x.txt"))
        assert str(e.value) == f"{tmp_path}/b/x.txt: id 'x' occurs twice, first in {tmp_path}/a/x.txt"

    def test_with_the_line_where_there_is_one(self) -> None:
        with pytest.raises(DataError) as e:
            load(Listed((*DOCS[:3], replace(DOCS[1], source="g:9"))))
        assert str(e.value) == "g:9: id '1' occurs twice, first in f:1"
        assert (e.value.file, e.value.line) == ("g", 9)

    def test_skipped_rows_are_counted(self, tmp_path: Path) -> None:
        file = tmp_path / "d.csv"
        file.write_text("id,document,reference\na,T,R\nb,,R\na,T,R\nc,T,\nd,T,R\n")
        data = load(Csv(str(file), on_bad_row="skip"))
        assert [d.id for d in data.documents] == ["a", "d"]
        assert data.bad_rows == (
            BadRow(str(file), 3, "document is empty"),
            BadRow(str(file), 4, f"id 'a' occurs twice, first in {file}:2"),
            BadRow(str(file), 5, "references is empty"),
        )

    @pytest.mark.parametrize("id_", [" 1", "1\n", "\u30001\u00a0"])
    def test_an_id_with_white_space_around_it_is_refused_or_skipped(self, tmp_path: Path, id_: str) -> None:
        file = tmp_path / "d.jsonl"
        rows = [{"id": i, "document": "T."} for i in ("1", id_, "2 3")]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        with pytest.raises(DataError) as e:
            load(Jsonl(str(file)))
        assert str(e.value) == f"{file}:2: id {id_!r} has white space around it"
        data = load(Jsonl(str(file), on_bad_row="skip"))
        assert [d.id for d in data.documents] == ["1", "2 3"]
        assert [row.line for row in data.bad_rows] == [2]

    def test_no_documents(self, tmp_path: Path) -> None:
        file = tmp_path / "d.jsonl"
        file.write_text("\n")
        with pytest.raises(DataError, match=r"d\.jsonl: no documents$"):
            load(Jsonl(str(file)))

    def test_only_bad_rows(self, tmp_path: Path) -> None:
        file = tmp_path / "d.jsonl"
        file.write_text('{"document": ""}\n{"document": ""}\n')
        with pytest.raises(DataError) as e:
            load(Jsonl(str(file), on_bad_row="skip"))
        assert str(e.value) == (
            f"{file}: no documents: 2 rows were skipped, the first is {file}:1: document is empty"
        )

    def test_a_reader_that_yields_something_else(self) -> None:
        class Wrong:
            def read(self) -> Iterator[Document]:
                yield "text"  # type: ignore[misc]

        with pytest.raises(DataError, match=r"read\(\) yielded str, expected bench.Document"):
            load(Wrong())

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"id": 3}, "id of document 3 is int, expected text"),
            ({"id": None}, "id of document None is None, expected text"),
            ({"text": None}, "text of document 'x' is None, expected text"),
            ({"text": b"t"}, "text of document 'x' is bytes, expected text"),
            ({"references": "Ref."}, "references of document 'x' is str, expected a tuple of texts"),
            ({"references": ["Ref."]}, "references of document 'x' is list, expected a tuple of texts"),
            ({"references": None}, "references of document 'x' is None, expected a tuple of texts"),
            ({"references": ("R", 2)}, "reference 2 of document 'x' is int, expected text"),
            ({"headline": 1}, "headline of document 'x' is int, expected text"),
            ({"query": ("q",)}, "query of document 'x' is tuple, expected text"),
            ({"lang": True}, "lang of document 'x' is bool, expected text"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("on_bad_row", ["error", "skip"])
    def test_a_field_of_another_type(
        self, fields: dict[str, Any], said: str, on_bad_row: Literal["error", "skip"]
    ) -> None:
        doc = Document(**{"id": "x", "text": "T", "source": "f:7", **fields})
        with pytest.raises(DataError) as e:
            load(Listed((*DOCS[:2], doc), on_bad_row))
        assert str(e.value) == f"f:7: {said}"

    def test_a_place_of_another_type(self) -> None:
        with pytest.raises(DataError, match=r"^source of document 'x' is PosixPath, expected text$"):
            load(Listed((Document("x", "T", source=Path("f")),)))  # type: ignore[arg-type]
