"""TextRank and LexRank: the graph, the walk, and which sentences come out."""

import math
from itertools import permutations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bench.core.types import Document
from bench.models.lexrank import LexRank, cosines
from bench.models.rank import best, pagerank, products
from bench.models.textrank import TextRank, similarity

# The third sentence shares words with all others, which share none among themselves.
HUB = Document("d", "Dogs bark. Cats sleep. Dogs, cats, birds. Birds sing.")


def test_products_are_dot_products_of_all_pairs() -> None:
    vectors = [{"a": 1.0, "b": 2.0}, {"b": 3.0}, {}]
    assert products(vectors).tolist() == [[5, 6, 0], [6, 9, 0], [0, 0, 0]]


def test_pagerank_solves_its_equation() -> None:
    weights = np.array([[0.0, 1, 2, 0], [1, 0, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]])
    steps = np.array([[0, 1 / 3, 2 / 3, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    solution = np.linalg.solve(np.eye(4) - 0.85 * steps.T, np.full(4, 0.15))
    assert_allclose(pagerank(weights, 0.85), solution, atol=1e-9)
    assert pagerank(weights, 0.85)[3] == pytest.approx(0.15)


def test_the_middle_of_a_star_has_the_highest_pagerank() -> None:
    weights = np.zeros((500, 500))
    weights[0, 1:] = weights[1:, 0] = 1.0
    scores = pagerank(weights)
    assert scores.sum() == pytest.approx(500)
    assert scores.argmax() == 0


def test_best_keeps_document_order_and_prefers_the_earlier_of_equals() -> None:
    assert best(np.array([0.1, 0.9, 0.5, 0.5, 0.5]), 3) == [1, 2, 3]
    assert best(np.array([1.0, 2.0]), 5) == [0, 1]


def test_textrank_similarity_is_that_of_the_paper() -> None:
    one, two, three = ["the", "cat", "the", "dog"], ["the", "dog"], ["no"]
    similarities = similarity([one, two, three])
    assert similarities[0, 1] == pytest.approx(2 / (math.log(4) + math.log(2)))
    assert similarities[0, 2] == 0
    assert_allclose(similarities, similarities.T)
    assert similarities.diagonal().tolist() == [0, 0, 0]


def test_textrank_gives_sentences_of_one_word_or_none_no_similarity() -> None:
    assert similarity([["yes"], ["yes"], []]).tolist() == [[0.0] * 3] * 3


def test_lexrank_cosine_is_that_of_tf_idf() -> None:
    tokens = [["a", "a", "b"], ["a", "c"], ["d"]]
    a, b, c = math.log(3 / 2), math.log(3), math.log(3)
    expected = 2 * a * a / (math.hypot(2 * a, b) * math.hypot(a, c))
    found = cosines(tokens)
    assert found[0, 1] == pytest.approx(expected)
    assert found.diagonal() == pytest.approx([1, 1, 1])
    assert found[0, 2] == found[1, 2] == 0


def test_a_word_in_every_sentence_says_nothing() -> None:
    assert cosines([["a"], ["a"]]).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("system", [TextRank(1), LexRank(1), LexRank(1, threshold=None)])
def test_the_sentence_that_resembles_all_others_is_chosen(system: TextRank | LexRank) -> None:
    assert system.summarise(HUB) == "Dogs, cats, birds."


@pytest.mark.parametrize("system", [TextRank(1), LexRank(1), LexRank(1, threshold=None)])
def test_the_choice_does_not_depend_on_the_order_of_sentences(system: TextRank | LexRank) -> None:
    for order in permutations(["Dogs bark.", "Cats sleep.", "Dogs and cats live here.", "Birds sing."]):
        assert system.summarise(Document("d", " ".join(order))) == "Dogs and cats live here."


def test_lexrank_threshold_cuts_weak_links() -> None:
    # One pair with a high cosine, and a sentence that is weakly linked to two others.
    text = "Red red red roses. Red red red tulips. Old roses and tulips grow in a wide garden."
    assert LexRank(1, threshold=0.9).summarise(Document("d", text)) == "Red red red roses."
    assert LexRank(2, threshold=0.5).summarise(Document("d", text)).count("Red") == 2


def test_lexrank_links_sentences_above_the_threshold_and_not_at_it() -> None:
    # At a threshold of 0 sentences that share nothing would all be linked, and the first one be chosen.
    assert LexRank(1, threshold=0.0).summarise(HUB) == "Dogs, cats, birds."


@pytest.mark.parametrize("system", [TextRank(), LexRank(), LexRank(threshold=None)])
@pytest.mark.parametrize("text", ["One.", "One. Two.", "!!! ??? ...", "Yes. Yes. Yes. Yes."])
def test_degenerate_documents_give_their_first_sentences(system: TextRank | LexRank, text: str) -> None:
    lines = system.summarise(Document("d", text)).splitlines()
    assert 1 <= len(lines) <= 3
    assert text.startswith(lines[0])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sentences": 0}, "sentences is 0"),
        ({"damping": 1.0}, "damping is 1.0"),
        ({"threshold": 1.5}, "threshold is 1.5"),
    ],
)
def test_impossible_parameters_are_refused(parameters: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LexRank(**parameters)  # type: ignore[arg-type]
    if "threshold" not in parameters:
        with pytest.raises(ValueError, match=message):
            TextRank(**parameters)  # type: ignore[arg-type]
