"""Who is said to have said it."""

from collections.abc import Iterator, Sequence

from bench.core.types import Finding, Span
from bench.text.align import Alignment
from bench.text.analysis import Sentence, Token
from bench.text.lists import read_set
from bench.text.names import Name, names, same_name
from bench.text.source import Source
from bench.text.written import cased

SPEAKER = 0.5

# Share of what is said that a sentence of the document must have.
_SHARED = 0.5
_AROUND = 1


def speaker_findings(
    source: Source, claim: Sentence, named: Sequence[Name], aligned: Sequence[Alignment]
) -> list[Finding]:
    """Names that say what the document has somebody else say, and that are not even near it there."""
    findings: list[Finding] = []
    if not aligned or aligned[0].shared < _SHARED:
        return findings
    place = aligned[0].sentence
    sentence = source.sentences[place]
    theirs = list(_speakers(sentence, names(source, sentence, cased(sentence))))
    if not theirs:
        return findings
    around = source.sentences[max(0, place - _AROUND) : place + _AROUND + 1]
    present = {t.stem for s in around for t in s.tokens}
    for name in _speakers(claim, named):
        tokens = claim.tokens[name.start : name.end]
        if any(t.stem in present or t.stem not in source.where for t in tokens):
            continue
        others = [sentence.tokens[n.start : n.end] for n in theirs]
        if any(same_name(tokens, other) for other in others):
            continue
        span = Span(tokens[0].span.start, tokens[-1].span.end)
        where = Span(others[0][0].span.start, others[0][-1].span.end)
        findings.append(Finding("speaker", SPEAKER, span, (where,), "somebody else says it in the article"))
    return findings


def _speakers(sentence: Sentence, named: Sequence[Name]) -> Iterator[Name]:
    """Names beside a verb of saying, or behind "according to"."""
    tokens = sentence.tokens
    for name in named:
        behind = tokens[name.end : name.end + 2]
        before = tokens[max(0, name.start - 2) : name.start]
        if _says(behind) or _says(before[-1:]) or [t.text for t in before] == ["according", "to"]:
            yield name


def _says(tokens: Sequence[Token]) -> bool:
    return any(t.text in read_set("sayings") for t in tokens)
