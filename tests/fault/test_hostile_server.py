"""Servers that misbehave, and a run that is killed while it asks one: one answer a cell, the right one."""

import json
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.core.asks import options
from bench.core.signature import short
from tests.conftest import Bench, environment
from tests.fault.conftest import lines
from tests.servers.hostile import Hostile
from tests.servers.scripted import ChatServer, Reply, Request, completion

CONFIG = """\
name: asked
data: {use: jsonl, with: {path: docs.jsonl, document: text, id: id}}
models:
  m: {use: chat, with: {base_url: "URL", model: m, prompt: "Shorten {document}", OPTIONS}}
metrics:
  length: {use: length}
compare: {resamples: 200}
"""


def experiment(folder: Path, n: int, url: str, options: str) -> None:
    """``n`` documents that say their numbers, and a config that asks a server."""
    with (folder / "docs.jsonl").open("w", encoding="utf-8") as out:
        for i in range(n):
            row = {"id": f"doc{i}", "text": f"Number {i} of {n}. It says nothing else.", "summary": "It."}
            out.write(json.dumps(row) + "\n")
    (folder / "config.yaml").write_text(CONFIG.replace("URL", url).replace("OPTIONS", options), "utf-8")


def number(request: Request) -> str:
    found = re.search(r"Number (\d+) of", request.prompt)
    assert found
    return found[1]


def told(request: Request) -> str:
    """The answer that only this document has."""
    return f"Summary of number {number(request)}, {short(request.prompt)}."


def ask_of(request: Request) -> str:
    """How the log names the question of a request."""
    given = {k: v for k, v in request.body.items() if k not in ("model", "messages")}
    turns = [[m["role"], m["content"]] for m in request.body["messages"]]
    return short(repr(["generate", turns, options(given), 0]))


def run_dir(folder: Path) -> Path:
    (found,) = [p for p in (folder / "results" / "asked").iterdir() if p.is_dir()]
    return found


def test_two_thousand_requests_to_a_server_that_misbehaves(bench: Bench, tmp_path: Path) -> None:
    n = 2000
    unlogged: list[str] = []

    def failures() -> list[dict[str, Any]]:
        return [e for e in lines(run_dir(tmp_path) / "log.jsonl") if e["event"] == "request_failed"]

    def respond(request: Request) -> Reply:
        if request.attempt > 1:
            logged = [e["attempt"] for e in failures() if e["ask"] == ask_of(request)]
            if logged != list(range(1, request.attempt)):
                unlogged.append(f"attempt {request.attempt} of {number(request)} after {logged}")
        return hostile(request)

    hostile = Hostile(told, seed=4)
    with ChatServer(respond) as server:
        experiment(tmp_path, n, server.url, "timeout: 1.0, in_flight: 16")
        bench("run", "config.yaml", cwd=tmp_path)
    assert unlogged == []

    right = {f"doc{number(r)}": told(r) for r in server.requests}
    assert len(right) == n, "none lost"
    records = lines(run_dir(tmp_path) / "summaries" / "m.jsonl")
    assert len(records) == n, "exactly one answer for each cell"
    assert {r["doc_id"]: r["text"] for r in records} == right
    assert all(r["status"] == "ok" and r["output_tokens"] == 5 for r in records)
    (cache,) = tmp_path.glob(".bench-cache/*.sqlite")
    assert stored(cache) == n

    sent = Counter(map(number, server.requests))
    events = failures()
    assert sum(sent.values()) == n + len(events), "each further request follows a logged failure"
    # A machine under load may be late with an answer, which is a timeout too.
    late = sum(e["reason"] == "timeout" for e in events) - hostile.met["hang"]
    assert 0 <= late <= 20
    reasons = Counter(str(e["status"] or e["reason"]) for e in events)
    assert reasons["429"] == hostile.met["429"] > 60
    assert reasons["500"] == hostile.met["500"] > 20
    assert reasons["cut"] == hostile.met["cut"] > 8
    assert reasons["200"] == hostile.met["bad JSON"] > 8
    assert hostile.met["hang"] > 8


def stored(cache: Path) -> int:
    """Answers in a cache."""
    connection = sqlite3.connect(cache)
    try:
        n: int = connection.execute("SELECT count(*) FROM answers").fetchone()[0]
        return n
    finally:
        connection.close()


KILLS = 4
IN_FLIGHT = 4


def test_killed_while_it_asks(tmp_path: Path) -> None:
    n, chance = 60, random.Random(11)

    def respond(request: Request) -> Reply:
        return Reply(body=completion(told(request)), delay=0.05)

    def committed() -> set[str]:
        path = run_dir(tmp_path) / "summaries" / "m.jsonl"
        return {r["doc_id"].removeprefix("doc") for r in lines(path)} if path.exists() else set()

    def start() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "bench", "run", "config.yaml"]
        return subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    with ChatServer(respond) as server:
        experiment(tmp_path, n, server.url, f"in_flight: {IN_FLIGHT}")
        for _ in range(KILLS):
            before = len(server.requests)
            safe = committed() if before else set()
            process = start()
            while len(server.requests) < before + 9 and process.poll() is None:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
            assert not safe & set(map(number, server.requests[before:])), "what was on disk was asked again"
        safe, before = committed(), len(server.requests)
        assert len(safe) >= KILLS
        process = start()
        _, shown = process.communicate(timeout=60)
        assert process.returncode == 0, shown
        assert not safe & set(map(number, server.requests[before:]))

        # What was in flight at a kill, or had come and was being written.
        again = len(server.requests) - n
        assert 0 < again <= KILLS * 2 * IN_FLIGHT
        right = {f"doc{number(r)}": told(r) for r in server.requests}
        records = lines(run_dir(tmp_path) / "summaries" / "m.jsonl")
        assert {r["doc_id"]: r["text"] for r in records} == right
        assert len(records) == len(right) == n

        before = len(server.requests)
        process = start()
        process.communicate(timeout=60)
        assert (process.returncode, len(server.requests)) == (0, before), "a complete run asks nothing"
