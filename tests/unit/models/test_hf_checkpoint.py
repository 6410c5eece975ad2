"""Where a model is and which version of it: folders, files, packages, and a hub over real HTTP."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.backends.checkpoint import Checkpoint, locate
from bench.core.asks import Generation
from bench.core.errors import SetupError
from bench.core.types import Document
from bench.models.hf import Hf
from tests.conftest import Tiny, environment
from tests.servers.hub import COMMIT, hub
from tests.tiny.checkpoints import byte_pairs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files as ``save_pretrained`` names them."""
    made = tmp_path / "model"
    made.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors", "README.md", "optimizer.bin"):
        (made / name).write_text(name, "utf-8")
    return made


def digest(folder: Path) -> str:
    return locate(str(folder)).digest


def test_a_folder_is_known_by_its_content_and_not_by_its_path(folder: Path, tmp_path: Path) -> None:
    found = locate(str(folder))
    assert found == Checkpoint(str(folder), digest=found.digest)
    assert found.identity == {"sha256": found.digest[:16]}
    assert digest(folder.rename(tmp_path / "elsewhere")) == found.digest


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "model.safetensors", "chat_template.jinja"]
)
def test_a_file_that_decides_changes_the_digest(folder: Path, name: str) -> None:
    before = digest(folder)
    (folder / name).write_text("something else", "utf-8")
    assert digest(folder) != before


@pytest.mark.parametrize("name", ["README.md", "optimizer.bin", "pytorch_model.bin", ".hidden.json"])
def test_a_file_that_is_not_read_does_not(folder: Path, name: str) -> None:
    before = digest(folder)
    (folder / name).write_text("something else", "utf-8")
    assert digest(folder) == before


