"""All for some, a third for half, less for more than a number."""

import pytest

from bench.text.align import align
from bench.text.amounts import amount_findings
from bench.text.analysis import analyse
from bench.text.source import read_source
from bench.text.support import best_sentences

ARTICLE = (
    "Most residents welcomed the plan. Egypt bore about a third of the cost of moving the temples. "
    "Few villagers had left their homes by noon. All of the bridges in the valley were damaged. "
    "Only 18 per cent of the pupils passed the first exam. Two of the three engines failed over the sea. "
    "More than 400 ships waited at the southern entrance. The film lasts no less than 210 minutes."
)


def told(text: str) -> list[tuple[str, str]]:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    aligned = align(source, claim, best_sentences(source, claim, 3))
    return [
        (text[f.span.start : f.span.end], ARTICLE[f.evidence[0].start : f.evidence[0].end])
        for f in amount_findings(source, claim, aligned)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("All residents welcomed the plan.", [("All", "Most")]),
        ("Few residents welcomed the plan.", [("Few", "Most")]),
        ("Residents welcomed the plan.", []),
        # Less than the document says is still true.
        ("Many residents welcomed the plan.", []),
        ("Some bridges in the valley were damaged.", []),
        # In other words, and with shares in figures.
        ("Half of the cost of the temples was paid by Egypt.", [("Half", "a third")]),
        ("By noon most villagers were gone from their homes.", [("most", "Few")]),
        ("Most pupils passed.", [("Most", "18")]),
        ("All engines failed when it was over the sea.", [("All", "Two")]),
        ("A third of the cost of the temples was paid by Egypt.", []),
        # No shares.
        ("It took half an hour to leave their homes by noon.", []),
        ("The most damaged bridges in the valley are closed.", []),
        # Of something else.
        ("All guests praised the food.", []),
    ],
)
def test_another_share(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fewer than 400 ships were waiting.", [("400", "400")]),
        ("More than 400 ships were waiting.", []),
        ("Over 400 ships were waiting.", []),
        ("The film is under 210 minutes long.", [("210", "210")]),
        ("The film lasts at least 210 minutes.", []),
        # Another number is left to the rules for numbers.
        ("Fewer than 500 ships were waiting.", []),
    ],
)
def test_a_bound_from_the_wrong_side(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_copies_have_their_amounts() -> None:
    source = read_source(ARTICLE, "en")
    for sentence in source.sentences:
        assert told(ARTICLE[sentence.span.start : sentence.span.end]) == []
