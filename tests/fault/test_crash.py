"""A component that takes the process with it: what was finished is kept."""

from pathlib import Path

from tests.conftest import Bench
from tests.fault.conftest import CONFIG, Make, committed

DEADLY = """\
import os
from typing import ClassVar
from bench import Column, Score
from bench.core.errors import MissingExtra


class Exits:
    columns: ClassVar = (Column("x"),)

    def score(self, doc, summary):
        if doc.id == "doc03":
            os._exit(77)
        return Score({"x": 0.5})


class Quits:
    columns: ClassVar = (Column("x"),)

    def score(self, doc, summary):
        raise SystemExit(0)


class Needs:
    def summarise(self, doc):
        if doc.id == "doc02":
            raise MissingExtra("this", "hf")
        return doc.headline


class Asks:
    def summarise(self, doc):
        if doc.id == "doc01":
            raise SystemExit("usage: me FILE")
        return doc.headline
"""


def test_a_metric_that_ends_the_process(make_experiment: Make) -> None:
    experiment = make_experiment(5, pause=0)
    (experiment.folder / "deadly.py").write_text(DEADLY, "utf-8")
    deadly = ("--set", "metrics.x.use=./deadly.py:Exits")
    process = experiment.start(*deadly)
    process.communicate(timeout=60)
    assert process.returncode == 77
    generated = {f"{s} doc0{i}" for s in ("five", "nine") for i in range(5)}
    assert generated <= committed(experiment.run_dir)
    asked = experiment.calls()

    done = experiment.finish()
    assert "continuing" in done.stderr
    assert experiment.calls() == asked, "the metrics before it and all summaries were on disk"
    assert "vowels" in done.stdout


def test_an_exit_inside_a_component_is_a_failure_of_that_cell(bench: Bench, make_experiment: Make) -> None:
    folder = make_experiment(
        2, pause=0, config=CONFIG.replace("use: length", "use: ./deadly.py:Quits")
    ).folder
    (folder / "deadly.py").write_text(DEADLY, "utf-8")
    env = {"CALLS": str(folder / "calls"), "PAUSE": "0"}
    done = bench(
        "run", "config.yaml", "--set", "models.asks.use=./deadly.py:Asks", cwd=folder, env=env, expect=3
    )
    assert "1 of 6 summaries failed (16.7 %, limit 1 %): 1 × SystemExit: usage: me FILE" in done.stderr
    (run,) = Path(folder / "results" / "slow").glob("*Z-*")
    failed = bench("report", run, "--failed", cwd=folder).stdout.splitlines()
    assert failed[0].split("\t") == ["asks", "doc01", "summary", "SystemExit: usage: me FILE"]
    assert len(failed) == 6
    assert {line.split("\t")[2:] == ["length", "SystemExit: 0"] for line in failed[1:]} == {True}


def test_what_is_missing_halfway_stops_the_run_and_loses_nothing(bench: Bench, make_experiment: Make) -> None:
    folder = make_experiment(4, pause=0).folder
    (folder / "deadly.py").write_text(DEADLY, "utf-8")
    done = bench(
        "run", "config.yaml", "--set", "models={n: {use: ./deadly.py:Needs}}", "--only-models", "n",
        cwd=folder, expect=4,
    )  # fmt: skip
    assert done.stderr.splitlines()[-2:] == ["this is not installed", 'pip install "summbench[hf]"']
    (run,) = Path(folder / "results" / "slow").glob("*Z-*")
    assert committed(run) == {"n doc00", "n doc01"}
