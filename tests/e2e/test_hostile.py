"""A run in which every text is hostile, through every format: what models and files say stays text."""

import csv
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest

from tests.conftest import Bench
from tests.e2e.conftest import run_dirs

HARM = {
    "script": "<script>window.__hit = 'script'</script>",
    "handler": "<img src=x onerror=\"window.__hit = 'handler'\"><svg onload=\"window.__hit = 'svg'\">",
    "end": "</script></style></textarea></svg><script>window.__hit = 'end'</script>",
    "comment": "<!-- <script> --!> ]]> <![CDATA[",
    "attribute": "\"' onmouseover='window.__hit = 1' style='x",
    "separators": "two\u2028and\u2029three\x85four",
    "surrogate": "half \ud800 a pair \udc00",
    "nul": "nul \x00 in it",
    "terminal": "\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08 red",
    "bidi": "abc \u202e txt.exe \u2066 \u200b",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "at": "@SUM(A1:A9)",
    "tab": "\t=1+1",
    "latex": r"\input{/etc/passwd} 50% $x_1^2$ ~ # & \\ {",
    "markdown": "[a](javascript:window.__hit='md') ![b](x) | `c` **d**\n# e",
    "address": "javascript:window.__hit='address'",
    "template": "${window.__hit=1} {{ 7 * 7 }} {% raw %} #{1} <%= 1 %>",
    "annotation": "::error file=x::owned%0A",
}
# A label is one line of characters that can be seen.
LABELS = [text for text in HARM.values() if text.isprintable() and text == text.strip()]
MINE = """\
import json
from dataclasses import dataclass
from typing import ClassVar
from bench import Column, Finding, Score, Span

with open("harm.json") as stream:
    HARM = json.load(stream)


def harm(doc):
    return HARM[doc.id.split()[0]]


@dataclass(frozen=True)
class Echo:
    '''Says what harms.

    Attributes:
        note: Anything.
    '''
    note: str = ""

    def summarise(self, doc):
        return harm(doc)

class Fails:
    def summarise(self, doc):
        raise ValueError(harm(doc))

@dataclass(frozen=True)
class Says:
    columns: ClassVar = (Column("said", "high"), Column("half", "high"))

    def score(self, doc, summary):
        said = harm(doc)
        found = Finding("kind", 1.0, Span(0, 1), (Span(0, 3),), said[:120])
        return Score({"said": None, "half": len(summary.text) / 100}, {"said": said}, (found,))

@dataclass(frozen=True)
class Breaks:
    columns: ClassVar = (Column("broken", "high"),)

    def score(self, doc, summary):
        if len(summary.text) % 3 == 0:
            raise ValueError(harm(doc))
        return Score({"broken": 1.0})
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, bench: Bench) -> Path:
    """A folder with one run, which is a baseline, too."""
    path = tmp_path_factory.mktemp("hostile")
    # Files with half a character are refused; models and metrics may still say one.
    texts = {name: text.encode("utf-8", "replace").decode() for name, text in HARM.items()}
    rows = [
        {"id": f"{name} {text}", "headline": text, "document": f"One two. {text} Six.", "reference": text}
        for name, text in texts.items()
    ]
    (path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (path / "harm.json").write_text(json.dumps(HARM), "utf-8")
    (path / "mine.py").write_text(MINE, "utf-8")
    models: dict[str, object] = {label: {"use": "lead", "with": {"sentences": 1}} for label in LABELS}
    models[LABELS[0]] = {"use": "./mine.py:Echo", "with": {"note": "".join(LABELS)}}
    models["fails"] = {"use": "./mine.py:Fails"}
    config = {
        "name": "hostile",
        "data": {"use": "jsonl", "with": {"path": "rows.jsonl", "headline": "headline"}},
        "models": models,
        "metrics": {
            "rouge": {"use": "rouge"},
            "facts": {"use": "facts"},
            LABELS[1]: {"use": "./mine.py:Says"},
            LABELS[2]: {"use": "./mine.py:Breaks"},
            "length": {"use": "length"},
        },
        "compare": {"resamples": 100},
        "limits": {"max_failed": 1.0},
    }
    (path / "config.yaml").write_text(json.dumps(config), "utf-8")
    plain(bench("run", "config.yaml", cwd=path).stdout)
    bench("gate", run_dirs(path, "hostile")[0], "--save", "before", cwd=path)
    return path


@pytest.fixture(scope="module")
def run(folder: Path) -> Path:
    return run_dirs(folder, "hostile")[0]


class Elements(HTMLParser):
    """The elements of HTML with their attributes, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def plain(text: str) -> None:
    """Nothing that a terminal obeys or that cannot be seen; and it is UTF-8."""
    text.encode("utf-8")
    kinds = {c: unicodedata.category(c) for c in set(text) - set("\n\t")}
    assert {c for c, kind in kinds.items() if kind in ("Cc", "Cf", "Cs", "Zl", "Zp")} == set()


def markdown(text: str) -> None:
    plain(text)
    bare = re.sub(r"(?s)(`+).*?\1", "", text.replace(r"\`", ""))
    assert not re.search(r"<(?!/?(details|summary|br|sub|sup|b)\b)[a-z/!?]", bare), "no element, no comment"
    assert not re.search(r"(?<!\\)\]\(", bare), "no link and no image"
    assert not re.search(r"(?m)^# e", bare)
    tables = re.findall(r"(?m)(?:^\|.*\n)+", text)
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def latex(text: str) -> None:
    plain(text)
    assert "\\input" not in text
    assert r"\textbackslash{}input\{/etc/passwd\}" in text
    body = text[text.index(r"\midrule") : text.index(r"\bottomrule")]
    rows = [line for line in body.splitlines() if line.endswith(r"\\")]
    assert len({len(re.findall(r"(?<!\\)&", row)) for row in rows}) == 1, "a label adds no column"
    assert not re.search(r"(?<!\\)[#%]", text), "nothing is a comment or a parameter"


