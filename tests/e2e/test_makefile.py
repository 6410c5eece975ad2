"""``make demo`` in a fresh clone, and where an environment is there already. Nothing is installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """The Makefile and what it depends on, with a finished environment of this Python."""
    if shutil.which("make") is None:
        pytest.skip("no make here")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copyfile(root / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / ".core").touch()
    other = tmp_path / "other-python"
    other.write_text("#!/bin/sh\necho 3.99\n", "utf-8")
    other.chmod(0o755)
    return tmp_path


def steps(clone: Path, *arguments: str) -> str:
    """What ``make`` would do."""
    command = ["make", "--dry-run", "demo", *arguments]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("arguments", [[], [f"PYTHON={sys.executable}"]])
def test_an_environment_that_fits_stays(clone: Path, arguments: list[str]) -> None:
    assert steps(clone, *arguments) == ".venv/bin/bench run configs/quickstart.yaml\n"


def test_an_environment_of_another_python_is_made_anew(clone: Path) -> None:
    said = steps(clone, "PYTHON=./other-python").splitlines()
    assert said[0] == "./other-python -m venv --clear .venv"
    assert "pip install" in said[2]


@pytest.mark.parametrize("broken", ["no folder", "no python", "a python that is gone"])
def test_an_environment_without_a_python_is_made_anew(clone: Path, broken: str) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.unlink()
    if broken == "no folder":
        shutil.rmtree(clone / ".venv")
    elif broken != "no python":
        python.symlink_to("/no/such/python")
    assert steps(clone).startswith("python3 -m venv --clear .venv\n")


def test_a_python_that_does_not_exist_destroys_nothing(clone: Path) -> None:
    command = ["make", "demo", "PYTHON=no-such-python"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode
    assert "no-such-python" in done.stderr
    assert (clone / ".venv" / "bin" / "python").exists()
