"""Files of outputs: formats, joins, and every way in which they can be wrong."""

import gzip
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Literal

import pytest

from bench.core.errors import DataError, InferenceError
from bench.core.signature import signature
from bench.core.types import Document
from bench.models.outputs import Outputs, systems_in

DOCS = [Document("a", "Text a."), Document("b", "Text b."), Document("c", "Text c.")]


def jsonl(path: Path, *rows: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def rows_of(*ids: str) -> list[dict[str, object]]:
    return [{"doc_id": id_, "summary": f"About {id_}."} for id_ in ids]


def summaries(outputs: Outputs, docs: list[Document] = DOCS) -> list[str]:
    outputs.prepare(docs)
    return [outputs.summarise(doc) for doc in docs]


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("o.jsonl", '{"id":"b", "summary":"B,\\n2"}\n{"id":"a", "summary":"A"}\n{"id":"c", "summary":""}'),
        ("o.json", '[{"id":"b", "summary":"B,\\n2"}, {"id":"a", "summary":"A"}, {"id":"c", "summary":""}]'),
        ("o.csv", 'id,summary\nb,"B,\n2"\na,A\nc,\n'),
        ("o.tsv", 'id\tsummary\nb\t"B,\n2"\na\tA\nc\t\n'),
    ],
)  # fmt: skip
def test_rows_are_joined_by_id_whatever_their_order(
    tmp_path: Path, name: str, content: str, suffix: str
) -> None:
    file = tmp_path / (name + suffix)
    file.write_bytes(gzip.compress(content.encode()) if suffix else content.encode())
    assert summaries(Outputs(str(file))) == ["A", "B,\n2", ""]


def test_lines_of_a_text_file_are_joined_by_order_and_an_empty_line_is_an_empty_output(
    tmp_path: Path,
) -> None:
    file = tmp_path / "out.hypo"
    file.write_text("A\n\nC\n")
    assert summaries(Outputs(str(file), by="order")) == ["A", "", "C"]


def test_rows_can_be_joined_by_order_without_ids(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", {"text": "A"}, {"text": "B"}, {"text": "C"})
    assert summaries(Outputs(path, field="text", by="order")) == ["A", "B", "C"]


def test_doc_id_is_looked_for_before_id_and_another_field_can_be_named(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": f"out-{i}", "doc_id": i, "key": 2 - i, "summary": str(i)} for i in range(3)
    ]
    path = jsonl(tmp_path / "o.jsonl", *rows)
    docs = [Document(str(i), "Text.") for i in range(3)]
    assert summaries(Outputs(path), docs) == ["0", "1", "2"]
    assert summaries(Outputs(path, id_field="key"), docs) == ["2", "1", "0"]


def test_where_selects_one_system_by_any_fields(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"doc_id": d.id, "system": s, "run": r, "summary": f"{s}{r} {d.id}"}
        for s in ("bart", "pgn") for r in (1, 2) for d in DOCS
    ]  # fmt: skip
    path = jsonl(tmp_path / "o.jsonl", *rows)
    assert summaries(Outputs(path, where={"system": "pgn", "run": 2})) == ["pgn2 a", "pgn2 b", "pgn2 c"]
    assert summaries(Outputs(path, where={"system": "bart", "run": 1}, by="order"))[0] == "bart1 a"


def test_an_output_without_a_document_is_a_notice(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *rows_of("x", "a", "b", "c", "y"))
    assert Outputs(path).prepare(DOCS) == [f"{path}: not used: 2 of 5 outputs: x, y"]


def test_a_document_without_an_output_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *rows_of("a", "z"))
    with pytest.raises(DataError, match="no output for 2 of 3 documents: b, c") as e:
        Outputs(path).prepare(DOCS)
    assert e.value.file == path
    assert "outputs for z" in e.value.hint


@pytest.mark.parametrize("missing", ["error", "skip"])
@pytest.mark.parametrize(("lines", "n"), [("A\nB\n", 2), ("A\nB\nC\nD\n", 4)])
def test_an_order_fits_only_as_many_documents(
    tmp_path: Path, lines: str, n: int, missing: Literal["error", "skip"]
) -> None:
    file = tmp_path / "o.txt"
    file.write_text(lines)
    with pytest.raises(DataError, match=rf"o\.txt: {n} outputs for 3 documents: an order") as e:
        Outputs(str(file), by="order", missing=missing).prepare(DOCS)
    assert "by: id" in e.value.hint


def test_an_order_over_several_systems_is_pointed_out(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"system": s, "summary": "A"} for s in "pq" for _ in DOCS]
    path = jsonl(tmp_path / "o.jsonl", *rows)
    with pytest.raises(DataError, match="6 outputs for 3 documents") as e:
        Outputs(path, by="order").prepare(DOCS)
    assert e.value.hint == "The file holds 2 systems; choose one, such as where: {system: p}."


