"""What an audit of documents finds, and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.core.errors import DataError
from bench.core.rows import read_lines
from bench.core.types import Document
from bench.data.article import unmarked
from bench.text.lines import summary_lines

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of the audit.

    Attributes:
        severity: ``error``: scores would be wrong or missing; ``warning``: likely a mistake in the
            data; ``note``: a property to know.
        check: Name of the check.
        doc_id: Id of the document.
        source: Where it was read, as ``file`` or ``file:line``; of a bullet in an article, its line.
        what: One sentence.
    """

    severity: Severity
    check: str
    doc_id: str
    source: str
    what: str


def issue(doc: Document, severity: Severity, check: str, what: str, bullet: str = "") -> Issue:
    """An issue of a document, or of one bullet of it."""
    return Issue(severity, check, doc.id, _place(doc, bullet) if bullet else doc.source, what)


def line_with(doc: Document, reference: str, part: str) -> str:
    """The bullet of a reference that has some text, the first of several; empty when none has."""
    return next((line for line in summary_lines(reference, doc.lang) if part in line), "")


def _place(doc: Document, bullet: str) -> str:
    """The line of a bullet, where the document is a text file of its own."""
    if not doc.source.removesuffix(".gz").endswith(".txt"):
        return doc.source
    try:
        lines = list(_bullets(doc.source))
    except (DataError, OSError):  # the data went away since they were read
        return doc.source
    # Of a wrapped bullet the first line has the beginning.
    return next((f"{doc.source}:{n}" for n, line in lines if bullet.startswith(line)), doc.source)


def _bullets(file: str) -> Iterator[tuple[int, str]]:
    for number, line in read_lines(Path(file)):
        text = unmarked(line)
        if text and text != line.strip():
            yield number, text
