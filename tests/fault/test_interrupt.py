"""Ctrl-C: once to finish what is in hand, twice to stop at once. Both can go on."""

import signal
import time

from tests.fault.conftest import Experiment, Make, committed, ended, results


def interrupted(experiment: Experiment, after: int, times: int) -> str:
    process = experiment.start()
    experiment.wait_for_calls(after, process)
    process.send_signal(signal.SIGINT)
    said = ""
    if times == 2:
        assert process.stderr is not None
        while "finishing the batch in hand" not in said:
            said += process.stderr.readline()
        process.send_signal(signal.SIGINT)
    return said + ended(process, 130).stderr


def test_once_finishes_the_batch_and_says_how_to_go_on(make_experiment: Make) -> None:
    calm, experiment = make_experiment(10, pause=0), make_experiment(10, pause=0.05)
    calm.finish()
    said = interrupted(experiment, after=7, times=1)
    assert "finishing the batch in hand" in said
    assert "the same command goes on" in said
    assert committed(experiment.run_dir) == set(experiment.calls()), "nothing that was asked is lost"
    assert len(experiment.calls()) < 20

    experiment.pause = 0.01
    said = interrupted(experiment, after=25, times=1)
    assert committed(experiment.run_dir) == set(experiment.calls()), "in the second stage neither"
    assert 20 < len(experiment.calls()) < 40

    assert "continuing" in experiment.finish().stderr
    assert len(experiment.calls()) == 40
    assert results(experiment.run_dir) == results(calm.run_dir)


def test_twice_stops_in_the_middle_of_a_document_and_keeps_those_before_it(make_experiment: Make) -> None:
    experiment = make_experiment(4, pause=30)
    experiment.pause_at = "doc02"  # the two before it are made faster than they are flushed
    begin = time.monotonic()
    said = interrupted(experiment, after=3, times=2)
    assert time.monotonic() - begin < 20
    assert "the same command goes on" in said
    assert committed(experiment.run_dir) == {"five doc00", "five doc01"}

    experiment.pause = 0
    experiment.finish()
    assert experiment.calls().count("five doc02") == 2, "the one in hand was given up and asked again"
    assert len(experiment.calls()) == 17


def test_before_the_run_starts_there_is_nothing_to_lose(make_experiment: Make) -> None:
    experiment = make_experiment(2, pause=0)
    (experiment.folder / "slow.py").write_text(
        "import os, time\nopen(os.environ['CALLS'], 'w').write('imported\\n')\ntime.sleep(30)\n", "utf-8"
    )
    process = experiment.start()
    experiment.wait_for_calls(1, process)
    process.send_signal(signal.SIGINT)
    assert "Interrupted" in ended(process, 130).stderr
    assert not (experiment.folder / "results").exists()
