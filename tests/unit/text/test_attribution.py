"""Who is said to have said it."""

import pytest

from bench.text.analysis import analyse
from bench.text.attribution import speaker_findings, speakers
from bench.text.names import names
from bench.text.source import read_source

ARTICLE = (
    "Rooney scored twice at Anfield. Sturridge was hurt. The crowd sang for an hour. "
    "“It was a disgrace, and the referee saw that tackle,” said Alex Ferguson. Sturridge left the ground. "
    "The authority insisted that the captain was responsible, while lawyers for the owner argued that the "
    "ship should never have entered the canal in such weather. "
    "Jöran Matsson, the boatswain, told the inquiry that the admiral had wished the king were at home. "
    "Jakobsson replied that he had followed his predecessor's directions. "
    "The manager said that the pitch was frozen hard."
)


def told(text: str) -> list[tuple[str, str]]:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    findings = speaker_findings(source, claim, names(source, claim, True))
    return [
        (text[f.span.start : f.span.end], ARTICLE[f.evidence[0].start : f.evidence[0].end]) for f in findings
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The tackle was a disgrace and the referee saw it, Rooney said.", [("Rooney", "Alex Ferguson")]),
        (
            "According to Rooney the tackle was a disgrace that the referee saw.",
            [("Rooney", "Alex Ferguson")],
        ),
        ("Ferguson claimed that the admiral wished the king at home.", [("Ferguson", "Jöran Matsson")]),
        # It says something else in the next sentence, so that it is not meant by a description.
        (
            "Jakobsson told the inquiry that the admiral wished the king at home.",
            [("Jakobsson", "Jöran Matsson")],
        ),
        ("Lawyers for the owner insisted the captain alone was responsible.", [("Lawyers", "authority")]),
        ("The authority argued that the ship should not have entered the canal.", [("authority", "lawyers")]),
        # As it is.
        ("The tackle was a disgrace and the referee saw it, Ferguson said.", []),
        ("Matsson told the inquiry that the admiral had wished the king at home.", []),
        ("Lawyers for the owner argued that the ship should not have entered the canal.", []),
        ("The authority insisted that the captain was responsible.", []),
        # Nobody is said to say it, or somebody of whom the document does not know.
        ("The tackle was a disgrace and the referee saw it.", []),
        ("The tackle was a disgrace and the referee saw it, Obama said.", []),
        # Near the words in the document, so that it may be meant there.
        ("The tackle was a disgrace and the referee saw it, Sturridge said.", []),
        # A name and a description may be one; nouns must have their own say in the same sentence.
        ("The pitch was frozen hard, Ferguson said.", []),
        ("The pitch was frozen hard, the authority said.", []),
        # Too little is said to know it again.
        ("Rooney said it was a disgrace.", []),
    ],
)
def test_another_speaker(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wright, his superior at the hospital, wrote that he knew.", ["Wright"]),
        (
            "Yesterday Sherwood Rowland of the University of California had argued that it would.",
            ["Sherwood Rowland"],
        ),
        ("“It is late,” said Anna Karin.", ["Anna Karin"]),
        ("It is late, the head of the inquiry also admitted.", ["head"]),
        ("According to Lloyd's List it is late.", ["Lloyd"]),
        ("He said that it was late.", []),
        ("It is late.", []),
    ],
)
def test_who_speaks(text: str, expected: list[str]) -> None:
    source = read_source(text, "en")
    (claim,) = analyse(text, "en")
    found = speakers(claim.tokens, names(source, claim, True))
    places = [(claim.tokens[s.start].span.start, claim.tokens[s.end - 1].span.end) for s in found]
    assert [text[start:end] for start, end in places] == expected


def test_what_stands_before_and_behind_a_speaker_is_told_apart() -> None:
    (claim,) = analyse("Workers said the dam leaked, while engineers insisted the lake was safe.", "en")
    workers, engineers = speakers(claim.tokens, [])
    assert workers.said == {"dam", "leak"}
    assert engineers.said == {"lake", "safe"}
