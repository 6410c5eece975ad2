"""What is English: single words, and texts."""

from functools import lru_cache
from itertools import islice

from bench.text.analysis import Sentence
from bench.text.lists import read_set

# Of the tokens of English text more than a third are stop words, and hardly any letter is not ASCII; lists
# of names and numbers have fewer.
_STOP_SHARE = 0.15
_ASCII_SHARE = 0.9
_ENOUGH = 400


def is_word(text: str) -> bool:
    """Whether a token in lower case is an English word that is written so, no name."""
    return text in read_set("english") or text in read_set("stopwords")


def is_english(lang: str | None) -> bool:
    """Whether a language is English or not given."""
    return lang is None or lang.partition("-")[0].lower() == "en"


@lru_cache(maxsize=64)
def looks_english(sentences: tuple[Sentence, ...]) -> bool:
    """Whether a text has the small words of English and its letters; also one without any word."""
    tokens = islice((t.text for s in sentences for t in s.tokens), _ENOUGH)
    words = [text for text in tokens if text.isalpha()]
    stop = sum(text in read_set("stopwords") for text in words)
    plain = sum(text.isascii() for text in words)
    return stop >= _STOP_SHARE * len(words) and plain >= _ASCII_SHARE * len(words)
