"""From a row to a document: which column is what. Shared by the readers of tables."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal, NoReturn, Self

from bench.core.errors import DataError, nearest
from bench.core.rows import Row, spelling
from bench.core.types import Document
from bench.data.article import unmarked
from bench.data.blank import is_blank

REFERENCE_COLUMNS = ("reference", "references", "summary", "highlights")
ID_COLUMNS = ("id", "doc_id")

_MISSING = object()


@dataclass(frozen=True, kw_only=True)
class FieldMapping:
    """Names of the columns that make a document.

    A name with dots reaches into nested objects: ``article.text``. A column that is named must be in
    every row.

    Attributes:
        document: Column of the source text; a list, such as of its sentences, is one text with an item a
            line. null: there is none, the documents have references only.
        references: Column of the references: a text is one reference, a list several; or several columns.
            Left out, it is the first of ``reference``, ``references``, ``summary`` and ``highlights``
            that the first row of a file has; with none of these the documents have no references.
        bullets: Column of the lines of one reference, as a list or as a text with line breaks; bullet
            markers are taken off. Instead of ``references``.
        id: Column of the id. Left out, it is ``id`` or ``doc_id``; with neither, ``<file>:<line>``.
        headline: Column of the headline.
        query: Column of the question.
        lang: Column of the ISO 639 code, or the code itself (``de``) where no column is called so.
        pick: Which references to keep: ``first``, ``all``, or the number of one, from 1.
        where: Only rows whose columns have these values, compared as text.
        on_bad_row: ``error`` stops at a row that cannot be used; ``skip`` leaves it out and counts it. A
            file whose next row cannot be found (not UTF-8, a quote that never ends) stops in any case.
        meta: Further columns to keep with the document.
    """

    document: str | None = "document"
    references: str | tuple[str, ...] | None = None
    bullets: str | None = None
    id: str | None = None
    headline: str | None = None
    query: str | None = None
    lang: str | None = None
    pick: Literal["first", "all"] | int = "all"
    where: dict[str, str | int | float | bool] = field(default_factory=dict)
    on_bad_row: Literal["error", "skip"] = "error"
    meta: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.references is not None and self.bullets is not None:
            raise ValueError("references and bullets are both set: one of them makes the references")
        if self.references == ():
            raise ValueError("references is an empty list, expected names of columns")
        if isinstance(self.pick, int) and self.pick < 1:
            raise ValueError(f"pick is {self.pick}, expected first, all, or the number of a reference from 1")

    def settled(self, columns: Iterable[str]) -> Self:
        """The mapping with its default columns chosen among those of a file's first row."""
        present = set(columns)
        references, name = self.references, self.id
        if references is None and self.bullets is None:
            references = next((c for c in REFERENCE_COLUMNS if c in present), None)
        if name is None:
            name = next((c for c in ID_COLUMNS if c in present), None)
        return replace(self, references=references, id=name)


def to_documents(rows: Iterable[Row | DataError], mapping: FieldMapping) -> Iterator[Document | DataError]:
    """Documents of rows, in order; with ``on_bad_row: skip`` the error stands for a bad row.

    An error among the rows is a row that was bad already in its file.

    Raises:
        DataError: the first bad row, with ``on_bad_row: error``.
    """
    settled, file = mapping, ""
    for row in rows:
        if isinstance(row, Row) and row.file != file:
            settled, file = mapping.settled(row.fields), row.file
        found = row if isinstance(row, DataError) else _attempt(row, settled)
        if isinstance(found, DataError) and mapping.on_bad_row == "error":
            raise found
        if found is not None:
            yield found


def to_document(row: Row, mapping: FieldMapping) -> Document | None:
    """The document that a row holds, by a settled mapping; None when ``where`` leaves it out.

    Raises:
        DataError: a missing column or value, a wrong type; with file, line and the key of the mapping.
    """
    where = mapping.where.items()
    if not all(spelling(_value(row, f"where.{c}", c)) == spelling(wanted) for c, wanted in where):
        return None
    source = mapping.document
    return Document(
        id=_id(row, mapping.id),
        text="" if source is None else _document(row, _value(row, "document", source)),
        references=_references(row, mapping),
        headline=_optional(row, "headline", mapping.headline),
        query=_optional(row, "query", mapping.query),
        lang=_lang(row, mapping.lang),
        source=f"{row.file}:{row.line}",
        meta={c: _finite(row, c, _value(row, "meta", c)) for c in mapping.meta},
    )


def _attempt(row: Row, mapping: FieldMapping) -> Document | DataError | None:
    try:
        return to_document(row, mapping)
    except DataError as e:
        return e


