"""The documents of a run: read, checked, sampled, and known by a fingerprint."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from bench.core.errors import DataError
from bench.core.protocols import Reader
from bench.core.types import Document

_NEEDED = ("id", "text", "source")


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
    """Read documents, refuse those whose id was there before or has white space around it, and select.

    Without ``sample``, reading stops at ``limit`` documents.

    Raises:
        DataError: whatever the reader raises, an id that occurs twice or has white space around it (unless
            the reader skips bad rows: then the first stays), something that is no document, a field of
            another type, or no document at all.
    """
    skips = getattr(reader, "on_bad_row", "error") == "skip"
    documents: dict[str, Document] = {}
    bad: list[DataError] = []
    for found in reader.read():
        doc = _checked(found, documents)
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


def part(whole: Dataset, sample: int | None = None, seed: int = 0, limit: int | None = None) -> Dataset:
    """What :func:`load` would have taken of a source that was loaded as a whole."""
    chosen = select(whole.documents, sample, seed, limit)
    return Dataset(chosen, fingerprint(chosen), whole.bad_rows)


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


def _checked(found: Document | DataError, known: dict[str, Document]) -> Document | DataError:
    if isinstance(found, DataError):
        return found
    if not isinstance(found, Document):  # a user's own reader is not type-checked
        raise DataError(f"read() yielded {type(found).__name__}, expected bench.Document")
    if wrong := _mistyped(found):
        raise _at(found, wrong)
    if found.id != found.id.strip():
        what = f"id {found.id!r} has white space around it"
        hint = "It looks like another id, and outputs would not join."
    elif found.id in known:
        first = known[found.id].source
        what = f"id '{found.id}' occurs twice" + (f", first in {first}" if first else "")
        hint = "Ids are unique within a data set."
    else:
        return found
    return _at(found, what, hint)


def _mistyped(doc: Document) -> str:
    """What is wrong with the type of a field, if anything: nothing else checks what a user constructs."""
    values: dict[str, Any] = {f.name: getattr(doc, f.name) for f in fields(doc)}
    for name in ("id", "text", "source", "headline", "query", "lang"):
        if not isinstance(values[name], str) and (name in _NEEDED or values[name] is not None):
            return f"{name} of document {doc.id!r} is {_kind(values[name])}, expected text"
    references = values["references"]
    if not isinstance(references, tuple):
        return f"references of document {doc.id!r} is {_kind(references)}, expected a tuple of texts"
    for number, reference in enumerate(references, 1):
        if not isinstance(reference, str):
            return f"reference {number} of document {doc.id!r} is {_kind(reference)}, expected text"
    return ""


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _at(doc: Document, what: str, hint: str = "") -> DataError:
    source = doc.source if isinstance(doc.source, str) else ""
    file, colon, line = source.rpartition(":")
    if colon and line.isdigit():
        return DataError(what, hint, file=file, line=int(line))
    return DataError(what, hint, file=source)
