"""``bench selftest``: the checks of a config on errors that are known to be there."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Bench, environment, write_articles

CHECKS = """\
from dataclasses import dataclass
from typing import ClassVar
from bench import Column, Score
from bench.core.asks import Generate, Turn, generate
from bench.testing import Scripted


class Nots:
    '''One less for each "not".'''
    columns = (
        Column("kind", better="low", range=(0.0, 100.0)),
        Column("length", better="none", range=(0.0, 1e6)),
    )

    def score(self, doc, summary):
        return Score({"kind": summary.text.count(" not "), "length": len(summary.text)})


def read(prompt):
    with open("asked", "a") as stream:
        stream.write("x")
    return "no" if " not " in prompt else "yes"


JUDGE = Scripted(read)


@dataclass(frozen=True)
class Judge:
    '''Asks a model.'''
    columns: ClassVar = (Column("flag", better="low"),)
    backends: ClassVar = (JUDGE,)

    def score(self, doc, summary):
        (answer,) = yield from generate([Generate(JUDGE, (Turn("user", summary.text),))])
        return Score({"flag": float(answer.text == "no")})


class Broken:
    columns = (Column("x"),)

    def score(self, doc, summary):
        if summary.system != "reference":
            raise ValueError("no idea")
        return Score({"x": 1.0})
"""
SLOW = """\
import time
from bench import Column, Score


class Slow:
    columns = (Column("x"),)

    def score(self, doc, summary):
        open("scored", "w").close()
        time.sleep(0.2)
        return Score({"x": 1.0})
"""
CONFIG = """\
name: mine
data: {use: articles, with: {path: articles}}
models:
  none: {use: hf, with: {model: nobody/has-this}}
metrics:
  rouge: {use: rouge, with: {types: [rouge1]}}
  length: {use: length}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", 8)
    (tmp_path / "checks.py").write_text(CHECKS, "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    return tmp_path


def checked(bench: Bench, folder: Path, *options: object, expect: int = 0) -> dict[str, Any]:
    done = bench("selftest", "config.yaml", "--json", *options, cwd=folder, expect=expect)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def noticed(result: dict[str, Any], column: str) -> dict[str, float | None]:
    (check,) = (c for c in result["checks"] if c["column"] == column)
    return {row["kind"]: row["noticed"] for row in check["kinds"]}


def test_the_shipped_config_takes_seconds_and_keeps_nothing(bench: Bench, root: Path) -> None:
    done = bench("selftest", "configs/quickstart.yaml", cwd=root)
    for said in (
        "entity_other",
        "wrong, to be noticed",
        "all of these",
        "against the references",
        "ROUGE-Lsum",
    ):
        assert said in done.stdout
    assert not (root / "results" / "quickstart-selftest").exists()


def test_a_check_is_shown_what_it_notices_and_what_not(bench_here: Bench, folder: Path) -> None:
    options = ("--set", "metrics.mine={use: ./checks.py:Nots}", "--only-metrics", "mine")
    result = checked(bench_here, folder, *options)
    shares = noticed(result, "mine.kind")
    assert shares["negation"] == 1.0
    assert {k: v for k, v in shares.items() if v and k != "negation"} == {}
    assert result["checks"][0]["controls"]["noticed"] == 0.0
    assert [c["column"] for c in result["checks"]] == ["mine.kind"], "no direction, nothing to notice"
    assert result["texts"] == {"reference": 8, "lead": 8}


def test_a_check_that_asks_a_model_goes_through_the_engine_and_its_cache(bench: Bench, folder: Path) -> None:
    options = ("--set", "metrics.judge={use: ./checks.py:Judge}", "--only-metrics", "judge")
    first = checked(bench, folder, *options, "--only", "negation,quotes,dropped")
    asked = len((folder / "asked").read_text())
    assert noticed(first, "judge.flag") == {"negation": 1.0, "dropped": 0.0, "quotes": None}
    again = checked(bench, folder, *options, "--only", "negation,quotes,dropped")
    assert again == first
    assert len((folder / "asked").read_text()) == asked, "the answers were kept"


def test_a_reference_is_not_compared_with_itself(bench_here: Bench, folder: Path) -> None:
    (rouge,) = checked(bench_here, folder, "--only-metrics", "rouge", "--only", "dropped")["checks"][:1]
    assert rouge["texts"] == ["lead"]
    assert rouge["kinds"][0]["pairs"] == 8


def test_only_some_kinds_and_always_something_to_compare_with(bench_here: Bench, folder: Path) -> None:
    def kinds(*only: str) -> list[str]:
        result = checked(bench_here, folder, *(x for name in only for x in ("--only", name)))
        return [k["name"] for k in result["kinds"]]

    with_controls = kinds("date,dropped")
    assert with_controls[:2] == ["date", "dropped"]
    assert {"lower_case", "spacing"} <= set(with_controls)
    assert kinds("spacing", "date") == ["date", "spacing"]


def test_examples_show_the_change_and_the_values(bench_here: Bench, folder: Path) -> None:
    options = ("--only", "number_unseen", "--examples", "2")
    text = bench_here("selftest", "config.yaml", *options, cwd=folder).stdout
    assert text.count(" number_unseen: doc0") == 2
    assert "ROUGE-1" in text.split("number_unseen: doc0")[1] + text.split("number_unseen: doc0")[2]
    data = checked(bench_here, folder, *options)
    assert len([e for e in data["examples"] if e["kind"] == "number_unseen"]) == 2


def test_a_seed_says_all_and_the_order_of_documents_nothing(bench_here: Bench, folder: Path) -> None:
    first = checked(bench_here, folder, "--examples", 20, "--only", "entity_other,number_unseen")
    assert first == checked(bench_here, folder, "--examples", 20, "--only", "entity_other,number_unseen")
    other = checked(bench_here, folder, "--examples", 20, "--only", "entity_other,number_unseen", "--seed", 7)
    assert [e["after"] for e in first["examples"]] != [e["after"] for e in other["examples"]]
    alone = checked(bench_here, folder, "--examples", 20, "--only", "number_unseen")
    kept = [e for e in first["examples"] if e["kind"] == "number_unseen"]
    assert [e for e in alone["examples"] if e["kind"] == "number_unseen"] == kept


def test_the_texts_are_kept_where_one_asks_for_it(bench_here: Bench, folder: Path) -> None:
    done = bench_here("selftest", "config.yaml", "--only", "date,spacing", "--out", "kept", cwd=folder)
    (run,) = (p for p in (folder / "kept" / "mine-selftest").iterdir() if p.is_dir())
    assert str(run.relative_to(folder)) in done.stderr
    texts = [json.loads(line) for line in (run / "summaries" / "reference.jsonl").read_text().splitlines()]
    assert len(texts) == 8


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ((), "Only answers of models are kept; --out FOLDER keeps the scores, too."),
        (("--out", "kept"), "What was finished is safe; the same command goes on."),
    ],
)
def test_an_interrupted_test_says_what_is_left(folder: Path, options: tuple[str, ...], kept: str) -> None:
    (folder / "slow.py").write_text(SLOW, "utf-8")
    set_metrics = "metrics={slow: {use: ./slow.py:Slow}}"
    command = [sys.executable, "-m", "bench", "selftest", "config.yaml", "--set", set_metrics, *options]
    process = subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not (folder / "scored").exists() and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.endswith(f"Interrupted. {kept}\n")


