"""What tests of all rooms share: where things are, small articles, and the real command line."""

import os

# Read when torch's OpenMP is loaded: idle threads that spin slow it down many times on few cores.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

# A law holds or does not; how long an example takes depends on the machine and on what is imported first.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

ROOT = Path(__file__).parents[1]


class Bench(Protocol):
    """Runs ``bench`` with arguments in a process of its own."""

    def __call__(
        self,
        *args: object,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        expect: int = 0,
    ) -> subprocess.CompletedProcess[str]: ...


Articles = Callable[..., Path]
Tiny = Callable[[str], Path]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data(root: Path) -> Path:
    """Published data that is not part of the project; tests that need it are skipped without it."""
    path = Path(os.environ.get("BENCH_SHARED_DATA", root.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"no published data at {path}; BENCH_SHARED_DATA names another folder")
    return path


Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def bench() -> Bench:
    """The command line. A wrong exit code or a traceback fails the test and shows what was printed."""

    def run(
        *args: object,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        expect: int = 0,
    ) -> Done:
        command = [sys.executable, "-m", "bench", *map(str, args)]
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment() | dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return _checked(done, expect)

    return run


@pytest.fixture
def bench_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bench:
    """The same in this process: for many short commands, where starting Python would take the time."""

    def run(
        *args: object,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        expect: int = 0,
    ) -> Done:
        from bench.cli.app import main

        arguments = ["bench", *map(str, args)]
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", arguments)
            if cwd is not None:
                patch.chdir(cwd)
            for key, value in (env or {}).items():
                patch.setenv(key, value)
            with pytest.raises(SystemExit) as e:
                main()
        out, err = capsys.readouterr()
        code = e.value.code
        return _checked(Done(arguments, code if isinstance(code, int) else 0, out, err), expect)

    return run


def environment() -> dict[str, str]:
    """This process's environment without what changes the command line's output; ``bench`` is found."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("BENCH_") and k != "COLUMNS"}
    return own | {"PYTHONPATH": str(ROOT)}


def _checked(done: Done, expect: int) -> Done:
    shown = f"{' '.join(done.args)}\nexit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == expect, f"expected exit code {expect}: {shown}"
    assert "Traceback" not in done.stderr, shown
    assert "\x1b" not in done.stdout + done.stderr, shown
    return done


@pytest.fixture(scope="session")
def articles() -> Articles:
    """Makes a folder of small articles, each different from the others."""
    return write_articles


def write_articles(folder: Path, n: int) -> Path:
    """``doc00.txt`` … with a headline, two bullets and a body of five sentences in two paragraphs."""
    folder.mkdir(parents=True)
    for i in range(n):
        name = f"doc{i:02}"
        (folder / f"{name}.txt").write_text(
            f"Harbour number {i} opens after {i + 2} years\n"
            f"- The harbour number {i} opened on Monday.\n"
            f"- It cost {10 + i} million pounds.\n"
            f"The harbour number {i} was opened on Monday by the mayor of the town. "
            f"It cost {10 + i} million pounds and took {i + 2} years to build.\n\n"
            f"Fishermen had asked for it since {1900 + i}. Some still doubt that the walls will hold. "
            f"Ships numbered {3 * i} may enter from May.\n",
            "utf-8",
        )
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """Name of a function ``save_<name>`` in ``tests/tiny/checkpoints.py`` → folder of that checkpoint."""
    made: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in made:
            from bench.backends.quiet import quiet
            from tests.tiny import checkpoints

            with quiet():
                made[name] = getattr(checkpoints, f"save_{name}")(tmp_path_factory.mktemp("tiny") / name)
        return made[name]

    return folder
