"""``bench score``: files of outputs and references, or a run to which metrics are added."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bench.cli import options
from bench.cli.options import Full, Limit, Offline, Out, Rerun, Seed, Set
from bench.cli.run import run_and_print


def score(
    target: Annotated[
        Path | None, typer.Argument(metavar="[RUN|CONFIG]", help="A run directory, or the config of one.")
    ] = None,
    outputs: Annotated[
        list[str],
        typer.Option("--outputs", "--candidates", metavar="FILE", help="Summaries: JSONL, CSV or lines."),
    ] = [],  # noqa: B006
    references: Annotated[
        str | None, typer.Option(metavar="FILE", help="References, perhaps with their documents.")
    ] = None,
    metrics: Annotated[
        list[str], typer.Option(metavar="NAME[,…]", help="rouge,length,extractive or ./file.py:Class.")
    ] = [],  # noqa: B006
    mapping: Annotated[
        list[str], typer.Option("--map", metavar="KEY=FIELD", help="Name of a field, e.g. document=article.")
    ] = [],  # noqa: B006
    where: Annotated[
        list[str], typer.Option(metavar="FIELD=VALUE", help="Only these rows, e.g. dataset=cnndm.")
    ] = [],  # noqa: B006
    system_field: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Field of the outputs that names the system [system].")
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Add lead3, random3, copy and oracle.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="Of the experiment [the file's name].")] = None,
    limit: Limit = None,
    seed: Seed = None,
    settings: Set = [],  # noqa: B006
    out: Out = Path("results"),
    save: Annotated[bool, typer.Option("--save/--no-save", help="Keep the run below --out.")] = True,
    rerun: Rerun = False,
    offline: Offline = False,
    full: Full = False,
) -> None:
    """Score summaries that are there: files of outputs (no config needed), or a run."""
    from bench.config.plan import Changes

    options.go_offline(offline)
    changes = Changes(settings, limit, seed)
    if target is not None:
        if outputs or references:
            raise typer.BadParameter("give a run, or --outputs and --references; not both")
        _score_run(target, changes, options.commas(metrics), out, full)
        return
    if not outputs or references is None:
        raise typer.BadParameter("needs --outputs FILE and --references FILE, or a run directory")
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
    plan = score_files(files, changes)
    if save:
        run_and_print(plan, out, rerun=rerun, full=full)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run_and_print(plan, Path(folder), full=full, keep=False)


def _score_run(target: Path, changes: "object", metrics: list[str], out: Path, full: bool) -> None:
    from bench.api import plan_of_run
    from bench.config.plan import Changes, make_plan, read_config
    from bench.runner import directory

    assert isinstance(changes, Changes)
    if target.suffix in (".yaml", ".yml"):
        more = [f"metrics.{m.rpartition(':')[2]}.use={m}" for m in metrics]
        tree, experiment = read_config(
            target, Changes([*changes.settings, *more], changes.limit, changes.seed)
        )
        run_and_print(make_plan(tree, experiment), out, stages=("score",), full=full)
        return
    run = directory.find(str(target))
    plan = plan_of_run(run, changes, metrics)
    run_and_print(plan, run.parent.parent, stages=("score",), full=full)
