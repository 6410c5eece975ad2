"""Where several checks scored the same summaries: how far they agree, and where they differ most."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bench.core.errors import DataError
from bench.core.types import ColumnInfo, ScoreTable
from bench.report.agreement import spearman
from bench.report.estimate import column_values
from bench.report.fixed import Floats
from bench.report.weighted import ranks

MOST = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns on the summaries that both have a value for.

    Attributes:
        a: One column.
        b: The other.
        n: Summaries.
        spearman: Rank correlation, both turned so that more is better; None if one of them is constant.
        equal: Share of summaries to which both give the same of two values; None unless both are flags.
    """

    a: str
    b: str
    n: int
    spearman: float | None
    equal: float | None


@dataclass(frozen=True, slots=True)
class Apart:
    """A summary that one column places high and another low.

    Ranks are shares of the summaries that are worse, in [0, 1]; ties count one half.
    """

    doc_id: str
    system: str
    high: str
    high_rank: float
    low: str
    low_rank: float


@dataclass(frozen=True, slots=True)
class Compared:
    """Columns of different checks.

    Attributes:
        columns: Their ids, in the order of the table.
        n: Summaries with any value.
        pairs: Every pair of columns.
        apart: The summaries with the largest differences of rank, between columns of different metrics if
            there are several, the largest first.
    """

    columns: tuple[str, ...]
    n: int
    pairs: tuple[Pair, ...]
    apart: tuple[Apart, ...]


def compare_checks(table: ScoreTable, most: int = MOST) -> Compared:
    """Compare the shown columns of a table that have a direction; systems apart are left out.

    Raises:
        DataError: fewer than two such columns.
    """
    infos = [c for c in table.columns if c.column.shown and c.column.better != "none"]
    if len(infos) < 2:
        have = ", ".join(c.id for c in infos) or "none"
        raise DataError(
            f"agreement needs two columns with a direction, found {have}",
            "bench score RUN --metrics NAME adds a metric.",
        )
    systems = [s.label for s in table.systems if not s.apart]
    names = [(doc, system) for system in systems for doc in table.doc_ids]
    columns = [_values(table, systems, info) for info in infos]
    pairs = tuple(
        _pair(infos[i].id, infos[j].id, columns[i], columns[j]) for i, j in combinations(range(len(infos)), 2)
    )
    some = np.any([~np.isnan(v) for v in columns], axis=0)
    return Compared(
        columns=tuple(c.id for c in infos),
        n=int(some.sum()),
        pairs=pairs,
        apart=_apart(infos, columns, names, most),
    )


def _values(table: ScoreTable, systems: Sequence[str], info: ColumnInfo) -> Floats:
    """Values system by system, NaN for none; turned so that more is better, and a flag's 1 is 0."""
    values = np.concatenate([column_values(table, s, info.id) for s in systems] or [np.empty(0)])
    return 1 - values if info.column.better == "low" else values


def _pair(a: str, b: str, x: Floats, y: Floats) -> Pair:
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[both], y[both]
    equal = float((x == y).mean()) if len(x) and _is_flag(x) and _is_flag(y) else None
    return Pair(a, b, len(x), spearman(x, y), equal)


def _is_flag(values: Floats) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def _apart(
    infos: Sequence[ColumnInfo], columns: Sequence[Floats], names: Sequence[tuple[str, str]], most: int
) -> tuple[Apart, ...]:
    """Flags have no ranks to speak of: columns with more than two values only."""
    graded = [i for i, values in enumerate(columns) if not _is_flag(values[~np.isnan(values)])]
    metrics = {infos[i].id.rpartition(".")[0] for i in graded}
    if len(graded) < 2:
        return ()
    placed = {i: _places(columns[i]) for i in graded}
    best: dict[int, Apart] = {}
    for i, j in combinations(graded, 2):
        if len(metrics) > 1 and infos[i].id.rpartition(".")[0] == infos[j].id.rpartition(".")[0]:
            continue
        for k in np.flatnonzero(~np.isnan(placed[i] - placed[j])).tolist():
            one, other = (float(placed[i][k]), infos[i].id), (float(placed[j][k]), infos[j].id)
            (low_rank, low), (high_rank, high) = sorted([one, other])
            doc_id, system = names[k]
            found = Apart(doc_id, system, high, high_rank, low, low_rank)
            if k not in best or _gap(found) > _gap(best[k]):
                best[k] = found
    ordered = sorted(best.values(), key=lambda a: (-round(_gap(a), 9), a.doc_id, a.system))
    return tuple(a for a in ordered if not math.isclose(_gap(a), 0.0, abs_tol=1e-9))[:most]


def _gap(apart: Apart) -> float:
    return apart.high_rank - apart.low_rank


def _places(values: Floats) -> Floats:
    """Share of the values that are worse than each, ties one half; NaN where there is none."""
    known = ~np.isnan(values)
    placed = np.full(len(values), np.nan)
    if known.any():
        placed[known] = ranks(values[known], np.ones((1, int(known.sum()))))[0] / known.sum()
    return placed
