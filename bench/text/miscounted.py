"""Numbers of a document that a statement puts in the place of another, in any wording.

As names are compared in :mod:`bench.text.misplaced`: by what stands beside them and by how much their
sentence says of the statement.
"""

from collections.abc import Sequence

from bench.core.types import Finding, Span
from bench.text.analysis import Sentence, Token
from bench.text.quantities import Quantity, is_close, quantities
from bench.text.shares import shares
from bench.text.slots import fit, number_links, numbered_slots
from bench.text.source import Source

NUMBER, LIKELY = 0.75, 0.25

# How much better another number must fit: on one side, or both; and what its sentence must say then, and
# more than that of the statement's own number.
_ONE, _BOTH = 1.0, 1.3
_SHARE_OF_ONE, _SHARE_OF_BOTH, _LIKELY_SHARE = 0.3, 0.1, 0.15
_SAYS = 0.1
_YEARS = range(1000, 2101)
_CURRENCIES = frozenset("$£€¥")
_MONEY = frozenset(("pounds", "dollars", "euros", "pence", "cents", "yen", "francs", "marks", "rupees"))
_SHARES = frozenset(("percent", "per", "pc", "percentage"))


def misplaced_numbers(source: Source, claim: Sentence) -> list[Finding]:
    """Numbers where the document has another one; halves of results and ranges (3-1) are let be."""
    findings = []
    for q in quantities(claim):
        if q.name or _is_paired(claim.tokens, q):
            continue
        rival = _rival(source, claim, q)
        if rival is not None:
            severity, place = rival
            detail = f"the article has {source.text[place.start : place.end]} here"
            findings.append(Finding("number-conflict", severity, q.span, (place,), detail[:120]))
    return findings


def _is_paired(tokens: Sequence[Token], q: Quantity) -> bool:
    def joined(i: int, other: int) -> bool:
        return tokens[i].before == "-" and tokens[other].text[0].isdecimal()

    return (q.start > 0 and joined(q.start, q.start - 1)) or (q.end < len(tokens) and joined(q.end, q.end))


def _rival(source: Source, claim: Sentence, q: Quantity) -> tuple[float, Span] | None:
    """The number that fits best where it fits better than the statement's, and how sure that is."""
    slots = numbered_slots(source)
    own = [slot for other, slot in slots if not set(q.values).isdisjoint(other.values)]
    links = number_links(claim.tokens, q)
    if not own or not links:
        return None
    fits = max(fit(links, slot.links) for slot in own)
    fitting = [(other, slot, fit(links, slot.links) - fits) for other, slot in slots]
    fitting = [place for place in fitting if place[2] >= _ONE]
    if not fitting:
        return None
    said, sort = shares(source, claim.tokens, q.start, q.end), _sort_of_number(claim.tokens, q)
    here = {slot.sentence for slot in own}
    most = max(said.around[i] for i in here)
    rivals = []
    for other, slot, better in fitting:
        share = said.alone[slot.sentence]
        if slot.sentence not in here and share - most <= _SAYS:
            continue
        sure = share >= (_SHARE_OF_BOTH if better >= _BOTH else _SHARE_OF_ONE)
        if not sure and share < _LIKELY_SHARE:
            continue
        if sort != _sort_of_number(source.sentences[slot.sentence].tokens, other):
            continue
        if sort == "year" or not is_close(q, other):
            rivals.append((sure, better + share, -slot.sentence, -slot.start, other.span))
    if not rivals:
        return None
    sure, *_, place = max(rivals)
    return NUMBER if sure else LIKELY, place


def _sort_of_number(tokens: Sequence[Token], q: Quantity) -> str:
    """What a number is: a share, money, a year, or any other."""
    behind = tokens[q.end] if q.end < len(tokens) else None
    if behind is not None and (behind.text in _SHARES or behind.before.startswith("%")):
        return "share"
    if not _CURRENCIES.isdisjoint(tokens[q.start].before) or (behind and behind.text in _MONEY):
        return "money"
    year = q.written.isdecimal() and len(q.written) == 4 and int(q.written) in _YEARS
    return "year" if year else "other"
