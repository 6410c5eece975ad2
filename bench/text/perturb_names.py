"""Names exchanged: for one of another document, for one of the same document, or with each other.

Names are found by their capitals and sorted roughly (a person, a place, an abbreviation, a people), so
that a name takes the place of its like. This is no recogniser, and deliberately not the one of the checks
that are tested with it: a check must not be asked only about what it can see.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bench.core.types import Document, Span
from bench.text.lists import read_list
from bench.text.perturb_edit import Case, Edit, compared, replaced
from bench.text.perturb_numbers import MONTHS, WEEKDAYS
from bench.text.sentences import sentence_spans

if TYPE_CHECKING:
    import regex

# Names with a word in common up to here are taken for the same.
_BEGINNING = 5
_LONGEST = 4  # words
# How many other documents are searched for a name.
_SEARCHED = 12

_CONNECTING = "of the|of|de la|de|la|le|von|van der|van|der|del|di|da|du|bin|ibn|al|el"
_COMMON = {
    "i", "i'm", "i've", "i'd", "bc", "ad", "am", "pm", "unk", "lrb", "rrb", "the", "a", "an", "this",
    "that", "these", "those", "he", "she", "it", "they", "we", "you", "his", "her", "its", "their", "our",
    "my", "your", "and", "but", "or", "nor", "so", "yet", "if", "when", "while", "as", "at", "by", "for",
    "from", "in", "into", "of", "on", "onto", "over", "to", "under", "with", "without", "after", "before",
    "since", "until", "during", "there", "here", "who", "what", "which", "where", "why", "how", "not", "no",
    "one", "some", "any", "all", "both", "each", "every", "other", "another", "such", "more", "most",
    "many", "much", "few", "several", "then", "than", "also", "however", "although", "though", "because",
    "only", "even", "still", "just", "now", "once",
}  # fmt: skip
_NEVER = _COMMON | {m.lower() for m in (*MONTHS, *WEEKDAYS)}
_TITLES = {
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "lord", "lady", "dame", "king", "queen",
    "prince", "princess", "president", "minister", "senator", "captain", "general", "colonel", "major",
    "sergeant", "judge", "justice", "pope", "emperor", "bishop",
}  # fmt: skip
_PLACE_BEFORE = {
    "in", "at", "near", "across", "outside", "inside", "throughout", "into", "toward", "towards", "around",
}  # fmt: skip
_PERSON_AFTER = {
    "said", "says", "told", "who", "whose", "himself", "herself", "added", "wrote",
}  # fmt: skip
_PEOPLE = ("ian", "ish", "ese", "ean", "ians", "eans")
_TRADES = ("er", "or", "ist", "ian", "man", "woman", "ect", "ant", "ief", "king", "soldier", "coach")
# What stands between the names of a sentence that tells who did what to whom.
_DEEDS = {
    "is", "are", "was", "were", "has", "have", "had", "will", "would", "can", "could", "beat", "beats",
    "led", "leads", "won", "wins", "told", "tells", "sent", "sends", "made", "makes", "took", "takes",
    "gave", "gives", "wrote", "writes", "found", "finds", "held", "holds", "bought", "buys", "sold",
    "sells", "brought", "brings", "left", "leaves", "lost", "loses", "got", "gets", "came", "comes", "went",
    "goes", "saw", "sees", "said", "says", "knew", "knows", "began", "begins", "hit", "hits", "cut", "cuts",
    "put", "puts", "shot", "shoots", "fought", "fights", "sought", "seeks", "taught", "teaches", "chose",
    "chooses", "broke", "breaks", "built", "builds", "caught", "catches", "drew", "draws", "threw",
    "throws", "paid", "pays", "let", "lets", "set", "sets", "asks", "backs", "accuses", "attacks", "blames",
    "calls", "defeats", "helps", "joins", "kills", "praises", "urges", "warns", "wants", "visits",
    "follows",
}  # fmt: skip
_BOTH_WAYS = {
    "and", "or", "with", "between", "met", "meets", "married", "marries",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a text: where it stands, how it is written, of what sort, and whether after ``the``."""

    span: Span
    text: str
    sort: str
    definite: bool

    @property
    def like(self) -> tuple[str, bool, bool]:
        """Names of which this is equal take each other's place; of unknown sort, also of one length."""
        return self.sort, self.definite, not self.sort and " " in self.text


