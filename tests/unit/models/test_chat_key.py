"""The key is in the requests and nowhere else, whatever the server says and however a run ends."""

import os
from pathlib import Path

import pytest

from tests.conftest import Bench, write_articles
from tests.servers.scripted import ChatServer, Reply, Request, completion

KEY = "sk-test-4b1d-8e2f7a905c63"
CONFIG = """\
name: keyed
data: {use: articles, with: {path: articles}}
models:
  m: {use: chat, with: {base_url: "URL", model: m, key_env: MY_KEY, timeout: 1, retries: 1}}
metrics:
  length: {use: length}
compare: {resamples: 200}
"""


def repeats_it(request: Request) -> Reply:
    """Every kind of reply, each with the whole header in it."""
    said = request.headers["authorization"]
    number = int(request.prompt.split("harbour number ")[1].split()[0])
    match number:
        case 0:
            return Reply(500, f"<html>{said}</html>")
        case 1:
            return Reply(400, {"error": {"message": said, "code": said, "type": said}})
        case 2:
            return Reply(body=f"not JSON, but {said}")
        case 3:
            return Reply(body=completion(None, refusal=said))
        case 4:
            return Reply(400, {"error": {"message": f"maximum context length, {said}"}})
        case 5:
            return Reply(429, said, {"Retry-After-Ms": "10", "X-Said": said})
        case 6:
            return Reply(body={**completion(said), "model": said})
    return Reply(body=completion(f"Fine, {said}", "length"))


def written(folder: Path, *shown: str) -> str:
    """Everything that a run wrote."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert len(files) > 12, "files of a run are there"
    return "\n".join([*(p.read_bytes().decode("latin-1") for p in files), *map(str, files), *shown])


def test_it_is_in_no_file_and_on_no_screen(bench: Bench, tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", 9)
    env = {"MY_KEY": KEY, "BENCH_DEBUG": "1", "OPENAI_LOG": "debug"}
    with ChatServer(repeats_it) as server:
        (tmp_path / "config.yaml").write_text(CONFIG.replace("URL", server.url), "utf-8")
        done = bench("run", "config.yaml", cwd=tmp_path, env=env, expect=3)
    assert {r.headers["authorization"] for r in server.requests} == {f"Bearer {KEY}"}
    text = written(tmp_path, done.stdout, done.stderr)
    assert KEY not in text
    assert "Bearer [key]" in text, "where the server repeated it"


def test_nor_when_the_server_refuses_it(bench: Bench, tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", 9)
    with ChatServer(lambda r: Reply(401, {"error": f"no {r.headers['authorization']}"})) as server:
        (tmp_path / "config.yaml").write_text(CONFIG.replace("URL", server.url), "utf-8")
        done = bench("run", "config.yaml", cwd=tmp_path, env={"MY_KEY": KEY}, expect=4)
    assert "HTTP 401: no Bearer [key]" in done.stderr
    assert "Check the key in the environment variable MY_KEY." in done.stderr
    assert KEY not in written(tmp_path, done.stdout, done.stderr)


def test_a_missing_key_ends_a_run_before_anything_is_sent(bench_here: Bench, tmp_path: Path) -> None:
    assert "MY_KEY" not in os.environ
    write_articles(tmp_path / "articles", 2)
    with ChatServer(repeats_it) as server:
        (tmp_path / "config.yaml").write_text(CONFIG.replace("URL", server.url), "utf-8")
        done = bench_here("run", "config.yaml", cwd=tmp_path, expect=4)
    assert "the environment variable MY_KEY is not set" in done.stderr
    assert server.requests == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("MY_KEY", KEY, "key_env looks like a key"),
        ("//URL", f"//me:{KEY}@127.0.0.1", "base_url has a user, a password"),
    ],
)
def test_a_secret_in_the_config_is_refused_and_not_shown(
    bench_here: Bench, tmp_path: Path, old: str, new: str, words: str
) -> None:
    write_articles(tmp_path / "articles", 2)
    (tmp_path / "config.yaml").write_text(CONFIG.replace("URL", "http://URL").replace(old, new), "utf-8")
    done = bench_here("run", "config.yaml", cwd=tmp_path, expect=2)
    assert words in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert not (tmp_path / "results").exists()
