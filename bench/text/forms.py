"""The forms of English words: the stems of one verb, past tenses, and prefixes that turn a word round."""

from collections import defaultdict
from functools import cache, lru_cache

from bench.text.english import is_word
from bench.text.lists import read_list
from bench.text.porter import porter

_TURNS = ("un", "in", "im", "il", "ir", "dis", "non")
_EXCHANGED = {"over": "under", "under": "over"}
# Words that only look as if a prefix had turned another one round.
_UNRELATED = frozenset(
    ("disclose", "discharge", "discipline", "discount", "discover", "disease", "disguise", "dismiss",
     "disorder", "dispatch", "dispense", "displace", "display", "dispose", "dispute", "distant", "distinct",
     "distract", "distress", "distribute", "illness", "imagine", "impact", "impart", "implant", "import",
     "important", "impose", "impress", "imprint", "improve", "incite", "include", "income", "increase",
     "indeed", "indoor", "infant", "inflame", "inform", "inherit", "inland", "inner", "input", "inquest",
     "inquire", "inside", "insight", "install", "instead", "instill", "intend", "intense", "intent", "into",
     "invent", "invest", "invite", "involve", "overcome", "overgo", "overlie", "overline", "overstand",
     "overtake", "undercover", "undergo", "underlie", "underline", "understand", "understudy", "undertake",
     "underway", "union", "unit", "unite", "unless", "until")
)  # fmt: skip
_LEAST = 4


def stem(word: str) -> str:
    """The stem that :func:`bench.text.analysis.analyse` has for an English word."""
    return porter()(word) if len(word) > 3 else word


def family(stemmed: str) -> frozenset[str]:
    """The stems of all forms of a word: "rise", "rose" and "risen" for each of these."""
    return _families().get(stemmed, frozenset((stemmed,)))


def is_past(word: str) -> bool:
    """Whether a word has the form of a past tense or participle, and not that of its present."""
    return word in _pasts() or (len(word) > _LEAST and word.endswith("ed"))


@lru_cache(maxsize=1 << 14)
def turned(word: str) -> frozenset[str]:
    """The stems of what a prefix makes the opposite of an English word: "unharmed", "overrated"."""
    found = set()
    for prefix in _TURNS:
        rest = word.removeprefix(prefix)
        if len(word) >= _LEAST and is_word(prefix + word):
            found.add(stem(prefix + word))
        if rest != word and len(rest) >= _LEAST and is_word(rest) and is_word(word):
            found.add(stem(rest))
    for prefix, other in _EXCHANGED.items():
        rest = word.removeprefix(prefix)
        if rest != word and is_word(other + rest):
            found.add(stem(other + rest))
    return frozenset() if stem(word) in _unrelated() else frozenset(found) - _unrelated()


@cache
def _unrelated() -> frozenset[str]:
    return frozenset(map(stem, _UNRELATED))


@cache
def _families() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in read_list("irregular"):
        stems = {stem(form) for form in line.split()}
        for one in stems:
            found[one] |= stems
    return {one: frozenset(stems) for one, stems in found.items()}


@cache
def _pasts() -> frozenset[str]:
    lines = [line.split() for line in read_list("irregular")]
    return frozenset(form for base, *forms in lines for form in forms if form != base)
