"""Every system against every other one: the matrices of the page, and what stands behind each cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.core.types import ScoreTable
from bench.report.board import Heading
from bench.report.estimate import column_values
from bench.report.figures import counted, interval, rough, rounded_up, signed
from bench.report.fixed import Floats
from bench.report.page.pairs import Pairs, strength, turned

_EXAMPLES = 3
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell: the row's system less the column's.

    Attributes:
        text: The difference as printed.
        kind: ``good-2``: direction and strength; empty where nothing was decided.
        said: The cell in words.
    """

    text: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """One column.

    Attributes:
        heading: Of the column.
        how: It was tested.
        power: The smallest difference that is found with 80 % power, or empty.
        cells: Systems by systems; None on the diagonal and where nothing is common.
    """

    heading: Heading
    how: str
    power: str
    cells: tuple[tuple[Difference | None, ...], ...]


def matrix(column: Pairs, order: Sequence[str]) -> Matrix:
    """The cells of one column, systems in the given order."""
    h, found = column.heading, column.versus.findable
    return Matrix(
        h,
        column.versus.how.text,
        f"{rough(found.difference, h.scale)} {h.title}" if found else "",
        tuple(tuple(_difference(column, a, b) for b in order) for a in order),
    )


def _difference(column: Pairs, a: str, b: str) -> Difference | None:
    delta = column.delta(a, b) if a != b else None
    if delta is None or delta.comparison is None:
        return None
    h, c = column.heading, delta.comparison
    text = signed(c.delta if c.a == a else -c.delta, h.digits, h.scale)
    gain = column.gain(a, b)
    kind = f"{'good' if gain > 0 else 'bad'}-{strength(c)}" if gain else ""
    word = "better" if gain > 0 else "worse" if gain else "not decided"
    return Difference(text, kind, f"{a} less {b}: {text}, p {delta.p}, {word}")


def details(
    table: ScoreTable, column: Pairs, order: Sequence[str], shown: Sequence[int]
) -> list[dict[str, Any]]:
    """What a click on a cell shows, for every ordered pair, ready to be printed.

    Args:
        table: Every value.
        column: The pairs of one column.
        order: Labels of the systems.
        shown: Places in the table of the documents that can be read in the page, in the order of its
            index: wins and losses are looked for among these.
    """
    cells = [(i, j) for i in range(len(order)) for j in range(len(order)) if i != j]
    said = (_detail(table, column, cell, (order[cell[0]], order[cell[1]]), shown) for cell in cells)
    return [detail for detail in said if detail is not None]


def _detail(
    table: ScoreTable, column: Pairs, cell: tuple[int, int], pair: tuple[str, str], shown: Sequence[int]
) -> dict[str, Any] | None:
    delta = column.delta(*pair)
    if delta is None or delta.comparison is None:
        return None
    h = column.heading
    c = delta.comparison if delta.comparison.a == pair[0] else turned(delta.comparison)
    wins, losses = _extremes(table, h, pair, shown)
    return {
        "cell": cell,
        "delta": signed(c.delta, h.digits, h.scale),
        "interval": interval(c.lo, c.hi, h.digits, h.scale),
        "p": delta.p,
        "clear": delta.clear,
        "tally": (
            f"better on {c.wins:,}, equal on {c.ties:,}, worse on {c.losses:,} "
            f"of {counted(c.n_pairs, 'document')}"
        ),
        "needed": rounded_up(delta.needed) if delta.needed else "",
        "wins": wins,
        "losses": losses,
    }


def _extremes(
    table: ScoreTable, h: Heading, pair: tuple[str, str], shown: Sequence[int]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(place in the index, difference) of the biggest wins and losses, equal ones in the index's order."""
    own, theirs = (column_values(table, label, h.id)[list(shown)] for label in pair)
    difference = np.nan_to_num(own - theirs)
    gain = difference * (-1 if h.better == "low" else 1)

    def first(order: Floats, sign: int) -> list[tuple[int, str]]:
        found = [i for i in np.argsort(order, kind="stable")[:_EXAMPLES].tolist() if sign * gain[i] > _TIE]
        return [(i, signed(float(difference[i]), h.digits, h.scale)) for i in found]

    return first(-gain, 1), first(gain, -1)
