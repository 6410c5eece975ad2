"""Imports between rooms flow down only, and each room uses only its third-party packages."""

import ast
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"

# A room may import itself and the rooms of the ranks below; siblings on one rank do not see each other.
RANKS = [
    {"cli", "pytest_plugin"},
    {"api", "testing"},
    {"config"},
    {"report", "runner"},
    {"data", "metrics", "models"},
    {"backends", "rouge"},
    {"text"},
    {"core"},
]
THIRD_PARTY = {
    "cli": {"typer", "rich"},
    "pytest_plugin": {"pytest"},
    "api": set(),
    "testing": set(),
    "config": {"pydantic", "pydantic_core", "ruamel"},
    "report": {"numpy", "scipy", "rich", "jinja2", "markupsafe", "vl_convert"},
    "runner": {"numpy", "pyarrow", "ray"},
    "data": {"datasets", "huggingface_hub", "pyarrow", "regex"},
    "metrics": {"numpy", "sacrebleu"},
    "models": {"numpy"},
    "backends": {"numpy", "torch", "transformers", "huggingface_hub", "jinja2", "openai", "httpx2", "spacy"},
    "rouge": {
        "rouge_score", "rouge_score_rs", "regex", "nltk",
        "jieba", "fugashi", "kiwipiepy", "pythainlp",
    },
    "text": {"sentencex", "regex", "nltk", "rapidfuzz"},
    "core": set(),
}  # fmt: skip


def room(path: Path) -> str:
    parts = path.relative_to(BENCH).parts
    return parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(p for p in BENCH.rglob("*.py") if "templates" not in p.parts)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room(p) in THIRD_PARTY], ids=lambda p: str(p.relative_to(BENCH))
)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    mine = room(path)
    rank = next(i for i, rooms in enumerate(RANKS) if mine in rooms)
    below = {r for rooms in RANKS[rank + 1 :] for r in rooms} | {mine}
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "bench":
            target = rest.partition(".")[0]
            assert target in below | {"__version__"}, f"{path.name} ({mine}) imports {name}"
        elif top not in sys.stdlib_module_names:
            assert top in THIRD_PARTY[mine], f"{path.name} ({mine}) imports {top}"


def test_every_room_is_covered() -> None:
    assert {room(p) for p in MODULES} - {"__init__", "__main__"} == set(THIRD_PARTY)


def test_modules_stay_readable() -> None:
    long = {
        str(p.relative_to(BENCH)): n for p in MODULES if (n := len(p.read_text("utf-8").splitlines())) > 330
    }
    assert long == {}
