"""Who did it to whom, and whether it is he or she."""

import pytest

from bench.text.analysis import analyse
from bench.text.misplaced import mentions
from bench.text.names import names
from bench.text.roles import ROLE, pronoun_findings, role_findings
from bench.text.source import read_source

ARTICLE = (
    "Federer beat Nadal in the final on Sunday. Murray was trained by Lendl for years. "
    "Djokovic met Wawrinka in Paris. At the end Graham lent Harrison money. Ivanov asked quietly. "
    "Manager Nigel Pearson was dismissed that summer and Claudio Ranieri replaced him."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nadal beat Federer in the final.", ["Nadal beat Federer"]),
        ("In the final Nadal easily beat Federer.", ["Nadal easily beat Federer"]),
        ("Lendl was trained by Murray.", ["Lendl was trained by Murray"]),
        ("Lendl was trained for years by Murray.", ["Lendl was trained for years by Murray"]),
        ("Harrison lent Graham a large sum.", ["Harrison lent Graham"]),
        (
            "Ranieri was dismissed, and Pearson replaced him.",
            ["Ranieri was dismissed, and Pearson"],
        ),
        # As it is, also in the passive.
        ("Federer beat Nadal in the final.", []),
        ("Lendl trained Murray for years.", []),
        ("Murray was trained by Lendl.", []),
        ("Harrison was lent money by Graham.", []),
        ("Pearson was dismissed, and Ranieri replaced him.", []),
        # Verbs that go both ways, and one that is done to nobody in the document.
        ("Wawrinka met Djokovic in Paris.", []),
        ("Federer asked Ivanov.", []),
        # Never together in the document.
        ("Murray beat Lendl.", []),
    ],
)
def test_roles(text: str, expected: list[str]) -> None:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    findings = role_findings(source, mentions(source, claim, names(source, claim, True)))
    assert [text[f.span.start : f.span.end] for f in findings] == expected
    assert all(f.severity == ROLE and f.evidence for f in findings)


def test_it_shows_where_the_document_has_them() -> None:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse("Nadal beat Federer.", "en")
    (finding,) = role_findings(source, mentions(source, claim, names(source, claim, True)))
    assert [ARTICLE[s.start : s.end] for s in finding.evidence] == ["Nadal", "Federer"]


@pytest.mark.parametrize(
    ("text", "article", "expected"),
    [
        ("She left.", "The minister left. He waved.", ["She"]),
        ("The minister waved his hat.", "The minister waved. She left.", ["his"]),
        ("He left and she stayed.", "He left. She stayed.", []),
        ("They left.", "He left.", []),
        ("He left.", "The minister left.", []),
    ],
)
def test_pronouns(text: str, article: str, expected: list[str]) -> None:
    (claim,) = analyse(text, "en")
    findings = pronoun_findings(read_source(article, "en"), claim)
    assert [text[f.span.start : f.span.end] for f in findings] == expected
