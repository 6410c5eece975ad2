"""Audit of documents and references: what a reader accepts and a researcher should still look at.

Every check compares lower-cased words (:func:`bench.text.tokens.words`), so that spacing, case and
punctuation do not hide a copy. Nothing here is proof: a warning is worth a look, a note is information.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bench.core.types import Document
from bench.data.issue import Issue, issue, line_with
from bench.data.near import WINDOW, contained, near_duplicates
from bench.data.quantities import unsupported_numbers
from bench.text.lines import summary_lines
from bench.text.tokens import words

if TYPE_CHECKING:
    import regex

# German and Luxembourgish write every noun with a capital.
_CAPITAL_NOUNS = ("de", "lb")
# Beginnings of words that mean one country; most adjectives are known by their first letters.
_COUNTRIES = (
    ("america", "united", "states", "usa"), ("britain", "united", "kingdom"), ("denmark", "danish", "dane"),
    ("finland", "finnish", "finn"), ("france", "french"), ("ireland", "irish"),
    ("netherlands", "dutch", "holland"), ("norway", "norwegian"), ("peru", "peruvian"),
    ("philippines", "filipino"), ("poland", "polish", "pole"), ("portugal", "portuguese"),
    ("scotland", "scottish", "scots"), ("spain", "spanish", "spaniard"), ("switzerland", "swiss"),
    ("wales", "welsh"),
)  # fmt: skip
# A document may give a date in figures.
_CALENDAR = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """A document with the words of its text and of its references, found once."""

    doc: Document
    text: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]


def audit(documents: Sequence[Document]) -> list[Issue]:
    """Every issue of every document, in the order of the documents.

    Documents without a text are checked for their references alone.
    """
    read = [_Words(d, tuple(words(d.text)), tuple(tuple(words(r)) for r in d.references)) for d in documents]
    issues = [i for each in read for check in (_references, _against_text) for i in check(each)]
    for across in (_duplicates, _near_duplicates, _shared_references, _leaks):
        issues += across(read)
    place = {d.id: n for n, d in enumerate(documents)}
    return sorted(issues, key=lambda i: place[i.doc_id])


def _references(each: _Words) -> Iterator[Issue]:
    """What can be said of references without the text."""
    doc = each.doc
    if not doc.references:
        yield issue(doc, "warning", "no-reference", "has no reference")
    for n, tokens in enumerate(each.references, 1):
        if not tokens:
            yield issue(doc, "error", "empty-reference", f"reference {n} has no words")
    if len(set(each.references)) < len(each.references):
        yield issue(doc, "warning", "equal-references", "has the same reference twice")
    headline = words(doc.headline or "")
    if headline and any(words(b) == headline for r in doc.references for b in summary_lines(r, doc.lang)):
        yield issue(doc, "warning", "headline", "the headline is a line of a reference")
    share = min(map(_ascii_share, doc.references), default=1.0)
    if share < 0.5:
        what = f"ROUGE's default tokenizer keeps {100 * share:.0f} % of a reference's letters and digits"
        yield issue(doc, "warning", "tokenizer", f"{what}: set tokenizer: unicode")


def _against_text(each: _Words) -> Iterator[Issue]:
    """What a reference says or copies, compared with its document."""
    doc = each.doc
    if not each.text:
        return
    if not _pattern(r"\p{Sentence_Terminal}").search(doc.text):
        yield issue(doc, "warning", "no-sentence-end", "the document has no sentence that ends")
    text, script = f" {' '.join(each.text)} ", _script(doc.text)
    # Names and numbers may stand in the headline alone.
    whole = f"{doc.headline or ''}\n{doc.text}"
    names_in = f" {' '.join(words(whole))} "
    for n, (reference, tokens) in enumerate(zip(doc.references, each.references, strict=True), 1):
        if not tokens:
            continue
        if len(tokens) > len(each.text):
            what = f"reference {n} has {len(tokens)} words, the document {len(each.text)}"
            yield issue(doc, "warning", "long-reference", what)
        if (written := _script(reference)) != script:
            what = f"reference {n} is in {written} script, the document in {script}"
            yield issue(doc, "warning", "script", what)
        lines = [words(line) for line in summary_lines(reference, doc.lang)]
        copied = sum(f" {' '.join(line)} " in text for line in lines if len(line) >= WINDOW)
        if copied:
            what = f"{copied} of {len(lines)} lines of reference {n} are copied word for word"
            yield issue(doc, "note", "copied", what)
        if numbers := unsupported_numbers(reference, whole):
            what = f"reference {n} has numbers that the document lacks: {', '.join(numbers)}"
            yield issue(doc, "warning", "number", what, line_with(doc, reference, numbers[0]))
        if doc.lang not in _CAPITAL_NOUNS and (names := _unsupported_names(reference, names_in)):
            what = f"reference {n} has names that the document lacks: {', '.join(names)}"
            yield issue(doc, "warning", "name", what, line_with(doc, reference, names[0]))


def _duplicates(read: Sequence[_Words]) -> Iterator[Issue]:
    first: dict[tuple[tuple[str, ...], str | None], Document] = {}
    for each in read:
        # One text with several questions is several examples.
        known = first.setdefault((each.text, each.doc.query), each.doc) if each.text else each.doc
        if known is not each.doc:
            yield issue(each.doc, "warning", "duplicate", f"has the same text as '{known.id}'")


def _near_duplicates(read: Sequence[_Words]) -> Iterator[Issue]:
    """Pairs of different texts."""
    distinct: dict[tuple[str, ...], Document] = {}
    for each in read:
        distinct.setdefault(each.text, each.doc)
    docs = list(distinct.values())
    for n, m in near_duplicates(list(distinct)):
        yield issue(docs[n], "warning", "near-duplicate", f"has nearly the text of '{docs[m].id}'")


def _shared_references(read: Sequence[_Words]) -> Iterator[Issue]:
    first: dict[tuple[str, ...], Document] = {}
    for each in read:
        owners: set[str] = set()
        for reference in filter(None, each.references):
            owner = first.setdefault(reference, each.doc).id
            if owner != each.doc.id and owner not in owners:
                owners.add(owner)
                yield issue(each.doc, "warning", "shared-reference", f"shares a reference with '{owner}'")


def _leaks(read: Sequence[_Words]) -> Iterator[Issue]:
    """References of at least eight words that stand whole in a document, their own or another's."""
    owned = [(each.doc.id, reference) for each in read for reference in each.references]
    told = set()
    for n, m in contained([reference for _, reference in owned], [each.text for each in read]):
        doc, owner = read[n].doc, owned[m][0]
        if (n, owner) not in told:
            told.add((n, owner))
            whose = "its own reference" if owner == doc.id else f"the reference of '{owner}'"
            yield issue(doc, "warning", "leak", f"{whose} stands whole in the document")


