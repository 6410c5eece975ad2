"""The quantities of a sentence: figures and number words with their scales."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.core.types import Span
from bench.text.analysis import Sentence, Token
from bench.text.english import is_word
from bench.text.numerals import SCALES, SPELLED, figure, value

# Short for a scale behind figures; "5m" may also be metres.
_SHORT = {"k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}
# Before figures, and not a part of a name as in "Covid-19": mid-1990s, under-21, pre-2010.
_PREFIXES = frozenset(
    ("all", "early", "ex", "late", "mid", "non", "over", "post", "pre", "sub", "top", "under", "until", "up")
)

_NEARLY = 0.1


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a sentence.

    Attributes:
        start: Its first token.
        end: Behind its last one.
        values: What it may mean, the likeliest last: "5m" is five metres or five million.
        written: Its figures; empty for a number in words.
        name: Whether it is part of a name, as in "Covid-19".
        span: Where it stands in the text.
    """

    start: int
    end: int
    values: tuple[float, ...]
    written: str
    name: bool
    span: Span


def quantities(sentence: Sentence) -> tuple[Quantity, ...]:
    """The quantities of a sentence, in order."""
    return tuple(_found(sentence.tokens))


def is_close(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities may be one, rounded."""
    return any(abs(x - y) <= _NEARLY * max(x, y) for x in a.values for y in b.values)


def _found(tokens: Sequence[Token]) -> Iterator[Quantity]:
    i = 0
    while i < len(tokens):
        if tokens[i].text[0].isdecimal():
            quantity = _in_figures(tokens, i)
        elif tokens[i].text in SPELLED or tokens[i].text in SCALES:
            quantity = _in_words(tokens, i)
        else:
            i += 1
            continue
        yield quantity
        i = quantity.end


def _in_figures(tokens: Sequence[Token], i: int) -> Quantity:
    token, end = tokens[i], i + 1
    plain = float(figure(token.text))
    values = [plain]
    if end < len(tokens) and tokens[end].before in ("", "-"):
        follows = tokens[end]
        if scale := SCALES.get(follows.text):
            values = [plain * scale]
            end += 1
        elif (scale := _SHORT.get(follows.text)) and not _apart(token, follows):
            values.append(plain * scale)
            end += 1
    return Quantity(i, end, tuple(values), token.text, _in_name(tokens, i), _span(tokens, i, end))


def _in_words(tokens: Sequence[Token], i: int) -> Quantity:
    end = i + 1
    while end < len(tokens) and (step := _goes_on(tokens, end)):
        end += step
    words = [t.text for t in tokens[i:end] if t.text != "and"]
    start = i
    number = float(value(words))
    if words[0] in SCALES and i and tokens[i - 1].text in ("a", "an") and not tokens[i].before:
        start = i - 1
        if start and tokens[start - 1].text == "half":
            start, number = start - 1, number / 2
    return Quantity(start, end, (number,), "", False, _span(tokens, start, end))


def _goes_on(tokens: Sequence[Token], at: int) -> int:
    """How many more tokens belong to a number in words: "twenty" + "-one", "hundred" + "and five"."""
    token = tokens[at]
    if token.before not in ("", "-"):
        return 0
    if token.text in SCALES:
        return 1
    last = tokens[at - 1].text
    if token.text in SPELLED:
        tens = SPELLED.get(last, 0) >= 20 and SPELLED[token.text] < 10
        return int(last in SCALES or tens)
    joined = token.text == "and" and last in SCALES and at + 1 < len(tokens)
    return 2 if joined and tokens[at + 1].text in SPELLED and not tokens[at + 1].before else 0


def _in_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether figures hang on a word that makes them a name: Covid-19, F-16, A380, G20."""
    if not i or _apart(tokens[i - 1], tokens[i], tokens[i].before) or tokens[i].before not in ("", "-"):
        return False
    word = tokens[i - 1]
    if not word.text.isalpha() or word.text in _PREFIXES or word.text in SPELLED:
        return False
    return word.capital or word.text == "covid" or not word.content or not is_word(word.text)


def _apart(a: Token, b: Token, between: str = "") -> bool:
    return b.span.start - a.span.end > len(between)


def _span(tokens: Sequence[Token], start: int, end: int) -> Span:
    return Span(tokens[start].span.start, tokens[end - 1].span.end)
