"""Which column is what, and what is wrong with a row."""

from typing import Any, Literal

import pytest

from bench.core.errors import DataError
from bench.core.rows import Row
from bench.core.types import Document
from bench.data.mapping import FieldMapping, to_document, to_documents

ROW: dict[str, Any] = {"id": "a", "document": "Text.", "reference": "Ref."}


def doc(fields: dict[str, Any], mapping: FieldMapping | None = None) -> Document:
    mapping = mapping or FieldMapping()
    found = to_document(Row(fields, "f.jsonl", 7), mapping.settled(fields))
    assert found is not None
    return found


def error(fields: dict[str, Any], mapping: FieldMapping | None = None) -> DataError:
    with pytest.raises(DataError) as e:
        doc(fields, mapping)
    return e.value


def test_the_defaults() -> None:
    assert doc(ROW) == Document("a", "Text.", ("Ref.",), source="f.jsonl:7")


def test_every_field() -> None:
    fields = {
        "key": 12, "article": {"text": "Text.", "meta": {"lang": "de"}}, "tldr": ["One.", "Two."],
        "title": "Head", "question": "Why?", "topic": ["x"],
    }  # fmt: skip
    mapping = FieldMapping(
        document="article.text", references="tldr", id="key", headline="title", query="question",
        lang="article.meta.lang", meta=("topic",),
    )  # fmt: skip
    assert doc(fields, mapping) == Document(
        "12", "Text.", ("One.", "Two."), "Head", "Why?", "de", "f.jsonl:7", {"topic": ["x"]}
    )


def test_a_column_whose_name_has_a_dot_goes_first() -> None:
    fields = {**ROW, "a.b": "Flat.", "a": {"b": "Deep."}}
    assert doc(fields, FieldMapping(document="a.b")).text == "Flat."


@pytest.mark.parametrize("column", ["reference", "references", "summary", "highlights"])
def test_default_columns_of_references(column: str) -> None:
    assert doc({"document": "Text.", column: "Ref."}).references == ("Ref.",)


def test_the_first_default_column_wins() -> None:
    fields = {"document": "T.", "highlights": "4", "summary": "3", "references": "2", "reference": "1"}
    assert doc(fields).references == ("1",)


def test_documents_without_references() -> None:
    assert doc({"id": "a", "document": "Text."}).references == ()


def test_references_without_documents() -> None:
    assert doc({"id": "a", "reference": "Ref."}, FieldMapping(document=None)).text == ""


def test_ids_by_default() -> None:
    assert doc({"doc_id": "x", "document": "T."}).id == "x"
    assert doc({"document": "T."}).id == "f:7"


@pytest.mark.parametrize(
    "value", [["- One.", "* Two,\n more."], "• One.\r\n\r\n\u200b\n- Two, more.\n", ["One.", "  Two, more. "]]
)
def test_bullets_are_the_lines_of_one_reference(value: Any) -> None:
    assert doc({**ROW, "b": value}, FieldMapping(bullets="b")).references == ("One.\nTwo, more.",)


def test_a_list_is_one_text_with_an_item_a_line() -> None:
    assert doc({**ROW, "document": ["One.", "Two."]}).text == "One.\nTwo."


def test_several_columns_of_references() -> None:
    fields = {**ROW, "a": "1", "b": ["2", "3"], "c": None}
    assert doc(fields, FieldMapping(references=("a", "b"))).references == ("1", "2", "3")
    assert doc(fields, FieldMapping(references=("b", "a"), pick=3)).references == ("1",)
    assert str(error(fields, FieldMapping(references=("a", "c")))) == (
        "f.jsonl:7: references is null, expected text"
    )
    assert "references: no column 'd'" in str(error(fields, FieldMapping(references=("a", "d"))))


def test_pick() -> None:
    fields = {**ROW, "reference": ["1", "2", "3"]}
    picked: list[Literal["first", "all"] | int] = ["all", "first", 1, 3]
    picks = [doc(fields, FieldMapping(pick=p)).references for p in picked]
    assert picks == [("1", "2", "3"), ("1",), ("1",), ("3",)]
    assert str(error(fields, FieldMapping(pick=4))) == (
        "f.jsonl:7: pick is 4, but the number of references is 3"
    )


