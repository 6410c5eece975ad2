"""How large the page of a run is, how long it takes to make, and when a browser has it ready.

    python benchmarks/page.py [--documents 500] [--systems 10] [--keep FOLDER] [--json FILE]

The run: news articles, references and summaries, put together from the sentences of ``references/news`` by a
seeded generator. An article is as long as in CNN/DailyMail, 300 to 1,500 words; a sentence comes again only
when all others have come, so that compression gains nothing by it. Summaries take sentences of their article,
and change words in some of them. Scored by rouge, facts, bullets, length and extractive.

Chromium opens the page twice from the disk, at its beginning and at the examples. Times are from the start of
the navigation: until a click has sorted the table, and until the first example with its summaries stands. The
best of three. Exit code 1 when the page is over 12 MB, or either takes over 2 s.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.api import load, run
from bench.api.pages import write_page
from bench.text.sentences import sentences

NEWS = Path(__file__).parents[1] / "references" / "news"
MOST_MB, MOST_SECONDS = 12.0, 2.0
CONFIG = """\
name: page
data:
  use: jsonl
  with: {{path: {folder}/data.jsonl, document: text, references: references, headline: headline}}
models:
{models}
metrics:
  rouge:      {{use: rouge}}
  facts:      {{use: facts}}
  bullets:    {{use: bullets}}
  length:     {{use: length}}
  extractive: {{use: extractive}}
"""
SORTED = """async () => {
  const heading = document.querySelector(".board .columns [data-good=high]:not(.headline)");
  heading.querySelector("button").click();
  if (heading.ariaSort !== "descending") throw new Error("the table was not sorted");
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await painted();
  return performance.now();
}"""


def pool(rng: random.Random) -> Iterator[str]:
    """Sentences of news articles, all of them in ever new orders."""
    texts = [path.read_text("utf-8").splitlines() for path in sorted(NEWS.glob("*.txt"))]
    lines = [line for text in texts for line in text[1:] if line and not line.startswith("- ")]
    known = [sentence for line in lines for sentence in sentences(line, "en")]
    while True:
        rng.shuffle(known)
        yield from known


def write_experiment(folder: Path, documents: int, systems: int) -> Path:
    """Data, outputs and a config; the same for the same numbers."""
    rng = random.Random(0)
    source = pool(rng)
    words = [word for _ in range(500) for word in next(source).split()]
    rows: list[dict[str, Any]] = []
    outputs: list[dict[str, str]] = []
    for n in range(documents):
        length = min(1500, max(300, round(rng.lognormvariate(6.5, 0.4))))
        article: list[str] = []
        while sum(len(sentence.split()) for sentence in article) < length:
            article.append(next(source))
        text = "\n".join(" ".join(article[i : i + 4]) for i in range(0, len(article), 4))
        headline = " ".join(article[0].split()[:9])
        references = ["\n".join(next(source) for _ in range(4))]
        rows.append({"id": f"article-{n:05d}", "headline": headline, "text": text, "references": references})
        for s in range(systems):
            chosen = rng.sample(article, min(3, len(article)))
            wrong = [
                rng.choice(words) if rng.random() < 0.02 * s else word for word in " ".join(chosen).split()
            ]
            outputs.append({"id": f"article-{n:05d}", "system": f"system-{s}", "summary": " ".join(wrong)})
    for name, content in (("data.jsonl", rows), ("outputs.jsonl", outputs)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in content), "utf-8")
    one = "  system-{0}: {{use: outputs, with: {{path: {1}/outputs.jsonl, where: {{system: system-{0}}}}}}}"
    models = "\n".join(one.format(s, folder) for s in range(systems))
    (folder / "config.yaml").write_text(CONFIG.format(folder=folder, models=models), "utf-8")
    return folder / "config.yaml"


def opened(page: Path) -> dict[str, float] | str:
    """Seconds until the page can be used; or in words why there are none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "not measured: playwright is not installed"
    if found is None:
        return "not measured: chromium is not on the path"
    best = {"sorted": float("inf"), "read": float("inf")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(3):
            tab = browser.new_page()
            tab.goto(page.as_uri())
            best["sorted"] = min(best["sorted"], tab.evaluate(SORTED) / 1000)
            tab.close()
            tab = browser.new_page()
            tab.goto(f"{page.as_uri()}#examples", wait_until="commit")
            tab.locator("#ex-cards .card").first.wait_for(state="attached")
            best["read"] = min(best["read"], tab.evaluate("performance.now()") / 1000)
            tab.close()
        browser.close()
    return best


def main() -> int:
    """Make the run and the page, open it, and say whether the bounds hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--systems", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="make the run here, and leave it")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        config = write_experiment(folder, args.documents, args.systems)
        started = time.perf_counter()
        finished = load(run(config, out=str(folder / "results")).path)
        ran = time.perf_counter()
        page = write_page(finished)
        made = time.perf_counter()
        print(f"{args.documents:,} documents × {args.systems} systems on {os.cpu_count()} CPUs")
        figures: dict[str, Any] = {
            "run_s": ran - started,
            "page_s": made - ran,
            "mb": page.stat().st_size / 1e6,
        }
        browser = opened(page)
    print(f"run   {figures['run_s']:6.1f} s")
    print(f"page  {figures['page_s']:6.1f} s, {figures['mb']:.2f} MB")
    print(
        browser
        if isinstance(browser, str)
        else f"sorted after {browser['sorted']:.2f} s, first example after {browser['read']:.2f} s"
    )
    figures["browser"] = browser
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1), "utf-8")
    slow = max(browser.values()) > MOST_SECONDS if isinstance(browser, dict) else False
    return 1 if slow or figures["mb"] > MOST_MB else 0


if __name__ == "__main__":
    sys.exit(main())
