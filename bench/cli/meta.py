"""``bench meta``: how well a metric agrees with what people said."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import options

if TYPE_CHECKING:
    from bench.config.plan import Changes
    from bench.data.judgements import Judgements
    from bench.data.keyed import Names
    from bench.report.verdict import Scores


def meta(
    target: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run whose columns to judge, instead of files.")
    ] = None,
    judgements: Annotated[
        str, typer.Option(metavar="FILE", help="Human scores or labels of summaries: JSONL, CSV, Parquet.")
    ] = "",
    label: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of the judgement [factuality, human, label …].")
    ] = None,
    bad: Annotated[
        str | None, typer.Option(metavar="RULE", help="Which labels are bad: '<1', '>2', or a word.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Measure each data set for itself: dataset.")
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(metavar="[COLUMN=]VALUE", help="Measure these rows; thresholds come from the others."),
    ] = None,
    outputs: options.Outputs = [],  # noqa: B006 - typer reads the default
    references: options.References = None,
    metrics: options.Metrics = [],  # noqa: B006
    baselines: Annotated[
        str | None, typer.Option(metavar="FILE", help="Scores that others published for these summaries.")
    ] = None,
    columns: Annotated[
        list[str],
        typer.Option(metavar="NAME[,…]", help="Only these, also of the file of judgements itself."),
    ] = [],  # noqa: B006
    mapping: options.Map = [],  # noqa: B006
    where: options.Where = [],  # noqa: B006
    system_field: options.SystemField = None,
    seed: options.Seed = None,
    settings: options.Set = [],  # noqa: B006
    out: Annotated[Path, typer.Option(help="Folder below which the scores are kept.")] = Path("results"),
    save: options.Save = True,
    offline: options.Offline = False,
    full: options.Full = False,
    style: Annotated[
        str, typer.Option("--format", metavar="txt|md|csv|json", help="What to write to stdout.")
    ] = "txt",
    as_json: options.Json = False,
) -> None:
    """Agreement of metrics with human judgement: correlations, AUC, thresholds, per data set."""
    from bench.cli.columns import chosen, with_systems
    from bench.cli.console import say, terminal_width
    from bench.config.plan import Changes
    from bench.core.errors import ConfigError, nearest
    from bench.data.judgements import read_judgements
    from bench.data.keyed import Names
    from bench.report.judged import STATISTICS, judge, parted
    from bench.report.render_verdict import HEADLINES, render_verdict
    from bench.report.verdict_files import FORMATS

    options.go_offline(offline)
    if as_json:
        style = "json"
    if style not in FORMATS:
        known = ", ".join(FORMATS)
        raise ConfigError(f"--format {style}: no such format{nearest(style, FORMATS)}", f"Known: {known}.")
    given = _Given(
        target, outputs, references, options.commas(metrics), baselines, options.commas(columns),
        options.pairs("--map", mapping), options.pairs("--where", where), system_field,
    )  # fmt: skip
    _refuse(given, judgements)
    names = Names(given.mapping.get("doc_id"), system_field or "system", given.where)
    judged = read_judgements(judgements, names, label, bad)
    parted(judged, by, _split(split))  # refused before anything is scored
    with tempfile.TemporaryDirectory() as folder:
        changes = Changes(settings, seed=seed)
        found = _columns(given, names, judged, by, changes, out if save else Path(folder), save)
    judged = with_systems(found, judged)
    columns_to_judge = chosen(found, given.columns, judged)
    needed = HEADLINES if style == "txt" and not full else STATISTICS
    verdict = judge(
        judged, columns_to_judge, by=by, split=_split(split), with_interval=needed, seed=seed or 0
    )
    if label is None:
        say(f"judgement: {judged.label}, found by its name (--label COLUMN takes another)")
    if verdict.threshold_from is not None:
        say(f"thresholds: from the rows of {verdict.threshold_from}, all that are not {verdict.split}")
    if style == "txt":
        typer.echo(render_verdict(verdict, width=terminal_width() or 120, full=full), nl=False)
    else:
        typer.echo(FORMATS[style](verdict), nl=False)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the command line says about columns."""

    target: str | None
    outputs: list[str]
    references: str | None
    metrics: list[str]
    baselines: str | None
    columns: list[str]
    mapping: dict[str, str]
    where: dict[str, str]
    system_field: str | None


def _refuse(given: _Given, judgements: str) -> None:
    """Options that do not go together, and a command without anything to measure."""
    if not judgements:
        raise typer.BadParameter("needs --judgements FILE")
    if bool(given.outputs) != bool(given.references):
        raise typer.BadParameter("--outputs FILE and --references FILE go together")
    if given.target is not None and (given.outputs or given.metrics):
        what = "--outputs" if given.outputs else "--metrics"
        raise typer.BadParameter(f"{what}: not with a run; bench score RUN --metrics adds metrics to it")
    if given.metrics and not given.outputs:
        raise typer.BadParameter("--metrics needs --outputs FILE and --references FILE")
    if not (given.target or given.outputs or given.baselines or given.columns):
        what = "nothing to measure: a run, --outputs and --references, --baselines, or --columns"
        raise typer.BadParameter(what)


def _columns(
    given: _Given,
    names: "Names",
    judged: "Judgements",
    by: str | None,
    changes: "Changes",
    out: Path,
    keep: bool,
) -> "list[Scores]":
    """All columns that there are, except those of the judgements themselves."""
    from bench.cli.columns import of_judgements, of_outputs, of_run
    from bench.config.quick import Files
    from bench.data.published import read_scores
    from bench.report.verdict import Scores
    from bench.runner import directory

    found: list[Scores] = []
    if given.target is not None:
        found += of_run(directory.find(given.target))
    if given.outputs and given.references:
        files = Files(
            outputs=given.outputs,
            references=given.references,
            mapping=given.mapping,
            where=given.where,
            system_field=given.system_field,
            metrics=given.metrics or ["rouge"],
        )
        found += of_outputs(files, changes, judged, by, out, keep)
    if given.baselines is not None:
        unfiltered = replace(names, where={})  # it is joined by key, and need not have the filter's field
        found += [Scores(k, "published", v) for k, v in read_scores(given.baselines, unfiltered).items()]
    if not (given.target or given.outputs):
        found += of_judgements(judged, ())
    return found


def _split(text: str | None) -> tuple[str, str] | None:
    """``split=test`` of ``test``, which is short for it."""
    if text is None:
        return None
    column, equals, value = text.partition("=")
    return (column, value) if equals else ("split", text)
