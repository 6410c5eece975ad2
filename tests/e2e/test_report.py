"""``bench report``: the same numbers in every format, whatever labels and ids look like."""

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest

from tests.conftest import Bench
from tests.e2e.conftest import run_dirs

HOSTILE = ["<b>&|x_$", "=cmd()|' /C calc'!A0", "*bold* [a](b)", "50% {x}^~\\", "لفظ \u202e", "`code`"]
LABELS = [label for label in HOSTILE if "\u202e" not in label]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report")
    rows = [
        {"id": "../../up", "document": "One two three. Four five.", "reference": "One two."},
        {
            "id": "a|b $x$ \x1b[31mred",
            "document": "<script>alert(1)</script> six. Seven.",
            "reference": "Seven.",
        },
    ]
    (path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    config = {
        "name": "hostile",
        "data": {"use": "jsonl", "with": {"path": "rows.jsonl"}},
        "models": {label: {"use": "lead", "with": {"sentences": 1}} for label in LABELS},
        "metrics": {"<i>|": {"use": "length"}, "rouge": {"use": "rouge"}},
        "compare": {"resamples": 100},
    }
    (path / "config.yaml").write_text(json.dumps(config), "utf-8")
    return path


@pytest.fixture(scope="module")
def run(bench: Bench, folder: Path) -> Path:
    bench("run", "config.yaml", cwd=folder)
    (found,) = run_dirs(folder, "hostile")
    return found


def test_nothing_is_written_outside_the_run(run: Path, folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == {"rows.jsonl", "config.yaml", "results"}
    assert len(list((run / "summaries").iterdir())) == len(LABELS)


def test_the_table_of_an_experiment_is_printed_as_after_its_run(
    bench_here: Bench, run: Path, folder: Path
) -> None:
    by_name = bench_here("report", "results/hostile", cwd=folder).stdout
    by_path = bench_here("report", run, cwd=folder).stdout
    digest = run.name.rpartition("-")[2]
    by_digest = bench_here("report", f"results/hostile@{digest[:4]}", cwd=folder).stdout
    assert by_name == by_digest == by_path.replace(f"{folder}/", "")
    assert all(label[:8] in by_name for label in LABELS)
    full = bench_here("report", "results/hostile", "--full", cwd=folder).stdout
    assert "bullets" in full
    assert "bullets" not in by_name
    none = bench_here("report", "results/hostile@ffffffff", cwd=folder, expect=2).stderr
    assert "no run with the digest 'ffffffff'" in none
    assert run.name in none


def test_json_and_csv_can_be_parsed_and_agree(bench_here: Bench, run: Path, folder: Path) -> None:
    board = json.loads(bench_here("report", "results/hostile", "--json", cwd=folder).stdout)
    text = bench_here("report", "results/hostile", "--format", "csv", "-o", "-", cwd=folder).stdout
    rows = list(csv.DictReader(StringIO(text)))
    assert {s["label"] for s in board["systems"]} == set(LABELS)
    assert [r["system"].removeprefix("'") for r in rows] == [s["label"] for s in board["systems"]]
    assert not any(r["system"].startswith(("=", "+", "-", "@")) for r in rows), "a spreadsheet runs nothing"
    for row, system in zip(rows, board["systems"], strict=True):
        assert float(row["rouge.rouge1"]) == system["scores"]["rouge.rouge1"]["mean"]
    assert (run / "tables" / "leaderboard.csv").read_text("utf-8") == text


def test_markdown_and_latex_are_escaped(bench_here: Bench, run: Path, folder: Path) -> None:
    md = bench_here("report", run, "--format", "md", "--output", "-", cwd=folder).stdout
    table = [line for line in md.splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(LABELS)
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1, "a label adds no column"
    assert "<b>" not in md
    assert "<i>" not in md
    assert r"\*bold\* \[a\](b)" in md
    tex = bench_here("report", run, "--format", "tex", "--output", "-", cwd=folder).stdout
    assert r"50\% \{x\}\textasciicircum{}\textasciitilde{}\textbackslash{}" in tex
    assert r"\textless{}b\textgreater{}\&\textbar{}x\_\$" in tex
    cells = [line for line in tex.splitlines() if line.endswith(r"\\")]
    assert len({len(re.findall(r"(?<!\\)&", line)) for line in cells}) == 1


def test_files_are_written_where_they_are_asked_for(bench_here: Bench, run: Path, folder: Path) -> None:
    for path in (run / "tables").iterdir():
        path.unlink()
    done = bench_here("report", "results/hostile", "--format", "md,csv", "--format", "tex", cwd=folder)
    assert done.stdout.split() == [
        str(run.relative_to(folder) / "tables" / f"leaderboard.{kind}") for kind in ("md", "csv", "tex")
    ]
    assert {p.suffix for p in (run / "tables").iterdir()} == {".md", ".csv", ".tex"}
    bench_here("report", run, "--format", "md", "-o", "mine.md", cwd=folder)
    assert (folder / "mine.md").read_bytes() == (run / "tables" / "leaderboard.md").read_bytes()
    (folder / "mine.md").unlink()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--format", "mdd"], "unknown format 'mdd' (did you mean 'md'?)"),
        (["--output", "x"], "--output takes one format, found none"),
        (["--format", "md,csv", "--output", "x"], "--output takes one format, found md, csv"),
        (["--format", "md", "--output", "no/such/folder/x"], "no/such/folder/x: cannot be written"),
    ],
)
def test_mistakes(bench_here: Bench, run: Path, folder: Path, args: list[str], said: str) -> None:
    assert said in bench_here("report", run, *args, cwd=folder, expect=2).stderr


def test_control_characters_are_written_out(bench_here: Bench, folder: Path) -> None:
    """Ids come from files of other people; a terminal must not obey them. (The fixture looks for ESC.)"""
    (folder / "fails.py").write_text(
        "class Fails:\n    def summarise(self, doc): raise ValueError('\\x1b[2J' + doc.id)\n", "utf-8"
    )
    bench_here(
        "run", "config.yaml", "--set", "models.f.use=./fails.py:Fails", "--only-models", "f",
        "--out", "failing", cwd=folder, expect=3,
    )  # fmt: skip
    (path,) = [p for p in (folder / "failing" / "hostile").iterdir() if p.is_dir()]
    failed = bench_here("report", path, "--failed", cwd=folder).stdout
    assert r"f" + "\t" + r"a|b $x$ \x1b[31mred" + "\tsummary\t" in failed


def test_a_label_that_hides_its_direction_is_refused(bench_here: Bench, folder: Path) -> None:
    config = json.loads((folder / "config.yaml").read_text("utf-8"))
    config["models"] = {HOSTILE[4]: {"use": "lead"}}
    (folder / "bidi.yaml").write_text(json.dumps(config), "utf-8")
    assert "no usable name" in bench_here("run", "bidi.yaml", cwd=folder, expect=2).stderr
