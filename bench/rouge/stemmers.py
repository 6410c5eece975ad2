"""Stemmers by name, memoised by word: ``porter`` (rouge-score's), ``none``, Snowball by language."""

import builtins
import importlib.util
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import version
from types import ModuleType, SimpleNamespace
from typing import Any, Literal

StemmerName = Literal[
    "porter", "none",
    "snowball_arabic", "snowball_danish", "snowball_dutch", "snowball_english", "snowball_finnish",
    "snowball_french", "snowball_german", "snowball_hungarian", "snowball_italian", "snowball_norwegian",
    "snowball_portuguese", "snowball_romanian", "snowball_russian", "snowball_spanish", "snowball_swedish",
]  # fmt: skip
Stem = Callable[[str], str]

# The steps of nltk's Porter stemmer, and the endings that each looks for. Where none fits a step gives
# its word back, so it need not be called, which takes a quarter of the time.
_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("_step1a", ("s",)),
    ("_step1b", ("ed", "ing")),
    ("_step1c", ("y",)),
    ("_step2", (
        "ational", "tional", "enci", "anci", "izer", "bli", "alli", "entli", "eli", "ousli", "ation",
        "ator", "alism", "iveness", "fulness", "ousness", "aliti", "iviti", "biliti", "fulli", "logi",
    )),
    ("_step3", ("icate", "ative", "alize", "iciti", "ical", "ful", "ness")),
    ("_step4", (
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ent", "ion", "ou", "ism", "ate", "iti",
        "ous", "ive", "ize",
    )),
    ("_step5a", ("e",)),
    ("_step5b", ("ll",)),
)  # fmt: skip


@cache
def stemmer(name: StemmerName) -> Stem:
    """The stemmer called ``name``. No word has an empty stem.

    ``porter`` leaves words of up to three characters alone, as rouge-score does; Snowball stems every
    word.
    """
    if name == "none":
        return str
    if name == "porter":
        return lru_cache(maxsize=None)(_porter())
    from nltk.stem.snowball import SnowballStemmer

    language = name.removeprefix("snowball_")
    # A new one for every word: the Arabic stemmer remembers the word before.
    return lru_cache(maxsize=None)(lambda word: SnowballStemmer(language).stem(word))


def versions(name: StemmerName) -> dict[str, str]:
    """Distribution to version, where a stemmer may change with its package.

    nltk's Porter stemmer is pinned by the golden numbers of the parity tests instead.
    """
    return {"nltk": version("nltk")} if name.startswith("snowball_") else {}


def _porter() -> Stem:
    nltk_porter = _porter_class()()
    irregular: dict[str, str] = nltk_porter.pool
    steps = [(getattr(nltk_porter, step), endings) for step, endings in _STEPS]

    def stem(word: str) -> str:
        if len(word) <= 3:
            return word
        word = word.lower()
        if word in irregular:
            return irregular[word]
        for step, endings in steps:
            if word.endswith(endings):
                word = step(word)
        return word

    return stem


def _porter_class() -> Any:
    """nltk's ``PorterStemmer`` without the rest of nltk: 1 ms instead of 1.2 s.

    ``import nltk.stem.porter`` loads all of nltk, and with it scipy. Of that the module uses only an
    abstract base class; what else it names serves its demonstration. So it is run by itself, with
    stand-ins for what it imports from nltk. Should a later nltk need more, it is imported in full.
    """
    package = importlib.util.find_spec("nltk")
    if package is not None and package.submodule_search_locations:
        path = f"{package.submodule_search_locations[0]}/stem/porter.py"
        spec = importlib.util.spec_from_file_location("nltk.stem.porter", path)
        if spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            module.__dict__["__builtins__"] = vars(builtins) | {"__import__": _import_without_nltk}
            try:
                spec.loader.exec_module(module)
            except (ImportError, OSError):
                pass
            else:
                return module.PorterStemmer
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer


def _import_without_nltk(name: str, *args: Any) -> ModuleType | SimpleNamespace:
    if name.partition(".")[0] == "nltk":
        return SimpleNamespace(StemmerI=object, redos=None, safe_print=None)
    return builtins.__import__(name, *args)
