"""``bench --help`` answers at once: nothing heavy is loaded for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    "torch transformers datasets numpy scipy pyarrow pydantic rich ruamel sentencex nltk rouge_score "
    "rouge_score_rs rapidfuzz sacrebleu regex huggingface_hub openai jieba fugashi kiwipiepy pythainlp".split()
)
# What was loaded is written to stderr, below which typer cannot print.
LOADED = """\
import atexit, json, sys
def tell():
    json.dump(sorted({name.partition(".")[0] for name in sys.modules}), sys.stderr)
atexit.register(tell)
"""


def loaded(code: str, root: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED + code],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stderr))


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["score", "--help"], ["list", "--help"], ["--version"]]
)
def test_help_loads_nothing_heavy(root: Path, arguments: list[str]) -> None:
    code = f"sys.argv = ['bench', *{arguments}]\nfrom bench.cli.app import main\nmain()"
    assert not loaded(code, root) & HEAVY


def test_import_bench_and_its_types_load_nothing_heavy(root: Path) -> None:
    assert not loaded("import bench\nbench.Document, bench.Score, bench.Column", root) & HEAVY


def test_the_check_would_notice(root: Path) -> None:
    assert loaded("import bench.api", root) & HEAVY
