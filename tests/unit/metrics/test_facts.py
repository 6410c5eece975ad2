"""Facts: the columns, the findings with their places, and when there is no value."""

import gzip
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.core.types import Document, Finding, Score, Summary
from bench.metrics.facts import FLAG, RULES, Facts, violations
from bench.testing import check_metric

ARTICLE = (
    "Wayne Rooney scored twice in the second half of the match at Anfield on Saturday. "
    "The crowd sang. Steven Gerrard was booked for a late tackle. "
    "“We were poor all afternoon,” said Brendan Rodgers. "
    "The club has signed a new contract with a sponsor worth 45 million pounds. "
    "The board plans to rebuild the old stand next year. Attendance rose by 12 per cent."
)
DOC = Document("a", ARTICLE, lang="en")


def scored(text: str, doc: Document = DOC) -> Score:
    return Facts().score(doc, Summary(doc.id, "s", "sig", text))


def wrong(score: Score) -> list[Finding]:
    return [f for f in score.findings if f.kind != "support"]


@pytest.mark.parametrize(
    ("text", "column", "kind", "words", "evidence"),
    [
        ("Wayne Rooney scored twice at Wembley.", "entities", "entity", "Wembley", None),
        ("Attendance rose by 31 per cent.", "numbers", "number", "31", "12"),
        ("Attendance fell by 12 per cent.", "antonyms", "antonym", "fell", "rose"),
        (
            "The club has not signed a new contract with a sponsor worth 45 million pounds.",
            "negation",
            "negation",
            "not",
            "The club has signed a new contract with a sponsor worth 45 million pounds.",
        ),
        (
            '"We were great all afternoon," said Rodgers.',
            "quotes",
            "quote",
            "We were great all afternoon,",
            None,
        ),
        (
            "Steven Gerrard scored twice in the second half of the match at Anfield on Saturday.",
            "swaps",
            "entity-swapped",
            "Steven Gerrard",
            "Wayne Rooney",
        ),
        (
            "The board rebuilt the old stand next year.",
            "modality",
            "mood",
            "rebuilt",
            "plans",
        ),
        (
            "We were poor all afternoon, Gerrard said.",
            "attribution",
            "speaker",
            "Gerrard",
            "Brendan Rodgers",
        ),
    ],
)
def test_each_rule_says_what_and_where(
    text: str, column: str, kind: str, words: str, evidence: str | None
) -> None:
    doc = DOC
    if column == "attribution":
        doc = Document("b", ARTICLE.replace(" “We", " Nobody else was. “We"), lang="en")
    score = scored(text, doc)
    (finding,) = [f for f in score.findings if f.kind == kind]
    assert text[finding.span.start : finding.span.end] == words
    if evidence is not None:
        assert [doc.text[s.start : s.end] for s in finding.evidence] == [evidence]
    assert score.values[column] == 1
    others = [rule for rule in RULES if rule != column and score.values[rule]]
    assert others == []


def test_a_copy_has_support_and_no_violation() -> None:
    score = scored("Steven Gerrard was booked for a late tackle. Attendance rose by 12 per cent.")
    assert score.values["violations"] == score.values["flagged"] == 0
    assert score.values["consistency"] == score.values["support"]
    support = score.values["support"]
    assert support is not None
    assert support > 0.5
    assert wrong(score) == []


def test_every_statement_has_its_evidence() -> None:
    text = "Steven Gerrard was booked. Attendance rose by 12 per cent."
    found = [f for f in scored(text).findings if f.kind == "support"]
    assert [text[f.span.start : f.span.end] for f in found] == [
        "Steven Gerrard was booked.",
        "Attendance rose by 12 per cent.",
    ]
    places = [ARTICLE[f.evidence[0].start : f.evidence[0].end] for f in found]
    assert places == ["Steven Gerrard was booked for a late tackle.", "Attendance rose by 12 per cent."]
    assert all(f.severity == 0 for f in found)


def test_consistency_is_support_less_at_most_two_violations() -> None:
    one = scored("Attendance rose by 31 per cent.").values
    assert (one["violations"], one["flagged"]) == (1, 1)
    assert one["support"] is not None
    assert one["consistency"] == pytest.approx(one["support"] - 1)
    many = scored("Obama, Putin and Merkel paid 77 pounds for 88 per cent of 99 shares in Wembley.").values
    assert many["violations"] == 4  # two kinds, each at most twice
    assert many["support"] is not None
    assert many["consistency"] == pytest.approx(many["support"] - 2)


def test_the_worst_statement_is_told_beside_the_mean() -> None:
    values = scored("Steven Gerrard was booked for a late tackle. Purple rabbits juggle quietly.").values
    assert values["support"] is not None
    assert values["support_min"] is not None
    assert values["support_min"] < values["support"]


def test_a_kind_counts_at_most_twice() -> None:
    (finding,) = [f for f in wrong(scored("Attendance rose by 31 per cent.")) if f.kind == "number"]
    assert [violations([finding] * n) for n in (0, 1, 2, 3)] == [0, 1, 2, 2]
    assert violations([finding]) >= FLAG


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("Attendance rose.", "numbers", "the summary has no numbers"),
        ("Attendance rose.", "entities", "the summary has no names"),
        ("Attendance rose.", "quotes", "the summary quotes nothing"),
        ("", "consistency", "the summary has no words"),
        ("It was.", "support", "the summary has no content words"),
    ],
)
def test_what_does_not_apply_has_no_value(text: str, column: str, reason: str) -> None:
    score = scored(text)
    assert score.values[column] is None
    assert score.reasons[column] == reason


