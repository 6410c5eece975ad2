"""What measuring columns against human judgements found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bench.data.keyed import Key

Group = Literal["metric", "published", "length"]


@dataclass(frozen=True, slots=True)
class Scores:
    """One column: a value a summary.

    Attributes:
        name: As tables show it.
        group: ``metric`` of this run, ``published`` by others, or the summary's ``length``.
        values: By document and system; None and a summary that is not there are missing.
        low: A low value is good, so that it is turned.
        usual: Measured where nobody chooses: tables show it, and it has a direction.
    """

    name: str
    group: Group
    values: Mapping[Key, float | None]
    low: bool = False
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """A statistic with its interval; ``lo`` and ``hi`` are None where there are too few documents."""

    value: float
    lo: float | None
    hi: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One column against the judgements of one data set.

    Attributes:
        column: Its name.
        group: See :class:`Scores`.
        low: Low values are good: turned before anything was computed, so that more is better everywhere.
        n: Judged summaries that have a value.
        n_missing: Judged summaries without one, left out.
        n_bad: Bad ones among the n; None without a rule.
        threshold: In the column's own direction; below it (above, for ``low``) a summary is called bad.
            None where no other rows are there to take it from.
        values: Of :data:`bench.report.judged.STATISTICS`, those that are defined.
    """

    column: str
    group: Group
    low: bool
    n: int
    n_missing: int
    n_bad: int | None
    threshold: float | None
    values: Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Board:
    """One data set.

    Attributes:
        name: Value of the column that tells data sets apart; empty where there is one only.
        n: Judged summaries.
        n_bad: Bad ones; None without a rule.
        n_documents: Documents.
        systems: Their systems.
        n_threshold: Summaries that the thresholds were taken from.
        rows: Metrics, then published scores, then length; each group best first.
    """

    name: str
    n: int
    n_bad: int | None
    n_documents: int
    systems: tuple[str, ...]
    n_threshold: int
    rows: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every data set, each for itself: a pooled number would say which data set a summary is from.

    Attributes:
        label: Column of the judgement.
        bad: The rule that makes a label bad, as text; None without one.
        turned: High labels are bad.
        by: Column that tells the data sets apart, or None.
        split: Rows that were measured, as ``split=test``; None: all.
        threshold_from: Rows that thresholds were taken from, as ``split validation``; None: from none.
        boards: One a data set.
        notes: What was left out, averaged or chosen.
        resamples: Of the intervals.
        seed: Of the resampling.
    """

    label: str
    bad: str | None
    turned: bool
    by: str | None
    split: str | None
    threshold_from: str | None
    boards: tuple[Board, ...]
    notes: tuple[str, ...]
    resamples: int
    seed: int
