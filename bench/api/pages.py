"""The page of a run: what is read and computed for it."""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.api.runs import Run, options
from bench.api.views import views
from bench.config.plan import to_yaml
from bench.config.schema import Compare
from bench.core.types import ScoreTable
from bench.report.leaderboard import headline, leaderboard
from bench.report.page.content import Content, Made
from bench.report.page.page import page
from bench.report.page.pairs import all_pairs
from bench.report.page.sample import sampled
from bench.report.plots.means import TrendPoint
from bench.report.ranks import Standing, standings
from bench.report.versus import How
from bench.report.view import View
from bench.runner import directory, manifest
from bench.runner.execute import write_derived

NAME = "report.html"
# Of English text these make about eight million bytes of the page.
_CHARACTERS = 15_000_000


def page_of(finished: Run) -> str:
    """The page of a run as HTML; one run gives the same bytes every time.

    Raises:
        SetupError: jinja2 or vl-convert are not installed.
        StoreError: the run cannot be read.
    """
    return page(content_of(finished))


def write_page(finished: Run) -> Path:
    """Write the page into the run directory; returns where it is.

    Raises:
        SetupError: jinja2 or vl-convert are not installed.
        StoreError: the run cannot be read or written.
    """
    text = page_of(finished).encode()
    write_derived(finished.path, lambda _: {NAME: text})
    return finished.path / NAME


def content_of(finished: Run) -> Content:
    """Read and compute what the page of a run shows.

    Raises:
        StoreError: the run cannot be read.
    """
    about = manifest.load(finished.path)
    said = Compare.model_validate(about["config"].get("compare", {}))
    how = How(said.alpha, said.resamples, said.seed, said.test, said.correct, 0)
    table = finished.table()
    board = leaderboard(table, **options(about["config"]))
    shown, rule = _sampled_views(finished.path, table)
    return Content(
        status=about["status"],
        created=about["created"],
        source=str(about["data"].get("source", "")),
        board=board,
        table=table,
        standings=_standings(table, how),
        pairs=all_pairs(table, board, how),
        views=tuple(shown),
        sampling=rule,
        made=_made(about),
        trend=tuple(_trend(finished.path, table)),
    )


def _sampled_views(run: Path, table: ScoreTable) -> tuple[list[View], str]:
    """The documents that can be read in the page; of very long ones fewer."""
    ids, rule = sampled(table)
    found = views(run, ids)
    size = sum(map(_characters, found))
    if size > _CHARACTERS:
        summaries = sum(len(view.summaries) for view in found)
        ids, rule = sampled(table, most=int(summaries * _CHARACTERS / size))
        kept = set(ids)
        found = [view for view in found if view.doc_id in kept]
    return found, rule


def _characters(view: View) -> int:
    return len(view.document.text if view.document else "") + sum(len(s.text or "") for s in view.summaries)


def _standings(table: ScoreTable, how: How) -> tuple[Standing, ...]:
    column = headline(table)
    if column is None:
        return ()
    return standings(
        table,
        column.id,
        alpha=how.alpha,
        resamples=how.resamples,
        seed=how.seed,
        test=how.test,
        correct=how.correct,
    )


def _made(about: Mapping[str, Any]) -> Made:
    argv = about.get("argv") or ["bench", "run", "config.yaml"]
    return Made(
        command=shlex.join(["bench", *argv[1:]]),
        facts=tuple(_facts(about)),
        backends=tuple(_backends(about)),
        versions=tuple(sorted(about.get("environment", {}).get("packages", {}).items())),
        config=tuple(to_yaml(about["config"]).splitlines()),
        notes=tuple(about.get("notes", ())),
    )


def _facts(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    environment, data = about.get("environment", {}), about["data"]
    yield "begun", about["created"]
    if finished := about.get("finished"):
        yield "finished", finished
    yield "status", about["status"]
    yield "digest", about["digest"]
    yield "documents", f"{data['documents']:,} from {data.get('source', '?')}"
    yield "fingerprint of the data", data.get("fingerprint", "")
    yield "seeds", _seeds(about["config"])
    if git := environment.get("git"):
        yield "commit", git["commit"] + (", with uncommitted changes" if git["dirty"] else "")
    yield "Python", environment.get("python", "")
    yield "machine", f"{environment.get('platform', '')}, {environment.get('cpus', '?')} CPUs"


def _seeds(config: Mapping[str, Any]) -> str:
    """Of the statistics, and whatever else the config says; a seed left at its default is in a signature."""

    def found(value: Any, path: tuple[str, ...]) -> Iterator[str]:
        for key, inner in value.items() if isinstance(value, Mapping) else ():
            if key == "seed":
                yield f"{'.'.join(path)} {inner}"
            else:
                yield from found(inner, path if key == "with" else (*path, str(key)))

    others = {key: value for key, value in config.items() if key != "compare"}
    return ", ".join([f"statistics {config.get('compare', {}).get('seed', 0)}", *found(others, ())])


def _backends(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for signature, ways in about.get("backends", {}).items():
        for way in ways:
            yield signature, ", ".join(f"{key} {value}" for key, value in way.items())


def _trend(run: Path, table: ScoreTable) -> Iterator[TrendPoint]:
    """The headline column as the tables of the experiment's runs have it, where it means the same."""
    column = headline(table)
    every = directory.runs(run.parent)
    if column is None or len(every) < 2:
        return
    for path, about in every:
        try:
            found = json.loads((path / "tables" / "leaderboard.json").read_bytes())
        except (OSError, ValueError):
            continue  # never finished, or damaged: its numbers are nowhere
        signatures = {c["id"]: c["signature"] for c in found["columns"]}
        if signatures.get(column.id) != column.signature:
            continue
        for system in found["systems"]:
            cell = system["scores"][column.id]
            if cell["mean"] is not None and not system["apart"]:
                yield TrendPoint(about["created"], system["label"], cell["mean"], cell["lo"], cell["hi"])
