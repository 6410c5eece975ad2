"""The config that ``bench score`` writes for somebody who only has two files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.config.load import Tree
from bench.core.errors import ConfigError, DataError, nearest
from bench.core.rows import Row, find_files, kind_of, read_rows

READERS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv",
    ".parquet": "parquet",
}  # fmt: skip
OUTPUT_KEYS = {"summary": "field", "doc_id": "id_field"}
DOCUMENT_KEYS = ("document", "references", "bullets", "id", "headline", "query", "lang", "pick")
BASELINES: dict[str, Any] = {
    "lead3": {"use": "lead", "with": {"sentences": 3}},
    "random3": {"use": "random", "with": {"sentences": 3}},
    "copy": {"use": "copy"},
    "oracle": {"use": "oracle"},
}


@dataclass(frozen=True, slots=True)
class Files:
    """What a user said about files of outputs and references.

    Attributes:
        outputs: Files of outputs; a file with a system column holds several systems.
        references: A file, folder or glob of references, with or without documents.
        mapping: Field names, such as ``document`` → ``article``; ``summary`` and ``doc_id`` are the
            outputs' own.
        where: Field values that rows must have, in whichever of the two has the field.
        system_field: Column of the outputs that names the system; ``system`` when there is one.
        metrics: Builtin names or dotted paths; each label is its name.
        baselines: Add lead3, random3, copy and oracle.
        name: Of the experiment.
    """

    outputs: Sequence[str]
    references: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    system_field: str | None = None
    metrics: Sequence[str] = ("rouge",)
    baselines: bool = False
    name: str | None = None


def config_for(files: Files) -> Tree:
    """A config that scores files of outputs.

    Raises:
        ConfigError: an unknown mapping key, a filter on a field that neither file has.
        DataError: a file that cannot be read, or systems that cannot be told apart.
    """
    for key in files.mapping:
        known = [*DOCUMENT_KEYS, *OUTPUT_KEYS]
        if key not in known:
            raise ConfigError(f"--map {key}: no such key{nearest(key, known)}", f"Known: {', '.join(known)}.")
    first = _first_row(files.references)
    data = _data(files, first)
    models: dict[str, Any] = dict(BASELINES) if files.baselines else {}
    seen = set()
    for path in files.outputs:
        found, fields = _systems(files, path)
        seen |= fields
        models |= _unlike(models, found, path)
    for key in files.where:
        if key not in seen and (first is None or key not in first.fields):
            have = sorted(seen | set(first.fields if first else ()))
            hint = f"Fields: {', '.join(have)}."
            raise ConfigError(f"--where {key}: neither file has this field{nearest(key, have)}", hint)
    return Tree(
        {
            "name": files.name or _experiment(files.outputs[0]),
            "data": data,
            "models": models,
            "metrics": {_label(m): {"use": m} for m in files.metrics},
        }
    )


def _experiment(path: str) -> str:
    """A file's name without its suffixes, as far as a folder of results may be called so."""
    stem = Path(path).name.partition(".")[0]
    return re.sub(r"[^A-Za-z0-9_+-]+", "-", stem).strip("-_+")[:100] or "score"


def _label(metric: str) -> str:
    """``rouge`` for itself, ``Brevity`` for ``./brevity.py:Brevity``."""
    return metric.rpartition(":")[2]


def _first_row(path: str) -> Row | None:
    """First row of a table; None for plain text and for Parquet, whose reader names its columns itself."""
    file = find_files(path, (*READERS, ".txt"))[0]
    if kind_of(file) not in READERS or kind_of(file) == ".parquet":
        return None
    return next(iter(read_rows(file)), None)


def _data(files: Files, first: Row | None) -> dict[str, Any]:
    kind = kind_of(find_files(files.references, (*READERS, ".txt"))[0])
    reader = READERS.get(kind)
    given: dict[str, Any] = {k: v for k, v in files.mapping.items() if k in DOCUMENT_KEYS}
    if reader is None:
        if Path(files.references).is_dir():
            return {"use": "articles", "with": {"path": files.references}}
        if given:
            raise ConfigError(f"--map {next(iter(given))}: a text file has no fields")
        return {"use": "lines", "with": {"path": files.references}}
    if "pick" in given and given["pick"].isdigit():
        given["pick"] = int(given["pick"])
    if first is not None and "document" not in given and "document" not in first.fields:
        given["document"] = None
    where = {k: v for k, v in files.where.items() if first is None or k in first.fields}
    return {"use": reader, "with": {"path": files.references, **given, **({"where": where} if where else {})}}


def _systems(files: Files, path: str) -> tuple[dict[str, Any], set[str]]:
    """The systems of one file of outputs, and the names of its fields."""
    kind = kind_of(Path(path))
    given: dict[str, Any] = {"path": path}
    given |= {OUTPUT_KEYS[k]: v for k, v in files.mapping.items() if k in OUTPUT_KEYS}
    stem = Path(path).name.partition(".")[0]
    if kind not in READERS or kind == ".parquet":
        return {stem: {"use": "outputs", "with": {**given, "by": "order"}}}, set()
    labels: list[str] = []
    fields: set[str] = set()
    column = files.system_field or "system"
    for row in read_rows(Path(path)):
        fields |= set(row.fields)
        if any(str(row.fields.get(k, v)) != v for k, v in files.where.items()):
            continue
        if column in row.fields:
            labels.append(str(row.fields[column]))
        elif files.system_field:
            hint = f"Fields there: {', '.join(row.fields)}."
            what = f"no field '{column}'{nearest(column, row.fields)}"
            raise DataError(what, hint, file=row.file, line=row.line)
    where = {k: v for k, v in files.where.items() if k in fields}
    if not labels:
        return {stem: {"use": "outputs", "with": given | ({"where": where} if where else {})}}, fields
    return {
        label: {"use": "outputs", "with": {**given, "where": {**where, column: label}}}
        for label in dict.fromkeys(labels)
    }, fields


def _unlike(have: Mapping[str, Any], new: Mapping[str, Any], path: str) -> dict[str, Any]:
    for label in new:
        if label in have:
            raise DataError(
                f"a second system '{label}'", "Systems in several files need different names.", file=path
            )
    return dict(new)
