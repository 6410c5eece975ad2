"""Gates: a run is saved as a baseline, or judged against one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.api.runs import Run, check_scored, run_plan
from bench.api.views import views
from bench.config.build import build_metrics
from bench.config.plan import Changes, make_plan, read_config
from bench.config.schema import Compare, Limits
from bench.config.schema import Gate as Asked
from bench.core.errors import ConfigError, DataError, IncompleteError, nearest
from bench.core.types import FAILED, ColumnInfo, ScoreTable, SystemInfo
from bench.report.columns import compared_columns
from bench.report.figures import counted
from bench.report.gate import Gate
from bench.report.gate_decide import decide, paired
from bench.report.leaderboard import headline
from bench.report.versus import How
from bench.runner import baselines, manifest
from bench.runner.baselines import Baseline
from bench.runner.measured import measured
from bench.runner.plan import Plan


@dataclass(frozen=True, slots=True)
class Saved:
    """A baseline that was written, and what it replaced: the run of the one before, or None."""

    path: Path
    columns: tuple[str, ...]
    systems: tuple[str, ...]
    replaced: str | None


def save_baseline(run: Run, name: str, results: str | Path = "results") -> Saved:
    """Keep the values of a run as ``<results>/baselines/<name>.jsonl``; one of that name is replaced.

    Kept are the systems that are not apart, and the columns that tables show and rank by or that the
    config gates.

    Raises:
        ConfigError: a name that is no file name, or no column to keep.
        IncompleteError: the run is not complete, or nothing was scored.
        StoreError: the run cannot be read or the baseline cannot be written.
    """
    about = manifest.load(run.path)
    table = run.table()
    check_scored(run)
    if lacking := incomplete(run):
        raise IncompleteError(f"{run.path}: {lacking}", "A baseline is of a complete run.")
    ranked = [c.id for c in table.columns if c.column.shown and c.column.better != "none"]
    columns = dict.fromkeys([*ranked, *margins(about["config"], table)])
    folder = Path(results) / baselines.FOLDER
    known = name in baselines.names(folder)
    before = baselines.made_from(baselines.find(folder, name)) if known else None
    kept = measured(run.path, table, columns)
    _check_systems(kept)
    said = {"created": about["created"], "fingerprint": about["data"]["fingerprint"], "run": run.path.name}
    path = baselines.save(folder, name, kept, said)
    return Saved(path, tuple(columns), tuple(s.label for s in kept.systems), before)


def gate(run: Run, against: str, *, results: str | Path = "results", only_models: Sequence[str] = ()) -> Gate:
    """Judge a run against a baseline: by the columns, margins and tests of the run's own config.

    Args:
        run: A run that is complete, or of which too many cells failed.
        against: Name of a baseline, or its file.
        results: Folder that has the folder of the baselines.
        only_models: Only these systems; else all that the baseline has must be there.

    Raises:
        ConfigError: no such baseline, system or column.
        DataError: other documents, systems or metrics than those of the baseline.
        IncompleteError: the run is not finished, or nothing can be compared.
        StoreError: the baseline or the run cannot be read.
    """
    about = manifest.load(run.path)
    old = baselines.load(baselines.find(Path(results) / baselines.FOLDER, against))
    check_scored(run)
    table = run.table()
    wanted = margins(about["config"], table)
    _check_columns(old, wanted)
    _check_labels(old, table, only_models)
    said = Compare.model_validate(about["config"].get("compare", {}))
    known = {s.label for s in old.table.systems}
    # One that has become apart, by another model under its label, is judged all the same.
    judged = only_models or [s.label for s in table.systems if s.label in known or not s.apart]
    new = measured(run.path, table, wanted, judged)
    _check_systems(new)
    _check_finished(run, table, new)
    found = decide(
        old.table,
        new,
        wanted,
        baseline=old.name,
        max_broken=Asked.model_validate(about["config"].get("gate", {})).max_broken,
        how=How(said.alpha, said.resamples, said.seed, said.test, said.correct, 0),
    )
    if not found.verdicts:
        raise DataError(f"nothing to gate: no system of this run is in '{old.name}'")
    if all(v.comparison is None for v in found.verdicts) and not found.regressed:
        raise IncompleteError("nothing can be compared: no document has a value before and now")
    return _titled(found, run.path)


def gated_cells(
    config: str | Path, against: str, *, results: str | Path = "results"
) -> dict[str, tuple[str, ...]]:
    """System → ids of the columns that :func:`gate` will judge a run of a config by; nothing is run.

    Raises:
        BenchError: as the gate itself.
    """
    tree, experiment = read_config(Path(config), Changes())
    old = baselines.load(baselines.find(Path(results) / baselines.FOLDER, against))
    metrics = build_metrics(tree, experiment.metrics)
    infos = tuple(ColumnInfo(f"{m.label}.{c.name}", c, m.signature) for m in metrics for c in m.columns)
    systems = tuple(SystemInfo(label, "") for label in experiment.models)
    table = ScoreTable(experiment.name, (), systems, infos, {})
    wanted = margins(tree.data, table)
    _check_columns(old, wanted)
    _check_labels(old, table, ())
    known = {s.label for s in old.table.systems}
    return {s.label: tuple(c.id for c in infos if c.id in wanted) for s in systems if s.label in known}


def run_to_gate(config: str | Path, against: str, *, results: str | Path = "results") -> Run:
    """Run a config below ``results``, unless :func:`check_gate` refuses it.

    Raises:
        BenchError: as :func:`gate` and :func:`bench.run`.
    """
    plan = make_plan(*read_config(Path(config), Changes()))
    check_gate(plan, against, results=results)
    return run_plan(plan, Path(results))


def check_gate(
    plan: Plan, against: str, *, results: str | Path = "results", only_models: Sequence[str] = ()
) -> None:
    """Refuse before a run what :func:`gate` would refuse after it.

    Raises:
        BenchError: as :func:`gate`.
    """
    old = baselines.load(baselines.find(Path(results) / baselines.FOLDER, against))
    said = manifest.metrics(plan)
    infos = tuple(
        ColumnInfo(f"{m.label}.{c.name}", c, about["signature"])
        for m in plan.metrics
        for c, about in zip(m.columns, said[m.label]["columns"], strict=True)
    )
    table = ScoreTable(
        name=plan.name,
        doc_ids=tuple(d.id for d in plan.dataset.documents),
        systems=tuple(SystemInfo(s.label, s.signature) for s in plan.systems),
        columns=infos,
        cells={},
        digests=tuple(d.digest() for d in plan.dataset.documents),
    )
    wanted = margins(plan.config, table)
    _check_columns(old, wanted)
    _check_labels(old, table, only_models)
    paired(old.table, table, [*wanted], old.name)


def incomplete(run: Run) -> str:
    """Why a run counts as incomplete; empty where it is complete."""
    about = manifest.load(run.path)
    if (run.outcome.status if run.outcome else about["status"]) == "complete":
        return ""
    if not (failed := run.failures()):
        return "incomplete: it was interrupted"
    limit = Limits.model_validate(about["config"].get("limits", {})).max_failed
    return f"incomplete: {counted(len(failed), 'cell')} failed, limits.max_failed is {100 * limit:g} %"


def exit_code(found: Gate, run: Run, *, strict: bool = False) -> int:
    """1 where something regressed, 3 where the run is incomplete, else 0; ``strict``: 1 if inconclusive."""
    if found.regressed:
        return 1
    if incomplete(run):
        return IncompleteError.exit_code
    return int(strict and found.count("inconclusive") > 0)


def margins(config: Mapping[str, Any], table: ScoreTable) -> dict[str, float]:
    """Column id → margin: as ``gate.columns`` says, else the headline column of the tables with margin 0.

    Raises:
        ConfigError: no such column, one that has no better direction, or none at all.
    """
    asked = Asked.model_validate(config.get("gate", {}))
    if asked.columns:
        named = {name: compared_columns(table, [name])[0].id for name in asked.columns}
        return {column: asked.columns[name].margin for name, column in named.items()}
    if (chief := headline(table)) is None:
        raise ConfigError(
            "nothing to gate: no shown column has a better direction",
            "Name columns: gate: {columns: {METRIC.COLUMN: {margin: 0.01}}}.",
        )
    return {chief.id: 0.0}


def _check_finished(run: Run, table: ScoreTable, new: ScoreTable) -> None:
    """A value that is still to come is not lost."""
    about = {s.label: s for s in table.systems}
    for s in (about[kept.label] for kept in new.systems):
        left = s.samples * len(table.doc_ids) - s.n_summaries - s.n_errors
        failed = sum(share == 1 for share in new.cells[s.label, FAILED].values)
        for c in new.columns:
            cells = new.cells[s.label, c.id]
            there = sum(v == v for v in cells.values)  # NaN: no value
            left = max(left, len(table.doc_ids) - there - cells.n_none - cells.n_error - failed)
        if left > 0:
            what = f"{counted(left, 'summary is', 'summaries are')} not there or not scored yet"
            raise IncompleteError(
                f"{run.path}: {s.label}: {what}", "The command that began the run finishes it."
            )


def _check_columns(old: Baseline, wanted: Mapping[str, float]) -> None:
    have = [c.id for c in old.table.columns if "." in c.id]
    if lacking := [c for c in wanted if c not in have]:
        raise DataError(
            f"'{old.name}' has no values of {', '.join(lacking)}; it has {', '.join(have)}",
            "Save it again from a run that has them, or gate other columns: gate.columns.",
            file=str(old.path),
        )


def _check_labels(old: Baseline, table: ScoreTable, only: Sequence[str]) -> None:
    known, now = [s.label for s in old.table.systems], [s.label for s in table.systems]
    for label in only:
        for there, where in ((now, "the run"), (known, f"'{old.name}'")):
            if label not in there:
                what = f"--only-models {label}: no such system in {where}{nearest(label, there)}"
                raise ConfigError(what, f"Known: {', '.join(there)}.")
    if not only and (gone := [label for label in known if label not in now]):
        raise DataError(
            f"'{old.name}' has systems that the run has not: {', '.join(gone)}",
            "--only-models gates some; a baseline saved anew leaves the others out.",
        )


def _check_systems(kept: ScoreTable) -> None:
    if not kept.systems:
        raise DataError("nothing to gate: all systems are apart, for comparison only")


def _titled(found: Gate, run: Path) -> Gate:
    """With the headlines of the worst documents, where they can be read."""
    ids = {f.doc_id for v in found.verdicts for f in v.worst}
    if not ids:
        return found
    titles = {
        view.doc_id: " ".join(view.document.headline.split())
        for view in views(run, ids)
        if view.document and view.document.headline
    }
    return replace(
        found,
        verdicts=tuple(
            replace(v, worst=tuple(replace(f, title=titles.get(f.doc_id, "")) for f in v.worst))
            for v in found.verdicts
        ),
    )
