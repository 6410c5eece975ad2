"""How often a check notices an error that was put into a text, beside how often it "notices" none.

A score is compared with that of the same text without the change, on the check's own scale; no label and no
threshold comes in.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from bench.core.types import LEVEL, ColumnInfo, ScoreTable
from bench.report.agreement import auc
from bench.report.estimate import column_values
from bench.report.fixed import Floats
from bench.report.weighted import Ints

CONTROLS = "controls"
# Models give a text another score in another batch, by up to this much.
_NOTHING = 1e-5


@dataclass(frozen=True, slots=True)
class Changed:
    """A system of the table whose summaries are those of another one with a change.

    Attributes:
        system: Its label.
        original: The label of the other one.
        kind: What was changed.
        group: What the change does; those of the group ``controls`` leave the meaning.
    """

    system: str
    original: str
    kind: str
    group: str


@dataclass(frozen=True, slots=True)
class Noticing:
    """What one column made of one kind of change.

    Attributes:
        kind: Of the change; ``controls`` are all of them.
        group: What the change does.
        pairs: Texts with and without the change that both have a value and that could be scored worse.
        documents: How many these belong to.
        noticed: Share of pairs of which the changed text was scored worse, as the mean over documents.
        lo: Lower end of Wilson's interval for it, with the document as the unit.
        hi: Upper end.
        auc: Chance that the change lowers the score by more than a control does; a tie counts one half.
        drop: Median by which it lowers the score, in standard deviations of the unchanged texts; None where
            these are all scored the same.
        without: Pairs in which a text has no value.
        worst: Pairs whose unchanged text had the worst possible value, so that nothing could be noticed.
    """

    kind: str
    group: str
    pairs: int
    documents: int
    noticed: float | None = None
    lo: float | None = None
    hi: float | None = None
    auc: float | None = None
    drop: float | None = None
    without: int = 0
    worst: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One column with what it noticed.

    Attributes:
        info: The column.
        texts: Labels of the unchanged texts that it was tried on.
        spread: Standard deviation of its values for them; None for fewer than two.
        rows: Of each kind, in the order in which they were given; the controls together are the last.
        by_text: The same for each of the unchanged texts alone.
    """

    info: ColumnInfo
    texts: tuple[str, ...]
    spread: float | None
    rows: tuple[Noticing, ...]
    by_text: Mapping[str, tuple[Noticing, ...]] = field(default_factory=dict)

    @property
    def controls(self) -> Noticing:
        """The controls together."""
        return self.rows[-1]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs that can be compared: how far the score fell, and the document of each."""

    drops: Floats
    documents: Ints
    without: int = 0
    worst: int = 0


def selftest(
    table: ScoreTable, changed: Sequence[Changed], apart: Collection[tuple[str, str]] = ()
) -> tuple[Check, ...]:
    """Every column that has a direction, with what it noticed of every kind of change.

    Args:
        table: The scores of the unchanged and the changed texts.
        changed: Its systems with a change.
        apart: Labels of unchanged texts with the columns that are not to be tried on them.
    """
    originals = list(dict.fromkeys(c.original for c in changed))
    checks = []
    for info in table.columns:
        if info.column.better == "none":
            continue
        texts = tuple(o for o in originals if (o, info.id) not in apart)
        values = np.concatenate([np.empty(0), *(column_values(table, o, info.id) for o in texts)])
        spread = _spread(values[~np.isnan(values)])
        by_text = {o: _rows(table, info, [c for c in changed if c.original == o], spread) for o in texts}
        rows = _rows(table, info, [c for c in changed if c.original in texts], spread)
        checks.append(Check(info, texts, spread, rows, by_text))
    return tuple(checks)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval (1927) for a share of ``n`` independent trials, n ≥ 1."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    lo, hi = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    # Exact at the ends, where rounding would leave a remainder.
    return (lo if share > 0 else 0.0), (hi if share < 1 else 1.0)


def _spread(values: Floats) -> float | None:
    return float(np.sort(values).std(ddof=1)) if len(values) > 1 else None


def _rows(
    table: ScoreTable, info: ColumnInfo, changed: Sequence[Changed], spread: float | None
) -> tuple[Noticing, ...]:
    kinds: dict[tuple[str, str], list[Changed]] = {}
    for c in changed:
        kinds.setdefault((c.kind, c.group), []).append(c)
    of_controls = _pairs(table, info, [c for c in changed if c.group == CONTROLS])
    rows = [
        _noticing(kind, group, _pairs(table, info, members), of_controls, spread)
        for (kind, group), members in kinds.items()
    ]
    return (*rows, _noticing(CONTROLS, CONTROLS, of_controls, of_controls, spread))


def _pairs(table: ScoreTable, info: ColumnInfo, changed: Sequence[Changed]) -> _Pairs:
    """The pairs of some systems; where one of a system failed to be made, it is none."""
    sign = 1.0 if info.column.better == "high" else -1.0
    worst = min(sign * end for end in info.column.range)
    made = _Pairs(np.empty(0), np.empty(0, np.int64))
    for c in changed:
        before = sign * column_values(table, c.original, info.id)
        after = sign * column_values(table, c.system, info.id)
        both = ~np.isnan(before) & ~np.isnan(after)
        able = both & (before > worst + _NOTHING)
        cells = table.cells.get((c.system, info.id))
        made = _Pairs(
            np.concatenate([made.drops, (before - after)[able]]),
            np.concatenate([made.documents, np.flatnonzero(able)]),
            made.without + (cells.n_none + cells.n_error if cells else 0),
            made.worst + int((both & ~able).sum()),
        )
    return made


def _noticing(kind: str, group: str, found: _Pairs, controls: _Pairs, spread: float | None) -> Noticing:
    n = len(found.drops)
    documents, of = np.unique(found.documents, return_inverse=True)
    if not n:
        return Noticing(kind, group, 0, 0, without=found.without, worst=found.worst)
    noticed = (found.drops > _NOTHING).astype(np.float64)
    share = math.fsum(np.bincount(of, noticed) / np.bincount(of)) / len(documents)
    lo, hi = wilson(share, len(documents))
    return Noticing(
        kind,
        group,
        pairs=n,
        documents=len(documents),
        noticed=share,
        lo=lo,
        hi=hi,
        auc=_above(found.drops, controls.drops) if group != CONTROLS else None,
        drop=float(np.median(found.drops)) / spread if spread and spread > _NOTHING else None,
        without=found.without,
        worst=found.worst,
    )


def _above(drops: Floats, of_controls: Floats) -> float | None:
    falls = np.concatenate([drops, of_controls])
    # What is no fall ties with every other one, whatever its last bits are.
    falls[np.abs(falls) <= _NOTHING] = 0.0
    return auc(-falls, np.arange(len(falls)) < len(drops))
