"""The forms of English words."""

import pytest

from bench.text.forms import family, is_past, stem, turned
from bench.text.lists import read_list


def test_forms_of_an_irregular_verb_are_one_family() -> None:
    assert family("rose") == family("risen") == {"rise", "rose", "risen"}
    assert family("walk") == {"walk"}


@pytest.mark.parametrize("word", ["closed", "stole", "stolen", "rebuilt"])
def test_past_tenses_and_participles(word: str) -> None:
    assert is_past(word)


@pytest.mark.parametrize("word", ["close", "red", "cut", "steals", "put", "beat", "need"])
def test_other_forms_and_those_that_are_also_the_present(word: str) -> None:
    assert not is_past(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("harmed", "unharmed"),
        ("legal", "illegal"),
        ("experienced", "inexperienced"),
        ("overestimated", "underestimated"),
        ("approve", "disapprove"),
    ],
)
def test_prefixes_turn_a_word_round_both_ways(word: str, other: str) -> None:
    assert stem(other) in turned(word)
    assert stem(word) in turned(other)


@pytest.mark.parametrize("word", ["cover", "discover", "take", "overtake", "side", "till", "under", "come"])
def test_prefixes_that_turn_nothing_round(word: str) -> None:
    assert not turned(word) & {
        stem(w) for w in ("cover", "discover", "undertake", "overtake", "inside", "income", "side", "until")
    }


def test_each_verb_is_listed_once_with_its_base_first() -> None:
    bases = [line.split()[0] for line in read_list("irregular")]
    assert bases == list(dict.fromkeys(bases))
    assert all(1 < len(line.split()) <= 3 for line in read_list("irregular"))