def test_a_document_without_words_has_no_value() -> None:
    score = scored("It rained.", Document("c", "…", lang="en"))
    assert set(score.reasons.values()) == {"the document has no words"}


GERMAN = (
    "Der Tunnel wurde 2016 eröffnet. Er ist 57 Kilometer lang und kostete 12 Milliarden Franken. "
    "„Das ist ein Tag der Freude für das Land“, sagte Präsident Schneider-Ammann."
)


@pytest.mark.parametrize("lang", ["de", "en", None])
def test_a_rule_that_does_not_know_the_language_is_silent(lang: str | None) -> None:
    doc = Document("d", GERMAN, lang=lang)
    score = scored("Die Röhre ist 57 Kilometer lang, nicht billig, und Merkel kam.", doc)
    english = [rule for rule in RULES if rule not in ("numbers", "quotes")]
    assert all(score.values[rule] is None for rule in english)
    assert all("English only" in score.reasons[rule] for rule in english)
    assert score.values["violations"] == 0


def test_numbers_and_quotations_are_for_every_language() -> None:
    text = "Der Tunnel ist 75 Kilometer lang. „Das ist ein Tag der Trauer für das Land“, hieß es."
    score = scored(text, Document("d", GERMAN, lang="de"))
    assert [(f.kind, text[f.span.start : f.span.end]) for f in wrong(score)] == [
        ("number", "75"),
        ("quote", "Das ist ein Tag der Trauer für das Land"),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("२०१६ में सुरंग खुली।", None), ("२०१९ में सुरंग खुली।", "२०१९")],
)
def test_digits_of_other_scripts(text: str, number: str | None) -> None:
    score = scored(text, Document("h", "सुरंग 2016 में खुली और 57 किलोमीटर लंबी है।", lang="hi"))
    assert [text[f.span.start : f.span.end] for f in wrong(score)] == ([number] if number else [])


def test_it_keeps_its_promises() -> None:
    texts: Sequence[str] = [
        "Wayne Rooney scored twice at Wembley.",
        "attendance fell by 31 per cent .",
        'He said: "We were great."\n- Gerrard left\n- Rooney stayed',
    ]
    docs = [DOC, Document("d", GERMAN, lang="de"), Document("n", ARTICLE)]
    check_metric(Facts(), [(doc, Summary(doc.id, "s", "sig", text)) for doc in docs for text in texts])


def test_it_has_few_columns_in_a_table() -> None:
    assert [c.name for c in Facts.columns if c.shown] == ["consistency", "support", "flagged"]
    assert all(math.isfinite(c.range[0]) for c in Facts.columns)


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    """The chance that a good summary has the larger value."""
    return sum((g > b) + (g == b) / 2 for g in good for b in bad) / (len(good) * len(bad))


@pytest.mark.parametrize(
    ("dataset", "least_area", "least_flagged", "least_wrong"),
    [("cnndm", 0.79, 0.04, 0.9), ("xsum", 0.7, 0.35, 0.93)],
)
def test_it_agrees_with_people(
    shared_data: Path, dataset: str, least_area: float, least_flagged: float, least_wrong: float
) -> None:
    """On the split of FRANK that it was tuned on, so that a change for the worse is seen."""
    folder = shared_data / "frank"
    articles = {r["id"]: r["article"] for r in rows(folder / "documents.jsonl.gz")}
    told = {(r["doc_id"], r["system"]): r["factuality"] for r in rows(folder / "annotations.jsonl.gz")}
    values: dict[bool, list[float]] = {True: [], False: []}
    flagged: list[bool] = []
    for row in rows(folder / "outputs.jsonl.gz"):
        if (row["dataset"], row["split"]) == (dataset, "validation"):
            score = scored(row["summary"], Document(row["doc_id"], articles[row["doc_id"]], lang="en"))
            good = told[row["doc_id"], row["system"]] == 1
            value = score.values["consistency"]
            values[good].append(-9.0 if value is None else value)
            flagged += [good] if score.values["flagged"] else []
    assert area(values[True], values[False]) >= least_area
    assert len(flagged) >= least_flagged * (len(values[True]) + len(values[False]))
    assert flagged.count(False) >= least_wrong * len(flagged)


def test_what_it_says_of_its_flags_is_what_its_card_says(root: Path) -> None:
    card = (root / "docs" / "metrics" / "facts.md").read_text("utf-8")
    for corpus in ("CNN/DM", "XSum"):
        (row,) = re.findall(rf"^{corpus} +[\d.]+% +(\d+)% +(\d+)%$", card, re.MULTILINE)
        right, base = row
        assert re.search(rf"{right} % .*{corpus} \({base} %", Facts.trust), (corpus, row)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The crowd sang.", "nearly word for word in the article (support 0."),
        (
            "Rodgers grazed beyond distant mountains in May.",
            "little of this stands together in the article",
        ),
    ],
)
def test_the_evidence_says_how_near_the_article_is(text: str, said: str) -> None:
    (found,) = [f for f in Facts().score(DOC, Summary("a", "s", "s", text)).findings if f.kind == "support"]
    assert found.detail.startswith(said)
    assert "-" not in found.detail


def test_where_no_rule_has_a_value_nobody_knows_whether_anything_is_wrong() -> None:
    doc = Document("z", "市长周一开放了港口。渔民欢迎这个决定。", lang="zh")
    values = scored("市长开放了港口。", doc).values
    assert {name for name, value in values.items() if value is not None} == {"support", "support_min"}
