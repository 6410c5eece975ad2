"""Names that stand in the place of another, in other words than the document's."""

import pytest

from bench.text.analysis import analyse
from bench.text.misplaced import ENTITY, LIKELY, mentions, misplaced_names
from bench.text.names import names
from bench.text.source import read_source

ARTICLE = (
    "In 1945 Dorothy Hodgkin worked out how the molecule is built. "
    "The chemist John Sheehan of the Massachusetts Institute of Technology completed the first rational "
    "synthesis in 1957. "
    "First Officer Jeffrey Skiles was flying the aircraft. Captain Chesley Sullenberger took over. "
    "The temple of Philae was rebuilt on the island of Agilkia, and Amada was rolled along rails. "
    "The Milan theatre was helped after the flood of 1966. A statue went to Turin. "
    "The Tottenham forward posted a video of himself in front of the museum. Adebayor likes to dance. "
    "On Tuesday the council sold the manuscript for a million. "
    "Ministers signed the treaty at Canterbury in February 1986, before an audience of engineers. "
    "The first train left long afterwards, and many people had lost money by then. "
    "The works near Dover employed thousands."
)


def found(text: str) -> list[tuple[str, str, float]]:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    cased = any(t.capital for t in claim.tokens)
    findings = misplaced_names(source, claim, mentions(source, claim, names(source, claim, cased)))
    return [
        (
            text[f.span.start : f.span.end],
            ARTICLE[f.evidence[0].start : f.evidence[0].end],
            f.severity,
        )
        for f in findings
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dorothy Hodgkin completed a rational synthesis in 1957.",
            [("Dorothy Hodgkin", "John Sheehan", ENTITY)],
        ),
        (
            "dorothy hodgkin completed a rational synthesis in 1957.",
            [("dorothy hodgkin", "John Sheehan", ENTITY)],
        ),
        (
            "Officer Chesley Sullenberger was flying the aircraft.",
            [("Officer Chesley Sullenberger", "Officer Jeffrey Skiles", ENTITY)],
        ),
        # In one sentence, only what stands beside both sides can tell.
        ("The temple of Amada was rebuilt on an island.", [("Amada", "Philae", ENTITY)]),
        # Nothing beside it is the same, but all the rest is in one place, far from it.
        ("Engineers and ministers came for the treaty in Dover.", []),
        (
            "The treaty that ministers signed before engineers was made at Dover.",
            [("Dover", "Canterbury", ENTITY)],
        ),
    ],
)
def test_another_name_belongs_there(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # As it is, in other words.
        "Sheehan was the one who completed a rational synthesis in 1957.",
        "A rational synthesis was completed in 1957 by John Sheehan.",
        "Philae was rebuilt on an island called Agilkia.",
        "In Canterbury ministers signed a treaty.",
        # The other name only describes a noun: he may be that forward.
        "Adebayor posted a video of himself in front of the museum.",
        # A day is no person, a name with an article no name without one.
        "Adebayor sold the manuscript for a million.",
        # Both are told.
        "Hodgkin and Sheehan completed a rational synthesis in 1957.",
        # A name that the document does not have is another rule's.
        "Obama completed a rational synthesis in 1957.",
        # Little is known of it.
        "Hodgkin completed school.",
    ],
)
def test_true_or_unknown_it_is_silent(text: str) -> None:
    assert found(text) == []


def test_what_says_less_weighs_less() -> None:
    text = "Hodgkin completed a rational and beautiful synthesis for which chemists everywhere praised her."
    severities = [severity for _, _, severity in found(text)]
    assert severities in ([LIKELY], [ENTITY])


def test_two_towns_of_a_country_are_two() -> None:
    (finding,) = found("The Turin theatre was helped after the flood.")
    assert finding[:2] == ("Turin", "Milan")
