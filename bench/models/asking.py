"""From a document to a prompt to a summary: what every model that is asked has in common."""

import dataclasses
from typing import Literal

from bench.core.asks import Backend, Dialogue, Draft, Generate, generate
from bench.core.types import Document
from bench.models.chunks import map_reduce
from bench.models.prompt import turns
from bench.text.prompt import Prompt
from bench.text.reach import Overflow, Reach, cut

OnOverflow = Literal["head", "head_tail", "error", "chunk"]


@dataclasses.dataclass(frozen=True, slots=True)
class Asking:
    """How documents are put to a backend.

    Attributes:
        backend: Who is asked.
        prompt: The user's turn.
        system: The system's turn, or None.
        options: Decoding parameters in their one spelling (:func:`bench.core.asks.options`).
        on_overflow: What becomes of a document that does not fit: its beginning is kept (``head``), both
            its ends are (``head_tail``), it fails (``error``), or it is summarised in chunks (``chunk``).
    """

    backend: Backend
    prompt: Prompt
    system: Prompt | None
    options: str
    on_overflow: OnOverflow

    def ask(self, doc: Document, reach: Reach | None, sample: int = 0) -> Dialogue[Draft]:
        """Ask for a summary of a document, of which a prompt takes as much as ``reach`` says.

        Raises:
            TooLong: it does not fit and is not to be cut.
            InferenceError: the backend failed.
        """
        if reach is None:
            return (yield from self._write(doc, doc.text, sample))
        if self.on_overflow == "chunk":
            return (
                yield from map_reduce(doc, reach, lambda part: self._fitted(part, reach, "error", sample))
            )
        return (yield from self._fitted(doc, reach, self.on_overflow, sample))

    def _fitted(self, doc: Document, reach: Reach, how: Overflow, sample: int) -> Dialogue[Draft]:
        piece = cut(doc.text, reach, how)
        draft = yield from self._write(doc, piece.text, sample)
        return dataclasses.replace(draft, document_tokens=piece.total, truncated_tokens=piece.dropped)

    def _write(self, doc: Document, text: str, sample: int) -> Dialogue[Draft]:
        asked = Generate(self.backend, turns(self.prompt, self.system, doc, text), self.options, sample)
        (answer,) = yield from generate([asked])
        return Draft(answer.text, answer.finish)
