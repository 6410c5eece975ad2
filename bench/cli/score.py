"""``bench score``: files of outputs and references, or a run to which metrics are added."""

import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import options
from bench.cli.run import run_and_print

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.config.plan import Changes


def score(
    target: Annotated[
        Path | None, typer.Argument(metavar="[RUN|CONFIG]", help="A run directory, or the config of one.")
    ] = None,
    outputs: options.Outputs = [],  # noqa: B006 - typer reads the default
    references: options.References = None,
    metrics: options.Metrics = [],  # noqa: B006
    mapping: options.Map = [],  # noqa: B006
    where: options.Where = [],  # noqa: B006
    system_field: options.SystemField = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Add lead3, random3, copy and oracle.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="Of the experiment [the file's name].")] = None,
    limit: options.Limit = None,
    seed: options.Seed = None,
    settings: options.Set = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(help="Folder below which NAME/RUN is made [results].")] = None,
    save: options.Save = True,
    rerun: options.Rerun = False,
    shard: options.Shard = None,
    offline: options.Offline = False,
    full: options.Full = False,
) -> None:
    """Score summaries that are there: files of outputs (no config needed), or a run."""
    from bench.config.plan import Changes

    options.go_offline(offline)
    changes = Changes(settings, limit, seed)
    if target is not None:
        if outputs or references:
            what = "give a run, or --outputs and --references; not both"
            raise typer.BadParameter(f"{what} (each file of outputs has its own --outputs)")
        of_files = {
            "--map": mapping, "--where": where, "--system-field": system_field, "--baselines": baselines,
            "--name": name, "--no-save": not save, "--rerun": rerun,
        }  # fmt: skip
        if target.suffix in (".yaml", ".yml"):
            _refuse(of_files, "a config")
            _score_config(target, changes, options.commas(metrics), out or Path("results"), full, shard)
        else:
            _refuse(of_files | {"--out": out, "--limit": limit, "--seed": seed, "--shard": shard}, "a run")
            _score_run(target, changes, options.commas(metrics), full)
        return
    if not outputs or references is None:
        raise typer.BadParameter("needs --outputs FILE and --references FILE, or a run directory")
    _refuse({"--shard": shard}, "files")
    from bench.api import score_files
    from bench.config.quick import Files

    files = Files(
        outputs=outputs,
        references=references,
        mapping=options.pairs("--map", mapping),
        where=options.pairs("--where", where),
        system_field=system_field,
        metrics=options.commas(metrics) or ["rouge"],
        baselines=baselines,
        name=name,
    )
    with redirect_stdout(sys.stderr):
        plan = score_files(files, changes)
    if save:
        run_and_print(plan, out or Path("results"), rerun=rerun, full=full)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run_and_print(plan, Path(folder), full=full, keep=False)


def _refuse(options: "Mapping[str, object]", target: str) -> None:
    """Options that were given and would be ignored."""
    given = [name for name, value in options.items() if not (value is None or value is False or value == [])]
    if given:
        raise typer.BadParameter(f"{', '.join(given)}: not with {target}")


def _score_config(
    target: Path, changes: "Changes", metrics: list[str], out: Path, full: bool, shard: str | None
) -> None:
    from bench.config import build
    from bench.config.load import load
    from bench.config.parse import parse
    from bench.config.plan import apply, make_plan
    from bench.config.quick import with_metrics

    with redirect_stdout(sys.stderr):
        tree = build.located(*apply(with_metrics(load(target), metrics), changes))
        plan = make_plan(tree, parse(tree))
    run_and_print(plan, out, stages=("score",), full=full, shard=shard)


def _score_run(target: Path, changes: "Changes", metrics: list[str], full: bool) -> None:
    from bench.api import plan_of_run
    from bench.runner import directory

    run = directory.find(str(target)).resolve()
    with redirect_stdout(sys.stderr):
        plan = plan_of_run(run, changes, metrics)
    run_and_print(plan, run.parent.parent, stages=("score",), run=run, full=full)
