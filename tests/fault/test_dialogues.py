"""Systems that ask models, killed and stopped: an answer that was given is never asked for again."""

import random
import signal
import time
from typing import Any

import pytest

from tests.fault.conftest import Experiment, Make, ended, results

ASKING = """\
import os, time
from dataclasses import dataclass
from bench.core.asks import Draft, Generate, Generation, Measure, Turn, generate
from slow import note


@dataclass(frozen=True)
class Slowly:
    signature: str = "slowly"

    def measure(self, ask):
        return Measure(1, 1)

    def open(self, log):
        return Session()


class Session:
    about = {"device": "script"}
    budget = 4

    def length(self, ask):
        return 1

    def answer(self, batch):
        note(" + ".join(f"{ask.turns[0].text}/{ask.sample}" for ask in batch))
        time.sleep(float(os.environ["PAUSE"]))
        return [Generation(f"{ask.turns[0].text} and", "stop", 7, 3, 0.5) for ask in batch]

    def close(self):
        pass


@dataclass(frozen=True)
class Asking:
    rounds: int = 3

    @property
    def backends(self):
        return (Slowly(),)

    def summarise(self, doc, sample=0):
        text = doc.id
        for _ in range(self.rounds):
            (answer,) = yield from generate([Generate(Slowly(), (Turn("user", text),), sample=sample)])
            text = answer.text
        return Draft(text, document_tokens=10, truncated_tokens=4)
"""

CONFIG = """\
name: slow
data: {use: articles, with: {path: articles}}
models:
  asking: {use: ./asking.py:Asking, samples: 2}
metrics:
  length: {use: length}
  tokens: {use: tokens}
compare: {resamples: 200}
"""

DOCUMENTS, QUESTIONS = 10, 10 * 2 * 3


def made(make_experiment: Make, pause: float) -> Experiment:
    experiment = make_experiment(DOCUMENTS, pause, CONFIG)
    (experiment.folder / "asking.py").write_text(ASKING, "utf-8")
    return experiment


def unordered(experiment: Experiment) -> dict[str, Any]:
    """All results, whatever the order in which dialogues came to their end."""
    found: dict[str, Any] = results(experiment.run_dir)
    for name, content in found.items():
        if name.startswith("scores/"):
            found[name] = sorted(content.splitlines())
        elif name.startswith("summaries/"):
            found[name] = sorted(content, key=lambda r: str(r["key"]))
    return found


def questions(calls: list[str]) -> list[str]:
    """What was asked, batch by batch."""
    return [question for call in calls for question in call.split(" + ")]


@pytest.fixture(scope="module")
def calm(make_experiment: Make) -> dict[str, Any]:
    """The results of a run that nobody disturbed."""
    experiment = made(make_experiment, pause=0)
    experiment.finish()
    asked = questions(experiment.calls())
    assert len(asked) == len(set(asked)) == QUESTIONS
    return unordered(experiment)


def test_killed_again_and_again(make_experiment: Make, calm: dict[str, Any]) -> None:
    experiment, chance = made(make_experiment, pause=0.1), random.Random(4)
    answered: set[str] = set()
    for _ in range(5):
        before = len(experiment.calls())
        process = experiment.start()
        experiment.wait_for_calls(before + chance.randint(1, 3), process)
        time.sleep(chance.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        batches = experiment.calls()[before:]
        assert batches
        assert not answered & set(questions(batches)), "what was answered was asked again"
        answered.update(questions(batches[:-1]))  # the last one was in hand
    assert len(answered) < QUESTIONS, "the kills should have met the work"

    experiment.pause = 0
    before = len(experiment.calls())
    assert "continuing" in experiment.finish().stderr
    rest = questions(experiment.calls()[before:])
    assert not answered & set(rest)
    assert unordered(experiment) == calm

    asked = len(experiment.calls())
    experiment.finish("--dry-run")
    experiment.finish()
    assert len(experiment.calls()) == asked, "a complete run is served"


def test_ctrl_c_loses_no_answer(make_experiment: Make, calm: dict[str, Any]) -> None:
    experiment = made(make_experiment, pause=0.2)
    for after in (2, 9):  # in the first round, and when some are finished
        process = experiment.start()
        experiment.wait_for_calls(after, process)
        process.send_signal(signal.SIGINT)
        said = ended(process, 130).stderr
        assert "finishing the batch in hand" in said
        assert "the same command goes on" in said
        assert len(experiment.calls()) <= after + 1
    experiment.pause = 0
    experiment.finish()
    asked = questions(experiment.calls())
    assert len(asked) == len(set(asked)) == QUESTIONS
    assert unordered(experiment) == calm


def test_ctrl_c_twice_stops_inside_a_batch(make_experiment: Make, calm: dict[str, Any]) -> None:
    experiment = made(make_experiment, pause=30)
    process = experiment.start()
    experiment.wait_for_calls(1, process)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    said = ""
    while "finishing the batch in hand" not in said:
        said += process.stderr.readline()
    process.send_signal(signal.SIGINT)
    ended(process, 130)
    assert time.monotonic() - begin < 20
    experiment.pause = 0
    experiment.finish()
    asked = questions(experiment.calls())
    assert (len(asked), len(set(asked))) == (QUESTIONS + 4, QUESTIONS), "only the batch in hand was given up"
    assert unordered(experiment) == calm


def test_a_rerun_asks_everything_again(make_experiment: Make) -> None:
    experiment = made(make_experiment, pause=0)
    experiment.finish()
    experiment.finish("--rerun")
    asked = questions(experiment.calls())
    assert (len(asked), len(set(asked))) == (2 * QUESTIONS, QUESTIONS)
