"""Plain text with one reference a line, the oldest format of the field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bench.core.errors import DataError
from bench.core.rows import find_files, read_lines
from bench.core.types import Document
from bench.data.blank import is_blank


@dataclass(frozen=True)
class Lines:
    """Plain text with one reference a line, perhaps beside its documents.

    Such pairs are called ``test.target`` and ``test.source`` in the data of many summarisers. The id is
    the number of the line, ``1``, ``2`` …, so that a file of outputs fits by its order. A line is taken
    as it is: no mark in it means a line break.

    Without ``documents`` the documents have no text, and metrics that need it are refused.

    Attributes:
        path: The references, one a line.
        documents: The documents, one a line, as many as there are references.
        lang: ISO 639 code of the whole file.
        on_bad_row: ``error`` stops at an empty line; ``skip`` leaves it out and counts it. The others
            keep their numbers.
    """

    path: str = field(metadata={"path": True})
    documents: str | None = field(default=None, metadata={"path": True})
    lang: str | None = None
    on_bad_row: Literal["error", "skip"] = "error"

    def read(self) -> Iterator[Document | DataError]:
        """Documents by line.

        Raises:
            DataError: no such file, an empty line, or files of different lengths.
        """
        file = _one(self.path)
        references = list(read_lines(file))
        texts = [(n, "") for n, _ in references]
        if self.documents is not None:
            texts = list(read_lines(_one(self.documents)))
            if len(texts) != len(references):
                raise DataError(
                    f"{len(texts)} lines, but {file} has {len(references)}", file=str(self.documents)
                )
        for (number, reference), (_, text) in zip(references, texts, strict=True):
            if not is_blank(reference) and (self.documents is None or not is_blank(text)):
                yield Document(str(number), text, (reference,), lang=self.lang, source=f"{file}:{number}")
                continue
            empty = file if is_blank(reference) else self.documents
            bad = DataError("the line is empty", file=str(empty), line=number)
            if self.on_bad_row == "error":
                raise bad
            yield bad


def _one(path: str) -> Path:
    found = find_files(path, (".txt", ".target", ".source"))
    if len(found) > 1:
        raise DataError(f"{len(found)} files, expected one", file=path)
    return found[0]
