"""Charts of single documents: distributions, one column against another, and who is good at what."""

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from scipy import stats

from bench.report.board import Row
from bench.report.escape import visible
from bench.report.figures import counted
from bench.report.fixed import Floats
from bench.report.plots.chart import MOST_POINTS, Chart, Data, Spec, axis, finished, systems, taken

_FEW_BINS, _MANY_BINS = 10, 30
_MOST_COLUMNS = 400  # of documents in a grid
_FEWEST = 3  # documents for a rank correlation


def distributions(data: Data) -> list[Chart]:
    """How the documents' values of each column spread: a histogram a system on one scale."""
    return [chart for i in data.columns() if (chart := _distribution(data, i)) is not None]


def _distribution(data: Data, i: int) -> Chart | None:
    h = data.board.headings[i]
    found = {r.label: v for r in data.rows if len(v := _known(data.values(r.label, h.id)))}
    if not found:
        return None
    least, most = min(v.min() for v in found.values()), max(v.max() for v in found.values())
    if least == most:
        return None
    n = max(map(len, found.values()))
    bins = min(_MANY_BINS, max(_FEW_BINS, round(2 * math.sqrt(n))))
    edges = np.histogram_bin_edges([least, most], bins)
    bars, marks = [], []
    for label, values in found.items():
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
        row: dict[str, Any] = {"system": visible(label), "low": low, "middle": middle, "high": high}
        says = f"{visible(label)}: median {middle:.{h.digits}f}, half between {low:.{h.digits}f} and "
        marks.append(row | {"says": f"{says}{high:.{h.digits}f}"})
        for left, right, n in zip(edges[:-1], edges[1:], np.histogram(values, edges)[0], strict=True):
            if n:
                one = {"system": visible(label), "left": left, "right": right, "n": int(n)}
                bars.append(one | {"says": f"{visible(label)}: {int(n)} from {left:.3g} to {right:.3g}"})
    x = axis(h) | {"scale": {"domain": [least, most], "nice": True}}
    apart = [visible(r.label) for r in data.board.apart]
    colour: Spec = {"value": data.look.accent}
    colour["condition"] = {"test": {"field": "system", "oneOf": apart}, "value": data.look.muted}
    height = 34
    layers: list[Spec] = [
        {
            "transform": [{"filter": "isValid(datum.n)"}],
            "mark": {"type": "bar", "opacity": 0.6},
            "encoding": {
                "x": {"field": "left", **x},
                "x2": {"field": "right"},
                "y": {"field": "n", "type": "quantitative", "axis": None},
                "y2": {"datum": 0},
                "color": colour,
                "description": {"field": "says"},
            },
        },
        {
            "transform": [{"filter": "isValid(datum.middle)"}],
            "mark": {"type": "rule", "color": data.look.ink, "strokeWidth": 1.5},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": {"value": height}},
        },
        {
            "transform": [{"filter": "isValid(datum.middle)"}],
            "mark": {"type": "point", "filled": True, "color": data.look.ink, "size": 45, "opacity": 1},
            "encoding": {
                "x": {"field": "middle", **x},
                "y": {"value": height},
                "description": {"field": "says"},
            },
        },
    ]
    facet: Spec = {"field": "system", "type": "nominal", "title": None, "sort": [visible(s) for s in found]}
    facet["header"] = {"labelAngle": 0, "labelAlign": "right", "labelPadding": 8, "labelLimit": 180}
    return Chart(
        f"distribution-{h.id}",
        f"Distribution of {h.title}",
        "Documents a bin; below each row the median and the middle half.",
        finished(
            {
                "data": {"values": bars + marks},
                "facet": {"row": facet},
                "spacing": 10,
                "spec": {"width": 420, "height": height, "layer": layers},
            },
            data.look,
        ),
    )


