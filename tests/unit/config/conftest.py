"""A folder with an article, a config and systems of a user: one takes any parameter, one wraps another."""

from pathlib import Path

import pytest

CONFIG = """\
name: t
data: {use: articles, with: {path: articles}}
models:
  lead: {use: lead}
metrics:
  length: {use: length}
"""

MINE = '''\
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bench.core.errors import Offline, SetupError


@dataclass(frozen=True)
class Writer:
    """A model that writes.

    Attributes:
        model: Its name.
        prompt: A text with {document}, or a file.
        seed: Of what is random.
        generation: Any argument of its library, such as ``num_beams``.
    """

    model: str
    prompt: str = field(default="{document}", metadata={"path": True})
    seed: int = 0
    generation: dict[str, Any] = field(default_factory=dict, metadata={"rest": True})

    def __post_init__(self):
        for name in self.generation:
            if name.startswith("num_beem"):
                raise ValueError(f"model {self.model} takes no '{name}' (did you mean 'num_beams'?)")
            if name.startswith("num_baem"):
                raise ValueError(f"{name} is no argument (did you mean 'num_beams'?)")
        if self.generation.get("num_beams", 1) < self.generation.get("num_beam_groups", 1):
            raise ValueError("num_beams is less than num_beam_groups")

    @property
    def needs(self):
        return frozenset({"query"} if "{query}" in self.prompt else ())

    def summarise(self, doc, sample=0):
        return f"{self.model} {sample}"


@dataclass(frozen=True)
class Wrap:
    """Any system twice.

    Attributes:
        system: The system.
        merge: For the second time; null takes ``system``.
        parts: How many.
    """

    system: Any = field(metadata={"component": "models"})
    merge: Any = field(default=None, metadata={"component": "models"})
    parts: int = 2

    def __post_init__(self):
        if self.merge == self.system:
            raise ValueError("merge is the same as system")

    def summarise(self, doc, sample=0):
        return self.system.summarise(doc)


@dataclass(frozen=True)
class Far:
    """A model behind a hub."""

    model: str = "far/away"
    local: bool = False
    generation: dict[str, int] = field(default_factory=dict, metadata={"rest": True})

    def signature_parts(self):
        if self.local:
            raise SetupError(f"{self.model}: no such folder")
        raise Offline(f"{self.model}: the hub cannot be reached")

    def summarise(self, doc):
        return "far"
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``c.yaml``, ``mine.py`` and ``articles``, in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text("Head\n- A bullet.\nA body. Two.\n", "utf-8")
    (tmp_path / "mine.py").write_text(MINE, "utf-8")
    (tmp_path / "c.yaml").write_text(CONFIG, "utf-8")
    return tmp_path
