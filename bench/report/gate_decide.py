"""From the values before and now to the verdicts of :mod:`bench.report.gate`."""

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from bench.core.errors import DataError
from bench.core.types import EMPTY, FAILED, FEWEST, Cells, ScoreTable
from bench.report.adjust import adjust, draws
from bench.report.board import headings_of
from bench.report.estimate import column_values
from bench.report.fixed import Floats
from bench.report.gate import Fall, Gate, Outputs, State, Verdict
from bench.report.gate_breaks import Broken, broken, collapsed, sign_p
from bench.report.joined import Joined, join
from bench.report.paired import compare
from bench.report.power import documents_needed
from bench.report.versus import How

# Scores of models differ by so much, above 1 by this share, between machines, batches and threads; it is no
# change of the summaries.
ROUNDING = 1e-5
WORST = 3
_NEW = "now"


def decide(
    old: ScoreTable,
    new: ScoreTable,
    margins: Mapping[str, float],
    *,
    baseline: str = "baseline",
    max_broken: float = 0.01,
    how: How,
) -> Gate:
    """Compare what systems score now with what they scored before.

    The family of tests is over all systems and columns: the tests of the means, and the sign tests of
    collapsed documents and, where some were mended, of broken ones. Tests that could not come out below
    α whatever the signs of their differences are not counted (Tarone, 1990): values that are what they
    were cost the others nothing. The chance of any false ``regressed`` by a test is at most α.

    Args:
        old: The baseline, with the columns ``EMPTY`` and ``FAILED``.
        new: The same now. Systems that the baseline lacks are not judged.
        margins: Column id → margin in the stored scale.
        baseline: Its name.
        max_broken: Share of documents that may newly break.
        how: Of the tests; the size of the family is found here.

    Raises:
        DataError: documents, or signatures of these columns, are not those of the baseline.
    """
    joined = paired(old, new, [*margins], baseline)
    known = {s.label for s in old.systems}
    labels = [s.label for s in new.systems if s.label in known]
    infos = tuple(c for c in joined.table.columns if c.id in margins)
    table = _steadied(joined.table, labels, baseline)
    wanted = [
        (f"{_NEW}:{label}", f"{baseline}:{label}", heading.id)
        for label in labels
        for heading in headings_of(infos)
    ]
    # With m tests a random p must be able to fall below α / m; they are four a system and column at most.
    flips = draws(how.resamples, how.alpha, 4 * len(wanted), how.correct)
    # Not adjusted here: the family is larger.
    compared = compare(table, wanted, resamples=flips, seed=how.seed, test=how.test, correct="none")
    found = {(c.a, c.column): c for c in compared}
    n = len(table.doc_ids)
    limit = max_broken * n
    outputs = [_outputs(table, label, baseline, limit) for label in labels]
    verdicts = []
    for label in labels:
        for info, heading in zip(infos, headings_of(infos), strict=True):
            was, now = (column_values(table, f"{run}:{label}", info.id) for run in (baseline, _NEW))
            both = ~np.isnan(was + now)
            cells = new.cells.get((label, info.id), Cells(array("d")))
            verdicts.append(
                Verdict(
                    system=label,
                    heading=heading,
                    state="unchanged",
                    mean="unchanged",
                    margin=margins[info.id],
                    comparison=found.get((f"{_NEW}:{label}", info.id)),
                    means=(_mean(was[both]), _mean(now[both])) if both.any() else None,
                    collapsed=collapsed(was[both], now[both], info.column, limit),
                    lost=_lost(table, label, was, now, cells.n_error, limit),
                    reason=max(cells.reasons, key=lambda r: cells.reasons[r], default=""),
                )
            )
    verdicts, outputs, size = _adjusted(verdicts, outputs, how)
    how = replace(how, comparisons=size, resamples=flips)
    before, after = ({s.label: s.signature for s in t.systems} for t in (old, new))
    return Gate(
        experiment=new.name,
        baseline=baseline,
        n_documents=n,
        verdicts=tuple(_judged(v, table, baseline, how) for v in verdicts),
        outputs=tuple(replace(o, broken=o.both.said(how.alpha)) for o in outputs),
        changed=tuple((s, before[s], after[s]) for s in labels if before[s] != after[s]),
        added=tuple(s.label for s in new.systems if s.label not in known),
        max_broken=max_broken,
        how=how,
    )


def paired(old: ScoreTable, new: ScoreTable, columns: Sequence[str], baseline: str) -> Joined:
    """Both tables as one, where they have the same documents and these columns the same signatures.

    Raises:
        DataError: they have not; the difference is shown.
    """
    joined = join({baseline: old, _NEW: new})
    problems = [f"different documents: {text}"] if (text := joined.about_documents()) else []
    problems += [f"different signatures: {line}" for line in joined.about_signatures(columns)]
    if problems:
        raise DataError(
            "\n".join([f"this cannot be gated against '{baseline}'", *problems]),
            "If that is meant, save a new baseline: bench gate RUN --save NAME.",
        )
    return joined


def _steadied(table: ScoreTable, labels: Sequence[str], baseline: str) -> ScoreTable:
    """The table with what rounding changed put back."""
    cells = dict(table.cells)
    for label in labels:
        for info in table.columns:
            was, now = (column_values(table, f"{run}:{label}", info.id) for run in (baseline, _NEW))
            same = np.abs(now - was) <= ROUNDING * np.maximum(1.0, np.abs(was))
            cells[f"{_NEW}:{label}", info.id] = Cells(array("d", np.where(same, was, now).tolist()))
    return replace(table, cells=cells)


