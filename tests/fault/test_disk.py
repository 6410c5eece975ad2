"""A disk that is full, and folders that cannot be written: exit code 5, no traceback, nothing lost."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Bench, environment
from tests.fault.conftest import Make, committed, ended, lines, results


def test_a_file_that_cannot_grow(make_experiment: Make) -> None:
    calm, experiment = make_experiment(40, pause=0), make_experiment(40, pause=0)
    calm.finish()

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    # First the summaries of the second system do not fit, then the scores; the manifest does.
    for part, name in (("summaries", "nine.jsonl"), ("scores", "vowels.jsonl")):
        size = (calm.run_dir / part / name).stat().st_size - 300
        full = ended(experiment.start(preexec=lambda size=size: limit(size)), 5)  # type: ignore[misc]
        assert f"{name}: cannot be written: File too large" in full.stderr
        assert "make room and give the same command again" in full.stderr
        assert full.stdout == ""
    safe = committed(experiment.run_dir)
    assert len(lines(experiment.run_dir / "scores" / "vowels.jsonl")) > 30
    asked = len(experiment.calls())

    experiment.finish()
    assert not safe & set(experiment.calls()[asked:])
    assert results(experiment.run_dir) == results(calm.run_dir)


@pytest.fixture
def config(make_experiment: Make) -> Path:
    return make_experiment(2, pause=0).folder / "config.yaml"


def test_a_file_where_the_results_should_go(bench: Bench, config: Path) -> None:
    env = {"CALLS": str(config.parent / "calls"), "PAUSE": "0"}
    (config.parent / "results").mkdir()
    (config.parent / "results" / "slow").write_text("mine", "utf-8")
    done = bench("run", "config.yaml", cwd=config.parent, env=env, expect=5)
    assert "results/slow: cannot be written: File exists" in done.stderr
    assert "--out" in done.stderr
    assert (config.parent / "results" / "slow").read_text("utf-8") == "mine"
    assert not (config.parent / "calls").exists(), "nothing was asked in vain"
    bench("run", "config.yaml", "--out", "/dev/null/x", cwd=config.parent, env=env, expect=5)
    bench("run", "config.yaml", "--out", "elsewhere", cwd=config.parent, env=env)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_without_permission(bench: Bench, config: Path) -> None:
    locked = config.parent / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    done = bench("run", "config.yaml", "--out", "locked", cwd=config.parent, expect=5)
    assert "cannot be written: Permission denied" in done.stderr


def test_a_manifest_that_is_no_manifest(bench: Bench, config: Path) -> None:
    env = {"CALLS": str(config.parent / "calls"), "PAUSE": "0"}
    bench("run", "config.yaml", "--only-metrics", "length", cwd=config.parent, env=env)
    (manifest,) = config.parent.glob("results/slow/*/manifest.json")
    whole = manifest.read_text("utf-8")
    manifest.write_text(whole[: len(whole) // 2], "utf-8")
    done = bench("report", manifest.parent, cwd=config.parent, expect=5)
    assert "manifest.json: cannot be read" in done.stderr
    manifest.write_text(whole.replace('"schema": 1', '"schema": 99'), "utf-8")
    done = bench("report", manifest.parent, cwd=config.parent, expect=5)
    assert "written in format 99, this version reads 1" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bench", "list"]
        done = subprocess.run(
            command,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 5
    assert done.stderr == "output: No space left on device\n"
