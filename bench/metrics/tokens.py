"""What a model read and wrote for a summary, and what that cost."""

import math
from dataclasses import dataclass
from typing import ClassVar

from bench.core.types import Column, Document, Score, Summary


@dataclass(frozen=True)
class Tokens:
    """Tokens read and written, and the share of the document read.

    Descriptive. ``read`` is the share of the document's tokens that were in some prompt: less than 1
    where a document is longer than the model's input and was cut. ``input`` and ``output`` count the
    tokens of all prompts and answers behind a summary, in the model's own tokens, which differ between
    models; ``cost`` is their price, in the currency of the price that the config gives. A system that
    asks no model has no values.
    """

    columns: ClassVar = (
        Column("read", "none", "ratio", (0.0, 1.0)),
        Column("input", "none", "tokens", (0.0, math.inf), digits=0, shown=False, title="input tokens"),
        Column("output", "none", "tokens", (0.0, math.inf), digits=0, shown=False, title="output tokens"),
        Column("cost", "none", "price", (0.0, math.inf), digits=4, shown=False),
    )
    needs: ClassVar[frozenset[str]] = frozenset()

    def score(self, doc: Document, summary: Summary) -> Score:  # noqa: ARG002
        """The recorded counts of one summary."""
        values = {
            "read": summary.read,
            "input": summary.input_tokens,
            "output": summary.output_tokens,
            "cost": summary.cost,
        }
        reasons = {
            "read": "the system has no tokenizer",
            "input": "the system counts no tokens",
            "output": "the system counts no tokens",
            "cost": "no price was given when it was made",
        }
        return Score(values, {name: reasons[name] for name, value in values.items() if value is None})
