"""The page of a small, real run in a real browser: texts of many scripts, and some that mean harm."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.api import load, run
from bench.api.pages import write_page

if TYPE_CHECKING:
    from tests.browser.chromium import Browser, Open

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


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, or a skip that says what is missing; not longer than a module, for its event loop runs."""
    from tests.browser.chromium import launched

    with launched() as found:
        yield found


@pytest.fixture
def open_report(browser: "Browser", report: Path) -> Iterator["Open"]:
    """Opens the report, see :func:`tests.browser.chromium.opener`."""
    from tests.browser.chromium import opener

    with opener(browser, report) as open_:
        yield open_
