"""Systems against a baseline: paired differences that are ready to be printed."""

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.core.errors import ConfigError, nearest
from bench.core.types import ColumnInfo, Comparison, ScoreTable
from bench.report.adjust import CORRECTIONS, Correct, draws, level
from bench.report.board import Findable, Heading, headings_of
from bench.report.changes import Change
from bench.report.columns import compared_columns
from bench.report.estimate import RESAMPLES, column_values
from bench.report.extremes import Example
from bench.report.figures import MISSING, chance, counted, interval, rough, rounded_up, signed
from bench.report.leaderboard import headline
from bench.report.leaders import ALPHA
from bench.report.paired import TESTS, Test, compare, paired_differences
from bench.report.power import can_find, documents_needed, smallest_difference


@dataclass(frozen=True, slots=True)
class Delta:
    """The difference of one system from its baseline in one column.

    Attributes:
        comparison: In the stored scale; None where no document has a value for both.
        means: Of the baseline and of the system on the documents that both have.
        value: The difference as printed, ``–`` where there is none.
        interval: ``[lo,hi]`` as printed, or empty.
        p: As printed, adjusted, or empty.
        tally: Documents on which the system is better, equal and worse, as printed, or empty.
        clear: Whether the adjusted p is below α.
        needed: Documents with which a difference like this one would be found with 80 % power; None
            where it is clear already, and where nothing can be said.
    """

    comparison: Comparison | None = None
    means: tuple[float, float] | None = None
    value: str = MISSING
    interval: str = ""
    p: str = ""
    tally: str = ""
    clear: bool = False
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison of systems: ``system`` against ``baseline``, both labels of the table.

    ``label`` is what a reader sees; the cells are aligned with the headings.
    """

    label: str
    system: str
    baseline: str
    cells: tuple[Delta, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How it was tested; ``comparisons`` is the size of the family that p was adjusted for."""

    alpha: float
    resamples: int
    seed: int
    test: Test
    correct: Correct
    comparisons: int

    @property
    def level(self) -> float:
        """Of a single test: what is found there is found whatever the other comparisons say."""
        return level(self.alpha, self.comparisons, self.correct)

    @property
    def text(self) -> str:
        """``paired permutation, Holm over 12 comparisons``."""
        family, correction = counted(self.comparisons, "comparison"), CORRECTIONS[self.correct]
        adjusted = f"{family}, {correction}" if self.correct == "none" else f"{correction} over {family}"
        return f"{TESTS[self.test]}, {adjusted}"


@dataclass(frozen=True, slots=True)
class Versus:
    """Systems by columns, as differences.

    Attributes:
        baseline: The system that all are compared with; of runs that are compared system by system, the
            run.
        subject: What is compared, where a reader would not know: the newer of two runs.
        n_documents: In the whole table.
        headings: The columns.
        rows: Best first in the headline column, ties by label.
        headline: Id of the column that stands for the others: the first that was asked for, else that
            of the leaderboard.
        findable: Smallest difference of that column that could be found; None where nothing could.
        notes: What is to be known about the numbers.
        how: Of the tests.
        examples: The biggest wins and losses, where they were asked for.
        changes: What differs between two runs, where that was asked for.
    """

    baseline: str
    subject: str
    n_documents: int
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    headline: str
    findable: Findable | None
    notes: tuple[str, ...]
    how: How
    examples: tuple[Example, ...] = ()
    changes: tuple[Change, ...] | None = None

    @property
    def title(self) -> str:
        """``against lead3, 250 documents, paired permutation, Holm over 12 comparisons``."""
        who = f"{self.subject} against {self.baseline}".strip()
        return f"{who}, {counted(self.n_documents, 'document')}, {self.how.text}"

    @property
    def power(self) -> str:
        """What so many documents can find, and how many the undecided differences would need."""
        at = next(i for i, h in enumerate(self.headings) if h.id == self.headline)
        heading, deltas = self.headings[at], [row.cells[at] for row in self.rows]
        said = ""
        if self.findable:
            difference = rough(self.findable.difference, heading.scale)
            said = f"can find: {difference} {heading.title} with 80 % power."
        elif self.how.test == "permutation" and not can_find(
            most := max((d.comparison.n_pairs for d in deltas if d.comparison), default=0),
            alpha=self.how.level,
        ):
            said = f"no difference can be found with {counted(most, 'document')}."
        wanting = [(row.label, d.needed) for row, d in zip(self.rows, deltas, strict=True) if d.needed]
        if wanting:
            (label, needed), *others = wanting
            said += f" To find what was seen, {label} would need {rounded_up(needed)} documents"
            said += "".join(f", {label} {rounded_up(needed)}" for label, needed in others) + "."
        return said.strip()


def versus(
    table: ScoreTable,
    baseline: str,
    *,
    columns: Sequence[str] = (),
    alpha: float = ALPHA,
    resamples: int = RESAMPLES,
    seed: int = 0,
    test: Test = "permutation",
    correct: Correct = "holm",
) -> Versus:
    """Every system of a table against one of them, but for those apart.

    Args:
        table: The scores.
        baseline: Label of the system that the others are compared with; it may be one apart.
        columns: What to compare, see :func:`compared_columns`.
        alpha: Level of the tests.
        resamples: Bootstrap samples, and the least number of random signs of a test.
        seed: Seed of both.
        test: What gives p.
        correct: How p is adjusted over all comparisons.

    Raises:
        ConfigError: no such system or column, or a column without a better direction.
        DataError: no column can be compared.
    """
    if baseline not in (known := [s.label for s in table.systems]):
        what = f"no such system '{baseline}'{nearest(baseline, known)}"
        raise ConfigError(what, f"There are: {', '.join(known)}.")
    pairs = [(s.label, baseline) for s in table.systems if not s.apart and s.label != baseline]
    how = How(alpha, resamples, seed, test, correct, 0)
    return versus_pairs(table, pairs, baseline, columns=columns, how=how)


