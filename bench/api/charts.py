"""The charts of a run as files for papers."""

from collections.abc import Sequence
from pathlib import Path

from bench.api.runs import Run
from bench.core.types import ScoreTable
from bench.report.plots.chart import Chart
from bench.report.plots.draw import Kind, draw
from bench.report.plots.run import charts
from bench.runner.execute import write_derived

FOLDER = "plots"


def write_charts(finished: Run, kinds: Sequence[Kind]) -> list[Path]:
    """Draw every chart that the run's values allow into its folder ``plots``.

    Raises:
        MissingExtra: vl-convert is not installed.
        StoreError: the folder cannot be written.
    """
    board = finished.leaderboard()
    drawn: list[str] = []

    def derive(table: ScoreTable) -> dict[str, bytes]:
        files = {_file(chart, kind): draw(chart, kind) for chart in charts(table, board) for kind in kinds}
        drawn.extend(files)
        return files

    write_derived(finished.path, derive)
    return [finished.path / name for name in drawn]


def _file(chart: Chart, kind: Kind) -> str:
    return f"{FOLDER}/{chart.name}.{kind}"
