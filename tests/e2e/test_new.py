"""``bench new``: what it writes works as it stands, in a real run."""

import json
from pathlib import Path

import pytest

from tests.conftest import Bench


@pytest.fixture
def folder(bench_here: Bench, tmp_path: Path) -> Path:
    """A new experiment, entered as its message says."""
    done = bench_here("new", "experiment", "my-study", cwd=tmp_path)
    assert "my-study/config.yaml" in done.stdout.split()
    assert "Next:  cd my-study && bench run config.yaml" in done.stderr
    return tmp_path / "my-study"


def test_an_experiment(bench: Bench, folder: Path) -> None:
    done = bench("run", "config.yaml", cwd=folder)
    assert "my-study: 3 documents" in done.stderr
    for label in ("lead3", "random3", "textrank", "oracle", "copy"):
        assert f"\n {label} " in done.stdout


def test_a_model_and_a_metric(bench_here: Bench, folder: Path) -> None:
    model = bench_here("new", "model", "long-ones", cwd=folder)
    metric = bench_here("new", "metric", "brevity", "--in", "metrics", cwd=folder)
    assert model.stdout == "long_ones.py\n"
    assert metric.stdout == "metrics/brevity.py\n"
    settings = []
    for done in (model, metric):
        said = done.stderr.split("bench run CONFIG ")[1].split()
        settings += said
    done = bench_here("run", "config.yaml", *settings, cwd=folder)
    assert "long_ones" in done.stdout
    assert "brevity" in bench_here("report", "results/my-study", "--full", cwd=folder).stdout
    (run,) = [p for p in (folder / "results" / "my-study").iterdir() if p.is_dir()]
    about = json.loads((run / "manifest.json").read_text("utf-8"))
    assert about["systems"]["long_ones"]["signature"].startswith("long_ones.py:LongOnes@")
    assert about["metrics"]["brevity"]["signature"].startswith("brevity.py:Brevity@")
    assert about["status"] == "complete"


def test_a_reader(bench_here: Bench, folder: Path) -> None:
    (folder / "rows.json").write_text(
        json.dumps(
            [{"id": i, "text": f"Text {i} is here. It ends.", "summary": f"Text {i}."} for i in range(4)]
        ),
        "utf-8",
    )
    said = bench_here("new", "data", "rows", cwd=folder).stderr.split("bench run CONFIG ")[1].split()
    settings = [s.replace("FILE", "rows.json") for s in said]
    done = bench_here("run", "config.yaml", *settings, cwd=folder)
    assert "my-study: 4 documents (rows.json, " in done.stderr


def test_nothing_is_overwritten(bench_here: Bench, folder: Path) -> None:
    config = folder / "config.yaml"
    config.write_text("mine", "utf-8")
    done = bench_here("new", "experiment", "my-study", cwd=folder.parent, expect=2)
    assert "exists already" in done.stderr
    assert config.read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["match", "type", "print", "a_b-C", "None-of-it"])
def test_a_name_that_is_no_keyword(bench_here: Bench, tmp_path: Path, name: str) -> None:
    for kind in ("model", "metric", "data"):
        made = bench_here("new", kind, name, "--in", kind, cwd=tmp_path)
        use = made.stderr.split("use=")[1].split()[0]
        assert (
            f"· {use.rpartition(':')[0].removeprefix('./')}" in bench_here("list", use, cwd=tmp_path).stdout
        )


def test_a_template_says_what_its_signature_leaves_out(bench_here: Bench, tmp_path: Path) -> None:
    for kind in ("model", "metric"):
        bench_here("new", kind, f"my-{kind}", cwd=tmp_path)
        text = bench_here("list", f"./my_{kind}.py:My{kind.title()}", cwd=tmp_path).stdout
        assert "not of files that it imports: raise version when those change" in " ".join(text.split())
