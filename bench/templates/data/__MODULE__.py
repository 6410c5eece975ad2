"""A reader of your own: one class, no registration."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import Document


@dataclass(frozen=True)
class __CLASS__:
    """Documents out of one JSON file: a list of objects with id, text and summary.

    Attributes:
        path: The file.
    """

    # "path": a relative path may also lie beside the config; "sig": it is not part of a signature.
    path: str = field(metadata={"path": True})

    def read(self) -> Iterator[Document]:
        """Documents in a stable order; raise bench.core.errors.DataError for what cannot be used."""
        for number, row in enumerate(json.loads(Path(self.path).read_text("utf-8")), 1):
            yield Document(
                id=str(row["id"]),
                text=row["text"],
                references=(row["summary"],),  # several references: several texts; bullets: lines of one
                lang="en",
                source=f"{self.path}:{number}",
            )
