"""Rows out of JSON Lines, JSON, CSV, TSV and plain text files, each also gzipped, with their place.

Parquet needs a library and is read in the data room.
"""

import csv
import glob
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from bench.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file. ``line`` counts from 1 (rows, where a format has no lines)."""

    fields: dict[str, Any]
    file: str
    line: int


def find_files(path: str, suffixes: Sequence[str]) -> list[Path]:
    """Files that a path names, sorted: a file, a folder (its files with these suffixes) or a glob.

    ``**`` recurses. A suffix also matches with ``.gz`` behind it. A file that is named outright, or
    matched by a glob, is taken whatever it is called.

    Raises:
        DataError: nothing there.
    """
    here = Path(path)
    if here.is_file():
        return [here]
    if here.is_dir():
        wanted = tuple(s + end for s in suffixes for end in ("", ".gz"))
        found = sorted(p for p in here.iterdir() if p.is_file() and p.name.endswith(wanted))
        if not found:
            raise DataError(f"no {' or '.join(suffixes)} file in this folder", file=path)
        return found
    found = sorted(Path(p) for p in glob.glob(path, recursive=True) if Path(p).is_file())
    if not found:
        raise DataError(
            "no such file or folder" if not glob.has_magic(path) else "no file matches", file=path
        )
    return found


def kind_of(file: Path) -> str:
    """The suffix that decides the format: ``.jsonl`` for ``a.jsonl.gz``."""
    return (file.with_suffix("") if file.suffix == ".gz" else file).suffix.lower()


def read_rows(file: Path) -> Iterator[Row]:
    """Rows of one file, by its suffix: ``.jsonl``/``.ndjson``, ``.json``, ``.csv`` or ``.tsv``.

    Raises:
        DataError: unreadable file, undecodable bytes, broken JSON, NaN, or a row that is no object.
    """
    match kind_of(file):
        case ".jsonl" | ".ndjson":
            yield from _jsonl(file)
        case ".json":
            yield from _json(file)
        case ".csv" | ".tsv":
            yield from _csv(file, "," if kind_of(file) == ".csv" else "\t")
        case other:
            raise DataError(
                f"unknown format '{other}'",
                "Known: .jsonl, .json, .csv, .tsv (each also .gz).",
                file=str(file),
            )


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Lines of a text file with their numbers from 1; a BOM and CRLF are taken off.

    Raises:
        DataError: undecodable bytes, with line and offset.
    """
    try:
        with open_bytes(file) as stream:
            offset = 0
            for number, raw in enumerate(stream, 1):
                if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
                    raw, offset = raw[3:], 3
                try:
                    line = raw.decode("utf-8")
                except UnicodeDecodeError as e:
                    _undecodable(file, number, offset, e)
                offset += len(raw)
                yield number, line.removesuffix("\n").removesuffix("\r")
    except (OSError, EOFError) as e:
        raise DataError(f"cannot be read: {_why(e)}", file=str(file)) from e


def open_bytes(file: Path) -> BinaryIO:
    """A file's bytes, decompressed when it is gzipped."""
    return cast("BinaryIO", gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _why(e: OSError | EOFError) -> str:
    return (e.strerror if isinstance(e, OSError) else None) or str(e)


def _undecodable(file: Path, line: int, offset: int, e: UnicodeDecodeError) -> NoReturn:
    byte = e.object[e.start]
    raise DataError(
        f"byte 0x{byte:02x} at offset {offset + e.start} is not UTF-8", "Save the file as UTF-8.",
        file=str(file), line=line,
    ) from e  # fmt: skip


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _object(text: str, file: Path, line: int) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_constant)
    except ValueError as e:
        raise DataError(f"not JSON: {e}", file=str(file), line=line) from e
    if not isinstance(value, dict):
        raise DataError(f"expected an object, found {type(value).__name__}", file=str(file), line=line)
    return value


def _jsonl(file: Path) -> Iterator[Row]:
    for number, line in read_lines(file):
        if line.strip():
            yield Row(_object(line, file, number), str(file), number)


def _json(file: Path) -> Iterator[Row]:
    text = "\n".join(line for _, line in read_lines(file))
    if text.lstrip().startswith("["):
        try:
            items = json.loads(text, parse_constant=_constant)
        except ValueError as e:
            raise DataError(f"not JSON: {e}", file=str(file)) from e
        for number, item in enumerate(items, 1):
            if not isinstance(item, dict):
                raise DataError(
                    f"expected an object, found {type(item).__name__}", file=str(file), line=number
                )
            yield Row(item, str(file), number)
    else:
        yield from _jsonl(file)


def _csv(file: Path, delimiter: str) -> Iterator[Row]:
    # A cell may be a whole article; the module's default limit is 131,072 characters.
    csv.field_size_limit(2**31 - 1)
    reader = csv.DictReader((f"{line}\n" for _, line in read_lines(file)), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if None in row:
                raise DataError("more cells than the header has", file=str(file), line=reader.line_num)
            if None in row.values():
                raise DataError("fewer cells than the header has", file=str(file), line=reader.line_num)
            yield Row(dict(row), str(file), reader.line_num)
    except csv.Error as e:
        raise DataError(f"not CSV: {e}", file=str(file), line=reader.line_num) from e
