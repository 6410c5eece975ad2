"""Quotations, which must stand in the document."""

import pytest

from bench.text.analysis import analyse
from bench.text.quotes import has_quotes, quote_findings
from bench.text.source import read_source

ARTICLE = (
    "“We don’t know how it happened, frankly,” she said. He called it a “miracle”. Le ministre a dit « oui »."
)


def found(text: str) -> list[str]:
    findings = quote_findings(read_source(ARTICLE, "en"), analyse(text, "en"), text)
    return [text[f.span.start : f.span.end].strip() for f in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('She said: "We do know why it happened."', ["We do know why it happened."]),
        ("She said: ‘We know how it broke’.", ["We know how it broke"]),
        # As it stands, with other marks, spaces and punctuation, or cut.
        ('"We don\'t know how it happened frankly," she said.', []),
        ("`` we do n't know how it happened , frankly , '' she said .", []),
        ('"We do not know how it happened," she said.', []),
        ('She said: "We don\'t know ... frankly."', []),
        ('She said: "[They] don\'t know how it happened."', []),
        # A word or two in marks are no quotation; nor are apostrophes.
        ('It was no "great miracle" at all.', []),
        ("The teams' fans didn't see the players' bus.", []),
        # A mark that is never closed.
        ('She said: "We do know why it happened.', []),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_whether_a_text_quotes() -> None:
    assert has_quotes("She said « oui » to all.")
    assert not has_quotes("She said it's the players' bus.")


def test_long_texts_take_little_time() -> None:
    for text in ('"' + " " * 50_000, '"x ' * 20_000, "‘x’y" * 20_000, "`` x ' " * 20_000):
        has_quotes(text)
        found(text[:2_000])
