"""All pairs of systems compared, column by column."""

from dataclasses import dataclass, replace
from itertools import combinations

from bench.core.types import Comparison, ScoreTable
from bench.report.board import Heading, Leaderboard
from bench.report.leaderboard import headline
from bench.report.versus import Delta, How, Versus, versus_pairs

# Bounds of Cohen's d between a small, a middling and a large effect.
_MIDDLING, _LARGE = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every pair of ranked systems in one column, as one family of tests."""

    heading: Heading
    versus: Versus

    def delta(self, a: str, b: str) -> Delta | None:
        """What the tests say of a − b or of b − a, whichever was tested; None where nothing was."""
        return next((row.cells[0] for row in self.versus.rows if {row.system, row.baseline} == {a, b}), None)

    def gain(self, a: str, b: str) -> float:
        """How much better a is than b, in the stored scale; 0 where they cannot be told apart."""
        delta = self.delta(a, b)
        if delta is None or delta.comparison is None or not delta.clear:
            return 0.0
        c = delta.comparison if delta.comparison.a == a else turned(delta.comparison)
        return -c.delta if self.heading.better == "low" else c.delta


def all_pairs(table: ScoreTable, board: Leaderboard, how: How) -> tuple[Pairs, ...]:
    """The pairs of every shown column that has a better direction, the headline column first.

    Every column is a family of its own: who reads one column does not ask the others.
    """
    first = headline(table)
    headings = [h for h in board.headings if h.shown and h.better != "none"]
    pairs = list(combinations([s.label for s in table.systems if not s.apart], 2))
    return tuple(
        Pairs(h, versus_pairs(table, pairs, "", how=how, columns=(h.id,)))
        for h in sorted(headings, key=lambda h: first is None or h.id != first.id)
    )


def strength(c: Comparison) -> int:
    """1, 2 or 3 for a small, middling or large effect, by Cohen's d of the paired differences."""
    size = abs(c.effect) if c.effect is not None else _LARGE
    return 1 + (size >= _MIDDLING) + (size >= _LARGE)


def turned(c: Comparison) -> Comparison:
    """The same comparison as b − a."""
    lo, hi = (None if c.hi is None else -c.hi), (None if c.lo is None else -c.lo)
    effect = None if c.effect is None else -c.effect
    return replace(c, a=c.b, b=c.a, delta=-c.delta, lo=lo, hi=hi, wins=c.losses, losses=c.wins, effect=effect)
