"""What a perturbation gives back: the new text, and the place that differs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from bench.core.types import Document, Span

_ARTICLE = re.compile(r"\b([Aa])(n?) \Z")
# Words whose first sound is not that of their first letter.
_SILENT = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_CONSONANT = re.compile(r"(?:uni(?!n|m)|eu|use|usu|one\b|once|ubiq|uran|ut(?:il|op))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit:
    """A text after a change.

    Attributes:
        text: All of it.
        before: The smallest range of words of the old text that holds every difference; it may be empty.
        after: The same in the new one.
    """

    text: str
    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Case:
    """What is changed, and with what.

    Attributes:
        doc: The document.
        text: A summary of it.
        rng: Decides wherever there is a choice.
        others: Documents, this one perhaps among them.
    """

    doc: Document
    text: str
    rng: Random
    others: Sequence[Document] = ()

    def drawn(self, n: int) -> list[Document]:
        """Up to ``n`` other documents; the order in which they were given does not matter."""
        foreign = sorted((d for d in self.others if d.id != self.doc.id), key=lambda d: d.id)
        return self.rng.sample(foreign, min(n, len(foreign)))


# None where the text offers no place for the change.
Perturbation = Callable[[Case], Edit | None]


def replaced(text: str, start: int, end: int, new: str) -> Edit:
    """A piece replaced; an English indefinite article before it becomes that of the new word."""
    if new and (found := _ARTICLE.search(text, 0, start)):
        article = found[1] + ("n" if _begins_with_a_vowel(new) else "")
        text = f"{text[: found.start(1)]}{article}{text[found.end(2) :]}"
        shift = len(article) - len(found[1] + found[2])
        if shift:
            whole = f"{text[: start + shift]}{new}{text[end + shift :]}"
            at = found.start(1)
            return Edit(whole, Span(at, end), Span(at, start + shift + len(new)))
    return Edit(f"{text[:start]}{new}{text[end:]}", Span(start, end), Span(start, start + len(new)))


def _begins_with_a_vowel(word: str) -> bool:
    if _SILENT.match(word):
        return True
    return word[0].lower() in "aeiou" and not _CONSONANT.match(word)


def compared(old: str, new: str) -> Edit | None:
    """The edit that leads from one text to another, widened to whole words; None when they are equal."""
    if old == new:
        return None
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    while head and not old[head - 1].isspace():
        head -= 1
    tail = 0
    while tail < shorter - head and old[-tail - 1] == new[-tail - 1]:
        tail += 1
    while tail and not old[-tail].isspace():
        tail -= 1
    return Edit(new, Span(head, len(old) - tail), Span(head, len(new) - tail))


def cased_like(word: str, model: str) -> str:
    """A word in the case of another one: capitals, a capital, or as it is."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
