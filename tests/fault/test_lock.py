"""Two processes never write one run."""

import signal

from tests.fault.conftest import Make, ended


def test_the_second_process_is_refused_and_names_the_first(make_experiment: Make) -> None:
    experiment = make_experiment(10, pause=0.05)
    first = experiment.start()
    experiment.wait_for_calls(1, first)
    refused = experiment.finish(expect=5)
    assert f"in use by process {first.pid} on " in refused.stderr
    assert "the same command goes on" in refused.stderr
    assert refused.stdout == ""
    ended(first, 0)
    calls = experiment.calls()
    assert len(calls) == len(set(calls)) == 40, "each cell was asked once"

    # A dead process holds nothing, even if it was killed; another plan was never locked out.
    experiment.pause = 0.5
    again = experiment.start("--rerun")
    experiment.wait_for_calls(41, again)
    experiment.pause = 0
    other = experiment.finish("--limit", "1")
    assert "1 document " in other.stderr
    again.send_signal(signal.SIGKILL)
    again.communicate()
    assert "continuing" in experiment.finish().stderr
