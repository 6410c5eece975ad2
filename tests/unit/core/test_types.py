"""No NaN, no silent zero: a value is finite, or None with a reason."""

import math

import pytest

from bench import Document, Finding, Score, Span


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_score_refuses_what_is_not_finite(bad: float) -> None:
    with pytest.raises(ValueError, match="finite, or None with a reason"):
        Score({"x": bad})


def test_none_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="gives no reason"):
        Score({"x": None})
    assert Score({"x": None}, {"x": "no reference"}).values == {"x": None}


def test_a_finding_is_short() -> None:
    with pytest.raises(ValueError, match="at most 120"):
        Finding("number", 1.0, Span(0, 1), detail="x" * 121)


def test_a_document_is_known_by_its_content_not_by_its_place() -> None:
    a = Document("1", "text", ("one",), source="a.jsonl:1")
    assert a.digest() == Document("1", "text", ("one",), source="b.csv:7").digest()


@pytest.mark.parametrize(
    "other",
    [
        Document("2", "text", ("one",)),
        Document("1", "other", ("one",)),
        Document("1", "text", ("one", "two")),
        Document("1", "text", ("one",), headline="h"),
        Document("1", "text", ("one",), query="q"),
        Document("1", "text", ("one",), lang="de"),
        Document("1", "text", ("one",), meta={"k": 1}),
    ],
)
def test_every_part_of_the_content_counts(other: Document) -> None:
    assert Document("1", "text", ("one",)).digest() != other.digest()


def test_half_a_character_has_a_digest() -> None:
    assert len(Document("1", "\ud800").digest()) == 32
