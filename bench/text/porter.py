"""nltk's Porter stemmer as rouge-score uses it, memoised by word and loaded without the rest of nltk."""

import builtins
import importlib.util
from collections.abc import Callable
from functools import cache, lru_cache
from types import ModuleType, SimpleNamespace
from typing import Any

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
def porter() -> Stem:
    """The stemmer, by word. It leaves words of up to three characters alone; no word has an empty stem."""
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

    return lru_cache(maxsize=None)(stem)


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
