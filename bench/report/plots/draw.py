"""From a chart to an image, without a browser and without a network."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Literal

from bench.core.errors import MissingExtra
from bench.report.escape import visible
from bench.report.plots.chart import Chart

Kind = Literal["svg", "png", "pdf"]
KINDS: tuple[Kind, ...] = ("svg", "png", "pdf")
_VERSION = "6.4"
_SCALE = 3  # of PNG: about 220 dots an inch
_LINK = re.compile(r'<a xlink:href="[^"#]*#')  # vl-convert makes addresses absolute
_INLINE_STYLE = re.compile(r' style="[^"]*"')


def draw(chart: Chart, kind: Kind) -> bytes:
    """An image of a chart: SVG as UTF-8, PNG, or PDF.

    Raises:
        MissingExtra: vl-convert is not installed.
    """
    try:
        import vl_convert
    except ImportError as e:
        raise MissingExtra("vl-convert-python", "report") from e
    convert: Mapping[Kind, Callable[..., Any]] = {
        "svg": vl_convert.vegalite_to_svg,
        "png": vl_convert.vegalite_to_png,
        "pdf": vl_convert.vegalite_to_pdf,
    }
    # No address is allowed: nothing that a label or a text says can make it fetch anything.
    more = {"scale": _SCALE} if kind == "png" else {}
    image = convert[kind](dict(chart.spec), vl_version=_VERSION, allowed_base_urls=[], **more)
    return image.encode("utf-8") if isinstance(image, str) else bytes(image)


def inline(chart: Chart) -> str:
    """An SVG element for a page: one picture with a name, whose marks carry what to say and where to go.

    Links become ``data-href``: hundreds of them would all stand in the way of the tabulator key, and the
    page's lists lead to the same places. Styles of elements are left out, for the page allows none.
    """
    svg = draw(chart, "svg").decode("utf-8")
    svg = _LINK.sub('<g data-href="#', svg).replace("</a>", "</g>")
    svg = _INLINE_STYLE.sub("", svg)
    named = f'role="img" aria-label="{escape(visible(chart.title))}"'
    return re.sub("<svg ", lambda _: f"<svg {named} ", svg, count=1)
