"""Answers that are kept: nothing is asked twice, even after kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.core.asks import Dialogue, Generate, Turn, generate
from bench.core.errors import InferenceError
from bench.testing import Scripted
from tests.conftest import environment
from tests.unit.runner.asked import Room, ask, asking, prompts, words


def test_a_second_engine_asks_nothing(kept: Room) -> None:
    backend = Scripted(str.upper)
    first = kept.run(asking(backend, "a", "b"), asking(backend, "b"))
    again = Scripted(str.upper)
    assert kept.run(asking(again, "a", "b"), asking(again, "b")) == first
    assert prompts(again) == []
    assert kept.engine().about == {}
    assert len(kept.logged("opened")) == 1, "what is known opens no backend"


def test_failures_and_empty_texts_are_asked_again(kept: Room) -> None:
    for _ in range(2):
        backend = Scripted({"a": "A", "b": InferenceError("no"), "c": " "})
        kept.run(*(asking(backend, p) for p in "abc"))
    assert sorted(prompts(backend)[0]) == ["b", "c"]


def test_what_is_older_than_a_time_is_asked_again_and_replaced(kept: Room) -> None:
    kept.run(asking(Scripted({"a": "old", "b": "B"}), "a", "b"))
    new, since = Scripted({"a": "new"}), time.time()
    for _ in range(2):
        done = kept.run(asking(new, "a"), asking(new, "a"), since=since)
        assert [d.value for d in done] == [["new"], ["new"]]
    assert prompts(new) == [["a"]]
    (later,) = kept.run(asking(Scripted({}), "a", "b"))
    assert later.value == ["new", "B"]


def test_answers_are_committed_before_the_dialogue_goes_on(kept: Room) -> None:
    backend = Scripted(str.upper)
    found = []

    def talk() -> Dialogue[None]:
        yield from ask(backend, "a", "b")
        assert kept.cache is not None
        (file,) = kept.cache.glob("*.sqlite")
        db = sqlite3.connect(file)
        found.append(db.execute("SELECT count(*) FROM answers").fetchone())
        db.close()

    (done,) = kept.run(talk)
    assert done.error is None
    assert found == [(2,)]


def test_an_answer_that_cannot_be_read_is_asked_for_again_and_replaced(kept: Room) -> None:
    kept.run(asking(Scripted(str.upper), "a", "b"))
    assert kept.cache is not None
    (file,) = kept.cache.glob("*.sqlite")
    db = sqlite3.connect(file)
    with db:
        db.execute("UPDATE answers SET answer = '{\"unknown\": 1}'")
    db.close()
    for expected in ([["a", "b"]], []):
        backend = Scripted(str.upper)
        (done,) = kept.run(asking(backend, "a", "b"))
        assert done.value == ["A", "B"]
        assert [sorted(batch) for batch in prompts(backend)] == expected


def test_questions_that_are_not_to_be_kept_are_not(kept: Room) -> None:
    @dataclass(frozen=True)
    class Fleeting(Generate):
        @property
        def cached(self) -> bool:
            return False

    backend = Scripted(str.upper)

    def talk() -> Dialogue[str]:
        (answer,) = yield from generate([Fleeting(backend, (Turn("user", "a"),))])
        return answer.text

    for _ in range(2):
        assert [d.value for d in kept.run(talk, talk)] == ["A", "A"]
    assert prompts(backend) == [["a"], ["a"]], "once in each run"
    assert kept.cache is not None
    assert not kept.cache.exists()
    kept.run(asking(backend, "a"))
    kept.run(talk)
    assert prompts(backend) == [["a"]] * 4, "nor are they answered with what was kept of an equal one"


KILLED = """
import sys, time
from pathlib import Path
from bench.core.asks import Generate, Turn, generate
from bench.runner.engine import Engine
from bench.testing import Scripted

folder, pause = Path(sys.argv[1]), float(sys.argv[2])

def script(prompt):
    with (folder / "asked").open("a") as asked:
        asked.write(prompt + "\\n")
    time.sleep(pause)
    return prompt.upper()

backend = Scripted(script, budget=4)

def talk(i):
    (first,) = yield from generate([Generate(backend, (Turn("user", f"first{i}"),))])
    (second,) = yield from generate([Generate(backend, (Turn("user", f"second{first.text}"),))])
    return second.text

with Engine(folder / "cache", log=lambda e: None, note=sys.exit) as engine:
    for batch in engine.run((i, lambda i=i: talk(i)) for i in range(60)):
        for done in batch:
            print(done.tag, done.value, flush=True)
"""


def test_after_kill_9_only_the_batch_in_hand_is_asked_again(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for lines in (30, 70):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path), "0.005"],
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (not asked.exists() or asked.read_text().count("\n") < lines):
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
    before = asked.read_text().split()
    assert 70 <= len(before) < 120, "it was killed in the middle"
    out = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), "0"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    values = dict(line.split() for line in out.stdout.splitlines())
    assert values == {str(i): f"SECONDFIRST{i}" for i in range(60)}
    every = asked.read_text().split()
    assert len(set(every)) == 120
    assert len(every) - 120 <= 2 * 4, "at most the four of each batch that was in hand"


def test_thousands_of_questions_cost_little_besides_the_answers(room: Room) -> None:
    backend = Scripted(str.upper, budget=600)
    cells = [asking(backend, *(f"{words(n % 40 + 1)} {i} {n}" for n in range(20))) for i in range(250)]
    begin = time.process_time()
    room.run(*cells)
    each = (time.process_time() - begin) / 5_000
    assert each < 0.2e-3, f"{each * 1e3:.3f} ms for a question"
