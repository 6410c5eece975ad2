"""Edits that leave the meaning: what a check should not notice, to be held against what it should."""

import re
from collections.abc import Mapping
from functools import cache

from bench.text.lines import bullets as is_list
from bench.text.lines import plain_lines
from bench.text.lists import read_list
from bench.text.perturb_edit import Case, Edit, cased_like, compared
from bench.text.perturb_numbers import NUMBER_WORDS
from bench.text.sentences import sentences

_PLAIN_QUOTES = str.maketrans("“”‘’", "\"\"''")
_CONTRACTIONS = {
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't",
    "was not": "wasn't", "were not": "weren't", "has not": "hasn't", "have not": "haven't",
    "had not": "hadn't", "will not": "won't", "would not": "wouldn't", "could not": "couldn't",
    "should not": "shouldn't", "cannot": "can't", "it is": "it's", "they are": "they're", "we are": "we're",
}  # fmt: skip
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
# Four digits may be a year.
_UNGROUPED = re.compile(r"(?<![\w.,:/-])[1-9]\d{4,8}(?![\w,:/-])")
_PER_CENT = re.compile(r"(?<=\d) ?per ?cent\b")
_SIGN = re.compile(r"(?<=\d)%")
# Alone before a lower-case word: "five people", and neither "twenty-five" nor "one of two".
_WRITTEN_OUT = re.compile(
    rf"(?<![\w’'-])(?:{'|'.join(w for w, v in NUMBER_WORDS.items() if v <= 20)})(?= [a-z])"
)
_IN_FIGURES = re.compile(r"(?<![\w.,:/$£€¥-])(?:[2-9]|1\d)(?= [a-z])")


def lower_case(case: Case) -> Edit | None:
    """Small letters throughout, as several well-known systems write."""
    return compared(case.text, case.text.lower())


def quotes(case: Case) -> Edit | None:
    """Typographic quotes and apostrophes made straight, or the reverse."""
    plain = case.text.translate(_PLAIN_QUOTES)
    if plain != case.text:
        return compared(case.text, plain)
    curly = re.sub(r'(?<![^\s(\[])"(?=\S)', "“", case.text)
    curly = re.sub(r"(?<![^\s(\[])'(?=[^\W\d])", "‘", curly)
    return compared(case.text, curly.replace('"', "”").replace("'", "’"))


def contractions(case: Case) -> Edit | None:
    """``do not`` written ``don't``, or the reverse."""
    short = _exchange(case.text, _CONTRACTIONS)
    if short != case.text:
        return compared(case.text, short)
    # "it's" may also be "it has".
    return compared(case.text, _exchange(case.text, {v: k for k, v in _CONTRACTIONS.items() if v != "it's"}))


def digit_groups(case: Case) -> Edit | None:
    """``1,000`` written ``1000``, or the reverse from five digits on."""
    plain = _GROUPED.sub(lambda m: m[0].replace(",", ""), case.text)
    if plain != case.text:
        return compared(case.text, plain)
    return compared(case.text, _UNGROUPED.sub(lambda m: f"{int(m[0]):,}", case.text))


def percent(case: Case) -> Edit | None:
    """``per cent`` behind a figure written ``%``, or the reverse."""
    signs = _PER_CENT.sub("%", case.text)
    return compared(case.text, signs if signs != case.text else _SIGN.sub(" per cent", case.text))


def numerals(case: Case) -> Edit | None:
    """Numbers up to twenty that were written out in figures, or the reverse."""
    figures = _WRITTEN_OUT.sub(lambda m: str(NUMBER_WORDS[m[0]]), case.text)
    if figures != case.text:
        return compared(case.text, figures)
    written = {str(value): word for word, value in NUMBER_WORDS.items()}
    return compared(case.text, _IN_FIGURES.sub(lambda m: written[m[0]], case.text))


def bullets(case: Case) -> Edit | None:
    """Lines or sentences written as bullets; bullets written as running text."""
    lines = plain_lines(case.text)
    if is_list(case.text):
        return compared(case.text, " ".join(lines))
    parts = lines if len(lines) > 1 else sentences(case.text, case.doc.lang)
    return compared(case.text, "\n".join(f"- {part}" for part in parts))


def spacing(case: Case) -> Edit | None:
    """Spaces doubled, and a blank line between lines."""
    return compared(case.text, case.text.replace(" ", "  ").replace("\n", "\n\n"))


def spelling(case: Case) -> Edit | None:
    """Words of a short list in their British or, where there are none, American spelling exchanged."""
    american = _exchange(case.text, _american())
    if american != case.text:
        return compared(case.text, american)
    return compared(case.text, _exchange(case.text, {us: uk for uk, us in _american().items()}))


@cache
def _american() -> Mapping[str, str]:
    return dict(_pair(line) for line in read_list("spelling"))


def _pair(line: str) -> tuple[str, str]:
    british, american = line.split()
    return british, american


def _exchange(text: str, pairs: Mapping[str, str]) -> str:
    pattern = _any_of(tuple(sorted(pairs, key=len, reverse=True)))
    return pattern.sub(lambda m: cased_like(pairs[m[0].lower().replace("’", "'")], m[0]), text)


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(re.escape(w).replace("'", "['’]") for w in words)
    return re.compile(rf"(?<![\w’'-])(?:{either})(?![\w’'-])", re.IGNORECASE)
