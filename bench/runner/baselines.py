"""Baselines: the values of a run, kept under a name for gates to come. No texts.

``results/baselines/<name>.jsonl``, gzipped above 1 MB, is made to be committed: the first line says of
which run, systems and columns it is, each other line has the values of one document. The same run gives
the same bytes.
"""

import gzip
import json
import math
import re
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.core.errors import ConfigError, SchemaMismatch, StoreError, nearest
from bench.core.types import EMPTY, FAILED, Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.runner.journal import encode, write_atomic
from bench.runner.measured import OUTPUTS

SCHEMA = 1
FOLDER = "baselines"  # below the folder of all results
LARGEST = 1_000_000  # bytes that are committed as they are
_ENDINGS = (".jsonl", ".jsonl.gz")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}\Z")
_UNLIKE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)  # what we write has none of them
_BEGINNING = ("baseline", "columns", "created", "documents", "experiment", "fingerprint", "run", "systems")


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline as it was read.

    Attributes:
        path: Its file.
        name: What it was saved as.
        about: Its first line: the run, its experiment and when it was made, the data.
        table: The values.
    """

    path: Path
    name: str
    about: Mapping[str, Any]
    table: ScoreTable


def save(folder: Path, name: str, table: ScoreTable, about: Mapping[str, Any]) -> Path:
    """Write a baseline; one of the same name is replaced.

    Args:
        folder: Where baselines lie.
        name: Of the baseline.
        table: As :func:`bench.runner.measured.measured` makes it.
        about: ``created``, ``fingerprint`` and ``run`` of the run.

    Raises:
        ConfigError: a name that is no file name.
        StoreError: the folder cannot be written.
    """
    if not _NAME.match(name) or name.endswith(_ENDINGS):
        raise ConfigError(
            f"--save {name}: no name of a baseline",
            "A name has letters, digits and . _ + - only, and no ending.",
        )
    lines = [encode(_beginning(name, table, about)), *map(encode, _documents(table))]
    data = b"".join(lines)
    plain, packed = (folder / f"{name}{ending}" for ending in _ENDINGS)
    path, other = (plain, packed) if len(data) <= LARGEST else (packed, plain)
    write_atomic(path, data if path is plain else gzip.compress(data, mtime=0))
    try:
        other.unlink(missing_ok=True)
    except OSError as e:
        raise StoreError(f"{other}: cannot be removed: {e.strerror}") from e
    return path


def find(folder: Path, named: str) -> Path:
    """The file of a baseline: by its name, or by its path.

    Raises:
        ConfigError: there is none.
    """
    if named.endswith(_ENDINGS) or "/" in named:
        if not Path(named).is_file():
            raise ConfigError(f"{named}: no such baseline")
        return Path(named)
    for ending in _ENDINGS:
        if (path := folder / f"{named}{ending}").is_file():
            return path
    known = names(folder)
    what = f"no baseline '{named}' in {folder}{nearest(named, known)}"
    raise ConfigError(
        what, f"There are: {', '.join(known) or 'none'}. bench gate RUN --save {named} makes it."
    )


def names(folder: Path) -> list[str]:
    """Names of the baselines of a folder."""
    paths = folder.iterdir() if folder.is_dir() else ()
    return sorted({p.name.removesuffix(e) for p in paths for e in _ENDINGS if p.name.endswith(e)})


def load(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        StoreError: the file cannot be read, or is no baseline.
        SchemaMismatch: another version wrote it.
    """
    rows = _rows(path)
    number, about = _opened(path, rows)
    try:
        columns = tuple(_column(c) for c in about["columns"])
        said = about["systems"]
        systems = tuple(SystemInfo(s["label"], s["signature"], samples=s["samples"]) for s in said)
        missing = {s["label"]: (dict(s["none"]), dict(s["errors"])) for s in said}
        grid = {(s.label, c.id): array("d") for s in systems for c in (*columns, *OUTPUTS)}
    except _UNLIKE as e:
        raise _damaged(path, number, f"no baseline: {type(e).__name__}: {e}") from e
    digests: dict[str, str] = {}
    for number, row in rows:
        try:
            _take(row, systems, columns, grid)
            doc, digest = str(row["id"]), str(row["digest"])
        except _UNLIKE as e:
            raise _damaged(path, number, f"no values of a document: {type(e).__name__}: {e}") from e
        if doc in digests:
            raise _damaged(path, number, f"document {doc} a second time")
        digests[doc] = digest
    if len(digests) != about["documents"]:
        what = f"{len(digests)} documents, the first line speaks of {about['documents']}"
        raise _damaged(path, number, what)
    made = {
        (label, c): Cells(values, missing[label][0].get(c, 0), missing[label][1].get(c, 0))
        for (label, c), values in grid.items()
    }
    table = ScoreTable(
        str(about["experiment"]),
        tuple(digests),
        systems,
        (*columns, *OUTPUTS),
        made,
        digests=tuple(digests.values()),
    )
    return Baseline(path, str(about["baseline"]), about, table)


