"""What differs between two runs, by their manifests."""

from typing import Any

import pytest

from bench.report.changes import Change, changes, unlike_parts


def manifest(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "created": "2026-01-01T00:00:00.0Z",
        "config": {"name": "x", "models": {"lead3": {"use": "lead", "with": {"sentences": 3}}}},
        "data": {"source": "a", "fingerprint": "f1", "documents": 2, "references": [1, 1], "bad_rows": []},
        "systems": {"lead3": {"signature": "lead|sentences:3|v:1", "apart": False}},
        "metrics": {"rouge": {"signature": "rouge|stem:porter|v:1", "sig": "x", "columns": []}},
        "environment": {
            "python": "3.11.7",
            "platform": "Linux",
            "cpus": 2,
            "packages": {"numpy": "2.4.6"},
            "git": {"commit": "abc", "dirty": False},
            "cwd": "/home/a",
        },
    }
    return base | more


def test_equal_runs_differ_in_nothing_even_if_made_at_other_times_and_places() -> None:
    later = manifest(created="2027-01-01T00:00:00.0Z")
    later["environment"] = later["environment"] | {"cwd": "/home/b"}
    assert changes(manifest(), later) == ()


def test_config_keys_are_dotted_paths() -> None:
    new = manifest(
        config={
            "name": "x",
            "models": {"lead3": {"use": "lead", "with": {"sentences": 1}}, "1": {"use": "./m.py:M"}},
            "compare": {"columns": ["rouge.rouge1"]},
        }
    )
    assert changes(manifest(), new) == (
        Change("config", "models.lead3.with.sentences", "3", "1"),
        Change("config", "models.1.use", None, "./m.py:M"),
        Change("config", "compare.columns", None, '["rouge.rouge1"]'),
    )


def test_a_number_and_the_text_of_it_are_told_apart() -> None:
    assert changes(manifest(config={"limit": 1}), manifest(config={"limit": "1"})) == (
        Change("config", "limit", "1", '"1"'),
    )


def test_signatures_are_compared_part_by_part() -> None:
    new = manifest(
        systems={
            "lead3": {"signature": "lead|sentences:1|split:x|v:1"},
            "bart": {"signature": "hf|v:1"},
        },
        metrics={"rouge": {"signature": "chrf|v:1"}},
    )
    assert changes(manifest(), new) == (
        Change("systems", "lead3.sentences", "3", "1"),
        Change("systems", "lead3.split", None, "x"),
        Change("systems", "bart", None, "hf|v:1"),
        Change("metrics", "rouge", "rouge|stem:porter|v:1", "chrf|v:1"),
    )


def test_a_component_in_a_component_is_one_part() -> None:
    old, new = "long|system:[hf|model:a|v:1]|v:1", "long|system:[hf|model:b|v:1]|v:1"
    assert list(unlike_parts(old, new)) == [("system", "[hf|model:a|v:1]", "[hf|model:b|v:1]")]


@pytest.mark.parametrize(
    ("more", "change"),
    [
        ({"data": manifest()["data"] | {"fingerprint": "f2"}}, Change("data", "fingerprint", "f1", "f2")),
        ({"data": manifest()["data"] | {"documents": 3}}, Change("data", "documents", "2", "3")),
        (
            {"environment": manifest()["environment"] | {"packages": {"numpy": "2.5.0"}}},
            Change("packages", "numpy", "2.4.6", "2.5.0"),
        ),
        (
            {"environment": manifest()["environment"] | {"python": "3.12.1"}},
            Change("machine", "python", "3.11.7", "3.12.1"),
        ),
        (
            {"environment": manifest()["environment"] | {"git": {"commit": "abd", "dirty": False}}},
            Change("code", "commit", "abc", "abd"),
        ),
        (
            {"backends": {"e|v:1": [{"device": "cpu"}]}},
            Change("backends", "e|v:1", None, '[{"device": "cpu"}]'),
        ),
    ],
)
def test_data_versions_and_machines(more: dict[str, Any], change: Change) -> None:
    assert changes(manifest(), manifest(**more)) == (change,)


def test_a_run_outside_of_git_has_no_commit() -> None:
    without = manifest(environment=manifest()["environment"] | {"git": None})
    assert changes(manifest(), without) == (
        Change("code", "commit", "abc", None),
        Change("code", "dirty", "false", None),
    )
