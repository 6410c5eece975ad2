"""Statements turned into their opposite by a negation more or less."""

import pytest

from bench.text.align import align
from bench.text.analysis import analyse
from bench.text.polarity import negation_findings
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


STORY = (
    "The council approved the new bridge in 2019. Engineers closed the old crossing for two years. "
    "The mayor, who had fought the plan, did not attend the opening ceremony in June. "
    "Divers never found the missing anchor. Only a few boats could pass below the low arches. "
    "Flooding of the eastern lock was avoided. The inspectors were unable to reach the northern pier. "
    "Rain delayed the paving of the road."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # In other words, with the predicate of the article.
        ("For two years engineers never closed the crossing.", ["never"]),
        ("In 2019 the bridge was not approved.", ["not"]),
        ("The new bridge wasn't approved by the council.", ["n't"]),
        ("The council refused to approve the bridge.", ["refused"]),
        # The article denies it too, has the opposite, or has it in doubt.
        ("In June the mayor didn't attend the ceremony.", []),
        ("The anchor was never found by divers.", []),
        ("Luckily the people of the town saw that the eastern lock was not flooded.", []),
        ("The old crossing was not open for two years.", []),
        # A predicate that the article has not may be a paraphrase.
        ("The mayor did not come in June.", []),
        # Too little of the rest.
        ("The weather did not delay them.", []),
    ],
)
def test_a_negation_in_other_words(text: str, expected: list[str]) -> None:
    assert [word for word, _ in negations(text, STORY)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor attended the opening ceremony in June.", ["attended"]),
        ("Divers found the missing anchor.", []),  # too few words to be sure
        ("The inspectors reached the northern pier.", ["reached"]),
        ("The mayor missed the opening ceremony in June.", []),
        ("The mayor was not at the opening ceremony in June.", []),
        ("Engineers closed the old crossing.", []),
    ],
)
def test_a_negation_that_was_lost(text: str, expected: list[str]) -> None:
    assert [word for word, _ in negations(text, STORY)] == expected


def test_what_the_article_says_elsewhere_without_a_negation_has_lost_none() -> None:
    article = f"{STORY} In the end the mayor attended the opening ceremony in June after all."
    assert negations("The mayor attended the opening ceremony in June.", article) == []