def test_without_safetensors_the_other_weights_decide(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_text("a", "utf-8")
    before = digest(folder)
    (folder / "pytorch_model.bin").write_text("b", "utf-8")
    assert digest(folder) != before


def test_a_gguf_file_is_its_own_checkpoint(tmp_path: Path) -> None:
    file = tmp_path / "small.gguf"
    file.write_bytes(b"GGUF")
    found = locate(str(file))
    assert (found.place, found.gguf) == (str(tmp_path), "small.gguf")
    assert found.arguments["gguf_file"] == "small.gguf"


def test_a_package_is_found_and_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "heavy_weights"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n", "utf-8")
    (package / "model" / "config.json").write_text("{}", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert locate("package:heavy_weights/model").place == str(package / "model")
    with pytest.raises(SetupError, match=r"no folder and no \.gguf file .*modell .did you mean 'model'"):
        locate("package:heavy_weights/modell")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("package:no_such_package/x.gguf", "no package 'no_such_package' is installed"),
        ("package:os.path/x", "no package 'os.path'"),
        ("t5-small", "no folder and no .gguf file t5-small"),
        ("./nothing", "no folder and no .gguf file nothing"),
        ("owner/name/weights.bin", "no folder and no .gguf"),
        ("owner/name.gguf", "no folder and no .gguf"),
        ("owner/na--me", "no name of a model"),
    ],
)
def test_what_is_nowhere_is_named(model: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        locate(model)


def test_the_nearest_name_in_the_folder_is_suggested(folder: Path) -> None:
    with pytest.raises(SetupError, match="did you mean 'model'"):
        locate(str(folder.parent / "mode1"))


def test_a_folder_without_a_configuration_names_the_gguf_in_it(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no config\.json"):
        locate(str(tmp_path))
    (tmp_path / "small.gguf").touch()
    with pytest.raises(SetupError) as e:
        locate(str(tmp_path))
    assert "small.gguf" in e.value.hint
    (tmp_path / "weights.bin").touch()
    with pytest.raises(SetupError, match=r"a file of a model is a \.gguf"):
        locate(str(tmp_path / "weights.bin"))


FIND = """\
import json, sys
from bench.core.errors import BenchError
from bench.backends.checkpoint import locate
for model, revision in json.loads(sys.argv[1]):
    try:
        found = locate(model, revision)
        print(json.dumps([found.commit, found.kept, found.identity]))
    except BenchError as e:
        print(json.dumps([type(e).__name__, e.message, e.hint]))
"""
SUMMARISE = """\
import sys
from bench.core.types import Document
from bench.models.hf import Hf
hf = Hf(sys.argv[1], generation={"max_new_tokens": 8})
hf.ready()
session = hf.backends[0].open(print)
(answer,) = session.answer(next(hf.summarise(Document("d", sys.argv[2]))))
print(answer.text)
"""


def python(code: str, *args: str, env: Mapping[str, str]) -> str:
    command = [sys.executable, "-c", code, *args]
    done = subprocess.run(
        command, env=environment() | dict(env), capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def online(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A hub with one transformers checkpoint and one GGUF file."""
    quantised = tmp_path_factory.mktemp("gguf")
    (quantised / "small.gguf").write_bytes(b"GGUF")
    with hub({"acme/tiny": tiny("t5"), "acme/quantised": quantised, "acme/other": tiny("t5")}) as (url, _):
        yield {"HF_ENDPOINT": url}


def find(env: Mapping[str, str], *models: tuple[str, str | None]) -> list[Any]:
    return [json.loads(line) for line in python(FIND, json.dumps(models), env=env).splitlines()]


def test_a_revision_on_the_hub_is_resolved_to_its_commit(online: dict[str, str], tmp_path: Path) -> None:
    found = find(
        online | {"HF_HOME": str(tmp_path)},
        ("acme/tiny", None),
        ("acme/tiny", "v1"),
        ("acme/quantised/small.gguf", None),
    )
    name = {"model": "acme/tiny", "revision": COMMIT[:12]}
    assert found[:2] == [[COMMIT, False, name]] * 2
    assert found[2][2]["model"] == "acme/quantised/small.gguf"


def test_what_a_hub_refuses_is_said_with_what_to_do(online: dict[str, str], tmp_path: Path) -> None:
    found = find(
        online | {"HF_HOME": str(tmp_path)},
        ("acme/nothing", None),
        ("gated/secret", None),
        ("acme/tiny", "v7"),
        ("acme/quantised", None),
        ("acme/quantised/large.gguf", None),
    )
    assert {kind for kind, _, _ in found} == {"SetupError"}
    wanted = [
        ("the hub has no model acme/nothing", "hf auth login"),
        ("gated/secret is gated", "hf auth login"),
        ("acme/tiny has no revision 'v7'", ""),
        ("acme/quantised has no config.json", "owner/name/file.gguf"),
        ("acme/quantised has no large.gguf", ""),
    ]
    for (message, hint), (_, said, to_do) in zip(wanted, found, strict=True):
        assert said.startswith(message)
        assert hint in to_do


def test_what_was_downloaded_serves_without_the_hub(
    tiny: Tiny, online: dict[str, str], tmp_path: Path
) -> None:
    home = {"HF_HOME": str(tmp_path)}
    text = "The harbour was opened on Monday by the mayor of the town."
    summary = python(SUMMARISE, "acme/tiny", text, env=home | online)
    assert summary.strip()
    system = Hf(str(tiny("t5")), generation={"max_new_tokens": 8})
    session = system.backends[0].open(lambda _: None)
    (answer,) = session.answer(next(system.summarise(Document("d", text))))
    session.close()
    assert isinstance(answer, Generation)
    assert summary == answer.text + "\n"

    gone = home | {"HF_ENDPOINT": "http://127.0.0.1:9"}
    assert summary == python(SUMMARISE, "acme/tiny", text, env=gone)
    kept, refused, exact = find(gone, ("acme/tiny", None), ("acme/other", None), ("acme/tiny", COMMIT))
    assert kept[:2] == [COMMIT, True]
    assert exact[:2] == [COMMIT, False], "a commit that is here needs no hub"
    assert refused[0] == "Offline"
    assert "acme/other is not on this machine and the hub cannot be reached" in refused[1]
    assert "hf download acme/other" in refused[2]
    (offline,) = find(home | {"HF_HUB_OFFLINE": "1"}, ("acme/tiny", None))
    assert offline[:2] == [COMMIT, True]


def test_the_environment_of_the_tests_names_no_hub() -> None:
    assert "HF_ENDPOINT" not in os.environ


def test_a_checkpoint_with_code_of_its_own_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny("llama"), tmp_path / "remote")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mystery", "auto_map": {"AutoConfig": "configuration_mystery.Mystery"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "configuration_mystery.py").write_text("raise SystemExit('code from the hub was run')\n")
    with pytest.raises(SetupError, match="remote needs code of its own, which bench does not run"):
        Hf(str(folder)).ready()


def test_a_model_that_writes_nothing_is_named(tmp_path: Path) -> None:
    from transformers import DebertaV2Config

    folder = tmp_path / "reader"
    DebertaV2Config().save_pretrained(folder)
    byte_pairs(around=True).save_pretrained(folder)
    with pytest.raises(SetupError, match="reader cannot be loaded"):
        Hf(str(folder), prompt="{document}").backends[0].open(print)
