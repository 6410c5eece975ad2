"""Where runs lie: ``results/<experiment>/<UTC time>-<digest8>/``, found, created and locked.

The shards of a run (:mod:`bench.runner.shards`) lie in it: ``<run>/shards/<number>-of-<count>/``.
"""

import fcntl
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.core.errors import DataError, RunLocked, StoreError, nearest
from bench.core.signature import short
from bench.runner import manifest

# File systems take 255 bytes; a suffix, and more for a temporary name, come behind it.
_LONGEST = 200
_SHARDS = "shards"
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}\Z")
_SHARD_NAME = re.compile(r"\d+-of-\d+\Z")


def runs(experiment: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Run directories of an experiment with their manifests, the oldest first; damaged ones are left out."""
    if not experiment.is_dir():
        return []
    found = []
    for path in sorted(experiment.iterdir()):
        if _NAME.match(path.name) and (path / manifest.NAME).is_file():
            try:
                found.append((path, manifest.load(path)))
            except StoreError:
                continue
    return sorted(found, key=lambda run: run[1]["created"])


def latest(experiment: Path, digest: str) -> Path | None:
    """The newest run of a digest, whatever its status."""
    return next((p for p, about in reversed(runs(experiment)) if about["digest"] == digest), None)


def shard(run: Path, number: int, count: int) -> Path:
    """Where a shard of a run lies, whether it is there or not."""
    return run / _SHARDS / f"{number}-of-{count}"


def shards(run: Path) -> list[Path]:
    """The shards of a run that are there."""
    return sorted(path.parent for path in run.glob(f"{_SHARDS}/*-of-*/{manifest.NAME}"))


def family(run: Path) -> list[Path]:
    """Directories with cells of the same plan: the shards of a run; of a shard its run and its siblings.

    Siblings of the same division are left out: none of their cells is the shard's.
    """
    if not _is_shard(run):
        return shards(run)
    whole, count = run.parents[1], run.name.rpartition("-")[2]
    return [whole, *(p for p in shards(whole) if p.name.rpartition("-")[2] != count)]


def others(run: Path) -> list[Path]:
    """The other runs of the experiment, the newest first, each with its shards."""
    run = run.parents[1] if _is_shard(run) else run
    found = [path for path, _ in reversed(runs(run.parent)) if path != run]
    return [p for path in found for p in (path, *shards(path))]


def _is_shard(run: Path) -> bool:
    """An experiment may be called like the folder of shards; its runs have other names."""
    return run.parent.name == _SHARDS and _SHARD_NAME.match(run.name) is not None


def make(path: Path) -> None:
    """The folder of an experiment or a shard.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise StoreError(
            f"{path}: cannot be written: {e.strerror}", "Choose another folder with --out."
        ) from e


def create(experiment: Path, digest: str) -> Path:
    """A new, empty run directory.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        while True:
            path = experiment / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{digest}"
            try:
                path.mkdir()
            except FileExistsError:  # two runs of one plan in one second
                time.sleep(0.1)
                continue
            return path
    except OSError as e:
        raise StoreError(
            f"{experiment}: cannot be written: {e.strerror}", "Choose another folder with --out."
        ) from e


def complete(run: Path) -> None:
    """Make the folders that a run directory has, where they are missing.

    Raises:
        StoreError: they cannot be made.
    """
    for part in ("summaries", "scores"):
        try:
            (run / part).mkdir(exist_ok=True)
        except OSError as e:
            raise StoreError(f"{run / part}: cannot be written: {e.strerror}") from e


def find(where: str) -> Path:
    """The run that a path names: a run directory, or an experiment's folder (its latest complete run).

    ``results/quickstart@2f9c41d0`` picks a run of the experiment by the first digits of its digest.

    Raises:
        DataError: nothing there, or no complete run.
    """
    path = Path(where)
    if (path / manifest.NAME).is_file():
        return path
    base, _, digest = where.rpartition("@")
    if base and not path.exists():
        matching = [p for p, about in runs(Path(base)) if about["digest"].startswith(digest)]
        if not matching:
            have = ", ".join(p.name for p, _ in runs(Path(base))) or "none"
            raise DataError(f"no run with the digest '{digest}'", f"Runs there: {have}.", file=base)
        return matching[-1]
    if not path.exists():
        what = f"no such run{_meant(path)}"
        raise DataError(what, "bench run CONFIG makes one in results/NAME/.", file=where)
    found = runs(path)
    complete = [(about["finished"], p) for p, about in found if about["status"] == "complete"]
    if complete:
        return max(complete)[1]
    if found:
        raise DataError(
            f"no complete run among {len(found)}",
            f"Finish it with the command that began it, or name it: {found[-1][0]}",
            file=where,
        )
    raise DataError("no run in this folder", "bench run CONFIG makes one in results/NAME/.", file=where)


def _meant(path: Path) -> str:
    """The run or experiment with the nearest name, beside a path or in the usual folder."""
    places = [folder for folder in (Path("results"), path.parent) if folder.is_dir()]
    there = {p.name: p for folder in places for p in sorted(folder.iterdir()) if p.is_dir()}
    return re.sub("'(.+)'", lambda found: f"'{there[found[1]]}'", nearest(path.name, there))


def file_name(label: str) -> str:
    """A label as a file name; what a file system might not take is percent-encoded.

    A name that would be too long is cut and ends in a digest of the label.
    """
    name = quote(label, safe=" []=,+@").replace("..", "%2E%2E")
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}~{short(label)}"


@contextmanager
def locked(path: Path, name: str = "LOCK", *, wait: bool = False, shared: bool = False) -> Iterator[None]:
    """Hold the lock of a directory. The kernel frees it when the process dies, however it dies.

    A ``shared`` lock keeps out only those who want it for themselves.

    Raises:
        RunLocked: another process holds it, and ``wait`` is off.
        StoreError: the folder cannot be written.
    """
    try:
        fd = os.open(path / name, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as e:
        raise StoreError(f"{path}: cannot be written: {e.strerror}") from e
    try:
        try:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(fd, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            pid, _, host = os.pread(fd, 200, 0).decode(errors="replace").strip().partition(" ")
            raise RunLocked(str(path), int(pid) if pid.isdigit() else 0, host or "this machine") from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        os.close(fd)
