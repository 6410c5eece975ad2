"""The documents on which a system wins or loses most against its baseline, with their texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.core.types import ScoreTable
from bench.report.board import Heading
from bench.report.estimate import column_values
from bench.report.figures import number, signed

_DIGITS = 9  # of a difference: what is equal on paper ties


@dataclass(frozen=True, slots=True)
class Example:
    """One document and both its summaries.

    Attributes:
        label: Of the system, as readers see it.
        system: Its label in the table.
        baseline: The label in the table of what it is compared with.
        won: Whether the system is better than the baseline here.
        doc_id: The document.
        column: Id of the column.
        values: The scores of the baseline and of the system.
        printed: The same as tables print them, and their difference.
        headline: Of the document, or empty.
        references: Of the document; none where it cannot be read any more.
        texts: The summaries of the baseline and of the system; of several samples the first.
        names: What readers call the two.
        note: What the reader should know, such as data that have changed.
    """

    label: str
    system: str
    baseline: str
    won: bool
    doc_id: str
    column: str
    values: tuple[float, float]
    printed: tuple[str, str, str]
    headline: str = ""
    references: tuple[str, ...] = ()
    texts: tuple[str, str] = ("", "")
    names: tuple[str, str] = ("", "")
    note: str = ""


def extremes(
    table: ScoreTable, rows: Sequence[tuple[str, str, str]], heading: Heading, most: int
) -> Iterator[Example]:
    """Up to ``most`` wins and as many losses of each row, the biggest first, equal ones by id; no texts.

    Args:
        table: The scores.
        rows: (label for readers, system, baseline).
        heading: The column to look at.
        most: Of wins and of losses.
    """
    sign = -1 if heading.better == "low" else 1
    for label, system, baseline in rows:
        theirs, own = column_values(table, baseline, heading.id), column_values(table, system, heading.id)
        gains = sign * (own - theirs)
        for won, gain in ((True, gains), (False, -gains)):
            found = [(-round(g, _DIGITS), table.doc_ids[i], i) for i, g in enumerate(gain.tolist())]
            for _, doc_id, i in sorted(f for f in found if f[0] < 0)[:most]:
                old, new = float(theirs[i]), float(own[i])
                yield Example(
                    label=label,
                    names=(baseline, label),
                    system=system,
                    baseline=baseline,
                    won=won,
                    doc_id=doc_id,
                    column=heading.id,
                    values=(old, new),
                    printed=(
                        number(old, heading.digits, heading.scale),
                        number(new, heading.digits, heading.scale),
                        signed(new - old, heading.digits, heading.scale),
                    ),
                )
