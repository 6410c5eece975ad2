"""Shards: what they take from their run and from each other, and their answers of models."""

import signal
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bench.core.asks import Dialogue, Draft, Generate, Turn, generate
from bench.core.errors import RunLocked
from bench.core.types import Document
from bench.runner import cache, directory, manifest
from bench.runner.cache import Answers, key_of
from bench.runner.execute import execute
from bench.runner.shards import Shard
from tests.unit.runner.askers import Asker, Model
from tests.unit.runner.parts import Echo, Length, plan, texts


def test_a_shard_lies_in_its_run_and_looks_like_one(tmp_path: Path) -> None:
    done = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, shard=Shard(2, 2))
    assert done.status == "complete"
    assert texts(done) == {"d01": "d01", "d03": "d03"}
    (run,) = [p for p in (tmp_path / "t").iterdir() if p.is_dir()]
    assert done.path == run / "shards" / "2-of-2"
    assert manifest.load(done.path)["data"]["documents"] == 2
    assert manifest.load(run)["data"]["documents"] == 5
    assert directory.find(str(done.path)) == done.path


def test_an_experiment_may_be_called_shards(tmp_path: Path) -> None:
    idle = Echo()
    for number in (1, 2):
        work = replace(plan({"a": Echo()}, {"m": Length()}), name="shards")
        execute(work, tmp_path, shard=Shard(number, 2))
    done = execute(replace(plan({"a": idle}, {"m": Length()}), name="shards"), tmp_path)
    assert (done.status, idle.asked) == ("complete", [])


def test_more_shards_than_documents(tmp_path: Path) -> None:
    done = execute(plan({"a": Echo()}, {"m": Length()}, n=2), tmp_path, shard=Shard(3, 3))
    assert (done.status, done.summaries.total) == ("complete", 0)


def test_summaries_that_the_run_has_are_scored_in_shards(tmp_path: Path) -> None:
    execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, stages=["generate"])
    idle, length = Echo(), Length()
    for number in (1, 2):
        shard = Shard(number, 2)
        done = execute(plan({"a": idle}, {"m": length}), tmp_path, stages=["score"], shard=shard)
        assert done.status == "complete"
    assert execute(plan({"a": idle}, {"m": length}), tmp_path, stages=["score"]).status == "complete"
    assert (idle.asked, len(length.asked)) == ([], 5)


def test_shards_that_were_generated_are_scored_as_a_whole(tmp_path: Path) -> None:
    for number in (1, 2):
        execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, stages=["generate"], shard=Shard(number, 2))
    done = execute(plan({"a": Echo()}, {"m": Length()}), tmp_path, stages=["score"])
    assert done.status == "complete"


def test_shards_share_the_run_and_nobody_has_it_alone(tmp_path: Path) -> None:
    work = plan({"a": Echo()}, {"m": Length()})
    run = execute(work, tmp_path, stages=["generate"]).path
    with directory.locked(run, shared=True):
        execute(work, tmp_path, shard=Shard(1, 2))
        with pytest.raises(RunLocked):
            execute(work, tmp_path)
    with directory.locked(run), pytest.raises(RunLocked):
        execute(work, tmp_path, shard=Shard(1, 2))


@dataclass(frozen=True)
class Stops(Asker):
    """Asks twice about each document; at ``d00`` somebody presses Ctrl-C between the two."""

    stop: bool = field(default=False, metadata={"sig": None})

    def summarise(self, doc: Document) -> Dialogue[Draft]:
        (first,) = yield from generate([Generate(self.model, (Turn("user", doc.id),))])
        if self.stop and doc.id == "d00":
            signal.raise_signal(signal.SIGINT)
        (second,) = yield from generate([Generate(self.model, (Turn("user", first.text),))])
        return Draft(second.text)


def asked(folder: Path, *, stop: bool = False, shard: Shard | None = None, rerun: bool = False) -> list[str]:
    model = Model("m")
    work = plan({"a": Stops(model, stop=stop)}, {"m": Length()}, n=2)
    with suppress(KeyboardInterrupt):
        execute(work, folder / "results", cache=folder / "cache", shard=shard, rerun=rerun)
    return [e for e in model.events if ":" in e]


def test_an_answer_to_a_shard_that_died_is_an_answer_to_the_run(tmp_path: Path) -> None:
    assert asked(tmp_path, stop=True, shard=Shard(1, 1)) == ["m: d00", "m: d01"]
    assert not (tmp_path / "cache").exists(), "machines cannot share it"
    assert asked(tmp_path) == ["m: m d00", "m: m d01"]
    assert list(tmp_path.glob("results/t/*/shards/*/answers/*")) == []


def test_shards_of_a_rerun_take_no_older_answers_either(tmp_path: Path) -> None:
    asked(tmp_path)
    assert asked(tmp_path, stop=True, rerun=True) == ["m: d00", "m: d01"]
    assert asked(tmp_path, shard=Shard(1, 1)) == ["m: d00", "m: d01", "m: m d00", "m: m d01"]
    assert asked(tmp_path) == []


def kept(folder: Path) -> str | None:
    answers = Answers(folder, print)
    found = answers.get("s", key_of("s", "question"))
    answers.close()
    return found


def keep(folder: Path, answer: str) -> None:
    answers = Answers(folder, print)
    answers.put("s", [(key_of("s", "question"), answer)])
    answers.close()


@pytest.mark.parametrize("first", ["one", "other"])
def test_of_two_answers_the_newer_stays(tmp_path: Path, first: str) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other) if first == "one" else (other, one):
        keep(folder, f"of {folder.name}")
    cache.add(other, one, print)
    assert kept(one) == ("of other" if first == "one" else "of one")
    assert kept(other) is None
    cache.add(other, one, print)


def test_answers_that_cannot_be_read_are_left_and_told(tmp_path: Path) -> None:
    keep(tmp_path / "good", "answer")
    keep(tmp_path / "bad", "answer")
    (damaged,) = (tmp_path / "bad").glob("*.sqlite")
    damaged.write_bytes(b"no database " * 1000)
    notes: list[str] = []
    cache.add(tmp_path / "bad", tmp_path / "good", notes.append)
    assert [n.startswith(f"{damaged}: kept answers are not used: ") for n in notes] == [True]
    assert kept(tmp_path / "good") == "answer"
    assert damaged.exists()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(damaged).execute("SELECT 1 FROM answers")
