"""Words for which the document has the opposite, in its own wording and in other words."""

import pytest

from bench.text.align import align
from bench.text.analysis import analyse
from bench.text.antonyms import antonym_findings, opposites
from bench.text.lists import read_list
from bench.text.source import read_source
from bench.text.support import best_sentences

ARTICLE = (
    "The minister has signed the new contract with the union. The company did not raise wages last year. "
    "Profits rose sharply in March. He was unable to repay the loan. The strong team won the final match."
)
STORY = (
    "Experts had underestimated the damage to the harbour. The seeds in the vault were unharmed by a flood. "
    "Exports of timber to Norway have risen for three years. The army withdrew from the border in April. "
    "A gallery sold the painting to a collector from Ghent. Temperatures in the cellar were freezing. "
    "The bakery did not close during the strike. Usually guests arrive at noon."
)


def antonyms(text: str, article: str = ARTICLE) -> list[tuple[str, str, float]]:
    source = read_source(article, "en")
    (claim,) = analyse(text, "en")
    aligned = align(source, claim, best_sentences(source, claim, 3))
    return [
        (text[f.span.start : f.span.end], article[f.evidence[0].start : f.evidence[0].end], f.severity)
        for f in antonym_findings(source, claim, aligned)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Profits fell sharply in March.", [("fell", "rose", 1.0)]),
        ("The weak team won the final match.", [("weak", "strong", 1.0)]),
        ("The weak team lost the final match.", [("weak", "strong", 1.0), ("lost", "won", 1.0)]),
        ("Profits rose sharply in March.", []),
        # The article has the opposite, but elsewhere.
        ("Wages fell last year.", []),
        # A name.
        ("The minister signed with Old Trafford.", []),
    ],
)
def test_in_the_wording_of_the_document(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert antonyms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # By a prefix, by other forms of the pair, and in another order.
        ("The damage to the harbour was overestimated at first.", [("overestimated", "underestimated", 1.0)]),
        ("A flood harmed the seeds in the vault.", [("harmed", "unharmed", 1.0)]),
        ("Norway bought less: timber exports fell for three years.", [("fell", "risen", 1.0)]),
        ("It was warm in the cellar: temperatures rose.", [("warm", "freezing", 1.0)]),
        # Both may be true of one event, and too little of the rest is there.
        ("A rich collector bought the old painting in spring.", []),
        # A word that only looks like the opposite, or of which the opposite is negated.
        ("Guests have unusual habits at noon.", []),
        ("The bakery was open during the strike.", []),
        # The opposite, of something else.
        ("Temperatures at the border fell in April.", []),
    ],
)
def test_in_other_words(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert antonyms(text, STORY) == expected


def test_what_the_document_says_too_is_not_contradicted() -> None:
    text = "Timber exports to Norway fell for three years."
    assert [word for word, *_ in antonyms(text, STORY)] == ["fell"]
    assert (
        antonyms(text, f"{STORY} Before that exports of timber to Norway had fallen for three years.") == []
    )


def test_an_opposite_that_is_negated_says_the_same() -> None:
    article = "The software was not able to tell 2000 from 1900, they said."
    assert antonyms("The software was unable to tell 2000 from 1900.", article) == []


def test_a_word_that_the_document_has_elsewhere_counts_half_unless_the_rest_is_there() -> None:
    article = "Profits rose sharply in early March, he said. Costs fell in April."
    assert antonyms("Profits fell sharply in early March.", article) == [("fell", "rose", 1.0)]
    beside = "Profits rose. Costs fell sharply in early March, he said."
    assert antonyms("Profits fell sharply in early March.", beside) == []


def test_the_pairs_go_both_ways() -> None:
    assert len(read_list("antonyms")) == 178
    assert all(word in opposites()[other] for word, others in opposites().items() for other in others)


@pytest.mark.parametrize("name", ["contrasts", "converses"])
def test_a_pair_is_two_words_and_listed_once(name: str) -> None:
    pairs = [tuple(sorted(line.split())) for line in read_list(name)]
    assert {len(pair) for pair in pairs} == {2}
    assert len(set(pairs)) == len(pairs)