def _outputs(table: ScoreTable, label: str, baseline: str, limit: float) -> Outputs:
    empty, failed, empty_now, failed_now = (
        column_values(table, f"{run}:{label}", column)
        for run in (baseline, _NEW)
        for column in (EMPTY, FAILED)
    )
    return Outputs(
        label,
        empty=broken(empty, empty_now, limit),
        failed=broken(failed, failed_now, limit),
        both=broken(empty + failed, empty_now + failed_now, limit),
        broken=False,
    )


def _lost(table: ScoreTable, label: str, was: Floats, now: Floats, n_error: int, limit: float) -> Broken:
    """Documents that have no value any more, but for failures of the metric, which are no one's summaries."""
    there = column_values(table, f"{_NEW}:{label}", FAILED) < 1
    lost = int((np.isnan(now) & ~np.isnan(was) & there).sum())
    gained = int((np.isnan(was) & ~np.isnan(now)).sum())
    lost = max(0, lost - n_error)
    return Broken(lost, gained, lost - gained, limit, sign_p(lost, gained))


def _adjusted(
    verdicts: Sequence[Verdict], outputs: Sequence[Outputs], how: How
) -> tuple[list[Verdict], list[Outputs], int]:
    """The same with their p adjusted over one family, and its size."""
    p: dict[tuple[str, int], float] = {}
    least: dict[tuple[str, int], float] = {}  # that the test could give, whatever the signs
    for i, v in enumerate(verdicts):
        if c := v.comparison:
            p["mean", i], least["mean", i] = c.p, 2.0 ** (1 - c.wins - c.losses)
    signs = {("collapsed", i): v.collapsed for i, v in enumerate(verdicts)}
    # Where none was mended the limit decides, and there is no test.
    signs |= {("lost", i): v.lost for i, v in enumerate(verdicts) if v.lost.better}
    signs |= {("outputs", i): o.both for i, o in enumerate(outputs) if o.both.better}
    for key, s in signs.items():
        p[key], least[key] = s.p, 2.0 ** -(s.worse + s.better)
    family = [key for key in p if least[key] < how.alpha]
    adjusted = {key: max(x, how.alpha) for key, x in p.items()}
    adjusted |= zip(family, adjust([p[key] for key in family], how.correct), strict=True)
    made = [
        replace(
            v,
            comparison=v.comparison and replace(v.comparison, p_adjusted=adjusted["mean", i]),
            collapsed=replace(v.collapsed, p_adjusted=adjusted["collapsed", i]),
            lost=replace(v.lost, p_adjusted=adjusted.get(("lost", i), 1.0)),
        )
        for i, v in enumerate(verdicts)
    ]
    after = [
        replace(o, both=replace(o.both, p_adjusted=adjusted.get(("outputs", i), 1.0)))
        for i, o in enumerate(outputs)
    ]
    return made, after, len(family)


def _judged(v: Verdict, table: ScoreTable, baseline: str, how: How) -> Verdict:
    mean = _by_mean(v, how.alpha)
    broke = v.collapsed.certain(how.alpha) or v.lost.said(how.alpha)
    state: State = "regressed" if broke else mean
    if state == "inconclusive":
        return replace(v, state=state, mean=mean, needed=_needed(v, table, how))
    worst = tuple(_worst(v, table, baseline))[:WORST] if state == "regressed" else ()
    return replace(v, state=state, mean=mean, worst=worst)


def _by_mean(v: Verdict, alpha: float) -> State:
    c = v.comparison
    if c is None:
        return "inconclusive"
    if c.wins == c.losses == 0:
        return "unchanged"
    if c.lo is None or c.hi is None:
        return "inconclusive"
    sign = -1 if v.heading.better == "low" else 1
    lo, hi = sorted((sign * c.lo, sign * c.hi))
    delta = sign * c.delta
    if -v.margin <= lo and hi <= v.margin:
        return "unchanged"
    if c.p_adjusted < alpha:
        if hi < 0 and delta < -v.margin:
            return "regressed"
        if lo > 0 and delta > v.margin:
            return "improved"
    return "inconclusive"


def _needed(v: Verdict, table: ScoreTable, how: How) -> int | None:
    """By the shorter of two ways: to be seen beyond the margin, or to be seen to stay inside."""
    c = v.comparison
    if c is None or c.n_pairs < FEWEST:
        return None
    differences = column_values(table, c.a, c.column) - column_values(table, c.b, c.column)
    inside = v.margin - abs(c.delta)
    room, alpha = (inside, how.alpha) if inside > 0 else (abs(c.delta), how.level)
    needed = documents_needed(differences[~np.isnan(differences)], delta=room, alpha=alpha) if room else None
    return needed if needed is not None and needed > c.n_pairs else None


def _worst(v: Verdict, table: ScoreTable, baseline: str) -> Iterator[Fall]:
    was, now = (column_values(table, f"{run}:{v.system}", v.heading.id) for run in (baseline, _NEW))
    falls = now - was if v.heading.better == "low" else was - now
    at = [i for i in range(len(falls)) if falls[i] > 0]
    for i in sorted(at, key=lambda i: (-falls[i], table.doc_ids[i])):
        yield Fall(table.doc_ids[i], float(was[i]), float(now[i]))


def _mean(values: Floats) -> float:
    return math.fsum(values) / len(values)
