"""``bench report RUN --format html``: one file, the same every time, with what the run says."""

import re
import sys
from pathlib import Path

import pytest

from tests.conftest import Bench
from tests.e2e.conftest import run_dirs


@pytest.fixture
def run(folder: Path, bench_here: Bench) -> Path:
    """A run of the small experiment."""
    bench_here("run", "config.yaml", cwd=folder)
    return run_dirs(folder)[0]


def test_the_page_lies_in_the_run_and_is_the_same_every_time(
    folder: Path, run: Path, bench_here: Bench
) -> None:
    done = bench_here("report", "results/mine", "--format", "html,md", cwd=folder)
    relative = run.relative_to(folder)
    assert done.stdout.splitlines() == [f"{relative}/tables/leaderboard.md", f"{relative}/report.html"]
    first = (run / "report.html").read_bytes()
    bench_here("report", "results/mine", "--format", "html", cwd=folder)
    assert (run / "report.html").read_bytes() == first
    assert (
        bench_here("report", "results/mine", "--format", "html", "-o", "-", cwd=folder).stdout.encode()
        == first
    )


def test_the_page_says_how_the_run_was_made_and_no_path_of_the_machine(
    folder: Path, run: Path, bench_here: Bench
) -> None:
    bench_here("report", "results/mine", "--format", "html", "-o", "page.html", cwd=folder)
    text = (folder / "page.html").read_text("utf-8")
    assert "bench run config.yaml" in text
    assert "lead|sentences:1|" in text
    assert "sentences: 1" in text
    assert str(folder) not in text


def test_failures_are_warned_of_at_the_top(folder: Path, bench_here: Bench) -> None:
    config = (folder / "config.yaml").read_text("utf-8")
    with_picky = config.replace("  once:", "  picky: {use: ./mine.py:Picky}\n  once:")
    (folder / "config.yaml").write_text(with_picky, "utf-8")
    bench_here("run", "config.yaml", cwd=folder, expect=3)
    bench_here("report", str(run_dirs(folder)[0]), "--format", "html", "-o", "page.html", cwd=folder)
    text = (folder / "page.html").read_text("utf-8")
    warnings = re.search('<ul class="warnings".*?</ul>', text, re.DOTALL)
    assert warnings
    assert "The run is partial" in warnings[0]
    assert "picky: 1 of 8 summaries failed" in warnings[0]


def test_a_second_run_of_the_experiment_makes_a_trend(folder: Path, run: Path, bench_here: Bench) -> None:
    bench_here("run", "config.yaml", "--rerun", cwd=folder)
    bench_here("report", "results/mine", "--format", "html", "-o", "page.html", cwd=folder)
    assert 'id="chart-trend"' in (folder / "page.html").read_text("utf-8")


def test_without_jinja2_the_command_that_installs_it_is_told(
    folder: Path, run: Path, bench_here: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    done = bench_here("report", "results/mine", "--format", "html", cwd=folder, expect=4)
    assert 'pip install "summbench[report]"' in done.stderr


def test_a_format_that_does_not_exist_names_the_nearest(folder: Path, run: Path, bench_here: Bench) -> None:
    done = bench_here("report", "results/mine", "--format", "htm", cwd=folder, expect=2)
    assert "did you mean 'html'?" in done.stderr
