"""Columns of scores against human judgements: which data set, which rows, which threshold."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.core.errors import DataError
from bench.core.rows import spelling
from bench.data.judgements import Judgement, Judgements
from bench.data.keyed import at
from bench.report import weighted
from bench.report.agreement import FEWEST_SYSTEMS, RESAMPLES, best_threshold, flagged, intervals
from bench.report.fixed import Floats
from bench.report.verdict import Agreement, Board, Measured, Scores, Verdict
from bench.report.weighted import Flags, Ints, Kernel, Statistic

# Columns that tell data sets apart where nobody says which one does.
DATASET_FIELDS = ("dataset", "corpus")

_CORRELATIONS: dict[str, Kernel] = {
    "pearson": weighted.pearson, "spearman": weighted.spearman, "kendall": weighted.kendall,
}  # fmt: skip
_PARTIAL = {"partial_pearson": weighted.partial_pearson, "partial_spearman": weighted.partial_spearman}
STATISTICS = (
    "auc", "balanced_accuracy", *_CORRELATIONS, *_PARTIAL,
    "within_auc", *(f"within_{name}" for name in _CORRELATIONS),
    *(f"system_{name}" for name in _CORRELATIONS),
)  # fmt: skip


def judge(
    judgements: Judgements,
    columns: Sequence[Scores],
    *,
    by: str | None = None,
    split: tuple[str, str] | None = None,
    with_interval: Collection[str] = STATISTICS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Verdict:
    """Measure columns against judgements, data set by data set.

    Args:
        judgements: One a summary.
        columns: What to measure.
        by: Column of the judgements that tells data sets apart.
        split: Column and value of the rows to measure; thresholds come from all other rows of the same
            data set, and there is no balanced accuracy without this.
        with_interval: Statistics that get an interval; all of them take a third of a second for a column and
            a thousand summaries.
        resamples: Of documents, for the intervals.
        seed: Of the resampling.

    Raises:
        DataError: several data sets and no ``by``, a column that is not there, no row of the split, or no
            judged summary that has a score.
    """
    here, there = parted(judgements, by, split)
    names = sorted({_value(j, by) for j in here}) if by else [""]
    draw = _Draw(frozenset(with_interval), resamples, seed)
    boards = []
    for name in names:
        rows, others = ([j for j in part if not by or _value(j, by) == name] for part in (here, there))
        boards.append(_board(name, rows, others, columns, draw))
    if columns and not any(row.n for board in boards for row in board.rows):
        raise _nothing(here, columns)
    return Verdict(
        label=judgements.label,
        bad=str(judgements.bad) if judgements.bad else None,
        turned=judgements.turned,
        by=by,
        split="=".join(split) if split else None,
        threshold_from=_others(there, split[0]) if split and there else None,
        boards=tuple(boards),
        notes=judgements.notes,
        resamples=resamples,
        seed=seed,
    )


def parted(
    judgements: Judgements, by: str | None, split: tuple[str, str] | None
) -> tuple[list[Judgement], list[Judgement]]:
    """The judgements to measure, and those that thresholds are taken from; see :func:`judge`.

    Raises:
        DataError: several data sets and no ``by``, a column that is not there, or no row of the split.
    """
    if by is None:
        _refuse_pooling(judgements.rows)
    else:
        for judgement in judgements.rows:
            _value(judgement, by)
    if split is None:
        return list(judgements.rows), []
    field, value = split
    here = [j for j in judgements.rows if _value(j, field) == spelling(value)]
    if not here:
        have = ", ".join(sorted({_value(j, field) for j in judgements.rows}))
        raise DataError(f"--split: no judgement has {field}={value}", f"{field} is one of {have}.")
    return here, [j for j in judgements.rows if _value(j, field) != spelling(value)]


@dataclass(frozen=True, slots=True)
class _Draw:
    """The resampling, and the statistics that it is for."""

    statistics: frozenset[str]
    resamples: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Judged summaries that have a value, as arrays [n]."""

    scores: Floats
    human: Floats
    bad: Flags | None
    documents: Ints
    systems: Ints


def _board(
    name: str,
    here: Sequence[Judgement],
    there: Sequence[Judgement],
    columns: Sequence[Scores],
    draw: _Draw,
) -> Board:
    known = all(j.bad is not None for j in here)
    found = [_agreement(column, here, there, draw) for column in columns]
    found.sort(key=lambda row: -_rank(row))
    order = ("metric", "published", "length")
    return Board(
        name=name,
        n=len(here),
        n_bad=sum(bool(j.bad) for j in here) if known else None,
        n_documents=len({j.doc_id for j in here}),
        systems=tuple(sorted({j.system for j in here})),
        n_threshold=len(there),
        rows=tuple(sorted(found, key=lambda row: order.index(row.group))),
    )


