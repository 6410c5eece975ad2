"""What both stages do around a component: before its first cell, after its last, and when it fails."""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.core.errors import BenchError, user_code


def check_ready(component: Any, where: str) -> None:
    """Find out that something is missing now and not after hours of work.

    Raises:
        SetupError: a package, a key or weights.
    """
    if ready := getattr(component, "ready", None):
        with user_code(where, "ready()"):
            ready()


@contextmanager
def opened(component: Any, where: str) -> Iterator[None]:
    """Call the component's ``open`` and ``close``, where it has them."""
    if start := getattr(component, "open", None):
        with user_code(where, "open()"):
            start()
    try:
        yield
    finally:
        if end := getattr(component, "close", None):
            with user_code(where, "close()"):
                end()


def asked_by(components: Iterable[Any]) -> set[str]:
    """Signatures of the backends that components may ask."""
    return {backend.signature for c in components for backend in getattr(c, "backends", ())}


def asks(component: Any, method: str) -> bool:
    """Whether a component asks models, so that calling its ``method`` does no work yet.

    A generator whose ``backends`` are empty wraps somebody who asks nobody, and would do the work itself.
    """
    call = getattr(component, method, None)
    if call is not None and hasattr(component, "backends"):
        return bool(component.backends)
    return inspect.isgeneratorfunction(call)


def describe_error(e: BaseException) -> str:
    """One line about an exception, for an error record."""
    text = e.message if isinstance(e, BenchError) else f"{type(e).__name__}: {e}"
    return " ".join(text.split())[:500]
