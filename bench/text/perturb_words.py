"""English sentences that say the opposite: a negation added or taken away, a word turned round."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from bench.core.types import Span
from bench.text.lists import read_list
from bench.text.perturb_edit import Case, Edit, cased_like, replaced
from bench.text.sentences import sentence_spans

_BE = "is|are|was|were|will|would|could|should|must|may|might|can"
_HAVE = "has|have|had"
# After "have" only a participle is negated with "not": "had not a house" is no sentence of today.
_PARTICIPLE = (
    r"(?:\w+ed|been|become|begun|broken|brought|built|bought|chosen|come|cut|done|driven|fallen|felt|found|"
    r"forgotten|gone|given|grown|held|kept|known|left|led|lost|made|meant|met|paid|put|read|risen|run|said|"
    r"seen|sent|set|shown|sold|spent|spoken|stood|taken|taught|told|thought|understood|won|written)\b"
)
_NOT_YET = r"(?= )(?! (?:not|never|no|nothing|nobody|none|neither|hardly|nor)\b)"
_BETWEEN = r"(?:also |already |since |long |always )?"
_AUXILIARY = re.compile(rf"\b(?:(?:{_BE})|(?:{_HAVE})(?= {_BETWEEN}{_PARTICIPLE})){_NOT_YET}")
_NOTHING = re.compile(r"\b(?:not|never|no|nothing|nobody|none|neither|hardly|nor)\b|n['’]t\b", re.IGNORECASE)
# Behind a determiner "can", "will" and "might" are nouns.
_NOUN_BEFORE = re.compile(r"\b(?:the|a|an|his|her|its|their|this|that|of|in|free) \Z", re.IGNORECASE)
_ALL = rf"(?:{_BE}|{_HAVE}|do|does|did)"
_NEGATED = re.compile(
    rf"\b(?:(?P<whole>{_ALL}) (?:not|never) |(?P<cannot>cannot|can['’]t)\b|(?P<will>won['’]t)\b|"
    rf"(?P<short>{_ALL})n['’]t\b)"
)
# Words whose opposite depends on the sense that they have in the sentence.
_UNSURE = {
    "able", "after", "back", "before", "close", "cut", "down", "end", "fire", "first", "hard", "join",
    "joined", "known", "last", "lead", "leading", "left", "like", "long", "loses", "love", "may", "most",
    "open", "pass", "present", "private", "public", "right", "support", "top", "up", "well",
}  # fmt: skip


def negation(case: Case) -> Edit | None:
    """``not`` put behind an auxiliary, or a negation taken away."""
    text = case.text
    able: list[tuple[Span, str]] = []
    for sentence in sentence_spans(text, case.doc.lang):
        if not text[: sentence.end].endswith("?"):
            able += _added(text, sentence)
        able += _removed(text, sentence)
    if not able:
        return None
    span, new = case.rng.choice(able)
    return replaced(text, span.start, span.end, new)


def _added(text: str, sentence: Span) -> Iterator[tuple[Span, str]]:
    for match in _AUXILIARY.finditer(text, sentence.start, sentence.end):
        before = text[sentence.start : match.start()]
        # Two negations would say again what the sentence says.
        if not _NOUN_BEFORE.search(before) and not _NOTHING.search(before):
            yield Span(*match.span()), f"{match[0]} not"


def _removed(text: str, sentence: Span) -> Iterator[tuple[Span, str]]:
    for match in _NEGATED.finditer(text, sentence.start, sentence.end):
        if match["whole"]:
            yield Span(match.start(), match.end()), f"{match['whole']} "
        else:
            yield Span(*match.span()), match["short"] or ("can" if match["cannot"] else "will")


def antonym(case: Case) -> Edit | None:
    """A word replaced by its opposite, which does not stand in the same sentence."""
    text, opposites = case.text, _opposites()
    able = []
    for sentence in sentence_spans(text, case.doc.lang):
        found = list(re.finditer(r"(?<![\w’'-])[A-Za-z]+(?![\w’'-])", text[sentence.start : sentence.end]))
        present = {m[0].lower() for m in found}
        for match in found:
            word = match[0].lower()
            # Inside a sentence a capital makes it a part of a name: the First World War, North Sea.
            if (match.start() and match[0][0].isupper()) or word in _UNSURE:
                continue
            if choices := [o for o in opposites.get(word, ()) if o not in present]:
                start = sentence.start + match.start()
                able.append((Span(start, start + len(word)), choices))
    if not able:
        return None
    span, choices = case.rng.choice(able)
    new = cased_like(case.rng.choice(choices), text[span.start : span.end])
    return replaced(text, span.start, span.end, new)


@cache
def _opposites() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in read_list("antonyms"):
        one, other = line.split()
        for word, opposite in ((one, other), (other, one)):
            if opposite not in found.setdefault(word, []):
                found[word].append(opposite)
    return {word: tuple(sorted(opposites)) for word, opposites in found.items()}
