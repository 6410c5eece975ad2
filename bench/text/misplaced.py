"""Names of a document that a statement puts in the place of another, in any wording.

What stands right beside a name is looked for in the document (see :mod:`bench.text.slots`). Where it stands
beside another name there, in a sentence that says more of the statement than those with its own, the other
one belongs there. Where nothing beside it is found, it is enough that the sentence with most of the
statement is far from the name and has another of its kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.names import Name, is_calendar, is_nation, is_title, same_name
from bench.text.shares import shares
from bench.text.slots import Link, Slot, beside, fit, led_to, name_links, named_slots
from bench.text.source import Source
from bench.text.written import PREFIX

ENTITY, LIKELY = 0.75, 0.5

# Content words of the statement that the sentence of another name must have, how much better that must fit,
# how much more the sentence must say, and what both add up to.
_LEAST = 2
_FITS = 0.7
_SAYS = 0.1
_LIKELY, _SURE = 1.2, 1.35
# How much more the sentence of another name must say where nothing beside the name is found.
_LIKELY_SAYS, _SURELY_SAYS = 0.3, 0.5
_DETERMINERS = frozenset(("the", "a", "an", "his", "her", "its", "their", "our", "my", "your"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a statement that the document has too.

    Attributes:
        name: The name.
        tokens: Its tokens.
        links: What stands beside it.
        own: Its places in the document with the same beside them, and how far they fit.
        others: Those of other names.
    """

    name: Name
    tokens: tuple[Token, ...]
    links: tuple[Link, ...]
    own: tuple[tuple[Slot, float], ...]
    others: tuple[tuple[Slot, float], ...]

    @property
    def fits(self) -> float:
        """How far the best of its own places fits."""
        return max((value for _, value in self.own), default=0.0)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.tokens[0].span.start, self.tokens[-1].span.end)


def mentions(source: Source, claim: Sentence, named: Sequence[Name]) -> list[Mention]:
    """The names of a statement that the document has."""
    found = []
    for name in named:
        tokens = claim.tokens[name.start : name.end]
        if any(t.stem not in source.where for t in _telling(tokens)):
            continue
        links = name_links(source, claim.tokens, name)
        own: list[tuple[Slot, float]] = []
        others: list[tuple[Slot, float]] = []
        for slot in beside(source, links):
            if value := fit(links, slot.links):
                (own if is_same(tokens, words_of(source, slot)) else others).append((slot, value))
        found.append(Mention(name, tokens, links, tuple(own), tuple(others)))
    return found


def is_same(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether two names may mean one: two towns of a country do not."""
    mine, other = _telling(ours), _telling(theirs)
    if not same_name(mine, other):
        return False
    alike = any(a.text[:PREFIX] == b.text[:PREFIX] for a in mine for b in other)
    return alike or is_nation(mine) or is_nation(other)


def misplaced_names(source: Source, claim: Sentence, found: Sequence[Mention]) -> list[Finding]:
    """Names where the document has another one."""
    findings = []
    for mention in found:
        rivals = [
            (severity, enough, -slot.sentence, -slot.start, slot)
            for severity, enough, slot in _rivals(source, claim, mention)
            if _is_alike(source, claim, mention, slot) and not _is_told(source, claim, found, slot)
        ]
        if rivals:
            severity, *_, slot = max(rivals, key=lambda rival: rival[:4])
            place, detail = span_of(source, slot), "the article has another name here"
            findings.append(Finding("entity-swapped", severity, mention.span, (place,), detail))
    return findings


def _rivals(source: Source, claim: Sentence, mention: Mention) -> Iterator[tuple[float, float, Slot]]:
    """Places of other names that fit better: how sure that is, by how much they do, and where."""
    fitting = [(slot, value - mention.fits) for slot, value in mention.others]
    fitting = [(slot, better) for slot, better in fitting if better >= _FITS]
    if mention.fits and not fitting:
        return
    said = shares(source, claim.tokens, mention.name.start, mention.name.end)
    here = 0
    for token in _telling(mention.tokens):
        here |= source.where[token.stem]
    own = max((share for i, share in enumerate(said.around) if here >> i & 1), default=0.0)
    around = {t.stem for t in claim.tokens if t.content} - {t.stem for t in mention.tokens}
    for slot, better in fitting:
        more = said.alone[slot.sentence] - own
        if len(around & source.places[slot.sentence].keys()) < _LEAST:
            continue
        # In a sentence with both names only what stands beside them can tell.
        within = bool(here >> slot.sentence & 1)
        enough = better if within else better + 2 * more
        if enough >= _LIKELY and (within or more > _SAYS):
            yield (ENTITY if enough >= _SURE else LIKELY), enough, slot
    most = max(said.alone)
    place, more = said.alone.index(most), most - own
    if mention.fits or more <= _LIKELY_SAYS or (here | here << 1 | here >> 1) >> place & 1:
        return
    led = led_to(claim.tokens, mention.name.start)
    for slot in named_slots(source):
        several = slot.end - slot.start > 1
        if slot.sentence != place or several != (len(mention.tokens) > 1) or is_nation(mention.tokens):
            continue
        if led == led_to(source.sentences[place].tokens, slot.start):
            yield (ENTITY if more > _SURELY_SAYS else LIKELY), more, slot


def _is_alike(source: Source, claim: Sentence, mention: Mention, slot: Slot) -> bool:
    """Whether a name of the document could stand where that of the statement does.

    Not where it describes the noun behind it ("the Tottenham forward"), nor a day or a people for a person,
    nor one with an article for one without.
    """
    tokens, words = source.sentences[slot.sentence].tokens, words_of(source, slot)
    behind = tokens[slot.end] if slot.end < len(tokens) else None
    if behind is not None and _describes(behind, mention):
        return False
    return _sort(claim.tokens, mention.name.start, mention.tokens) == _sort(tokens, slot.start, words)


def _sort(tokens: Sequence[Token], start: int, words: Sequence[Token]) -> tuple[bool, bool, bool]:
    article = start > 0 and tokens[start - 1].text in _DETERMINERS
    return is_calendar(words), is_nation(words), article


def _describes(behind: Token, mention: Mention) -> bool:
    linked = any(link.stem == behind.stem for link in mention.links)
    return behind.content and behind.before in ("", "-") and not linked


def _is_told(source: Source, claim: Sentence, found: Sequence[Mention], slot: Slot) -> bool:
    """Whether the statement has the name of a place as well, and with the same beside it."""
    words = words_of(source, slot)
    same = [m for m in found if is_same(m.tokens, words)]
    if same:
        return any(fit(m.links, slot.links) for m in same)
    return not {t.stem for t in _telling(words)}.isdisjoint(t.stem for t in claim.tokens)


def _telling(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens of a name without titles and small words, where anything else is left."""
    return [t for t in tokens if t.content and not is_title(t)] or tokens


def words_of(source: Source, slot: Slot) -> Sequence[Token]:
    """The tokens of a name of the document."""
    return source.sentences[slot.sentence].tokens[slot.start : slot.end]


def span_of(source: Source, slot: Slot) -> Span:
    """Where a name of the document stands."""
    words = words_of(source, slot)
    return Span(words[0].span.start, words[-1].span.end)
