"""``bench list`` and ``bench doctor``: what is there."""

import json
from pathlib import Path

import pytest

from bench.core.builtins import BUILTINS
from tests.conftest import Bench

NAMES = [(kind, name) for kind, names in BUILTINS.items() for name in names]


def test_list_names_every_builtin_with_a_line(bench_here: Bench) -> None:
    done = bench_here("list")
    for kind, names in BUILTINS.items():
        assert kind in done.stdout.splitlines()
        for name in names:
            (line,) = [x for x in done.stdout.splitlines() if x.split()[:1] == [name] and x.startswith("  ")]
            assert len(line.split()) > 3
        part = bench_here("list", kind).stdout
        assert part.splitlines()[0] == kind
        assert json.loads(bench_here("list", kind, "--json").stdout).keys() == {kind}
    assert json.loads(bench_here("list", "--json").stdout).keys() == BUILTINS.keys()


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_every_builtin_describes_itself(bench_here: Bench, kind: str, name: str) -> None:
    about = json.loads(bench_here("list", name, "--json").stdout)
    text = bench_here("list", name).stdout
    assert about["kind"] == kind
    assert about["doc"].splitlines()[0].replace("``", "") in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    assert (kind == "metrics") == bool(about["columns"])
    for parameter in about["parameters"]:
        assert parameter["doc"], f"{name}.{parameter['name']} is not documented"
        assert parameter["type"]
        assert parameter["name"] in text
    assert f"use: {name}" in text


def test_a_file_describes_itself_too(bench_here: Bench, folder: Path) -> None:
    text = bench_here("list", "./mine.py:Headline", cwd=folder).stdout
    assert "models · mine.py" in text
    assert "The headline, again and again." in text
    assert "times = 1\n" in text
    assert "How often." in text
    assert "* capitals ↑" in bench_here("list", "./mine.py:Capitals", cwd=folder).stdout


def test_doctor_says_what_works(bench_here: Bench, tmp_path: Path) -> None:
    text = bench_here("doctor", cwd=tmp_path).stdout
    found = json.loads(bench_here("doctor", "--json", cwd=tmp_path).stdout)
    assert found["healthy"] is True
    states = {row["what"]: row["state"] for row in found["checks"]}
    assert states["ROUGE self-test"] == states["numpy"] == states["results"] == "ok"
    assert all(row["what"] in text for row in found["checks"])
    assert list(tmp_path.iterdir()) == [], "it leaves nothing"


@pytest.mark.parametrize(
    "verb",
    ["run", "generate", "score", "report", "validate", "list", "new", "doctor", "show", "selftest", "meta"],
)
def test_every_verb_and_option_has_help(bench_here: Bench, verb: str) -> None:
    lines = bench_here(verb, "--help").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) > 5


def test_no_arguments_is_help(bench: Bench) -> None:
    done = bench(expect=2)
    assert "Commands:" in done.stdout + done.stderr
    assert "130 interrupted" in done.stdout + done.stderr


def test_a_check_shows_its_card_without_the_marks_of_a_page(bench_here: Bench) -> None:
    text = bench_here("list", "facts").stdout
    assert "## What it misses" in text
    assert "CNN/DM, 875 summaries, 41% bad" in text
    assert "`" not in text
    assert "<!--" not in text
    assert bench_here("list", "facts", "--json").stdout.count("What it misses") == 1
