"""The shipped articles keep the promises of references/README.md."""

import re
from pathlib import Path

import pytest

from bench import Document
from bench.data.articles import Articles
from bench.text.tokens import words

ROOT = Path(__file__).parents[3] / "references"
NEWS = list(Articles(str(ROOT / "news")).read())
LONG = list(Articles(str(ROOT / "long")).read())
LANGUAGES = list(Articles(str(ROOT / "languages"), lang="name").read())
EVERY = [*NEWS, *LONG, *LANGUAGES]


def test_enough_articles_of_every_length() -> None:
    lengths = [len(d.text.split()) for d in NEWS]
    assert len(NEWS) >= 24
    assert min(lengths) >= 120
    assert sum(n >= 1500 for n in lengths) >= 3
    assert sum(n <= 300 for n in lengths) >= 5
    assert not [n for n in lengths if 900 < n < 1500]


def test_long_articles_are_longer_than_a_small_model_reads() -> None:
    assert len(LONG) >= 3
    assert min(len(d.text.split()) for d in LONG) >= 2000


def test_six_languages() -> None:
    assert {d.lang for d in LANGUAGES} == {"de", "es", "fr", "zh", "ar", "hi"}


@pytest.mark.parametrize("doc", EVERY, ids=lambda d: d.id)
def test_bullets_are_a_summary_in_other_words(doc: Document) -> None:
    bullets = doc.references[0].split("\n")
    assert 3 <= len(bullets) <= 5
    assert doc.headline
    body = words(doc.text)
    run = 12 if doc.lang == "zh" else 8
    runs = {tuple(body[i : i + run]) for i in range(len(body) - run + 1)}
    for bullet in bullets:
        tokens = words(bullet)
        theirs = {tuple(tokens[i : i + run]) for i in range(len(tokens) - run + 1)}
        assert theirs & runs == set()


@pytest.mark.parametrize("doc", EVERY, ids=lambda d: d.id)
def test_figures_in_a_bullet_stand_in_the_body(doc: Document) -> None:
    assert set(re.findall(r"\d+", doc.references[0])) <= set(re.findall(r"\d+", doc.text))


def test_each_article_has_its_sources() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [d.id for d in EVERY if f"`{d.id}`" not in readme] == []
