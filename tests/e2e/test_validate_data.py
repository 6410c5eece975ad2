"""``bench validate --data``: the audit as a table with the places, and as data."""

import json
from pathlib import Path

import pytest

from tests.conftest import Bench, write_articles

CONFIG = """\
name: mine
data: {use: articles, with: {path: articles}}
models: {lead: {use: lead}}
metrics: {length: {use: length}}
"""
WRONG = """\
A wall of seeds
- Norway keeps seeds of barley, wheat and rye in a frozen mountain.
- In 1999 the harbour opened.
- Ships may never enter it.
- Some doubt the walls, says Alan Turing.
The harbour is open. Ships may enter it from May. It cost ten million pounds. Some still doubt the walls.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", 1)
    (tmp_path / "articles" / "wrong.txt").write_text(WRONG, "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    return tmp_path


def test_a_table_with_the_places(bench_here: Bench, folder: Path) -> None:
    done = bench_here("validate", "config.yaml", "--data", cwd=folder)
    rows = [line.split(maxsplit=3) for line in done.stdout.splitlines()[1:-1]]
    assert {(level, check, place) for level, check, place, _ in rows} >= {
        ("warning", "unsupported", "articles/wrong.txt:2"),
        ("warning", "number", "articles/wrong.txt:3"),
        ("note", "negation", "articles/wrong.txt:4"),
        ("warning", "name", "articles/wrong.txt:5"),
    }
    named = [what for _, check, _, what in rows if check == "entity"]
    assert named == ["reference 1, 'Norway': name not in the article"], (
        "of Turing the check of names has said it"
    )
    assert len({line.index("articles/") for line in done.stdout.splitlines()[1:-1]}) == 1
    assert done.stdout.splitlines()[-1] == f"  {len(rows) - 1} warnings, 1 note in 2 documents"


def test_nothing_to_object(bench_here: Bench, folder: Path) -> None:
    (folder / "articles" / "wrong.txt").unlink()
    done = bench_here("validate", "config.yaml", "--data", cwd=folder)
    assert done.stdout.splitlines()[1:] == ["  no objections in 1 document"]


def test_an_error_in_the_data_is_exit_code_2(bench_here: Bench, folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"id": "a", "document": "One. Two.", "reference": "..."}\n', "utf-8")
    settings = ["--set", "data.use=jsonl", "--set", "data.with.path=rows.jsonl"]
    done = bench_here("validate", "config.yaml", "--data", *settings, cwd=folder, expect=2)
    assert "  error  empty-reference  rows.jsonl:1  reference 1 has no words\n" in done.stdout
    assert done.stdout.splitlines()[-1] == "  1 error in 1 document"


def test_another_set_by_its_path_or_by_its_config(bench_here: Bench, folder: Path) -> None:
    other = folder / "train"
    write_articles(other, 3)
    (folder / "train.yaml").write_text(CONFIG.replace("path: articles", "path: train"), "utf-8")
    for named in ("train", "train.yaml"):
        done = bench_here("validate", "config.yaml", "--data", "--against", named, cwd=folder)
        said = f"has the same text as 'doc00' of {named}, and shares a reference with it\n"
        assert said in done.stdout
        assert done.stdout.count("doc00") == done.stdout.count("doc00.txt") + 1
    alone = bench_here(
        "validate", "config.yaml", "--data", "--set", "data.limit=1", "--against", "train", cwd=folder
    )
    assert "leak-text" in alone.stdout, "the limit is for the set that is audited"


def test_as_data(bench_here: Bench, folder: Path) -> None:
    (folder / "broken.yaml").write_text("name: x\n", "utf-8")
    done = bench_here("validate", "config.yaml", "broken.yaml", "--data", "--json", cwd=folder, expect=2)
    good, broken = json.loads(done.stdout)
    assert good["config"] == "config.yaml"
    assert good["documents"] == 2
    assert {"severity", "check", "doc_id", "source", "what"} == set(good["issues"][0])
    assert any(i["source"] == "articles/wrong.txt:2" for i in good["issues"])
    assert (broken["ok"], "data" in broken["error"]) == (None, True)
    plain = json.loads(bench_here("validate", "config.yaml", "--json", cwd=folder).stdout)
    assert plain == [{"config": "config.yaml", "ok": "2 documents, 1 system, 1 metric", "error": None}]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--against", "train"], "--against compares documents: give --data, too"),
        (["--data", "--against", "nowhere"], "nowhere: no such file or folder"),
        (["--data", "--against", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_mistakes(bench_here: Bench, folder: Path, args: list[str], said: str) -> None:
    assert said in bench_here("validate", "config.yaml", *args, cwd=folder, expect=2).stderr