def _bad(row: Row, what: str, hint: str = "") -> NoReturn:
    raise DataError(what, hint, file=row.file, line=row.line)


def _find(fields: Mapping[str, Any], name: str) -> Any:
    if name in fields:
        return fields[name]
    head, dot, rest = name.partition(".")
    inner = fields.get(head)
    return _find(inner, rest) if dot and isinstance(inner, Mapping) else _MISSING


def _value(row: Row, key: str, column: str) -> Any:
    value = _find(row.fields, column)
    if value is _MISSING:
        columns = [str(c) for c in row.fields]
        _bad(
            row,
            f"{key}: no column '{column}'{nearest(column, columns)}",
            f"The columns are: {', '.join(columns)}.",
        )
    return value


def _text(row: Row, what: str, value: Any) -> str:
    if isinstance(value, str):
        if is_blank(value):
            _bad(row, f"{what} is empty")
        if lone := re.search("[\ud800-\udfff]", value):
            _bad(row, f"{what} has half a character (U+{ord(lone[0]):04X}) at offset {lone.start()}")
        return value
    _bad(row, f"{what} is {_kind(value)}, expected text")


def _document(row: Row, value: Any) -> str:
    if not isinstance(value, list):
        return _text(row, "document", value)
    if not value:
        _bad(row, "document is an empty list")
    return "\n".join(_text(row, f"item {n} of document", v) for n, v in enumerate(value, 1))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, int | float):
        return f"{'a truth value' if isinstance(value, bool) else 'a number'} ({spelling(value)})"
    return {"list": "a list", "dict": "an object"}.get(type(value).__name__, type(value).__name__)


def _finite(row: Row, column: str, value: Any) -> Any:
    try:
        json.dumps(value, allow_nan=False, default=str)
    except ValueError:
        _bad(row, f"meta: column '{column}' has NaN or an infinite number")
    except RecursionError:
        _bad(row, f"meta: column '{column}' is nested too deeply")
    return value


def _optional(row: Row, key: str, column: str | None) -> str | None:
    value = None if column is None else _value(row, key, column)
    return None if value is None or value == "" else _text(row, key, value)


def _id(row: Row, column: str | None) -> str:
    if column is None:
        return f"{PurePath(row.file).name.split('.')[0]}:{row.line}"
    value = _value(row, "id", column)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(row, "id", value)


def _lang(row: Row, name: str | None) -> str | None:
    if name is None:
        return None
    if _find(row.fields, name) is _MISSING and re.fullmatch("[a-z]{2}", name):
        return name
    code = _optional(row, "lang", name)
    if code is not None and not re.fullmatch("[a-z]{2,3}", code):
        _bad(row, f"lang is '{code}', expected an ISO 639 code such as 'en'")
    return code


def _references(row: Row, mapping: FieldMapping) -> tuple[str, ...]:
    if mapping.bullets is not None:
        return (_bullets(row, _value(row, "bullets", mapping.bullets)),)
    if mapping.references is None:
        late = next((c for c in REFERENCE_COLUMNS if c in row.fields), None)
        if late is not None:
            _bad(
                row,
                f"column '{late}' appears here, but not in the first row",
                f"Set references: {late} if every row is to have one.",
            )
        return ()
    columns = [mapping.references] if isinstance(mapping.references, str) else mapping.references
    found = [text for column in columns for text in _column(row, column)]
    if mapping.pick == "all":
        return tuple(found)
    number = 1 if mapping.pick == "first" else mapping.pick
    if number > len(found):
        _bad(row, f"pick is {number}, but the number of references is {len(found)}")
    return (found[number - 1],)


def _column(row: Row, column: str) -> list[str]:
    """The references that a column holds."""
    value = _value(row, "references", column)
    if not isinstance(value, list):
        return [_text(row, "references", value)]
    if not value:
        _bad(row, "references is an empty list")
    return [_text(row, f"reference {n}", v) for n, v in enumerate(value, 1)]


def _bullets(row: Row, value: Any) -> str:
    if isinstance(value, list):
        # A bullet is one line: a break inside it would make two of it.
        lines = [re.sub(r"\s*[\r\n]\s*", " ", _text(row, f"bullet {n}", v)) for n, v in enumerate(value, 1)]
    else:
        lines = [line for line in _text(row, "bullets", value).split("\n") if not is_blank(line)]
    if not lines:
        _bad(row, "bullets is an empty list")
    for number, line in enumerate(lines := [unmarked(line) for line in lines], 1):
        if is_blank(line):
            _bad(row, f"bullet {number} is empty")
    return "\n".join(lines)
