"""``bench show``: one document of a run, with its summaries and what the metrics found in them."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli.console import terminal_width
from bench.cli.options import Json, Offline, go_offline

if TYPE_CHECKING:
    from bench.core.types import Document
    from bench.report.view import Check, Shown, View

_NAMED = 5  # ids in a message


def show(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="results/NAME (its latest complete run) or a run.")
    ],
    doc: Annotated[
        str, typer.Argument(metavar="DOC", help="An id, the beginning of one, or a number from 1.")
    ],
    system: Annotated[str | None, typer.Option(metavar="LABEL", help="Only this system, in full.")] = None,
    sample: Annotated[int | None, typer.Option(min=0, help="Only this sample, from 0.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The whole article and all columns.")] = False,
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Show one document: article, references, summaries, and what was found in them."""
    from bench.api import load
    from bench.report.render_show import render_show
    from bench.report.view import view_json

    go_offline(offline)
    view = view_of(load(run).path, doc, system, sample)
    if as_json:
        typer.echo(view_json(view))
        return
    width = terminal_width()
    typer.echo(render_show(view, width=width or 80, full=full, styled=width is not None), nl=False)


def view_of(run: Path, wanted: str, system: str | None = None, sample: int | None = None) -> "View":
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
    from bench.report.view import View
    from bench.runner import journal, manifest

    about = manifest.load(run)
    index = list(journal.read(run / "documents.jsonl", lambda r: [k for k in ("id", "digest") if k not in r]))
    at = _find(wanted, [entry["id"] for entry in index])
    entry = index[at]
    document, notes = _document(about, entry)
    return View(
        run=str(run),
        doc_id=entry["id"],
        number=at + 1,
        count=len(index),
        source=entry.get("source", ""),
        document=document,
        summaries=tuple(_summaries(run, about, entry["id"], system, sample)),
        notes=tuple(notes),
    )


def _find(wanted: str, ids: Sequence[str]) -> int:
    """An id before a number, and a number before the beginning of an id."""
    from bench.core.errors import DataError

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


def _document(about: Mapping[str, Any], entry: Mapping[str, Any]) -> "tuple[Document | None, list[str]]":
    """The document as its reader reads it today, and what is to be said about that."""
    from bench.config import build
    from bench.config.load import Tree
    from bench.config.parse import parse
    from bench.core.errors import BenchError, user_code
    from bench.core.types import Document

    tree = Tree(about["config"])
    try:
        reader = build.build_reader(tree, parse(tree).data)
        with user_code("data", "read()"):
            rows = (row for row in reader.read() if isinstance(row, Document))
            found = next((doc for doc in rows if doc.id == entry["id"]), None)
    except BenchError as e:
        cwd = about.get("environment", {}).get("cwd", "?")
        made_in = f"The run was made in {cwd}; its relative paths start there."
        return None, [f"the article cannot be read: {' '.join(e.message.split())}", made_in]
    if found is None:
        return None, ["the article is not in the data any more"]
    if found.digest() != entry["digest"]:
        return found, ["the data have changed since the run: marks may stand in wrong places"]
    return found, []


def _summaries(
    run: Path, about: Mapping[str, Any], doc_id: str, system: str | None, sample: int | None
) -> "list[Shown]":
    from bench.core.errors import ConfigError, nearest
    from bench.report.figures import counted
    from bench.report.view import Shown
    from bench.runner import cells

    systems = about["systems"]
    if system is not None and system not in systems:
        raise ConfigError(
            f"--system {system}: no such system{nearest(system, systems)}", f"Known: {', '.join(systems)}."
        )
    checks = _checks(run, about, doc_id)
    found = []
    for label in [system] if system else systems:
        asked = systems[label].get("samples", 1)
        made = cells.summaries(run, label)
        for n in range(asked) if sample is None else [sample] * (sample < asked):
            record = made.get((label, doc_id, n))
            number = n if asked > 1 else None
            if record is None:
                found.append(Shown(label, number, None, "it was not made yet"))
            elif record["status"] == "error":
                found.append(Shown(label, number, None, record["error"]))
            else:
                cut = record["finish"] == "length"
                found.append(Shown(label, number, record["text"], "", cut, checks.get((label, n), ())))
    if not found:
        most = max(systems[label].get("samples", 1) for label in ([system] if system else systems))
        who = f"{system} has" if system else "no system has more than"
        raise ConfigError(f"--sample {sample}: {who} {counted(most, 'sample')}", "They count from 0.")
    return found


def _checks(run: Path, about: Mapping[str, Any], doc_id: str) -> "dict[tuple[str, int], tuple[Check, ...]]":
    """(system, sample) → what every metric says, in the order of the metrics."""
    from bench.core.types import Column
    from bench.report.view import Check
    from bench.runner.records import records

    columns = {
        label: tuple(
            Column(**{k: v for k, v in c.items() if k not in ("signature", "range")})
            for c in metric["columns"]
        )
        for label, metric in about["metrics"].items()
    }
    trust = {label: _trust(about["config"], label) for label in about["metrics"]}
    found: dict[tuple[str, int], tuple[Check, ...]] = {}
    for r in records(run):
        if r.doc_id == doc_id:
            check = Check(r.metric, columns[r.metric], r.score, r.error or "", trust[r.metric])
            found[r.system, r.sample] = (*found.get((r.system, r.sample), ()), check)
    return found


def _trust(config: Mapping[str, Any], label: str) -> str:
    """What the class of a metric says about how often it is right; nothing where it is not at hand."""
    from bench.core.errors import BenchError
    from bench.core.registry import resolve

    try:
        use = config["metrics"][label]["use"]
        return str(getattr(resolve("metrics", use).cls, "trust", ""))
    except (BenchError, KeyError):
        return ""
