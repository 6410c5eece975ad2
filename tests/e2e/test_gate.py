"""``bench gate``: real runs against baselines, its exit codes, and what it says."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Bench
from tests.e2e.conftest import CONFIG, run_dirs

QUICK = "configs/quickstart.yaml"


@pytest.fixture(scope="module")
def quick(bench: Bench, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the quickstart's results and its baseline ``quick``."""
    out = tmp_path_factory.mktemp("gate")
    bench("run", QUICK, "--out", out, cwd=root)
    saved = bench("gate", out / "quickstart", "--save", "quick", "--out", out, cwd=root).stdout
    assert saved.startswith(f"{out}/baselines/quick.jsonl   4 systems, rouge.rouge1, ")
    return out


def test_a_config_that_nobody_changed_is_green(bench: Bench, root: Path, quick: Path) -> None:
    done = bench("gate", QUICK, "--against", "quick", "--out", quick, cwd=root)
    assert "4 unchanged against quick, 26 documents" in done.stdout
    assert "summaries: 156 of 156 are there" in done.stderr


def test_one_sentence_instead_of_three_is_red_and_says_by_how_much(
    bench: Bench, root: Path, quick: Path, tmp_path: Path
) -> None:
    files = {f"--{kind}": tmp_path / "made" / kind for kind in ("junit", "md", "codequality")}
    changes = ("--set", "name=quick-broken", "--set", "models.lead3.with.sentences=1")
    options = [x for pair in files.items() for x in pair]
    done = bench(
        "gate",
        QUICK,
        *changes,
        "--against",
        "quick",
        "--github",
        *options,
        "--out",
        quick,
        cwd=root,
        expect=1,
    )
    assert "changed       lead3: sentences 3 → 1" in done.stdout
    assert "REGRESSED     lead3     rouge.rougeLsum  23.25 → 10.43, Δ −12.82 [" in done.stdout
    assert "worst: leicester-city-2016-title 26.09 → 2.90 “Leicester" in done.stdout
    assert "1 regressed, 3 unchanged against quick" in done.stdout
    assert done.stdout.startswith("::stop-commands::")
    token = done.stdout.partition("\n")[0].removeprefix("::stop-commands::")
    assert f"\n::{token}::\n::error" in done.stdout
    assert "::error file=configs/base.yaml,line=4,title=lead3 rouge.rougeLsum regressed::23.25" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines() if not line.startswith("::")) <= 80
    suites = ET.fromstring((tmp_path / "made" / "junit").read_text("utf-8"))
    assert (suites.attrib["tests"], suites.attrib["failures"]) == ("8", "1")
    assert (tmp_path / "made" / "md").read_text("utf-8").startswith("### ❌ regressed: quick-broken")
    (found,) = json.loads((tmp_path / "made" / "codequality").read_text("utf-8"))
    assert found["location"] == {"path": "configs/base.yaml", "lines": {"begin": 4}}


def test_only_some_systems_can_be_gated(bench_here: Bench, root: Path, quick: Path) -> None:
    gate = (
        "gate",
        QUICK,
        "--set",
        "models.lead3=null",
        "--set",
        "name=less",
        "--out",
        quick,
        "--against",
        "quick",
    )
    done = bench_here(*gate, cwd=root, expect=2)
    assert "'quick' has systems that the run has not: lead3" in done.stderr
    done = bench_here(*gate, "--only-models", "textrank,random3", cwd=root)
    assert "2 unchanged against quick" in done.stdout
    assert (
        "no such label (did you mean 'textrank'?)"
        in bench_here(*gate, "--only-models", "textrnk", cwd=root, expect=2).stderr
    )


def test_other_documents_and_other_metrics_are_refused(bench_here: Bench, root: Path, quick: Path) -> None:
    gate = ("gate", QUICK, "--set", "name=other", "--against", "quick", "--out", quick)
    done = bench_here(*gate, "--limit", 20, cwd=root, expect=2)
    assert "different documents: not in now: 6 documents (" in done.stderr
    done = bench_here(*gate, "--set", "metrics.rouge.with.stemmer=none", cwd=root, expect=2)
    assert "different signatures: rouge.rougeLsum: stem porter" in done.stderr.replace("stem:", "stem ")
    done = bench_here(*gate, "--set", "gate.columns={novelty.novel1: {margin: 0}}", cwd=root, expect=2)
    assert "novelty.novel1" in done.stderr


def test_json_is_for_programs(bench_here: Bench, root: Path, quick: Path) -> None:
    baseline = quick / "baselines" / "quick.jsonl"
    done = bench_here("gate", quick / "quickstart", "--against", baseline, "--strict", "--json")
    found = json.loads(done.stdout)
    assert (found["exit_code"], found["regressed"], found["counts"]["unchanged"]) == (0, False, 4)


