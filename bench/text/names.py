"""Names in a statement: which tokens are one, and whether the document has it.

Where a summary is in lower case a name is what the document writes with a capital, or a word that neither
the document nor English has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.english import is_word
from bench.text.lists import read_set
from bench.text.nations import nations, places
from bench.text.source import Source
from bench.text.written import PREFIX, Written, cased, fold, read_written

UNGROUNDED, PARTIAL, UNDATED, RECOMBINED = 1.0, 0.75, 0.5, 0.25

_DAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_MONTHS = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december")
)  # fmt: skip
_ALIKE = 85.0  # rapidfuzz's ratio: one letter of seven
_FUZZY = 5
_QUOTED = frozenset("\"':")  # begin something with a capital inside a sentence
# What stands for a missing word, and brackets as some tokenisers write them.
_MARKS = frozenset(("unk", "lrb", "rrb", "lsb", "rsb", "lcb", "rcb", "num", "url", "st", "nd", "rd", "th"))


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens of a statement, from ``start`` to before ``end``, that are one name."""

    start: int
    end: int


def names(source: Source, claim: Sentence, capitals: bool) -> list[Name]:
    """The names of a statement; they break at punctuation.

    Args:
        source: The document.
        claim: The statement.
        capitals: Whether it writes names with a capital.
    """
    written = read_written(source)
    found: list[Name] = []
    for i in range(len(claim.tokens)):
        if not _is_name(written, claim.tokens, i, capitals):
            continue
        if found and found[-1].end == i and _goes_on(claim.tokens, i):
            found[-1] = Name(found[-1].start, i + 1)
        else:
            found.append(Name(i, i + 1))
    return [name for name in found if any(_tells(t) for t in claim.tokens[name.start : name.end])]


@lru_cache(maxsize=64)
def document_names(source: Source) -> tuple[tuple[Name, ...], ...]:
    """The names of each sentence of a document."""
    return tuple(tuple(names(source, s, cased(s))) for s in source.sentences)


def names_at(claim: Sentence, places: Sequence[Span]) -> list[Name]:
    """The names of a statement that something else has found; they break at words without content.

    Args:
        claim: The statement.
        places: Where names stand in its text.
    """
    found: list[Name] = []
    for place in places:
        begun = len(found)
        for i, token in enumerate(claim.tokens):
            inside = place.start <= token.span.start and token.span.end <= place.end
            if not inside or not token.content or not _is_written(token):
                continue
            if len(found) > begun and found[-1].end == i:
                found[-1] = Name(found[-1].start, i + 1)
            else:
                found.append(Name(i, i + 1))
    return [name for name in found if any(map(_tells, claim.tokens[name.start : name.end]))]


def _goes_on(tokens: Sequence[Token], i: int) -> bool:
    before = tokens[i].before
    return before in ("", "-", "'") or (before == "." and len(tokens[i - 1].text) <= 2)


def _tells(token: Token) -> bool:
    return len(token.text) > 1 and token.text not in read_set("titles")


def _is_name(written: Written, tokens: Sequence[Token], i: int, capitals: bool) -> bool:
    token = tokens[i]
    text = fold(token.text)
    if not _is_written(token):
        return False
    if not capitals or not token.capital:
        if capitals or not token.content:
            return False
        if text in written.proper:
            return True
        return text not in written.texts and not is_word(text) and len(text) > 2
    if token.first or not _QUOTED.isdisjoint(token.before):
        return token.content and (text in written.proper or not (is_word(text) or text in written.texts))
    return token.content or (len(text) == 1 and text != "i") or text == "us"


def _is_written(token: Token) -> bool:
    return token.text[0].isalpha() and fold(token.text) not in _MARKS


def entity_findings(
    source: Source, claim: Sentence, found: Sequence[Name], evidence: tuple[Span, ...]
) -> list[Finding]:
    """Names of a statement that the document does not have, has a part of, or has only in parts.

    Args:
        source: The document.
        claim: The statement.
        found: Its names, from :func:`names` or elsewhere.
        evidence: What the document has instead.
    """
    written = read_written(source)
    findings = []
    for name in found:
        tokens = claim.tokens[name.start : name.end]
        kind = _verdict(source, written, tokens)
        if kind is not None:
            severity, label, detail = kind
            span = Span(tokens[0].span.start, tokens[-1].span.end)
            findings.append(Finding(label, severity, span, evidence, detail))
    return findings


