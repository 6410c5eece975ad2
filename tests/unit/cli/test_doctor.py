"""``bench doctor``: what it says of the optional packages and of settings that cost time."""

import pytest

from bench.cli.checks import diagnose


def rows() -> dict[str, tuple[str, str]]:
    found, healthy = diagnose()
    assert healthy
    return {row["what"]: (row["state"], row["detail"]) for row in found}


def test_optional_packages_are_there_or_named_with_their_extra() -> None:
    found = rows()
    for package, extra in {"torch": "hf", "gguf": "hf", "sentencepiece": "hf", "openai": "api"}.items():
        state, detail = found[package]
        assert state == "ok" or detail.endswith(f'pip install "summbench[{extra}]"')


def test_threads_that_spin_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    state, detail = rows()["OMP_WAIT_POLICY"]
    assert state == "WARNING"
    assert detail.startswith("ACTIVE: idle threads spin")
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")
    assert "OMP_WAIT_POLICY" not in rows()