@cache
def _pattern(pattern: str) -> "regex.Pattern[str]":
    import regex

    return regex.compile(pattern)


def _ascii_share(text: str) -> float:
    marks = _pattern(r"[\p{L}\p{N}]").findall(text)
    return sum(c.isascii() for c in marks) / len(marks) if marks else 1.0


def _script(text: str) -> str:
    """The script of most letters."""
    scripts = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali", "Thai", "Hangul")
    counts = {s: len(_pattern(rf"\p{{{s}}}").findall(text)) for s in scripts}
    counts["Chinese or Japanese"] = len(_pattern(r"[\p{Han}\p{Hiragana}\p{Katakana}]").findall(text))
    counts["another"] = len(_pattern(r"\p{L}").findall(text)) - sum(counts.values())
    return max(counts, key=lambda s: counts[s])


def _unsupported_names(reference: str, text: str) -> list[str]:
    """Capitalised words inside a sentence whose beginning no word of the document has.

    Three letters at the end are forgiven, so that Italian is known from Italy and an inflected name
    from its base form, but four are always compared; Dutch is known from the Netherlands by a table.
    Abbreviations are left out, since the document may have them in full, and so are days and months.
    """
    names = _pattern(r"(?<=[\p{Ll}\p{N},;]\s)\p{Lu}[\p{L}\p{M}]{2,}").findall(reference)
    return [
        name
        for name in dict.fromkeys(names)
        if not name.isupper()
        and name.lower() not in _CALENDAR
        and not any(f" {beginning}" in text for beginning in _beginnings(name))
    ]


def _beginnings(name: str) -> Iterator[str]:
    word = words(name)[0]
    yield word[: max(4, len(name) - 3)]
    for country in _COUNTRIES:
        if word.startswith(country):
            yield from country
