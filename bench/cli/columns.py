"""Where the columns that ``bench meta`` measures come from: runs, published scores, the judgements."""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.api import check_scored, run_plan
from bench.cli.console import Progress, say
from bench.config.load import Tree
from bench.config.plan import Changes, apply, make_plan
from bench.config.quick import READERS, Files, config_for
from bench.core.errors import ConfigError, DataError, nearest
from bench.core.rows import find_files, kind_of, read_rows, spelling
from bench.core.types import ColumnInfo
from bench.data.judgements import Judgements
from bench.data.keyed import Key, at, empty, number
from bench.report.figures import counted
from bench.report.verdict import Scores
from bench.runner import cells
from bench.runner.plan import Plan
from bench.runner.table import load_table
from bench.text.lines import summary_words

LENGTH = "summary words"


def of_outputs(
    files: Files, changes: Changes, judged: Judgements, by: str | None, out: Path, keep: bool
) -> list[Scores]:
    """Score outputs as ``bench score`` does: a run for each data set, if the outputs name theirs.

    A document that a system has no output for is left out: judgements often cover a part only.

    Raises:
        BenchError: whatever ``bench score`` raises.
    """
    first = files.outputs[0]
    if not Path(first).exists() and "=" in first:  # LABEL=FILE
        first = first.partition("=")[2]
    fields = _fields(first)
    where = {k: v for k, v in files.where.items() if k in fields | _fields(files.references)}
    parts = [replace(files, where=where)]
    if by in fields:
        values = sorted({spelling(at(j.row, by)) for j in judged.rows})
        name = Path(first).name.partition(".")[0]
        parts = [replace(files, where=where | {by: v}, name=f"{name}-{v}") for v in values]
    found: dict[str, Scores] = {}
    for part in parts:
        with redirect_stdout(sys.stderr):
            plan = make_plan(*apply(_lenient(config_for(part)), changes))
        say(f"{plan.name}: {counted(len(plan.dataset.documents), 'document')}, {_labels(plan)}")
        with Progress() as progress, redirect_stdout(sys.stderr):
            done = run_plan(plan, out, watch=progress, argv=sys.argv)
        check_scored(done, keep)
        if lost := [f for f in done.failures() if f.metric is not None]:
            what = f"{counted(len(lost), 'score')} failed and are missing below, such as"
            say(f"  {what} {lost[0].metric} of {lost[0].system}, {lost[0].doc_id}: {lost[0].error}")
        if keep:
            say(f"  kept in {done.path}")
        for column in of_run(done.path, {metric.label for metric in plan.metrics}):
            before = found.get(column.name, column)
            found[column.name] = replace(column, values={**before.values, **column.values})
    return list(found.values())


def of_run(run: Path, metrics: Collection[str] | None = None) -> list[Scores]:
    """Every column of a run, or of some of its metrics, and the length of its summaries."""
    table = load_table(run)
    found = []
    for column in table.columns:
        if metrics is None or column.id.rpartition(".")[0] in metrics:
            values: dict[Key, float | None] = {}
            for system in table.systems:
                if (own := table.cells.get((system.label, column.id))) is not None:
                    known = [None if v != v else v for v in own.values]  # NaN: no value
                    values |= {(d, system.label): v for d, v in zip(table.doc_ids, known, strict=True)}
            found.append(Scores(column.id, "metric", values, column.column.better == "low", _usual(column)))
    words: dict[Key, list[float]] = defaultdict(list)
    for system in table.systems:
        for (_, doc, _), record in cells.summaries(run, system.label).items():
            if record["status"] == "ok":
                words[doc, system.label].append(record["words"])
    return [*found, Scores(LENGTH, "length", {k: fmean(v) for k, v in words.items()})]


def of_judgements(judged: Judgements, names: Iterable[str]) -> list[Scores]:
    """Columns that stand beside the judgements, and the length of the summaries if they do.

    Raises:
        DataError: a value that is no number.
    """
    found = []
    for name in names:
        values: dict[Key, float | None] = {}
        for j in judged.rows:
            value = at(j.row, name)
            values[j.doc_id, j.system] = x = None if empty(value) else number(value)
            if x is None and not empty(value):
                what = f"'{name}' is {value!r}, expected a number"
                raise DataError(what, file=j.row.file, line=j.row.line)
        found.append(Scores(name, "metric", values))
    texts = {(j.doc_id, j.system): j.row.fields.get("summary") for j in judged.rows}
    if all(isinstance(text, str) for text in texts.values()):
        lengths = {k: float(len(summary_words(str(text)))) for k, text in texts.items()}
        found.append(Scores(LENGTH, "length", lengths))
    return found


def chosen(columns: Sequence[Scores], names: Sequence[str], judged: Judgements) -> list[Scores]:
    """The columns to measure, always with the length: those named, else those that tables show.

    A name is that of a column, its end if that is clear (``support`` for ``facts.support``), or a column of
    the judgements themselves.

    Raises:
        ConfigError: a name that nothing has.
    """
    lengths = [c for c in columns if c.group == "length"]
    others = [c for c in columns if c.group != "length"]
    if not names:
        return [c for c in others if c.usual] + lengths
    found, own = [], []
    for name in names:
        ends = [c for c in others if c.name == name] or [c for c in others if c.name.endswith(f".{name}")]
        if len(ends) == 1:
            found += ends
        elif all(name.partition(".")[0] in j.row.fields for j in judged.rows):
            own.append(name)
        else:
            have = [*(c.name for c in others), *judged.rows[0].row.fields]
            raise ConfigError(
                f"--columns {name}: no such column{nearest(name, have)}", f"There are: {', '.join(have)}."
            )
    beside = of_judgements(judged, own) if own else []
    return [*found, *(c for c in beside if c.group != "length" or not lengths), *lengths]


def with_systems(columns: Sequence[Scores], judged: Judgements) -> Judgements:
    """Judgements that name no system are about the only one that there is.

    Raises:
        DataError: there are several.
    """
    systems = sorted({system for column in columns for _, system in column.values})
    if any(j.system for j in judged.rows) or systems in ([], [""]):
        return judged
    if len(systems) > 1:
        raise DataError(
            f"the judgements name no system, but there are {len(systems)}: {', '.join(systems)}",
            "--system-field FIELD names the column that does.",
            file=judged.rows[0].row.file,
        )
    return replace(judged, rows=tuple(replace(j, system=systems[0]) for j in judged.rows))


def _usual(column: ColumnInfo) -> bool:
    return column.column.shown and column.column.better != "none"


def _labels(plan: Plan) -> str:
    systems = counted(len(plan.systems), "system")
    return f"{systems}, {', '.join(metric.label for metric in plan.metrics)}"


def _lenient(tree: Tree) -> Tree:
    """The config with documents allowed to have no output."""
    models: dict[str, Any] = {}
    for label, model in tree.data["models"].items():
        given: Mapping[str, Any] = model["with"]
        models[label] = model if "by" in given else {**model, "with": {**given, "missing": "skip"}}
    return Tree({**tree.data, "models": models, "limits": {"max_failed": 1.0}}, tree.places)


def _fields(path: str) -> set[str]:
    """Names of the columns of a file's first row; none of plain text."""
    file = find_files(path, (*READERS, ".txt"))[0]
    if kind_of(file) not in READERS or kind_of(file) == ".parquet":
        return set()
    first = next(iter(read_rows(file)), None)
    return set(first.fields) if first else set()
