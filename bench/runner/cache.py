"""Answers that are kept between commands: one SQLite file for each backend, which any process may share.

A cache must never stop a run. A damaged file is set aside; where none can be written, answers stay in
memory. Files may be deleted at any time. They hold JSON and nothing else.
"""

import hashlib
import json
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from bench.core.asks import Ask
from bench.core.signature import short

_BUSY_SECONDS = 60


def key_of(signature: str, content: Any) -> bytes:
    """Names the answer of a backend to a question.

    Raises:
        TypeError, ValueError: the content is no plain JSON data.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{signature}\n{text}".encode("utf-8", "surrogatepass")).digest()


def encode(ask: Ask, answer: Any) -> str | None:
    """What is kept of an answer; None for one that is not.

    Raises:
        Exception: whatever the ask makes of an answer that is none; ValueError for NaN.
    """
    data = ask.pack(answer) if ask.cached else None
    return None if data is None else json.dumps(data, allow_nan=False, sort_keys=True)


def decode(ask: Ask, text: str) -> Any:
    """The answer of :func:`encode`.

    Raises:
        Exception: whatever the ask makes of data that is not its own.
    """
    return ask.unpack(json.loads(text))


def add(folder: Path, to: Path, note: Callable[[str], None]) -> None:
    """Put the kept answers of one folder into another one, and delete them there.

    Of two answers to a question the newer stays. What cannot be read is left, and told.
    """
    for path in sorted(folder.glob("*.sqlite")):
        try:
            to.mkdir(parents=True, exist_ok=True)
            with closing(_open(to / path.name)) as db:
                db.execute("ATTACH ? AS other", (str(path),))
                with db:
                    db.execute("INSERT OR IGNORE INTO meta SELECT * FROM other.meta")
                    db.execute(
                        "INSERT INTO answers SELECT * FROM other.answers WHERE true "
                        "ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, made = excluded.made "
                        "WHERE excluded.made > made"
                    )
            for end in ("", "-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        except (sqlite3.Error, OSError) as e:
            note(f"{path}: kept answers are not used: {e}")


class Answers:
    """All kept answers of a folder, or of this process only where the folder is None.

    What was kept before ``since``, in seconds since 1970, is not found. Who only looks (``writable`` is
    off) leaves a damaged file where it is.
    """

    def __init__(
        self,
        folder: Path | None,
        note: Callable[[str], None],
        *,
        since: float = 0.0,
        writable: bool = True,
    ) -> None:
        self._folder = folder
        self._note = note
        self._since = since
        self._writable = writable
        self._files: dict[str, _File] = {}
        self._memory: dict[bytes, str] = {}

    def get(self, signature: str, key: bytes) -> str | None:
        """The text of a kept answer, or None."""
        if (text := self._memory.get(key)) is not None or self._folder is None:
            return text
        return self._file(self._folder, signature).get(key)

    def put(self, signature: str, answers: Sequence[tuple[bytes, str]]) -> None:
        """Keep answers; they are committed when this returns."""
        if self._folder is None or not self._file(self._folder, signature).put(answers):
            self._memory.update(answers)

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _file(self, folder: Path, signature: str) -> "_File":
        if signature not in self._files:
            self._files[signature] = _File(folder, signature, self._note, self._since, self._writable)
        return self._files[signature]


class _File:
    """The answers of one backend. After trouble the run goes on without it."""

    def __init__(
        self, folder: Path, signature: str, note: Callable[[str], None], since: float, writable: bool
    ) -> None:
        readable = re.sub(r"[^A-Za-z0-9.]+", "-", signature)[:48].strip("-.")
        self._path = folder / f"{readable}-{short(signature)}.sqlite"
        self._signature = signature
        self._note = note
        self._since = since
        self._db: sqlite3.Connection | None = None
        self._readable, self._writable = True, writable
        self._begun_anew = False

    def get(self, key: bytes) -> str | None:
        if not self._readable:
            return None
        try:
            if self._db is None and not self._path.exists():
                return None
            known = "SELECT answer FROM answers WHERE key = ? AND made >= ?"
            found = self._opened().execute(known, (key, self._since)).fetchone()
        except (sqlite3.Error, OSError) as e:
            self._readable = self._writable = self._writable and self._set_aside(e)
            return None
        return found[0] if found and isinstance(found[0], str) else None

    def put(self, answers: Sequence[tuple[bytes, str]]) -> bool:
        """Whether they are on disk."""
        if not self._writable:
            return False
        try:
            if not self._path.exists():  # not there yet, or deleted while it is open
                self.close()
                self._path.parent.mkdir(parents=True, exist_ok=True)
            rows = [(key, answer, time.time()) for key, answer in answers]
            with self._opened() as transaction:
                transaction.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
        except (sqlite3.Error, OSError) as e:
            self._writable = self._set_aside(e)
            return self.put(answers)
        return True

    def close(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = _open(self._path)
            with self._db:
                self._db.execute("INSERT OR IGNORE INTO meta VALUES (?)", (self._signature,))
        return self._db

    def _set_aside(self, e: Exception) -> bool:
        """Tell what happened; True where the file was damaged and a new one can be begun in its place."""
        code = getattr(e, "sqlite_errorcode", 0) & 0xFF
        if self._begun_anew or code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            self._note(f"{self._path}: answers are not kept for the next time: {e}")
            return False
        self._begun_anew = True
        self.close()
        aside = self._path.with_suffix(".damaged")
        try:
            self._path.replace(aside)
            for end in ("-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        except OSError as failed:
            return self._set_aside(failed)
        self._note(f"{self._path}: {e}; set aside as {aside.name}, and a new file is begun")
        return True


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    _write_ahead(db)
    db.execute("PRAGMA synchronous = NORMAL")
    with db:
        columns = "key BLOB PRIMARY KEY, answer TEXT, made REAL"
        db.execute(f"CREATE TABLE IF NOT EXISTS answers ({columns})")
        db.execute("CREATE TABLE IF NOT EXISTS meta (signature TEXT PRIMARY KEY)")
    return db


def _write_ahead(db: sqlite3.Connection) -> None:
    """Begin a write-ahead log. In this step alone SQLite does not wait for other processes."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return
