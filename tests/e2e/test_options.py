"""What the options of ``bench run`` do. One process each is not needed: most of them are the library's."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import api
from bench.core.errors import ConfigError
from tests.conftest import Bench
from tests.e2e.conftest import Calls, run_dirs


def manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "manifest.json").read_text("utf-8"))
    return found


def test_limit_set_only_and_out_together(bench: Bench, folder: Path, calls: Calls) -> None:
    done = bench(
        "run", "config.yaml", "--limit", 3, "--set", "models.lead1.with.sentences=2",
        "--set", "limits.max_failed=0.5",
        "--only-models", "lead1", "--only-metrics", "length,capitals", "--out", "there", cwd=folder,
    )  # fmt: skip
    assert "mine: 3 documents (articles, " in done.stderr
    assert "1 system, 2 metrics" in done.stderr
    assert not (folder / "results").exists()
    (run,) = [p for p in (folder / "there" / "mine").iterdir() if p.is_dir()]
    about = manifest(run)
    assert [json.loads(x)["id"] for x in (run / "documents.jsonl").read_text().splitlines()] == [
        "doc00", "doc01", "doc02",
    ]  # fmt: skip
    assert list(about["systems"]) == ["lead1"]
    assert about["systems"]["lead1"]["signature"].startswith("lead|sentences:2|")
    assert about["config"]["limits"] == {"max_failed": 0.5}
    assert about["config"]["data"]["limit"] == 3
    assert calls() == [f"capitals lead1 doc0{i}" for i in range(3)], "the other system was not asked"


def test_seed_reaches_systems_and_sample_and_is_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    settings = [
        "models={r: {use: random, with: {sentences: 1}}}",
        "metrics={length: {use: length}}",
        "data.sample=5",
    ]
    texts: dict[int, dict[str, str]] = {}
    for seed in (1, 1, 2):
        run = api.run("config.yaml", settings=settings, seed=seed, out=f"seed{seed}", rerun=True)
        lines = (run.path / "summaries" / "r.jsonl").read_text("utf-8").splitlines()
        found = {r["doc_id"]: r["text"] for r in map(json.loads, lines)}
        assert texts.setdefault(seed, found) == found, "equal seeds, equal texts"
        assert manifest(run.path)["config"]["compare"]["seed"] == seed
        assert manifest(run.path)["config"]["data"]["seed"] == seed
    assert texts[1] != texts[2]
    assert set(texts[1]) != set(texts[2]), "another sample"


def test_the_test_and_its_adjustment_reach_the_tables(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for settings, said in (
        ([], "(paired permutation, Holm, α = 0.05)"),
        (
            ["compare.test=bootstrap", "compare.correct=bh"],
            "(paired bootstrap, Benjamini–Hochberg, α = 0.05)",
        ),
    ):
        run = api.run("config.yaml", settings=settings)
        assert said in (run.path / "tables" / "leaderboard.md").read_text("utf-8")
        assert said in api.load(run.path).render("md")


def test_rerun_starts_afresh_and_copies_nothing(bench: Bench, folder: Path, calls: Calls) -> None:
    bench("run", "config.yaml", cwd=folder)
    first = calls()
    assert len(first) == 8 + 16
    bench("run", "config.yaml", "--rerun", cwd=folder)
    assert calls() == first, "everything was asked again"
    old, new = run_dirs(folder)
    assert old.name.rpartition("-")[2] == new.name.rpartition("-")[2]
    assert (old / "tables" / "leaderboard.csv").exists()
    bench("run", "config.yaml", cwd=folder)
    assert calls() == []
    assert len(run_dirs(folder)) == 2


def test_a_dry_run_says_and_does_nothing(bench: Bench, folder: Path, calls: Calls) -> None:
    before = sorted(p for p in folder.rglob("*") if "__pycache__" not in p.parts)
    done = bench("run", "config.yaml", "--dry-run", cwd=folder)
    assert "mine: 8 documents (articles, " in done.stdout
    assert "lead1, once" in done.stdout
    assert "16 summaries, 32 scores" in done.stdout
    assert calls() == []
    assert sorted(p for p in folder.rglob("*") if "__pycache__" not in p.parts) == before


def test_two_labels_of_one_component_do_not_collide(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    again = "metrics.again={use: ./mine.py:Capitals}"
    table = api.run(
        "config.yaml", settings=["models.twice={use: ./mine.py:Headline, with: {times: 2}}", again]
    ).table()
    assert [s.label for s in table.systems] == ["lead1", "once", "twice"]
    assert table.cells["once", "capitals.capitals"].values == table.cells["once", "again.capitals"].values
    assert table.cells["once", "length.words"].values[0] * 2 == table.cells["twice", "length.words"].values[0]


def test_a_sweep_is_several_systems(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    run = api.run("config.yaml", settings=["sweep={models.once.with.times: [1, 3]}"])
    assert [s.label for s in run.table().systems] == ["lead1", "once[times=1]", "once[times=3]"]
    assert {p.name for p in (run.path / "summaries").iterdir()} == {
        "lead1.jsonl", "once[times=1].jsonl", "once[times=3].jsonl",
    }  # fmt: skip


def test_an_unknown_label_names_the_known_ones(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(ConfigError, match=r"--only-models onc: no such label \(did you mean 'once'\?\)") as e:
        api.run("config.yaml", only_models=["onc"])
    assert e.value.hint == "Known: lead1, once."


def test_a_config_is_found_from_anywhere_and_its_run_needs_it_no_more(bench: Bench, folder: Path) -> None:
    """Relative files lie beside the config; the run can be scored again where it was made."""
    (folder / "sub").mkdir()
    bench("run", "../config.yaml", cwd=folder / "sub")
    (run,) = run_dirs(folder / "sub")
    assert manifest(run)["config"]["data"]["with"]["path"] == "../articles"
    assert manifest(run)["config"]["models"]["once"]["use"] == "../mine.py:Headline"
    (folder / "sub" / "calls").unlink()
    (folder / "config.yaml").unlink()
    done = bench("score", "results/mine", "--metrics", "novelty", cwd=folder / "sub")
    assert "novel 2-grams" in done.stdout
    assert not (folder / "sub" / "calls").exists(), "the first metrics were on disk"


@pytest.mark.parametrize("label", ["要約" * 30, "a/../b", "..", "<b>|x_$&`*", "-", "with space", "%2E"])
def test_any_visible_label_is_a_system(folder: Path, monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    monkeypatch.chdir(folder)
    (folder / "config.yaml").write_text(
        json.dumps(
            {
                "name": "labels",
                "data": {"use": "articles", "with": {"path": "articles"}},
                "models": {label: {"use": "lead"}, "other": {"use": "headline"}},
                "metrics": {label: {"use": "length"}},
                "compare": {"resamples": 100},
            }
        ),
        "utf-8",
    )
    run = api.run("config.yaml")
    assert [s.n_summaries for s in run.table().systems] == [8, 8]
    assert len(list((run.path / "summaries").iterdir())) == 2
    assert run.path.parent == Path("results/labels")
    for part in ("summaries", "scores"):
        assert all(p.parent.name == part for p in (run.path / part).rglob("*")), "it stays in its folder"
    assert api.run("config.yaml").outcome == run.outcome