def _rank(row: Agreement) -> float:
    """What a table is sorted by: AUC, or the rank correlation where nothing is bad."""
    found = row.values.get("auc") or row.values.get("spearman")
    return -2.0 if found is None else found.value


def _agreement(
    column: Scores, here: Sequence[Judgement], there: Sequence[Judgement], draw: _Draw
) -> Agreement:
    rows, others = _rows(column, here), _rows(column, there)
    threshold = None
    if others.bad is not None and rows.bad is not None:
        threshold = best_threshold(others.scores, others.bad)
    return Agreement(
        column=column.name,
        group=column.group,
        low=column.low,
        n=len(rows.scores),
        n_missing=len(here) - len(rows.scores),
        n_bad=None if rows.bad is None else int(rows.bad.sum()),
        threshold=-threshold if threshold is not None and column.low else threshold,
        values=_measured(rows, threshold, draw) if len(rows.scores) else {},
    )


def _rows(column: Scores, judged: Sequence[Judgement]) -> _Rows:
    pairs = [(j, v) for j in judged if (v := column.values.get((j.doc_id, j.system))) is not None]
    known = all(j.bad is not None for j, _ in pairs)
    return _Rows(
        scores=np.array([-v if column.low else v for _, v in pairs], dtype=np.float64),
        human=np.array([j.human for j, _ in pairs], dtype=np.float64),
        bad=np.array([bool(j.bad) for j, _ in pairs], dtype=np.bool_) if known else None,
        documents=_numbered([j.doc_id for j, _ in pairs]),
        systems=_numbered([j.system for j, _ in pairs]),
    )


def _numbered(names: Sequence[str]) -> Ints:
    """Numbers in the order of the sorted names: the same whatever the order of the rows."""
    at_name = {name: i for i, name in enumerate(sorted(set(names)))}
    return np.array([at_name[name] for name in names], dtype=np.int64)


def _measured(rows: _Rows, threshold: float | None, draw: _Draw) -> dict[str, Measured]:
    statistics = _statistics(rows, threshold)
    ones = np.ones((1, len(rows.scores)))
    values = {name: float(statistic(ones)[0]) for name, statistic in statistics.items()}
    defined = {name: value for name, value in values.items() if not np.isnan(value)}
    drawn = {name: statistics[name] for name in defined if name in draw.statistics}
    found = intervals(drawn, rows.documents, resamples=draw.resamples, seed=draw.seed)
    return {name: Measured(value, *(found.get(name) or (None, None))) for name, value in defined.items()}


def _statistics(rows: _Rows, threshold: float | None) -> dict[str, Statistic]:
    x, y, systems = rows.scores, rows.human, rows.systems
    n_systems = len(np.unique(systems))
    found: dict[str, Statistic] = {}
    if rows.bad is not None:
        bad = rows.bad.astype(np.float64)
        found["auc"] = partial(weighted.auc, x, bad)
        if threshold is not None:
            found["balanced_accuracy"] = partial(weighted.balanced_accuracy, flagged(x, threshold), bad)
        if n_systems > 1:
            found["within_auc"] = partial(weighted.within, weighted.auc, x, bad, systems)
    for name, kernel in _CORRELATIONS.items():
        found[name] = partial(kernel, x, y)
        if n_systems > 1:
            found[f"within_{name}"] = partial(weighted.within, kernel, x, y, systems)
        if n_systems >= FEWEST_SYSTEMS:
            found[f"system_{name}"] = partial(weighted.between, kernel, x, y, systems)
    controlled: Mapping[str, Callable[[Floats, Floats, Ints, Floats], Floats]] = _PARTIAL
    if n_systems > 1:
        found |= {name: partial(kernel, x, y, systems) for name, kernel in controlled.items()}
    return found


def _refuse_pooling(rows: Sequence[Judgement]) -> None:
    for field in DATASET_FIELDS:
        values = sorted({spelling(j.row.fields[field]) for j in rows if field in j.row.fields})
        if len(values) > 1:
            raise DataError(
                f"the judgements are of {len(values)} data sets ({field}: {', '.join(values)}), and a number "
                "over all of them would say which one a summary is from, not whether it is good",
                f"--by {field} measures each, --where {field}={values[0]} one of them.",
            )


def _nothing(judged: Sequence[Judgement], columns: Sequence[Scores]) -> DataError:
    one = judged[0]
    what = f"no judged summary has a score: there is none for document '{one.doc_id}' by '{one.system}'"
    scored = next((key for column in columns for key in column.values), None)
    hint = f"The scores are of document '{scored[0]}' by '{scored[1]}', for example." if scored else ""
    return DataError(what, hint, file=one.row.file, line=one.row.line)


def _others(rows: Sequence[Judgement], field: str) -> str:
    return f"{field} {' and '.join(sorted({_value(j, field) for j in rows}))}"


def _value(judgement: Judgement, field: str) -> str:
    return spelling(at(judgement.row, field))
