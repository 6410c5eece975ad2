"""Runs: from a config to a directory of results, and from a directory to tables.

Plan → run → table → files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.api.comparing import compare, comparison_of
from bench.config.load import Tree
from bench.config.plan import Changes, apply, make_plan, read_config, to_yaml
from bench.config.quick import Files, config_for, with_metrics
from bench.core.errors import ConfigError, DataError, IncompleteError, nearest
from bench.core.types import Record, ScoreTable
from bench.report.board import Leaderboard
from bench.report.formats import FORMATS, VERSUS
from bench.report.leaderboard import leaderboard
from bench.report.render_text import render_text
from bench.report.versus import Versus
from bench.runner import directory, manifest
from bench.runner.execute import Executor, Outcome, Stage, execute, write_derived
from bench.runner.parquet import scores_parquet
from bench.runner.plan import Plan
from bench.runner.records import records
from bench.runner.shards import Shard
from bench.runner.table import Failure, failures, load_table
from bench.runner.watch import Watch

TABLES = ("md", "csv", "tex", "json")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished or partial run on disk.

    Attributes:
        path: Its directory.
        outcome: How it ended, when this process ran it.
        board: Its leaderboard, when this process made it.
    """

    path: Path
    outcome: Outcome | None = None
    board: Leaderboard | None = None

    def table(self) -> ScoreTable:
        """Every value: systems × columns × documents."""
        return (self.outcome and self.outcome.table) or load_table(self.path)

    def leaderboard(self) -> Leaderboard:
        """Means, intervals and what is best, as the tables show them."""
        return self.board or leaderboard(self.table(), **options(manifest.load(self.path)["config"]))

    def compare(self, system: str, baseline: str | None = None, columns: Sequence[str] = ()) -> Versus:
        """One system against another one, by default against ``compare.baseline``, else the first.

        See :func:`bench.compare` for all systems, and for other runs.
        """
        return compare(f"{self.path}:{system}", baseline=baseline, columns=columns)

    def __fspath__(self) -> str:
        return str(self.path)

    def text(self, *, full: bool = False, width: int | None = None) -> str:
        """The leaderboard for people: styled for a terminal of ``width`` cells, plain when None."""
        return render_text(self.leaderboard(), width=width or 120, full=full, styled=width is not None)

    def render(self, kind: str = "txt") -> str:
        """The leaderboard as ``txt``, ``md``, ``csv``, ``tex`` or ``json``.

        Raises:
            ConfigError: another format.
        """
        return render(self.leaderboard(), kind)

    def records(self) -> Iterator[Record]:
        """Every score cell, with reasons and findings."""
        return records(self.path)

    def failures(self) -> list[Failure]:
        """Cells that failed, with their errors."""
        return list(self.outcome.failures) if self.outcome else failures(self.path)


def run(
    config: str | Path,
    *,
    settings: Sequence[str] = (),
    limit: int | None = None,
    seed: int | None = None,
    only_models: Sequence[str] = (),
    only_metrics: Sequence[str] = (),
    out: str | Path = "results",
    rerun: bool = False,
    watch: Watch | None = None,
) -> Run:
    """Summarise, score and write the tables of a config; go on where an earlier run stopped.

    Args:
        config: A YAML file.
        settings: Overrides such as ``"models.lead3.with.sentences=2"``.
        limit: Only the first documents.
        seed: For the sample, the statistics and every component that has a seed.
        only_models: Labels of the systems to keep.
        only_metrics: Labels of the metrics to keep.
        out: Folder below which ``<name>/<run>`` is made.
        rerun: Start afresh, copying nothing from earlier runs.
        watch: Told about progress.

    Raises:
        BenchError: see :mod:`bench.core.errors`.
    """
    changes = Changes(settings, limit, seed, only_models, only_metrics)
    plan = make_plan(*read_config(Path(config), changes))
    return run_plan(plan, Path(out), rerun=rerun, watch=watch)


def run_plan(
    plan: Plan,
    out: Path,
    *,
    stages: Sequence[Stage] = ("generate", "score"),
    rerun: bool = False,
    watch: Watch | None = None,
    argv: Sequence[str] = (),
    run: Path | None = None,
    shard: Shard | None = None,
    executor: Executor | None = None,
) -> Run:
    """Execute a plan below ``out``, or in the directory ``run``, and write its tables.

    A ``shard`` of it writes no tables. The outcome says whether it is complete.
    """
    boards = []
    if not rerun:
        there = run or directory.latest(out / plan.name, plan.digest())
        plan = _with_kept(
            plan, directory.shard(there, shard.number, shard.count) if there and shard else there
        )

    def derive(table: ScoreTable) -> dict[str, bytes]:
        boards.append(leaderboard(table, **options(plan.config)))
        files = _tables(boards[0], TABLES) | {"scores.parquet": scores_parquet(table)}
        compared = comparison_of(table, plan.config)
        return files | ({"tables/comparisons.csv": VERSUS["csv"](compared).encode()} if compared else {})

    outcome = execute(
        plan,
        out,
        stages=stages,
        rerun=rerun,
        run=run,
        shard=shard,
        executor=executor,
        watch=watch,
        argv=argv,
        derive=None if shard else derive,
    )
    return Run(outcome.path, outcome, boards[0] if boards else None)


