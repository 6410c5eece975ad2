"""Checkpoints that tests of one session share; each is made when a test first asks for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

Tiny = Callable[[str], Path]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """Name of a function ``save_<name>`` in ``tests/tiny/checkpoints.py`` → folder of that checkpoint."""
    made: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in made:
            from bench.models.backends.quiet import quiet
            from tests.tiny import checkpoints

            with quiet():
                made[name] = getattr(checkpoints, f"save_{name}")(tmp_path_factory.mktemp("tiny") / name)
        return made[name]

    return folder
