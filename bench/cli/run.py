"""``bench run`` and ``bench generate``, and how every verb that runs something ends."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import options
from bench.cli.console import terminal_width
from bench.cli.options import Full, Limit, Offline, OnlyMetrics, OnlyModels, Out, Rerun, Seed, Set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.api import Run
    from bench.config.plan import Changes
    from bench.runner.execute import Executor, Stage
    from bench.runner.plan import Plan
    from bench.runner.preview import Forecast
    from bench.runner.shards import Shard

Config = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="A YAML file, such as configs/quickstart.yaml.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


def run(
    config: Config,
    limit: Limit = None,
    seed: Seed = None,
    settings: Set = [],  # noqa: B006 - typer reads the default
    only_models: OnlyModels = [],  # noqa: B006
    only_metrics: OnlyMetrics = [],  # noqa: B006
    out: Out = Path("results"),
    rerun: Rerun = False,
    shard: options.Shard = None,
    executor: options.Executor = None,
    address: options.Address = None,
    worker_cpus: options.Cpus = 1.0,
    worker_gpus: options.Gpus = 0.0,
    offline: Offline = False,
    dry_run: DryRun = False,
    full: Full = False,
) -> None:
    """Summarise, score and print the table of a config. The same command goes on where it stopped."""
    options.go_offline(offline)
    changes = _changes(settings, limit, seed, only_models, only_metrics)
    ray = _executor(executor, address, worker_cpus, worker_gpus)
    plan = _plan(config, changes)
    if dry_run:
        _whole(shard, "--dry-run")
        preview(plan, out, rerun)
    else:
        run_and_print(plan, out, rerun=rerun, full=full, shard=shard, executor=ray)


def generate(
    config: Config,
    limit: Limit = None,
    seed: Seed = None,
    settings: Set = [],  # noqa: B006
    only_models: OnlyModels = [],  # noqa: B006
    out: Out = Path("results"),
    rerun: Rerun = False,
    shard: options.Shard = None,
    offline: Offline = False,
    dry_run: DryRun = False,
) -> None:
    """Only write the summaries of a config; ``bench score RUN`` or ``bench run CONFIG`` scores them."""
    options.go_offline(offline)
    plan = _plan(config, _changes(settings, limit, seed, only_models, []))
    if dry_run:
        _whole(shard, "--dry-run")
        preview(plan, out, rerun, scored=False)
    else:
        run_and_print(plan, out, stages=("generate",), rerun=rerun, shard=shard)


def run_and_print(
    plan: "Plan",
    out: Path,
    *,
    stages: "Sequence[Stage]" = ("generate", "score"),
    rerun: bool = False,
    full: bool = False,
    keep: bool = True,
    run: Path | None = None,
    shard: str | None = None,
    executor: "Executor | None" = None,
) -> None:
    """Execute a plan; the table goes to stdout, everything else to stderr. A shard prints no table.

    Raises:
        typer.Exit: 3 when cells are missing or too many failed.
        IncompleteError: nothing was scored.
        KeyboardInterrupt: the user asked to stop.
    """
    if shard is not None:
        if rerun:
            _whole(shard, "--rerun")
        if executor:
            _whole(shard, "--executor")
        _run_shard(plan, out, stages, shard)
        return
    done = executed(plan, out, stages=stages, rerun=rerun, keep=keep, run=run, executor=executor)
    outcome = done.outcome
    assert outcome is not None
    if outcome.table is not None:
        typer.echo(f"\n{done.text(full=full, width=terminal_width())}")
    if keep:
        tables = "   tables/leaderboard.{md,csv,tex,json}" if outcome.table is not None else ""
        typer.echo(f"{outcome.path}{tables}")
    say_failed(done, plan, keep=keep)
    if outcome.status == "partial" and outcome.table is not None:
        raise typer.Exit(3)
    if outcome.table is None and not outcome.summaries.within(plan.max_failed):
        raise typer.Exit(3)


def _run_shard(plan: "Plan", out: Path, stages: "Sequence[Stage]", text: str) -> None:
    """Execute a share of a plan and print where it lies.

    Raises:
        ConfigError: the text names no share.
        typer.Exit: 3 when cells are missing or too many failed.
    """
    from bench.cli.console import say
    from bench.report.figures import counted
    from bench.runner.shards import Shard

    shard = Shard.parse(text)
    part = shard.of(plan)
    done = executed(plan, out, stages=stages, shard=shard)
    outcome = done.outcome
    assert outcome is not None
    typer.echo(outcome.path)
    say_failed(done, part)
    if missing := outcome.summaries.missing:
        say(f"{counted(missing, 'summary', 'summaries')} lacking: bench generate makes them.")
    enough = outcome.summaries.within(part.max_failed)
    if not (enough if outcome.table is None else outcome.status == "complete"):
        raise typer.Exit(3)


def _executor(name: str | None, address: str | None, cpus: float, gpus: float) -> "Executor | None":
    if name is None:
        if address is not None:
            raise typer.BadParameter("--address: needs --executor ray")
        return None
    if name != "ray":
        raise typer.BadParameter(f"--executor {name}: known is ray")
    from bench.runner.on_ray import OnRay

    return OnRay(address, cpus, gpus)


def _whole(shard: str | None, option: str) -> None:
    """Refuse a shard together with an option that is for the whole run."""
    if shard is not None:
        raise typer.BadParameter(f"{option}: not with --shard")


def executed(
    plan: "Plan",
    out: Path,
    *,
    stages: "Sequence[Stage]" = ("generate", "score"),
    rerun: bool = False,
    keep: bool = True,
    run: Path | None = None,
    shard: "Shard | None" = None,
    executor: "Executor | None" = None,
) -> "Run":
    """Execute a plan, with its progress on stderr.

    Raises:
        IncompleteError: nothing was scored.
        KeyboardInterrupt: the user asked to stop.
    """
    from bench.api import check_scored, run_plan
    from bench.cli.console import Progress, say
    from bench.report.figures import counted

    say(_headline(plan))
    if shard is not None:
        say(f"  shard {shard}: {counted(len(shard.of(plan).dataset.documents), 'document')}")
    # What a user's model or metric prints is no result.
    with Progress() as progress, redirect_stdout(sys.stderr):
        done = run_plan(
            plan,
            out,
            stages=stages,
            rerun=rerun,
            watch=progress,
            argv=sys.argv,
            run=run,
            shard=shard,
            executor=executor,
        )
    assert done.outcome is not None
    if done.outcome.table is not None and shard is None:
        check_scored(done, keep)
    return done


def say_failed(done: "Run", plan: "Plan", *, keep: bool = True) -> None:
    """How many cells failed and why, on stderr; nothing where none did."""
    from bench.cli.console import say

    outcome = done.outcome
    assert outcome is not None
    for what, tally in (("summaries", outcome.summaries), ("scores", outcome.scores)):
        if tally.failed and (what == "summaries" or outcome.table is not None):
            share = f"{100 * tally.failed / tally.total:.1f} %, limit {100 * plan.max_failed:g} %"
            # A score fails with its summary, but not the other way round.
            failed = [f for f in done.failures() if what == "scores" or f.metric is None]
            say(f"{tally.failed} of {tally.total} {what} failed ({share}): {_why(failed)}.")
            listed = f"`bench report {outcome.path} --failed` lists them; the same command tries them again."
            if outcome.as_it_was:
                listed = "The run and its tables stay as they were; the same command tries again."
            say(f"They are in no mean. {listed if keep else ''}")
            break


def preview(plan: "Plan", out: Path, rerun: bool, scored: bool = True) -> None:
    """What a run would do, on stdout."""
    from bench.report.figures import counted
    from bench.runner import directory
    from bench.runner.component import asks
    from bench.runner.execute import CACHE, there
    from bench.runner.preview import forecast

    typer.echo(_headline(plan))
    run = None if rerun else directory.latest(out / plan.name, plan.digest())
    with redirect_stdout(sys.stderr):
        asked = forecast(plan, run, None if rerun else CACHE)
    summaries, scores = (0, 0) if rerun else there(plan, out)
    cells = plan.n_summaries
    left = counted(cells - summaries, "summary", "summaries")
    have = f"{summaries:,}"
    typer.echo(f"  systems: {', '.join(s.label for s in plan.systems)}")
    if scored:
        typer.echo(f"  metrics: {', '.join(m.label for m in plan.metrics)}")
        left += f", {counted(cells * len(plan.metrics) - scores, 'score')}"
        have += f" and {scores:,}"
    left += "" if asked else ", 0 questions to a model"
    typer.echo(f"  to do:   {left}{f' ({have} are there)' if summaries else ''}")
    if not rerun:
        typer.echo("           less what earlier runs of the experiment have already")
    for label, expected in asked.items():
        for line in _questions(label, expected):
            typer.echo(f"  {line}")
    for metric in plan.metrics if scored else ():
        if asks(metric.component, "score"):
            typer.echo(f"  {metric.label}: asks about the summaries, so that its questions cannot be counted")
    typer.echo(f"  into:    {run or out / plan.name / f'<time>-{plan.digest()}'}")


def _questions(label: str, asked: "Forecast") -> "Iterator[str]":
    """What one system would ask, and why some of its cells would fail."""
    from bench.report.figures import counted
    from bench.runner.execute import CACHE

    parts = [f"{counted(asked.prompts, 'prompt')}{'' if asked.final else ' in the first round'}"]
    if asked.prompts:
        about = "" if asked.exact else "about "
        parts.append(f"{about}{asked.input_tokens:,} tokens to read")
        parts.append(f"at most {asked.most_output:,} to write")
    if asked.cost is not None:
        parts.append(f"at most {asked.cost:,.4f} to pay")
    if asked.known:
        parts.append(f"{counted(asked.known, 'answer')} in {CACHE}")
    yield f"{label}: {', '.join(parts)}"
    for why, n in sorted(asked.failing.items()):
        yield f"{label}: {counted(n, 'summary', 'summaries')} would fail: {why}"


def _headline(plan: "Plan") -> str:
    from bench.report.figures import counted

    dataset = plan.dataset
    data = f"{counted(len(dataset.documents), 'document')} ({plan.source}, {dataset.fingerprint[:8]})"
    bad = f", {counted(len(dataset.bad_rows), 'bad row')} skipped" if dataset.bad_rows else ""
    systems, metrics = counted(len(plan.systems), "system"), counted(len(plan.metrics), "metric")
    return f"{plan.name}: {data}{bad}, {systems}, {metrics}"


def _why(failed: "Sequence[object]") -> str:
    from collections import Counter

    reasons = Counter(str(getattr(f, "error", "")) for f in failed)
    shown = [f"{n} × {text}" for text, n in reasons.most_common(3)]
    return "; ".join(shown) + ("; …" if len(reasons) > 3 else "")


def _changes(
    settings: list[str], limit: int | None, seed: int | None, models: list[str], metrics: list[str]
) -> "Changes":
    from bench.config.plan import Changes

    return Changes(settings, limit, seed, options.commas(models), options.commas(metrics))


def _plan(config: Path, changes: "Changes") -> "Plan":
    from bench.config.plan import make_plan, read_config

    with redirect_stdout(sys.stderr):
        return make_plan(*read_config(config, changes))
