"""Append-only JSON Lines: what a finished cell is written to, and how it is read after a crash.

A line counts if it ends in a newline and parses. Only the last line of a file can be torn (by a kill
in the middle of a write); opening the file to append cuts it off. Anything else that does not parse
is corruption and is reported, never skipped.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.core.errors import CorruptRecord, StoreError

_CHUNK = 1 << 20


def encode(record: Mapping[str, Any]) -> bytes:
    """One line of JSON: sorted keys, UTF-8, no NaN."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    # A lone surrogate (from a broken source) cannot be UTF-8; escaped it survives the round trip.
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(record, allow_nan=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read(
    path: Path, lacking: Callable[[dict[str, Any]], list[str]] = lambda _: []
) -> Iterator[dict[str, Any]]:
    """Records of a journal, in order; a torn last line is left out.

    Args:
        path: The file; one that is not there is empty.
        lacking: Names of what a record should have and has not.

    Raises:
        CorruptRecord: a complete line that is no JSON object, or that lacks a key.
        StoreError: a file that is there and cannot be read.
    """
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return
    except OSError as e:
        raise StoreError(f"{path}: cannot be read: {e.strerror}") from e
    offset = 0
    with stream:
        for line in stream:
            if not line.endswith(b"\n"):
                return
            try:
                record = json.loads(line)
            except ValueError as e:
                raise CorruptRecord(str(path), offset, f"not a record: {e}") from e
            if not isinstance(record, dict):
                raise CorruptRecord(str(path), offset, f"expected an object, found {type(record).__name__}")
            if missing := lacking(record):
                raise CorruptRecord(str(path), offset, f"a record without {', '.join(missing)}")
            yield record
            offset += len(line)


class Journal:
    """A file opened for appending. Records are on disk (in the kernel) when ``append`` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            _cut_torn_tail(self._fd)
        except OSError as e:
            raise StoreError(f"{path}: cannot be written: {e.strerror}") from e

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write complete lines in one call.

        Raises:
            StoreError: no space, a file size limit, a lost disk. Lines that were written stay valid.
        """
        self.append_lines(b"".join(encode(r) for r in records))

    def append_lines(self, data: bytes) -> None:
        """The same for records that are encoded already."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError as e:
            raise StoreError(
                f"{self.path}: cannot be written: {e.strerror}",
                "What was finished before is safe; make room and give the same command again.",
            ) from e

    def sync(self) -> None:
        """Wait until the records would survive a power failure."""
        try:
            os.fsync(self._fd)
        except OSError as e:
            raise StoreError(f"{self.path}: cannot be written: {e.strerror}") from e

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.sync()
        except StoreError:
            if error is None:
                raise
        finally:
            os.close(self._fd)


def _cut_torn_tail(fd: int) -> None:
    size = os.fstat(fd).st_size
    end = size
    while end > 0:
        start = max(0, end - _CHUNK)
        newline = os.pread(fd, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < size:
        os.ftruncate(fd, end)


def write_atomic(path: Path, data: bytes) -> None:
    """Replace a file as a whole: readers see the old or the new content, never a mixture.

    Raises:
        StoreError: the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as e:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"{path}: cannot be written: {e.strerror}") from e