def test_lang_is_a_column_or_a_code() -> None:
    assert doc({**ROW, "de": "fr"}, FieldMapping(lang="de")).lang == "fr"
    assert doc(ROW, FieldMapping(lang="de")).lang == "de"
    assert doc({**ROW, "lang": None}, FieldMapping(lang="lang")).lang is None
    assert "lang: no column 'language'" in str(error(ROW, FieldMapping(lang="language")))
    assert str(error({**ROW, "l": "English"}, FieldMapping(lang="l"))).endswith(
        "lang is 'English', expected an ISO 639 code such as 'en'"
    )


@pytest.mark.parametrize(
    ("value", "wanted", "kept"),
    [
        ("test", "test", True), ("train", "test", False),
        (3, 3, True), ("3", 3, True), (3.0, 3, True), (3, "3", True), (0.5, "0.5", True), (4, 3, False),
        (True, True, True), ("True", True, True), ("false", False, True), (True, "true", True),
        (1, True, False), (None, "", False),
    ],
)  # fmt: skip
def test_where_compares_as_text(value: Any, wanted: str | float | bool, kept: bool) -> None:
    fields = {**ROW, "x": {"y": value}}
    found = to_document(Row(fields, "f", 1), FieldMapping(where={"x.y": wanted}).settled(fields))
    assert (found is not None) is kept


def test_rows_left_out_by_where_are_not_checked() -> None:
    rows = [Row({**ROW, "split": "train", "document": None}, "f", 1), Row({**ROW, "split": "test"}, "f", 2)]
    assert len(list(to_documents(rows, FieldMapping(where={"split": "test"})))) == 1


@pytest.mark.parametrize(
    ("key", "mapping"),
    [
        ("document", FieldMapping(document="articel")),
        ("references", FieldMapping(references="articel")),
        ("bullets", FieldMapping(bullets="articel")),
        ("id", FieldMapping(id="articel")),
        ("headline", FieldMapping(headline="articel")),
        ("query", FieldMapping(query="articel")),
        ("lang", FieldMapping(lang="articel")),
        ("meta", FieldMapping(meta=("articel",))),
        ("where.articel", FieldMapping(where={"articel": 1})),
    ],
)
def test_a_missing_column_is_named_with_its_key_the_columns_and_the_nearest(
    key: str, mapping: FieldMapping
) -> None:
    e = error({**ROW, "article": "Text."}, mapping)
    assert str(e) == f"f.jsonl:7: {key}: no column 'articel' (did you mean 'article'?)"
    assert e.hint == "The columns are: id, document, reference, article."
    assert (e.file, e.line) == ("f.jsonl", 7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"document": ""}, "document is empty"),
        ({"document": " \n\u3000"}, "document is empty"),
        ({"document": "\u200b"}, "document is empty"),
        ({"document": "\x00 \ufeff\u2060"}, "document is empty"),
        ({"document": float("-inf")}, "document is a number (-inf), expected text"),
        ({"reference": float("inf")}, "references is a number (inf), expected text"),
        ({"reference": ["a", "\u200b"]}, "reference 2 is empty"),
        ({"id": float("nan")}, "id is NaN, expected text"),
        ({"document": None}, "document is null, expected text"),
        ({"document": 5}, "document is a number (5), expected text"),
        ({"document": float("nan")}, "document is NaN, expected text"),
        ({"document": []}, "document is an empty list"),
        ({"document": ["a", ""]}, "item 2 of document is empty"),
        ({"document": ["a", 5]}, "item 2 of document is a number (5), expected text"),
        ({"document": {"a": 1}}, "document is an object, expected text"),
        ({"document": "a\ud83d"}, "document has half a character (U+D83D) at offset 1"),
        ({"reference": None}, "references is null, expected text"),
        ({"reference": float("nan")}, "references is NaN, expected text"),
        ({"reference": ""}, "references is empty"),
        ({"reference": []}, "references is an empty list"),
        ({"reference": ["a", " "]}, "reference 2 is empty"),
        ({"reference": ["a", None]}, "reference 2 is null, expected text"),
        ({"reference": ["a", ["b"]]}, "reference 2 is a list, expected text"),
        ({"id": None}, "id is null, expected text"),
        ({"id": ""}, "id is empty"),
        ({"id": 1.5}, "id is a number (1.5), expected text"),
        ({"id": True}, "id is a truth value (true), expected text"),
    ],
)
def test_bad_rows(change: dict[str, Any], message: str) -> None:
    assert str(error({**ROW, **change})) == f"f.jsonl:7: {message}"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "bullets is an empty list"),
        (["a", "- "], "bullet 2 is empty"),
        (["a", ""], "bullet 2 is empty"),
        ("- a\n- \u200b\n", "bullet 2 is empty"),
        ("- a\n-\n", "bullet 2 is empty"),
        ("\n", "bullets is empty"),
        ([["a"]], "bullet 1 is a list, expected text"),
        (None, "bullets is null, expected text"),
    ],
)
def test_bad_bullets(value: Any, message: str) -> None:
    assert str(error({**ROW, "b": value}, FieldMapping(bullets="b"))) == f"f.jsonl:7: {message}"


