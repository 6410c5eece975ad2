"""The wheel, in a clean environment and far from the repository, does the main job."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# What the tests' own environment must not lend to the clean one.
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=CLEAN, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, cwd=root)
    (found,) = out.glob("summbench-*.whl")
    return found


def test_the_wheel_holds_the_package_and_its_templates_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {n.split("/")[0] for n in names}
    assert tops == {"bench", next(t for t in tops if t.endswith(".dist-info"))}
    assert "bench/py.typed" in names
    assert "bench/templates/experiment/config.yaml" in names
    assert len([n for n in names if n.startswith("bench/templates/experiment/articles/")]) >= 3


@pytest.mark.slow
def test_install_start_and_run(wheel: Path, root: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "clean", cwd=tmp_path)
    binaries = tmp_path / "clean" / "bin"
    pip = (binaries / "python", "-m", "pip", "install", "--quiet", "--constraint", root / "constraints.txt")
    run(*pip, wheel, cwd=tmp_path)
    assert run(binaries / "bench", "--version", cwd=tmp_path).startswith("bench ")
    assert run(binaries / "summbench", "--version", cwd=tmp_path).startswith("bench ")
    run(binaries / "bench", "new", "experiment", "first", cwd=tmp_path)
    table = run(binaries / "bench", "run", "config.yaml", cwd=tmp_path / "first")
    assert "ROUGE-Lsum" in table
    assert "textrank" in table
    (written,) = (tmp_path / "first" / "results" / "first").glob("*/tables/leaderboard.md")
    assert "oracle" in written.read_text("utf-8")
    installed = run(binaries / "python", "-m", "pip", "list", cwd=tmp_path)
    assert "torch " not in installed, "the core needs no torch"
