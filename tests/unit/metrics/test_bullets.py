"""Bullets covered and missed, sentences that make a point and those that do not, counted by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.types import Document, Finding, Score, Summary
from bench.data.articles import Articles
from bench.metrics.bullets import Bullets
from bench.models.lead import Lead
from bench.models.oracle import Oracle
from bench.testing import check_metric
from bench.text.sentences import splitter_name

DOC = Document(
    id="canal",
    text="The council of Leiden voted on Monday to reopen the old canal. Twelve members were in favour and "
    "three against. Work starts in May and costs two million euros. Engineers will move the pipes first.",
    references=(
        "Leiden's council voted to reopen its canal.\nIt costs two million euros.\n"
        "Pipes are relocated beforehand.",
    ),
    lang="en",
)


def score(text: str, doc: Document = DOC, threshold: float = 0.5) -> Score:
    found = Bullets(threshold).score(doc, Summary(doc.id, "s", "", text))
    assert isinstance(found, Score)
    return found


def values(text: str, doc: Document = DOC) -> dict[str, float | None]:
    return dict(score(text, doc).values)


def found(result: Score) -> list[tuple[str, str]]:
    return [(f.kind, f.detail) for f in result.findings]


def quoted(text: str, finding: Finding) -> str:
    return text[finding.span.start : finding.span.end]


def test_two_of_three_bullets_by_two_of_three_sentences() -> None:
    text = (
        "The council voted to reopen the canal in Leiden. It costs two million euros. Bicycles are popular."
    )
    result = score(text)
    assert result.values["recall"] == result.values["precision"] == pytest.approx(2 / 3)
    assert result.values["f"] == pytest.approx(2 / 3)
    assert result.values["supported"] == pytest.approx(2 / 3)
    first = '"Leiden\'s council voted to reopen its canal."'
    assert found(result) == [
        ("covered", f"bullet 1 is covered by sentence 1 (100 %): {first}"),
        ("covered", 'bullet 2 is covered by sentence 2 (100 %): "It costs two million euros."'),
        ("missed", 'bullet 3 is missed (0 %): "Pipes are relocated beforehand."'),
        ("unsupported", "in no bullet, and little of it in the article (0 %)"),
    ]  # fmt: skip
    covered, _, missed, unsupported = result.findings
    assert quoted(text, covered) == "The council voted to reopen the canal in Leiden."
    assert (missed.span.start, missed.span.end) == (len(text), len(text))
    assert [DOC.text[e.start : e.end] for e in missed.evidence] == ["Engineers will move the pipes first."]
    assert quoted(text, unsupported) == "Bicycles are popular."
    assert unsupported.evidence == ()
    assert [f.severity for f in result.findings] == [0.0, 0.0, 0.5, 0.5]


def test_a_word_that_the_article_lacks_counts_a_fifth() -> None:
    """Of the third bullet the article has "pipes" alone: 5 of 5 + 1 + 1."""
    third = score("Pipes, pipes.").findings[2]
    assert third.detail == 'bullet 3 is covered by sentence 1 (71 %): "Pipes are relocated beforehand."'
    missed = score("It is relocated.").findings[2]
    assert missed.detail.startswith("bullet 3 is missed (14 %)")


def test_two_sentences_may_cover_a_bullet_together() -> None:
    doc = replace(DOC, references=("The council voted on Monday, and work starts in May.",))
    result = score("The vote was on Monday. Zebras came. They all start work.", doc)
    covered = [f for f in result.findings if f.kind == "covered"]
    assert [f.detail.partition(":")[0] for f in covered] == [
        "bullet 1 is covered by sentences 1 and 3 (80 %)"
    ] * 2
    assert result.values["precision"] == pytest.approx(2 / 3)
    alone = score("The vote was on Monday. Zebras came.", doc)
    assert alone.values["recall"] == 0.0


def test_a_sentence_of_the_article_alone_is_supported_and_makes_no_point() -> None:
    text = "Twelve members were in favour and three against."
    result = score(text)
    assert result.values == {"recall": 0.0, "precision": 0.0, "f": 0.0, "supported": 1.0}
    (finding,) = [f for f in result.findings if f.kind == "article"]
    assert finding.detail == "in no bullet; the article has it (100 %)"
    assert [DOC.text[e.start : e.end] for e in finding.evidence] == [text]


def test_saying_a_point_twice_is_no_second_point_but_makes_it() -> None:
    result = score("It costs two million euros. The costs are two million euros.")
    assert result.values["recall"] == pytest.approx(1 / 3)
    assert result.values["precision"] == 1.0
    assert ("bullet", "says what bullet 2 says") in found(result)


def test_one_endless_sentence_makes_every_point_once() -> None:
    assert values(DOC.text.replace(". ", ", ")) == pytest.approx(
        {"recall": 1.0, "precision": 1.0, "f": 1.0, "supported": 1.0}
    )


def test_of_several_references_the_best_f_counts_and_is_named() -> None:
    doc = replace(DOC, references=("Something else entirely.", DOC.references[0], "..."))
    result = score("It costs two million euros.", doc)
    assert result.values["recall"] == pytest.approx(1 / 3)
    assert result.findings[1].detail.startswith("reference 2, bullet 2 is covered by sentence 1")
    assert (
        values("It costs two million euros.", replace(doc, references=doc.references[::-1])) == result.values
    )


def test_running_text_has_its_sentences_for_bullets() -> None:
    doc = replace(DOC, references=(DOC.references[0].replace("\n", " "),))
    assert values("It costs two million euros.", doc) == values("It costs two million euros.")


def test_markers_of_a_list_change_nothing() -> None:
    plain = values("The council voted to reopen the canal.\nIt costs two million euros.")
    assert values("- The council voted to reopen the canal.\n- It costs two million euros.") == plain
    assert values(DOC.references[0]) == {"recall": 1.0, "precision": 1.0, "f": 1.0, "supported": 1.0}


def test_what_has_no_words_has_no_value() -> None:
    empty = score("")
    assert empty.values == {"recall": 0.0, "precision": None, "f": 0.0, "supported": None}
    assert empty.reasons["precision"] == "the summary has no content word"
    assert [f.kind for f in empty.findings] == ["missed"] * 3
    none = score("It costs two million euros.", replace(DOC, references=("...", "It was.")))
    assert set(none.values.values()) == {None}
    assert none.reasons["f"] == "no reference has a content word"


def test_without_an_article_all_words_count_alike() -> None:
    result = score("Pipes are relocated.", replace(DOC, text=""))
    assert result.values["supported"] is None
    assert result.reasons == {"supported": "the document has no text"}
    assert (
        result.findings[-1].detail
        == 'bullet 3 is covered by sentence 1 (67 %): "Pipes are relocated beforehand."'
    )


def test_any_script() -> None:
    doc = Document("zh", "议会决定重开运河。工程五月开始。", ("议会将重开运河。\n工程五月开始。",), lang="zh")
    assert values("工程五月开始。", doc) == {
        "recall": 0.5, "precision": 1.0, "f": pytest.approx(2 / 3), "supported": 1.0
    }  # fmt: skip


def test_on_the_shipped_articles_an_oracle_covers_more_than_a_lead(root: Path) -> None:
    docs = list(Articles(str(root / "references" / "news")).read())[:8]

    def mean(column: str, write: object) -> float:
        assert callable(write)
        found = [score(write(d), d).values[column] for d in docs]
        return sum(v for v in found if v is not None) / len(found)

    assert mean("recall", Oracle().summarise) > 0.4 > 0.25 > mean("recall", Lead(sentences=3).summarise)
    assert mean("recall", lambda d: d.text) > 0.7
    assert mean("f", lambda d: d.references[0]) == 1.0
    other = {d.id: e for d, e in zip(docs, docs[1:] + docs[:1], strict=True)}
    assert mean("recall", lambda d: other[d.id].text) < 0.05


def test_it_keeps_what_a_metric_promises() -> None:
    texts = ["It costs two million euros.", "Nothing.", DOC.references[0], DOC.text]
    check_metric(Bullets(), [(DOC, Summary("canal", "s", "", text)) for text in texts])


def test_what_is_a_sentence_is_in_the_signature() -> None:
    assert Bullets().signature_parts() == {"split": splitter_name()}


@pytest.mark.parametrize("threshold", [0.0, -0.1, 1.01])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold: "):
        Bullets(threshold)


WORDS = st.lists(
    st.sampled_from(["council", "canal", "euros", "pipes", "the", "zebra", ".", "\n", "-"]), max_size=30
)


@given(WORDS, WORDS)
def test_a_longer_summary_covers_no_less(first: list[str], more: list[str]) -> None:
    short, long = " ".join(first), f"{' '.join(first)}\n\n{' '.join(more)}"
    if not set("-") & {*first, *more}:  # a list is read by its items
        assert (score(short).values["recall"] or 0.0) <= (score(long).values["recall"] or 0.0)
    for finding in score(long).findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(long)
        assert all(DOC.text[e.start : e.end].strip() for e in finding.evidence)
