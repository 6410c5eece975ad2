"""Finished cells reach the disk soon after they are made, however slow or fast their maker is."""

import time
from collections.abc import Iterable
from typing import Any

from bench.core.errors import SetupError
from bench.runner.journal import Journal
from bench.runner.watch import Stop, Watch

_SECONDS = 0.05
_SYNC_SECONDS = 1.0


def write(out: Journal, batches: Iterable[list[dict[str, Any]]], what: str, watch: Watch, stop: Stop) -> None:
    """Append the records of a system or metric ``what`` while they are made.

    A kill loses the batch in hand and what was finished in the last 0.05 seconds, a power failure what was
    finished in the last second; Ctrl-C loses nothing.

    Raises:
        SetupError: something that the component needs is missing.
        StoreError: the journal cannot be written.
        KeyboardInterrupt: the user asked to stop; everything finished is on disk.
    """
    pending: list[dict[str, Any]] = []
    flushed = synced = time.monotonic()
    try:
        for records in batches:
            pending += records
            if (now := time.monotonic()) - flushed > _SECONDS or stop.requested:
                out.append(pending)
                watch.step(what, len(pending))
                pending, flushed = [], now
                if now - synced > _SYNC_SECONDS:
                    out.sync()
                    synced = now
                stop.check()
    except (KeyboardInterrupt, SetupError):
        out.append(pending)
        raise
    out.append(pending)
    watch.step(what, len(pending))
    stop.check()