def test_only_an_order_needs_the_whole_source() -> None:
    assert Outputs("o.txt", by="order").whole
    assert not Outputs("o.jsonl").whole


def test_a_cell_tells_which_output_was_joined(tmp_path: Path) -> None:
    """Documents in another order get other outputs, with the same file and the same digests."""
    file = tmp_path / "o.txt"
    file.write_text("A\nB\n\n")

    def cells(docs: list[Document]) -> dict[str, str]:
        outputs = Outputs(str(file), by="order")
        outputs.prepare(docs)
        return {doc.id: outputs.cell(doc) for doc in docs}

    one, other = cells(DOCS), cells([DOCS[1], DOCS[0], DOCS[2]])
    assert (one["a"], one["b"], one["c"]) == (other["b"], other["a"], other["c"])
    assert len(set(one.values())) == 3
    assert all(one.values()), "an empty output is an output"


def test_a_document_without_an_output_has_an_empty_cell(tmp_path: Path) -> None:
    outputs = Outputs(jsonl(tmp_path / "o.jsonl", *rows_of("a")), missing="skip")
    outputs.prepare(DOCS)
    assert outputs.cell(DOCS[0])
    assert outputs.cell(DOCS[1]) == ""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(True, "true"), (True, True), ("True", True), (1, "1"), (1.0, 1), (0.5, "0.5"), (None, "null")],
)
def test_where_compares_as_text_whatever_the_format(
    tmp_path: Path, value: object, wanted: str | float | bool
) -> None:
    rows: list[dict[str, object]] = [
        {"doc_id": "a", "x": x, "summary": str(x)} for x in (value, False, "other", 7)
    ]
    path = jsonl(tmp_path / "o.jsonl", *rows)
    assert summaries(Outputs(path, where={"x": wanted}), DOCS[:1]) == [str(value)]


def test_where_names_fields_that_every_row_has(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "o.jsonl", {"doc_id": "a", "x": 1, "summary": "A"}, {"doc_id": "b", "summary": "B"}
    )
    with pytest.raises(DataError, match=r"o\.jsonl:2: no field 'x'"):
        Outputs(path, where={"x": 1}).prepare(DOCS[:1])


def test_many_systems_of_one_file_take_as_long_as_their_rows(tmp_path: Path) -> None:
    """Function calls, which unlike seconds are the same on every machine: linear is 4, not 16 times."""

    def calls(n: int) -> int:
        rows = ({**row, "system": str(s)} for s in range(n) for row in rows_of("a", "b", "c"))
        path = jsonl(tmp_path / f"{n}.jsonl", *rows)
        count = 0

        def note(_frame: object, event: str, _arg: object) -> None:
            nonlocal count
            count += event == "call"

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            for s in range(n):
                Outputs(path, where={"system": str(s)}).prepare(DOCS)
        finally:
            sys.setprofile(before)
        return count

    assert calls(40) < 6 * calls(10)


def test_with_skip_only_that_document_fails(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *rows_of("a", "c"))
    outputs = Outputs(path, missing="skip")
    assert outputs.prepare(DOCS) == [f"{path}: no output for 1 of 3 documents: b"]
    assert outputs.summarise(DOCS[0]) == "About a."
    with pytest.raises(InferenceError, match="no output for document 'b'"):
        outputs.summarise(DOCS[1])


def test_a_file_for_other_documents_is_an_error_even_with_skip(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *rows_of("p", "q", "r", "s"))
    with pytest.raises(DataError, match="no output for 3 of 3 documents: a, b, c") as e:
        Outputs(path, missing="skip").prepare(DOCS)
    assert e.value.hint == "The file has outputs for p, q, r, …."


def test_an_id_that_occurs_twice_is_an_error_that_names_both_lines(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *rows_of("a", "b", "a"))
    with pytest.raises(DataError, match=r"o\.jsonl:3: id 'a' occurs a second time \(first in line 1\)"):
        Outputs(path).prepare(DOCS)


def test_several_systems_without_where_are_pointed_out(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {**row, "system": s} for s in ("bart", "pgn") for row in rows_of("a", "b", "c")
    ]
    path = jsonl(tmp_path / "o.jsonl", *rows)
    with pytest.raises(DataError, match="id 'a' occurs a second time") as e:
        Outputs(path).prepare(DOCS)
    assert e.value.hint == "The file holds 2 systems; choose one, such as where: {system: bart}."


def test_a_where_that_fits_nothing_lists_what_there_is(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *({**row, "system": "bart"} for row in rows_of("a")))
    with pytest.raises(DataError, match="no rows with system: brat") as e:
        Outputs(path, where={"system": "brat"}).prepare(DOCS)
    assert e.value.hint == "'system' is one of bart."