def _with_kept(plan: Plan, run: Path | None) -> Plan:
    """The plan with the metrics that its run has from earlier commands, which this one leaves alone."""
    if run is None or not (run / manifest.NAME).exists():
        return plan
    about = manifest.load(run)
    mine = {m.label for m in plan.metrics}
    kept = {k: v for k, v in about["config"].get("metrics", {}).items() if k not in mine}
    config = {**plan.config, "metrics": {**plan.config.get("metrics", {}), **kept}}
    kept_labels = tuple(k for k in about["metrics"] if k not in mine)
    return replace(plan, kept=kept_labels, config=config, config_text=to_yaml(config))


def _tables(board: Leaderboard, kinds: Sequence[str]) -> dict[str, bytes]:
    return {f"tables/leaderboard.{kind}": render(board, kind).encode() for kind in kinds}


def render(board: Leaderboard, kind: str) -> str:
    """A leaderboard in one of the formats.

    Raises:
        ConfigError: an unknown format.
    """
    if kind not in FORMATS:
        raise ConfigError(f"unknown format '{kind}'{nearest(kind, FORMATS)}", f"Known: {', '.join(FORMATS)}.")
    return FORMATS[kind](board)


def write_formats(finished: Run, kinds: Sequence[str]) -> list[Path]:
    """Write tables into a run directory; returns their paths.

    Raises:
        ConfigError: an unknown format.
        StoreError: the directory cannot be written.
    """
    how = options(manifest.load(finished.path)["config"])
    write_derived(finished.path, lambda table: _tables(leaderboard(table, **how), kinds))
    return [finished.path / f"tables/leaderboard.{kind}" for kind in kinds]


def load(where: str | Path) -> Run:
    """A run by its path, its experiment's folder (the latest complete one), or ``folder@digest``.

    Raises:
        DataError: there is none.
    """
    return Run(directory.find(str(where)))


def score_files(files: Files, changes: Changes) -> Plan:
    """The plan of ``bench score`` for files of outputs and references."""
    return make_plan(*apply(config_for(files), changes))


def plan_of_run(where: Path, changes: Changes, metrics: Sequence[str] = ()) -> Plan:
    """The plan of a run that is there, with further metrics; its data must not have changed.

    Raises:
        ConfigError: another name than the run's, or different metrics that would have one label.
        DataError: the documents are not those of the run.
    """
    about = manifest.load(where)
    config = about["config"]
    tree, experiment = apply(with_metrics(Tree(config), metrics), changes)
    if experiment.name != config["name"]:
        raise ConfigError(f"name: a run keeps its own, which is '{config['name']}'", "Leave --set name out.")
    made_in = f"The run was made in {about['environment']['cwd']}; its relative paths start there."
    # The models need not be at hand, as long as they are what they were.
    recorded = {
        label: system["signature"]
        for label, system in about["systems"].items()
        if tree.data["models"].get(label) == config["models"].get(label)
    }
    try:
        plan = make_plan(tree, experiment, recorded)
    except DataError as e:
        raise DataError(e.message, made_in) from e
    if plan.digest() != about["digest"]:
        raise DataError(
            "the documents or systems are not those of this run any more",
            f"{made_in} If they did change, run the config again to make a new run.",
            file=str(where),
        )
    return plan


def options(config: Mapping[str, Any]) -> dict[str, Any]:
    """How the tables of a config compare systems: keyword arguments of ``leaderboard``."""
    known = ("alpha", "resamples", "seed", "test", "correct")
    return {k: v for k, v in config.get("compare", {}).items() if k in known}


def check_scored(finished: Run, keep: bool = True) -> None:
    """Refuse a run in which nothing was scored; ``keep``: its directory will be there afterwards.

    Raises:
        IncompleteError: no cell has a value.
    """
    table = finished.table()
    if not any(s.n_summaries or s.n_errors for s in table.systems):
        raise IncompleteError(
            "nothing was scored: there are no summaries",
            "bench generate CONFIG makes them, bench run CONFIG makes and scores them.",
        )
    if not any(v == v for cell in table.cells.values() for v in cell.values):  # NaN: no value
        # A failure says more than the reason of a value that does not apply.
        reasons = {f.error for f in finished.failures()}
        reasons = reasons or {r for cell in table.cells.values() for r in cell.reasons}
        raise IncompleteError(
            "nothing was scored" + (f": {min(reasons)}" if reasons else ""),
            f"bench report {finished.path} --failed lists the failures." if keep else "",
        )
