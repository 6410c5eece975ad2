"""``bench selftest``: do the checks of a config notice errors that are known to be there?"""

import sys
import tempfile
from contextlib import ExitStack, redirect_stdout
from itertools import islice
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import options
from bench.cli.console import terminal_width
from bench.cli.options import Full, Json, Limit, Offline, OnlyMetrics, Seed, Set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.cli.perturbed import Trial
    from bench.core.types import ScoreTable
    from bench.report.render_selftest import Example, Kind
    from bench.report.selftest import Check
    from bench.runner.table import Failure

_AROUND = 60  # characters before and behind the change in an example
_PLACE = 160  # and of the change itself


def selftest(
    config: Annotated[
        Path, typer.Argument(metavar="CONFIG", help="A YAML file, such as configs/quickstart.yaml.")
    ],
    only: Annotated[
        list[str], typer.Option(metavar="KIND[,…]", help="Only these changes, such as negation,date.")
    ] = [],  # noqa: B006
    examples: Annotated[int, typer.Option(min=0, help="Show so many changes of each kind.")] = 0,
    limit: Limit = None,
    seed: Seed = None,
    settings: Set = [],  # noqa: B006
    only_metrics: OnlyMetrics = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(help="Keep the scored texts below this folder [nothing is kept].")
    ] = None,
    offline: Offline = False,
    full: Full = False,
    as_json: Json = False,
) -> None:
    """Put known errors into references and lead sentences, and count what the metrics notice."""
    from bench.cli.console import Progress, say
    from bench.cli.perturbed import TEXTS, chosen, trial
    from bench.config.plan import Changes
    from bench.report.escape import json_text
    from bench.report.figures import counted
    from bench.report.render_selftest import Result, as_data, render_selftest
    from bench.report.selftest import selftest as compare
    from bench.runner.execute import execute

    options.go_offline(offline)
    changes = Changes(settings, limit, seed, (), options.commas(only_metrics))
    with ExitStack() as stack:
        progress = stack.enter_context(Progress())
        with redirect_stdout(sys.stderr):
            test = trial(config, changes, chosen(options.commas(only)))
            documents = test.plan.dataset.documents
            metrics = counted(len(test.plan.metrics), "metric")
            say(f"{test.plan.name}: {counted(len(documents), 'document')}, {metrics}")
            folder = out or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            outcome = execute(test.plan, folder, watch=progress, argv=sys.argv)
    table = outcome.table
    assert table is not None
    made = {s.label: s.n_summaries for s in table.systems}
    lost = [f for f in outcome.failures if f.metric is not None]
    checks = compare(table, test.changed, test.apart)
    _refuse_nothing(checks, made, lost)
    result = Result(
        name=test.plan.name,
        documents=len(documents),
        texts={name: made[name] for name in TEXTS if made[name]},
        seed=test.seed,
        kinds=tuple(_kinds(test, made)),
        checks=checks,
        examples=tuple(_examples(test, table, examples)),
        notes=(f"{counted(len(lost), 'score')} failed: {lost[0].error}",) if lost else (),
    )
    if as_json:
        typer.echo(json_text(as_data(result)))
    else:
        typer.echo(render_selftest(result, width=terminal_width() or 120, full=full), nl=False)
    if out is not None:
        say(str(outcome.path))
    if len(lost) > test.max_failed * sum(made.values()) * len(test.plan.metrics):
        raise typer.Exit(3)


def _refuse_nothing(checks: "Sequence[Check]", made: "Mapping[str, int]", lost: "Sequence[Failure]") -> None:
    """Nothing to show, and why.

    Raises:
        IncompleteError: no text was changed, or none has a value before and after.
    """
    from bench.cli.perturbed import TEXTS
    from bench.core.errors import IncompleteError

    if any(row.pairs for check in checks for row in check.rows):
        return
    if not any(made[name] for name in TEXTS):
        raise IncompleteError("nothing to change: the documents have neither references nor a text")
    if lost:
        raise IncompleteError(f"nothing was scored: {lost[0].error}")
    if not any(made[label] for label in made if label not in TEXTS):
        raise IncompleteError("nothing was changed: no text has a place for these changes")
    raise IncompleteError(
        "nothing can be compared: no metric with a direction has values for the changed texts",
        "Metrics that compare with references are tried on lead sentences, which need the documents' text.",
    )


def _kinds(test: "Trial", made: "Mapping[str, int]") -> "Iterator[Kind]":
    from bench.report.render_selftest import Kind
    from bench.text.perturb import KINDS

    for name in dict.fromkeys(c.kind for c in test.changed):
        kind = KINDS[name]
        n = sum(made[c.system] for c in test.changed if c.kind == name)
        yield Kind(name, kind.group, kind.about, n, test.obstacles(name))


def _examples(test: "Trial", table: "ScoreTable", n: int) -> "Iterator[Example]":
    from bench.cli.perturbed import text_of
    from bench.report.render_selftest import Example

    at = {doc: i for i, doc in enumerate(table.doc_ids)}
    columns = [c.id for c in table.columns if c.column.better != "none"]
    for kind in dict.fromkeys(c.kind for c in test.changed):
        for doc, changed, edit in islice(test.edits(kind), n):
            old = text_of(doc, changed.original)
            pairs = {
                column: (
                    _value(table, changed.original, column, at[doc.id]),
                    _value(table, changed.system, column, at[doc.id]),
                )
                for column in columns
                if (changed.original, column) not in test.apart
            }
            yield Example(
                kind,
                doc.id,
                changed.original,
                _end_of(old[: edit.before.start]),
                _cut(old[edit.before.start : edit.before.end]),
                _cut(edit.text[edit.after.start : edit.after.end]),
                _begin_of(old[edit.before.end :]),
                pairs,
            )


def _end_of(text: str) -> str:
    """Its last characters, from a space on where there is one."""
    if len(text) <= _AROUND:
        return text
    part = text[-_AROUND:]
    space = next((i for i, c in enumerate(part) if c.isspace()), 0)
    return f"… {part[space:].lstrip()}" if part[space:].strip() else f"… {part}"


def _begin_of(text: str) -> str:
    """Its first characters, up to a space where there is one."""
    if len(text) <= _AROUND:
        return text
    part = text[:_AROUND]
    space = next((i for i in range(len(part) - 1, 0, -1) if part[i].isspace()), len(part))
    return f"{part[:space].rstrip()} …"


def _cut(text: str) -> str:
    return text if len(text) <= _PLACE else f"{text[:_PLACE].rstrip()} …"


def _value(table: "ScoreTable", system: str, column: str, at: int) -> float | None:
    value = table.cells[system, column].values[at]
    return None if isnan(value) else value