def spreadsheet(text: str) -> None:
    plain(text)
    rows = list(csv.reader(StringIO(text)))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        number = re.fullmatch(r"-?\d[\d.e-]*", cell)
        assert number or not cell.lstrip().startswith(("=", "+", "-", "@")), cell


def data(text: str) -> None:
    """JSON of ASCII or UTF-8, without a byte that a terminal obeys."""
    text.encode("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202e\u2066]", text)
    json.loads(text)


def drawing(text: str) -> None:
    text.encode("utf-8")
    for element in ET.fromstring(text).iter():
        assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "image", "iframe")
        assert not any(name.startswith("on") for name in element.attrib)
        links = [value for name, value in element.attrib.items() if name.endswith("href")]
        assert all(link.startswith("#") for link in links)


def page(text: str) -> None:
    text.encode("utf-8")
    found = Elements(text)
    assert not {"img", "iframe", "object", "embed"} & set(found.tags)
    assert not any(name.startswith("on") or name == "style" for name, _ in found.attributes)
    assert not any(
        (value or "").startswith("javascript:") for name, value in found.attributes if name == "href"
    )
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202e\u2066]", text)


def annotations(text: str) -> None:
    plain(text)
    commands = [line for line in text.splitlines() if line.startswith("::")]
    assert commands
    assert not any("file=x" in command.split("::")[1] for command in commands)


Check = Callable[[str], None]
COMPARE = ("compare", "RUN", "--examples", "3", "--full")
GATE = ("gate", "RUN", "--against", "before")
# Printed by a command, or written by it into FILE.
FORMATS: dict[str, tuple[tuple[str, ...], Check]] = {
    "report": (("report", "RUN", "--full"), plain),
    "report-failed": (("report", "RUN", "--failed"), plain),
    "report-agreement": (("report", "RUN", "--agreement"), plain),
    "report-md": (("report", "RUN", "--format", "md", "-o", "FILE"), markdown),
    "report-tex": (("report", "RUN", "--format", "tex", "-o", "FILE"), latex),
    "report-csv": (("report", "RUN", "--format", "csv", "-o", "FILE"), spreadsheet),
    "report-json": (("report", "RUN", "--format", "json", "-o", "FILE"), data),
    "report-html": (("report", "RUN", "--format", "html", "-o", "FILE"), page),
    "compare": (COMPARE, plain),
    "compare-md": ((*COMPARE, "--format", "md", "-o", "FILE"), markdown),
    "compare-tex": ((*COMPARE, "--format", "tex", "-o", "FILE"), latex),
    "compare-csv": ((*COMPARE, "--format", "csv", "-o", "FILE"), spreadsheet),
    "compare-json": ((*COMPARE, "--format", "json", "-o", "FILE"), data),
    "gate": (GATE, plain),
    "gate-junit": ((*GATE, "--junit", "FILE"), drawing),
    "gate-md": ((*GATE, "--md", "FILE"), markdown),
    "gate-codequality": ((*GATE, "--codequality", "FILE"), data),
    "gate-github": ((*GATE, "--github"), annotations),
    "gate-json": ((*GATE, "--json"), data),
}


@pytest.mark.parametrize("name", FORMATS)
def test_texts_stay_text(name: str, run: Path, folder: Path, bench_here: Bench, tmp_path: Path) -> None:
    arguments, check = FORMATS[name]
    file = tmp_path / "file"
    words = [str({"RUN": run, "FILE": file}.get(word, word)) for word in arguments]
    done = bench_here(*words, cwd=folder)
    check(file.read_text("utf-8") if "FILE" in arguments else done.stdout)


@pytest.mark.parametrize("name", HARM)
def test_a_document_is_shown_as_text(name: str, run: Path, folder: Path, bench_here: Bench) -> None:
    plain(bench_here("show", run, list(HARM).index(name) + 1, "--full", cwd=folder).stdout)
    data(bench_here("show", run, list(HARM).index(name) + 1, "--json", cwd=folder).stdout)


def test_charts_run_nothing(run: Path, folder: Path, bench_here: Bench) -> None:
    done = bench_here("report", run, "--format", "svg", cwd=folder)
    paths = [folder / line for line in done.stdout.splitlines()]
    assert len(paths) > 3
    for path in paths:
        drawing(path.read_text("utf-8"))


def test_a_browser_runs_nothing_of_it(run: Path, folder: Path, bench_here: Bench, tmp_path: Path) -> None:
    from tests.browser.chromium import launched, opener

    path = tmp_path / "report.html"
    bench_here("report", run, "--format", "html", "-o", path, cwd=folder)
    with launched() as browser, opener(browser, path) as open_:
        shown = open_("#examples").page
        shown.locator("#ex-cards .card").first.wait_for()
        for _ in HARM:
            shown.keyboard.press("j")
            shown.locator("#ex-cards button.letter").first.focus()
        for button in shown.locator(".matrix:visible [data-cell]").all()[:3]:
            button.click()
        shown.locator(".board .explain").first.hover()
        shown.locator("#chart-intervals svg [aria-label]").last.hover()
        assert shown.evaluate("window.__hit") is None
        assert shown.locator("img, iframe, body script ~ script[src], svg [onload]").count() == 0
        rows = (folder / "rows.jsonl").read_text("utf-8").splitlines()
        texts = shown.evaluate("Bench.documents().then((all) => all.map((d) => d.headline))")
        assert texts == [json.loads(line)["headline"] for line in rows]