@cache
def _pattern() -> "regex.Pattern[str]":
    import regex

    word = r"(?:(?:\p{Lu}\.)+|\p{Lu}[\p{L}\p{M}]*(?:[-’'](?!s\b)[\p{L}\p{M}]+)*)"
    return regex.compile(
        rf"(?<![\p{{L}}\p{{N}}’'-]){word}(?: (?:(?:{_CONNECTING}) )?{word})*(?![\p{{L}}\p{{N}}])"
    )


@cache
def _words() -> "regex.Pattern[str]":
    import regex

    return regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)?")


@lru_cache(maxsize=2048)
def names(text: str, lang: str | None = None) -> tuple[Name, ...]:
    """The names of a text in their order; none where it is written without capitals."""
    lower = {w for w in _words().findall(text) if w[0].islower()}
    found: list[Span] = []
    inside: set[str] = set()
    unsure: list[Span] = []
    for sentence in sentence_spans(text, lang):
        for match in _pattern().finditer(text, sentence.start, sentence.end):
            span, first = _trimmed(text, Span(*match.span()), sentence, lower)
            if span is None:
                continue
            if first and " " not in text[span.start : span.end]:
                unsure.append(span)
                continue
            inside.update(text[span.start : span.end].split())
            found.append(span)
    # A single word that begins a sentence is a name where it is one inside another sentence.
    kept = [span for span in unsure if text[span.start : span.end] in inside]
    return _sorted_out(text, sorted([*found, *kept], key=lambda s: s.start))


def _trimmed(text: str, span: Span, sentence: Span, lower: set[str]) -> tuple[Span | None, bool]:
    """A run of capitals without the words around the name, and whether it still begins the sentence."""
    start, end = span.start, span.end
    first = not any(c.isalnum() for c in text[sentence.start : start])
    while start < end:
        word = text[start:end].split(" ")[0]
        plain = word.lower().rstrip(".")
        if not (plain in _NEVER or plain in _TITLES or (first and plain in lower)):
            break
        start = min(end, start + len(word) + 1)
        first = False
    while start < end and (word := text[start:end].split(" ")[-1]).lower() in _NEVER:
        end -= len(word) + 1
    return (Span(start, end) if end - start > 1 else None), first


def _sorted_out(text: str, spans: Sequence[Span]) -> tuple[Name, ...]:
    votes: dict[str, Counter[str]] = {}
    definite: dict[str, int] = {}
    for span in spans:
        written = text[span.start : span.end]
        before, after = _neighbours(text, span)
        votes.setdefault(written, Counter())[_sort(written, before, after)] += 1
        definite[written] = definite.get(written, 0) + (1 if before == "the" else -1)
    made = []
    for span in spans:
        written = text[span.start : span.end]
        known = Counter({k: n for k, n in votes[written].items() if k})
        sort = max(sorted(known), key=known.__getitem__) if known else ""
        made.append(Name(span, written, sort, definite[written] > 0))
    return tuple(made)


def _neighbours(text: str, span: Span) -> tuple[str, str]:
    before = _words().findall(text[max(0, span.start - 30) : span.start])
    after = _words().match(text, span.end + 1) if text[span.end : span.end + 1] == " " else None
    near = text[span.start - 1 : span.start] == " " and before
    return (before[-1].lower() if near else ""), (after[0].lower() if after else "")


def _sort(written: str, before: str, after: str) -> str:
    if written.replace(".", "").isupper() and len(written) > 1:
        return "abbreviation"
    _, known = _nations().get(written.lower(), (0, ""))
    if known or (" " not in written and written.endswith(_PEOPLE)):
        return known or "people"
    if before in _TITLES or after in _PERSON_AFTER or (" " in written and before.endswith(_TRADES)):
        return "person"
    return "place" if before in _PLACE_BEFORE else ""


