"""How a document writes its words: which of them are names, and what they may be short for."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench.text.analysis import Sentence, Token
from bench.text.english import is_word
from bench.text.lists import read_set
from bench.text.nations import places_in
from bench.text.source import Source

PREFIX = 4

_SHOUTED = 0.9  # of the words of a headline, so many have a capital; there it tells nothing
_SHORTEST, _LONGEST = 2, 6  # acronyms, in letters


@dataclass(frozen=True, slots=True)
class Written:
    """What a document writes, each in lower case and without accents.

    Attributes:
        texts: All its tokens.
        proper: Those that it writes with a capital inside a sentence, and never without.
        beginnings: First four letters, with the words of at least that length with a capital that begin so.
        initials: Of runs of tokens with a capital: "wha" where it has the World Health Assembly.
        nations: Numbers of the countries, peoples and places that it names or has a place of.
    """

    texts: frozenset[str]
    proper: frozenset[str]
    beginnings: dict[str, tuple[str, ...]]
    initials: frozenset[str]
    nations: frozenset[int]


@lru_cache(maxsize=64)
def read_written(source: Source) -> Written:
    """How a document writes."""
    capital: set[str] = set()
    inside: set[str] = set()
    small: set[str] = set()
    initials: set[str] = set()
    nations: set[int] = set()
    for sentence in source.sentences:
        telling = cased(sentence)
        texts = [fold(t.text) for t in sentence.tokens]
        nations.update(places_in(texts, [t.capital for t in sentence.tokens]))
        for token, text in zip(sentence.tokens, texts, strict=True):
            if not token.capital:
                small.add(text)
            elif telling and not (token.first and not token.content):
                capital.add(text)
                if not token.first:
                    inside.add(text)
        if telling:
            initials.update(_initials(sentence.tokens))
    names = (inside | {text for text in capital if not is_word(text)}) - small - read_set("stopwords")
    beginnings: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(capital - small):
        if len(text) >= PREFIX:
            beginnings[text[:PREFIX]].append(text)
    return Written(
        frozenset(fold(t.text) for s in source.sentences for t in s.tokens),
        frozenset(text for text in names if len(text) > 1),
        {begin: tuple(some) for begin, some in beginnings.items()},
        frozenset(initials),
        frozenset(nations),
    )


def cased(sentence: Sentence) -> bool:
    """Whether capitals of a sentence tell names: it has some, and not on most of its words."""
    words = [t for t in sentence.tokens if t.content and t.text.isalpha()]
    capital = sum(t.capital for t in words)
    shouted = len(words) > 4 and capital > _SHOUTED * len(words)
    return any(t.capital for t in sentence.tokens) and not shouted


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """A token without its accents."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _initials(tokens: Sequence[Token]) -> Iterator[str]:
    """Initials of the runs of words with a capital; small words between them have none."""
    run = ""
    for token in tokens:
        capital = token.capital and token.text[0].isalpha()
        joined = run and token.before in ("", "-", "&", "'", ".")
        if joined and not capital and not token.content and token.text.isalpha():
            continue
        if not (joined and capital):
            yield from _runs(run)
            run = ""
        if capital:
            run += token.text[0]
    yield from _runs(run)


def _runs(letters: str) -> Iterator[str]:
    for start in range(len(letters)):
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(letters)) + 1):
            yield letters[start:end]
