"""Word lists: one item a line; lines that begin with ``#`` give the source and the licence."""

import gzip
from functools import cache
from importlib.resources import files


@cache
def read_list(name: str) -> tuple[str, ...]:
    """The items of ``<name>.txt``, or of ``<name>.txt.gz``, in their order."""
    packed = files(__name__).joinpath(f"{name}.txt.gz")
    plain = files(__name__).joinpath(f"{name}.txt")
    text = gzip.decompress(packed.read_bytes()).decode() if packed.is_file() else plain.read_text("utf-8")
    return tuple(line for raw in text.splitlines() if (line := raw.strip()) and not line.startswith("#"))


@cache
def read_set(name: str) -> frozenset[str]:
    """The items of ``<name>.txt``, to look words up in."""
    return frozenset(read_list(name))
