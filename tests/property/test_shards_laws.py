"""However a run is divided, in whatever order its shards come, are repeated or torn: it is the single run."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Document
from bench.core.errors import ConfigError
from bench.runner import journal
from bench.runner.execute import Outcome, Stage, execute
from bench.runner.plan import Plan
from bench.runner.shards import Shard
from tests.unit.runner.parts import Batched, Echo, Length, documents, plan

STAGES: tuple[tuple[Stage, ...], ...] = (("generate",), ("score",), ("generate", "score"))


@st.composite
def shards(draw: st.DrawFn) -> Shard:
    count = draw(st.integers(1, 9))
    return Shard(draw(st.integers(1, count)), count)


@dataclass(frozen=True)
class Attempt:
    """A shard that is begun; its process dies at the ``dies``-th document, and tears a line in two."""

    shard: Shard
    stages: tuple[Stage, ...]
    dies: int | None
    torn: int


attempts = st.builds(
    Attempt, shards(), st.sampled_from(STAGES), st.none() | st.integers(0, 3), st.integers(0, 40)
)


class Died(BaseException):
    """Nothing that a component is allowed to raise."""


@dataclass(frozen=True)
class Mortal(Echo):
    """Dies at the document with this number of those that it is asked about."""

    dies: int | None = field(default=None, metadata={"sig": None})

    def summarise(self, doc: Document) -> str:
        if len(self.asked) == self.dies:
            raise Died
        return super().summarise(doc)


def experiment(n: int, dies: int | None = None, fails: bool = True) -> tuple[Plan, Mortal]:
    """Systems and metrics, most with a document at which it ``fails``; one with two samples."""
    mortal = Mortal(failing=["d01"] if fails else [], dies=dies)
    return plan(
        {
            "b": Batched(failing=("d02",) if fails else ()),
            "a": mortal,
            "again": replace(mortal, answer="{}!"),
        },
        {"m": Length(failing=("d03",) if fails else ()), "other": Length()},
        n,
        max_failed=1,
        samples={"a": 2},
    ), mortal


def attempt(n: int, results: Path, this: Attempt) -> None:
    with suppress(Died):
        execute(experiment(n, this.dies)[0], results, stages=this.stages, shard=this.shard, cache=None)
        return
    (path,) = results.glob(f"t/*/shards/{this.shard.number}-of-{this.shard.count}/summaries/a.jsonl")
    whole = path.read_bytes()
    start = whole.rfind(b"\n", 0, -1) + 1  # of the last line; the others were finished before it
    path.write_bytes(whole[: max(start, len(whole) - this.torn)])


def made(outcome: Outcome) -> tuple[str, list[list[str]]]:
    """All of a run but the times: its table, from which every file of tables is made, and its cells."""
    assert outcome.table is not None
    table = replace(outcome.table, systems=tuple(replace(s, seconds=None) for s in outcome.table.systems))
    files = sorted(p for part in ("summaries", "scores") for p in (outcome.path / part).iterdir())
    cells = [[str({k: v for k, v in r.items() if k != "seconds"}) for r in journal.read(p)] for p in files]
    return repr((table, outcome.summaries, outcome.scores, outcome.failures)), cells


@settings(max_examples=50)
@given(st.integers(1, 12), st.lists(attempts, max_size=6))
def test_any_division_in_any_order_is_the_single_run(n: int, tried: list[Attempt]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        single, divided = Path(folder) / "single", Path(folder) / "divided"
        table, cells = made(execute(experiment(n)[0], single, cache=None))
        for this in tried:
            attempt(n, divided, this)
        whole = execute(experiment(n)[0], divided, cache=None)
        assert made(whole)[0] == table
        assert list(map(sorted, made(whole)[1])) == list(map(sorted, cells))
        assert [p for p in (divided / "t").iterdir() if p.is_dir()] == [whole.path]


@settings(max_examples=25)
@given(st.integers(1, 12), st.integers(1, 9), st.data())
def test_nothing_is_left_to_do_after_all_shards(n: int, count: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        single, divided = Path(folder) / "single", Path(folder) / "divided"
        for number in data.draw(st.permutations(range(1, count + 1))):
            execute(experiment(n, fails=False)[0], divided, shard=Shard(number, count), cache=None)
        last, asked = experiment(n, fails=False)
        whole = execute(last, divided, cache=None)
        assert asked.asked == []
        calm = execute(experiment(n, fails=False)[0], single, cache=None)
        assert made(whole) == made(calm), "to the order of lines"


@given(st.integers(0, 40), st.integers(1, 9))
def test_shards_are_a_partition_into_equal_parts(n: int, count: int) -> None:
    whole = replace(plan({}, {}), dataset=replace(plan({}, {}).dataset, documents=documents(n)))
    parts = [Shard(i, count).of(whole).dataset.documents for i in range(1, count + 1)]
    assert sorted(d.id for part in parts for d in part) == [d.id for d in documents(n)]
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(shards())
def test_a_shard_is_read_as_it_is_written(shard: Shard) -> None:
    assert Shard.parse(str(shard)) == shard


@pytest.mark.parametrize(
    "text", ["", "3", "3/", "/3", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1.0/2", "²/4"]
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="shard"):
        Shard.parse(text)