def test_another_language_is_said_to_be_one(bench_here: Bench, folder: Path) -> None:
    body = "Die Brücke war 350 Meter lang. Sie hielt."
    row = {"id": "a", "document": body, "reference": "350 Meter.", "lang": "de"}
    (folder / "rows.jsonl").write_text(json.dumps(row), "utf-8")
    options = (
        "--set",
        "data={use: jsonl, with: {path: rows.jsonl, lang: lang}}",
        "--only",
        "negation,number_unseen",
    )
    text = bench_here("selftest", "config.yaml", *options, cwd=folder).stdout
    said = " ".join(text.split())
    assert said.count("not tried on 2 texts: language: 'de', expected English.") == 1
    assert " negation, " in said


def test_without_a_control_nothing_is_said_to_be_told_from_one(bench_here: Bench, folder: Path) -> None:
    """The articles have no per cent signs."""
    said = {
        kind: " ".join(bench_here("selftest", "config.yaml", "--only", kind, cwd=folder).stdout.split())
        for kind in ("percent", "spacing")
    }
    assert "No control could be made" in said["percent"]
    assert "than a control does" not in said["percent"]
    assert "than a control does" in said["spacing"]
    assert "No control could be made" not in said["spacing"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--only", "negatoin"), 2, "--only negatoin: no such kind (did you mean 'negation'?)"),
        (("--only-metrics", "length"), 2, "no column says which direction is good"),
        (("--set", "metrics.rouge.with.stemer=porter"), 2, "stemer"),
        (("--only", "percent,role_swap"), 3, "no text has a place for these changes"),
        (("--set", "metrics.x.use=./checks.py:Broken", "--only-metrics", "x"), 3, "ValueError: no idea"),
    ],
)  # fmt: skip
def test_mistakes(bench_here: Bench, folder: Path, options: tuple[str, ...], code: int, said: str) -> None:
    assert said in bench_here("selftest", "config.yaml", *options, cwd=folder, expect=code).stderr


def test_failed_scores_are_counted_and_above_the_limit_the_test_is_incomplete(
    bench_here: Bench, folder: Path
) -> None:
    some = ("--set", "metrics.broken={use: ./checks.py:Broken}", "--only", "date,spacing")
    done = bench_here("selftest", "config.yaml", *some, cwd=folder, expect=3)
    assert "scores failed: ValueError: no idea" in done.stdout
    bench_here("selftest", "config.yaml", *some, "--set", "limits.max_failed=1.0", cwd=folder)
