"""What was made once is not made again: a new run copies the cells that it shares with earlier ones."""

import json
from pathlib import Path

from tests.conftest import Bench
from tests.e2e.conftest import Calls, run_dirs

TWICE = ("--set", "models.twice={use: ./mine.py:Headline, with: {times: 2}}")


def test_a_system_more_asks_that_system_only(bench_here: Bench, folder: Path, calls: Calls) -> None:
    bench_here("run", "config.yaml", cwd=folder)
    assert sorted(calls()) == sorted(
        [f"headline1 doc0{i}" for i in range(8)]
        + [f"capitals {s} doc0{i}" for s in ("lead1", "once") for i in range(8)]
    )
    done = bench_here("run", "config.yaml", *TWICE, cwd=folder)
    assert "summaries: 16 of 24 are there" in done.stderr
    assert sorted(calls()) == sorted(
        [f"headline2 doc0{i}" for i in range(8)] + [f"capitals twice doc0{i}" for i in range(8)]
    )
    old, new = run_dirs(folder)
    for part in ("summaries/once.jsonl", "summaries/lead1.jsonl"):
        assert (old / part).read_bytes() == (new / part).read_bytes(), "with the times of the first run"

    bench_here("run", "config.yaml", "--limit", 3, cwd=folder)
    assert calls() == [], "fewer documents: everything is there"
    bench_here("run", "config.yaml", "--set", "models.again={use: ./mine.py:Headline}", cwd=folder)
    assert calls() == [], "another label for the same system"


def test_what_changes_a_result_is_asked_again(bench_here: Bench, folder: Path, calls: Calls) -> None:
    bench_here("run", "config.yaml", cwd=folder)
    calls()
    article = folder / "articles" / "doc05.txt"
    article.write_text(article.read_text("utf-8").replace("Harbour number", "Port number"), "utf-8")
    bench_here("run", "config.yaml", cwd=folder)
    assert calls() == ["headline1 doc05", "capitals lead1 doc05", "capitals once doc05"]

    source = folder / "mine.py"
    source.write_text(source.read_text("utf-8") + "# changed\n", "utf-8")
    bench_here("run", "config.yaml", cwd=folder)
    assert len(calls()) == 8 + 16, "a file that changed is another system and another metric"


def test_generate_and_score_are_the_two_halves_of_run(bench_here: Bench, folder: Path, calls: Calls) -> None:
    done = bench_here("generate", "config.yaml", cwd=folder)
    (run,) = run_dirs(folder)
    assert done.stdout.strip() == str(run.relative_to(folder))
    assert calls() == [f"headline1 doc0{i}" for i in range(8)]
    assert not (run / "tables").exists()

    done = bench_here("score", run.relative_to(folder), cwd=folder)
    assert "capitals ↑" in done.stdout
    assert len(calls()) == 16

    done = bench_here("score", "results/mine", "--metrics", "novelty,./mine.py:Capitals", cwd=folder)
    assert calls() == [f"capitals {s} doc0{i}" for i in range(8) for s in ("lead1", "once")] or calls() == []
    header = (run / "tables" / "leaderboard.csv").read_text("utf-8").splitlines()[0].split(",")
    assert {"novelty.novel2", "Capitals.capitals", "capitals.capitals", "length.words"} <= set(header)

    table = (run / "tables" / "leaderboard.csv").read_text("utf-8")
    for command in (["score", "config.yaml"], ["run", "config.yaml", "--only-metrics", "length"]):
        bench_here(*command, cwd=folder)
        assert calls() == []
        kept = (run / "tables" / "leaderboard.csv").read_text("utf-8").splitlines()[0].split(",")
        assert sorted(kept) == sorted(table.splitlines()[0].split(",")), "a run keeps the metrics it has"
        config = (run / "config.yaml").read_text("utf-8")
        assert all(f"  {label}:" in config for label in ("novelty", "Capitals", "capitals", "length"))
    bench_here("run", "config.yaml", cwd=folder)
    assert calls() == []
    assert run_dirs(folder) == [run]
    assert json.loads((run / "manifest.json").read_text("utf-8"))["status"] == "complete"


def test_scoring_what_was_not_generated_is_incomplete(bench_here: Bench, folder: Path) -> None:
    done = bench_here("score", "config.yaml", cwd=folder, expect=3)
    assert "there are no summaries" in done.stderr
    assert "bench generate CONFIG makes them" in done.stderr
    bench_here("generate", "config.yaml", "--limit", 2, cwd=folder)
    bench_here("score", "config.yaml", "--limit", 2, cwd=folder)


BROKEN = """\
from typing import ClassVar
from bench import Column

print("NOISE at import")


class Broken:
    '''Never works.'''
    columns: ClassVar = (Column("broken"),)

    def score(self, doc, summary):
        raise RuntimeError("no weights")
"""


def test_a_metric_that_always_fails_leaves_a_complete_run_as_it_was(bench_here: Bench, folder: Path) -> None:
    bench_here("run", "config.yaml", cwd=folder)
    (run,) = run_dirs(folder)
    before = {p: p.read_bytes() for p in (run / "manifest.json", run / "tables" / "leaderboard.md")}
    (folder / "broken.py").write_text(BROKEN, "utf-8")
    done = bench_here("score", "results/mine", "--metrics", "./broken.py:Broken", cwd=folder, expect=3)
    assert "16 × RuntimeError: no weights" in done.stderr
    assert "The run and its tables stay as they were" in done.stderr
    assert {p: p.read_bytes() for p in before} == before
    bench_here("report", "results/mine", cwd=folder)


def test_what_user_code_prints_is_no_result(bench: Bench, folder: Path) -> None:
    (folder / "broken.py").write_text(BROKEN, "utf-8")
    setting = ("--set", "metrics.broken.use=./broken.py:Broken")
    for command in (["validate", "config.yaml"], ["run", "config.yaml", "--dry-run"]):
        done = bench(*command, *setting, cwd=folder)
        assert "NOISE" not in done.stdout
        assert "NOISE" in done.stderr


def test_a_config_elsewhere_is_validated_as_it_runs(bench_here: Bench, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = bench_here("validate", folder / "config.yaml", cwd=elsewhere)
    assert "8 documents, 2 systems" in done.stdout


def test_a_dry_run_of_a_rerun_counts_everything(bench_here: Bench, folder: Path) -> None:
    bench_here("run", "config.yaml", cwd=folder)
    assert (
        "to do:   0 summaries, 0 scores" in bench_here("run", "config.yaml", "--dry-run", cwd=folder).stdout
    )
    again = bench_here("run", "config.yaml", "--dry-run", "--rerun", cwd=folder).stdout
    assert "to do:   16 summaries, 32 scores" in again
