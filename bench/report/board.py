"""A table that is ready to be printed: every number formatted once, whatever the format."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.core.types import Better, ColumnInfo, Comparison, Estimate
from bench.report.adjust import Correct
from bench.report.paired import Test


@dataclass(frozen=True, slots=True)
class Heading:
    """A score column. ``title`` is unique within the table; only a full table has what is not ``shown``."""

    id: str
    title: str
    better: Better
    unit: str
    scale: int
    digits: int
    shown: bool
    signature: str

    @property
    def text(self) -> str:
        """Title with the direction that is good."""
        return self.title + {"high": " ↑", "low": " ↓", "none": ""}[self.better]


def headings_of(columns: Sequence[ColumnInfo]) -> tuple[Heading, ...]:
    """A heading for each column; titles that several have name their metric, too."""
    titles = Counter(c.column.title or c.column.name for c in columns)
    result = []
    for info in columns:
        c = info.column
        title = c.title or c.name
        if titles[title] > 1:
            title = f"{title} ({info.id.rpartition('.')[0]})"
        result.append(Heading(info.id, title, c.better, c.unit, c.scale, c.digits, c.shown, info.signature))
    return tuple(result)


@dataclass(frozen=True, slots=True)
class Cell:
    """One system's result in one column.

    Attributes:
        estimate: In the stored scale.
        value: The mean as printed, ``–`` where there is none.
        interval: ``[lo,hi]`` as printed, or empty.
        bold: Best of the column, or not to be told from it.
        partial: Other systems have values for documents that this one lacks.
        corpus: The value was computed over the whole corpus and is not a mean.
        reasons: Why values are None, with counts.
    """

    estimate: Estimate
    value: str
    interval: str = ""
    bold: bool = False
    partial: bool = False
    corpus: bool = False
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extra:
    """A column about the systems themselves: ``name`` in files, ``title`` for readers."""

    name: str
    title: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One system. ``cells`` are aligned with the headings, ``extras`` with the extra columns.

    ``n_ok`` is the smallest number of scored documents over the shown columns that have a better
    direction, over all shown ones if none has. Of ``samples`` summaries a document, ``n_summaries`` are
    there and ``n_errors`` failed; ``read``, ``n_read`` and ``n_cut`` are those of
    :class:`bench.core.types.SystemInfo`.
    """

    label: str
    signature: str
    n_ok: int
    n_summaries: int
    n_errors: int
    samples: int
    read: float | None
    n_read: int
    n_cut: int
    cells: tuple[Cell, ...]
    extras: tuple[float | None, ...]
    extra_texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """How intervals and bold were computed; ``flips`` are the random draws of a test.

    ``test`` and ``correct`` are named in :mod:`bench.report.paired` and :mod:`bench.report.adjust`.
    """

    alpha: float
    resamples: int
    flips: int
    seed: int
    test: Test
    correct: Correct


@dataclass(frozen=True, slots=True)
class Findable:
    """Smallest difference that the documents at hand find with 80 % power, in the stored scale.

    ``comparisons`` is the size of the family: where p is adjusted the test is at α divided by it.
    """

    column: str
    difference: float
    comparisons: int


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Systems by columns.

    Attributes:
        name: Of the experiment.
        n_documents: In the whole table.
        headings: Score columns in the order of the config.
        extras: Further columns.
        ranked: Best first by the first shown column that has a better direction; a system that lacks
            documents by its difference to the best on the common ones; ties by label.
        apart: Systems that are neither ranked, tested nor bold.
        comparisons: The tests that decided what is bold.
        findable: For the headline column; None where there is none, where nothing was compared in
            it, and where no difference can be found.
        notes: What is to be known about the data.
        settings: Of the statistics.
    """

    name: str
    n_documents: int
    headings: tuple[Heading, ...]
    extras: tuple[Extra, ...]
    ranked: tuple[Row, ...]
    apart: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    findable: Findable | None
    notes: tuple[str, ...]
    settings: Settings

    @property
    def rows(self) -> tuple[Row, ...]:
        """All systems: the ranked, then those apart."""
        return self.ranked + self.apart

    def shown(self, full: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Indices of a table's headings and of its extras; an extra that no system has is left out."""
        known = [any(row.extras[i] is not None for row in self.rows) for i in range(len(self.extras))]
        return (
            tuple(i for i, h in enumerate(self.headings) if full or h.shown),
            tuple(i for i, e in enumerate(self.extras) if known[i] and (full or e.shown)),
        )
