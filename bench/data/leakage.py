"""Audit of two sets of documents side by side: what of one a system may have seen in the other."""

from collections.abc import Iterator, Sequence

from bench.core.types import Document
from bench.data.issue import Issue, issue
from bench.data.near import contained, near_duplicates
from bench.text.tokens import words

Texts = Sequence[tuple[str, ...]]


def audit_leakage(documents: Sequence[Document], others: Sequence[Document], name: str) -> list[Issue]:
    """What a set has in common with another one: texts, nearly equal texts, and references.

    Args:
        documents: The set that is audited; the issues are of these.
        others: The other one, such as what a model was trained on.
        name: What to call it.
    """
    mine, theirs = [tuple(words(d.text)) for d in documents], [tuple(words(d.text)) for d in others]
    found = [
        *_texts(documents, others, mine, theirs, name),
        *_references(documents, others, mine, theirs, name),
    ]
    place = {d.id: n for n, d in enumerate(documents)}
    return sorted(found, key=lambda i: place[i.doc_id])


def _texts(
    documents: Sequence[Document], others: Sequence[Document], mine: Texts, theirs: Texts, name: str
) -> Iterator[Issue]:
    known: dict[tuple[str, ...], Document] = {}
    for other, text in zip(others, theirs, strict=True):
        known.setdefault(text, other)
    held = list(known.items())
    for doc, text in zip(documents, mine, strict=True):
        if text in known and text:
            yield issue(doc, "warning", "leak-text", f"has the same text as '{known[text].id}' of {name}")
    for n, m in near_duplicates([*known, *mine]):
        at = n - len(held)
        if at >= 0 and m < len(held) and mine[at] not in known:
            what = f"has nearly the text of '{held[m][1].id}' of {name}"
            yield issue(documents[at], "warning", "leak-near", what)


def _references(
    documents: Sequence[Document], others: Sequence[Document], mine: Texts, theirs: Texts, name: str
) -> Iterator[Issue]:
    """References of both, and those that stand whole in a text of the other set."""
    own = [(n, tuple(words(r))) for n, d in enumerate(documents) for r in d.references]
    foreign = [(m, tuple(words(r))) for m, d in enumerate(others) for r in d.references]
    owners: dict[tuple[str, ...], int] = {}
    for m, reference in foreign:
        owners.setdefault(reference, m)
    shared = {(n, owners[reference]): None for n, reference in own if reference and reference in owners}
    for n, m in shared:
        what = f"shares a reference with '{others[m].id}' of {name}"
        yield issue(documents[n], "warning", "leak-reference", what)
    inside = {(own[part][0], m): None for m, part in contained([r for _, r in own], theirs)}
    for n, m in inside:
        what = f"its reference stands whole in '{others[m].id}' of {name}"
        yield issue(documents[n], "warning", "leak-reference", what)
    inside = {(n, foreign[part][0]): None for n, part in contained([r for _, r in foreign], mine)}
    for n, m in inside:
        what = f"the reference of '{others[m].id}' of {name} stands whole in the document"
        yield issue(documents[n], "warning", "leak-reference", what)
