"""Where a model of this process computes, and the parameters that say so in a config."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

DType = Literal["float32", "bfloat16", "float16"]

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model computes, and how much at a time. No answer depends on it.

    Attributes:
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
        threads: Threads of the CPU; torch's own number when None.
        max_batch_tokens: Budget of a batch; by the device when None.
    """

    device: str = "auto"
    threads: int | None = None
    max_batch_tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class OnDevice:
    """Parameters of every component whose model is in this process; none is in its signature.

    Attributes:
        revision: Branch, tag or commit on the hub; the newest when null. The commit is recorded.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps`` …
        threads: Threads of the CPU; torch's own number when null.
        max_batch_tokens: Rows of a batch times the length of its longest; null chooses by the device.
    """

    revision: str | None = field(default=None, metadata={"sig": None})
    device: str = field(default="auto", metadata={"sig": None})
    threads: int | None = field(default=None, metadata={"sig": None})
    max_batch_tokens: int | None = field(default=None, metadata={"sig": None})

    @property
    def place(self) -> Place:
        """Where its model computes."""
        return Place(self.device, self.threads, self.max_batch_tokens)

    def check_place(self, model: str) -> None:
        """Check these parameters of a component that takes ``model``.

        Raises:
            ValueError: naming the parameter.
        """
        if not model:
            raise ValueError("model is empty: expected owner/name, a folder, or package:name/path")
        if self.revision is not None and (model.startswith("package:") or Path(model).expanduser().exists()):
            raise ValueError(f"revision is {self.revision!r}: only a model on the hub has revisions")
        if not _DEVICE.fullmatch(self.device):
            raise ValueError(f"device is {self.device!r}: expected auto, cpu, cuda, cuda:<number> or mps")
        for name in ("threads", "max_batch_tokens"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is {value}: expected at least 1")
