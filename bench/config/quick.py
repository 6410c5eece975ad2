"""The config that ``bench score`` writes for somebody who only has two files."""

import glob
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.config.load import Keys, Place, Tree
from bench.core.errors import ConfigError, DataError, nearest
from bench.core.registry import resolve
from bench.core.rows import Row, find_files, kind_of, read_rows, spelling
from bench.data.tabular import parquet_rows

READERS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv",
    ".parquet": "parquet",
}  # fmt: skip
# Suffixes that name a format; the rest of a file's name is the name of its system.
FORMATS = (*READERS, ".txt", ".hypo", ".out", ".target")
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
        outputs: Files of outputs, or ``LABEL=FILE``; a file with a system column holds several systems.
        references: A file, folder or glob of references, with or without documents.
        mapping: Field names, such as ``document`` → ``article``; ``summary`` and ``doc_id`` are the
            outputs' own.
        where: Field values that rows must have, in whichever of the two has the field.
        system_field: Column of the outputs that names the system; ``system`` when there is one.
        metrics: Builtin names or dotted paths, see :func:`with_metrics`.
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
        ConfigError: an unknown mapping key, a filter on a field that neither file has, or two metrics
            with one label.
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
    outputs = [_labelled(text) for text in files.outputs]
    for name, path in outputs:
        found, fields = _systems(files, path, name)
        seen |= fields
        models |= _unlike(models, found, path)
    for key in files.where:
        if key not in seen and (first is None or key not in first.fields):
            have = sorted(seen | set(first.fields if first else ()))
            hint = f"Fields: {', '.join(have)}."
            raise ConfigError(f"--where {key}: neither file has this field{nearest(key, have)}", hint)
    name, path = outputs[0]
    config = {"name": files.name or _experiment(name or _stem(path)), "data": data, "models": models}
    return with_metrics(Tree(config), files.metrics)


def with_metrics(tree: Tree, names: Sequence[str]) -> Tree:
    """A config with further metrics, labelled ``rouge`` for itself and ``M`` for ``./file.py:M``.

    A metric that is there already stays as it is configured.

    Raises:
        ConfigError: different metrics that would have one label.
    """
    have = tree.data.get("metrics") or {}
    if not isinstance(have, dict):
        return tree  # the schema says what is wrong with it
    uses = dict(have)
    places: dict[Keys, Place] = dict(tree.places)
    for name in names:
        label = name.rpartition(":")[2]
        if label not in uses:
            uses[label] = {"use": name}
            places["metrics", label] = Place(f"--metrics {name}", 0, 0, "")
            continue
        known = uses[label]
        use = known.get("use") if isinstance(known, dict) else None
        if isinstance(use, str) and not _same_metric(tree, label, use, name):
            raise ConfigError(
                f"metrics.{label}: {use} and {name} would have the same label",
                f"Give one a label of its own: --set metrics.OTHER.use={name}",
            )
    return Tree({**tree.data, "metrics": uses}, places)


def _same_metric(tree: Tree, label: str, use: str, name: str) -> bool:
    """Whether a configured metric and one that the command line names are one class."""
    if use == name:
        return True
    place = tree.place(("metrics", label, "use"))
    folder = Path(place.file).parent if place and place.line else None
    return resolve("metrics", use, folder).cls is resolve("metrics", name).cls


def _labelled(text: str) -> tuple[str | None, str]:
    """Label and path of ``LABEL=FILE``; a file whose own name has the ``=`` is one without a label."""
    label, equals, path = text.partition("=")
    return (label, path) if label and equals and not Path(text).exists() else (None, text)


def _stem(path: str) -> str:
    """The file's name without its format: ``gpt-4.1`` for ``gpt-4.1.jsonl.gz``."""
    file = Path(path)
    if file.suffix.lower() == ".gz":
        file = file.with_suffix("")
    return file.stem if file.suffix.lower() in FORMATS else file.name


def _experiment(label: str) -> str:
    """A label, as far as a folder of results may be called so."""
    return re.sub(r"[^A-Za-z0-9_.+-]+", "-", label).strip("-_.+")[:100] or "score"


def _first_row(path: str) -> Row | None:
    """First row of a table; None for plain text."""
    file = find_files(path, (*READERS, ".txt"))[0]
    if kind_of(file) == ".parquet":
        return next((row for row in parquet_rows(file) if isinstance(row, Row)), None)
    return next(iter(read_rows(file)), None) if kind_of(file) in READERS else None


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


def _systems(files: Files, path: str, name: str | None) -> tuple[dict[str, Any], set[str]]:
    """The systems of one file of outputs, and the names of its fields."""
    _check_file(path)
    kind = kind_of(Path(path))
    given: dict[str, Any] = {"path": path}
    given |= {OUTPUT_KEYS[k]: v for k, v in files.mapping.items() if k in OUTPUT_KEYS}
    label = name or _stem(path)
    if kind == ".parquet":
        raise DataError("outputs are JSONL, JSON, CSV, TSV or one a line, not Parquet", file=path)
    if kind not in READERS:
        return {label: {"use": "outputs", "with": {**given, "by": "order"}}}, set()
    systems: dict[str, None] = {}
    fields: set[str] = set()
    column = files.system_field or "system"
    for row in read_rows(Path(path)):
        fields |= set(row.fields)
        if any(spelling(row.fields.get(k, v)) != spelling(v) for k, v in files.where.items()):
            continue
        if column in row.fields:
            value = row.fields[column]
            systems[value if isinstance(value, str) else spelling(value)] = None
        elif files.system_field:
            hint = f"Fields there: {', '.join(row.fields)}."
            what = f"no field '{column}'{nearest(column, row.fields)}"
            raise DataError(what, hint, file=row.file, line=row.line)
    where = {k: v for k, v in files.where.items() if k in fields}
    if not systems:
        return {label: {"use": "outputs", "with": given | ({"where": where} if where else {})}}, fields
    if name is not None and len(systems) > 1:
        raise DataError(
            f"'{name}' is one system, but the file holds {len(systems)}: {', '.join(systems)}",
            f"Choose one of them, such as --where {column}={next(iter(systems))}.",
            file=path,
        )
    return {
        name or system: {"use": "outputs", "with": {**given, "where": {**where, column: system}}}
        for system in systems
    }, fields


def _check_file(path: str) -> None:
    hint = "Name each file: --outputs FILE --outputs FILE."
    if Path(path).is_dir():
        raise DataError("a folder: expected one file of outputs", hint, file=path)
    if glob.has_magic(path) and not Path(path).exists():
        raise DataError("a pattern: expected one file of outputs", hint, file=path)


def _unlike(have: Mapping[str, Any], new: Mapping[str, Any], path: str) -> dict[str, Any]:
    for label in new:
        if label in have:
            raise DataError(
                f"a second system '{label}'", "Give it another name: --outputs LABEL=FILE.", file=path
            )
    return dict(new)
