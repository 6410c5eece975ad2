"""From a ScoreTable to a leaderboard: statistics, order, bold."""

import math
import statistics
from collections.abc import Mapping

import numpy as np

from bench.core.types import ColumnInfo, Estimate, ScoreTable, SystemInfo
from bench.report.adjust import Correct, level
from bench.report.board import Cell, Extra, Findable, Heading, Leaderboard, Row, Settings, headings_of
from bench.report.estimate import RESAMPLES, column_values, estimates
from bench.report.figures import MISSING, interval, number, percent
from bench.report.leaders import ALPHA, Leaders, best, leaders
from bench.report.paired import Test, paired_differences
from bench.report.power import smallest_difference

UNTOKENISABLE = "untokenisable"


def leaderboard(
    table: ScoreTable,
    *,
    alpha: float = ALPHA,
    resamples: int = RESAMPLES,
    seed: int = 0,
    test: Test = "permutation",
    correct: Correct = "holm",
) -> Leaderboard:
    """Estimate, test, sort and format a table.

    Args:
        table: The scores.
        alpha: Level of the tests behind bold.
        resamples: Bootstrap samples, and the least number of draws of a test.
        seed: Seed of both.
        test: What gives p.
        correct: How p is adjusted over all comparisons.
    """
    means = estimates(table, resamples=resamples, seed=seed)
    led = leaders(table, means, alpha=alpha, resamples=resamples, seed=seed, test=test, correct=correct)
    headings = headings_of(table.columns)
    partial = _partial(table)
    extras = _extras(table, headings, means)
    rows = {s.label: _row(table, s, headings, extras, means, led, partial) for s in table.systems}
    order = _ranking(table, means)
    return Leaderboard(
        name=table.name,
        n_documents=len(table.doc_ids),
        headings=headings,
        extras=extras,
        ranked=tuple(rows[s.label] for s in order if not s.apart),
        apart=tuple(rows[s.label] for s in order if s.apart),
        comparisons=led.comparisons,
        findable=_findable(table, led, alpha, correct),
        notes=table.notes,
        settings=Settings(alpha, resamples, led.flips, seed, test, correct),
    )


def headline(table: ScoreTable) -> ColumnInfo | None:
    """The column that stands for a table: the last of the first metric's, of those shown and ranked.

    ROUGE-Lsum where ROUGE comes first. None if no shown column has a better direction.
    """
    ranked = [c for c in table.columns if c.column.shown and c.column.better != "none"]
    metric = _metric(ranked[0].id) if ranked else None
    return next((c for c in reversed(ranked) if _metric(c.id) == metric), None)


def _metric(column: str) -> str:
    return column.rpartition(".")[0]


def _partial(table: ScoreTable) -> set[tuple[str, str]]:
    """Cells without a value for a document for which another system has one."""
    result = set()
    for c in table.columns:
        have = {s.label: ~np.isnan(column_values(table, s.label, c.id)) for s in table.systems}
        union = np.any(list(have.values()), axis=0)
        result |= {(label, c.id) for label, mask in have.items() if mask.sum() < union.sum()}
    return result


def _ranking(table: ScoreTable, means: Mapping[tuple[str, str], Estimate]) -> list[SystemInfo]:
    """Best first; then systems that no common document lets one place, then those without a value."""
    first = next((c for c in table.columns if c.column.shown and c.column.better != "none"), None)
    if first is None:
        return sorted(table.systems, key=lambda s: s.label)
    sign = 1 if first.column.better == "low" else -1
    reference = best(table, first, means)

    def key(system: SystemInfo) -> tuple[int, float, str]:
        mean = means[system.label, first.id].mean
        if mean is None:
            return 2, 0.0, system.label
        if reference is None:
            return 0, sign * mean, system.label
        level = _level(table, first.id, system.label, reference, means)
        return (1, sign * mean, system.label) if level is None else (0, sign * level, system.label)

    return sorted(table.systems, key=key)