def versus_pairs(
    table: ScoreTable,
    pairs: Sequence[tuple[str, str]],
    baseline: str,
    *,
    how: How,
    subject: str = "",
    labels: Mapping[str, str] = {},
    columns: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Versus:
    """Each (system, baseline) in every column; all of them are one family.

    Args:
        table: The scores.
        pairs: Labels of the table.
        baseline: See :class:`Versus`.
        how: Of the tests; the size of the family is found here.
        subject: See :class:`Versus`.
        labels: What readers see instead of a system's label.
        columns: What to compare, see :func:`compared_columns`.
        notes: Said besides.

    Raises:
        ConfigError: no such column, or one without a better direction.
        DataError: no column can be compared.
    """
    infos = compared_columns(table, columns)
    wanted = [(a, b, c.id) for c in infos for a, b in pairs]
    resamples = draws(how.resamples, how.alpha, len(wanted), how.correct)
    found = compare(table, wanted, resamples=resamples, seed=how.seed, test=how.test, correct=how.correct)
    how = replace(how, comparisons=len(found), resamples=resamples)
    by_key = {(c.a, c.b, c.column): c for c in found}
    headings = headings_of(infos)
    rows = [
        Row(labels.get(a, a), a, b, tuple(_delta(table, h, by_key.get((a, b, h.id)), how) for h in headings))
        for a, b in pairs
    ]
    first = headline(replace(table, columns=infos))
    chief = infos[0] if columns or first is None else first
    at = infos.index(chief)
    return Versus(
        baseline=baseline,
        subject=subject,
        n_documents=len(table.doc_ids),
        headings=headings,
        rows=tuple(sorted(rows, key=lambda row: _place(row, at, chief))),
        headline=chief.id,
        findable=_findable(table, [c for c in found if c.column == chief.id], how),
        notes=(
            *notes,
            *_missing(rows, headings, len(table.doc_ids)),
            *_corpus(table, headings),
            *table.notes,
        ),
        how=how,
    )


def _delta(table: ScoreTable, h: Heading, c: Comparison | None, how: How) -> Delta:
    if c is None:
        return Delta()
    clear = c.p_adjusted < how.alpha
    needed = None
    if not clear:
        differences = paired_differences(table, c.a, c.b, c.column)
        needed = documents_needed(differences, alpha=how.level)
    theirs, own = column_values(table, c.b, c.column), column_values(table, c.a, c.column)
    both = ~np.isnan(theirs + own)
    return Delta(
        comparison=c,
        means=(math.fsum(theirs[both]) / c.n_pairs, math.fsum(own[both]) / c.n_pairs),
        value=signed(c.delta, h.digits, h.scale),
        interval=interval(c.lo, c.hi, h.digits, h.scale),
        p=chance(c.p_adjusted),
        tally=f"{c.wins}/{c.ties}/{c.losses}",
        clear=clear,
        needed=needed if needed is not None and needed > c.n_pairs else None,
    )


def _place(row: Row, at: int, chief: ColumnInfo) -> tuple[bool, float, str]:
    c = row.cells[at].comparison
    sign = 1 if chief.column.better == "low" else -1
    return c is None, sign * c.delta if c else 0.0, row.label


def _findable(table: ScoreTable, tested: Sequence[Comparison], how: How) -> Findable | None:
    """The median over the pairs of a column: a typical one, not the luckiest."""
    differences = [paired_differences(table, c.a, c.b, c.column) for c in tested]
    found = [x for d in differences if (x := smallest_difference(d, alpha=how.level)) is not None]
    return Findable(tested[0].column, statistics.median(found), how.comparisons) if found else None


def _missing(rows: Sequence[Row], headings: Sequence[Heading], n: int) -> list[str]:
    """Which pairs lack documents."""
    gaps: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in rows:
        titles: dict[int, list[str]] = defaultdict(list)
        for h, cell in zip(headings, row.cells, strict=True):
            pairs = cell.comparison.n_pairs if cell.comparison else 0
            if pairs < n:
                titles[pairs].append(h.title)
        for pairs, lacking in titles.items():
            where = "" if len(lacking) == len(headings) else f" in {', '.join(lacking)}"
            gaps[pairs, where].append(row.label)
    return [
        f"{', '.join(labels)}: {pairs:,}/{n:,} documents have both values{where}"
        for (pairs, where), labels in gaps.items()
    ]


def _corpus(table: ScoreTable, headings: Sequence[Heading]) -> list[str]:
    """Which columns a leaderboard has another number of, so that its differences are not these."""
    over_corpus = {column for _, column in table.aggregates}
    titles = [h.title for h in headings if h.id in over_corpus]
    return [f"{', '.join(titles)}: of the values per document, not of the whole corpus"] if titles else []
