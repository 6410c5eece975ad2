"""``bench report``: the table of a run, in any format, and what failed in it."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.console import terminal_width
from bench.cli.options import Full, Json, commas


def report(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="results/NAME (its latest complete run) or a run.")
    ],
    formats: Annotated[
        list[str],
        typer.Option(
            "--format", metavar="md,csv,tex,json,html,svg,png,pdf", help="Write these files into the run."
        ),
    ] = [],  # noqa: B006
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="One format into this file; - is stdout.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="List the cells that failed.")] = False,
    agreement: Annotated[
        bool, typer.Option("--agreement", help="How far its checks agree, and where they differ most.")
    ] = False,
    full: Full = False,
    as_json: Json = False,
) -> None:
    """Print the table of a run; or write tables, a page that explains them, and charts."""
    from bench.api import load, write_formats
    from bench.api.charts import write_charts
    from bench.api.pages import page_of, write_page
    from bench.core.errors import ConfigError, nearest
    from bench.report.escape import json_text, visible
    from bench.report.formats import FORMATS
    from bench.report.plots.draw import KINDS, Kind

    found = load(run)
    wanted = commas(formats)
    for kind in wanted:
        if kind not in (known := (*FORMATS, "html", *KINDS)):
            raise ConfigError(f"unknown format '{kind}'{nearest(kind, known)}", f"Known: {', '.join(known)}.")
    if failed:
        rows = found.failures()
        if as_json:
            fields = ("doc_id", "system", "metric", "error")
            listed = [
                {k: getattr(f, k) for k in fields} | ({"sample": f.sample} if f.sample else {}) for f in rows
            ]
            typer.echo(json_text(listed))
            return
        for f in rows:
            what = (f.metric or "summary") + (f" of sample {f.sample}" if f.sample else "")
            typer.echo("\t".join(map(visible, (f.system, f.doc_id, what, f.error))))
        typer.echo(f"{len(rows)} failed" if rows else "nothing failed", err=True)
        return
    if agreement:
        from bench.report.checks_compared import compare_checks
        from bench.report.render_compared import compared_json, render_compared

        compared = compare_checks(found.table())
        width = terminal_width() or 120
        typer.echo(compared_json(compared) if as_json else render_compared(compared, width=width), nl=False)
        return
    if as_json:
        wanted, output = ["json"], Path("-")
    if output is not None:
        if len(wanted) != 1:
            raise ConfigError(f"--output takes one format, found {', '.join(wanted) or 'none'}")
        text = page_of(found) if wanted == ["html"] else found.render(wanted[0])
        if str(output) == "-":
            typer.echo(text, nl=not text.endswith("\n"))
            return
        try:
            output.write_text(text, "utf-8")
        except OSError as e:
            raise ConfigError(f"{output}: cannot be written: {e.strerror}") from e
        return
    if wanted:
        images: list[Kind] = [kind for kind in KINDS if kind in wanted]
        tables = [kind for kind in wanted if kind != "html" and kind not in images]
        for path in write_formats(found, tables) if tables else []:
            typer.echo(path)
        if "html" in wanted:
            typer.echo(write_page(found))
        for path in write_charts(found, images) if images else []:
            typer.echo(path)
        return
    typer.echo(found.text(full=full, width=terminal_width()))
    typer.echo(found.path)
