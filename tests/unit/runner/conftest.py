"""What tests of the engine share."""

from pathlib import Path

import pytest

from tests.unit.runner.asked import Room


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def kept(tmp_path: Path) -> Room:
    return Room(tmp_path / "cache")