def test_headline_and_query_may_be_missing_values() -> None:
    fields = {**ROW, "h": None, "q": ""}
    found = doc(fields, FieldMapping(headline="h", query="q"))
    assert (found.headline, found.query) == (None, None)


def test_a_default_column_is_settled_by_the_first_row_of_each_file() -> None:
    rows = [
        Row({"id": "1", "document": "T.", "summary": "S."}, "a", 1),
        Row({"id": "2", "document": "T.", "reference": "R."}, "b", 1),
        Row({"id": "3", "document": "T."}, "b", 2),
    ]
    found = to_documents(rows, FieldMapping())
    assert [next(found).references, next(found).references] == [("S.",), ("R.",)]  # type: ignore[union-attr]
    with pytest.raises(DataError, match="b:2: references: no column 'reference'"):
        next(found)


def test_a_reference_that_appears_late_is_not_ignored() -> None:
    rows = [Row({"document": "T."}, "a", 1), Row({"document": "T.", "summary": "S."}, "a", 2)]
    with pytest.raises(DataError, match="a:2: column 'summary' appears here, but not in the first row"):
        list(to_documents(rows, FieldMapping()))


def test_skipped_rows_are_handed_on_in_their_place() -> None:
    rows = [Row({**ROW, "document": d}, "f", n) for n, d in enumerate(["a", "", "b", None], 1)]
    found = list(to_documents(rows, FieldMapping(on_bad_row="skip")))
    assert [f.text if isinstance(f, Document) else str(f) for f in found] == [
        "a", "f:2: document is empty", "b", "f:4: document is null, expected text",
    ]  # fmt: skip


def test_rows_that_were_bad_in_their_file_stop_or_are_handed_on() -> None:
    first, last = (DataError("not JSON", file="f", line=n) for n in (1, 3))
    rows: list[Row | DataError] = [first, Row(ROW, "f", 2), last]
    found = list(to_documents(rows, FieldMapping(on_bad_row="skip")))
    assert [f.text if isinstance(f, Document) else str(f) for f in found] == [
        "f:1: not JSON", "Text.", "f:3: not JSON",
    ]  # fmt: skip
    with pytest.raises(DataError, match="f:1: not JSON"):
        list(to_documents(rows, FieldMapping()))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1, {"y": float("nan")}]])
def test_what_is_no_finite_number_is_refused_only_where_it_is_used(value: Any) -> None:
    assert doc({**ROW, "x": value}).text == "Text."
    assert str(error({**ROW, "x": value}, FieldMapping(meta=("x",)))) == (
        "f.jsonl:7: meta: column 'x' has NaN or an infinite number"
    )


def test_a_kept_column_that_is_nested_too_deeply_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(10**4):
        nested = [nested]
    assert str(error({**ROW, "x": nested}, FieldMapping(meta=("x",)))) == (
        "f.jsonl:7: meta: column 'x' is nested too deeply"
    )


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match="references and bullets are both set"):
        FieldMapping(references="a", bullets="b")
    with pytest.raises(ValueError, match="references is an empty list, expected names of columns"):
        FieldMapping(references=())
    with pytest.raises(ValueError, match="pick is 0, expected first, all, or the number"):
        FieldMapping(pick=0)
