"""Who is said to have said it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.lists import read_set
from bench.text.names import Name, document_names, is_title, same_name
from bench.text.source import Source

SPEAKER = 0.75

# Content words that must be said, and the share of them that a speaker of the document must say.
_LEAST = 2
_SHARED = 0.5
# Tokens of an apposition ("Wright, his superior, wrote"), and of a group ("lawyers for the owner").
_APPOSED = 10
_GROUP = 5
_WITHIN = frozenset(("of", "for", "from", "at", "in"))
_JOINING = frozenset(("and", "but", "while", "whereas", "as", "that", "because", "although", "though"))
_HELPING = frozenset(
    ("also", "are", "even", "had", "has", "have", "is", "later", "now", "once", "still", "then", "was",
     "were", "will", "would")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something in a sentence, and what.

    Attributes:
        start: First token of a name, or the noun of "lawyers for the owner".
        end: Behind the last.
        named: Whether it is a name.
        said: The stems of the content words that it says: those up to the next speaker, or of "…, he said"
            those before it.
    """

    start: int
    end: int
    named: bool
    said: frozenset[str]


def speaker_findings(source: Source, claim: Sentence, named: Sequence[Name]) -> list[Finding]:
    """Speakers to whom a statement gives what the document has somebody else say.

    Somebody else is a name for a name and a noun for a noun, since "the manager" may be called by his name.
    """
    findings = []
    for speaker in speakers(claim.tokens, named):
        if len(speaker.said) >= _LEAST and (other := _other(source, claim.tokens, speaker)) is not None:
            span = Span(claim.tokens[speaker.start].span.start, claim.tokens[speaker.end - 1].span.end)
            findings.append(
                Finding("speaker", SPEAKER, span, (other,), "somebody else says it in the article")
            )
    return findings


def _other(source: Source, tokens: Sequence[Token], speaker: Speaker) -> Span | None:
    """Where the document has somebody else say it, and not near it the speaker of the statement."""
    mine = tokens[speaker.start : speaker.end]
    stems = {t.stem for t in mine if t.content}
    place = max(range(len(source.sentences)), key=lambda i: (len(speaker.said & source.places[i].keys()), -i))
    theirs = _speakers(source)[place]
    most = max((len(s.said & speaker.said) for s in theirs), default=0)
    if most < _SHARED * len(speaker.said) or not stems <= source.where.keys():
        return None
    # Two may say the same: "Karo states …, TMZ reports".
    said = [(s, source.sentences[place].tokens[s.start : s.end]) for s in theirs]
    best = next(words for s, words in said if len(s.said & speaker.said) == most)
    for other, words in said:
        shared = len(other.said & speaker.said)
        if shared == most and other.named != speaker.named:
            return None
        if shared >= most / 2 and other.named == speaker.named and _same(mine, words, speaker.named):
            return None
    # A name near by may be who is meant by "he", unless it says something else there; a noun must do so.
    apart = int(speaker.named)
    around = range(max(0, place - apart), min(len(source.sentences), place + apart + 1))
    speaks = any(
        _same(mine, source.sentences[i].tokens[s.start : s.end], speaker.named)
        for i in around
        for s in _speakers(source)[i]
        if s.named == speaker.named
    )
    present = any(not stems.isdisjoint(source.places[i]) for i in around)
    if not speaks and (present or not speaker.named):
        return None
    return Span(best[0].span.start, best[-1].span.end)


def _same(mine: Sequence[Token], theirs: Sequence[Token], named: bool) -> bool:
    return same_name(mine, theirs) if named else mine[-1].stem == theirs[-1].stem


@lru_cache(maxsize=64)
def _speakers(source: Source) -> tuple[tuple[Speaker, ...], ...]:
    named = document_names(source)
    return tuple(speakers(s.tokens, named[n]) for n, s in enumerate(source.sentences))


def speakers(tokens: Sequence[Token], named: Sequence[Name]) -> tuple[Speaker, ...]:
    """Names and nouns before or behind a verb of saying, and names behind "according to"."""
    found = list(_found(tokens, {i: name for name in named for i in range(name.start, name.end)}))
    firsts = [min(start, verb) for start, _, _, verb in found]
    made = []
    for n, (start, end, is_name, verb) in enumerate(found):
        low, high = firsts[n], firsts[n + 1] if n + 1 < len(found) else len(tokens)
        if _trails(tokens, low) or not n:
            low = firsts[n - 1] if n else 0
        said = {
            t.stem
            for i, t in enumerate(tokens[low:high], low)
            if t.content and not start <= i < max(end, verb) and t.text not in read_set("sayings")
        }
        made.append(Speaker(start, end, is_name, frozenset(said)))
    return tuple(made)


def _trails(tokens: Sequence[Token], start: int) -> bool:
    """Whether a speaker follows what is said: "…, the police said"."""
    i = start
    while i and not tokens[i].before and not tokens[i - 1].content and tokens[i - 1].text not in _JOINING:
        i -= 1
    return i > 0 and not {",", '"'}.isdisjoint(tokens[i].before)


def _found(tokens: Sequence[Token], named: Mapping[int, Name]) -> Iterator[tuple[int, int, bool, int]]:
    """Start, end, whether it is a name, and the verb of each speaker."""
    for verb, token in enumerate(tokens):
        if token.text == "according":
            behind = (named[i] for i in range(verb + 2, min(verb + 2 + _GROUP, len(tokens))) if i in named)
            if (name := next(behind, None)) is not None:
                yield name.start, name.end, True, verb
        elif token.text in read_set("sayings"):
            at = _subject(tokens, verb)
            turned = named.get(verb + 1) if token.before else None  # '…," said Rodgers'
            name = turned if turned is not None and not tokens[verb + 1].before else named.get(at)
            if name is not None:
                name = _owner(tokens, name, named)
                yield name.start, name.end, True, verb
            elif at >= 0 and tokens[at].content and tokens[at].text.isalpha():
                head = _head(tokens, at)
                yield head, head + 1, False, verb


def _subject(tokens: Sequence[Token], verb: int) -> int:
    """The token before a verb and its helpers, or before an apposition; -1 for none."""
    i = verb - 1
    while (
        i >= 0 and not tokens[i + 1].before and (tokens[i].text in _HELPING or tokens[i].text.endswith("ly"))
    ):
        i -= 1
    if i >= 0 and tokens[i + 1].before == ",":
        return next((k - 1 for k in range(i, max(-1, i - _APPOSED), -1) if tokens[k].before == ","), -1)
    return -1 if i >= 0 and tokens[i + 1].before else i


def _owner(tokens: Sequence[Token], name: Name, named: Mapping[int, Name]) -> Name:
    """The first of the names that are parts of each other: "Rowland of the University of California"."""
    i = name.start - 1
    while i > 0 and (tokens[i].text in ("the", *_WITHIN) or is_title(tokens[i])) and not tokens[i + 1].before:
        i -= 1
    joined = i >= 0 and i < name.start - 1 and tokens[name.start - 1].text in ("the", *_WITHIN)
    return _owner(tokens, named[i], named) if joined and i in named and not tokens[i + 1].before else name


def _head(tokens: Sequence[Token], last: int) -> int:
    """The noun of a group that ends at a token: "lawyers" of "lawyers for the owner"."""
    for i in range(last - 1, max(-1, last - _GROUP), -1):
        if tokens[i + 1].before:
            break
        if tokens[i].text in _WITHIN and i and tokens[i - 1].content:
            return i - 1
    return last
