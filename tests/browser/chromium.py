"""Chromium, and Playwright to drive it: without them a module that imports this is skipped, and says why.

With BENCH_REQUIRE_BROWSER=1 it fails instead.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest


def missing(why: str) -> NoReturn:
    """Skip what needs a browser, or fail where there must be one."""
    if os.environ.get("BENCH_REQUIRE_BROWSER") == "1":
        pytest.fail(why)
    pytest.skip(why, allow_module_level=True)


try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright
except ImportError as e:
    missing(f"no browser: {e.name} is not installed")

__all__ = ["Axe", "Browser", "Locator", "Open", "Page", "Watched", "expect", "grave", "launched", "opener"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Watched:
    """A page, and what should stay empty: errors, and requests for anything but the page itself."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Open = Callable[..., Watched]


@contextmanager
def launched() -> Iterator[Browser]:
    """A running Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing("no browser: chromium is not on the path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opener(browser: Browser, report: Path) -> Iterator[Open]:
    """Opens a report: ``open_("#doc=harbour", width=400, scheme="dark")``.

    In the end no page may have asked for anything, complained, or been taken over.
    """
    opened: list[Watched] = []

    def open_(
        address: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        scripts: bool = True,
        file: Path | None = None,
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        watched = Watched(context.new_page())
        opened.append(watched)
        page = watched.page
        page.set_default_timeout(10_000)
        page.on("console", lambda message: _complain(watched, message))
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("dialog", lambda dialog: watched.errors.append(f"a dialog: {dialog.message}"))
        page.on("request", lambda request: _ask(watched, request.url))
        page.goto((file or report).as_uri() + address)
        return watched

    yield open_
    for watched in opened:
        assert watched.errors == []
        assert watched.requests == []
        if not watched.page.is_closed():
            watched.page.context.close()


def grave(page: Page, context: str | None = None) -> list[tuple[str, list[str]]]:
    """What axe finds serious or critical: the rule, and the first elements."""
    # Of all other results axe keeps no element, which takes most of its time.
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (violation["id"], [node["html"] for node in violation["nodes"]][:3])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]


def _complain(watched: Watched, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        watched.errors.append(message.text)


def _ask(watched: Watched, url: str) -> None:
    if not url.startswith("data:") and not url.partition("#")[0].endswith(".html"):
        watched.requests.append(url)
