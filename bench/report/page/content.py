"""What the page of a run is made from: everything read and computed, nothing laid out."""

from dataclasses import dataclass

from bench.core.types import ScoreTable
from bench.report.board import Leaderboard
from bench.report.page.pairs import Pairs
from bench.report.plots.means import TrendPoint
from bench.report.ranks import Standing
from bench.report.view import View


@dataclass(frozen=True, slots=True)
class Made:
    """How a run was made.

    Attributes:
        command: That makes it again.
        facts: (name, value): dates, data, machine, seeds.
        backends: (signature, device and further settings that are in no signature).
        versions: (package, version).
        config: The lines of the resolved YAML.
        notes: What else is to be known.
    """

    command: str
    facts: tuple[tuple[str, str], ...]
    backends: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    config: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A run, ready to be laid out.

    Attributes:
        status: ``complete``, ``partial`` or ``running``.
        created: When the run began, as ISO 8601.
        source: Where the documents came from.
        board: The leaderboard.
        table: Every value.
        standings: The ranked systems in the headline column, best first.
        pairs: The comparisons of all pairs of systems, column by column, the headline column first.
        views: The documents that can be read in the page, in the order of the run.
        sampling: The rule by which these were chosen; empty where they are all there are.
        made: How the run was made.
        trend: The headline column in all runs of the experiment, oldest first; empty for a single one.
    """

    status: str
    created: str
    source: str
    board: Leaderboard
    table: ScoreTable
    standings: tuple[Standing, ...]
    pairs: tuple[Pairs, ...]
    views: tuple[View, ...]
    sampling: str
    made: Made
    trend: tuple[TrendPoint, ...] = ()
