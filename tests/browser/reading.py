"""What the tests of the examples share: finding one's way in the page, and pages with other data."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.chromium import Locator, Page

Json = dict[str, Any]

_DATA = re.compile(r'(<script type="application/json" id="data">)(.*?)(</script>)', re.DOTALL)


def rewrite(report: Path, folder: Path, change: Callable[[Json, list[Json]], None]) -> Path:
    """The report with other data: what a change makes of the index and the documents."""
    page = report.read_text("utf-8")
    found = _DATA.search(page)
    assert found
    data = json.loads(found[2])
    documents = json.loads(gzip.decompress(base64.b64decode(data["documents"])))
    change(data, documents)
    data["documents"] = base64.b64encode(gzip.compress(json.dumps(documents).encode())).decode()
    text = json.dumps(data).replace("<", "\\u003c")
    path = folder / "report.html"
    path.write_text(page[: found.start(2)] + text + page[found.end(2) :], "utf-8")
    return path


def ready(page: Page) -> None:
    """Wait for the texts."""
    page.locator("#ex-cards .card").first.wait_for(state="attached")


def title(page: Page) -> Locator:
    """The headline above the article."""
    return page.locator("#ex-article h3")


def card(page: Page, system: str) -> Locator:
    """The card of a system's summary."""
    return page.locator(".card").filter(has=page.get_by_role("button", name=system, exact=True))
