"""Documents of a run with everything that was written and said about them.

``bench show``, the examples of a comparison and the report page all read a run through here.
"""

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.config import build
from bench.config.load import Tree
from bench.config.parse import parse
from bench.core.errors import BenchError, ConfigError, DataError, nearest, user_code
from bench.core.registry import resolve
from bench.core.types import Column, Document
from bench.report.figures import counted
from bench.report.view import Check, Shown, View
from bench.runner import cells, journal, manifest
from bench.runner.records import records

_NAMED = 5  # ids in a message

# (document, system, sample) → what every metric says.
_Checks = Mapping[tuple[str, str, int], tuple[Check, ...]]


def view_of(run: Path, wanted: str, system: str | None = None, sample: int | None = None) -> View:
    """A document of a run, with the summaries of all systems or of one.

    Args:
        run: The run directory.
        wanted: The id of the document, the beginning of one, or its number from 1.
        system: Label of the only system.
        sample: Number of the only sample.

    Raises:
        DataError: no such document.
        ConfigError: no such system or sample.
        StoreError: the run cannot be read.
    """
    about = manifest.load(run)
    systems = about["systems"]
    if system is not None and system not in systems:
        raise ConfigError(
            f"--system {system}: no such system{nearest(system, systems)}", f"Known: {', '.join(systems)}."
        )
    ids = [entry["id"] for entry in _index(run)]
    doc_id = ids[_find(wanted, ids)]
    (view,) = views(run, [doc_id], [system] if system else None, sample)
    if not view.summaries:
        most = max(systems[label].get("samples", 1) for label in ([system] if system else systems))
        who = f"{system} has" if system else "no system has more than"
        raise ConfigError(f"--sample {sample}: {who} {counted(most, 'sample')}", "They count from 0.")
    return view


def views(
    run: Path,
    ids: Collection[str] | None = None,
    systems: Sequence[str] | None = None,
    sample: int | None = None,
) -> list[View]:
    """Documents of a run in its order, read in one go; a text that is not to be had is None, with a note.

    Args:
        run: The run directory.
        ids: Only these documents.
        systems: Only the summaries of these systems.
        sample: Only the summaries of this number.

    Raises:
        StoreError: the run cannot be read.
    """
    about = manifest.load(run)
    index = _index(run)
    wanted = {entry["id"] for entry in index} if ids is None else set(ids)
    documents, lost = _documents(about, wanted)
    checks = _checks(run, about, wanted)
    made = {label: cells.summaries(run, label) for label in systems or about["systems"]}
    found = []
    for at, entry in enumerate(index):
        if (doc_id := entry["id"]) not in wanted:
            continue
        document = documents.get(doc_id)
        found.append(
            View(
                run=str(run),
                doc_id=doc_id,
                number=at + 1,
                count=len(index),
                source=entry.get("source", ""),
                document=document,
                summaries=tuple(_summaries(about, made, checks, doc_id, sample)),
                notes=tuple(lost or _changed(document, entry)),
            )
        )
    return found


def _index(run: Path) -> list[dict[str, Any]]:
    return list(journal.read(run / "documents.jsonl", lambda r: [k for k in ("id", "digest") if k not in r]))


def _find(wanted: str, ids: Sequence[str]) -> int:
    """An id before a number, and a number before the beginning of an id."""
    if wanted in ids:
        return ids.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(ids):
        return int(wanted) - 1
    beginning = [i for i, known in enumerate(ids) if known.startswith(wanted)] if wanted else []
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        some = ", ".join(ids[i] for i in beginning[:_NAMED])
        more = f" and {len(beginning) - _NAMED} more" if len(beginning) > _NAMED else ""
        raise DataError(f"'{wanted}' is the beginning of {len(beginning)} ids", f"They are {some}{more}.")
    # Whoever mistypes an id mistypes its beginning, too.
    close = difflib.get_close_matches(wanted, [known[: len(wanted)] for known in ids] + list(ids), n=_NAMED)
    near = dict.fromkeys(known for text in close for known in ids if known.startswith(text))
    listed = (
        f"The nearest ids are {', '.join(list(near)[:_NAMED])}." if near else f"The first id is {ids[0]}."
    )
    raise DataError(
        f"no document '{wanted}' in this run", f"{listed} A number from 1 to {len(ids)} will do, too."
    )


def _documents(about: Mapping[str, Any], wanted: set[str]) -> tuple[dict[str, Document], list[str]]:
    """The documents as their reader reads them today, and why they cannot be read."""
    tree = Tree(about["config"])
    found: dict[str, Document] = {}
    try:
        reader = build.build_reader(tree, parse(tree).data)
        with user_code("data", "read()"):
            for row in reader.read():
                if isinstance(row, Document) and row.id in wanted:
                    found.setdefault(row.id, row)
                    if len(found) == len(wanted):
                        break
    except BenchError as e:
        cwd = about.get("environment", {}).get("cwd", "?")
        made_in = f"The run was made in {cwd}; its relative paths start there."
        return {}, [f"the article cannot be read: {' '.join(e.message.split())}", made_in]
    return found, []


def _changed(document: Document | None, entry: Mapping[str, Any]) -> list[str]:
    if document is None:
        return ["the article is not in the data any more"]
    if document.digest() != entry["digest"]:
        return ["the data have changed since the run: marks may stand in wrong places"]
    return []


def _summaries(
    about: Mapping[str, Any],
    made: Mapping[str, Mapping[cells.Cell, Mapping[str, Any]]],
    checks: _Checks,
    doc_id: str,
    sample: int | None,
) -> Iterator[Shown]:
    for label, records_ in made.items():
        asked = about["systems"][label].get("samples", 1)
        for n in range(asked) if sample is None else [sample] * (sample < asked):
            record = records_.get((label, doc_id, n))
            number = n if asked > 1 else None
            if record is None:
                yield Shown(label, number, None, "it was not made yet")
            elif record["status"] == "error":
                yield Shown(label, number, None, record["error"])
            else:
                cut = record["finish"] == "length"
                yield Shown(label, number, record["text"], "", cut, checks.get((doc_id, label, n), ()))


def _checks(run: Path, about: Mapping[str, Any], wanted: set[str]) -> _Checks:
    """What every metric says, in the order of the metrics."""
    columns = {
        label: tuple(
            Column(**{k: v for k, v in c.items() if k not in ("signature", "range")})
            for c in metric["columns"]
        )
        for label, metric in about["metrics"].items()
    }
    trust = {label: _trust(about["config"], label) for label in about["metrics"]}
    found: dict[tuple[str, str, int], list[Check]] = defaultdict(list)
    for r in records(run):
        if r.doc_id in wanted:
            check = Check(r.metric, columns[r.metric], r.score, r.error or "", trust[r.metric])
            found[r.doc_id, r.system, r.sample].append(check)
    return {key: tuple(checks) for key, checks in found.items()}


def _trust(config: Mapping[str, Any], label: str) -> str:
    """What the class of a metric says about how often it is right; nothing where it is not at hand."""
    try:
        use = config["metrics"][label]["use"]
        return str(getattr(resolve("metrics", use).cls, "trust", ""))
    except (BenchError, KeyError):
        return ""
