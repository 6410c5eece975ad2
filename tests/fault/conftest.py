"""An experiment whose calls are counted, and what two runs of it must have in common."""

import csv
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment, write_articles

SLOW = """\
import os, time
from dataclasses import dataclass
from typing import ClassVar
from bench import Column, Score


def note(what):
    fd = os.open(os.environ["CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(fd, f"{what}\\n".encode())
    os.close(fd)


@dataclass(frozen=True)
class Slow:
    name: str
    words: int = 5

    def summarise(self, doc):
        note(f"{self.name} {doc.id}")
        if os.environ.get("PAUSE_AT", doc.id) == doc.id:
            time.sleep(float(os.environ["PAUSE"]))
        return " ".join(doc.text.split()[: self.words])


@dataclass(frozen=True)
class Vowels:
    columns: ClassVar = (Column("vowels", better="high"),)

    def score(self, doc, summary):
        note(f"vowels {summary.system} {doc.id}")
        time.sleep(float(os.environ["PAUSE"]) / 2)
        return Score({"vowels": sum(c in "aeiou" for c in summary.text) / max(1, len(summary.text))})
"""

CONFIG = """\
name: slow
data: {use: articles, with: {path: articles}}
models:
  five: {use: ./slow.py:Slow, with: {name: five}}
  nine: {use: ./slow.py:Slow, with: {name: nine, words: 9}}
metrics:
  vowels: {use: ./slow.py:Vowels}
  length: {use: length}
compare: {resamples: 200}
"""


@dataclass
class Experiment:
    """A folder with a config, two slow systems and a slow metric, and its processes.

    The systems pause ``pause`` seconds a document (only at ``pause_at``, if set), the metric half of that.
    """

    folder: Path
    pause: float = 0.01
    pause_at: str | None = None
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def run_dir(self) -> Path:
        """The only run there is."""
        (found,) = [p for p in (self.folder / "results" / "slow").iterdir() if p.is_dir()]
        return found

    def calls(self) -> list[str]:
        """What was asked so far: ``system doc`` and ``vowels system doc``, in order."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def start(self, *args: str, preexec: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        """``bench run`` in the background. Python ignores SIGINT if its parent does, so that is undone."""

        def prepare() -> None:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if preexec is not None:
                preexec()

        env = environment() | {"CALLS": str(self.folder / "calls"), "PAUSE": str(self.pause)}
        if self.pause_at is not None:
            env["PAUSE_AT"] = self.pause_at
        process = subprocess.Popen(
            [sys.executable, "-m", "bench", "run", "config.yaml", *args],
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=prepare,
        )
        self.processes.append(process)
        return process

    def finish(self, *args: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """``bench run`` to its end."""
        return ended(self.start(*args), expect)

    def wait_for_calls(self, n: int, process: subprocess.Popen[str]) -> None:
        """Until ``n`` calls are noted or the process has ended."""
        until = time.monotonic() + 60
        while len(self.calls()) < n and process.poll() is None:
            assert time.monotonic() < until, f"{len(self.calls())} of {n} calls after a minute"
            time.sleep(0.002)


def ended(process: subprocess.Popen[str], expect: int) -> subprocess.CompletedProcess[str]:
    """Wait for a process; a wrong exit code or a traceback fails the test and shows what it printed."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == expect, f"exit code {process.returncode}, expected {expect}\n{out}\n{err}"
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


Make = Callable[..., Experiment]


@pytest.fixture(scope="session")
def make_experiment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes an experiment of ``n`` documents and two systems; what a failed test left running is ended."""
    made: list[Experiment] = []

    def make(n: int = 10, pause: float = 0.01, config: str = CONFIG) -> Experiment:
        folder = tmp_path_factory.mktemp("slow")
        write_articles(folder / "articles", n)
        (folder / "slow.py").write_text(SLOW, "utf-8")
        (folder / "config.yaml").write_text(config, "utf-8")
        made.append(Experiment(folder, pause))
        return made[-1]

    yield make
    for process in (p for experiment in made for p in experiment.processes):
        if process.poll() is None:
            process.kill()
            process.communicate()


def lines(path: Path) -> list[dict[str, Any]]:
    """Complete records of a journal."""
    return [json.loads(x) for x in path.read_bytes().splitlines(keepends=True) if x.endswith(b"\n")]


def committed(run_dir: Path) -> set[str]:
    """Cells on disk, named as the log of calls names them."""
    summaries = [r for p in (run_dir / "summaries").glob("*.jsonl") for r in lines(p)]
    vowels = run_dir / "scores" / "vowels.jsonl"
    scores = lines(vowels) if vowels.exists() else []
    return {f"{r['system']} {r['doc_id']}" for r in summaries if r["status"] == "ok"} | {
        f"vowels {r['system']} {r['doc_id']}" for r in scores
    }


def results(run_dir: Path) -> dict[str, object]:
    """Everything in a run that must not depend on how often it was interrupted: all but the times."""
    found: dict[str, object] = {
        name: (run_dir / name).read_bytes() for name in ("documents.jsonl", "scores.parquet", "config.yaml")
    }
    for path in sorted((run_dir / "scores").iterdir()):
        found[f"scores/{path.name}"] = path.read_bytes()
    for path in sorted((run_dir / "summaries").iterdir()):
        found[f"summaries/{path.name}"] = [
            {k: v for k, v in r.items() if k != "seconds"} for r in lines(path)
        ]
    for path in sorted((run_dir / "tables").iterdir()):
        found[f"tables/{path.name}"] = _untimed(path)
    return found


def _untimed(table: Path) -> object:
    """A table without its column of times (the last one where people read it)."""
    text = table.read_text("utf-8")
    match table.suffix:
        case ".csv":
            return [
                {k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(StringIO(text))
            ]
        case ".json":
            return json.loads(text, object_hook=lambda o: {k: v for k, v in o.items() if k != "seconds"})
        case ".md":
            return re.sub(r"[^|\n]*\|$", "", text, flags=re.MULTILINE)
        case ".tex":
            return re.sub(r"&[^&\n]*\\\\$", "", text, flags=re.MULTILINE)
        case other:
            raise AssertionError(f"a table of an unknown kind: {other}")


def unordered(run_dir: Path) -> dict[str, object]:
    """All results, but for the order of finished cells: what nobody has done comes last."""
    found = results(run_dir)
    for name, value in found.items():
        if name.startswith(("scores/", "summaries/")):
            rows = value.splitlines() if isinstance(value, bytes) else value
            assert isinstance(rows, list)
            found[name] = sorted(map(str, rows))
    return found
