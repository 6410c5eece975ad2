"""Kept answers: they are found again, by anybody, and trouble with them never stops a run."""

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.asks import Generate, Generation, Turn
from bench.runner.cache import Answers, decode, encode, key_of
from bench.testing import Scripted
from tests.conftest import environment

SIGNATURE = "hf|model:org/small-model|dtype:float32|v:1"
KEY = key_of(SIGNATURE, ["question"])
OTHER = key_of(SIGNATURE, ["another question"])

Opened = Callable[..., Answers]


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@contextmanager
def opened(folder: Path | None, notes: list[str], **how: Any) -> Iterator[Answers]:
    answers = Answers(folder, notes.append, **how)
    try:
        yield answers
    finally:
        answers.close()


def file_in(folder: Path) -> Path:
    (file,) = folder.glob("*.sqlite")
    return file


def test_what_was_put_is_found_by_the_next_process(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, KEY) is None
        answers.put(SIGNATURE, [(KEY, '"one"'), (OTHER, '"two"')])
        assert answers.get(SIGNATURE, KEY) == '"one"'
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, KEY) == '"one"'
        assert answers.get(SIGNATURE, OTHER) == '"two"'
        assert answers.get("another backend", KEY) is None
    assert notes == []


def test_nothing_is_made_before_something_is_kept(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        answers.get(SIGNATURE, KEY)
        assert not folder.exists()


def test_a_file_for_each_backend_that_says_whose_it_is(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
        answers.put("chat|model:é/../x", [(KEY, "2")])
    names = sorted(p.name for p in folder.iterdir())
    assert [name[:-15] for name in names] == [
        "chat-model-..-x-",
        "hf-model-org-small-model-dtype-float32-v-1-",
    ]
    with sqlite3.connect(folder / names[1]) as db:
        assert db.execute("SELECT signature FROM meta").fetchall() == [(SIGNATURE,)]
    db.close()


def test_without_a_folder_answers_are_kept_for_this_process(notes: list[str]) -> None:
    with opened(None, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
        assert answers.get(SIGNATURE, KEY) == "1"


def test_answers_from_before_a_time_are_not_found_but_replaced(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, '"old"'), (OTHER, '"kept"')])
    since = time.time()
    with opened(folder, notes, since=since) as answers:
        assert answers.get(SIGNATURE, KEY) is None
        answers.put(SIGNATURE, [(KEY, '"new"')])
        assert answers.get(SIGNATURE, KEY) == '"new"'
        assert answers.get(SIGNATURE, OTHER) is None
    with opened(folder, notes, since=since) as answers:
        assert answers.get(SIGNATURE, KEY) == '"new"', "by the next process too"
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, KEY) == '"new"'
        assert answers.get(SIGNATURE, OTHER) == '"kept"'


def test_two_processes_see_each_others_answers(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as mine, opened(folder, notes) as theirs:
        mine.put(SIGNATURE, [(KEY, "1")])
        assert theirs.get(SIGNATURE, KEY) == "1"
        theirs.put(SIGNATURE, [(OTHER, "2")])
        assert mine.get(SIGNATURE, OTHER) == "2"


def test_many_processes_may_begin_one_file_at_once(folder: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom bench.runner.cache import Answers, key_of\n"
        "answers = Answers(Path(sys.argv[1]), lambda text: sys.exit(text))\nsys.stdin.read()\n"
        "for i in range(40):\n"
        "    answers.put('s', [(key_of('s', [sys.argv[2], i, j]), str(j)) for j in range(3)])\n"
        "answers.close()\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder), str(i)],
            env=environment(),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i in range(6)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
    with sqlite3.connect(file_in(folder)) as db:
        assert db.execute("SELECT count(*) FROM answers").fetchone() == (6 * 40 * 3,)
    db.close()


def test_a_file_that_somebody_has_is_waited_for(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(OTHER, "0")])
    db = sqlite3.connect(file_in(folder), check_same_thread=False)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.1, db.rollback)
    release.start()
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
        release.join()
        assert db.execute("SELECT count(*) FROM answers").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        db.close()
    assert notes == []


@pytest.mark.parametrize("how", ["garbage", "cut", "overwritten"])
def test_a_damaged_file_is_set_aside(folder: Path, notes: list[str], how: str) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(key_of(SIGNATURE, i), f'"{"x" * 500}{i}"') for i in range(200)])
    file = file_in(folder)
    data = file.read_bytes()
    damaged = {
        "garbage": b"no database at all",
        "cut": data[: len(data) // 2],
        "overwritten": data[:4096] + b"\xff" * (len(data) - 4096),
    }
    file.write_bytes(damaged[how])
    with opened(folder, notes) as answers:
        for i in range(200):
            answers.get(SIGNATURE, key_of(SIGNATURE, i))
        answers.put(SIGNATURE, [(KEY, '"again"')])
    assert len(notes) == 1
    assert "set aside as" in notes[0]
    assert file.with_suffix(".damaged").exists()
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, KEY) == '"again"'
    assert len(notes) == 1


