"""How long a summary took."""

import math
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary


@dataclass(frozen=True)
class Latency:
    """Wall seconds that the system spent on a summary.

    Comparable between systems that ran on the same machine. Of a model that answers several questions
    at a time, its share of their time; of a server, the time of its requests, which others overlap.
    An answer that was kept or is shared counts with the time that it took when it was given.
    A summary that was read from a file, or was not timed, has no value.
    """

    columns: ClassVar = (Column("seconds", "low", "s", (0.0, math.inf)),)
    needs: ClassVar[frozenset[str]] = frozenset()

    def score(self, doc: Document, summary: Summary) -> Score:  # noqa: ARG002
        """The recorded time of one summary."""
        if summary.seconds is None:
            return Score({"seconds": None}, {"seconds": "not measured"})
        return Score({"seconds": summary.seconds})
