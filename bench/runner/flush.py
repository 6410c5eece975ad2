"""Finished cells reach the disk before the next is begun."""

import time
from collections.abc import Iterable
from typing import Any

from bench.runner.journal import Journal
from bench.runner.watch import Stop, Watch

_STEP_SECONDS = 0.05
_SYNC_SECONDS = 1.0


def write(out: Journal, batches: Iterable[list[dict[str, Any]]], what: str, watch: Watch, stop: Stop) -> None:
    """Append the records of a system or metric ``what`` as they are made.

    A kill loses the batch in hand, a power failure what was finished in the last second, Ctrl-C nothing.

    Raises:
        SetupError: something that the component needs is missing.
        StoreError: the journal cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    stepped = synced = time.monotonic()
    unsaid = 0
    watch.step(what, 0)  # a model may take its time before its first cell
    for records in batches:
        out.append(records)
        unsaid += len(records)
        if (now := time.monotonic()) - stepped > _STEP_SECONDS:
            watch.step(what, unsaid)
            unsaid, stepped = 0, now
        if now - synced > _SYNC_SECONDS:
            out.sync()
            synced = now
        stop.check()
    watch.step(what, unsaid)
