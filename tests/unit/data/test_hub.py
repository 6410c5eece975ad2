"""Whatever ``datasets`` loads, here from local files."""

import csv
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.core.errors import DataError, Offline
from bench.core.types import Document
from bench.data.hub import Hub

ROWS: list[dict[str, Any]] = [
    {"id": "a", "article": "Text one.", "highlights": "One.\nTwo."},
    {"id": "b", "article": "Text two.", "highlights": "Three."},
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setenv("no_proxy", "*")


def write(folder: Path, kind: str) -> str:
    file = folder / f"d.{kind}"
    match kind:
        case "json":
            file.write_text("".join(json.dumps(r) + "\n" for r in ROWS))
        case "csv":
            with file.open("w", newline="") as f:
                writer = csv.DictWriter(f, list(ROWS[0]))
                writer.writeheader()
                writer.writerows(ROWS)
        case "parquet":
            pq.write_table(pa.Table.from_pylist(ROWS), file)
    return str(file)


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("kind", ["json", "csv", "parquet"])
def test_local_builders(
    tmp_path: Path, kind: str, streaming: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    reader = Hub(
        kind, data_files={"test": write(tmp_path, kind)}, streaming=streaming,
        document="article", bullets="highlights",
    )  # fmt: skip
    assert list(reader.read()) == [
        Document("a", "Text one.", ("One.\nTwo.",), source=f"{kind}/test:1"),
        Document("b", "Text two.", ("Three.",), source=f"{kind}/test:2"),
    ]
    assert capfd.readouterr().out == ""


def test_a_folder_several_files_and_a_slice(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    file = write(tmp_path / "set", "json")
    folder = Hub(str(tmp_path / "set"), split="train", document="article")
    both = Hub("json", data_files=(file, file), split="train[1:3]", document="article")
    assert [d.id for d in folder.read() if isinstance(d, Document)] == ["a", "b"]
    assert [d.id for d in both.read() if isinstance(d, Document)] == ["b", "a"]


@pytest.mark.parametrize("streaming", [False, True])
def test_an_unknown_split_names_those_there_are(tmp_path: Path, streaming: bool) -> None:
    reader = Hub("json", data_files=write(tmp_path, "json"), streaming=streaming)
    with pytest.raises(DataError, match=r"^json: .*\['train'\]"):
        list(reader.read())


def test_an_unknown_configuration_names_those_there_are(tmp_path: Path) -> None:
    write(tmp_path, "json")
    card = "---\nconfigs:\n- config_name: plain\n  data_files:\n  - {split: test, path: d.json}\n---\n"
    (tmp_path / "README.md").write_text(card)
    assert len(list(Hub(str(tmp_path), "plain", document="article").read())) == 2
    with pytest.raises(DataError, match=r"'other' not found. Available: \['plain'\]"):
        list(Hub(str(tmp_path), "other").read())


def test_no_such_file_or_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^json: .*gone\.json"):
        list(Hub("json", data_files=str(tmp_path / "gone.json")).read())
    with pytest.raises(DataError, match=re.escape(str(tmp_path / "empty"))):
        list(Hub(str(tmp_path / "empty")).read())


@pytest.mark.parametrize("streaming", [False, True])
def test_a_broken_file_is_explained_by_its_cause(tmp_path: Path, streaming: bool) -> None:
    (tmp_path / "d.json").write_text('{"a": 1}\n{"a": \n')
    with pytest.raises(DataError, match=r"^json: JSON parse error"):
        list(Hub("json", data_files={"test": str(tmp_path / "d.json")}, streaming=streaming).read())


def test_a_bad_row_has_its_number(tmp_path: Path) -> None:
    reader = Hub("json", data_files=write(tmp_path, "json"), split="train", document="articel")
    with pytest.raises(DataError) as e:
        list(reader.read())
    assert str(e.value) == "json/train:1: document: no column 'articel' (did you mean 'article'?)"


def test_offline_the_copy_of_an_earlier_run_is_read_and_its_commit_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    commit = "96df5e686bee6baa90b8bee7c28b81fa3fa6223d"
    builder = datasets.load_dataset_builder("json", data_files={"test": write(tmp_path, "json")})
    builder.dataset_name = "news"
    builder.download_and_prepare(str(tmp_path / "cache" / "owner___news" / "default" / "0.0.0" / commit))
    for revision in (None, "main", commit[:7]):
        first = next(Hub("owner/news", document="article", revision=revision).read())
        assert isinstance(first, Document)
        assert first.source == f"owner/news@{commit}/test:1"
    with pytest.raises(DataError, match=f"revision is 1234567, but the copy on this machine is {commit}"):
        list(Hub("owner/news", document="article", revision="1234567").read())


def read_in_a_process(tmp_path: Path, env: dict[str, str], call: str) -> subprocess.CompletedProcess[str]:
    code = (
        "from bench.core.errors import SetupError\nfrom bench.data.hub import Hub\n"
        f"try: list({call}.read())\n"
        "except SetupError as e: print(type(e).__name__, e, e.hint, sep='\\n')"
    )
    env = {**os.environ, "HF_HOME": str(tmp_path), **env}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)


@pytest.mark.parametrize(
    ("call", "what", "bring"),
    [
        (
            "Hub('abisee/cnn_dailymail', '3.0.0')",
            "abisee/cnn_dailymail: https://huggingface.co cannot be reached (HF_HUB_OFFLINE=1), "
            "and no copy of it is on this machine",
            "hf download --repo-type dataset abisee/cnn_dailymail --local-dir DIR; then path: DIR",
        ),
        (
            "Hub('csv', data_files={'test': 'https://example.com/t.csv'})",
            "https://example.com/t.csv cannot be reached: HF_HUB_OFFLINE=1",
            "curl -LO https://example.com/t.csv; then data_files: {SPLIT: t.csv}",
        ),
    ],
)
def test_offline_says_how_to_bring_the_data(tmp_path: Path, call: str, what: str, bring: str) -> None:
    done = read_in_a_process(tmp_path, {"HF_HUB_OFFLINE": "1"}, call)
    hint = f"With the network, once: {bring} reads it anywhere."
    assert done.stdout.splitlines() == ["Offline", what, hint]


def test_a_hub_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    start = time.monotonic()
    env = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    done = read_in_a_process(tmp_path, env, "Hub('owner/news', revision='1234567', data_files='d/test-*')")
    assert done.stdout.splitlines() == [
        "Offline",
        "owner/news: http://127.0.0.1:9 cannot be reached (Connection refused), "
        "and no copy of it is on this machine",
        "With the network, once: hf download --repo-type dataset owner/news --revision 1234567 "
        "--include 'd/test-*' --local-dir DIR; then path: DIR reads it anywhere.",
    ]
    assert done.stderr == ""
    assert time.monotonic() - start < 15


def test_a_hub_that_does_not_answer_is_not_asked_when_there_is_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    builder = datasets.load_dataset_builder("json", data_files={"test": write(tmp_path, "json")})
    builder.dataset_name = "news"
    builder.download_and_prepare(str(tmp_path / "cache" / "owner___news" / "default" / "0.0.0" / ("c" * 40)))
    assert len(list(Hub("owner/news", document="article").read())) == 2
    assert not huggingface_hub.constants.HF_HUB_OFFLINE, "only for as long as it is needed"


def test_an_address_that_does_not_answer(tmp_path: Path) -> None:
    address = "http://127.0.0.1:9/data/test.jsonl"
    with pytest.raises(Offline) as e:
        list(Hub("json", data_files={"test": address}).read())
    assert str(e.value) == f"{address} cannot be reached: Connection refused"
    assert e.value.hint == (
        f"With the network, once: curl -LO {address}; "
        "then data_files: {SPLIT: test.jsonl} reads it anywhere."
    )


def test_what_reads_addresses_is_named_where_it_is_missing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/test.jsonl"
        (tmp_path / "aiohttp.py").write_text("raise ImportError('none here')")
        call = f"Hub('json', data_files='{address}')"
        done = read_in_a_process(tmp_path, {"PYTHONPATH": str(tmp_path)}, call)
    assert done.stdout.splitlines() == [
        "SetupError",
        f'{address}: HTTPFileSystem requires "requests" and "aiohttp" to be installed',
        "pip install aiohttp requests",
    ]
