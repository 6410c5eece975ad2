"""Charts with one mark a system: means with intervals, quality against what it costs, the trend of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.report.board import Row
from bench.report.escape import visible
from bench.report.plots.chart import Chart, Data, Spec, axis, finished, systems


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The headline column of one system in one run of an experiment.

    Attributes:
        created: When the run was made, ISO 8601.
        system: Label.
        mean: In the stored scale.
        lo: Of its interval, None where there is none.
        hi: The same.
    """

    created: str
    system: str
    mean: float
    lo: float | None
    hi: float | None


def intervals(data: Data) -> Chart | None:
    """Means with their intervals, a panel a column; None where no column has a value."""
    columns = data.columns()
    if not columns:
        return None
    panels = []
    for place, i in enumerate(columns):
        h = data.board.headings[i]
        values = [_mean(data, row, i) for row in data.rows if row.cells[i].estimate.n]
        order = [visible(row.label) for row in data.rows]
        y: Spec = {"field": "system", "type": "nominal", "title": None, "scale": {"domain": order}}
        y["axis"] = {
            "labels": place % 3 == 0,
            "ticks": False,
            "domain": False,
            "grid": True,
            "labelPadding": 9,
        }
        colour: Spec = {"condition": {"test": "datum.apart", "value": data.look.muted}}
        colour["value"] = data.look.accent
        x = axis(h)
        layers: list[Spec] = [
            {
                "transform": [{"filter": "isValid(datum.lo)"}],
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"x": {"field": "lo", **x}, "x2": {"field": "hi"}, "color": colour},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"x": {"field": "mean", **x}, "color": colour, "description": {"field": "says"}},
            },
        ]
        panels.append(
            {"data": {"values": values}, "width": 170, "height": 22 * len(order), "encoding": {"y": y}}
            | {"layer": layers}
        )
    return Chart(
        "intervals",
        "Means and their intervals",
        "Points are means over documents, lines their 95 % intervals. Systems overlap here and may still "
        "differ: what decides is the paired test. Grey: neither ranked nor tested.",
        finished({"concat": panels, "columns": 3}, data.look),
    )


def against_seconds(data: Data, headline: str) -> Chart | None:
    """Quality against seconds a document; None where fewer than two systems have both."""
    at = next((i for i, e in enumerate(data.board.extras) if e.name == "seconds"), None)
    spent = {} if at is None else {r.label: r.extras[at] for r in data.rows if r.extras[at] is not None}
    return _against(data, headline, spent, "seconds", "Quality against time", "seconds a document")


def against_cost(data: Data, headline: str) -> Chart | None:
    """Quality against the price of a summary; None where fewer than two systems have one."""
    column = data.named("cost")
    if column is None:
        return None
    at = [h.id for h in data.board.headings].index(column)
    spent = {r.label: mean for r in data.rows if (mean := r.cells[at].estimate.mean) is not None}
    return _against(data, headline, spent, "cost", "Quality against cost", "price of a summary")


def _against(
    data: Data, headline: str, spent: Mapping[str, float | None], name: str, title: str, unit: str
) -> Chart | None:
    h = data.heading(headline)
    at = data.board.headings.index(h)
    rows = [r for r in data.rows if spent.get(r.label) is not None and r.cells[at].estimate.n]
    if len(rows) < 2:
        return None
    values = []
    for row in rows:
        x = spent[row.label]
        one = _mean(data, row, at)
        values.append(one | {"spent": x, "says": f"{one['says']}, {x:.3g} {unit}"})
    logarithmic = all(v["spent"] > 0 for v in values)
    x_axis: Spec = {"field": "spent", "type": "quantitative", "title": unit}
    x_axis["axis"] = {"format": "~g", "labelOverlap": "greedy", "labelSeparation": 8, "tickCount": 6}
    x_axis["scale"] = {"type": "log"} if logarithmic else {"zero": True}
    y = axis(h)
    frontier = _frontier(values, lower=h.better == "low")
    layers: list[Spec] = [
        {
            "data": {"values": frontier},
            "mark": {"type": "line", "interpolate": "step-after", "color": data.look.muted}
            | {"strokeDash": [4, 3]},
            "encoding": {"x": x_axis, "y": {"field": "mean", **y}},
        },
        {
            "transform": [{"filter": "isValid(datum.lo)"}],
            "mark": {"type": "rule", "strokeWidth": 1.5},
            "encoding": {"x": x_axis, "y": {"field": "lo", **y}, "y2": {"field": "hi"}}
            | {"color": systems(data, rows)["color"]},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x_axis, "y": {"field": "mean", **y}, "description": {"field": "says"}}
            | systems(data, rows),
        },
    ]
    return Chart(
        name,
        title,
        "Above and to the left is better. "
        * (h.better == "high")
        + "The dashed line joins the systems that no other one beats in both; systems apart are not in it. "
        "Times are those of the machine that ran.",
        finished({"data": {"values": values}, "width": 460, "height": 280, "layer": layers}, data.look),
    )


