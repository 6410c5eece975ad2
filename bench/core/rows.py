"""Rows out of JSON Lines, JSON, CSV, TSV and plain text files, each also gzipped, with their place.

A line ends at a line feed and nowhere else: U+2028, U+0085 or a form feed belong to the text.
JSON is read strictly, but for NaN and Infinity, which Python's own writer puts there: they become floats,
and whoever uses the field refuses them. Parquet needs a library and is read in the data room.
"""

import csv
import glob
import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from bench.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file. ``line`` counts from 1 (items, where a format has no lines)."""

    fields: dict[str, Any]
    file: str
    line: int


def find_files(path: str, suffixes: Sequence[str]) -> list[Path]:
    """Files that a path names, sorted: a file, a folder (its files with these suffixes) or a glob.

    ``**`` recurses. A suffix also matches in capitals and with ``.gz`` behind it. A file that is named
    outright, or matched by a glob, is taken whatever it is called; hidden files are taken only if named.

    Raises:
        DataError: nothing there.
    """
    here = Path(path)
    if here.is_file():
        return [here]
    if here.is_dir():
        found = _with_suffix(here.iterdir(), suffixes)
        if not found:
            below = len(_with_suffix(here.rglob("*"), suffixes))
            hint = (
                f"There are {below} in folders below: {here}/**/*{suffixes[0]} finds them." if below else ""
            )
            raise DataError(f"no {' or '.join(suffixes)} file in this folder", hint, file=path)
        return found
    found = sorted({Path(p) for p in glob.glob(path, recursive=True) if Path(p).is_file()})
    if not found:
        raise DataError(
            "no such file or folder" if not glob.has_magic(path) else "no file matches", file=path
        )
    return found


def kind_of(file: Path) -> str:
    """The suffix that decides the format, in small letters: ``.jsonl`` for ``a.jsonl.gz``."""
    return (file.with_suffix("") if _gzipped(file) else file).suffix.lower()


def read_rows(file: Path, kind: str | None = None) -> Iterator[Row]:
    """Rows of one file: ``.jsonl``/``.ndjson``, ``.json``, ``.csv`` or ``.tsv``.

    A ``.json`` file holds an array of objects, or JSON Lines under the wrong name. The first line of a
    CSV or TSV file names its columns; its cells are text.

    Args:
        file: The file, perhaps gzipped.
        kind: The format, where it is known; the suffix of the file otherwise.

    Raises:
        DataError: whatever :func:`scan_rows` raises or yields.
    """
    for found in scan_rows(file, kind):
        if isinstance(found, DataError):
            raise found
        yield found


def scan_rows(file: Path, kind: str | None = None) -> Iterator[Row | DataError]:
    """Rows as :func:`read_rows` gives them, but a bad row is an error in its place, and the next follows.

    A bad row is a line that is no JSON, a value that is no object, an object with a key twice, or cells
    that do not fit the header.

    Raises:
        DataError: what leaves unclear where the next row begins: an unreadable file, undecodable bytes, a
            ``.json`` array that is no JSON, a wrong quote in a CSV file, a header with a name twice.
    """
    match kind or kind_of(file):
        case ".jsonl" | ".ndjson":
            yield from _jsonl(file)
        case ".json":
            yield from _json(file)
        case ".csv":
            yield from _csv(file, ",")
        case ".tsv":
            yield from _csv(file, "\t")
        case other:
            raise DataError(
                f"unknown format '{other}'",
                "Known: .jsonl, .json, .csv, .tsv (each also .gz).",
                file=str(file),
            )


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Lines of a text file with their numbers from 1; a BOM and CRLF are taken off.

    Raises:
        DataError: unreadable file, or undecodable bytes, with line and offset.
    """
    for number, line in _raw_lines(file):
        yield number, line.removesuffix("\n").removesuffix("\r")


