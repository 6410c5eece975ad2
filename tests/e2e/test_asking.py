"""A user's system that asks a model of his own: dry run, run, samples, tokens, failures."""

import json
from pathlib import Path

import pytest

from tests.conftest import Bench
from tests.e2e.conftest import Calls, run_dirs

ASKING = """\
from dataclasses import dataclass
from bench.core.asks import Draft, Generate, Generation, Measure, Turn, generate
from bench.core.errors import MissingExtra
from mine import note


@dataclass(frozen=True)
class Backend:
    signature: str = "mine"

    def measure(self, ask):
        return Measure(len(ask.turns[0].text.split()), 20, exact=False, most_cost=0.0125)

    def open(self, log):
        return Session()


class Session:
    about = {"device": "script"}
    budget = 1000

    def length(self, ask):
        return len(ask.turns[0].text.split())

    def answer(self, batch):
        note(f"batch {len(batch)}")
        return [Generation(" ".join(words[a.sample : a.sample + 8]), "length", len(words), 8, 0.5, 0.001)
                for a, words in ((a, a.turns[0].text.split()) for a in batch)]

    def close(self):
        pass


@dataclass(frozen=True)
class Asking:
    '''Asks for the words after the first few.

    Attributes:
        room: Words of the document in the prompt.
        wanted: A package.
    '''
    room: int = 20
    wanted: str | None = None

    backends = (Backend(),)

    def ready(self):
        if self.wanted:
            raise MissingExtra(self.wanted, "hf")

    def summarise(self, doc, sample=0):
        words = doc.text.split()
        if doc.id == "doc03" and sample == 1:
            raise ValueError("no second thoughts on 3")
        prompt = (Turn("user", " ".join(words[: self.room])),)
        (answer,) = yield from generate([Generate(Backend(), prompt, sample=sample)])
        return Draft(answer.text, answer.finish, len(words), max(0, len(words) - self.room))


@dataclass(frozen=True)
class Once(Asking):
    once = True
"""

SETTINGS = (
    "--set", "models.asking={use: ./asking.py:Asking, samples: 3}",
    "--set", "metrics.tokens.use=tokens",
    "--set", "limits.max_failed=0.1",
)  # fmt: skip


@pytest.fixture
def asking(folder: Path) -> Path:
    (folder / "asking.py").write_text(ASKING, "utf-8")
    return folder


def test_a_dry_run_counts_prompts_and_tokens(bench: Bench, asking: Path, calls: Calls) -> None:
    before = sorted(p for p in asking.rglob("*") if "__pycache__" not in p.parts)
    said = bench("run", "config.yaml", *SETTINGS, "--dry-run", cwd=asking).stdout.splitlines()
    assert said[3:7] == [
        "  to do:   40 summaries, 120 scores",
        "           less what earlier runs of the experiment have already",
        "  asking: 23 prompts in the first round, about 460 tokens to read, at most 460 to write, "
        "at most 0.2875 to pay",
        "  asking: 1 summary would fail: ValueError: no second thoughts on 3",
    ]
    assert calls() == []
    assert sorted(p for p in asking.rglob("*") if "__pycache__" not in p.parts) == before


def test_a_system_that_says_that_it_asks_once_is_counted_for_good(bench_here: Bench, asking: Path) -> None:
    once = ("--set", "models.once.use=./asking.py:Once", "--only-models", "once")
    said = bench_here("generate", "config.yaml", *once, "--dry-run", cwd=asking).stdout
    assert (
        "  once: 8 prompts, about 160 tokens to read, at most 160 to write, at most 0.1000 to pay\n" in said
    )


def test_a_run_says_how_much_was_read_and_of_how_many_samples(
    bench: Bench, asking: Path, calls: Calls
) -> None:
    done = bench("run", "config.yaml", *SETTINGS, cwd=asking)
    asked = [call for call in calls() if call.startswith("batch")]
    assert asked == ["batch 23"]
    assert " asking: mean of 3 samples a document (1 of 24 failed)\n" in done.stdout
    assert " asking: read 42.6 % of the documents (mean), 8 of 8 were cut\n" in done.stdout
    assert " no read: lead1, once (the system has no tokenizer)\n" in done.stdout
    assert "1 of 40 summaries failed (2.5 %, limit 10 %)" in done.stderr
    assert (asking / ".bench-cache").is_dir()

    (run,) = run_dirs(asking)
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert manifest["systems"]["asking"]["samples"] == 3
    assert manifest["backends"] == {"mine": [{"device": "script"}]}
    failed = bench("report", run, "--failed", cwd=asking)
    assert failed.stdout == "asking\tdoc03\tsummary of sample 1\tValueError: no second thoughts on 3\n"
    ((listed),) = json.loads(bench("report", run, "--failed", "--json", cwd=asking).stdout)
    assert listed["sample"] == 1

    again = bench("run", "config.yaml", *SETTINGS, "--dry-run", cwd=asking).stdout
    assert "to do:   1 summary, 3 scores (39 and 117 are there)" in again
    assert "asking: 0 prompts in the first round\n" in again
    assert f"into:    {run.relative_to(asking)}\n" in again
    fresh = bench("run", "config.yaml", *SETTINGS, "--dry-run", "--rerun", cwd=asking).stdout
    assert "to do:   40 summaries, 120 scores\n" in fresh
    assert "asking: 23 prompts" in fresh
    assert "into:    results/mine/<time>-" in fresh


def test_answers_are_kept_for_another_experiment(bench_here: Bench, asking: Path, calls: Calls) -> None:
    bench_here("run", "config.yaml", *SETTINGS, cwd=asking)
    calls()
    other = ("--set", "name=other")
    said = bench_here("run", "config.yaml", *SETTINGS, *other, "--dry-run", cwd=asking).stdout
    assert "asking: 0 prompts in the first round, 23 answers in .bench-cache\n" in said
    bench_here("run", "config.yaml", *SETTINGS, *other, cwd=asking)
    assert not [call for call in calls() if call.startswith("batch")]


def test_what_is_missing_is_said_before_anything_runs(bench_here: Bench, asking: Path, calls: Calls) -> None:
    wants = ("--set", "models.asking={use: ./asking.py:Asking, with: {wanted: torch}}")
    done = bench_here("run", "config.yaml", *wants, cwd=asking, expect=4)
    assert done.stderr.splitlines()[-2:] == ["torch is not installed", 'pip install "summbench[hf]"']
    assert calls() == []
