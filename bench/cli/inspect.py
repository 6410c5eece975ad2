"""``bench validate``, ``bench list`` and ``bench doctor``: look without running anything."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.cli.options import Json, Offline, Set, go_offline
from bench.report.escape import json_text


def validate(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG…", help="YAML files.")],
    data: Annotated[bool, typer.Option("--data", help="Also audit the documents and references.")] = False,
    against: Annotated[
        str | None,
        typer.Option(metavar="CONFIG|PATH", help="With --data: what they share with another set."),
    ] = None,
    settings: Set = [],  # noqa: B006
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Check configs without running them: keys, parameters, components, documents, needs."""
    from bench.cli.audit import audit_config, audit_json, audit_text
    from bench.cli.checks import check_config
    from bench.cli.console import print_error
    from bench.core.errors import BenchError

    if against is not None and not data:
        raise typer.BadParameter("--against compares documents: give --data, too")
    go_offline(offline)
    codes, said = [], []
    for path in configs:
        about: dict[str, Any] = {"config": str(path), "ok": None, "error": None}
        said.append(about)
        try:
            with redirect_stdout(sys.stderr):
                about["ok"] = check_config(path, settings)
            if not as_json:
                typer.echo(f"{path}: ok: {about['ok']}")
            if data:
                found = audit_config(path, settings, against)
                about |= audit_json(found)
                codes.append(2 if found.wrong else 0)
                if not as_json:
                    typer.echo(audit_text(found))
        except BenchError as e:
            about["error"] = e.message
            print_error(e)
            codes.append(e.exit_code)
    if as_json:
        typer.echo(json_text(said))
    if any(codes):
        raise typer.Exit(max(codes))


def list_(
    what: Annotated[
        str | None, typer.Argument(metavar="[KIND|NAME]", help="data, models, metrics, or one component.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the components that a config can name, or describe one with its parameters."""
    from bench.cli.describe import catalogue, describe, describe_as_json
    from bench.core.registry import KINDS

    if what is None or what in KINDS:
        found = catalogue([what] if what else list(KINDS))
        if as_json:
            typer.echo(json_text(found))
            return
        for kind, entries in found.items():
            typer.echo(kind)
            width = max(len(name) for name in entries)
            for name, line in entries.items():
                typer.echo(f"  {name:<{width}}  {line}")
        typer.echo("\n`bench list NAME` shows the parameters of one.", err=True)
        return
    typer.echo(json_text(describe_as_json(what)) if as_json else describe(what))


def doctor(as_json: Json = False) -> None:
    """Say what this installation can do: versions, optional packages, engines, the results folder."""
    from bench.cli.checks import diagnose

    rows, healthy = diagnose()
    if as_json:
        typer.echo(json_text({"healthy": healthy, "checks": rows}))
    else:
        width = max(len(r["what"]) for r in rows)
        for r in rows:
            typer.echo(f"{r['state']:<7}  {r['what']:<{width}}  {r['detail']}")
    if not healthy:
        raise typer.Exit(4)
