"""Every chart of a run, in the order in which a page shows them."""

from collections.abc import Sequence

from bench.core.types import ScoreTable
from bench.report.board import Leaderboard
from bench.report.leaderboard import headline
from bench.report.plots.chart import PAPER, Chart, Data, Look
from bench.report.plots.documents import correlations, distributions, grid, points
from bench.report.plots.means import TrendPoint, against_cost, against_seconds, intervals, trend


def charts(
    table: ScoreTable, board: Leaderboard, runs: Sequence[TrendPoint] = (), look: Look = PAPER
) -> tuple[Chart, ...]:
    """The charts that the values of a run allow.

    Args:
        table: Every value.
        board: Its leaderboard.
        runs: The headline column in all runs of the experiment, for the trend.
        look: Colours and font.
    """
    data = Data(table, board, look)
    found = [intervals(data), *distributions(data)]
    first = headline(table)
    if first is not None:
        for name, title, column in (
            ("length", "Score against length", data.named("words")),
            ("extractiveness", "Score against extractiveness (density)", data.named("density")),
        ):
            if column is not None:
                found.append(points(data, name, title, column, first.id))
    found.append(correlations(data))
    if first is not None:
        found += [grid(data, first.id), against_seconds(data, first.id), against_cost(data, first.id)]
        found.append(trend(data, first.id, runs))
    return tuple(chart for chart in found if chart is not None)
