"""A file that ends inside a line is read up to there; any other damage is reported, never skipped."""

import shutil
from pathlib import Path

import pytest

from bench.api import run
from bench.core.errors import CorruptRecord, StoreError
from tests.fault.conftest import Experiment, Make, results

JOURNALS = ("summaries/five.jsonl", "summaries/nine.jsonl", "scores/vowels.jsonl", "scores/length.jsonl")


@pytest.fixture(scope="module")
def finished(make_experiment: Make) -> Experiment:
    experiment = make_experiment(4, pause=0)
    experiment.finish()
    return experiment


@pytest.fixture
def copy(finished: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """A finished experiment that a test may damage, and continue in this process."""
    shutil.copytree(finished.folder, tmp_path / "copy")
    experiment = Experiment(tmp_path / "copy", pause=0)
    (experiment.folder / "calls").unlink()
    monkeypatch.chdir(experiment.folder)
    monkeypatch.setenv("CALLS", str(experiment.folder / "calls"))
    monkeypatch.setenv("PAUSE", "0")
    return experiment


@pytest.mark.parametrize("name", JOURNALS)
def test_a_torn_last_line_is_made_again(copy: Experiment, name: str) -> None:
    whole = results(copy.run_dir)
    journal = copy.run_dir / name
    data = journal.read_bytes()
    last = data.rindex(b"\n", 0, -1) + 1
    for end in (last + 1, last + 2, (last + len(data)) // 2, len(data) - 3, len(data) - 2, len(data) - 1):
        journal.write_bytes(data[:end])
        run("config.yaml")
        assert results(copy.run_dir) == whole
    assert set(copy.calls()) <= {"five doc03", "nine doc03", "vowels nine doc03"}, "only what was torn"


def test_a_run_that_lost_everything_but_its_manifest_starts_over(copy: Experiment) -> None:
    whole = results(copy.run_dir)
    for name in JOURNALS:
        (copy.run_dir / name).write_bytes(b'{"doc_id":"doc00"')
    run("config.yaml")
    assert results(copy.run_dir) == whole


@pytest.mark.parametrize("name", JOURNALS)
@pytest.mark.parametrize(
    "damaged", [b"{}}\n", b'"text"\n', b"\xff\xfe\n", b"\n", b"\x00\x00\x00\n", b'{"key":"a","stat\n']
)
def test_a_damaged_line_in_the_middle_is_named(copy: Experiment, name: str, damaged: bytes) -> None:
    journal = copy.run_dir / name
    kept, torn = journal.read_bytes().splitlines(keepends=True)[:2], damaged
    journal.write_bytes(b"".join([*kept, torn, kept[0]]))
    with pytest.raises(CorruptRecord) as e:
        run("config.yaml")
    assert e.value.file.endswith(name)
    assert e.value.byte == len(kept[0]) + len(kept[1])


def test_a_journal_that_cannot_be_read_is_named(copy: Experiment) -> None:
    journal = copy.run_dir / "summaries" / "five.jsonl"
    journal.unlink()
    journal.mkdir()
    with pytest.raises(StoreError, match=r"summaries/five\.jsonl: cannot be read: Is a directory"):
        run("config.yaml")


def test_the_command_names_file_and_byte_and_says_what_to_do(finished: Experiment, tmp_path: Path) -> None:
    shutil.copytree(finished.folder, tmp_path / "copy")
    experiment = Experiment(tmp_path / "copy", pause=0)
    journal = experiment.run_dir / "summaries" / "five.jsonl"
    data = journal.read_bytes()
    journal.write_bytes(b"garbage\n" + data)
    done = experiment.finish(expect=5)
    assert f"{journal.relative_to(experiment.folder)}: byte 0: not a record" in done.stderr
    assert "--rerun" in done.stderr
    assert journal.read_bytes() == b"garbage\n" + data, "nothing was thrown away"
    again = experiment.finish("--rerun")
    assert "five" in again.stdout
