"""What a statement has in the place of something else of the document."""

from collections.abc import Callable, Sequence

import pytest

from bench.core.types import Finding
from bench.text.align import Alignment, align
from bench.text.analysis import Sentence, analyse
from bench.text.names import names
from bench.text.source import Source, read_source
from bench.text.support import best_sentences
from bench.text.swaps import (
    crossed_names,
    swapped_names,
    swapped_numbers,
)

ARTICLE = (
    "Rooney scored twice in the second half of the match at Anfield. Gerrard was booked for a late tackle. "
    "The council spent 45 million pounds on 12 new schools last year. Most residents welcomed the plan. "
    "The government plans to close the old hospital in Leeds next spring. "
    "Sturridge was injured in training on Friday. "
    "“The tackle was a disgrace and the referee saw it,” said Ferguson."
)


def laid(text: str) -> tuple[Source, Sentence, Sequence[Alignment]]:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    return source, claim, align(source, claim, best_sentences(source, claim, 3))


def told(text: str, findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """The words of the summary, and those of the document."""
    return [
        (text[f.span.start : f.span.end], ARTICLE[f.evidence[0].start : f.evidence[0].end]) for f in findings
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Sturridge scored twice in the second half of the match at Anfield.",
            [("Sturridge", "Rooney")],
        ),
        ("Rooney scored twice in the second half of the match at Leeds.", [("Leeds", "Anfield")]),
        ("Rooney scored twice in the second half of the match at Anfield.", []),
        # No name of the document in its place: left to the rule for names.
        ("Smith scored twice in the second half of the match at Anfield.", []),
        # In other words it may be true.
        ("Sturridge found the net two times.", []),
    ],
)
def test_another_name(text: str, expected: list[tuple[str, str]]) -> None:
    source, claim, aligned = laid(text)
    findings = swapped_names(source, claim, names(source, claim, True), aligned)
    assert told(text, findings) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council spent 45 million pounds on three new schools.", [("three", "12")]),
        ("The council spent 2 million pounds on 12 new schools.", [("2 million", "45 million")]),
        ("The council spent 45 million pounds on 12 new schools.", []),
        # Nearly the same, or in the same sentence.
        ("The council spent 44 million pounds on 12 new schools.", []),
        ("The council spent 45 million pounds on 45 new schools.", []),
    ],
)
def test_another_number(text: str, expected: list[tuple[str, str]]) -> None:
    source, claim, aligned = laid(text)
    assert told(text, swapped_numbers(source, claim, aligned)) == expected


def test_two_names_each_in_the_place_of_the_other() -> None:
    text = "Anfield scored twice in the second half of the match at Rooney."
    source, claim, aligned = laid(text)
    (finding,) = crossed_names(source, claim, aligned)
    assert [ARTICLE[s.start : s.end] for s in finding.evidence] == ["Rooney", "Anfield"]
    assert crossed_names(*laid("Rooney scored twice in the second half of the match at Anfield.")) == []


Rule = Callable[[Source, Sentence, Sequence[Alignment]], list[Finding]]


@pytest.mark.parametrize("rule", [swapped_numbers, crossed_names])
def test_copies_are_never_wrong(rule: Rule) -> None:
    source = read_source(ARTICLE, "en")
    for sentence in source.sentences:
        text = ARTICLE[sentence.span.start : sentence.span.end]
        assert rule(*laid(text)) == []
