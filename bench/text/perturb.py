"""Errors of a known kind, and changes that are no errors, put into a good summary.

Each is a function of a document, one summary of it and other documents, drawn with a seed of its own: the
same change comes out whatever else is changed, in whatever order the documents are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from bench.core.types import Document
from bench.text import perturb_controls as controls
from bench.text import perturb_names as names
from bench.text import perturb_numbers as numbers
from bench.text import perturb_whole as whole
from bench.text import perturb_words as words
from bench.text.perturb_edit import Case, Edit, Perturbation
from bench.text.tokens import words as words_of

# Raised when a kind gives another text for the same seed.
VERSION = 1

Group = Literal["facts", "content", "controls"]

# Without one of these a text of unknown language is not taken for English.
_ENGLISH = frozenset({"the", "of", "and", "to", "was", "is"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of change.

    Attributes:
        name: What it is called.
        group: ``facts`` makes something false; ``content`` only loses or reorders what is true;
            ``controls`` leave the meaning.
        about: What it does, in a few words.
        apply: Makes it; None where a summary offers no place for it.
        english: Whether it knows English only.
    """

    name: str
    group: Group
    about: str
    apply: Perturbation
    english: bool = False


_ALL = (
    Kind("entity_other", "facts", "a name from another document", names.entity_other),
    Kind("entity_same", "facts", "another name of the same document", names.entity_same),
    Kind("role_swap", "facts", "two names around a verb change places", names.role_swap, english=True),
    Kind("number_unseen", "facts", "a number that the document has not", numbers.number_unseen),
    Kind("number_same", "facts", "another number of the document", numbers.number_same),
    Kind("date", "facts", "another year, day, month or weekday", numbers.date, english=True),
    Kind("negation", "facts", "a negation more or less", words.negation, english=True),
    Kind("antonym", "facts", "a word turned into its opposite", words.antonym, english=True),
    Kind("wrong_article", "facts", "the same of another document", whole.wrong_article),
    Kind("dropped", "content", "a sentence left out", whole.dropped),
    Kind("shuffled", "content", "sentences in another order", whole.shuffled),
    Kind("lower_case", "controls", "no capitals", controls.lower_case),
    Kind("quotes", "controls", "typographic or plain quotes", controls.quotes),
    Kind("spacing", "controls", "more white space", controls.spacing),
    Kind("bullets", "controls", "bullets or running text", controls.bullets),
    Kind("digit_groups", "controls", "1,000 or 1000", controls.digit_groups, english=True),
    Kind("percent", "controls", "per cent or %", controls.percent, english=True),
    Kind("numerals", "controls", "two or 2", controls.numerals, english=True),
    Kind("contractions", "controls", "do not or don't", controls.contractions, english=True),
    Kind("spelling", "controls", "British or American spelling", controls.spelling, english=True),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}


def perturb(
    kind: str, doc: Document, text: str, others: Sequence[Document] = (), seed: int = 0
) -> Edit | None:
    """A summary with one change of a kind; None where it does not apply (:func:`obstacle` says why).

    Args:
        kind: A name in :data:`KINDS`.
        doc: What the summary is of.
        text: The summary.
        others: Documents that names and whole summaries are taken from, in any order; ``doc`` may be among
            them.
        seed: Of all that is drawn.
    """
    if obstacle(kind, doc, text) is not None:
        return None
    rng = Random("\x1f".join((str(seed), kind, doc.id, text)))
    edit = KINDS[kind].apply(Case(doc, text, rng, others))
    return edit if edit is not None and edit.text != text else None


def obstacle(kind: str, doc: Document, text: str) -> str | None:
    """Why a kind is not even tried on a summary, or None."""
    if not KINDS[kind].english:
        return None
    if doc.lang is not None:
        return None if doc.lang.partition("-")[0] == "en" else f"language: '{doc.lang}', expected English"
    known = _ENGLISH & {*words_of(text), *words_of(doc.text[:2_000])}
    return None if known else "language: not given, and the text is not English"
