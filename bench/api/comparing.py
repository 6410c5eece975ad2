"""Comparisons within a run and between runs: from what a user names to differences ready to be printed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.api.views import views
from bench.api.wanted import Wanted, Where, default_baseline, directories, wanted
from bench.config.schema import Compare
from bench.core.errors import BenchError, ConfigError, DataError, IncompleteError
from bench.core.types import ScoreTable
from bench.report.adjust import Correct
from bench.report.changes import Change, changes
from bench.report.columns import compared_columns, lacking
from bench.report.extremes import Example, extremes
from bench.report.figures import counted
from bench.report.formats import VERSUS
from bench.report.joined import Joined, join
from bench.report.paired import Test
from bench.report.versus import How, Versus, versus, versus_pairs
from bench.report.view import View
from bench.runner import manifest
from bench.runner.execute import write_derived


def compare(
    *runs: Where,
    baseline: str | None = None,
    columns: Sequence[str] = (),
    on_common: bool = False,
    test: Test | None = None,
    correct: Correct | None = None,
    examples: int = 0,
) -> Versus:
    """Compare the systems of a run, or of several runs.

    A run is a path, an experiment's folder (its latest complete run) or ``folder@digest``; ``:LABEL``
    behind it picks one of its systems, else all take part but those apart. In one run they are compared
    with the baseline. Systems of several runs are compared with the one of the same label in the first
    run, or all with one system: with ``baseline``, or with the first run's if that picks one.

    Args:
        runs: What to compare; a :class:`bench.Run` will do.
        baseline: Label of a system of the first run, or ``RUN:LABEL``. In one run it is by default
            ``compare.baseline`` of the config, else the first system.
        columns: What to compare by; by default ``compare.columns``, else what tables show and rank by.
        on_common: Of runs with different documents, compare on those that are the same in all, and leave
            out columns whose signatures differ.
        test: What gives p; by default as the config says.
        correct: How p is adjusted; by default as the config says.
        examples: So many of the biggest wins and losses, with their texts.

    Raises:
        ConfigError: no such system or column.
        DataError: no such run, nothing to compare with, or runs that cannot be compared.
        IncompleteError: no document has the values of two systems.
    """
    named = wanted(runs, baseline)
    said, absent = _said(named.first.about["config"], named.first.table)
    how = How(said.alpha, said.resamples, said.seed, test or said.test, correct or said.correct, 0)
    asked = tuple(columns or said.columns)
    parts = named.parts.values()
    states = {part.name: part.about["status"] for part in parts}
    notes = [f"{name}: this run is {status}" for name, status in states.items() if status != "complete"]
    notes += [f"not in {named.first.name}, left out of compare.columns: {', '.join(absent)}"] * bool(
        absent and not columns
    )
    if len(parts) == 1:
        table = named.first.table
    else:
        joined = join({part.name: part.table for part in parts})
        kept, left_out = _kept(joined, [part.table for part in parts], asked, on_common)
        table, notes = joined.table, [*notes, *left_out]
        asked = kept if asked else ()
    found = _versus(named, table, how, asked, notes)
    if not found.how.comparisons:
        raise IncompleteError("nothing can be compared: no document has the values of two systems")
    if examples:
        found = replace(found, examples=tuple(_examples(named, table, found, examples)))
    return found


def comparison_of(table: ScoreTable, config: Mapping[str, Any]) -> Versus | None:
    """All systems against the baseline as a config says; None where it cannot be, or nothing is there."""
    said, _ = _said(config, table)
    try:
        baseline = default_baseline(config, table.systems)
        found = versus(table, baseline, **said.model_dump(exclude={"baseline"}))
    except BenchError:  # `bench compare` says what is wrong; a run is not lost for it
        return None
    return found if found.how.comparisons else None


def _said(config: Mapping[str, Any], table: ScoreTable) -> tuple[Compare, list[str]]:
    """How a config compares, and the columns of that which ``--only-metrics`` has left out of its run."""
    said = Compare.model_validate(config.get("compare", {}))
    absent = lacking(table, said.columns)
    return said.model_copy(update={"columns": [c for c in said.columns if c not in absent]}), absent


def write_comparison(
    found: Versus, runs: Sequence[Where], kinds: Sequence[str], *, baseline: str | None = None
) -> list[Path]:
    """Write a comparison within a run into its directory, in these formats; returns the paths.

    Args:
        found: What :func:`compare` gave for these runs and this baseline.
        runs: See :func:`compare`.
        kinds: Keys of :data:`bench.report.formats.VERSUS`.
        baseline: See :func:`compare`.

    Raises:
        ConfigError: it is between runs, and belongs to none of them.
        StoreError: the directory cannot be written.
    """
    run, *others = directories(runs, baseline)
    if others:
        raise ConfigError("a comparison of several runs has no folder of its own", "-o FILE says where.")
    files = {f"tables/comparisons.{kind}": VERSUS[kind](found).encode() for kind in kinds}
    write_derived(run, lambda _: files)
    return [run / name for name in files]


def changes_between(*runs: Where, baseline: str | None = None) -> tuple[Change, ...]:
    """What differs between two runs: config, data, signatures, backends, versions, machine, commit.

    The older one is that of the baseline, which is the first unless ``baseline`` names another.

    Raises:
        DataError: no such run, or not two.
    """
    paths = directories(runs, baseline)
    if len(paths) != 2:
        raise DataError(
            f"changes are between two runs, found {len(paths)}", "bench compare OLD NEW --changes"
        )
    old, new = map(manifest.load, paths)
    return changes(old, new)


def _versus(named: Wanted, table: ScoreTable, how: How, columns: Sequence[str], notes: list[str]) -> Versus:
    if named.baseline is not None:
        against = named.label(named.baseline)
        pairs = [(named.label(c), against) for c in named.chosen if c != named.baseline]
        if not pairs:
            raise DataError(
                f"nothing to compare with '{against}': there is no other system",
                "Name a second run, or another system with --baseline LABEL or --baseline RUN:LABEL.",
            )
        return versus_pairs(table, pairs, against, how=how, columns=columns, notes=notes)
    first, *others = named.parts
    known = {s.label for s in named.first.table.systems}
    newer = [c for c in named.chosen if c[0] != first]
    pairs = [(named.label(c), named.label((first, c[1]))) for c in newer if c[1] in known]
    lonely = [named.label(c) for c in newer if c[1] not in known]
    if not pairs:
        raise DataError(
            f"{first} has no system of the same label as: {', '.join(lonely)}",
            "--baseline RUN:LABEL compares all with one system.",
        )
    if lonely:
        notes = [*notes, f"not compared, since {first} has no such system: {', '.join(lonely)}"]
    alone = len(others) == 1
    return versus_pairs(
        table,
        pairs,
        first,
        how=how,
        subject=others[0] if alone else "",
        labels={named.label(c): c[1] for c in newer} if alone else {},
        columns=columns,
        notes=notes,
    )


def _kept(
    joined: Joined, tables: Sequence[ScoreTable], asked: Sequence[str], on_common: bool
) -> tuple[tuple[str, ...], list[str]]:
    """The columns that can be compared between runs, and what is left out, as notes.

    Raises:
        ConfigError: no run has a column that is asked for.
        DataError: documents or signatures differ and ``on_common`` is off, or no column is left.
    """
    # Every column of any run, each once: a name that only one run has is known, too.
    every = replace(joined.table, columns=tuple({c.id: c for t in tables for c in t.columns}.values()))
    columns = [c.id for c in compared_columns(every, asked)]
    unlike = list(joined.about_signatures(columns))
    alone = [f"{c} (only {', '.join(joined.partial[c])})" for c in columns if c in joined.partial]
    documents = joined.about_documents()
    if (unlike or documents) and not on_common:
        reasons = [f"different documents: {documents}"] * bool(documents)
        reasons += [f"different signatures: {line}" for line in unlike]
        hint = "--on-common compares on the documents that are the same in all runs"
        hint += ", by columns with one signature" * bool(unlike)
        raise DataError("\n".join(["these runs cannot be compared as they are", *reasons]), f"{hint}.")
    kept = tuple(c for c in columns if c not in joined.unlike and c not in joined.partial)
    if not kept:
        raise DataError("\n".join(["no column can be compared between these runs", *unlike, *alone]))
    notes = [f"{counted(joined.left_out, 'document')} left out: {documents}"] * bool(documents)
    notes += [f"left out, different signatures: {line}" for line in unlike]
    return kept, notes + [f"left out, not in every run: {', '.join(alone)}"] * bool(alone)


def _examples(named: Wanted, table: ScoreTable, found: Versus, most: int) -> Iterator[Example]:
    """The biggest wins and losses with their texts."""
    at = {
        named.label((part.name, s.label)): (part, s.label)
        for part in named.parts.values()
        for s in part.table.systems
    }
    samples = {s.label: s.samples for s in table.systems}
    heading = next(h for h in found.headings if h.id == found.headline)
    rows = [(row.label, row.system, row.baseline) for row in found.rows]
    chosen = list(extremes(table, rows, heading, most))
    ids = {e.doc_id for e in chosen}
    read: dict[tuple[str, str], View] = {}
    for part in named.parts.values():
        theirs = [at[s] for e in chosen for s in (e.system, e.baseline)]
        if labels := sorted({label for of, label in theirs if of is part}):
            read |= {(part.name, view.doc_id): view for view in views(part.path, ids, labels)}
    for e in chosen:
        (old, old_label), (new, new_label) = at[e.baseline], at[e.system]
        before, after = read[old.name, e.doc_id], read[new.name, e.doc_id]
        document = after.document or before.document
        notes = [*after.notes]
        if max(samples[e.baseline], samples[e.system]) > 1:
            notes.append("Of several samples the score is the mean, and the text the first.")
        yield replace(
            e,
            headline=(document and document.headline) or "",
            references=document.references if document else (),
            texts=(_text(before, old_label), _text(after, new_label)),
            names=(found.baseline, found.subject) if found.subject else e.names,
            note=" ".join(notes),
        )


def _text(view: View, label: str) -> str:
    """Of several samples the first that did not fail."""
    return next((s.text for s in view.summaries if s.system == label and s.text is not None), "")
