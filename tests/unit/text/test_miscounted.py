"""Numbers that stand in the place of another, in other words than the document's."""

import pytest

from bench.text.analysis import analyse
from bench.text.miscounted import LIKELY, NUMBER, misplaced_numbers
from bench.text.source import read_source

ARTICLE = (
    "Leicester lost just three of 38 games and ended on 81 points. "
    "Ten workers were killed during construction, eight of them British. "
    "The ozone is expected to return to 1980 values by about 2066 over the Antarctic and 2040 elsewhere. "
    "The fire killed 492 people in a nightclub. The board enlisted 20 companies for the programme. "
    "The tunnel cost £4.6 billion, and 12 per cent of it was borrowed. Its owner has 300 shops. "
    "They won 3-1 on Monday and lost 2-0 on Friday. A visit takes about 48 minutes."
)


def found(text: str) -> list[tuple[str, str, float]]:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    return [
        (text[f.span.start : f.span.end], ARTICLE[f.evidence[0].start : f.evidence[0].end], f.severity)
        for f in misplaced_numbers(source, claim)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leicester ended on 38 points.", [("38", "81", NUMBER)]),
        (
            "Eight workers died during construction, ten of them British.",
            [("Eight", "Ten", NUMBER), ("ten", "eight", NUMBER)],
        ),
        (
            "The ozone should be back at 1980 values by about 2040 over the Antarctic.",
            [("2040", "2066", NUMBER)],
        ),
        ("The fire in the nightclub killed 20 people.", [("20", "492", NUMBER)]),
        # In long statements of which the sentence has little, it is only likely.
        (
            "A blaze broke out and 20 people died there.",
            [("20", "492", LIKELY)],
        ),
    ],
)
def test_another_number_belongs_there(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "With 81 points Leicester came out on top.",
        "Ten people died in the construction, and eight of them were British.",
        "The nightclub fire killed 492 people.",
        # Rounded, of another kind, or half of a result.
        "Leicester ended on about 80 points.",
        "A visit takes 50 minutes.",
        "The tunnel cost 300 million.",
        "They won 2-1 on Monday.",
        # Not in the document: another rule's.
        "Leicester ended on 99 points.",
        # Nothing beside it.
        "It was 38.",
    ],
)
def test_true_or_unknown_it_is_silent(text: str) -> None:
    assert found(text) == []
