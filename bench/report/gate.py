"""Did the summaries get worse? A verdict for each system and column, from the values before and now.

Values are paired by system, document and column; differences are turned so that up is better. With a
margin m and the 95 % interval [lo, hi] of the mean difference Δ:

unchanged      [lo, hi] lies inside [−m, m], or all values are what they were
regressed      hi < 0, Δ < −m and adjusted p < α; or documents collapsed or lost their values
improved       the mirror image
inconclusive   anything else

Outputs are broken where more of them are newly empty or failed than may be.
"""

from dataclasses import dataclass
from typing import Literal

from bench.core.types import Comparison
from bench.report.board import Heading
from bench.report.gate_breaks import Broken
from bench.report.versus import How

State = Literal["regressed", "improved", "unchanged", "inconclusive"]
STATES: tuple[State, ...] = ("regressed", "inconclusive", "improved", "unchanged")


@dataclass(frozen=True, slots=True)
class Fall:
    """A document that got worse: its values before and now, and its headline where that is known."""

    doc_id: str
    before: float
    after: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One system in one column.

    Attributes:
        system: Its label.
        heading: The column.
        state: All things considered.
        mean: What the mean alone says.
        margin: In the stored scale.
        comparison: Now − before, not turned; None where no document has both values.
        means: Before and now, on the documents that have both values.
        collapsed: Documents whose value collapsed.
        lost: Documents that had a value and have none, their summaries being there and the metric not
            having failed.
        reason: The most frequent reason why values are missing now, or empty.
        needed: Documents with which a difference like this one would be decided with 80 % power; None
            where it is decided, and where nothing can be said.
        worst: Of a regression, the documents that fell most.
    """

    system: str
    heading: Heading
    state: State
    mean: State
    margin: float
    comparison: Comparison | None
    means: tuple[float, float] | None
    collapsed: Broken
    lost: Broken
    reason: str = ""
    needed: int | None = None
    worst: tuple[Fall, ...] = ()


@dataclass(frozen=True, slots=True)
class Outputs:
    """The summaries of one system: how many are newly empty or failed, whether that is too many."""

    system: str
    empty: Broken
    failed: Broken
    both: Broken
    broken: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """All verdicts.

    Attributes:
        experiment: Name of what was gated.
        baseline: Name of what it was gated against.
        n_documents: In both.
        verdicts: System by system, column by column.
        outputs: System by system.
        changed: (label, signature before, signature now) of the systems whose signatures differ.
        added: Systems that the baseline does not have.
        max_broken: Share of documents that may break.
        how: Of the tests.
    """

    experiment: str
    baseline: str
    n_documents: int
    verdicts: tuple[Verdict, ...]
    outputs: tuple[Outputs, ...]
    changed: tuple[tuple[str, str, str], ...]
    added: tuple[str, ...]
    max_broken: float
    how: How

    @property
    def regressed(self) -> bool:
        """Whether anything got worse."""
        return self.count("regressed") > 0 or any(o.broken for o in self.outputs)

    def count(self, state: State) -> int:
        """Verdicts of a state."""
        return sum(v.state == state for v in self.verdicts)