def _level(
    table: ScoreTable, column: str, label: str, reference: str, means: Mapping[tuple[str, str], Estimate]
) -> float | None:
    """The mean that a system is to be ranked by; None without a document in common with the reference.

    Its own, if it has the reference's documents. Else the reference's mean plus the mean difference on
    the common documents, so that skipping hard documents raises nobody.
    """
    own, theirs = means[label, column], means[reference, column]
    differences = paired_differences(table, label, reference, column)
    if len(differences) == own.n == theirs.n:
        return own.mean
    if not len(differences) or theirs.mean is None:
        return None
    return theirs.mean + math.fsum(differences) / len(differences)


def _extras(
    table: ScoreTable, headings: tuple[Heading, ...], means: Mapping[tuple[str, str], Estimate]
) -> tuple[Extra, ...]:
    complete = all(_n_ok(table, s.label, headings, means) == len(table.doc_ids) for s in table.systems)
    return (
        Extra("n", "n", not complete),
        Extra("empty", "empty", False),
        Extra("truncated", "truncated", False),
        Extra(UNTOKENISABLE, UNTOKENISABLE, False),
        Extra("words", "words", True),
        Extra("seconds", "s/doc", True),
    )


def _row(
    table: ScoreTable,
    system: SystemInfo,
    headings: tuple[Heading, ...],
    extras: tuple[Extra, ...],
    means: Mapping[tuple[str, str], Estimate],
    led: Leaders,
    partial: set[tuple[str, str]],
) -> Row:
    label, n = system.label, len(table.doc_ids)
    cells = tuple(_cell(table, label, h, means[label, h.id], led, partial) for h in headings)
    n_ok = _n_ok(table, label, headings, means)
    lost = [m for h in headings if _is_untokenisable(h.id) and (m := means[label, h.id].mean) is not None]
    values: dict[str, tuple[float | None, str]] = {
        "n": (n_ok, f"{n_ok}/{n}"),
        "empty": (system.empty, _share(system.empty)),
        "truncated": (system.truncated, _share(system.truncated)),
        UNTOKENISABLE: (max(lost, default=None), _share(max(lost, default=None))),
        "words": (system.words, number(system.words, 0)),
        "seconds": (system.seconds, number(system.seconds, 2)),
    }
    return Row(
        label=label,
        signature=system.signature,
        n_ok=n_ok,
        n_summaries=system.n_summaries,
        n_errors=system.n_errors,
        samples=system.samples,
        read=system.read,
        n_read=system.n_read,
        n_cut=system.n_cut,
        cells=cells,
        extras=tuple(values[e.name][0] for e in extras),
        extra_texts=tuple(values[e.name][1] for e in extras),
    )


def _n_ok(
    table: ScoreTable,
    label: str,
    headings: tuple[Heading, ...],
    means: Mapping[tuple[str, str], Estimate],
) -> int:
    shown = [h for h in headings if h.shown]
    judged = [h for h in shown if h.better != "none"] or shown
    return min((means[label, h.id].n for h in judged), default=len(table.doc_ids))


def _is_untokenisable(column: str) -> bool:
    return column.rpartition(".")[2] == UNTOKENISABLE


def _share(share: float | None) -> str:
    return MISSING if share is None else percent(share)


def _cell(
    table: ScoreTable, label: str, h: Heading, e: Estimate, led: Leaders, partial: set[tuple[str, str]]
) -> Cell:
    key = (label, h.id)
    cells = table.cells.get(key)
    return Cell(
        estimate=e,
        value=number(e.mean, h.digits, h.scale),
        interval=interval(e.lo, e.hi, h.digits, h.scale),
        bold=key in led.bold,
        partial=key in partial and e.mean is not None,
        corpus=key in table.aggregates,
        reasons=dict(cells.reasons) if cells else {},
    )


def _findable(table: ScoreTable, led: Leaders, alpha: float, correct: Correct) -> Findable | None:
    """The median over the headline column's comparisons: a typical pair, not the luckiest.

    At α / m where p is adjusted: what is found there is found whatever the other comparisons say.
    """
    column = headline(table)
    if column is None:
        return None
    shown = {c.id for c in table.columns if c.column.shown}
    m = sum(c.column in shown for c in led.comparisons)
    differences = [
        paired_differences(table, c.a, c.b, c.column) for c in led.comparisons if c.column == column.id
    ]
    one = level(alpha, m, correct)
    found = [x for d in differences if (x := smallest_difference(d, alpha=one)) is not None]
    return Findable(column.id, statistics.median(found), m) if found else None
