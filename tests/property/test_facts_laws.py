"""Laws of the rules: copies are never wrong, places lie inside the texts, order does not matter."""

from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.types import Document, Score, Summary
from bench.data.articles import Articles
from bench.metrics.facts import Facts
from bench.text.sentences import sentence_spans

NEWS = Path(__file__).parents[2] / "references" / "news"


@cache
def documents() -> tuple[Document, ...]:
    found = [d for d in Articles(path=str(NEWS)).read() if isinstance(d, Document)]
    assert len(found) > 10
    return tuple(sorted(found, key=lambda d: d.id))


def sentences(doc: Document) -> list[str]:
    return [doc.text[s.start : s.end] for s in sentence_spans(doc.text, "en")]


def scored(doc: Document, text: str) -> Score:
    return Facts().score(doc, Summary(doc.id, "s", "sig", text))


@st.composite
def copied(draw: st.DrawFn) -> tuple[Document, str]:
    doc = draw(st.sampled_from(documents()))
    picked = draw(st.lists(st.sampled_from(sentences(doc)), min_size=1, max_size=4))
    return doc, draw(st.sampled_from((" ", "\n"))).join(picked)


@given(copied())
@settings(max_examples=60)
def test_sentences_of_the_document_have_no_violation(pair: tuple[Document, str]) -> None:
    doc, text = pair
    score = scored(doc, text)
    assert [f for f in score.findings if f.kind != "support"] == []
    assert score.values["violations"] == 0


@given(copied())
@settings(max_examples=40)
def test_lower_case_makes_no_name_wrong(pair: tuple[Document, str]) -> None:
    doc, text = pair
    score = scored(doc, text.lower())
    assert [f for f in score.findings if f.kind.startswith("entity")] == []
    assert score.values["flagged"] == 0


@st.composite
def invented(draw: st.DrawFn) -> tuple[Document, str]:
    """Words of two documents in any order, with signs and numbers between them."""
    doc, other = draw(st.sampled_from(documents())), draw(st.sampled_from(documents()))
    words = st.sampled_from([*doc.text.split()[:200], *other.text.split()[:200]])
    signs = st.sampled_from(
        ["not", '"', "“", "”", "47", "1.", "\n", "million", "Obama", "n't", "–", "१२", "é"]
    )
    return doc, " ".join(draw(st.lists(words | signs, max_size=40)))


@given(invented())
@settings(max_examples=60)
def test_places_lie_inside_the_texts(pair: tuple[Document, str]) -> None:
    doc, text = pair
    score = scored(doc, text)
    for finding in score.findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)
        assert all(0 <= s.start < s.end <= len(doc.text) for s in finding.evidence)
        assert finding.severity >= 0
    for column in Facts.columns:
        value = score.values[column.name]
        assert value is None or column.range[0] <= value <= column.range[1]


@given(st.lists(invented(), min_size=2, max_size=4), st.randoms())
@settings(max_examples=20)
def test_company_and_order_do_not_matter(pairs: list[tuple[Document, str]], random: Random) -> None:
    alone = [scored(doc, text) for doc, text in pairs]
    order = list(range(len(pairs)))
    random.shuffle(order)
    again = {i: scored(*pairs[i]) for i in order}
    assert [again[i] for i in range(len(pairs))] == alone


@pytest.mark.parametrize("folder", ["news", "long"])
def test_the_shipped_references_are_not_flagged(folder: str) -> None:
    """They are true, so that every flag would be a false alarm."""
    flagged = [
        (doc.id, line, [f.kind for f in score.findings if f.severity])
        for doc in Articles(path=str(NEWS.parent / folder)).read()
        if isinstance(doc, Document)
        for reference in doc.references
        for line in reference.split("\n")
        if (score := scored(doc, line)).values["flagged"]
    ]
    assert flagged == []
