"""Local models through the command line: a run that is killed, and what is missing."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Bench, environment, write_articles

# The model itself, with a note of every document that it is asked about.
COUNTED = """\
import os, re
from bench.backends.hf_generate import HfSession
from bench.models.hf import Hf

answer = HfSession.answer


def counted(self, batch):
    numbers = [re.search(r"harbour number (\\d+)", ask.turns[0].text)[1] for ask in batch]
    fd = os.open("asked", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(fd, "".join(f"{n}\\n" for n in numbers).encode())
    os.close(fd)
    return answer(self, batch)


HfSession.answer = counted


class Counted(Hf):
    '''A model whose questions are counted.'''
"""
CONFIG = """\
name: tiny
data: {{use: articles, with: {{path: articles}}}}
models:
  t5:
    use: {use}
    with:
      model: {model}
      {more}
metrics: {{length: {{use: length}}}}
compare: {{resamples: 200}}
"""
DOCUMENTS = 10


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny T5."""
    from bench.backends.quiet import quiet
    from tests.tiny.checkpoints import save_t5

    with quiet():
        return save_t5(tmp_path_factory.mktemp("models") / "t5")


def experiment(folder: Path, model: Path | str, more: str = "", use: str = "hf") -> Path:
    folder.mkdir()
    write_articles(folder / "articles", DOCUMENTS)
    (folder / "counted.py").write_text(COUNTED, "utf-8")
    (folder / "c.yaml").write_text(CONFIG.format(model=model, more=more, use=use), "utf-8")
    return folder


def summaries(folder: Path) -> list[dict[str, Any]]:
    """The summaries on disk, without a torn last line."""
    files = folder.glob("results/tiny/*/summaries/*.jsonl")
    lines = [line for file in files for line in file.read_bytes().splitlines(keepends=True)]
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().split() if (folder / "asked").exists() else []


def test_killed_in_the_middle_nothing_that_is_on_disk_is_generated_again(
    model: Path, tmp_path: Path, bench: Bench
) -> None:
    # Slow enough to be met in the middle: a batch for each document.
    more = "max_batch_tokens: 1\n      num_beams: 2\n      max_new_tokens: 50"
    shaken = experiment(tmp_path / "shaken", model, more, use="./counted.py:Counted")
    calm = experiment(tmp_path / "calm", model, more, use="./counted.py:Counted")
    command = [sys.executable, "-m", "bench", "run", "c.yaml"]
    with subprocess.Popen(
        command, cwd=shaken, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        until = time.monotonic() + 90
        while len(summaries(shaken)) < 3 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    committed = {record["doc_id"].removeprefix("doc0") for record in summaries(shaken)}
    before = asked(shaken)
    assert 3 <= len(committed) < DOCUMENTS, "it should have been met in the middle"
    assert len(set(before) - committed) <= 1, "only the batch in hand is lost"

    bench("run", "c.yaml", cwd=shaken)
    after = asked(shaken)[len(before) :]
    assert not committed & set(after)
    assert len(after) == len(set(after))
    found = {record["doc_id"]: record for record in summaries(shaken)}
    assert len(summaries(shaken)) == len(found) == DOCUMENTS

    bench("run", "c.yaml", cwd=calm)
    wanted = {record["doc_id"]: record for record in summaries(calm)}
    for name in ("text", "finish", "input_tokens", "output_tokens", "document_tokens", "truncated_tokens"):
        assert {k: r[name] for k, r in found.items()} == {k: r[name] for k, r in wanted.items()}


def test_without_torch_the_message_names_the_extra(model: Path, tmp_path: Path, bench: Bench) -> None:
    blocker = tmp_path / "blocker"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n", "utf-8")
    folder = experiment(tmp_path / "e", model)
    done = bench("run", "c.yaml", cwd=folder, env={"PYTHONPATH": f"{blocker}:{ROOT}"}, expect=4)
    assert "torch is not installed" in done.stderr
    assert 'pip install "summbench[hf]"' in done.stderr
    assert "PyTorch was not found" not in done.stderr


def test_a_mistake_in_a_generation_argument_is_shown_in_its_line(
    model: Path, tmp_path: Path, bench: Bench
) -> None:
    folder = experiment(tmp_path / "e", model, "num_baems: 4")
    done = bench("run", "c.yaml", cwd=folder, expect=2)
    assert "c.yaml:8" in done.stderr
    assert "did you mean 'num_beams'" in done.stderr


def test_a_hub_that_cannot_be_reached_is_exit_code_4(tmp_path: Path, bench: Bench) -> None:
    folder = experiment(tmp_path / "e", "facebook/bart-large-cnn")
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path / "home")}
    done = bench("run", "c.yaml", cwd=folder, env=nowhere, expect=4)
    assert "facebook/bart-large-cnn is not on this machine and the hub cannot be reached" in done.stderr
    assert "hf download facebook/bart-large-cnn" in done.stderr
    done = bench("run", "c.yaml", cwd=folder, env={**nowhere, "HF_HUB_OFFLINE": "1"}, expect=4)
    assert "facebook/bart-large-cnn is not on this machine" in done.stderr


def test_a_sweep_loads_once_and_an_edited_checkpoint_is_another_one(
    model: Path, tmp_path: Path, bench: Bench
) -> None:
    folder = experiment(tmp_path / "e", "./t5", "max_new_tokens: 6")
    shutil.copytree(model, folder / "t5")
    with (folder / "c.yaml").open("a") as config:
        config.write("sweep: {models.t5.with.num_beams: [1, 2, 3]}\n")
    # The folder is found beside the config.
    done = bench("run", "e/c.yaml", cwd=tmp_path)
    assert "Warning" not in done.stderr
    logs = list(tmp_path.glob("results/tiny/*/log.jsonl"))
    events = [json.loads(line)["event"] for log in logs for line in log.read_text().splitlines()]
    assert events.count("opened") == 1

    def remade() -> int:
        files = tmp_path.glob("results/tiny/*/summaries/*.jsonl")
        return len({json.loads(line)["key"] for file in files for line in file.read_text().splitlines()})

    assert remade() == 3 * DOCUMENTS
    bench("run", "e/c.yaml", cwd=tmp_path)
    assert remade() == 3 * DOCUMENTS
    generation = folder / "t5" / "generation_config.json"
    generation.write_text(json.dumps(json.loads(generation.read_text()) | {"no_repeat_ngram_size": 2}))
    bench("run", "e/c.yaml", cwd=tmp_path)
    assert remade() == 6 * DOCUMENTS
