"""``bench compare``: systems against a baseline, or a run against an older one."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli.console import terminal_width
from bench.cli.options import Json, Offline, commas, go_offline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.report.changes import Change


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN[:LABEL]", help="results/NAME (its latest complete run), NAME@DIGEST or a run."
        ),
    ],
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="[RUN:]LABEL", help="Compare all with this system [compare.baseline, else the first]."
        ),
    ] = None,
    columns: Annotated[
        list[str],
        typer.Option(
            metavar="NAME[,…]", help="Only these, such as rougeLsum [compare.columns, else all shown]."
        ),
    ] = [],  # noqa: B006 - typer reads the default
    formats: Annotated[
        list[str], typer.Option("--format", metavar="md,csv,tex,json", help="Write these files into the run.")
    ] = [],  # noqa: B006
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="One format into this file; - is stdout.")
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, metavar="K", help="The K biggest wins and losses, with their texts.")
    ] = 0,
    changes: Annotated[
        bool, typer.Option("--changes", help="What differs between two runs: config, data, versions.")
    ] = False,
    on_common: Annotated[
        bool, typer.Option("--on-common", help="Compare on the documents that are the same in all runs.")
    ] = False,
    test: Annotated[str | None, typer.Option(metavar="permutation|bootstrap", help="What gives p.")] = None,
    correct: Annotated[
        str | None, typer.Option(metavar="holm|bh|none", help="How p is adjusted for many comparisons.")
    ] = None,
    offline: Offline = False,
    full: Annotated[
        bool, typer.Option("--full", help="Also effect sizes, p unadjusted, signatures; texts uncut.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say which systems differ, by how much, and how surely.

    One run: its systems against the baseline. Several: each system against the one of the same label in
    the first run. OLD:bart NEW:bart, or --baseline OLD:bart, compares with a single system.
    """
    from bench.api import changes_between, compare, write_comparison
    from bench.core.errors import ConfigError, DataError, IncompleteError
    from bench.report.adjust import CORRECTIONS
    from bench.report.formats import VERSUS
    from bench.report.paired import TESTS
    from bench.report.render_versus import render_versus

    go_offline(offline)
    kinds = ["json"] if as_json else commas(formats)
    for kind in kinds:
        _known("--format", kind, VERSUS)
    if as_json and output is None:
        output = Path("-")
    if output is not None and len(kinds) != 1:
        raise ConfigError(f"--output takes one format, found {', '.join(kinds) or 'none'}")
    how: dict[str, Any] = {
        "test": _known("--test", test, TESTS),
        "correct": _known("--correct", correct, CORRECTIONS),
    }
    differences = changes_between(*runs, baseline=baseline) if changes else None
    try:
        found = compare(
            *runs, baseline=baseline, columns=commas(columns), on_common=on_common, examples=examples, **how
        )
    except (DataError, IncompleteError):
        # Runs that cannot be compared are those of which one wants to know what changed.
        if differences is not None:
            typer.echo(_changes(differences, as_json), nl=False)
        raise
    found = replace(found, changes=differences)
    if str(output) == "-":
        typer.echo(VERSUS[kinds[0]](found), nl=False)
    elif output is not None:
        try:
            output.write_text(VERSUS[kinds[0]](found), "utf-8")
        except OSError as e:
            raise ConfigError(f"{output}: cannot be written: {e.strerror}") from e
    elif kinds:
        for path in write_comparison(found, runs, kinds, baseline=baseline):
            typer.echo(path)
    else:
        width = terminal_width()
        typer.echo(render_versus(found, width=width or 80, full=full, styled=width is not None), nl=False)


def _changes(differences: "Sequence[Change]", as_json: bool) -> str:
    from bench.report.render_versus_below import render_changes
    from bench.report.render_versus_data import changes_json

    return changes_json(differences) if as_json else render_changes(differences, width=terminal_width() or 80)


def _known(option: str, value: str | None, known: "Iterable[str]") -> str | None:
    from bench.core.errors import ConfigError, nearest

    if value is not None and value not in known:
        names = ", ".join(known)
        raise ConfigError(f"{option} {value}: no such choice{nearest(value, known)}", f"Known: {names}.")
    return value
