"""Files of torch that hold tensors and nothing else. What could run code when it is read is refused."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from zipfile import BadZipFile

from bench.backends.checkpoint import Checkpoint
from bench.core.errors import MissingExtra, SetupError, nearest

_TRUSTED = (
    'If you trust it, convert it once: python -c "import torch; '
    "d = torch.load('{path}', map_location='cpu', weights_only=False); "
    "torch.save({{'state_dict': d.get('state_dict', d)}}, '{new}')\""
)


def locate_file(path: str, source: str) -> Checkpoint:
    """A file as a checkpoint: its content names it.

    Args:
        path: Where it should be.
        source: Where it can be had, for the message.

    Raises:
        SetupError: it is not there.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        beside = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
        raise SetupError(f"no file {path}{nearest(file.name, beside)}", source)
    stat = file.stat()
    return Checkpoint(str(file), digest=_digest(str(file.resolve()), stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=64)
def _digest(path: str, _mtime: int, _size: int) -> str:
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_tensors(path: str) -> Mapping[str, Any]:
    """The tensors of a file, by name: of a plain ``state_dict``, or of the one in a checkpoint of Lightning.

    Raises:
        MissingExtra: torch.
        SetupError: the file is damaged, or holds more than tensors and plain data.
    """
    try:
        import torch
    except ImportError as e:
        raise MissingExtra("torch", "hf") from e
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as e:
        if not _pickled(path):
            raise SetupError(f"{path} is no file of torch") from e
        raise SetupError(
            f"{path} holds more than tensors and plain data, and reading it could run code",
            _TRUSTED.format(path=path, new=Path(path).with_suffix(".plain.pt")),
        ) from e
    except (RuntimeError, EOFError, OSError, BadZipFile, ValueError) as e:
        raise SetupError(f"{path} is no file of torch that can be read: {' '.join(str(e).split())}") from e
    tensors = found.get("state_dict", found) if isinstance(found, Mapping) else None
    if not isinstance(tensors, Mapping) or not all(isinstance(t, torch.Tensor) for t in tensors.values()):
        raise SetupError(f"{path}: expected named tensors, or a state_dict of them")
    return tensors


def _pickled(path: str) -> bool:
    """Whether it begins as torch writes files: as an archive, or as a pickle of a binary protocol."""
    with Path(path).open("rb") as stream:
        return stream.read(2) in (b"PK", b"\x80\x02")


def read_arrays(path: str) -> dict[str, Any]:
    """The same as numpy arrays of float64."""
    return {name: tensor.double().numpy() for name, tensor in read_tensors(path).items()}