@pytest.mark.parametrize(
    ("row", "outputs", "message"),
    [
        ({"doc_id": "a", "summary": None}, {}, r"o\.jsonl:1: 'summary' is null: expected text"),
        ({"doc_id": "a", "summary": 3}, {}, "'summary' is int: expected text"),
        ({"doc_id": "a", "summary": ["A"]}, {}, "'summary' is list: expected text"),
        ({"doc_id": "a", "sumary": "A"}, {}, r"no field 'summary' \(did you mean 'sumary'\?\)"),
        ({"docid": "a", "summary": "A"}, {}, r"no field 'doc_id' \(did you mean 'docid'\?\)"),
        ({"doc_id": "a", "summary": "A"}, {"id_field": "key"}, "no field 'key'"),
        ({"doc_id": "a", "summary": "A"}, {"where": {"sys": "x"}}, "no field 'sys'"),
        ({"doc_id": None, "summary": "A"}, {}, "'doc_id' is None: expected an id"),
        ({"doc_id": True, "summary": "A"}, {}, "'doc_id' is True: expected an id"),
        ({"doc_id": 1.5, "summary": "A"}, {}, "'doc_id' is 1.5: expected an id"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, row: dict[str, object], outputs: dict[str, object], message: str
) -> None:
    path = jsonl(tmp_path / "o.jsonl", row)
    with pytest.raises(DataError, match=message):
        Outputs(path, **outputs).prepare(DOCS)  # type: ignore[arg-type]


def test_a_text_file_has_neither_ids_nor_fields(tmp_path: Path) -> None:
    file = tmp_path / "o.txt"
    file.write_text("A\nB\nC\n")
    with pytest.raises(DataError, match="a text file has no ids") as e:
        Outputs(str(file)).prepare(DOCS)
    assert e.value.hint == "Set by: order."
    with pytest.raises(DataError, match="no fields to select by"):
        Outputs(str(file), by="order", where={"system": "x"}).prepare(DOCS)
    assert systems_in(str(file)) == []


def test_a_folder_is_no_file_of_outputs(tmp_path: Path) -> None:
    outputs = Outputs(str(tmp_path), by="order")
    for use in (lambda: outputs.prepare(DOCS), outputs.signature_parts):
        with pytest.raises(DataError, match="a folder: expected one file"):
            use()


@pytest.mark.parametrize("name", ["none.jsonl", "none.txt"])
def test_a_file_that_is_not_there_is_an_error_with_its_path(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    outputs = Outputs(path, by="order")
    for use in (lambda: outputs.prepare(DOCS), outputs.signature_parts):
        with pytest.raises(DataError, match=f"{name}: cannot be read: No such file"):
            use()


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows"):
        Outputs(jsonl(tmp_path / "o.jsonl")).prepare(DOCS)


def test_the_signature_is_of_the_content_and_not_of_the_place(tmp_path: Path) -> None:
    one, same = (jsonl(tmp_path / name, *rows_of("a")) for name in ("1.jsonl", "2.jsonl"))
    other = jsonl(tmp_path / "3.jsonl", *rows_of("b"))
    digest = hashlib.sha256(Path(one).read_bytes()).hexdigest()[:16]
    assert signature("outputs", Outputs(one)) == (
        f"outputs|field:summary|id_field:null|by:id|where:{{}}|sha256:{digest}|v:1"
    )
    assert signature("outputs", Outputs(same, missing="skip")) == signature("outputs", Outputs(one))
    assert signature("outputs", Outputs(other)) != signature("outputs", Outputs(one))


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", *rows_of("a"))
    before = Outputs(path).signature_parts()
    assert summaries(Outputs(path), DOCS[:1]) == ["About a."]
    jsonl(tmp_path / "o.jsonl", {"doc_id": "a", "summary": "Another"})
    os.utime(path, ns=(1, 1))
    assert summaries(Outputs(path), DOCS[:1]) == ["Another"]
    assert Outputs(path).signature_parts() != before


def test_systems_are_listed_in_order_of_first_appearance(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"system": s, "model": "m"} for s in ("pgn", "bart", "pgn")]
    path = jsonl(tmp_path / "o.jsonl", *rows)
    assert systems_in(path) == ["pgn", "bart"]
    assert systems_in(path, "model") == ["m"]
    assert systems_in(path, "none") == []


def test_a_row_without_a_system_among_others_is_an_error(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "o.jsonl", {"system": "pgn"}, {"sistem": "bart"})
    with pytest.raises(DataError, match=r"o\.jsonl:2: no field 'system' \(did you mean 'sistem'\?\)"):
        systems_in(path)


def test_the_nine_systems_of_frank_are_read_and_joined(shared_data: Path) -> None:
    path = str(shared_data / "frank" / "outputs.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    systems = systems_in(path)
    assert len(systems) == 9
    for system in systems:
        mine = {row["doc_id"]: row["summary"] for row in rows if row["system"] == system}
        docs = [Document(id_, "Text.") for id_ in sorted(mine)]
        assert summaries(Outputs(path, where={"system": system}), docs) == [mine[doc.id] for doc in docs]
