"""What stands around a word, in a statement and in a document."""

import pytest

from bench.text.analysis import analyse
from bench.text.clauses import NOWHERE, before, clause, context, place, positions
from bench.text.source import read_source

ARTICLE = "The old mill burned down in June. A new mill opened. Nobody in the village was hurt by the fire."


def words(text: str, wanted: str) -> tuple[str, int]:
    (sentence,) = analyse(text, "en")
    return text, [t.text for t in sentence.tokens].index(wanted)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("The mill burned, and nobody was hurt.", "burned", "The mill burned"),
        ("The mill burned, and nobody was hurt.", "hurt", "nobody was hurt"),
        ("Crews who came late saw smoke.", "saw", "came late saw smoke"),
        ("A U.S. crew came.", "came", "A U.S. crew came"),
    ],
)
def test_a_clause_ends_at_signs_and_joints(text: str, word: str, expected: str) -> None:
    (sentence,) = analyse(text, "en")
    start, end = clause(sentence.tokens, words(text, word)[1])
    assert text[sentence.tokens[start].span.start : sentence.tokens[end - 1].span.end] == expected


def test_what_stands_before_a_word_ends_behind_enough_content() -> None:
    (sentence,) = analyse("She came because the old mill never really burned", "en")
    texts = [t.text for t in sentence.tokens]
    at = texts.index("burned")
    assert [texts[n] for n in before(sentence.tokens, at, 1, 8)] == ["really", "never"]
    assert [texts[n] for n in before(sentence.tokens, at, 1, 2)] == ["really", "never"]
    assert [texts[n] for n in before(sentence.tokens, texts.index("the"), 5, 8)] == ["because"]


def test_a_place_is_the_better_the_more_of_the_statement_stands_around_it() -> None:
    source = read_source(ARTICLE, "en")
    text, at = words("In June the old mill burned down.", "burned")
    (claim,) = analyse(text, "en")
    around = context(source, claim, at)
    burned, opened = (
        max(place(source, around, *where) for where in positions(source, (stem,)))
        for stem in ("burn", "open")
    )
    assert burned.share == pytest.approx(1)
    assert burned.beside == 1
    assert 0 < opened.share < burned.share
    assert burned.tells(0.5, opened)
    assert not burned.tells(0.5, burned)
    assert not NOWHERE.tells(0.0, NOWHERE)


def test_what_the_document_has_not_counts_against_every_place() -> None:
    source = read_source(ARTICLE, "en")
    shares = []
    for text in ("The old mill burned.", "The old mill of Zanzibar burned."):
        (claim,) = analyse(text, "en")
        around = context(source, claim, words(text, "burned")[1])
        shares.append(max(place(source, around, *p).share for p in positions(source, ("burn",))))
    assert 0.5 < shares[1] < shares[0]


def test_left_out_stems_are_no_context() -> None:
    source = read_source(ARTICLE, "en")
    text, at = words("The old mill burned.", "burned")
    (claim,) = analyse(text, "en")
    assert set(context(source, claim, at, ("old",)).weights) == {"mill"}
