"""kill -9 at any moment: what was committed is never asked again, and the results are those of a calm run."""

import random
import signal
import time

from tests.fault.conftest import Make, committed, ended, results

KILLS = 21
PAUSE = 0.012
FLUSH = 0.05


def test_killed_again_and_again(make_experiment: Make) -> None:
    calm, shaken = make_experiment(40, PAUSE), make_experiment(40, PAUSE)
    calm_process = calm.start()
    chance = random.Random(20)
    states = set()
    for kill in range(KILLS):
        before = len(calls := shaken.calls())
        safe = committed(shaken.run_dir) if calls else set()
        process = shaken.start()
        if kill % 4 == 3:  # anywhere, also before the run has a folder
            time.sleep(chance.uniform(0.1, 1.2))
        else:  # in the middle of the work
            shaken.wait_for_calls(before + chance.randint(1, 20), process)
            time.sleep(chance.uniform(0, PAUSE))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        asked = shaken.calls()[before:]
        assert not safe & set(asked), "what was on disk was asked again"
        assert len(asked) == len(set(asked))
        if asked:
            now = committed(shaken.run_dir)
            assert safe <= now
            # Lost: what was made since the last flush, the one in hand, and the one whose flush was due.
            assert len(set(asked) - now) <= FLUSH / (PAUSE / 2) + 2
            states.add("scores" if asked[-1].startswith("vowels") else "summaries")
    assert states == {"summaries", "scores"}, "the kills should have met both stages"

    before = len(shaken.calls())
    safe = committed(shaken.run_dir)
    shaken.finish()
    assert not safe & set(shaken.calls()[before:])
    ended(calm_process, 0)
    assert results(shaken.run_dir) == results(calm.run_dir)

    n = len(shaken.calls())
    shaken.finish()
    assert len(shaken.calls()) == n, "a complete run is served"