def _frontier(values: Sequence[dict[str, Any]], lower: bool) -> list[dict[str, Any]]:
    """From the cheapest on, each system that is better than all cheaper ones; no system apart."""
    found: list[dict[str, Any]] = []
    sign = -1 if lower else 1
    for one in sorted(values, key=lambda v: (v["spent"], -sign * v["mean"])):
        if not one["apart"] and (not found or sign * one["mean"] > sign * found[-1]["mean"]):
            found.append({"spent": one["spent"], "mean": one["mean"]})
    return found


def trend(data: Data, headline: str, points: Sequence[TrendPoint]) -> Chart | None:
    """The headline column over the runs of an experiment; None where there is but one run."""
    h = data.heading(headline)
    known = {r.label for r in data.rows}
    shown = [p for p in points if p.system in known]
    if len({p.created for p in shown}) < 2:
        return None
    rows = [r for r in data.rows if any(p.system == r.label for p in shown)]
    values = [
        {
            "system": visible(p.system),
            "created": p.created,
            "mean": p.mean * h.scale,
            "lo": None if p.lo is None else p.lo * h.scale,
            "hi": None if p.hi is None else p.hi * h.scale,
            "says": f"{visible(p.system)}, {p.created}: {p.mean * h.scale:.{h.digits}f}",
        }
        for p in shown
    ]
    days = {p.created[:10] for p in shown}
    x: Spec = {"field": "created", "type": "temporal", "title": "run", "scale": {"type": "utc"}}
    x["axis"] = {"format": "%d %b %Y" if len(days) > 1 else "%H:%M:%S"}
    x["axis"] |= {"labelOverlap": "greedy", "labelSeparation": 8, "tickCount": 5}
    colour, y = systems(data, rows), axis(h)
    layers: list[Spec] = [
        {
            "mark": {"type": "line"},
            "encoding": {"x": x, "y": {"field": "mean", **y}, "color": colour["color"]},
        },
        {
            "transform": [{"filter": "isValid(datum.lo)"}],
            "mark": {"type": "rule", "strokeWidth": 1.5},
            "encoding": {"x": x, "y": {"field": "lo", **y}, "y2": {"field": "hi"}, "color": colour["color"]},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {"x": x, "y": {"field": "mean", **y}, "description": {"field": "says"}} | colour,
        },
    ]
    return Chart(
        "trend",
        f"{h.title} over the runs of this experiment",
        "Runs with the same documents and the same signature of the column; lines are 95 % intervals.",
        finished({"data": {"values": values}, "width": 560, "height": 260, "layer": layers}, data.look),
    )


def _mean(data: Data, row: Row, i: int) -> dict[str, Any]:
    scale, digits = data.board.headings[i].scale, data.board.headings[i].digits
    e = row.cells[i].estimate
    assert e.mean is not None  # a column with a value
    bounds = (
        "" if e.lo is None or e.hi is None else f" [{e.lo * scale:.{digits}f}, {e.hi * scale:.{digits}f}]"
    )
    return {
        "system": visible(row.label),
        "apart": row in data.board.apart,
        "mean": e.mean * scale,
        "lo": None if e.lo is None else e.lo * scale,
        "hi": None if e.hi is None else e.hi * scale,
        "says": f"{visible(row.label)}: {e.mean * scale:.{digits}f}{bounds}",
    }
