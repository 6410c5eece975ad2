"""The documents of a run: read, checked, sampled, and known by a fingerprint."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bench.core.errors import DataError
from bench.core.protocols import Reader
from bench.core.types import Document


class BadRow(NamedTuple):
    """A row that was left out, because its reader was asked to skip what it cannot use."""

    file: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class Dataset:
    """What a run works on.

    Attributes:
        documents: In the order of the reader.
        fingerprint: SHA-256 over the documents' content in this order, as 64 hex digits; equal for equal
            data, wherever it was read.
        bad_rows: What was skipped.
    """

    documents: tuple[Document, ...]
    fingerprint: str
    bad_rows: tuple[BadRow, ...] = ()


def load(reader: Reader, sample: int | None = None, seed: int = 0, limit: int | None = None) -> Dataset:
    """Read documents, refuse those whose id was there before, and select.

    Without ``sample``, reading stops at ``limit`` documents.

    Raises:
        DataError: whatever the reader raises, an id that occurs twice (unless the reader skips bad rows:
            then the first stays), something that is no document, or no document at all.
    """
    skips = getattr(reader, "on_bad_row", "error") == "skip"
    documents: dict[str, Document] = {}
    bad: list[DataError] = []
    for found in reader.read():
        doc = _unless_known(found, documents)
        if isinstance(doc, DataError):
            if not skips:
                raise doc
            bad.append(doc)
        else:
            documents[doc.id] = doc
            if sample is None and len(documents) == limit:
                break
    if not documents:
        detail = f": {len(bad)} rows were skipped, the first is {bad[0].message}" if bad else ""
        raise DataError(f"no documents{detail}", file=str(getattr(reader, "path", "")))
    chosen = select(tuple(documents.values()), sample, seed, limit)
    return Dataset(chosen, fingerprint(chosen), tuple(BadRow(e.file, e.line, e.reason) for e in bad))


def select(
    documents: Sequence[Document], sample: int | None = None, seed: int = 0, limit: int | None = None
) -> tuple[Document, ...]:
    """A seeded sample without replacement, in the original order; then the first ``limit`` of it.

    All documents when there are no more than ``sample``.
    """
    if sample is not None and sample < len(documents):
        chosen = sorted(random.Random(seed).sample(range(len(documents)), sample))
        return tuple(documents[i] for i in chosen[:limit])
    return tuple(documents[:limit])


def fingerprint(documents: Sequence[Document]) -> str:
    """SHA-256 over the content of documents, in order: 64 hex digits."""
    return hashlib.sha256("\n".join(d.digest() for d in documents).encode()).hexdigest()


def _unless_known(found: Document | DataError, known: dict[str, Document]) -> Document | DataError:
    if isinstance(found, DataError):
        return found
    if not isinstance(found, Document):  # a user's own reader is not type-checked
        raise DataError(f"read() yielded {type(found).__name__}, expected bench.Document")
    if found.id not in known:
        return found
    file, colon, line = found.source.rpartition(":")
    first = known[found.id].source
    what = f"id '{found.id}' occurs twice" + (f", first in {first}" if first else "")
    hint = "Ids are unique within a data set."
    if colon and line.isdigit():
        return DataError(what, hint, file=file, line=int(line))
    return DataError(what, hint, file=found.source)
