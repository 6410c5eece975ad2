"""A failing system or metric fails on that document only; the share of failures decides the exit code."""

import json
from pathlib import Path

from tests.conftest import Bench
from tests.e2e.conftest import Calls, run_dirs

PICKY = ("--set", "models.picky.use=./mine.py:Picky")


def test_one_failure_below_the_limit(bench_here: Bench, folder: Path, calls: Calls) -> None:
    lenient = ("run", "config.yaml", *PICKY, "--set", "limits.max_failed=0.05")
    done = bench_here(*lenient, cwd=folder)
    (run,) = run_dirs(folder)
    shown = run.relative_to(folder)
    assert (
        "1 of 24 summaries failed (4.2 %, limit 5 %): 1 × ValueError: 3 is not a good number." in done.stderr
    )
    assert f"`bench report {shown} --failed` lists them; the same command tries them again" in done.stderr
    assert "7/8" in done.stdout
    assert json.loads((run / "manifest.json").read_text("utf-8"))["status"] == "complete"

    failed = bench_here("report", shown, "--failed", cwd=folder)
    assert failed.stdout == "picky\tdoc03\tsummary\tValueError: 3 is not a good number\n"
    assert failed.stderr == "1 failed\n"
    assert json.loads(bench_here("report", shown, "--failed", "--json", cwd=folder).stdout) == [
        {"doc_id": "doc03", "system": "picky", "metric": None, "error": "ValueError: 3 is not a good number"}
    ]

    calls()
    bench_here(*lenient, cwd=folder)
    assert calls() == ["picky doc03"], "it is tried again, and nothing else"
    (folder / "cured").touch()
    done = bench_here(*lenient, cwd=folder)
    assert calls() == ["picky doc03", "capitals picky doc03"]
    assert "failed" not in done.stderr
    assert bench_here("report", shown, "--failed", cwd=folder).stdout == ""


def test_a_failure_above_the_limit_is_exit_code_3_and_a_table(bench_here: Bench, folder: Path) -> None:
    done = bench_here("run", "config.yaml", *PICKY, cwd=folder, expect=3)
    assert "1 of 24 summaries failed (4.2 %, limit 1 %)" in done.stderr
    assert "picky" in done.stdout
    (run,) = run_dirs(folder)
    assert json.loads((run / "manifest.json").read_text("utf-8"))["status"] == "partial"
    none = bench_here("report", "results/mine", cwd=folder, expect=2)
    assert "no complete run among 1" in none.stderr
    assert str(run.relative_to(folder)) in none.stderr
    assert "picky" in bench_here("report", run.relative_to(folder), cwd=folder).stdout, (
        "it may be looked at by name"
    )


def test_batches_get_several_documents_and_a_failing_one_takes_no_other_with_it(
    bench_here: Bench, folder: Path, calls: Calls
) -> None:
    done = bench_here(
        "run", "config.yaml", "--set", "models.b.use=./mine.py:Batches",
        "--set", "models.p.use=./mine.py:PickyBatches", cwd=folder, expect=3,
    )  # fmt: skip
    assert "batch 8" in calls()
    assert "1 of 32 summaries failed" in done.stderr
    assert "ValueError: 3 is in it" in done.stderr


def test_a_metric_that_fails_or_breaks_its_word(bench_here: Bench, folder: Path) -> None:
    (folder / "bad.py").write_text(
        "from typing import ClassVar\n"
        "from bench import Column, Score\n"
        "class Nan:\n"
        "    columns: ClassVar = (Column('x'),)\n"
        "    def score(self, doc, summary): return Score({'x': float('nan')})\n"
        "class Other:\n"
        "    columns: ClassVar = (Column('x'),)\n"
        "    def score(self, doc, summary): return Score({'y': 1.0})\n"
        "class Plain:\n"
        "    columns: ClassVar = (Column('x'),)\n"
        "    def score(self, doc, summary): return 1.0\n",
        "utf-8",
    )
    done = bench_here(
        "run", "config.yaml", "--limit", 1, "--only-models", "lead1", "--set", "metrics.nan.use=./bad.py:Nan",
        "--set", "metrics.other.use=./bad.py:Other", "--set", "metrics.plain.use=./bad.py:Plain",
        cwd=folder, expect=3,
    )  # fmt: skip
    assert "3 of 5 scores failed (60.0 %, limit 1 %)" in done.stderr
    (run,) = run_dirs(folder)
    failed = bench_here("report", run, "--failed", cwd=folder).stdout
    assert (
        "lead1\tdoc00\tnan\tValueError: column 'x' is nan: a value is finite, or None with a reason" in failed
    )
    assert "lead1\tdoc00\tother\tcolumns ['y'] returned, ['x'] declared" in failed
    assert "lead1\tdoc00\tplain\texpected a Score, the metric returned float" in failed


def test_nothing_scored_is_said(bench_here: Bench, folder: Path) -> None:
    done = bench_here(
        "run", "config.yaml", "--set", "models.p={use: ./mine.py:PickyBatches}", "--only-models", "p",
        "--set", "data.with.path=articles/doc03.txt", cwd=folder, expect=3,
    )  # fmt: skip
    assert "nothing was scored" in done.stderr
    assert "--failed" in done.stderr
