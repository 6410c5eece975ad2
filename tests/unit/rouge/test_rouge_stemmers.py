"""Stemmers: nltk's numbers, without nltk's start-up and whatever came before."""

import subprocess
import sys
from itertools import product

import pytest

from bench.rouge.stemmers import StemmerName, stemmer, versions

# Every ending that a step of the algorithm looks for, and some that it must leave alone.
ENDINGS = [
    "s", "es", "ies", "sses", "ss", "ed", "eed", "ied", "ing", "ying", "y", "ational", "tional", "enci",
    "anci", "izer", "bli", "alli", "entli", "eli", "ousli", "ization", "ation", "ator", "alism", "iveness",
    "fulness", "ousness", "aliti", "iviti", "biliti", "fulli", "logi", "icate", "ative", "alize", "iciti",
    "ical", "ful", "ness", "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent",
    "ion", "tion", "sion", "ou", "ism", "ate", "iti", "ous", "ive", "ize", "e", "ll", "ee",
]  # fmt: skip
STARTS = ["b", "str", "rel", "happ", "contro", "agre", "form", "oper", "y", "ayl", "fil", "1", "sk", "new"]
IRREGULAR = ["skies", "dying", "lying", "tying", "news", "innings", "inning", "outings", "howe", "proceed"]


def test_porter_is_nltks() -> None:
    from nltk.stem.porter import PorterStemmer

    original = PorterStemmer()
    ours = stemmer("porter")
    words = [*IRREGULAR, *("".join(p) for p in product(STARTS, ENDINGS, ["", *ENDINGS]))]
    words = [word for word in words if len(word) > 3]
    assert len(words) > 50_000
    assert [ours(word) for word in words] == [original.stem(word) for word in words]


@pytest.mark.parametrize(
    ("name", "word", "stem"),
    [
        ("porter", "dies", "die"),
        ("porter", "ties", "tie"),
        ("porter", "was", "was"),  # rouge-score stems only words of more than three letters
        ("porter", "generalizations", "gener"),
        ("none", "running", "running"),
        ("snowball_german", "häuser", "haus"),
        ("snowball_russian", "правительства", "правительств"),
        ("snowball_english", "was", "was"),
    ],
)
def test_stems(name: StemmerName, word: str, stem: str) -> None:
    assert stemmer(name)(word) == stem


def test_the_arabic_stemmer_does_not_depend_on_what_it_stemmed_before() -> None:
    before, word = "کھانا", "تناو"  # nltk's gives "تنا" after the one, and the word itself when new
    stemmer.cache_clear()
    alone = stemmer("snowball_arabic")(word)
    stemmer.cache_clear()
    stemmer("snowball_arabic")(before)
    assert stemmer("snowball_arabic")(word) == alone == word


def test_porter_does_not_load_nltk() -> None:
    code = (
        "import sys; from bench.rouge.stemmers import stemmer; "
        "print(stemmer('porter')('running'), 'nltk' in sys.modules, 'scipy' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["run", "False", "False"]


def test_only_stemmers_that_may_change_name_a_version() -> None:
    assert versions("porter") == versions("none") == {}
    assert list(versions("snowball_german")) == ["nltk"]
