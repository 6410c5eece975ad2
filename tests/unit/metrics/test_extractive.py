"""Extractive fragments: the paper's algorithm, and what is made of them."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.types import Document, Summary
from bench.metrics.extractive import Extractive, fragments


def figure_3(article: Sequence[str], summary: Sequence[str]) -> list[int]:
    """The procedure F(A, S) as Grusky et al. (2018) print it, with indices from 0."""
    found: list[int] = []
    i = j = 0
    while i < len(summary):
        longest = 0
        while j < len(article):
            if summary[i] == article[j]:
                i2, j2 = i, j
                while i2 < len(summary) and j2 < len(article) and summary[i2] == article[j2]:
                    i2, j2 = i2 + 1, j2 + 1
                if longest < i2 - i:
                    longest = i2 - i
                j = j2
            else:
                j = j + 1
        i, j = i + max(longest, 1), 0
        if longest:
            found.append(longest)
    return found


@given(
    st.lists(st.sampled_from("abc"), max_size=25),
    st.lists(st.sampled_from(["a", "b", "c", "d", "ab", "aab", "abcab"]), max_size=12).map("".join).map(list),
)
def test_fragments_are_those_of_the_printed_algorithm(article: list[str], summary: list[str]) -> None:
    assert fragments(article, summary) == figure_3(article, summary)


def test_after_a_match_the_search_goes_on_behind_it_as_printed() -> None:
    # "a a b" begins at the second word, inside the first match, and is therefore not found.
    article, summary = list("aaab"), list("aab")
    assert fragments(article, summary) == figure_3(article, summary) == [2, 1]


class Counting(list[str]):
    """A text that counts how often one of its words is read."""

    reads = 0

    def __getitem__(self, index: Any) -> Any:
        self.reads += 1
        return super().__getitem__(index)


def test_a_summary_that_runs_in_circles_is_not_searched_for_again_and_again() -> None:
    source = Counting("abc" * 300)
    assert fragments(source, list("ab" * 200)) == [2] * 200
    assert source.reads < 5 * len(source)


def test_the_longest_match_is_taken_wherever_it_is() -> None:
    assert fragments(list("abcxabcdeyab"), list("abcdez")) == [5]


def score(document: str, summary: str) -> dict[str, float | None]:
    return dict(Extractive().score(Document("d", document), Summary("d", "s", "", summary)).values)


def test_coverage_density_and_compression() -> None:
    values = score("The cat sat on the mat. It slept there all day.", "The cat sat, then it slept.")
    # Fragments "the cat sat" and "it slept" in 6 words; the document has 11.
    assert values == {"coverage": 5 / 6, "density": (9 + 4) / 6, "compression": 11 / 6}


def test_a_copy_is_one_fragment_without_compression() -> None:
    assert score("The cat sat on the mat.", "the CAT sat on the mat") == {
        "coverage": 1,
        "density": 6,
        "compression": 1,
    }


def test_nothing_copied_is_a_true_zero() -> None:
    assert score("The cat.", "A dog.") == {"coverage": 0, "density": 0, "compression": 1}


@pytest.mark.parametrize("summary", ["", " ", "!!!"])
def test_a_summary_without_words_has_no_value(summary: str) -> None:
    found = Extractive().score(Document("d", "The cat."), Summary("d", "s", "", summary))
    assert set(found.values.values()) == {None}
    assert set(found.reasons.values()) == {"the summary has no words"}


def test_the_numbers_of_a_list_are_not_words_of_the_summary() -> None:
    assert score("Rain fell. Wind came.", "1. Rain fell.\n2. Wind came.")["coverage"] == 1