@cache
def _nations() -> dict[str, tuple[int, str]]:
    """Names in small letters with the number of their nation: its places, and what its people are called."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(read_list("demonyms"), 1):
        called, _, towns = line.partition("|")
        country, *people = called.split(",")
        for name in (country, *towns.split(",")):
            found.setdefault(name.strip().lower(), (number, "place"))
        for name in people:
            found.setdefault(name.strip().lower(), (number, "people"))
    return found


def _nation(name: str) -> int:
    return _nations().get(name.lower(), (0, ""))[0]


def _mentions(doc: Document, text: str) -> list[Name]:
    """The names of a summary, sorted as the document has them; in small letters they are found through it."""
    known = {n.text: n for n in reversed(names(doc.text, doc.lang))}
    if any(c.isupper() for c in text):
        return [
            Name(n.span, n.text, same.sort or n.sort, same.definite) if (same := known.get(n.text)) else n
            for n in names(text, doc.lang)
        ]
    found: list[Name] = []
    # The longest first: Clarkson is a part of David Clarkson, where he is called so.
    for written, name in sorted(known.items(), key=lambda item: -len(item[0])):
        plain = written.lower()
        at = text.find(plain)
        span = Span(at, at + len(plain))
        taken = any(span.start < n.span.end and n.span.start < span.end for n in found)
        if at >= 0 and not taken and _stands_alone(text, span.start, span.end):
            found.append(Name(span, plain, name.sort, name.definite))
    return sorted(found, key=lambda n: n.span.start)


def _stands_alone(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return not any(c.isalnum() or c in "-’'" for c in around)


def entity_other(case: Case) -> Edit | None:
    """A name replaced by one of its sort from another document, no word of which stands in this one."""
    own = {
        w.lower() for part in (case.doc.text, case.text, *case.doc.references) for w in _words().findall(part)
    }
    own_names = {n.text for part in (case.doc.text, case.text) for n in names(part, case.doc.lang)}
    nations = {_nation(name) for name in own | own_names} - {0}
    searched = case.drawn(_SEARCHED)
    offered = [n for d in searched for n in names(d.text or "\n".join(d.references), d.lang)]
    return _exchanged(
        case, [n for n in offered if not own & _parts(n.text) and _nation(n.text) not in nations]
    )


def entity_same(case: Case) -> Edit | None:
    """A name replaced by another one of its sort that the document has and the summary has not."""
    mine = {w.lower() for w in _words().findall(case.text)}
    return _exchanged(case, [n for n in names(case.doc.text, case.doc.lang) if not mine & _parts(n.text)])


def _exchanged(case: Case, offered: Sequence[Name]) -> Edit | None:
    by_like: dict[tuple[str, bool, bool], set[str]] = {}
    for name in offered:
        if name.text.count(" ") < _LONGEST:  # more words are a title
            by_like.setdefault(name.like, set()).add(name.text)
    able = [
        (mention, fitting)
        for mention in _mentions(case.doc, case.text)
        if (fitting := [n for n in sorted(by_like.get(mention.like, ())) if not _related(n, mention.text)])
    ]
    if not able:
        return None
    target, fitting = case.rng.choice(able)
    new = case.rng.choice(fitting)
    new = new.lower() if target.text.islower() else new
    return replaced(case.text, target.span.start, target.span.end, new)


def _parts(name: str) -> set[str]:
    return {w.lower() for w in _words().findall(name)}


def _related(a: str, b: str) -> bool:
    """Whether two names may mean one thing: words that begin alike (Australian, Australians), a nation."""
    begun = {w[:_BEGINNING] for w in _parts(a)} & {w[:_BEGINNING] for w in _parts(b)}
    return bool(begun) or (_nation(a) != 0 and _nation(a) == _nation(b))


def role_swap(case: Case) -> Edit | None:
    """Two names around a verb of one sentence change places."""
    text = case.text
    found = [m for m in _mentions(case.doc, text) if m.sort != "people"]
    pairs = [
        (a, b)
        for s in sentence_spans(text, case.doc.lang)
        for a, b in pairwise(m for m in found if s.start <= m.span.start < s.end)
        if a.definite == b.definite
        and _alike(a, b)
        and not _related(a.text, b.text)
        and _is_deed(text[a.span.end : b.span.start])
    ]
    if not pairs:
        return None
    a, b = case.rng.choice(pairs)
    between = text[a.span.end : b.span.start]
    return compared(text, f"{text[: a.span.start]}{b.text}{between}{a.text}{text[b.span.end :]}")


def _is_deed(between: str) -> bool:
    """Whether the words between two names say what one did to the other, and not that both did it."""
    said = [w for w in _words().findall(between) if w.islower()]
    deed = any(w in _DEEDS or (w.endswith("ed") and len(w) > 4) for w in said)
    return deed and not _BOTH_WAYS & set(said) and not set(between) & set(".;:!?\n()")


def _alike(a: Name, b: Name) -> bool:
    return a.sort == b.sort or not (a.sort and b.sort)
