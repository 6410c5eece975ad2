"""``--shard``: a share of the documents, and what it cannot be combined with."""

from pathlib import Path

import pytest

from tests.conftest import Bench
from tests.e2e.conftest import Calls, run_dirs


def test_generate_and_score_in_shards_and_the_whole_at_last(
    bench_here: Bench, folder: Path, calls: Calls
) -> None:
    for number in (3, 1, 2):
        done = bench_here("generate", "config.yaml", "--shard", f"{number}/3", cwd=folder)
        (run,) = run_dirs(folder)
        assert done.stdout.strip() == str(run.relative_to(folder) / f"shards/{number}-of-3")
    assert f"  shard {number}/3: 3 documents\n" in done.stderr
    assert sorted(calls()) == [f"headline1 doc0{i}" for i in range(8)]

    done = bench_here("score", "config.yaml", "--shard", "1/3", cwd=folder)
    assert "ROUGE" not in done.stdout
    assert "capitals" not in done.stdout
    assert len(calls()) == 2 * 3

    done = bench_here("score", "config.yaml", cwd=folder)
    assert "capitals ↑" in done.stdout
    assert len(calls()) == 2 * 5, "without those of the first shard"
    done = bench_here("run", "config.yaml", cwd=folder)
    assert calls() == []
    assert (run / "tables" / "leaderboard.csv").exists()


def test_a_shard_without_summaries_says_so(bench_here: Bench, folder: Path, calls: Calls) -> None:
    done = bench_here("score", "config.yaml", "--shard", "2/4", cwd=folder, expect=3)
    assert "4 summaries lacking: bench generate makes them." in done.stderr
    assert calls() == []


def test_a_shard_with_failures_exits_with_3(bench_here: Bench, folder: Path) -> None:
    picky = ("--set", "models.picky={use: ./mine.py:Picky}")
    done = bench_here("run", "config.yaml", *picky, "--shard", "4/4", cwd=folder, expect=3)
    assert "1 of 6 summaries failed" in done.stderr
    bench_here("run", "config.yaml", *picky, "--shard", "1/4", cwd=folder)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("run", "config.yaml", "--shard", "0/4"), "Shards count from 1"),
        (("run", "config.yaml", "--shard", "four"), "expected NUMBER/COUNT, such as 3/16"),
        (("run", "config.yaml", "--shard", "1/4", "--rerun"), "--rerun: not with --shard"),
        (("generate", "config.yaml", "--shard", "1/4", "--dry-run"), "--dry-run: not with --shard"),
        (("score", ".", "--shard", "1/4"), "--shard: not with a run"),
        (("run", "config.yaml", "--shard", "1/4", "--executor", "ray"), "--executor: not with --shard"),
        (("run", "config.yaml", "--executor", "dask"), "--executor dask: known is ray"),
        (("run", "config.yaml", "--address", "a:1"), "--address: needs --executor ray"),
        (
            ("score", "--outputs", "config.yaml", "--references", "config.yaml", "--shard", "1/4"),
            "--shard: not with files",
        ),
    ],
)
def test_what_it_cannot_be(bench_here: Bench, folder: Path, args: tuple[str, ...], said: str) -> None:
    done = bench_here(*args, cwd=folder, expect=2)
    assert said in " ".join(done.stderr.replace("│", " ").split())