def test_the_shipped_baseline_is_what_the_shipped_config_gives(
    bench_here: Bench, root: Path, tmp_path: Path
) -> None:
    baseline = root / "results" / "baselines" / "quickstart.jsonl"
    done = bench_here("gate", QUICK, "--against", baseline, "--strict", "--out", tmp_path, cwd=root)
    assert "4 unchanged against quickstart, 26 documents" in done.stdout


Gate = Callable[..., str]


@pytest.fixture
def saved(bench_here: Bench, folder: Path) -> Path:
    """The small experiment of :mod:`tests.e2e.conftest`, run, with a baseline ``main``."""
    text = CONFIG.replace("models:", "gate: {columns: {capitals: {margin: 0.001}}}\nmodels:")
    (folder / "config.yaml").write_text(text, "utf-8")
    bench_here("run", "config.yaml", cwd=folder)
    bench_here("gate", "results/mine", "--save", "main", cwd=folder)
    return folder


def outputs(folder: Path, texts: dict[str, str | None]) -> str:
    """The option that makes ``once`` a system of these texts; a document that is not named fails."""
    rows = [
        {"doc_id": f"doc{i:02}", "summary": texts.get(f"doc{i:02}", f"Harbour {i} Opens")} for i in range(8)
    ]
    kept = [row for row in rows if row["summary"] is not None]
    (folder / "o.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept), "utf-8")
    return "models.once={use: outputs, with: {path: o.jsonl}}"


def test_values_are_kept_and_texts_are_not(saved: Path) -> None:
    text = (saved / "results" / "baselines" / "main.jsonl").read_text("utf-8")
    assert "capitals.capitals" in text
    assert "harbour" not in text.lower()


def test_the_same_run_gives_the_same_bytes(bench_here: Bench, saved: Path) -> None:
    path = saved / "results" / "baselines" / "main.jsonl"
    first = path.read_bytes()
    done = bench_here("gate", "results/mine", "--save", "main", cwd=saved)
    assert path.read_bytes() == first
    (run,) = run_dirs(saved)
    assert done.stderr.strip() == f"replaced the values of mine/{run.name}"


def test_newly_empty_outputs_are_broken(bench_here: Bench, saved: Path) -> None:
    option = outputs(saved, {"doc01": "", "doc02": " "})
    done = bench_here("gate", "config.yaml", "--set", option, "--against", "main", cwd=saved, expect=1)
    assert "BROKEN        once  outputs: 2 newly empty, 0 newly failed, 0 mended (limit" in done.stdout
    assert "lost: 2 documents without a value now (limit 0.08): empty" in done.stdout


def test_newly_failed_outputs_are_broken_rather_than_incomplete(bench_here: Bench, saved: Path) -> None:
    option = "models.once={use: ./mine.py:Picky}"
    done = bench_here("gate", "config.yaml", "--set", option, "--against", "main", cwd=saved, expect=1)
    assert "0 newly empty, 1 newly failed" in done.stdout
    assert "1 of 16 summaries failed" in done.stderr
    # Where the config lets so many break, what failed is still too much for a complete run.
    lax = ("--set", "gate.max_broken=0.5")
    done = bench_here("gate", "config.yaml", "--set", option, *lax, "--against", "main", cwd=saved, expect=3)
    assert "incomplete: 2 cells failed" in done.stderr or "incomplete: 1 cell failed" in done.stderr


def test_strict_fails_what_is_inconclusive(bench_here: Bench, saved: Path) -> None:
    option = outputs(
        saved, {f"doc{i:02}": "HArbour number opens" if i % 2 else "harbour number opens" for i in range(8)}
    )
    gate = ("gate", "config.yaml", "--set", option, "--against", "main")
    done = bench_here(*gate, cwd=saved)
    assert "inconclusive  once" in done.stdout
    bench_here(*gate, "--strict", cwd=saved, expect=1)


def test_nothing_that_was_scored_is_never_green(bench_here: Bench, saved: Path) -> None:
    bench_here("generate", "config.yaml", "--set", "name=bare", cwd=saved)
    (bare,) = run_dirs(saved, "bare")
    assert "nothing was scored" in bench_here("gate", bare, "--against", "main", cwd=saved, expect=3).stderr
    assert "nothing was scored" in bench_here("gate", bare, "--save", "x", cwd=saved, expect=3).stderr
    assert not (saved / "results" / "baselines" / "x.jsonl").exists()


def test_a_run_that_was_interrupted_is_neither_gated_nor_a_baseline(bench_here: Bench, saved: Path) -> None:
    (run,) = run_dirs(saved)
    about = json.loads((run / "manifest.json").read_bytes())
    (run / "manifest.json").write_text(json.dumps(about | {"status": "partial"}), "utf-8")
    assert "interrupted" in bench_here("gate", run, "--save", "x", cwd=saved, expect=3).stderr
    assert "4 unchanged" not in bench_here("gate", run, "--against", "main", cwd=saved, expect=3).stderr
    path = run / "scores" / "capitals.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-3]))
    done = bench_here("gate", run, "--against", "main", cwd=saved, expect=3)
    assert "not there or not scored yet" in done.stderr


MISTAKES = {
    "neither": ((), "bench gate takes one of --save NAME and --against NAME"),
    "both": (("--save", "a", "--against", "main"), "bench gate takes one of"),
    "unknown": (("--against", "mian"), "no baseline 'mian' in results/baselines (did you mean 'main'?)"),
    "file": (("--against", "gone.jsonl"), "gone.jsonl: no such baseline"),
    "name": (("--save", "../x"), "--save ../x: no name of a baseline"),
    "changed run": (("--against", "main", "--limit", 2), "--set, --limit and --seed change a config"),
    "system": (
        ("--against", "main", "--only-models", "onec"),
        "no such system in the run (did you mean 'once'?)",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_named(bench_here: Bench, saved: Path, mistake: str) -> None:
    options, message = MISTAKES[mistake]
    assert message in bench_here("gate", "results/mine", *options, cwd=saved, expect=2).stderr


def test_columns_are_checked(bench_here: Bench, saved: Path) -> None:
    for column, message in (
        ("capitals.capitls", "no such column (did you mean 'capitals.capitals'?)"),
        ("length.words", "length.words describes and has no better direction"),
    ):
        option = f"gate.columns={{{column}: {{margin: 0}}}}"
        done = bench_here("gate", "config.yaml", "--set", option, "--against", "main", cwd=saved, expect=2)
        assert message in done.stderr
        assert "summaries" not in done.stderr, "found before anything runs"


def test_a_system_that_has_become_apart_is_judged_all_the_same(bench_here: Bench, saved: Path) -> None:
    option = "models.once={use: oracle}"
    done = bench_here("gate", "config.yaml", "--set", option, "--against", "main", cwd=saved, expect=1)
    assert "REGRESSED     once   capitals.capitals  0.028 → 0.025" in done.stdout


def test_documents_that_moved_are_the_same_and_ones_that_changed_are_not(
    bench_here: Bench, saved: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other machine"
    other.mkdir()
    for name in ("articles", "config.yaml", "mine.py"):
        (saved / name).rename(other / name)
    gate = ("gate", "config.yaml", "--against", saved / "results" / "baselines" / "main.jsonl")
    assert "2 unchanged against main" in bench_here(*gate, cwd=other).stdout
    path = other / "articles" / "doc03.txt"
    path.write_text(path.read_text("utf-8").replace("opened on Monday.", "opened.", 1), "utf-8")
    assert "changed: 1 document (doc03)" in bench_here(*gate, cwd=other, expect=2).stderr


def test_a_damaged_baseline_is_exit_code_5_and_is_mended_by_saving_it_again(
    bench_here: Bench, saved: Path
) -> None:
    path = saved / "results" / "baselines" / "main.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    done = bench_here("gate", "results/mine", "--against", "main", cwd=saved, expect=5)
    assert "main.jsonl:9: no JSON" in done.stderr
    path.write_text("<<<<<<< HEAD\n", "utf-8")
    done = bench_here("gate", "results/mine", "--save", "main", cwd=saved)
    assert "replaced the values of results/baselines/main.jsonl, which cannot be read" in done.stderr
    bench_here("gate", "results/mine", "--against", "main", cwd=saved)


def commands(value: object) -> list[str]:
    """Every ``bench gate`` line of a workflow."""
    if isinstance(value, dict):
        return [line for inner in value.values() for line in commands(inner)]
    if isinstance(value, list):
        return [line for inner in value for line in commands(inner)]
    return [value.strip()] if isinstance(value, str) and value.startswith("bench gate") else []


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_the_workflows_to_copy_work(bench_here: Bench, root: Path, saved: Path, name: str) -> None:
    from ruamel.yaml import YAML

    (line,) = commands(YAML(typ="safe").load(root / "docs" / "ci" / name))
    (saved / "configs").mkdir()
    config = (saved / "config.yaml").read_text("utf-8").replace("path: articles", "path: ../articles")
    (saved / "configs" / "ci.yaml").write_text(config.replace("./mine.py", "../mine.py"), "utf-8")
    line = line.replace("$GITHUB_STEP_SUMMARY", "summary.md")
    done = bench_here(*shlex.split(line)[1:], cwd=saved)
    assert "2 unchanged against main" in done.stdout
    made = {"github.yml": ["gate.xml", "summary.md"], "gitlab.yml": ["gate.json", "gate.xml"]}[name]
    assert all((saved / file).stat().st_size for file in made)
