"""Who did it to whom, and whether it is he or she."""

import pytest

from bench.text.analysis import analyse
from bench.text.names import names
from bench.text.roles import pronoun_findings, role_findings
from bench.text.source import read_source

ARTICLE = (
    "Federer beat Nadal in the final on Sunday. Murray was trained by Lendl for years. "
    "Djokovic met Wawrinka in Paris."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nadal beat Federer in the final.", ["Nadal beat Federer"]),
        ("Lendl was trained by Murray.", ["Lendl was trained by Murray"]),
        ("Federer was beaten and Nadal beat Federer.", ["Nadal beat Federer"]),
        # As it is, also in the passive.
        ("Federer beat Nadal in the final.", []),
        ("Nadal was beat by Federer.", []),
        ("Lendl trained Murray for years.", []),
        # Verbs that go both ways.
        ("Wawrinka met Djokovic in Paris.", []),
        # Never together in the document.
        ("Murray beat Nadal.", []),
    ],
)
def test_roles(text: str, expected: list[str]) -> None:
    source = read_source(ARTICLE, "en")
    (claim,) = analyse(text, "en")
    findings = role_findings(source, claim, names(source, claim, True))
    assert [text[f.span.start : f.span.end] for f in findings] == expected
    assert all(f.severity == 0 and f.evidence for f in findings)


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
