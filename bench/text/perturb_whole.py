"""Whole sentences moved, left out, or taken from another article."""

from functools import lru_cache

from bench.core.types import Document
from bench.text.perturb_edit import Case, Edit, compared, replaced
from bench.text.sentences import sentence_spans

# How many documents are asked for a text of their own.
_TRIED = 12


def wrong_article(case: Case) -> Edit | None:
    """A reference of another document for a reference; for any other text, another's lead sentences."""
    for other in case.drawn(_TRIED):
        if case.text in case.doc.references:
            text = other.references[0] if other.references else ""
        else:
            text = lead_of(other, len(case.text.split("\n")))
        if text.strip() and text != case.text:
            return compared(case.text, text)
    return None


def lead_of(doc: Document, n: int) -> str:
    """The first sentences of a document, one a line."""
    return _lead(doc.text, doc.lang, n)


# Asked for again for every kind of change.
@lru_cache(maxsize=4096)
def _lead(text: str, lang: str | None, n: int) -> str:
    return "\n".join(" ".join(text[s.start : s.end].split()) for s in sentence_spans(text, lang)[:n])


def dropped(case: Case) -> Edit | None:
    """A sentence or line left out, of two or more."""
    text = case.text
    places = _pieces(case.doc, text)
    if len(places) < 2:
        return None
    i = case.rng.randrange(len(places))
    start, end = places[i]
    # With the white space that parted it from the sentence after it, or before it where it was the last.
    if i + 1 < len(places):
        return replaced(text, start, places[i + 1][0], "")
    return replaced(text, places[i - 1][1], end, "")


def shuffled(case: Case) -> Edit | None:
    """The sentences or lines in another order; what stands between them stays."""
    text = case.text
    places = _pieces(case.doc, text)
    pieces = [text[start:end] for start, end in places]
    if len(set(pieces)) < 2:
        return None
    order = list(pieces)
    while order == pieces:
        case.rng.shuffle(order)
    made, at = [], 0
    for (start, end), piece in zip(places, order, strict=True):
        made += [text[at:start], piece]
        at = end
    return compared(text, "".join(made) + text[at:])


def _pieces(doc: Document, text: str) -> list[tuple[int, int]]:
    """Where the lines stand, or the sentences of a text that is one line."""
    lines, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            lines.append((at, at + len(line)))
        at += len(line) + 1
    if len(lines) > 1:
        return lines
    return [(s.start, s.end) for s in sentence_spans(text, doc.lang)]
