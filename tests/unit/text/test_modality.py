"""What is only planned, alleged or possible, told as a fact."""

import pytest

from bench.text.align import align
from bench.text.analysis import analyse
from bench.text.modality import settled
from bench.text.source import read_source
from bench.text.support import best_sentences

ARTICLE = (
    "The government plans to close the old hospital in Leeds next spring. "
    "A spacecraft was launched in May to photograph the rings of Saturn. "
    "The clerk is accused of having stolen the silver cup from the museum. "
    "The treaty could prevent half a degree of warming. The rangers managed to free the trapped whale. "
    "A court may fine the owner if the pipes burst, experts said. "
    "The singer sold the house to an unnamed buyer."
)


def told(text: str) -> list[tuple[str, str]]:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    aligned = align(source, claim, best_sentences(source, claim, 3))
    return [
        (text[f.span.start : f.span.end], ARTICLE[f.evidence[0].start : f.evidence[0].end])
        for f in settled(source, claim, aligned)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # In the wording of the document.
        ("The government closed the old hospital in Leeds.", [("closed", "plans")]),
        ("The government will close the old hospital in Leeds.", []),
        ("The government plans to close the old hospital in Leeds.", []),
        ("The government wants to close the old hospital in Leeds.", []),
        # In other words.
        ("Since May the rings of Saturn have been photographed.", [("photographed", "to")]),
        ("It was the clerk who stole the cup from the museum.", [("stole", "accused")]),
        ("Half a degree of warming has been prevented.", [("prevented", "could")]),
        # Left open there too, or denied.
        ("The rings of Saturn are to be photographed.", []),
        ("Half a degree of warming would be prevented.", []),
        ("The clerk has not stolen the cup from the museum.", []),
        ("If the pipes burst, the owner must pay.", []),
        # Done in the document, though behind "to".
        ("Rangers freed a whale that was trapped.", []),
        # With a noun, no verb.
        ("To an unnamed buyer went the house of the singer.", []),
        # Another verb than the document's.
        ("The hospital in Leeds was shut.", []),
    ],
)
def test_told_as_a_fact(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_what_the_document_also_tells_as_done_is_none() -> None:
    source = read_source(f"{ARTICLE} In June it photographed the rings of Saturn from afar.", "en")
    (claim,) = analyse("Since June the rings of Saturn have been photographed.", "en")
    assert settled(source, claim, align(source, claim, best_sentences(source, claim, 3))) == []


def test_copies_are_facts() -> None:
    source = read_source(ARTICLE, "en")
    for sentence in source.sentences:
        assert told(ARTICLE[sentence.span.start : sentence.span.end]) == []
