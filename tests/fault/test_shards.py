"""Shards in processes of their own, at the same time, killed, repeated, and made in separate places."""

import shutil
import signal
from pathlib import Path

from tests.fault.conftest import Experiment, Make, ended, results, unordered

COUNT = 3
MODELS = ("five", "nine")


def parts(experiment: Experiment) -> list[str]:
    return sorted(p.name for p in (experiment.run_dir / "shards").iterdir())


def test_shards_that_begin_together_share_one_run(make_experiment: Make) -> None:
    calm, divided = make_experiment(20), make_experiment(20)
    together = [divided.start("--shard", f"{i}/{COUNT}") for i in range(1, COUNT + 1)]
    divided.wait_for_calls(25, together[0])
    together[1].send_signal(signal.SIGKILL)
    together[1].communicate(timeout=60)
    for process in (together[0], together[2]):
        done = ended(process, 0)
        assert "shards" in done.stdout
    assert parts(divided) == ["1-of-3", "2-of-3", "3-of-3"]

    divided.finish("--shard", "1/3")  # has nothing to do
    divided.finish("--shard", "2/2")  # does a part of what the killed one has left
    twice = [c for c in set(divided.calls()) if divided.calls().count(c) > 1]
    assert len(twice) <= 1, "the one that was in hand"
    divided.finish()
    calm.finish()
    assert unordered(divided.run_dir) == unordered(calm.run_dir)

    n = len(divided.calls())
    divided.finish()
    divided.finish("--shard", "1/2")
    assert len(divided.calls()) == n


def test_a_shard_is_one_process_and_the_whole_waits_for_none(make_experiment: Make) -> None:
    experiment = make_experiment(6, pause=30)  # it is killed long before it is done
    first = experiment.start("--shard", "1/2")
    experiment.wait_for_calls(1, first)
    refused = experiment.finish("--shard", "1/2", expect=5)
    assert f"in use by process {first.pid} on " in refused.stderr
    refused = experiment.finish(expect=5)
    assert "in use by process" in refused.stderr
    first.send_signal(signal.SIGKILL)
    first.communicate()
    experiment.pause = 0
    whole = experiment.start()
    ended(whole, 0)


def test_shards_of_separate_checkouts_are_put_together(make_experiment: Make) -> None:
    calm, merged = make_experiment(10), make_experiment(10)
    calm.finish()
    for i in range(1, COUNT + 1):
        checkout = make_experiment(10)
        checkout.finish("--shard", f"{i}/{COUNT}")
        shutil.copytree(checkout.folder / "results", merged.folder / "results", dirs_exist_ok=True)
    done = merged.finish()
    assert merged.calls() == []
    assert "summaries: 20 of 20 are there" in done.stderr
    (run,) = [Path(line.split()[0]) for line in done.stdout.splitlines() if line.startswith("results/")]
    assert results(merged.folder / run) == results(calm.run_dir)
