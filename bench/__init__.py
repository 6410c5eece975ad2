"""bench: a summarisation benchmark whose tables can be trusted.

``import bench`` is light; everything heavy is loaded on first use.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.api import Run, compare, load, run, score
    from bench.core.types import Column, Document, Finding, Score, Span, Summary

__version__ = "0.1.0"
__all__ = [
    "Column", "Document", "Finding", "Run", "Score", "Span", "Summary", "compare", "load", "run", "score",
]  # fmt: skip

_CORE = {"Column", "Document", "Finding", "Score", "Span", "Summary"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'bench' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("bench.core.types" if name in _CORE else "bench.api"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
