"""What stands beside a name or number in its clause, and who is the one that does it.

A statement in other words than the document's shares few whole phrases with it, but mostly the words right
beside what it is about: "Sheehan completed the synthesis", "81 points", "a journey to Madrid". Where the
document has the same words beside another name or number, one of the two stands in the wrong place.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bench.text.analysis import Token
from bench.text.lists import read_set
from bench.text.names import Name, document_names
from bench.text.quantities import Quantity, quantities
from bench.text.source import Source
from bench.text.written import fold, read_written

Side = Literal[-1, 1]

# Content words that are looked at on each side, and tokens between which they are found.
_WORDS = 3
_REACH = 8
# Tokens of an apposition: "Wright, his superior at St Mary's, wrote".
_APPOSED = 10
# Where another preposition stands between.
_OTHER_WORD = 0.5
_BREAKS = frozenset(';:()!?".–—[]')
_IN_NUMBERS = frozenset("-'$£€~+.%")
# Ends of words that say what somebody is.
_CALLINGS = ("er", "ers", "or", "ors", "ist", "ists", "man", "men", "woman", "women")
_PRONOUNS = frozenset(
    ("he", "she", "it", "they", "him", "her", "them", "his", "hers", "its", "their", "who", "whom", "whose",
     "which", "i", "we", "you", "my", "our", "your")
)  # fmt: skip
_ARTICLES = frozenset(("the", "a", "an", "his", "her", "its", "their"))
_OWNING = frozenset(("of", "from", "at"))
_JOINING = frozenset(("and", "but", "or", "while", "whereas"))
_BEING = frozenset(("is", "are", "was", "were", "be", "been", "being"))
_PLACING = frozenset(
    ("in", "at", "on", "from", "to", "by", "of", "with", "for", "against", "into", "over", "under", "after",
     "before", "between", "near", "during", "through", "about", "as", "than", "around", "across", "behind",
     "like", "until", "since")
)  # fmt: skip
_PARTICIPLES = frozenset(
    ("beaten", "born", "bought", "broken", "brought", "built", "caught", "cut", "driven", "eaten", "fought",
     "found", "given", "held", "hit", "hurt", "kept", "known", "led", "left", "lost", "made", "met", "paid",
     "put", "read", "run", "seen", "sent", "set", "shot", "shown", "sold", "sought", "struck", "taken",
     "taught", "thrown", "told", "won", "written")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A content word beside a name or number.

    Attributes:
        stem: Of the word.
        rank: How many content words stand between them.
        side: 1 where the name stands before the word, or does what it says; -1 where it stands behind it,
            or where it is done to it: of "Wright was praised by Florey", Florey has 1 and Wright -1.
        by: The first preposition between them; empty for none.
    """

    stem: str
    rank: int
    side: Side
    by: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a name or number in a sentence, with what stands beside it."""

    sentence: int
    start: int
    end: int
    links: tuple[Link, ...]


def name_links(source: Source, tokens: Sequence[Token], name: Name) -> tuple[Link, ...]:
    """The words beside a name in its clause.

    Behind it an apposition is passed over, and so is a name that is a part of it: of "Rowland of the
    University of California argued" only Rowland has the verb.
    """
    proper = read_written(source).proper
    before = tuple(_before(tokens, name.start, proper))
    if _is_part(tokens, name.start, proper):
        return before
    return (*_behind(tokens, _past_parts(tokens, name.end, proper), proper), *before)


def number_links(tokens: Sequence[Token], number: Quantity) -> tuple[Link, ...]:
    """The words beside a number, up to a punctuation mark or another number."""
    found = []
    sides: tuple[tuple[Side, range], ...] = (
        (1, range(number.end, len(tokens))),
        (-1, range(number.start - 1, -1, -1)),
    )
    for side, places in sides:
        rank, by = 0, ""
        for i in places[:_REACH]:
            token = tokens[i]
            between = token.before if side > 0 else tokens[i + 1].before
            if rank == _WORDS or not _IN_NUMBERS.issuperset(between) or between == ".":
                break
            if (token.text in _PRONOUNS and by != "of") or token.text[0].isdecimal():  # "eight of them"
                break
            if token.content:
                found.append(Link(token.stem, rank, side, by))
                rank += 1
            elif not rank and not by and token.text in _PLACING:
                by = token.text
    return tuple(found)


def led_to(tokens: Sequence[Token], start: int) -> str:
    """The preposition before a name and its article; empty for none."""
    i = start - 1
    while i >= 0 and tokens[i].text in _ARTICLES:
        i -= 1
    return tokens[i].text if i >= 0 and tokens[i].text in _PLACING else ""


def _behind(tokens: Sequence[Token], start: int, proper: frozenset[str]) -> Iterator[Link]:
    i, rank, end, by = start, 0, start + _REACH, ""
    while i < min(len(tokens), end) and rank < _WORDS:
        token = tokens[i]
        if "," in token.before and not rank and (closing := _closing(tokens, i)):
            i, end = closing, closing + _REACH
            token = tokens[i]
        elif "," in token.before or not _BREAKS.isdisjoint(token.before):
            return
        if token.text in _PRONOUNS or (token.text in _JOINING and not _is_proper(tokens, i + 1, proper)):
            return
        if token.content:
            if i == start and _is_calling(token):
                return
            yield Link(token.stem, rank, -1 if _is_passive(tokens, i, start) else 1, by)
            rank += 1
        elif not rank and not by and token.text in _PLACING:
            by = token.text
        i += 1


def _before(tokens: Sequence[Token], start: int, proper: frozenset[str]) -> Iterator[Link]:
    rank, by = 0, ""
    for i in range(start - 1, max(-1, start - 1 - _REACH), -1):
        token, between = tokens[i], tokens[i + 1].before
        if "," in between or not _BREAKS.isdisjoint(between) or rank == _WORDS:
            return
        if token.text in _PRONOUNS or (token.text in _JOINING and not _is_proper(tokens, i - 1, proper)):
            return
        if token.content:
            agent = by == "by" and _is_passive(tokens, i, 0)
            yield Link(token.stem, rank, 1 if agent else -1, "" if agent else by)
            rank += 1
        elif not rank and not by and token.text in _PLACING:
            by = token.text


def _is_calling(token: Token) -> bool:
    """Whether a word behind a name says what somebody is: "the Tottenham striker"."""
    return token.text.endswith(_CALLINGS) or token.text in read_set("titles")


def _is_part(tokens: Sequence[Token], start: int, proper: frozenset[str]) -> bool:
    """Whether a name belongs to one before it: "Rowland of the University"."""
    i = start - 1 - (start > 0 and tokens[start - 1].text == "the")
    joined = i > 0 and tokens[i].text in _OWNING and not tokens[i].before and not tokens[i + 1].before
    return joined and _is_proper(tokens, i - 1, proper)


def _past_parts(tokens: Sequence[Token], end: int, proper: frozenset[str]) -> int:
    """The place behind a name and the names that belong to it."""
    i = end
    while i < len(tokens) and tokens[i].text in _OWNING and not tokens[i].before:
        i += 1 + (i + 1 < len(tokens) and tokens[i + 1].text == "the")
        if not _is_proper(tokens, i, proper):
            return end
        while _is_proper(tokens, i, proper) and not (tokens[i].before and i > end):
            i += 1
        end = i
    return end


def _closing(tokens: Sequence[Token], start: int) -> int:
    """Where the clause goes on behind an apposition that begins at a comma; 0 for nowhere."""
    for i in range(start + 1, min(start + _APPOSED, len(tokens))):
        if "," in tokens[i].before:
            return i
        if not _BREAKS.isdisjoint(tokens[i].before):
            return 0
    return 0


def _is_proper(tokens: Sequence[Token], i: int, proper: frozenset[str]) -> bool:
    return 0 <= i < len(tokens) and fold(tokens[i].text) in proper


def _is_passive(tokens: Sequence[Token], verb: int, start: int) -> bool:
    """Whether a word is a participle behind "was", or before "by"."""
    text = tokens[verb].text
    if not (text.endswith(("ed", "en")) or text in _PARTICIPLES):
        return False
    by = verb + 1 < len(tokens) and tokens[verb + 1].text == "by"
    return by or any(t.text in _BEING for t in tokens[max(start, verb - 3) : verb])


@lru_cache(maxsize=64)
def named_slots(source: Source) -> tuple[Slot, ...]:
    """The names of a document."""
    named = document_names(source)
    return tuple(
        Slot(n, name.start, name.end, name_links(source, s.tokens, name))
        for n, s in enumerate(source.sentences)
        for name in named[n]
    )


def beside(source: Source, links: Sequence[Link]) -> list[Slot]:
    """The names of a document that have one of some words beside them."""
    index, slots = _index(source), named_slots(source)
    return [slots[n] for n in sorted({n for link in links for n in index.get(link.stem, ())})]


@lru_cache(maxsize=64)
def _index(source: Source) -> Mapping[str, tuple[int, ...]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for n, slot in enumerate(named_slots(source)):
        for stem in {link.stem for link in slot.links}:
            found[stem].append(n)
    return {stem: tuple(places) for stem, places in found.items()}


@lru_cache(maxsize=64)
def numbered_slots(source: Source) -> tuple[tuple[Quantity, Slot], ...]:
    """The numbers of a document that are no part of a name."""
    return tuple(
        (q, Slot(n, q.start, q.end, number_links(s.tokens, q)))
        for n, s in enumerate(source.sentences)
        for q in quantities(s)
        if not q.name
    )


def fit(mine: Sequence[Link], theirs: Sequence[Link]) -> float:
    """How far the words beside two names or numbers are the same, in [0, 2].

    For each side the nearest word that both have: 1 where it stands right beside both, less with every word
    between, and half where another preposition leads to it.
    """
    best = {1: 0.0, -1: 0.0}
    for a in mine:
        for b in theirs:
            if a.stem == b.stem and a.side == b.side:
                value = 1 / math.sqrt((1 + a.rank) * (1 + b.rank))
                best[a.side] = max(best[a.side], value if a.by == b.by else value * _OTHER_WORD)
    return best[1] + best[-1]
