"""Summaries that another program wrote: files of outputs, joined with the documents."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from stat import S_ISDIR
from typing import ClassVar, Literal

from bench.core.errors import DataError, InferenceError, nearest
from bench.core.rows import Row, kind_of, read_lines, read_rows, spelling
from bench.core.signature import short
from bench.core.types import Document

_TABLES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
_ID_FIELDS = ("doc_id", "id")


@dataclass(frozen=True)
class Outputs:
    """Summaries read from a file: score a system without running it.

    The file is JSON Lines, JSON, CSV or TSV with one output a row, or any other text file with one
    output a line; each may be gzipped. Rows are joined with documents by id, or by their order: the
    n-th row belongs to the n-th document of the source, whichever of these are sampled afterwards. An
    empty output is a summary (an empty one); null is an error. Ids that only the file has are reported,
    not refused: a part of the documents may be scored. An order has to fit: as many rows as documents.

    Attributes:
        path: The file.
        field: Name of the field with the summary.
        id_field: Name of the field with the document's id; ``doc_id`` or ``id`` when null.
        by: ``id`` or ``order``; a text file has no ids.
        where: Fields that every row has, and their values in the rows to take, compared as text; such
            as ``{system: bart}`` in a file that holds several systems.
        missing: When a document's id has no output: ``error`` refuses the file, ``skip`` fails that
            document only.
    """

    path: str = dataclasses.field(metadata={"path": True, "sig": None})
    field: str = "summary"
    id_field: str | None = None
    by: Literal["id", "order"] = "id"
    where: dict[str, str | int | float | bool] = dataclasses.field(default_factory=dict)
    missing: Literal["error", "skip"] = dataclasses.field(default="error", metadata={"sig": None})

    premade: ClassVar[bool] = True

    def signature_parts(self) -> dict[str, str]:
        """The file's content stands for its name."""
        return {"sha256": _digest(*_identity(self.path))[:16]}

    @property
    def whole(self) -> bool:
        """Whether :meth:`prepare` needs all documents of the source: an order says nothing of a sample."""
        return self.by == "order"

    def cell(self, doc: Document) -> str:
        """Hash of the output that was joined with a document, empty where there is none.

        By order, the other documents of the source decide which it is, and no signature names them.
        """
        return short(self._joined[doc.id], 16) if doc.id in self._joined else ""

    def prepare(self, docs: Sequence[Document]) -> list[str]:
        """Join the file with documents, before anything is summarised.

        Args:
            docs: All documents of the run; with ``by: order`` all of the source, in its order.

        Returns:
            Notices: documents without an output (``missing: skip``) and outputs without a document.

        Raises:
            DataError: an unreadable file, an output that is no text, an id that occurs twice,
                documents without an output (``missing: error``), no output for any document, or
                another number of outputs than of documents (``by: order``).
        """
        if self.by == "order":
            self._join_by_order(docs)
            return []
        known = {doc.id for doc in docs}
        self._joined.update({id_: text for id_, text in self._texts.items() if id_ in known})
        absent = [doc.id for doc in docs if doc.id not in self._texts]
        surplus = [id_ for id_ in self._texts if id_ not in known]
        if absent and (self.missing == "error" or len(absent) == len(docs)):
            raise DataError(
                f"no output for {_listed(absent, len(docs), 'documents')}",
                f"The file has outputs for {_listed(surplus)}." if surplus else self._advice(),
                file=self.path,
            )
        notices = []
        if absent:
            notices.append(f"{self.path}: no output for {_listed(absent, len(docs), 'documents')}")
        if surplus:
            notices.append(f"{self.path}: not used: {_listed(surplus, len(self._texts), 'outputs')}")
        return notices

    def summarise(self, doc: Document) -> str:
        """The output for a document.

        Raises:
            InferenceError: there is none, or :meth:`prepare` has not seen the document.
        """
        if doc.id not in self._joined:
            raise InferenceError(f"no output for document '{doc.id}' in {self.path}")
        return self._joined[doc.id]

    def _join_by_order(self, docs: Sequence[Document]) -> None:
        texts = list(self._texts.values())
        if len(texts) != len(docs):
            raise DataError(
                f"{len(texts)} outputs{self._of_where()} for {len(docs)} documents: an order needs as many",
                self._advice()
                or "A where of the data, or rows that it skips, break an order; ids (by: id) need none.",
                file=self.path,
            )
        self._joined.update({doc.id: text for doc, text in zip(docs, texts, strict=True)})

    @cached_property
    def _joined(self) -> dict[str, str]:
        return {}

    @cached_property
    def _texts(self) -> dict[str, str]:
        """Outputs by document id, or by their number when they are joined by order."""
        if kind_of(Path(self.path)) not in _TABLES:
            return dict(self._lines())
        groups = _groups(*_identity(self.path), tuple(self.where))
        rows = groups.get(tuple(map(spelling, self.where.values())))
        if not rows:
            raise DataError(f"no rows{self._of_where()}", self._values_of_where(), file=self.path)
        texts: dict[str, str] = {}
        places: dict[str, int] = {}
        for n, row in enumerate(rows):
            key = self._id(row) if self.by == "id" else str(n)
            if key in texts:
                raise DataError(
                    f"id '{key}' occurs a second time{self._of_where()} (first in line {places[key]})",
                    self._advice(),
                    file=row.file,
                    line=row.line,
                )
            texts[key], places[key] = _text(row, self.field), row.line
        return texts

    def _lines(self) -> Iterator[tuple[str, str]]:
        if self.by == "id":
            raise DataError("a text file has no ids", "Set by: order.", file=self.path)
        if self.where:
            raise DataError("a text file has no fields to select by", "Leave where out.", file=self.path)
        _identity(self.path)
        yield from ((str(n), line) for n, line in read_lines(Path(self.path)))

    def _id(self, row: Row) -> str:
        name = self.id_field or next((n for n in _ID_FIELDS if n in row.fields), _ID_FIELDS[0])
        value = _field(row, name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise DataError(f"'{name}' is {value!r}: expected an id", file=row.file, line=row.line)
        return str(value)

    def _of_where(self) -> str:
        return " with " + ", ".join(f"{k}: {v}" for k, v in self.where.items()) if self.where else ""

    def _values_of_where(self) -> str:
        found = ((name, systems_in(self.path, name)) for name in self.where)
        return " ".join(f"'{name}' is one of {', '.join(values)}." for name, values in found)

    def _advice(self) -> str:
        if not self.where and len(found := systems_in(self.path)) > 1:
            return f"The file holds {len(found)} systems; choose one, such as where: {{system: {found[0]}}}."
        return ""


def systems_in(path: str, field: str = "system") -> list[str]:
    """The systems that a file of outputs holds, in order of first appearance.

    Returns:
        Distinct values of ``field``; none when no row has such a field.

    Raises:
        DataError: an unreadable file, or a field that only some rows have.
    """
    if kind_of(Path(path)) not in _TABLES:
        return []
    rows = _rows(*_identity(path))
    if not any(field in row.fields for row in rows):
        return []
    return list(dict.fromkeys(spelling(_field(row, field)) for row in rows))


def _text(row: Row, name: str) -> str:
    value = _field(row, name)
    if not isinstance(value, str):
        found = "null" if value is None else type(value).__name__
        hint = "An empty output is an empty string; leave the row out when there is no output."
        raise DataError(f"'{name}' is {found}: expected text", hint, file=row.file, line=row.line)
    return value


def _field(row: Row, name: str) -> object:
    if name not in row.fields:
        raise DataError(
            f"no field '{name}'{nearest(name, row.fields)}",
            f"Fields there: {', '.join(row.fields)}.",
            file=row.file,
            line=row.line,
        )
    return row.fields[name]


def _listed(ids: Sequence[str], total: int | None = None, noun: str = "") -> str:
    count = "" if total is None else f"{len(ids)} of {total} {noun}: "
    return count + ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")


def _identity(path: str) -> tuple[str, int, int]:
    """A file as it is now: its path, time of change and size."""
    try:
        stat = Path(path).stat()
    except OSError as e:
        raise DataError(f"cannot be read: {e.strerror}", file=path) from e
    if S_ISDIR(stat.st_mode):
        raise DataError("a folder: expected one file of outputs", file=path)
    return path, stat.st_mtime_ns, stat.st_size


# Several systems of one file follow each other: it is read once for all of them.
@lru_cache(maxsize=1)
def _rows(path: str, _mtime: int, _size: int) -> Sequence[Row]:
    return tuple(read_rows(Path(path)))


# … and gone through once for all that select by the same fields.
@lru_cache(maxsize=1)
def _groups(
    path: str, mtime: int, size: int, fields: tuple[str, ...]
) -> Mapping[tuple[str, ...], Sequence[Row]]:
    """Rows by the spelling of their values in some fields, each in the order of the file."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in _rows(path, mtime, size):
        groups.setdefault(tuple(spelling(_field(row, name)) for name in fields), []).append(row)
    return groups


@lru_cache(maxsize=8)
def _digest(path: str, _mtime: int, _size: int) -> str:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as e:
        raise DataError(f"cannot be read: {e.strerror}", file=path) from e
