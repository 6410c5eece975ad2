"""``bench show``: one document of a run in the terminal, and as data."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Bench, write_articles
from tests.e2e.test_terminal import on_terminal, widest

MINE = """\
import re
from dataclasses import dataclass
from typing import ClassVar
from bench import Column, Score
from bench.core.types import Finding, Span


@dataclass(frozen=True)
class Numbers:
    columns: ClassVar = (Column("wrong", better="low", range=(0, 99), digits=0),)

    def score(self, doc, summary):
        near = re.search(r"[0-9]+", doc.text)
        wrong = [m for m in re.finditer(r"3[0-9][0-9]+", summary.text) if m[0] not in doc.text]
        found = [Finding("number", 1.0, Span(*m.span()), (Span(*near.span()),), f"no {m[0]}") for m in wrong]
        return Score({"wrong": float(len(wrong))}, findings=tuple(found))


class Wrong:
    def summarise(self, doc, sample):
        if doc.id == "doc03":
            raise ValueError("not \\x1b[2J today")
        return f"It opened in {3000 + sample}.\\nIt cost \\x1b[31mmuch."
"""
CONFIG = """\
name: mine
data: {use: articles, with: {path: articles}}
models:
  lead1: {use: lead, with: {sentences: 1}}
  wrong: {use: "./mine.py:Wrong", samples: 2}
metrics:
  length: {use: length}
  numbers: {use: "./mine.py:Numbers"}
limits: {max_failed: 1}
compare: {resamples: 100}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, bench: Bench) -> Path:
    """A folder with a finished run; no test may change it."""
    path = tmp_path_factory.mktemp("show")
    write_articles(path / "articles", 4)
    (path / "articles" / "doc00.txt").rename(path / "articles" / "port.txt")
    (path / "mine.py").write_text(MINE, "utf-8")
    (path / "config.yaml").write_text(CONFIG, "utf-8")
    bench("run", "config.yaml", cwd=path)
    return path


def test_a_summary_with_its_faults_and_the_nearest_evidence(bench_here: Bench, made: Path) -> None:
    shown = bench_here("show", "results/mine", "doc01", "--system", "wrong", "--sample", 1, cwd=made).stdout
    assert shown.startswith("doc01 · 1 of 4 · articles/doc01.txt\nHarbour number 1 opens after 3 years\n")
    assert "  • It cost 11 million pounds.\n" in shown
    assert "The harbour number [1]¹ was opened on Monday" in shown
    assert "  It opened in [3001]¹.\n  It cost \\x1b[31mmuch.\n" in shown
    nearest = '"The harbour number 1 was opened on Monday by the mayor of the town." (sentence 1)'
    assert f"¹ no 3001. Nearest: {nearest}" in " ".join(shown.split())
    assert "  numbers: wrong 1\n" in shown


def test_without_a_system_all_are_shown(bench_here: Bench, made: Path) -> None:
    shown = bench_here("show", "results/mine", "doc02", cwd=made).stdout
    titles = [line for line in shown.splitlines() if line.startswith(("lead1", "wrong"))]
    assert titles == ["lead1", "wrong, sample 0", "wrong, sample 1"]
    assert "[3000]¹" in shown
    assert "[3001]¹" in shown


@pytest.mark.parametrize(
    ("named", "found"), [("doc02", "doc02"), ("po", "port"), ("1", "doc01"), ("4", "port")]
)
def test_a_document_is_named_by_id_by_its_beginning_or_by_number(
    bench_here: Bench, made: Path, named: str, found: str
) -> None:
    assert bench_here("show", "results/mine", named, cwd=made).stdout.startswith(f"{found} · ")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["dok2"], "no document 'dok2' in this run\nThe nearest ids are doc0"),
        (["doc"], "'doc' is the beginning of 3 ids\nThey are doc01, doc02, doc03.\n"),
        (["9"], "The first id is doc01. A number from 1 to 4 will do, too."),
        (["1", "--system", "wrung"], "no such system (did you mean 'wrong'?)\nKnown: lead1, wrong."),
        (["1", "--sample", "2"], "--sample 2: no system has more than 2 samples\nThey count from 0."),
        (["1", "--system", "lead1", "--sample", "1"], "--sample 1: lead1 has 1 sample\n"),
    ],
)  # fmt: skip
def test_mistakes(bench_here: Bench, made: Path, args: list[str], said: str) -> None:
    assert said in bench_here("show", "results/mine", *args, cwd=made, expect=2).stderr


def test_a_run_that_is_not_there(bench_here: Bench, made: Path) -> None:
    assert "no such run" in bench_here("show", "results/other", "1", cwd=made, expect=2).stderr


def test_a_summary_that_failed_says_why(bench_here: Bench, made: Path) -> None:
    shown = bench_here("show", "results/mine", "doc03", "--system", "wrong", cwd=made).stdout
    assert r"no summary: ValueError: not \x1b[2J today" in shown


def test_as_data(bench_here: Bench, made: Path) -> None:
    done = bench_here("show", "results/mine", "doc01", "--json", cwd=made)
    found = json.loads(done.stdout)
    assert found["document"]["id"] == "doc01"
    assert found["document"]["references"][0].startswith("The harbour number 1")
    summaries = {(s["system"], s["sample"]): s for s in found["summaries"]}
    assert set(summaries) == {("lead1", 0), ("wrong", 0), ("wrong", 1)}
    (finding,) = summaries["wrong", 1]["metrics"]["numbers"]["findings"]
    assert (finding["kind"], finding["detail"], finding["text"]) == ("number", "no 3001", "3001")
    assert finding["evidence"] == [{"span": [19, 20], "text": "1"}]
    text = summaries["wrong", 1]["text"]
    assert text[slice(*finding["span"])] == "3001"
    assert summaries["lead1", 0]["metrics"]["length"]["values"]["words"] > 5


def test_data_that_changed_or_went_are_said_to_have(bench_here: Bench, made: Path, tmp_path: Path) -> None:
    run = shutil.copytree(made / "results", tmp_path / "results")
    shutil.copy(made / "mine.py", tmp_path)
    gone = bench_here("show", run / "mine", "doc01", "--system", "wrong", cwd=tmp_path).stdout
    assert "the article cannot be read: articles: no such file or folder" in " ".join(gone.split())
    assert f"The run was made in {made}" in gone.replace("\n  ", " ")
    assert "¹ no 3000\n" in gone
    data = json.loads(bench_here("show", run / "mine", "doc01", "--json", cwd=tmp_path).stdout)
    assert data["document"]["text"] is None
    assert data["summaries"][1]["metrics"]["numbers"]["findings"][0]["evidence"] == [
        {"span": [19, 20], "text": None}
    ]

    write_articles(tmp_path / "articles", 3)
    assert "not in the data any more" in bench_here("show", run / "mine", "port", cwd=tmp_path).stdout
    article = tmp_path / "articles" / "doc01.txt"
    article.write_text(article.read_text("utf-8").replace("pounds", "euros"), "utf-8")
    assert (
        "the data have changed since the run"
        in bench_here("show", run / "mine", "doc01", cwd=tmp_path).stdout
    )
    assert "changed" not in bench_here("show", run / "mine", "doc02", cwd=tmp_path).stdout


def test_on_a_terminal(made: Path) -> None:
    shown, _ = on_terminal(
        60, "show", "results/mine", "doc01", "--system", "wrong", "--sample", "0", cwd=made
    )
    assert widest(shown) <= 60
    assert "\x1b[1;31m3000" in shown
    assert "\x1b[31mmuch" not in shown
