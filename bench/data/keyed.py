"""Rows about summaries: which summary a row speaks of, and the numbers that it holds."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.core.errors import DataError, nearest
from bench.core.rows import Row, find_files, kind_of, read_rows, spelling
from bench.data.tabular import parquet_rows

ID_FIELDS = ("doc_id", "id")
SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
_NAMED = 10  # values of a column in a message

Key = tuple[str, str]  # document, system


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the columns that say which summary a row is about.

    Attributes:
        doc_id: Of the document; where a file has no such column, it is ``doc_id`` or ``id``.
        system: Of the system.
        where: Only rows whose columns have these values, compared as text.
    """

    doc_id: str | None = None
    system: str = "system"
    where: Mapping[str, str] = field(default_factory=dict)

    def key(self, row: Row) -> Key:
        """Document and system of a row; the system is empty where the row has no such column.

        Raises:
            DataError: no id.
        """
        name = next((n for n in (self.doc_id, *ID_FIELDS) if n in row.fields), ID_FIELDS[0]) or ""
        value = at(row, name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise DataError(f"'{name}' is {value!r}: expected an id", file=row.file, line=row.line)
        return str(value), spelling(row.fields.get(self.system, ""))

    def rows(self, path: str) -> Iterator[Row]:
        """Rows of JSONL, JSON, CSV, TSV or Parquet files that the filter keeps, at least one.

        Raises:
            DataError: an unreadable file or row, a filter on a column that is not there, or no row.
        """
        some = False
        seen: dict[str, dict[str, None]] = {k: {} for k in self.where}
        for file in find_files(path, SUFFIXES):
            for row in parquet_rows(file) if kind_of(file) == ".parquet" else read_rows(file):
                if isinstance(row, DataError):
                    raise row
                found = {k: spelling(at(row, k)) for k in self.where}
                if all(found[k] == spelling(v) for k, v in self.where.items()):
                    some = True
                    yield row
                elif not some:
                    for k, value in found.items():
                        seen[k][value] = None
        if not some:
            wanted = ", ".join(f"{k}={v}" for k, v in self.where.items())
            have = [f"{k} is one of {', '.join(v)}." for k, v in seen.items() if 0 < len(v) <= _NAMED]
            raise DataError(f"no row with {wanted}" if wanted else "no rows", " ".join(have), file=path)


def at(row: Row, name: str) -> Any:
    """The value of a column; dots reach into objects.

    Raises:
        DataError: the row has no such column.
    """
    if name in row.fields:
        return row.fields[name]
    value: Any = row.fields
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            what = f"no column '{name}'{nearest(name, row.fields)}"
            raise DataError(what, f"Columns there: {', '.join(row.fields)}.", file=row.file, line=row.line)
        value = value[part]
    return value


def number(value: object) -> float | None:
    """A finite number, a truth value as 0 or 1, or a text that spells one; None for anything else."""
    if not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return {"true": 1.0, "false": 0.0}.get(value.strip().lower()) if isinstance(value, str) else None
    return found if math.isfinite(found) else None


def empty(value: object) -> bool:
    """Null, an empty cell, or the NaN that Python writes for either."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
