"""Countries and the words for their people: Poland, Polish and Poles are one, and Warsaw speaks of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from bench.text.lists import read_list

# A name as its words in lower case.
_Words = tuple[str, ...]


def nations(words: _Words) -> tuple[int, ...]:
    """Numbers of the countries, peoples and places that words are a name of."""
    return _lists()[0].get(words, ())


def places(words: _Words) -> tuple[int, ...]:
    """The same, also of those that words are a well-known place in."""
    return _lists()[1].get(words, ())


def places_in(words: Sequence[str], capitals: Sequence[bool]) -> Iterator[int]:
    """Every country, people or place that a sentence names or has a place of.

    Args:
        words: The sentence in lower case.
        capitals: Whether each word has a capital; "us" without one is a pronoun.
    """
    lengths = _lengths()
    for i, word in enumerate(words):
        for length in lengths.get(word, ()):
            if len(word) > 2 or capitals[i]:
                yield from places(tuple(words[i : i + length]))


@cache
def _lists() -> tuple[dict[_Words, tuple[int, ...]], dict[_Words, tuple[int, ...]]]:
    own: defaultdict[_Words, list[int]] = defaultdict(list)
    every: defaultdict[_Words, list[int]] = defaultdict(list)
    for number, line in enumerate(read_list("demonyms")):
        names, _, others = line.partition("|")
        for name in names.split(","):
            own[_words(name)].append(number)
        for name in filter(str.strip, f"{names},{others}".split(",")):
            every[_words(name)].append(number)
    return {k: tuple(v) for k, v in own.items()}, {k: tuple(v) for k, v in every.items()}


def _words(name: str) -> _Words:
    return tuple(name.lower().translate(str.maketrans(".-'", "   ")).split())


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """First words of the names, with the numbers of words that names have which begin so."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for words in _lists()[1]:
        lengths[words[0]].add(len(words))
    return {word: tuple(sorted(some)) for word, some in lengths.items()}
