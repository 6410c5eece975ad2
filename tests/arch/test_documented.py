"""What a user can name is documented, and what the project depends on has a reason."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bench.cli.app import app
from bench.core.builtins import BUILTINS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
TESTS = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests" / "unit").rglob("test_*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("verb", sorted(getattr(get_command(app), "commands", {})))
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert f"bench {verb}" in README


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, names in BUILTINS.items() for n in names])
def test_every_builtin_has_a_test_of_its_own(kind: str, name: str) -> None:
    module, _, cls = BUILTINS[kind][name].partition(":")
    assert f"from {module} import" in TESTS, f"no unit test imports {module}"
    assert re.search(rf"\b{cls}\(", TESTS), f"no unit test makes a {cls}"


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!;\s]", r, maxsplit=1)[0].lower() for r in requirements}


def test_every_dependency_has_a_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    extras = PROJECT["project"]["optional-dependencies"]
    needed = names(PROJECT["project"]["dependencies"]).union(*(names(r) for r in extras.values()))
    assert [n for n in sorted(needed - {"summbench"}) if n not in reasons] == []


def test_constraints_pin_every_dependency() -> None:
    pinned = names((ROOT / "constraints.txt").read_text("utf-8").splitlines())
    normal = {n.replace("_", "-") for n in pinned}
    assert names(PROJECT["project"]["dependencies"]) <= normal
    assert names(PROJECT["dependency-groups"]["dev"]) <= normal
    assert "torch" in pinned


def test_every_decision_is_numbered_and_titled() -> None:
    for number, path in enumerate(sorted((ROOT / "docs" / "adr").glob("*.md")), 1):
        assert path.name.startswith(f"{number:04}-")
        assert path.read_text("utf-8").startswith(f"# {number}. ")
