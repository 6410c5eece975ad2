"""The charts of a page, drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.report.leaderboard import headline
from bench.report.page.content import Content
from bench.report.plots.chart import PAGE
from bench.report.plots.draw import inline
from bench.report.plots.run import charts

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as an SVG element; a ``folded`` one is shown when it is asked for."""

    name: str
    title: str
    caption: str
    svg: "Markup"
    folded: bool


def drawings(content: Content) -> tuple[Drawing, ...]:
    """Draw what the values of a run allow; the distributions but for the headline column's come last, folded.

    Raises:
        MissingExtra: vl-convert is not installed.
    """
    from markupsafe import Markup

    first = headline(content.table)
    shown = f"distribution-{first.id}" if first else ""
    drawn = [
        Drawing(
            name=chart.name,
            title=chart.title,
            caption=chart.caption,
            svg=Markup(inline(chart)),  # noqa: S704 - the library escapes labels, and a test says so
            folded=chart.name.startswith("distribution-") and chart.name != shown,
        )
        for chart in charts(content.table, content.board, content.trend, PAGE)
    ]
    return tuple(sorted(drawn, key=lambda drawing: drawing.folded))