def spelling(value: object) -> str:
    """One spelling for what a CSV cell, a JSON value and a config can say in their own ways.

    ``True`` and ``"TRUE"`` are ``true``, 3.0 is ``3``, null is ``null``: values are compared by it.
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case str() if value.lower() in ("true", "false"):
            return value.lower()
        case _:
            return str(value)


def open_bytes(file: Path) -> BinaryIO:
    """A file's bytes, decompressed when it is gzipped."""
    return cast("BinaryIO", gzip.open(file, "rb")) if _gzipped(file) else file.open("rb")


def _gzipped(file: Path) -> bool:
    return file.suffix.lower() == ".gz"


def _with_suffix(paths: Iterator[Path], suffixes: Sequence[str]) -> list[Path]:
    wanted = tuple(s + end for s in suffixes for end in ("", ".gz"))
    return sorted(
        p for p in paths if p.name.lower().endswith(wanted) and not p.name.startswith(".") and p.is_file()
    )


def _raw_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Lines with their endings, as CSV needs them: a cell may hold CRLF."""
    try:
        with open_bytes(file) as stream:
            offset = 0
            for number, raw in enumerate(stream, 1):
                if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
                    raw, offset = raw[3:], 3
                try:
                    line = raw.decode("utf-8")
                except UnicodeDecodeError as e:
                    raise DataError(
                        f"byte 0x{raw[e.start]:02x} at offset {offset + e.start} is not UTF-8",
                        "Save the file as UTF-8.",
                        file=str(file),
                        line=number,
                    ) from e
                offset += len(raw)
                yield number, line
    except (OSError, EOFError, zlib.error) as e:
        why = (e.strerror if isinstance(e, OSError) else None) or str(e)
        raise DataError(f"cannot be read: {why}", file=str(file)) from e


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
        raise DataError(f"an object has the key '{twice}' twice")
    return fields


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _decode(text: str, file: Path, line: int | None = None) -> Any:
    """The value of a JSON text. Errors name ``line``; without it, the line inside the text if it is known."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as e:
        line = e.lineno if line is None else line
        raise DataError(f"not JSON: {e.msg} at column {e.colno}", file=str(file), line=line) from e
    except DataError as e:
        raise DataError(e.reason, file=str(file), line=line) from e
    except RecursionError as e:
        raise DataError("JSON that is nested too deeply", file=str(file), line=line) from e
    except ValueError as e:
        raise DataError(f"not JSON: {e}", file=str(file), line=line) from e


def _row(value: object, file: Path, line: int) -> Row | DataError:
    if isinstance(value, dict):
        return Row(value, str(file), line)
    return DataError(f"expected an object, found {type(value).__name__}", file=str(file), line=line)


def _jsonl(file: Path) -> Iterator[Row | DataError]:
    for number, line in read_lines(file):
        if line.strip():
            try:
                value = _decode(line, file, number)
            except DataError as e:
                yield e
            else:
                yield _row(value, file, number)


def _json(file: Path) -> Iterator[Row | DataError]:
    text = "\n".join(line for _, line in read_lines(file))
    if not text.lstrip().startswith("["):
        yield from _jsonl(file)
        return
    for number, item in enumerate(_decode(text, file), 1):
        yield _row(item, file, number)


def _csv(file: Path, delimiter: str) -> Iterator[Row | DataError]:
    # A cell may be a whole article; the module's default limit is 131,072 characters.
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader((line for _, line in _raw_lines(file)), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            if header is None:
                header = cells or None  # blank lines may come before it, and between the rows
                twice = next((name for name in cells if cells.count(name) > 1), None)
                if twice is not None:
                    raise DataError(f"two columns are called '{twice}'", file=str(file), line=start)
            elif cells:
                if len(cells) == len(header):
                    yield Row(dict(zip(header, cells, strict=True)), str(file), start)
                else:
                    what = f"{len(cells)} cells, but the header has {len(header)}"
                    yield DataError(what, file=str(file), line=start)
            start = reader.line_num + 1
    except csv.Error as e:
        raise DataError(f"not CSV: {e}", file=str(file), line=start) from e
