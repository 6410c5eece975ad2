"""``bench list NAME``: what a component says of its parameters, of what it holds and of what it needs."""

from pathlib import Path
from typing import Any

import pytest

from bench.cli.describe import describe, describe_as_json

MINE = '''\
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar
from bench import Column


@dataclass(frozen=True)
class Writer:
    """A model that writes.

    Attributes:
        model: Its name.
        stop: Where it ends.
        generation: Any other argument of its library, such as ``num_beams``, as it is
            called there.
    """

    model: str
    stop: str = ""
    generation: dict[str, Any] = field(default_factory=dict, metadata={"rest": True})

    @property
    def needs(self):
        return frozenset({self.model})

    def summarise(self, doc): ...


@dataclass(frozen=True)
class Anything:
    """Takes anything."""

    options: dict[str, int] = field(default_factory=dict, metadata={"rest": True})

    @cached_property
    def needs(self):
        return frozenset({"query"})

    def summarise(self, doc): ...


@dataclass(frozen=True)
class Wrap:
    """A system with another one in it.

    Attributes:
        system: The system.
        merge: For the second time.
    """

    system: Any = field(metadata={"component": "models"})
    merge: Any = field(default=None, metadata={"component": "models"})
    needs: ClassVar = frozenset({"query", "document"})

    def summarise(self, doc): ...


@dataclass(frozen=True)
class Two:
    """A metric whose columns need a parameter."""

    size: int

    @property
    def columns(self):
        return (Column("two"),) * self.size

    def score(self, doc, summary): ...
'''


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE, "utf-8")


def test_what_is_no_parameter_by_name_comes_after_those_that_are() -> None:
    assert describe("./mine.py:Writer").splitlines()[2:] == [
        "A model that writes.",
        "",
        "Parameters (the config's with:)",
        "  model (needed)",
        "      Its name.",
        "      str",
        "  stop = ''",
        "      Where it ends.",
        "      str",
        "  and any other name",
        "      Any other argument of its library, such as num_beams, as it is called",
        "      there.",
        "",
        "In a config:  models: {writer: {use: ./mine.py:Writer, with: {model: …}}}",
    ]
    about = describe_as_json("./mine.py:Writer")
    assert [p["name"] for p in about["parameters"]] == ["model", "stop"]
    assert about["rest"].startswith("Any other argument")


def test_a_component_that_takes_anything() -> None:
    text = describe("./mine.py:Anything")
    assert "  and any other name\n" in text
    assert "options" not in text
    assert "No parameters." not in text


def test_a_parameter_that_holds_a_system() -> None:
    text = describe("./mine.py:Wrap")
    assert "  system (needed)\n      The system.\n      a model\n" in text
    assert "  merge = null\n      For the second time.\n      a model | null\n" in text
    assert "{wrap: {use: ./mine.py:Wrap, with: {system: {use: …}}}}" in text
    about = describe_as_json("./mine.py:Wrap")
    assert about["rest"] is None
    assert [p["component"] for p in about["parameters"]] == ["models", "models"]


@pytest.mark.parametrize(
    ("name", "fact", "found"),
    [
        ("./mine.py:Wrap", "needs", ["document", "query"]),
        ("./mine.py:Anything", "needs", ["query"]),
        ("./mine.py:Writer", "needs", []),
        ("./mine.py:Two", "columns", []),
    ],
)
def test_facts_that_depend_on_parameters_are_those_of_the_defaults(name: str, fact: str, found: Any) -> None:
    assert describe_as_json(name)[fact] == found


def test_what_a_component_shares_with_others_comes_after_its_own() -> None:
    names = [p["name"] for p in describe_as_json("hhem")["parameters"]]
    assert names[:4] == ["model", "base", "max_length", "dtype"]
    assert sorted(names[4:]) == ["device", "max_batch_tokens", "revision", "threads"]
    assert all(p["doc"] for p in describe_as_json("hhem")["parameters"])
