"""The page of a run: one HTML file that needs nothing else, now or in ten years."""

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Any

from bench.core.errors import MissingExtra
from bench.report.escape import visible
from bench.report.page import layout
from bench.report.page.content import Content
from bench.report.page.drawings import drawings
from bench.report.page.payload import embedded, payload

if TYPE_CHECKING:
    from jinja2 import Environment

STYLES = ("style.css", "board.css", "compare.css", "examples.css", "plots.css")
# The first stands in the head: the page must not be painted in the wrong colours.
FIRST = "theme.js"
SCRIPTS = (
    "make.js", "decode.js", "address.js", "board.js", "compare.js", "marks.js", "choice.js", "list.js",
    "cards.js", "notes.js", "examples.js", "plots.js", "keys.js",
)  # fmt: skip


def page(content: Content) -> str:
    """The page as HTML; equal contents give equal bytes.

    Raises:
        MissingExtra: jinja2 is not installed.
    """
    from_files = _environment()
    style = "\n".join(_asset(name) for name in STYLES)
    first, *rest = (_asset(f"js/{name}") for name in (FIRST, *SCRIPTS))
    from markupsafe import Markup

    data = payload(content.table, content.board, content.views)
    data |= layout.payload(content)
    return from_files.get_template("template.html").render(
        policy=_policy(style, [first, *rest]),
        style=Markup(style),  # noqa: S704 - of this package
        first=Markup(first),  # noqa: S704
        scripts=[Markup(script) for script in rest],  # noqa: S704
        data=Markup(embedded(data)),  # noqa: S704 - nothing in it ends the script element
        charts=drawings(content),
        **layout.layout(content),
    )


def _environment() -> "Environment":
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError:
        raise MissingExtra("jinja2, which makes the page,", "report") from None
    return Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return resources.files("bench.report.page").joinpath(name).read_text("utf-8")


def _visible(value: Any) -> Any:
    """Control and invisible characters of labels, reasons and settings are written out."""
    return visible(value) if type(value) is str else value


def _policy(style: str, scripts: list[str]) -> str:
    """Nothing is loaded and nothing is run but what was written into the page."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
