"""Run directories: found, continued, moved, extended, damaged, and what their manifest says."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.core.errors import ComponentError, DataError, StoreError
from bench.runner import directory, manifest
from bench.runner.execute import execute
from bench.runner.table import load_table
from tests.unit.runner.parts import Echo, Length, plan, texts


def test_only_summaries(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, stages=["generate"])
    assert (outcome.status, outcome.table) == ("partial", None)
    scored = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, stages=["score"])
    assert (scored.status, scored.path) == ("complete", outcome.path)


def test_the_manifest_says_how_the_numbers_came_to_be(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, argv=["bench", "run", "x.yaml"])
    about = manifest.load(outcome.path)
    assert about["status"] == "complete"
    assert about["systems"]["a"]["signature"] == 's|answer:"{}"|v:1'
    assert about["data"]["documents"] == 5
    assert about["data"]["references"] == [1, 1]
    assert about["argv"] == ["bench", "run", "x.yaml"]
    assert "rouge-score" in about["environment"]["packages"]
    assert json.dumps(about).find("PATH") == -1


def test_labels_that_no_file_system_takes(tmp_path: Path) -> None:
    label = "org/model:7b ../x"
    outcome = execute(plan({label: Echo()}, {"m": Length()}), tmp_path)
    assert texts(outcome, directory.file_name(label)) != {}
    assert load_table(outcome.path).cells[label, "m.n"].n_error == 0
    assert [p.name for p in (outcome.path / "summaries").iterdir()] == ["org%2Fmodel%3A7b %2E%2E%2Fx.jsonl"]


def test_a_run_is_found_by_folder_digest_or_path(tmp_path: Path) -> None:
    outcome = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    digest = outcome.path.name.rpartition("-")[2]
    assert directory.find(str(tmp_path / "t")) == outcome.path
    assert directory.find(f"{tmp_path / 't'}@{digest[:4]}") == outcome.path
    assert directory.find(str(outcome.path)) == outcome.path


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("results/quikstart", "results/quickstart"),
        ("quickstart", "results/quickstart"),
        ("results/quickstart/20260101T000000Z-aaaaaaab", "results/quickstart/20260101T000000Z-aaaaaaaa"),
        ("results/other", None),
        ("none/at/all", None),
    ],
)
def test_a_run_that_is_not_there_names_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, meant: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("results/quickstart/20260101T000000Z-aaaaaaaa").mkdir(parents=True)
    with pytest.raises(DataError) as e:
        directory.find(given)
    assert e.value.message == f"{given}: no such run" + (f" (did you mean '{meant}'?)" if meant else "")


def test_a_complete_run_that_cannot_be_extended_stays_complete(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Unopened(Length):
        def open(self) -> None:
            raise RuntimeError("no GPU")

    one = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    with pytest.raises(ComponentError, match=r"metrics\.u: open\(\) failed: RuntimeError: no GPU"):
        execute(plan({"a": Echo()}, {"m": Length(), "u": Unopened()}), tmp_path)
    assert directory.find(str(tmp_path / "t")) == one.path
    assert list(manifest.load(one.path)["metrics"]) == ["m"]


def test_a_run_that_could_not_begin_is_partial(tmp_path: Path) -> None:
    class Unopened(Echo):
        def open(self) -> None:
            sys.exit(0)

    with pytest.raises(ComponentError, match=r"models\.a: open\(\) failed: SystemExit: 0"):
        execute(plan({"a": Unopened()}, {"m": Length()}), tmp_path)
    ((_, about),) = directory.runs(tmp_path / "t")
    assert about["status"] == "partial"


def test_a_moved_run_is_scored_where_it_is(tmp_path: Path) -> None:
    one = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path / "results")
    moved = tmp_path / "elsewhere" / "my run"
    moved.parent.mkdir()
    one.path.rename(moved)
    two = execute(
        plan({"a": Echo()}, {"m": Length(), "n": Length()}), tmp_path / "nowhere", stages=["score"], run=moved
    )
    assert (two.path, two.status) == (moved, "complete")
    assert not (tmp_path / "nowhere").exists()
    assert (moved / "scores" / "n.jsonl").exists()


def test_a_lost_list_of_documents_is_an_error_until_the_run_writes_it_again(tmp_path: Path) -> None:
    one = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    (one.path / "documents.jsonl").unlink()
    with pytest.raises(StoreError, match=r"documents\.jsonl: 0 documents, the manifest speaks of 5"):
        load_table(one.path)
    execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    assert len(load_table(one.path).doc_ids) == 5


def test_a_damaged_earlier_run_does_not_stop_a_new_one(tmp_path: Path) -> None:
    one = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    (one.path / "summaries" / "a.jsonl").write_bytes(b"{]\n")
    echo = Echo()
    two = execute(plan({"a": echo, "b": Echo(answer="x")}, {"m": Length()}), tmp_path)
    assert (two.status, len(echo.asked)) == ("complete", 5)


def test_the_latest_run_is_the_one_that_finished_last(tmp_path: Path) -> None:
    one = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    two = execute(plan({"b": Echo()}, {"m": Length()}), tmp_path)
    assert directory.find(str(tmp_path / "t")) == two.path
    execute(plan({"a": Echo()}, {"m": Length()}), tmp_path)
    assert directory.find(str(tmp_path / "t")) == one.path


def test_rerun_copies_nothing(tmp_path: Path) -> None:
    echo = Echo()
    one = execute(plan({"a": echo}, {"m": Length()}), tmp_path)
    two = execute(plan({"a": echo}, {"m": Length()}), tmp_path, rerun=True)
    assert one.path != two.path
    assert len(echo.asked) == 10


def test_a_new_run_copies_equal_cells_and_asks_only_for_the_rest(tmp_path: Path) -> None:
    echo, length = Echo(), Length()
    one = execute(plan({"a": echo}, {"m": length}), tmp_path)
    other = Echo(answer="{} other")
    two = execute(plan({"renamed": echo, "b": other}, {"m": length}), tmp_path)
    assert one.path != two.path
    assert len(echo.asked) == 5
    assert len(other.asked) == 5
    assert texts(two, "renamed") == texts(one)
    assert [r for r in length.asked if r.startswith("renamed")] == []
    before, after = load_table(one.path), load_table(two.path)
    assert after.cells["renamed", "m.n"].values == before.cells["a", "m.n"].values
