"""``bench --help`` answers at once: nothing heavy is loaded for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "datasets", "fugashi", "huggingface_hub", "jieba", "jinja2", "kiwipiepy", "nltk", "numpy", "openai",
    "pyarrow", "pydantic", "pythainlp", "rapidfuzz", "regex", "rich", "rouge_score", "rouge_score_rs",
    "ruamel", "sacrebleu", "scipy", "sentencex", "spacy", "tokenizers", "torch", "transformers", "vl_convert",
}  # fmt: skip
# What was loaded is told on stderr, which help does not use.
TELL = """\
import atexit, json, sys
atexit.register(lambda: json.dump(sorted({n.partition(".")[0] for n in sys.modules}), sys.stderr))
"""


def heavy(code: str, root: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", TELL + code], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    return HEAVY & set(json.loads(done.stderr))


def command(*arguments: str) -> str:
    return f"sys.argv = {['bench', *arguments]}\nfrom bench.cli.app import main\nmain()"


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_the_command_itself_loads_nothing_heavy(root: Path, argument: str) -> None:
    assert heavy(command(argument), root) == set()


@pytest.mark.parametrize("verb", ["run", "score", "list"])
def test_the_help_of_a_verb_loads_nothing_but_what_typer_checks_options_with(root: Path, verb: str) -> None:
    assert heavy(command(verb, "--help"), root) <= {"pydantic"}


def test_import_bench_and_its_types_load_nothing_heavy(root: Path) -> None:
    assert heavy("import bench\nbench.Document, bench.Score, bench.Column", root) == set()


def test_the_check_would_notice(root: Path) -> None:
    assert "numpy" in heavy("import bench.api", root)
