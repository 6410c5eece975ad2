"""Numbers and dates exchanged for others that look like them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench.core.types import Document, Span
from bench.text.perturb_edit import Case, Edit, cased_like, replaced

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

_DIGITS = re.compile(r"(?<![\w.,:/’'–-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/’'–-]|[.,]\d)")
_ANY = re.compile(r"[0-9]{1,15}(?:,[0-9]{3})*(?:\.[0-9]+)?")
_WORD = re.compile(rf"(?<![\w’'-])(?:{'|'.join(NUMBER_WORDS)})(?![\w’'-])", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b|percentage)", re.IGNORECASE)
_MONTH = "|".join(MONTHS)
_YEAR = re.compile(r"(?<![\w.,:/$£€¥-])(?:1\d{3}|20\d{2})(s?)(?![\w:/-]|[.,]\d)")
_DAY = re.compile(rf"(?<!\w)(\d{{1,2}})(?:st|nd|rd|th)? (?:{_MONTH})(?!\w)|(?:{_MONTH}) (\d{{1,2}})(?!\w)")
# "May" and "March" are also words: a number or a preposition must stand beside them.
_NAMED_MONTH = re.compile(
    rf"(?:(?<=\d )|(?<=\bin )|(?<=\bIn )|(?<=\bof )|(?<=\bsince )|(?<=\buntil )|(?<=\bby )|(?<=\blast ))"
    rf"(?:{_MONTH})(?!\w)|(?:{_MONTH})(?= \d)"
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b")
# A number that differs by less may be the same one, rounded.
_APART = 0.15


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text that is no date: where it stands, and of what form it is.

    Attributes:
        span: In the text.
        value: What it says.
        word: Whether it is written out.
        decimals: Digits after the point.
        percent: Whether it is a share in per cent.
    """

    span: Span
    value: float
    word: bool = False
    decimals: int = 0
    percent: bool = False

    @property
    def form(self) -> tuple[bool, bool, bool]:
        """Numbers of one form can take each other's place."""
        return self.word, self.decimals > 0, self.percent


def numbers(text: str) -> list[Number]:
    """The numbers of a text, in their order, without years, days, list markers and 0 and 1."""
    dates = [(d.start, d.end) for d in _dated(text)]
    found = []
    for match in _DIGITS.finditer(text):
        if any(start <= match.start() < end for start, end in dates) or _is_marker(text, match):
            continue
        plain = match[0].replace(",", "")
        decimals = len(plain.partition(".")[2])
        value = float(plain)
        if value > 1 and len(plain) <= 15:
            percent = bool(_PERCENT.match(text, match.end()))
            found.append(Number(Span(*match.span()), value, False, decimals, percent))
    for match in _WORD.finditer(text):
        percent = bool(_PERCENT.match(text, match.end()))
        found.append(Number(Span(*match.span()), NUMBER_WORDS[match[0].lower()], True, 0, percent))
    return sorted(found, key=lambda n: n.span.start)


def _is_marker(text: str, match: re.Match[str]) -> bool:
    """``1.`` or ``1)`` at the beginning of a line."""
    line = text.rfind("\n", 0, match.start()) + 1
    return not text[line : match.start()].strip() and text[match.end() : match.end() + 1] in (".", ")")


def number_unseen(case: Case) -> Edit | None:
    """A number replaced by one of its form and size that neither document nor summary has."""
    text, said = case.text, _said(case.doc, case.text)
    able = [(n, new) for n in numbers(text) if (new := _other_value(n, text, said, case.rng)) is not None]
    if not able:
        return None
    number, new = case.rng.choice(able)
    return _with(text, number, new)


def number_same(case: Case) -> Edit | None:
    """A number replaced by one of its form and size that the document has and the summary has not."""
    mine = numbers(case.text)
    had = {n.value for n in mine}
    offered = {(n.form, n.value) for n in numbers(case.doc.text) if n.value not in had}
    able = [
        (n, fitting)
        for n in mine
        if (fitting := sorted(v for form, v in offered if form == n.form and 0.1 <= v / n.value <= 10))
    ]
    if not able:
        return None
    number, values = case.rng.choice(able)
    return _with(case.text, number, case.rng.choice(values))


