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
    table = (run / "tables" / "leaderboard.csv").read_bytes()

    done = bench_here("score", "results/mine", "--metrics", "novelty,./mine.py:Capitals", cwd=folder)
    assert calls() == [f"capitals {s} doc0{i}" for i in range(8) for s in ("lead1", "once")] or calls() == []
    header = (run / "tables" / "leaderboard.csv").read_text("utf-8").splitlines()[0].split(",")
    assert {"novelty.novel2", "Capitals.capitals", "capitals.capitals", "length.words"} <= set(header)

    bench_here("score", "config.yaml", cwd=folder)
    assert calls() == []
    assert (run / "tables" / "leaderboard.csv").read_bytes() == table, "tables show a command's metrics"
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
