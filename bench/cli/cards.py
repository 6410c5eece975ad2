"""Cards of the checks: what each measures, what it misses, and how far people agreed with it.

They are ``docs/metrics/NAME.md`` of the repository, and ``bench/cards`` in an installation.
"""

import re
from importlib.resources import files

_REPOSITORY = "../docs/metrics"
# What only a page has: comments, and the fences of blocks.
_MARKUP = re.compile(r"<!--.*?-->\n*|^```\n", re.DOTALL | re.MULTILINE)


def card(name: str) -> str | None:
    """The card of a builtin metric without its title, to be read in a terminal; None where it has none."""
    package = files("bench")
    for place in (package / "cards" / f"{name}.md", package / _REPOSITORY / f"{name}.md"):
        if place.is_file():
            text = _MARKUP.sub("", place.read_text("utf-8"))
            return text.partition("\n")[2].replace("`", "").strip()
    return None