def _other_value(number: Number, text: str, said: set[float], rng: Random) -> float | None:
    """Between half and twice the value, as round as it is, and no rounding of what was said."""
    if number.word:
        choices = [float(v) for v in NUMBER_WORDS.values() if v not in said]
        near = [v for v in choices if number.value / 3 <= v <= number.value * 3]
        return rng.choice(near) if near else None
    written = text[number.span.start : number.span.end].replace(",", "").replace(".", "")
    zeros = 0 if number.decimals else len(written) - len(written.rstrip("0"))
    step = 10.0 ** (zeros - number.decimals)
    low, high = max(2.0, number.value / 2), max(number.value * 2, number.value + 10 * step)
    if number.percent and number.value <= 100:
        high = min(high, 100.0)
    lowest, highest = round(low / step), round(high / step)
    for _ in range(40):
        value = round(rng.randint(lowest, highest) * step, number.decimals)
        small = not number.decimals and number.value <= 20
        if value not in said and (small or all(abs(value - v) > _APART * max(value, v) for v in said)):
            return value
    return None


def _said(doc: Document, text: str) -> set[float]:
    """Every number of document and summary, those of dates and names as well."""
    parts = (doc.text, text, *doc.references)
    figures = {float(m[0].replace(",", "")) for part in parts for m in _ANY.finditer(part)}
    return figures | {float(NUMBER_WORDS[m[0].lower()]) for part in parts for m in _WORD.finditer(part)}


def _with(text: str, number: Number, value: float) -> Edit:
    old = text[number.span.start : number.span.end]
    if number.word:
        word = next(w for w, v in NUMBER_WORDS.items() if v == value)
        return replaced(text, number.span.start, number.span.end, cased_like(word, old))
    grouped = "," in old or (value >= 10_000 and number.value < 10_000)
    decimals = number.decimals
    new = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    return replaced(text, number.span.start, number.span.end, new)


def _dated(text: str) -> Iterator[Span]:
    """Years, decades and days of a month."""
    for match in _YEAR.finditer(text):
        yield Span(*match.span())
    for match in _DAY.finditer(text):
        yield Span(*match.span(1 if match[1] else 2))


def date(case: Case) -> Edit | None:
    """A year, decade, day, month or weekday moved to one that neither document nor summary has."""
    text = case.text
    seen = "\n".join((case.doc.text, text, *case.doc.references))
    able = [(span, choices) for span, choices in _movable(text, seen) if choices]
    if not able:
        return None
    span, choices = case.rng.choice(able)
    return replaced(text, span.start, span.end, case.rng.choice(choices))


def _movable(text: str, seen: str) -> Iterator[tuple[Span, list[str]]]:
    for match in _YEAR.finditer(text):
        decade = match[1]
        year = int(match[0].removesuffix("s"))
        steps = range(10, 40, 10) if decade else range(2, 10)
        moved = [f"{year + sign * step}{decade}" for step in steps for sign in (-1, 1)]
        yield Span(*match.span()), [m for m in moved if m not in seen and 1000 <= int(m[:4]) < 2100]
    for match in _DAY.finditer(text):
        group = 1 if match[1] else 2
        ordinal = text[match.end(group) : match.end(group) + 2] in ("st", "nd", "rd", "th")
        days = [str(d) for d in range(2, 29) if d != int(match[group]) and not re.search(rf"\b{d}\b", seen)]
        yield Span(*match.span(group)), [] if ordinal else days
    for pattern, known in ((_NAMED_MONTH, MONTHS), (_WEEKDAY, WEEKDAYS)):
        for match in pattern.finditer(text):
            yield Span(*match.span()), [k for k in known if k not in seen]
