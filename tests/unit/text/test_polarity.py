"""Statements turned into their opposite: negations that were added, and antonyms."""

import pytest

from bench.text.align import align
from bench.text.analysis import analyse
from bench.text.lists import read_list
from bench.text.polarity import antonym_findings, negation_findings, opposites
from bench.text.source import read_source
from bench.text.support import best_sentences

ARTICLE = (
    "The minister has signed the new contract with the union. The company did not raise wages last year. "
    "Profits rose sharply in March. He was unable to repay the loan. The strong team won the final match."
)


def negations(text: str, article: str = ARTICLE) -> list[tuple[str, str]]:
    source = read_source(article, "en")
    (claim,) = analyse(text, "en")
    aligned = align(source, claim, best_sentences(source, claim, 3))
    return [
        (text[f.span.start : f.span.end], article[f.evidence[0].start : f.evidence[0].end])
        for f in negation_findings(source, claim, aligned)
    ]


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
        ("The minister has not signed the new contract with the union.", ["not"]),
        ("The minister hasn't signed the new contract with the union.", ["n't"]),
        ("The minister has never signed the new contract with the union.", ["never"]),
        ("the strong team hardly won the final match.", ["hardly"]),
        # The article denies it too, in these or in other words.
        ("The company did not raise wages last year.", []),
        ("The company didn't raise wages.", []),
        ("He could not repay the loan.", []),
        # No negations: a contrast, more than that, a longer time.
        ("The team won the final match, not a friendly.", []),
        ("The minister has signed not only the new contract with the union.", []),
        ("The minister has no 2 in the new contract with the union.", []),
        # In words that are not the article's, a negation may be a paraphrase.
        ("Borrowings remained without settlement, sadly never cleared.", []),
    ],
)
def test_added_negations(text: str, expected: list[str]) -> None:
    assert [word for word, _ in negations(text)] == expected


def test_the_evidence_of_a_negation_is_the_sentence_without_it() -> None:
    ((_, place),) = negations("The minister has not signed the new contract with the union.")
    assert place == "The minister has signed the new contract with the union."


def test_another_spelling_behind_a_negation_is_not_new() -> None:
    article = "The club did not recognise the older union. Pay rose."
    assert negations("The club did not recognize the older union.", article) == []


def test_a_lost_negation_tells_nothing() -> None:
    assert negations("The company did raise wages last year.") == []


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
def test_antonyms(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert antonyms(text) == expected


def test_an_opposite_that_is_negated_says_the_same() -> None:
    article = "The software was not able to tell 2000 from 1900, they said."
    assert antonyms("The software was unable to tell 2000 from 1900.", article) == []


def test_a_word_that_the_document_has_elsewhere_counts_half_unless_nothing_else_differs() -> None:
    article = "Profits rose sharply in early March, he said. Costs fell in April."
    assert antonyms("Profits fell sharply in early March.", article) == [("fell", "rose", 1.0)]
    assert antonyms("Profits suddenly fell sharply in early March.", article) == [("fell", "rose", 0.5)]


def test_the_pairs_go_both_ways() -> None:
    assert len(read_list("antonyms")) == 178
    assert all(word in opposites()[other] for word, others in opposites().items() for other in others)
