"""A small experiment of a user: a folder with articles, a config and components that note each call."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import write_articles

MINE = """\
import os
from dataclasses import dataclass
from typing import ClassVar
from bench import Column, Score


def note(what):
    with open("calls", "a") as stream:
        stream.write(what + "\\n")


@dataclass(frozen=True)
class Headline:
    '''The headline, again and again.

    Attributes:
        times: How often.
    '''
    times: int = 1

    def summarise(self, doc):
        note(f"headline{self.times} {doc.id}")
        return " ".join([doc.headline] * self.times)


class Batches:
    def summarise_batch(self, docs):
        note(f"batch {len(docs)}")
        return [d.headline for d in docs]


class Picky:
    '''Fails on doc03 until the file "cured" is there.'''

    def summarise(self, doc):
        note(f"picky {doc.id}")
        if doc.id == "doc03" and not os.path.exists("cured"):
            raise ValueError("3 is not\\na good number")
        return doc.headline


class PickyBatches:
    def summarise_batch(self, docs):
        if any(d.id == "doc03" for d in docs):
            raise ValueError("3 is in it")
        return [d.headline for d in docs]


@dataclass(frozen=True)
class Capitals:
    columns: ClassVar = (Column("capitals", better="high"),)

    def score(self, doc, summary):
        note(f"capitals {summary.system} {doc.id}")
        if not summary.text:
            return Score({"capitals": None}, {"capitals": "empty"})
        return Score({"capitals": sum(map(str.isupper, summary.text)) / len(summary.text)})
"""

CONFIG = """\
name: mine
data: {use: articles, with: {path: articles}}
models:
  lead1: {use: lead, with: {sentences: 1}}
  once:  {use: ./mine.py:Headline}
metrics:
  length:   {use: length}
  capitals: {use: ./mine.py:Capitals}
compare: {resamples: 200}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """``config.yaml``, ``mine.py`` and eight articles."""
    write_articles(tmp_path / "articles", 8)
    (tmp_path / "mine.py").write_text(MINE, "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    return tmp_path


Calls = Callable[[], list[str]]


@pytest.fixture
def calls(folder: Path) -> Calls:
    """The calls since it was last asked."""

    def taken() -> list[str]:
        path = folder / "calls"
        found = path.read_text("utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    return taken


def run_dirs(folder: Path, name: str = "mine") -> list[Path]:
    """Runs of an experiment, oldest first."""
    return sorted((p for p in (folder / "results" / name).iterdir() if p.is_dir()), key=lambda p: p.name)
