"""The shipped quickstart: a table on stdout, progress on stderr, everything about it on disk."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Bench

SYSTEMS = ["lead3", "random3", "copy", "oracle", "textrank", "lexrank"]
METRICS = ["rouge", "length", "extractive", "novelty"]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quickstart")


@pytest.fixture(scope="module")
def done(bench: Bench, root: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return bench(
        "run", "configs/quickstart.yaml", "--out", out, cwd=root, env={"SOME_API_KEY": "sk-secret-1"}
    )


@pytest.fixture(scope="module")
def run_dir(done: subprocess.CompletedProcess[str], out: Path) -> Path:
    (found,) = [p for p in (out / "quickstart").iterdir() if p.is_dir()]
    return found


@pytest.fixture(scope="module")
def manifest(run_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run_dir / "manifest.json").read_text("utf-8"))
    return found


def test_the_table_is_on_stdout(done: subprocess.CompletedProcess[str], run_dir: Path) -> None:
    header = next(line for line in done.stdout.splitlines() if line.strip())
    assert header.split()[:4] == ["ROUGE-1", "↑", "ROUGE-2", "↑"], "what the config names first comes first"
    rows = [line.split()[0] for line in done.stdout.splitlines() if line.split()[:1] != []]
    assert [s for s in rows if s in SYSTEMS][-2:] in (["oracle", "copy"], ["copy", "oracle"]), "shown apart"
    assert set(SYSTEMS) <= set(rows)
    assert "rougeLsum|refs:1|agg:best|stem:porter|" in done.stdout
    assert done.stdout.splitlines()[-1] == f"{run_dir}   tables/leaderboard.{{md,csv,tex,json}}"


def test_progress_is_on_stderr_a_line_a_step(done: subprocess.CompletedProcess[str]) -> None:
    first, summaries, scores = done.stderr.splitlines()
    assert first.startswith("quickstart: 26 documents (references/news, ")
    assert first.endswith("6 systems, 4 metrics")
    assert summaries.startswith("  summaries: 156/156 in ")
    assert scores.startswith("  scores: 624/624 in ")


def test_the_files_of_a_run(run_dir: Path) -> None:
    found = {str(p.relative_to(run_dir)) for p in run_dir.rglob("*") if p.is_file()}
    assert found == {
        "LOCK", "config.yaml", "documents.jsonl", "log.jsonl", "manifest.json", "scores.parquet",
        *(f"summaries/{s}.jsonl" for s in SYSTEMS),
        *(f"scores/{m}.jsonl" for m in METRICS),
        *(f"tables/leaderboard.{kind}" for kind in ("md", "csv", "tex", "json")), "tables/comparisons.csv",
    }  # fmt: skip
    for name in SYSTEMS:
        lines = (run_dir / "summaries" / f"{name}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        assert len({r["doc_id"] for r in rows}) == len(rows) == 26
        assert all(r["status"] == "ok" and r["words"] > 0 for r in rows)


def test_the_manifest_says_how_the_numbers_came_to_be(manifest: dict[str, Any], run_dir: Path) -> None:
    assert manifest["status"] == "complete"
    assert manifest["schema"] == 1
    assert run_dir.name.endswith("-" + manifest["digest"])
    assert len(manifest["data"]["fingerprint"]) == 64
    assert manifest["data"]["documents"] == 26
    assert list(manifest["systems"]) == SYSTEMS, "in the order of the config"
    assert list(manifest["metrics"]) == METRICS
    assert manifest["systems"]["lead3"]["signature"].startswith("lead|sentences:3|")
    columns = {c["name"]: c["signature"] for c in manifest["metrics"]["rouge"]["columns"]}
    assert columns["rougeL"].startswith("rougeL|refs:1|")
    assert {"numpy", "rouge-score", "sentencex"} <= set(manifest["environment"]["packages"])
    assert manifest["config"]["models"]["textrank"] == {"use": "textrank", "with": {"sentences": 3}}


def test_the_manifest_holds_no_environment_variables(run_dir: Path) -> None:
    for path in run_dir.rglob("*"):
        if path.is_file():
            assert b"sk-secret-1" not in path.read_bytes()
            assert b"SOME_API_KEY" not in path.read_bytes()


def test_the_recorded_config_is_a_config(run_dir: Path, bench: Bench, root: Path) -> None:
    done = bench("validate", run_dir / "config.yaml", cwd=root)
    assert "26 documents, 6 systems, 4 metrics" in done.stdout


def test_the_same_command_is_served_from_disk(bench: Bench, root: Path, out: Path, run_dir: Path) -> None:
    journals = [*(run_dir / "summaries").iterdir(), *(run_dir / "scores").iterdir()]
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in journals}
    table = (run_dir / "tables" / "leaderboard.csv").read_bytes()
    again = bench("run", "configs/quickstart.yaml", "--out", out, cwd=root)
    assert "summaries: 156 of 156 are there" in again.stderr
    assert "scores: 624 of 624 are there" in again.stderr
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in journals} == before
    assert (run_dir / "tables" / "leaderboard.csv").read_bytes() == table
    assert len([p for p in (out / "quickstart").iterdir() if p.is_dir()]) == 1


def test_the_values_agree_between_the_formats(run_dir: Path) -> None:
    import pyarrow.parquet as pq

    rows = pq.read_table(run_dir / "scores.parquet").to_pylist()
    assert len(rows) == 156
    with (run_dir / "tables" / "leaderboard.csv").open(encoding="utf-8", newline="") as stream:
        by_system = {row["system"]: row for row in csv.DictReader(stream)}
    board = json.loads((run_dir / "tables" / "leaderboard.json").read_text("utf-8"))
    for system in SYSTEMS:
        values = [r["rouge.rougeLsum"] for r in rows if r["system"] == system]
        mean = float(by_system[system]["rouge.rougeLsum"])
        assert mean == pytest.approx(sum(values) / len(values), abs=1e-12)
        (row,) = [r for r in board["systems"] if r["label"] == system]
        assert row["scores"]["rouge.rougeLsum"]["mean"] == pytest.approx(mean, abs=1e-12)
    oracle, lead = (float(by_system[s]["rouge.rougeLsum"]) for s in ("oracle", "lead3"))
    assert 1 > oracle > lead > 0, "an oracle that a baseline beats is none"


def test_the_library_serves_the_same_run_also_twice_in_one_process(run_dir: Path, root: Path) -> None:
    code = (
        "import bench\n"
        "for _ in range(2):\n"
        f"    run = bench.run('configs/quickstart.yaml', out={str(run_dir.parents[1])!r})\n"
        "print(run.path)\nprint(len(run.failures()), sum(1 for _ in run.records()))\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [str(run_dir), "0", "624"]
    assert done.stderr == ""
