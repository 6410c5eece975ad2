"""``bench validate``, ``bench list`` and ``bench doctor``: look without running anything."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from bench.cli.options import Json, Offline, Set, go_offline


def validate(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG…", help="YAML files.")],
    data: Annotated[bool, typer.Option("--data", help="Also audit the documents and references.")] = False,
    settings: Set = [],  # noqa: B006
    offline: Offline = False,
) -> None:
    """Check configs without running them: keys, parameters, components, documents, needs."""
    from bench.cli.checks import audit_config, check_config
    from bench.cli.console import print_error
    from bench.core.errors import BenchError

    go_offline(offline)
    codes = []
    for path in configs:
        try:
            with redirect_stdout(sys.stderr):
                found = check_config(path, settings)
            typer.echo(f"{path}: ok: {found}")
            if data:
                codes.append(2 if audit_config(path, settings) else 0)
        except BenchError as e:
            print_error(e)
            codes.append(e.exit_code)
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
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for kind, entries in found.items():
            typer.echo(kind)
            width = max(len(name) for name in entries)
            for name, line in entries.items():
                typer.echo(f"  {name:<{width}}  {line}")
        typer.echo("\n`bench list NAME` shows the parameters of one.", err=True)
        return
    typer.echo(
        json.dumps(describe_as_json(what), ensure_ascii=False, indent=1) if as_json else describe(what)
    )


def doctor(as_json: Json = False) -> None:
    """Say what this installation can do: versions, optional packages, engines, the results folder."""
    from bench.cli.checks import diagnose

    rows, healthy = diagnose()
    if as_json:
        typer.echo(json.dumps({"healthy": healthy, "checks": rows}, ensure_ascii=False, indent=1))
    else:
        width = max(len(r["what"]) for r in rows)
        for r in rows:
            typer.echo(f"{r['state']:<7}  {r['what']:<{width}}  {r['detail']}")
    if not healthy:
        raise typer.Exit(4)
