"""Numbers: how they are written, and which of them a document supports."""

import pytest

from bench.text.analysis import analyse
from bench.text.numbers import number_findings
from bench.text.numerals import figure, value
from bench.text.quantities import quantities
from bench.text.source import read_source


def found(text: str, article: str, *, english: bool = True) -> list[str]:
    source = read_source(article, "en" if english else "de")
    near = list(range(len(source.sentences)))
    claims = analyse(text, "en" if english else "de")
    findings = [f for claim in claims for f in number_findings(source, claim, near, text, english)]
    return [text[f.span.start : f.span.end] for f in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4,837 people", [("4,837", (4837.0,))]),
        ("1.5 million people", [("1.5 million", (1_500_000.0,))]),
        ("twenty-one people", [("twenty-one", (21.0,))]),
        ("a hundred and five thousand people", [("a hundred and five thousand", (105_000.0,))]),
        ("half a million people", [("half a million", (500_000.0,))]),
        ("a £5m deal", [("5m", (5.0, 5_000_000.0))]),
        ("won 3-1 in 2012", [("3", (3.0,)), ("1", (1.0,)), ("2012", (2012.0,))]),
        ("one, two and three", [("one", (1.0,)), ("two", (2.0,)), ("three", (3.0,))]),
        ("१,००० people", [("१,०००", (1000.0,))]),
        ("235, 000 people", [("235, 000", (235_000.0,))]),
    ],
)
def test_what_numbers_mean(text: str, expected: list[tuple[str, tuple[float, ...]]]) -> None:
    (sentence,) = analyse(text, "en")
    assert [(text[q.span.start : q.span.end], q.values) for q in quantities(sentence)] == expected


def test_parts_make_one_number() -> None:
    assert value(("two", "hundred", "five")) == 205
    assert value(("1.5", "million")) == 1_500_000
    assert figure("12,34,567") == 1_234_567
    assert figure("10:30") == figure("10.3")


@pytest.mark.parametrize(
    ("text", "article", "expected"),
    [
        # Not in the article.
        ("It killed 47 people.", "It killed 45 people.", ["47"]),
        ("It killed forty-seven people.", "It killed 45 people.", ["forty-seven"]),
        ("It cost 5 billion dollars.", "It cost 5 million dollars.", ["5 billion"]),
        ("It fell by 50 per cent.", "It fell by 48 per cent.", ["50"]),
        ("It was built in 2010.", "It was built in 2008.", ["2010"]),
        ("It ended 3-1.", "It ended 2-1.", ["3"]),
        # The same, written otherwise.
        ("It killed 45 people.", "It killed forty-five people.", []),
        ("It cost two thousand dollars.", "It cost $2,000.", []),
        ("It cost 1.5 million dollars.", "It cost $1,500,000.", []),
        ("It cost £5m.", "It cost five million pounds.", []),
        ("It has 53, 193, 914 people.", "It has 53,193,914 people.", []),
        ("He came 21st.", "He came in twenty-first place, behind 20 others: number 21.", []),
        ("It lasted 2 days.", "It lasted a couple of days.", []),
        ("It began at 7.30pm.", "It began at 7:30 pm.", []),
        ("In the 2012-13 season.", "In the season that ended in 2013, begun in 2012.", []),
        ("In the 1990s.", "It happened in 1994.", []),
        ("Nine in ten women refused.", "Some 90 per cent of women refused.", []),
        # Rounded to the figures that the summary has.
        ("It killed 4,800 people.", "It killed 4,837 people.", []),
        ("It killed 5,000 people.", "It killed 4,837 people.", []),
        ("It grew by 5 per cent.", "It grew by 4.8 per cent.", []),
        ("It cost 1.2 million.", "It cost 1,234,567.", []),
        ("It killed nearly 50 people.", "It killed 48 people.", []),
        ("It killed more than 40 people.", "It killed 45 people.", []),
        ("It killed nearly 50 people.", "It killed 20 people.", ["50"]),
        # No numbers of things: names, marks of a list, small words, several hundred.
        ("COVID-19 spread.", "The coronavirus spread.", []),
        ("An F-16 crashed.", "A jet crashed.", []),
        ("1. The jet crashed. 2. It burnt.", "A jet crashed.", []),
        ("1) The jet crashed.", "A jet crashed.", []),
        ("Three men and two women came.", "Men and women came.", []),
        ("Several hundred came.", "Many came.", []),
        ("In mid-2010 it fell.", "In mid-2008 it fell.", ["2010"]),
    ],
)
def test_which_numbers_a_document_has(text: str, article: str, expected: list[str]) -> None:
    assert found(text, article) == expected


@pytest.mark.parametrize(
    ("text", "article", "expected"),
    [
        ("Es waren 471 Menschen.", "Es waren 450 Menschen.", ["471"]),
        ("Es kostete 35 Millionen.", "Es kostete 35.000.000 Franken.", []),
        # The number words of the language are not known.
        ("Es waren 12 Menschen.", "Es waren zwölf Menschen.", []),
    ],
)
def test_numbers_of_an_unknown_language(text: str, article: str, expected: list[str]) -> None:
    assert found(text, article, english=False) == expected


def test_the_evidence_is_a_number_of_the_nearest_sentence() -> None:
    article = "Nobody knew. The fire killed 45 people in May. It cost 7 million."
    text = "The fire killed 47 people."
    source = read_source(article, "en")
    (claim,) = analyse(text, "en")
    (finding,) = number_findings(source, claim, [0, 1, 2], text, True)
    assert [article[s.start : s.end] for s in finding.evidence] == ["45"]
    assert finding.detail == "number not in the article"