def made_from(path: Path) -> str:
    """``experiment/run`` of a baseline, or that its first line does not say it."""
    try:
        _, about = _opened(path, _rows(path))
    except StoreError:
        return f"{path}, which cannot be read"
    return f"{about['experiment']}/{about['run']}"


def _opened(path: Path, rows: Iterator[tuple[int, dict[str, Any]]]) -> tuple[int, dict[str, Any]]:
    number, about = next(rows, (1, {}))
    if about.get("schema", SCHEMA) != SCHEMA:
        raise SchemaMismatch(
            f"{path}: written in format {about['schema']}, this version reads {SCHEMA}",
            "Use the version of summbench that made it, or save it again.",
        )
    if lacking := [k for k in _BEGINNING if k not in about]:
        raise _damaged(path, number, f"no baseline: the first line is without {', '.join(lacking)}")
    return number, about


def _beginning(name: str, table: ScoreTable, about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "baseline": name,
        "experiment": table.name,
        "documents": len(table.doc_ids),
        **{k: about[k] for k in ("created", "fingerprint", "run")},
        "columns": [
            {
                **asdict(c.column),
                "range": [None if math.isinf(x) else x for x in c.column.range],
                "id": c.id,
                "signature": c.signature,
            }
            for c in table.columns
            if c not in OUTPUTS
        ],
        "systems": [
            {
                "label": s.label,
                "signature": s.signature,
                "samples": s.samples,
                "none": _counts(table, s.label, "n_none"),
                "errors": _counts(table, s.label, "n_error"),
            }
            for s in table.systems
        ],
    }


def _counts(table: ScoreTable, system: str, what: str) -> dict[str, int]:
    found = {c.id: getattr(table.cells[system, c.id], what) for c in table.columns}
    return {column: n for column, n in found.items() if n}


def _documents(table: ScoreTable) -> Iterator[dict[str, Any]]:
    """A row for each document; a system's values are in the order of the columns."""
    columns = [c.id for c in table.columns if c not in OUTPUTS]
    for i, (doc, digest) in enumerate(zip(table.doc_ids, table.digests, strict=True)):
        row: dict[str, Any] = {"id": doc, "digest": digest, "values": {}}
        for s in table.systems:
            values = [table.cells[s.label, c].values[i] for c in columns]
            row["values"][s.label] = [None if math.isnan(v) else v for v in values]
            for name in (EMPTY, FAILED):
                if share := table.cells[s.label, name].values[i]:
                    row.setdefault(name, {})[s.label] = share
        yield row


def _take(
    row: Mapping[str, Any],
    systems: tuple[SystemInfo, ...],
    columns: tuple[ColumnInfo, ...],
    grid: "Mapping[tuple[str, str], array[float]]",
) -> None:
    for s in systems:
        for c, value in zip(columns, row["values"][s.label], strict=True):
            grid[s.label, c.id].append(math.nan if value is None else _finite(value))
        for name in (EMPTY, FAILED):
            grid[s.label, name].append(_finite(row.get(name, {}).get(s.label, 0.0)))


def _column(c: Mapping[str, Any]) -> ColumnInfo:
    low, high = c["range"]
    limits = (-math.inf if low is None else low, math.inf if high is None else high)
    definition = {k: v for k, v in c.items() if k not in ("id", "signature")}
    return ColumnInfo(c["id"], Column(**definition | {"range": limits}), c["signature"])


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and objects."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for line in stream:
                row = json.loads(line, parse_constant=_no_number)
                number += 1
                if not isinstance(row, dict):
                    raise _damaged(path, number, f"expected an object, found {type(row).__name__}")
                yield number, row
    except (ValueError, RecursionError) as e:
        raise _damaged(path, number + 1, f"no JSON: {e}") from e
    except (EOFError, zlib.error, gzip.BadGzipFile) as e:
        raise _damaged(path, number + 1, f"no gzip file: {e}") from e
    except OSError as e:
        raise StoreError(f"{path}: cannot be read: {e.strerror}") from e


def _damaged(path: Path, line: int, what: str) -> StoreError:
    return StoreError(f"{path}:{line}: {what}", "Restore the file, or save the baseline again.")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no value")
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no value")
