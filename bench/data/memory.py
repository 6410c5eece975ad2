"""Documents that a program has in memory already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bench.core.errors import DataError, nearest
from bench.core.types import Document

_KNOWN = tuple(f.name for f in fields(Document))
_HINT = "It has id, text, references, headline, query, lang."


@dataclass(frozen=True)
class InMemory:
    """Documents, or mappings with their fields; one reference may be a text instead of a list.

    Attributes:
        documents: In their order.
    """

    documents: Iterable[Document | Mapping[str, Any]]

    def read(self) -> Iterator[Document]:
        """The documents.

        Raises:
            DataError: something that has not the fields of a document.
        """
        return (d if isinstance(d, Document) else _document(d) for d in self.documents)


def id_of(value: object) -> Any:
    """A number as an id is its digits, as in a file; anything else stays what it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _document(given: object) -> Document:
    if not isinstance(given, Mapping):
        raise DataError(f"not a document: {type(given).__name__}, expected a Document or a mapping", _HINT)
    for name in given:
        if name not in _KNOWN:
            raise DataError(f"not a document: unknown field '{name}'{nearest(str(name), _KNOWN)}", _HINT)
    if "id" not in given:
        raise DataError("not a document: it has no id", _HINT)
    references = given.get("references", ())
    if isinstance(references, str):
        references = (references,)
    elif isinstance(references, Sequence):
        references = tuple(references)
    own = {"id": id_of(given["id"]), "text": given.get("text", ""), "references": references}
    return Document(**{**given, **own})
