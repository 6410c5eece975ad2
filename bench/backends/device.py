"""Where a model computes, how much fits there, and what is known when it does not."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.core.errors import OutOfMemory, SetupError

# Rows times tokens of the longest.
BUDGET = {"cpu": 8_192, "cuda": 65_536, "mps": 16_384}

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")


def choose(device: str) -> Any:
    """The torch device that ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps`` names.

    Raises:
        SetupError: it is not there.
    """
    import torch

    there = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}
    if device == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if there[kind]))
    kind, _, number = device.partition(":")
    if int(number or 0) >= there[kind]:
        found = ", ".join(k if n == 1 else f"cuda:0 to cuda:{n - 1}" for k, n in there.items() if n)
        raise SetupError(f"device {device} is not there", f"Found: {found}.")
    return torch.device(device)


@contextmanager
def fitting(rows: int, longest: int) -> Iterator[None]:
    """Compute a batch.

    Raises:
        OutOfMemory: it does not fit. What it left is freed first.
    """
    why = None
    try:
        yield
    except (RuntimeError, MemoryError) as e:
        if not isinstance(e, MemoryError) and not any(text in str(e).lower() for text in _NO_MEMORY):
            raise
        why = str(e)
    if why is not None:
        # Here and not above, where the traceback holds the tensors.
        free()
        raise OutOfMemory(f"{rows} rows of {longest:,} tokens do not fit into memory: {why}")


def free() -> None:
    """Give memory back that nothing holds any more."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
