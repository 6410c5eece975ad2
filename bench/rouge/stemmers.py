"""Stemmers by name, memoised by word: ``porter`` (rouge-score's), ``none``, Snowball by language."""

from functools import cache, lru_cache
from importlib.metadata import version
from typing import Literal

from bench.text.porter import Stem, porter

StemmerName = Literal[
    "porter", "none",
    "snowball_arabic", "snowball_danish", "snowball_dutch", "snowball_english", "snowball_finnish",
    "snowball_french", "snowball_german", "snowball_hungarian", "snowball_italian", "snowball_norwegian",
    "snowball_portuguese", "snowball_romanian", "snowball_russian", "snowball_spanish", "snowball_swedish",
]  # fmt: skip


@cache
def stemmer(name: StemmerName) -> Stem:
    """The stemmer called ``name``. No word has an empty stem.

    ``porter`` leaves words of up to three characters alone, as rouge-score does; Snowball stems every
    word.
    """
    if name == "none":
        return str
    if name == "porter":
        return porter()
    from nltk.stem.snowball import SnowballStemmer

    language = name.removeprefix("snowball_")
    # A new one for every word: the Arabic stemmer remembers the word before.
    return lru_cache(maxsize=None)(lambda word: SnowballStemmer(language).stem(word))


def versions(name: StemmerName) -> dict[str, str]:
    """Distribution to version, where a stemmer may change with its package.

    nltk's Porter stemmer is pinned by the golden numbers of the parity tests instead.
    """
    return {"nltk": version("nltk")} if name.startswith("snowball_") else {}
