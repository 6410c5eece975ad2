"""``bench show``: one document of a run, with its summaries and what the metrics found in them."""

from typing import Annotated

import typer

from bench.cli.console import terminal_width
from bench.cli.options import Json, Offline, go_offline


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
    from bench.api import load, view_of
    from bench.report.render_show import render_show
    from bench.report.view import view_json

    go_offline(offline)
    view = view_of(load(run).path, doc, system, sample)
    if as_json:
        typer.echo(view_json(view))
        return
    width = terminal_width()
    typer.echo(render_show(view, width=width or 80, full=full, styled=width is not None), nl=False)
