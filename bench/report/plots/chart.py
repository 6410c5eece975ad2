"""What a chart is, its two looks, and the pieces that all charts share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.core.types import ScoreTable
from bench.report.board import Heading, Leaderboard, Row
from bench.report.escape import visible
from bench.report.estimate import column_values
from bench.report.fixed import Floats

Spec = dict[str, Any]

MOST_POINTS = 2_000
_SHORT = 12  # characters of a label, of which four stand beside each other
_SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that is ready to be drawn.

    Attributes:
        name: Of its file, without the ending.
        title: What it shows.
        caption: How to read it, and what was left out.
        spec: In Vega-Lite.
    """

    name: str
    title: str
    caption: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and font. Those of a page are variables of its style sheet, so that they change with it.

    Attributes:
        ink: Of text.
        muted: Of axes, and of systems apart.
        rule: Of grid lines.
        paper: Of the background.
        accent: Of single series.
        series: Of systems; eight colours of Okabe and Ito (2008), that colour-blind people tell apart.
        font: Family.
        links: Whether a mark leads to its example.
    """

    ink: str
    muted: str
    rule: str
    paper: str
    accent: str
    series: tuple[str, ...]
    font: str
    links: bool


PAPER = Look(
    ink="#1a1a1a",
    muted="#666666",
    rule="#dddddd",
    paper="#ffffff",
    accent="#0072b2",
    series=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5b4fa2", "#000000"),
    font="Helvetica, Arial, sans-serif",
    links=False,
)
PAGE = Look(
    ink="var(--ink)",
    muted="var(--muted)",
    rule="var(--rule)",
    paper="transparent",
    accent="var(--accent)",
    series=tuple(f"var(--s{i})" for i in range(8)),
    font="system-ui, sans-serif",
    links=True,
)


@dataclass(frozen=True, slots=True)
class Data:
    """What charts are made of.

    Attributes:
        table: Every value.
        board: Means, order and titles.
        look: Colours and font.
    """

    table: ScoreTable
    board: Leaderboard
    look: Look

    @property
    def rows(self) -> tuple[Row, ...]:
        """Systems that have a value in some column, the ranked first."""
        return tuple(r for r in self.board.rows if any(c.estimate.n for c in r.cells))

    def columns(self) -> tuple[int, ...]:
        """Indices of the shown columns that have a better direction and a value."""
        headings, _ = self.board.shown(full=False)
        return tuple(
            i
            for i in headings
            if self.board.headings[i].better != "none" and any(r.cells[i].estimate.n for r in self.board.rows)
        )

    def heading(self, column: str) -> Heading:
        """The heading of a column id."""
        return next(h for h in self.board.headings if h.id == column)

    def values(self, system: str, column: str) -> Floats:
        """[n] values as tables print them (times the scale); NaN where there is none."""
        return column_values(self.table, system, column) * self.heading(column).scale

    def named(self, name: str) -> str | None:
        """Id of the first descriptive column of a name."""
        ends = f".{name}"
        found = (c for c in self.table.columns if c.id.endswith(ends) and c.column.better == "none")
        return next((c.id for c in found), None)


def systems(data: Data, rows: Sequence[Row]) -> Spec:
    """Encoding of systems by colour and marker; more than eight repeat a colour with another marker."""
    every = [s.label for s in data.table.systems]  # as in the page, whatever the ranking
    at = [every.index(r.label) for r in rows]
    labels = [visible(r.label) for r in rows]
    colours = [data.look.series[i % len(data.look.series)] for i in at]
    shapes = [_SHAPES[(i + i // len(_SHAPES)) % len(_SHAPES)] for i in at]
    columns = 4 if max(map(len, labels), default=0) <= _SHORT else 2
    legend = {"title": None, "orient": "bottom", "columns": columns, "symbolSize": 60, "labelLimit": 180}
    # None is left out; the fonts of a page may be wider than what was measured.
    legend |= {"symbolLimit": 0, "columnPadding": 24}
    return {
        "color": _nominal("system", labels, colours) | {"legend": legend},
        "shape": _nominal("system", labels, shapes) | {"legend": legend},
    }


def _nominal(field: str, domain: Sequence[str], range_: Sequence[str]) -> Spec:
    return {"field": field, "type": "nominal", "scale": {"domain": list(domain), "range": list(range_)}}


def axis(h: Heading, **more: Any) -> Spec:
    """A quantitative axis of a column; it need not begin at 0, for positions are read and not lengths."""
    return {"type": "quantitative", "title": visible(h.text), "scale": {"zero": False, "nice": True}} | more


def taken(n: int, most: int) -> list[int]:
    """At most ``most`` of n indices, evenly spaced."""
    if n <= most:
        return list(range(n))
    return sorted({round(x) for x in np.linspace(0, n - 1, most)})


def finished(spec: Mapping[str, Any], look: Look) -> Spec:
    """A specification with what makes it look like the others."""
    text = {"labelColor": look.ink, "titleColor": look.ink, "labelFontSize": 11, "titleFontSize": 11}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": look.paper,
        **spec,
        "config": {
            "font": look.font,
            "view": {"stroke": None},
            "axis": text
            | {"gridColor": look.rule, "domainColor": look.muted, "tickColor": look.muted}
            | {"titleFontWeight": "normal", "labelLimit": 180},
            "legend": text,
            "header": text | {"titleFontWeight": "normal"},
            "title": {"color": look.ink, "fontSize": 12, "fontWeight": "normal", "anchor": "start"},
            "concat": {"spacing": 28},
        },
    }