def is_proper(source: Source, token: Token) -> bool:
    """Whether a token of a document is part of a name there, but no title."""
    return fold(token.text) in read_written(source).proper and token.text not in read_set("titles")


def is_calendar(tokens: Sequence[Token]) -> bool:
    """Whether tokens name a day or month."""
    return any(t.text in _DAYS or t.text in _MONTHS for t in tokens)


def is_title(token: Token) -> bool:
    """Whether a token stands beside names and tells none: "Mr", "airport"."""
    return token.text in read_set("titles")


def is_nation(tokens: Sequence[Token]) -> bool:
    """Whether tokens are a country or its people."""
    return bool(nations(_words(tokens)))


def same_name(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether two names have a token in common, or are names of one nation or place."""
    mine, other = _words(ours), _words(theirs)
    alike = any(a[:PREFIX] == b[:PREFIX] for a in mine for b in other)
    return alike or not _all_places(mine).isdisjoint(_all_places(other))


def _all_places(words: tuple[str, ...]) -> set[int]:
    return {place for name in (words, *((word,) for word in words)) for place in places(name)}


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(fold(t.text) for t in tokens)


def _verdict(source: Source, written: Written, tokens: Sequence[Token]) -> tuple[float, str, str] | None:
    telling = [t for t in tokens if _tells(t)]
    grounded = [_is_grounded(written, t) for t in telling]
    if all(grounded):
        return _recombined(source, telling)
    if _is_acronym_of(written, tokens) or not written.nations.isdisjoint(nations(_words(tokens))):
        return None
    missing = [t for t, g in zip(telling, grounded, strict=True) if not g]
    if len(missing) == 1 and _is_undated(written, missing[0].text):
        return UNDATED, "date", "the article names no day or month"
    if not any(grounded):
        return UNGROUNDED, "entity", "name not in the article"
    if all(is_word(t.text) and not t.capital for t in missing):
        return None
    words = ", ".join(t.text for t in missing)
    return PARTIAL, "entity-partial", f"not in the article: {words}"[:120]


def _is_undated(written: Written, text: str) -> bool:
    """Whether a token is a weekday or month where the document has none: it may say "yesterday"."""
    return any(text in names and names.isdisjoint(written.texts) for names in (_DAYS, _MONTHS))


def _recombined(source: Source, tokens: Sequence[Token]) -> tuple[float, str, str] | None:
    if len(tokens) < 2 or any(t.stem not in source.where for t in tokens):
        return None
    together = ~0
    for token in tokens:
        bits = source.where[token.stem]
        together &= bits | bits << 1 | bits >> 1
    return None if together else (RECOMBINED, "entity-recombined", "never together in the article")


def _is_grounded(written: Written, token: Token) -> bool:
    text = fold(token.text)
    if text in written.texts or text in written.initials or _stemmed(text) in written.texts:
        return True
    if not written.nations.isdisjoint(nations((text,))):
        return True
    rivals = written.beginnings.get(text[:PREFIX], ()) if len(text) >= PREFIX else ()
    return bool(rivals) or _is_misspelt(written, text)


def _stemmed(text: str) -> str:
    return text[:-1] if text.endswith("s") else text + "s"


def _is_misspelt(written: Written, text: str) -> bool:
    from rapidfuzz import fuzz

    if len(text) < _FUZZY:
        return False
    return any(
        fuzz.ratio(text, other, score_cutoff=_ALIKE) > 0
        for others in written.beginnings.values()
        for other in others
        if len(other) >= _FUZZY
    )


def _is_acronym_of(written: Written, tokens: Sequence[Token]) -> bool:
    """Whether the document has the initials of a name, or the letters of one are initials of its names."""
    initials = "".join(t.text[0] for t in tokens)
    joined = "".join(t.text for t in tokens)
    return (len(tokens) > 1 and initials in written.texts) or joined in written.initials
