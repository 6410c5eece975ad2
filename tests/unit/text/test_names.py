"""Names: what is one, and whether the document has it."""

import pytest

from bench.core.types import Span
from bench.text.analysis import analyse
from bench.text.names import entity_findings, is_nation, names, names_at, same_name
from bench.text.nations import nations, places
from bench.text.source import read_source
from bench.text.written import cased, fold, read_written

ARTICLE = (
    "Angela Merkel met David Cameron in Berlin on Monday. The German chancellor praised the World Health "
    "Organisation. Polish ministers and the U.S. ambassador waited at Charité hospital with Muammar Gaddafi. "
    "Cameron flew home to Oxfordshire. Nick Clegg stayed behind. The striker Wayne Rooney watched."
)


def named(text: str, article: str = ARTICLE) -> list[str]:
    source = read_source(article, "en")
    (claim,) = analyse(text, "en")
    capitals = cased(claim)
    spans = [
        (claim.tokens[n.start].span, claim.tokens[n.end - 1].span) for n in names(source, claim, capitals)
    ]
    return [text[a.start : b.end] for a, b in spans]


def found(text: str, article: str = ARTICLE) -> list[tuple[str, str]]:
    source = read_source(article, "en")
    (claim,) = analyse(text, "en")
    findings = entity_findings(source, claim, names(source, claim, cased(claim)), ())
    return [(f.kind, text[f.span.start : f.span.end]) for f in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Angela Merkel met Barack Obama.", ["Angela Merkel", "Barack Obama"]),
        ("angela merkel met sarkozy in berlin.", ["angela merkel", "sarkozy", "berlin"]),
        # A capital at the beginning tells nothing about an English word.
        ("Ministers waited with Merkel.", ["Merkel"]),
        ("Sarkozy waited.", ["Sarkozy"]),
        # They break at punctuation, and at a possessive.
        ("Merkel, Cameron and Clegg's wife left.", ["Merkel", "Cameron", "Clegg"]),
        # A headline in capitals is read as lower case is.
        ("German Chancellor Praises World Health Body", ["German", "World Health"]),
        # No names: a title alone, marks of a tokeniser, a word that stands for a missing one.
        ("The President left.", []),
        ("-LRB- the chancellor -RRB- and UNK left.", []),
        ("I waited.", []),
    ],
)
def test_what_is_a_name(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Not in the article.
        ("Merkel met Barack Obama.", [("entity", "Barack Obama")]),
        ("merkel met sarkozy.", [("entity", "sarkozy")]),
        ("Merkel met him in Paris on Tuesday.", [("entity", "Paris"), ("entity", "Tuesday")]),
        # A part of it.
        ("Merkel met Samantha Cameron.", [("entity-partial", "Samantha Cameron")]),
        ("They praised the World Trade Organisation.", [("entity-partial", "World Trade Organisation")]),
        # All parts, never together.
        ("Angela Rooney left.", [("entity-recombined", "Angela Rooney")]),
        # Other words for the same.
        ("Ministers from Poland met Germany's chancellor.", []),
        ("The American ambassador and the United States embassy waited.", []),
        ("The US waited.", []),
        ("The WHO and the World Health Organisation were praised.", []),
        ("Gadaffi waited at Charite.", []),
        ("Prime Minister Cameron flew home.", []),
        ("Mr Cameron flew home.", []),
        ("Clegg's wife and Cameron-led ministers stayed.", []),
        ("David\u00a0Cameron flew home to Oxfordshire.", []),
    ],
)
def test_whether_the_document_has_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_day_counts_half_where_the_document_has_none() -> None:
    assert found("Merkel left on Tuesday.", ARTICLE) == [("entity", "Tuesday")]
    assert found("Merkel left on Tuesday.", ARTICLE.replace("on Monday", "yesterday")) == [
        ("date", "Tuesday")
    ]


def test_an_acronym_in_the_document_stands_for_its_words() -> None:
    assert found("The World Trade Organization ruled.", "The WTO ruled on tariffs yesterday.") == []
    assert found("The World Bank ruled.", "The WTO ruled on tariffs yesterday.") == [("entity", "World Bank")]


def test_a_document_without_capitals_tells_by_its_words() -> None:
    lower = ARTICLE.lower()
    assert found("Angela Merkel met David Cameron.", lower) == []
    assert found("Merkel met Barack Obama.", lower) == [("entity", "Barack Obama")]


def test_names_from_elsewhere_can_be_checked() -> None:
    from bench.text.names import Name

    text = "Merkel met the sarkozy family."
    (claim,) = analyse(text, "en")
    source = read_source(ARTICLE, "en")
    (finding,) = entity_findings(source, claim, [Name(0, 1), Name(3, 4)], (source.sentences[0].span,))
    assert text[finding.span.start : finding.span.end] == "sarkozy"
    assert finding.severity == 1.0
    assert finding.evidence == (source.sentences[0].span,)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("They met Angela Merkel there.", "Angela Merkel", ["Angela Merkel"]),
        ("They met the Bank of England's men.", "the Bank of England's", ["Bank", "England"]),
        ("They met mixed pickle.", "mixed pickle", ["mixed pickle"]),
        ("They met Mr on day 3.", "Mr on day 3", ["day"]),
        ("They met [UNK] Merkel.", "[UNK] Merkel", ["Merkel"]),
        ("They met Anne-Marie.", "Anne", ["Anne"]),
        ("They met Merkel.", "erke", []),
    ],
)
def test_names_at_places_are_their_words_with_content(text: str, place: str, expected: list[str]) -> None:
    (claim,) = analyse(text, "en")
    start = text.index(place)
    spans = [
        (claim.tokens[n.start].span.start, claim.tokens[n.end - 1].span.end)
        for n in names_at(claim, [Span(start, start + len(place))])
    ]
    assert [text[a:b] for a, b in spans] == expected


def test_countries_and_their_people_are_one() -> None:
    assert set(nations(("polish",))) == set(nations(("poland",))) == set(places(("warsaw",)))
    assert nations(("warsaw",)) == ()
    assert set(nations(("south", "koreans"))) == set(places(("seoul",)))


def test_same_name() -> None:
    (claim,) = analyse("Cameron Merkel French Paris Lyon Samantha", "en")
    cameron, merkel, french, paris, lyon, samantha = ([t] for t in claim.tokens)
    assert same_name(french, paris)
    assert same_name(paris, lyon)
    assert same_name(cameron, [*samantha, *cameron])
    assert not same_name(cameron, merkel)
    assert is_nation(french)
    assert not is_nation(merkel)


def test_how_a_document_writes() -> None:
    written = read_written(read_source(ARTICLE, "en"))
    assert {"merkel", "rooney", "charite"} <= written.proper
    assert "striker" not in written.proper
    assert "who" in written.initials
    assert fold("charité") == "charite"