def points(data: Data, name: str, title: str, horizontal: str, vertical: str) -> Chart | None:
    """One column against another, a point a summary; None where nothing has both."""
    x, y = data.heading(horizontal), data.heading(vertical)
    rows = [r for r in data.rows if r in data.board.ranked] or list(data.rows)
    n = len(data.table.doc_ids)
    kept = taken(n, max(1, MOST_POINTS // max(1, len(rows))))
    values, correlations = [], []
    for row in rows:
        across, up = data.values(row.label, x.id), data.values(row.label, y.id)
        correlations.append(_spearman(across, up))
        for d in kept:
            if not np.isnan(across[d] + up[d]):
                doc = data.table.doc_ids[d]
                where = f"{x.title} {across[d]:.{x.digits}f}, {y.title} {up[d]:.{y.digits}f}"
                values.append(
                    {"system": visible(row.label), "x": across[d], "y": up[d], "go": _address(doc, row.label)}
                    | {"says": f"{visible(row.label)}, {visible(doc)}: {where}"}
                )
    known = [r for r in correlations if r is not None]
    if not values:
        return None
    caption = "A point is a summary."
    if known:
        mean = f"{sum(known) / len(known):.2f}".replace("-", "−")
        caption += f" Spearman's rank correlation over documents, mean of the systems: {mean}."
    if len(kept) < n:
        caption += f" Drawn are {counted(len(kept), 'document')} of {n:,}, evenly spaced."
    encoding: Spec = {
        "x": {"field": "x", **axis(x)},
        "y": {"field": "y", **axis(y)},
        "description": {"field": "says"},
        **_links(data),
        **systems(data, rows),
    }
    return Chart(
        name,
        title,
        caption,
        finished(
            {
                "data": {"values": values},
                "width": 460,
                "height": 300,
                "mark": {"type": "point", "filled": True, "size": 28, "opacity": 0.65},
                "encoding": encoding,
            },
            data.look,
        ),
    )


def correlations(data: Data) -> Chart | None:
    """How the shown columns go together over documents; None for fewer than two of them."""
    headings = [data.board.headings[i] for i in data.board.shown(full=False)[0]]
    headings = [h for h in headings if any(r is not None for r in _with(data, h.id, h.id))]
    values: list[dict[str, Any]] = []
    for k, a in enumerate(headings):
        for b in headings[: k + 1]:
            known = [r for r in _with(data, a.id, b.id) if r is not None]
            if known:
                mean = sum(known) / len(known)
                shown = f"{mean:.2f}".replace("-", "−")
                one = {"a": visible(a.title), "b": visible(b.title), "r": mean, "size": abs(mean)}
                values.append(one | {"text": shown, "says": f"{one['a']} and {one['b']}: {shown}"})
    if len(headings) < 2:
        return None
    order = [visible(h.title) for h in headings]
    side = 46 if len(order) < 14 else 34
    x: Spec = {"field": "b", "type": "nominal", "sort": order, "title": None, "axis": {"labelAngle": -40}}
    y: Spec = {"field": "a", "type": "nominal", "sort": order, "title": None}
    sign: Spec = {"condition": {"test": "datum.r < 0", "value": data.look.series[1]}}
    opacity: Spec = {"field": "size", "type": "quantitative", "legend": None}
    opacity["scale"] = {"domain": [0, 1], "range": [0, 0.6]}
    layers: list[Spec] = [
        {
            "mark": {"type": "rect"},
            "encoding": {"color": sign | {"value": data.look.accent}, "opacity": opacity}
            | {"description": {"field": "says"}},
        },
        {
            "mark": {"type": "text", "fontSize": 11, "color": data.look.ink},
            "encoding": {"text": {"field": "text"}},
        },
    ]
    return Chart(
        "metrics",
        "Metric against metric",
        "Spearman's rank correlation over the documents of a system, mean of the systems: what two columns "
        "say of the same summaries, without what sets the systems apart.",
        finished(
            {"data": {"values": values}, "width": {"step": side}, "height": {"step": side * 0.6}}
            | {"encoding": {"x": x, "y": y}, "layer": layers},
            data.look,
        ),
    )


def grid(data: Data, headline: str) -> Chart | None:
    """Documents by systems in the headline column, the hardest documents first; None without a value."""
    h = data.heading(headline)
    ranked = [r for r in data.board.ranked if r in data.rows]
    if not ranked or not len(data.table.doc_ids):
        return None
    values = {r.label: data.values(r.label, h.id) for r in data.rows}
    stacked = np.stack([values[r.label] for r in ranked])
    have = ~np.isnan(stacked)
    with_value = np.flatnonzero(have.any(axis=0))
    if not len(with_value):
        return None
    means = np.where(have, stacked, 0).sum(axis=0)[with_value] / have.sum(axis=0)[with_value]
    order = with_value[np.argsort(-means if h.better == "low" else means, kind="stable")]
    kept = [order[k] for k in taken(len(order), _MOST_COLUMNS)]
    cells = []
    for place, d in enumerate(kept):
        doc = data.table.doc_ids[d]
        for row in data.rows:
            if not np.isnan(value := values[row.label][d]):
                says = f"{visible(row.label)}, {visible(doc)}: {value:.{h.digits}f}"
                one = {"system": visible(row.label), "at": place, "next": place + 1, "value": value}
                cells.append(one | {"says": says, "go": _address(doc, row.label)})
    every = [c["value"] for c in cells]
    caption = (
        "A column is a document, the hardest for the ranked systems on the left; the stronger the colour, "
        "the higher."
    )
    if len(kept) < len(order):
        caption += (
            f" Drawn are {counted(len(kept), 'document')} of {len(order):,}, evenly spaced in this order."
        )
    labels = [visible(r.label) for r in data.rows]
    x: Spec = {"type": "quantitative", "axis": None, "scale": {"domain": [0, len(kept)], "nice": False}}
    opacity: Spec = {"field": "value", "type": "quantitative", "title": visible(h.title)}
    opacity["scale"] = {"domain": [min(every), max(every)], "range": [0.05, 1]}
    opacity["legend"] = {"orient": "bottom", "values": [min(every), max(every)], "format": f".{h.digits}f"}
    return Chart(
        "documents",
        "Documents by systems",
        caption,
        finished(
            {
                "data": {"values": cells},
                "width": 560,
                "height": {"step": 22},
                "mark": {"type": "rect", "color": data.look.accent},
                "encoding": {
                    "x": {"field": "at", **x},
                    "x2": {"field": "next"},
                    "y": {"field": "system", "type": "nominal", "sort": labels, "title": None},
                    "opacity": opacity,
                    "description": {"field": "says"},
                    **_links(data),
                },
            },
            data.look,
        ),
    )


def _with(data: Data, a: str, b: str) -> list[float | None]:
    rows: Sequence[Row] = [r for r in data.rows if r in data.board.ranked] or data.rows
    return [_spearman(data.values(r.label, a), data.values(r.label, b)) for r in rows]


def _spearman(a: Floats, b: Floats) -> float | None:
    both = ~np.isnan(a + b)
    a, b = a[both], b[both]
    if len(a) < _FEWEST or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(stats.spearmanr(a, b).statistic)


def _links(data: Data) -> Spec:
    return {"href": {"field": "go"}} if data.look.links else {}


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _address(doc: str, system: str) -> str:
    return f"#doc={quote(doc, safe='')}&system={quote(system, safe='')}"
