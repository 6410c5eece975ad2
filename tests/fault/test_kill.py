"""kill -9 at any moment: what was committed is never asked again, and the results are those of a calm run."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import Articles, environment
from tests.fault.conftest import Make, committed, ended, results

KILLS = 21
PAUSE = 0.012


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
            assert len(set(asked) - now) <= 1, "only the one in hand is lost"
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


def test_a_summary_is_on_disk_while_the_next_is_made(tmp_path: Path, articles: Articles) -> None:
    articles(tmp_path / "articles", 2)
    (tmp_path / "slow.py").write_text(
        "import time\n\nclass Slow:\n    def summarise(self, doc):\n"
        "        time.sleep(60 if doc.id == 'doc01' else 0)\n        return doc.headline\n",
        "utf-8",
    )
    (tmp_path / "c.yaml").write_text(
        "name: slow\ndata: {use: articles, with: {path: articles}}\n"
        "models: {slow: {use: ./slow.py:Slow}}\nmetrics: {length: {use: length}}\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "bench", "run", "c.yaml"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 30
        text = ""
        while not text and time.monotonic() < deadline:
            time.sleep(0.05)
            text = "".join(p.read_text("utf-8") for p in tmp_path.glob("results/slow/*/summaries/*.jsonl"))
        process.kill()
    assert '"doc_id":"doc00"' in text
