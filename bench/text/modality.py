"""What a document only plans, expects, alleges or thinks possible, told as a fact."""

from collections.abc import Sequence

from bench.core.types import Finding
from bench.text.align import Alignment
from bench.text.analysis import Sentence, Token
from bench.text.clauses import NOWHERE, before, clause, context, place, positions
from bench.text.forms import family, is_past
from bench.text.lists import read_set
from bench.text.source import Source

MOOD = 0.75

# Share of a statement's content that must be the same, and tokens of the document that may differ.
_SHARED = 0.6
_WIDEST = 5
_STEM = 4
# In other words: the share of a statement that stands around a verb, how far before it a word leaves it open.
_AROUND = 0.4
_REACH = 7
_TO = 2
# Behind these "to" tells of what was done.
_DONE = frozenset(
    ("able", "allowed", "appear", "appeared", "began", "begins", "came", "continued", "continues", "enough",
     "failed", "first", "forced", "found", "had", "has", "have", "helped", "known", "last", "led", "likes",
     "loves", "made", "managed", "one", "only", "proved", "refused", "seem", "seemed", "seen", "started",
     "thought", "turned", "used", "went")
)  # fmt: skip
# Before a participle that stands with a noun: "an unnamed buyer".
_NOUNS = frozenset(
    ("a", "an", "any", "as", "her", "his", "its", "more", "most", "my", "no", "our", "some", "that", "the",
     "their", "these", "this", "those", "very", "your")
)  # fmt: skip
_LINKS = frozenset(("by", "for", "from", "in", "of", "to", "with"))
_AHEAD = frozenset(("about", "set", "to", "yet"))


def settled(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    """What the document leaves open, said as a fact: in its wording, or with a verb that it has only so."""
    return _in_place(source, claim, aligned) or _in_other_words(source, claim)


def _in_place(source: Source, claim: Sentence, aligned: Sequence[Alignment]) -> list[Finding]:
    for alignment in aligned:
        if alignment.shared < _SHARED:
            break
        tokens = source.sentences[alignment.sentence].tokens
        for gap in alignment.gaps:
            theirs = tokens[gap.low : gap.high]
            word = next((t for t in theirs if _leaves_open(t)), None)
            if word is None or len(theirs) > _WIDEST or not gap.left or gap.right < 2:
                continue
            around = claim.tokens[max(0, gap.start - _WIDEST) : gap.end + 2]
            mine = claim.tokens[gap.start : gap.end]
            if any(t.text == "to" or _leaves_open(t) for t in around) or not _is_one(mine, theirs):
                continue
            return [_finding(claim.tokens[gap.end - 1 if mine else gap.end], word)]
    return []


def _is_one(mine: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether a statement has nothing there, or another form of the document's last word: "rebuilt"."""
    return not mine or (len(mine) == 1 and mine[0].text[:_STEM] == theirs[-1].text[:_STEM])


def _in_other_words(source: Source, claim: Sentence) -> list[Finding]:
    for i, token in enumerate(claim.tokens):
        if not token.content or not _is_done(claim.tokens, i):
            continue
        around = None
        left_open = done = NOWHERE
        for sentence, at in positions(source, family(token.stem)):
            around = around or context(source, claim, i)
            tokens = source.sentences[sentence].tokens
            here = place(source, around, sentence, at)
            if _open(tokens, at) is None:
                done = max(done, here)
            elif _is_verb(tokens, at, _NOUNS) and not tokens[at].text.endswith("ing"):
                left_open = max(left_open, here)
        if left_open.tells(_AROUND, done):
            word = _open(source.sentences[left_open.sentence].tokens, left_open.position)
            return [_finding(token, word)] if word else []
    return []


def _is_done(tokens: Sequence[Token], i: int) -> bool:
    """Whether a token is a verb that tells of what was done."""
    token = tokens[i]
    if (token.capital and not token.first) or not is_past(token.text) or _leaves_open(token):
        return False
    if not _is_verb(tokens, i, _NOUNS | _LINKS) or _open(tokens, i) is not None:
        return False
    ahead = tokens[clause(tokens, i)[0] : i]
    return not any(_leaves_open(t) or t.text in read_set("negators") or t.text in _AHEAD for t in ahead)


def _is_verb(tokens: Sequence[Token], i: int, not_behind: frozenset[str]) -> bool:
    """Whether a token does not stand with a noun, as in "an unnamed buyer" or "a closed-form solver"."""
    joined = i + 1 < len(tokens) and "-" in tokens[i + 1].before
    return i > 0 and not tokens[i].before and tokens[i - 1].text not in not_behind and not joined


def _open(tokens: Sequence[Token], i: int) -> Token | None:
    """The word before a verb that leaves open whether it is done, or denies it."""
    for at in before(tokens, i, 1, _REACH):
        if _leaves_open(tokens[at]) or tokens[at].text in read_set("negators"):
            return tokens[at]
        if tokens[at].text == "to" and i - at <= _TO:
            return None if any(t.text in _DONE for t in tokens[max(0, at - 2) : at]) else tokens[at]
    return None


def _leaves_open(token: Token) -> bool:
    return token.text in read_set("unsettled") and (token.first or not token.capital)  # not the month of May


def _finding(verb: Token, word: Token) -> Finding:
    return Finding("mood", MOOD, verb.span, (word.span,), f"the article has {word.text}"[:120])
