"""The page of a small, real run in a real browser: texts of many scripts, and some that mean harm."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from bench.api import load, run
from bench.api.pages import write_page

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> & \u2028"
HOSTILE_LABEL = "<img src=x onerror=alert(1)>"
ARTICLES = {
    "harbour": ("Harbour opens after seven years", "en"),
    "bridge": ("Bridge closed for repairs", "en"),
    "school": ("School wins a prize", "en"),
    "hostile": (HOSTILE, "en"),
    "emoji": ("A day 🌊 at the sea", "en"),
    "long": ("A very long report", "en"),
    "arabic": ("افتتاح الميناء بعد سبع سنوات", "ar"),
    "japanese": ("港が七年ぶりに開く", "ja"),
}
FOREIGN = {
    "arabic": "افتتح رئيس البلدية الميناء يوم الاثنين. بلغت تكلفته 12 مليون جنيه. طالب به الصيادون منذ 1990.",
    "japanese": "市長は月曜日に港を開いた。費用は1200万ポンドだった。漁師は1990年から求めていた。",
}
CONFIG = """\
name: browser
data:
  use: jsonl
  with: {path: data.jsonl, document: text, references: references, headline: headline, lang: lang}
models:
  lead2:    {use: lead, with: {sentences: 2}}
  random2:  {use: random, with: {sentences: 2}}
  "<img src=x onerror=alert(1)>": {use: outputs, with: {path: outputs.jsonl, missing: skip}}
  copy:     {use: copy}
metrics:
  rouge:      {use: rouge}
  extractive: {use: extractive}
  facts:      {use: facts}
  bullets:    {use: bullets}
compare: {resamples: 500}
limits: {max_failed: 0.5}
"""


def english(name: str, i: int) -> str:
    """Five sentences; of one article many more."""
    text = (
        f"The {name} of Eastport was opened on Monday by Mayor Ruth Allen. "
        f"It cost {10 + i} million pounds and took {i + 2} years to build.\n\n"
        f"Fishermen had asked for it since {1950 + i}. Some still doubt that the {name} will hold. "
        f"Ships from Norway may use it from May {i + 1}."
    )
    more = [f"Paragraph {n} tells of a meeting in hall {n} at which nothing was decided." for n in range(300)]
    return text + ("\n\n" + "\n\n".join(more) if name == "long" else "")


def write_experiment(folder: Path) -> Path:
    """Eight documents, one system whose outputs are wrong, missing or hostile, and a config."""
    documents, outputs = [], []
    for i, (name, (headline, lang)) in enumerate(ARTICLES.items()):
        text = FOREIGN.get(name) or english(name, i) + (f" {HOSTILE}" if name == "hostile" else "")
        if name == "emoji":
            text = f"🌊🌊 {text}"
        first, second = text.replace("。", "。 ").split(". ", 2)[:2] if name not in FOREIGN else (text, "12")
        references = [f"{first}.\n{second}."]
        documents.append(
            {"id": name, "headline": headline, "lang": lang, "text": text, "references": references}
        )
        wrong = {
            "hostile": HOSTILE,
            "emoji": "🌊🌊🌊 The emoji of Eastport was opened by John Brown. It cost 99 million pounds.",
            "long": None,
        }.get(name, f"The {name} was opened by John Brown in 1812. It did not cost {10 + i} million pounds.")
        if wrong is not None:
            outputs.append({"id": name, "summary": wrong})
    for file, rows in (("data.jsonl", documents), ("outputs.jsonl", outputs)):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / file).write_text("".join(lines), "utf-8")
    (folder / "config.yaml").write_text(CONFIG, "utf-8")
    return folder / "config.yaml"


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``report.html`` of the experiment."""
    folder = tmp_path_factory.mktemp("browser")
    config = write_experiment(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = run(config.name)
        return folder / write_page(load(done.path))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says what is missing; with BENCH_REQUIRE_BROWSER=1 a failure instead."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        why = "no browser: chromium is not on the path"
        if os.environ.get("BENCH_REQUIRE_BROWSER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@dataclass
class Watched:
    """A page, and what should stay empty: errors, and requests for anything but the page itself."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Open = Callable[..., Watched]


@pytest.fixture
def open_report(browser: Browser, report: Path) -> Iterator[Open]:
    """Opens the report: ``open_report("#doc=harbour", width=400, scheme="dark")``.

    When the test is over, no page may have asked for anything, complained, or been taken over.
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
        page.on("console", lambda message: complain(watched, message))
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("dialog", lambda dialog: watched.errors.append(f"a dialog: {dialog.message}"))
        page.on("request", lambda request: ask(watched, request.url))
        page.goto((file or report).as_uri() + address)
        return watched

    yield open_
    for watched in opened:
        assert watched.errors == []
        assert watched.requests == []
        if not watched.page.is_closed():
            watched.page.context.close()


def complain(watched: Watched, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        watched.errors.append(message.text)


def ask(watched: Watched, url: str) -> None:
    if not url.startswith("data:") and not url.partition("#")[0].endswith(".html"):
        watched.requests.append(url)
