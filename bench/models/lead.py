"""The beginning of a document."""

from dataclasses import dataclass, field
from typing import ClassVar

from bench.core.types import Document
from bench.text.sentences import sentences, splitter_name
from bench.text.tokens import word_spans


@dataclass(frozen=True)
class Lead:
    """The first sentences or words of a document.

    The baseline that news summarisation has to beat: reporters put what matters first. Exactly one of
    the three lengths holds. ``words`` cuts in the middle of a sentence where it has to, as the Document
    Understanding Conferences did with their limits; a word is what :func:`bench.text.tokens.words`
    counts. Sentences stand one a line.

    Attributes:
        sentences: Number of sentences; 3 when no length is given.
        words: Number of words.
        bullets: Number of sentences, each written as a ``- `` bullet.
    """

    sentences: int | None = field(default=None, metadata={"since": 1})
    words: int | None = field(default=None, metadata={"since": 1})
    bullets: int | None = field(default=None, metadata={"since": 1})

    needs: ClassVar = frozenset({"document"})

    def __post_init__(self) -> None:
        lengths = {"sentences": self.sentences, "words": self.words, "bullets": self.bullets}
        given = {name: n for name, n in lengths.items() if n is not None}
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are given: expected only one of {', '.join(lengths)}")
        for name, n in given.items():
            if n < 1:
                raise ValueError(f"{name} is {n}: expected at least 1")
        if not given:
            object.__setattr__(self, "sentences", 3)

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    def summarise(self, doc: Document) -> str:
        """The beginning of the document, one sentence a line."""
        found = sentences(doc.text, doc.lang)
        if self.words is not None:
            return "\n".join(_first_words(found, self.words))
        if self.bullets is not None:
            return "\n".join(f"- {sentence}" for sentence in found[: self.bullets])
        return "\n".join(found[: self.sentences])


def _first_words(found: list[str], n: int) -> list[str]:
    taken: list[str] = []
    for sentence in found:
        spans = word_spans(sentence)
        if len(spans) >= n:
            cut = sentence if len(spans) == n else sentence[: spans[n - 1].end]
            return [*taken, cut]
        taken.append(sentence)
        n -= len(spans)
    return taken
