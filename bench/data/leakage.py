"""Audit of two sets of documents side by side: what of one a system may have seen in the other."""

from collections.abc import Sequence

from bench.core.types import Document
from bench.data.issue import Issue, issue
from bench.data.near import contained, near_duplicates
from bench.text.tokens import words

Texts = Sequence[tuple[str, ...]]
References = Sequence[tuple[int, tuple[str, ...]]]  # each with the number of its document

_SAID = {"leak-text": "has the same text as", "leak-near": "has nearly the text of"}


def audit_leakage(documents: Sequence[Document], others: Sequence[Document], name: str) -> list[Issue]:
    """What a set has in common with another one: texts, nearly equal texts, and references.

    Args:
        documents: The set that is audited; the issues are of these.
        others: The other one, such as what a model was trained on.
        name: What to call it.
    """
    mine, theirs = [tuple(words(d.text)) for d in documents], [tuple(words(d.text)) for d in others]
    own = [(n, tuple(words(r))) for n, d in enumerate(documents) for r in d.references]
    foreign = [(m, tuple(words(r))) for m, d in enumerate(others) for r in d.references]
    shared = _shared(own, foreign)
    found = []
    for (n, m), check in _texts(mine, theirs).items():
        what = f"{_SAID[check]} '{others[m].id}' of {name}"
        # One line says that a whole example is there again.
        and_reference = ", and shares a reference with it" if shared.pop((n, m), False) else ""
        found.append(issue(documents[n], "warning", check, what + and_reference))
    for n, m in shared:
        what = f"shares a reference with '{others[m].id}' of {name}"
        found.append(issue(documents[n], "warning", "leak-reference", what))
    for n, m in {(own[part][0], m): True for m, part in contained([r for _, r in own], theirs)}:
        what = f"its reference stands whole in '{others[m].id}' of {name}"
        found.append(issue(documents[n], "warning", "leak-reference", what))
    for n, m in {(n, foreign[part][0]): True for n, part in contained([r for _, r in foreign], mine)}:
        what = f"the reference of '{others[m].id}' of {name} stands whole in the document"
        found.append(issue(documents[n], "warning", "leak-reference", what))
    place = {d.id: n for n, d in enumerate(documents)}
    return sorted(found, key=lambda i: place[i.doc_id])


def _texts(mine: Texts, theirs: Texts) -> dict[tuple[int, int], str]:
    """Pairs of texts of both sets that are equal or nearly so: of the audited set and of the other one."""
    known: dict[tuple[str, ...], int] = {}
    for m, text in enumerate(theirs):
        known.setdefault(text, m)
    found = {(n, known[text]): "leak-text" for n, text in enumerate(mine) if text in known and text}
    held = list(known.values())
    for n, m in near_duplicates([*known, *mine]):
        at = n - len(held)
        if at >= 0 and m < len(held) and mine[at] not in known:
            found[at, held[m]] = "leak-near"
    return found


def _shared(own: References, foreign: References) -> dict[tuple[int, int], bool]:
    """Pairs of documents of both sets with a reference in common."""
    owners: dict[tuple[str, ...], int] = {}
    for m, reference in foreign:
        owners.setdefault(reference, m)
    return {(n, owners[reference]): True for n, reference in own if reference and reference in owners}