def test_a_damaged_file_is_also_noticed_by_who_only_writes(folder: Path, notes: list[str]) -> None:
    folder.mkdir()
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
    file_in(folder).write_bytes(b"\0" * 5000)
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "2")])
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, KEY) == "2"
    assert len(notes) == 1


def test_who_only_looks_leaves_a_damaged_file_where_it_is(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
    file = file_in(folder)
    file.write_bytes(b"no database at all")
    with opened(folder, notes, writable=False) as answers:
        assert answers.get(SIGNATURE, KEY) is None
    assert [(p, p.read_bytes()) for p in folder.iterdir()] == [(file, b"no database at all")]
    assert notes == []


@pytest.mark.parametrize("obstacle", ["file", "folder", "schema"])
def test_where_nothing_can_be_written_answers_stay_in_memory(
    folder: Path, notes: list[str], obstacle: str
) -> None:
    if obstacle == "file":
        folder.write_text("in the way")
    else:
        with opened(folder, notes) as answers:
            answers.put(SIGNATURE, [(OTHER, "0")])
        file = file_in(folder)
        file.unlink()
        if obstacle == "folder":
            file.mkdir()
        else:
            with sqlite3.connect(file) as db:
                db.execute("CREATE TABLE answers (another TEXT)")
            db.close()
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
        answers.put(SIGNATURE, [(OTHER, "2")])
        assert answers.get(SIGNATURE, KEY) == "1"
        assert answers.get(SIGNATURE, OTHER) == "2"
    assert len(notes) == 1
    assert "not kept" in notes[0]


def test_a_full_disk_is_noted_once_and_what_was_there_is_still_read(folder: Path, notes: list[str]) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(OTHER, "0")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(folder, notes) as answers:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_in(folder).stat().st_size + 50_000, hard))
        try:
            for i in range(100):
                answers.put(SIGNATURE, [(key_of(SIGNATURE, i), f'"{"x" * 5000}"')])
            assert answers.get(SIGNATURE, OTHER) == "0"
            assert all(answers.get(SIGNATURE, key_of(SIGNATURE, i)) for i in range(100))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(notes) == 1
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, key_of(SIGNATURE, 0)), "what was committed before is there"
    assert len(notes) == 1


@pytest.mark.parametrize("what", ["folder", "file"])
def test_it_may_be_deleted_while_it_is_used(folder: Path, notes: list[str], what: str) -> None:
    with opened(folder, notes) as answers:
        answers.put(SIGNATURE, [(KEY, "1")])
        if what == "folder":
            shutil.rmtree(folder)
        else:
            file_in(folder).unlink()
        answers.get(SIGNATURE, KEY)
        answers.put(SIGNATURE, [(OTHER, "2")])
        assert answers.get(SIGNATURE, OTHER) == "2"
    assert notes == []
    with opened(folder, notes) as answers:
        assert answers.get(SIGNATURE, KEY) is None
        assert answers.get(SIGNATURE, OTHER) == "2", "what came after it was deleted is kept"
    assert notes == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_equal_content_has_equal_keys_and_other_content_has_others(a: object, b: object) -> None:
    assert key_of("s", a) == key_of("s", a)
    spelt = [json.dumps(content, sort_keys=True) for content in (a, b)]
    assert (key_of("s", a) == key_of("s", b)) == (spelt[0] == spelt[1])
    assert key_of("s", a) != key_of("t", a)


def test_a_key_is_the_same_in_every_process_and_whatever_the_order_of_a_mapping() -> None:
    assert key_of("s", {"a": 1, "b": "\ud800é"}) == key_of("s", {"b": "\ud800é", "a": 1})
    assert key_of("s", ["x"]).hex().startswith("0c1513d49b00d5f5")


def test_a_key_is_made_of_plain_data_only() -> None:
    for content in (float("nan"), {1, 2}, object()):
        with pytest.raises((TypeError, ValueError)):
            key_of("s", content)


TEXTS = st.text(st.characters(codec=None), min_size=1)


@given(TEXTS, st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_a_generation_is_read_as_it_was_kept(text: str, seconds: float, tokens: int) -> None:
    ask = Generate(Scripted({}), (Turn("user", "x"),))
    answer = Generation(text, "length", tokens, None, seconds)
    kept = encode(ask, answer)
    assert (kept is None) == (not text.strip())
    if kept is not None:
        kept.encode("ascii")
        assert decode(ask, kept) == answer


def test_nan_is_never_kept() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode(Generate(Scripted({}), ()), Generation("x", seconds=float("nan")))
