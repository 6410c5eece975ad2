"""A checkpoint in memory: how it is loaded, what is wrong with it, and what sessions have in common."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pickle import UnpicklingError
from typing import Any

from bench.backends.checkpoint import Checkpoint, offline
from bench.backends.device import BUDGET, free
from bench.backends.place import Place
from bench.backends.quiet import quiet
from bench.core.errors import BenchError, MissingExtra, SetupError

_PACKAGES = ("sentencepiece", "protobuf", "gguf", "accelerate", "torch")


@contextmanager
def loading(checkpoint: Checkpoint) -> Iterator[None]:
    """Say what is wrong with a checkpoint.

    Raises:
        SetupError: files are missing, or need a package that is missing, or code of their own.
    """
    name = checkpoint.place if checkpoint.gguf is None else f"{checkpoint.place}/{checkpoint.gguf}"
    try:
        with quiet():
            yield
    except ImportError as e:
        missing = next((package for package in _PACKAGES if package in str(e)), "a package")
        raise MissingExtra(f"{missing}, which {name} needs,", "hf") from e
    except BenchError:
        raise
    except Exception as e:  # torch, safetensors and tokenizers have errors of their own
        text = " ".join(str(e).split())
        if isinstance(e, UnpicklingError):
            raise SetupError(
                f"{name} has weights that are no plain tensors: they are damaged, or would run code",
                "Take a checkpoint with safetensors.",
            ) from e
        if "trust_remote_code" in text:
            raise SetupError(
                f"{name} needs code of its own, which bench does not run",
                "Take a checkpoint of an architecture that transformers has.",
            ) from e
        if checkpoint.kept and isinstance(e, OSError):
            raise offline(checkpoint.place, e) from e
        raise SetupError(f"{name} cannot be loaded: {text[:300] or type(e).__name__}") from e


def pretrained(
    cls: Any, checkpoint: Checkpoint, config: Any, dtype: Any, unused: Sequence[str] = (), **given: Any
) -> Any:
    """A model with all its weights, in evaluation mode.

    Args:
        cls: The class of transformers.
        checkpoint: The weights.
        config: The configuration.
        dtype: Type of the weights.
        unused: Modules whose weights may be missing.
        given: Further arguments of ``from_pretrained``.

    Raises:
        ValueError: some would be random.
    """
    common = {**checkpoint.arguments, "config": config, "dtype": dtype, "output_loading_info": True}
    model, info = cls.from_pretrained(checkpoint.place, **common, **given)
    missing = sorted(key for key in info["missing_keys"] if set(key.split(".")).isdisjoint(unused))
    if missing:
        raise ValueError(
            f"{len(missing)} of its weights are not there and would be random, such as {missing[0]}"
        )
    return model.eval()


def padded(rows: Sequence[Sequence[int]], fill: int, *, left: bool = False) -> tuple[Any, Any]:
    """Rows of tokens as one tensor, and the mask of what is no padding: both [rows, longest]."""
    import torch

    width = max(map(len, rows))
    ids = torch.full((len(rows), width), fill)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        where = slice(width - len(row), width) if left else slice(0, len(row))
        ids[i, where] = torch.tensor(row)
        mask[i, where] = 1
    return ids, mask


class Loaded:
    """What all sessions of a model in this process have in common.

    Args:
        model: In evaluation mode.
        device: Where it is moved.
        place: Threads and budget.
    """

    def __init__(self, model: Any, device: Any, place: Place) -> None:
        import torch

        self._model = model.to(device)
        self._budget = place.max_batch_tokens or BUDGET[device.type]
        self._threads_before = torch.get_num_threads()
        if place.threads is not None:
            torch.set_num_threads(place.threads)

    @property
    def about(self) -> Mapping[str, str | int | float]:
        """Device, threads and budget."""
        import torch

        device, threads = str(self._model.device), torch.get_num_threads()
        return {"device": device, "threads": threads, "max_batch_tokens": self._budget}

    def close(self) -> None:
        """Free the model."""
        import torch

        torch.set_num_threads(self._threads_before)
        self._model = None
        free()

    @property
    def budget(self) -> int:
        """Most tokens of a batch, with those of the answers."""
        return self._budget
