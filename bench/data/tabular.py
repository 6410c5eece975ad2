"""Tables of documents: JSON Lines, CSV and Parquet."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.errors import DataError
from bench.core.rows import Row, find_files, kind_of, open_bytes, scan_rows
from bench.core.types import Document
from bench.data.mapping import FieldMapping, to_documents

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_A_BATCH = 256


@dataclass(frozen=True)
class Jsonl(FieldMapping):
    """JSON Lines, one object a document; or an array in a .json file.

    The further parameters say which key is what: :class:`bench.data.mapping.FieldMapping`.

    Attributes:
        path: A file, a folder or a glob; each file may be gzipped.
    """

    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document | DataError]:
        """Documents by file and line. Raises DataError."""
        files = find_files(self.path, (".jsonl", ".ndjson", ".json"))
        rows = (r for f in files for r in scan_rows(f, ".json" if kind_of(f) == ".json" else ".jsonl"))
        return to_documents(rows, self)


@dataclass(frozen=True)
class Csv(FieldMapping):
    """CSV with a header line; a .tsv file has tabs.

    Quoting is RFC 4180's, and a cell may hold line breaks. An empty cell is a missing value. The further
    parameters say which column is what: :class:`bench.data.mapping.FieldMapping`.

    Attributes:
        path: A file, a folder or a glob; each file may be gzipped.
    """

    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document | DataError]:
        """Documents by file and line, that on which the row starts. Raises DataError."""
        files = find_files(self.path, (".csv", ".tsv"))
        rows = (r for f in files for r in scan_rows(f, ".tsv" if kind_of(f) == ".tsv" else ".csv"))
        return to_documents(rows, self)


@dataclass(frozen=True)
class Parquet(FieldMapping):
    """Parquet files, read in batches of rows.

    The further parameters say which column is what: :class:`bench.data.mapping.FieldMapping`.

    Attributes:
        path: A file, a folder or a glob.
    """

    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document | DataError]:
        """Documents by file and row, counted from 1. Raises DataError."""
        files = find_files(self.path, (".parquet",))
        return to_documents((r for f in files for r in parquet_rows(f)), self)


def parquet_rows(file: Path) -> Iterator[Row | DataError]:
    """Rows of a file, counted from 1; what is wrong with one stands in its place. Raises DataError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with open_bytes(file) as stream:
            source = stream if kind_of(file) == file.suffix else pa.BufferReader(stream.read())
            table = pq.ParquetFile(source)
            names = table.schema_arrow.names
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise DataError(f"two columns are called '{twice}'", file=str(file))
            for batch in table.iter_batches(_ROWS_A_BATCH):
                for found in _values(batch):
                    number += 1
                    if isinstance(found, str):
                        yield DataError(found, file=str(file), line=number)
                    else:
                        yield Row(found, str(file), number)
    except (OSError, EOFError, ValueError, zlib.error, pa.ArrowException) as e:
        raise DataError(f"not Parquet: {str(e).splitlines()[0]}", file=str(file), line=number or None) from e


def _values(batch: "pa.RecordBatch") -> Iterator[dict[str, Any] | str]:
    """The fields of each row; for a row that Python cannot represent, what is wrong with it."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError):
        yield from (_row_values(batch, n) for n in range(batch.num_rows))


def _row_values(batch: "pa.RecordBatch", n: int) -> dict[str, Any] | str:
    fields: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            fields[name] = column[n].as_py()
        except UnicodeDecodeError as e:
            return f"column '{name}' is not UTF-8: byte 0x{e.object[e.start]:02x} at offset {e.start}"
        except (ValueError, OverflowError) as e:
            return f"column '{name}' cannot be read: {e}"
    return fields
