"""Tables of documents: JSON Lines, CSV and Parquet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.errors import DataError
from bench.core.rows import Row, find_files, kind_of, open_bytes, read_rows
from bench.core.types import Document
from bench.data.mapping import FieldMapping, to_documents

_ROWS_A_BATCH = 256


@dataclass(frozen=True)
class Jsonl(FieldMapping):
    """JSON Lines, one object a line and document; or a JSON array of objects (``.json``).

    The further parameters say which key is what: :class:`bench.data.mapping.FieldMapping`.

    Attributes:
        path: A file, a folder or a glob; each file may be gzipped.
    """

    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document | DataError]:
        """Documents by file and line. Raises DataError."""
        files = find_files(self.path, (".jsonl", ".ndjson", ".json"))
        rows = (r for f in files for r in read_rows(f, ".json" if kind_of(f) == ".json" else ".jsonl"))
        return to_documents(rows, self)


@dataclass(frozen=True)
class Csv(FieldMapping):
    """CSV with a header line; tabs part the cells of a ``.tsv`` file.

    Quoting is RFC 4180's, and a cell may hold line breaks. An empty cell is a missing value. The further
    parameters say which column is what: :class:`bench.data.mapping.FieldMapping`.

    Attributes:
        path: A file, a folder or a glob; each file may be gzipped.
    """

    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document | DataError]:
        """Documents by file and line, that on which the row starts. Raises DataError."""
        files = find_files(self.path, (".csv", ".tsv"))
        rows = (r for f in files for r in read_rows(f, ".tsv" if kind_of(f) == ".tsv" else ".csv"))
        return to_documents(rows, self)


@dataclass(frozen=True)
class Parquet(FieldMapping):
    """Parquet files, read in batches of rows; a gzipped one is unpacked in memory.

    The further parameters say which column is what: :class:`bench.data.mapping.FieldMapping`.

    Attributes:
        path: A file, a folder or a glob.
    """

    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document | DataError]:
        """Documents by file and row, counted from 1. Raises DataError."""
        files = find_files(self.path, (".parquet",))
        return to_documents((r for f in files for r in _parquet_rows(f)), self)


def _parquet_rows(file: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with open_bytes(file) as stream:
            source = stream if kind_of(file) == file.suffix else pa.BufferReader(stream.read())
            for batch in pq.ParquetFile(source).iter_batches(_ROWS_A_BATCH):
                for fields in batch.to_pylist():
                    number += 1
                    yield Row(fields, str(file), number)
    except (OSError, EOFError, pa.ArrowException) as e:
        raise DataError(f"not Parquet: {str(e).splitlines()[0]}", file=str(file), line=number or None) from e
