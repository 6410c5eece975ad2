"""What is said below a table: the legend and the footnotes."""

import dataclasses
import json
from array import array
from collections.abc import Callable

import pytest

from bench.core.types import Cells, Column, ColumnInfo, Estimate, ScoreTable, SystemInfo
from bench.report.adjust import CORRECTIONS, Correct
from bench.report.board import Leaderboard
from bench.report.leaderboard import leaderboard
from bench.report.notes import Legend, legend
from bench.report.paired import Test
from bench.report.render_json import render_json

MakeTable = Callable[..., ScoreTable]


def board(table: ScoreTable) -> Leaderboard:
    return leaderboard(table, resamples=200)


def said(table: ScoreTable, *, full: bool = False) -> Legend:
    return legend(board(table), full=full)


def test_when_everything_was_scored_the_notes_say_so(make_table: MakeTable) -> None:
    found = said(make_table({"a": {"x": [0.1, 0.2, 0.5] * 2}, "b": {"x": [0.2, 0.3, 0.4] * 2}}))
    assert found.notes == ("6/6 scored everywhere", "smallest difference findable with 80 % power: 0.15 x")
    assert (
        found.rule
        == "best, and all that 6 documents cannot tell from it (paired permutation, Holm, α = 0.05)"
    )


def test_a_descriptive_column_that_applies_to_no_document_of_a_system_is_no_gap(
    make_table: MakeTable,
) -> None:
    whole, empty = [1.0] * 6, [None] * 6
    columns = [Column("read", better="none")]
    table = make_table({"a": {"x": whole, "read": whole}, "b": {"x": whole, "read": empty}}, columns=columns)
    assert said(table).notes[:2] == ("6/6 scored wherever a column applies", "no read: b (empty)")
    nowhere = make_table({s: {"x": whole, "read": empty} for s in "ab"}, columns=columns)
    assert said(nowhere).notes[1] == "no read: all systems (empty)"
    ranked = make_table({"a": {"x": whole}, "b": {"x": empty}})
    assert said(ranked).notes[0] == "b: 0/6 scored (6 × empty)"


def test_power_is_that_of_the_first_step_of_holm(make_table: MakeTable) -> None:
    """At α / 12 the same differences make it (3.25 + 0.86) / (2.09 + 0.86) times as large as at α."""
    good, worse = [0.3, 0.9, 0.5, 0.6, 0.2] * 4, [0.5, 0.4, 0.3, 0.6, 0.1] * 4
    one = make_table({"a": {"m.x": good}, "b": {"m.x": worse}})
    columns = [Column("other.hidden", shown=False)]
    names = ["m.x", "m.y", "other.z", "other.hidden"]
    many = make_table(
        {s: dict.fromkeys(names, worse if s != "a" else good) for s in "abcde"}, columns=columns
    )
    assert "smallest difference findable with 80 % power: 0.16 m.x" in said(one).notes
    assert "smallest difference findable with 80 % power: 0.22 m.y (12 comparisons)" in said(many).notes
    found, alone = board(many).findable, board(one).findable
    assert found is not None
    assert alone is not None
    assert found.comparisons == 12
    assert found.difference / alone.difference == pytest.approx(4.1159 / 2.9540, rel=1e-3)


@pytest.mark.parametrize(
    ("test", "correct", "how"),
    [
        ("permutation", "holm", "paired permutation, Holm"),
        ("permutation", "bh", "paired permutation, Benjamini–Hochberg"),
        ("bootstrap", "none", "paired bootstrap, not adjusted"),
    ],
)
def test_what_was_used_is_said(make_table: MakeTable, test: Test, correct: Correct, how: str) -> None:
    table = make_table({s: {"x": [0.1, 0.2, 0.5] * 2} for s in "ab"})
    b = leaderboard(table, resamples=200, test=test, correct=correct)
    assert (
        legend(b, full=False).rule == f"best, and all that 6 documents cannot tell from it ({how}, α = 0.05)"
    )


def test_without_an_adjustment_the_level_is_that_of_each_test(make_table: MakeTable) -> None:
    values = {"a": [0.3, 0.9, 0.5, 0.6, 0.2] * 4, "b": [0.5, 0.4, 0.3, 0.6, 0.1] * 4}
    table = make_table({s: {c: values.get(s, values["b"]) for c in "xyz"} for s in "abc"})
    found = {how: leaderboard(table, resamples=200, correct=how).findable for how in CORRECTIONS}
    assert found["holm"] == found["bh"]
    assert found["holm"] is not None
    assert found["none"] is not None
    assert found["none"].difference < 0.8 * found["holm"].difference


def test_what_too_few_documents_cannot_find_is_said(make_table: MakeTable) -> None:
    values = {"a": [0.9] * 6, "b": [0.1, 0.2, 0.1, 0.2, 0.3, 0.1], "c": [0.1] * 6}
    two = make_table({s: {"x": v} for s, v in values.items()})
    assert "no difference can be found with 6 documents (2 comparisons)" in said(two).notes
    one = make_table({s: {"x": values[s][:1]} for s in "ab"})
    assert "no difference can be found with 1 document" in said(one).notes


def test_what_is_missing_is_named_with_its_reason(make_table: MakeTable) -> None:
    nan = float("nan")
    lost = Cells(array("d", [0.1, nan, nan, nan, nan, nan]), n_none=2, n_error=1, reasons={"too short": 2})
    table = make_table(
        {"a": {"x": [0.5] * 6, "y": [0.5] * 6}, "b": {"y": [0.5] * 6}},
        cells={("b", "m.x"): lost},
        about={"b": SystemInfo("b", "b|v:1", n_summaries=5, n_errors=1)},
    )
    b, found = board(table), said(table)
    assert found.notes[0] == (
        "b: 1/6 scored in x (2 × too short, 1 score failed, 1 summary failed, 1 not scored)"
    )
    assert "†: fewer documents than other systems; compared on the common ones" in found.notes
    assert found.rule.startswith("best, and all that 1 to 6 documents cannot tell from it")
    assert [r.cells[0].partial for r in b.ranked] == [False, True]
    assert [r.extra_texts[0] for r in b.ranked] == ["6/6", "1/6"]


def test_what_all_systems_lack_is_said_once_and_marked_nowhere(make_table: MakeTable) -> None:
    table = make_table({s: {"x": [0.5, None, 0.3], "y": [0.5, None, 0.3]} for s in "ab"})
    assert said(table).notes[0] == "all systems: 2/3 scored (1 × empty)"
    assert said(table).rule.startswith("best, and all that 2 documents cannot tell from it")
    assert not any(cell.partial for row in board(table).rows for cell in row.cells)


def test_failed_summaries_are_not_blamed_for_more_than_is_missing(make_table: MakeTable) -> None:
    """Two of several samples failed, and the documents were scored by the others."""
    about = {"a": SystemInfo("a", "", n_summaries=16, n_errors=2)}
    table = make_table({"a": {"x": [0.5, 0.4, 0.3, 0.2, 0.2, None]}}, about=about)
    assert said(table).notes[0] == "a: 5/6 scored (1 × empty)"


def test_a_mark_says_that_common_documents_were_compared_only_where_any_were(make_table: MakeTable) -> None:
    gap: list[float | None] = [0.5, None, 0.3]
    described = make_table(
        {"a": {"x": [0.5, 0.4, 0.3], "words": gap}, "b": {"x": [0.5] * 3, "words": [1.0] * 3}},
        columns=[Column("words", better="none")],
    )
    assert "†: fewer documents than other systems" in said(described).notes
    beside = make_table({"a": {"x": [0.5] * 3}, "b": {"x": [0.4] * 3}, "copy": {"x": gap}}, apart=["copy"])
    assert "†: fewer documents than other systems" in said(beside).notes


def test_empty_and_truncated_summaries_are_pointed_out(make_table: MakeTable) -> None:
    about = {"a": SystemInfo("a", "", empty=0.25, truncated=0.0), "b": SystemInfo("b", "", empty=0.0)}
    table = make_table({s: {"x": [0.5], "untokenisable": [0.1]} for s in "ab"}, about=about)
    notes = said(table).notes
    assert "empty summaries: a 25.0 %" in notes
    assert "text without a token for ROUGE: a 10.0 %, b 10.0 %" in notes
    assert not any("only in part" in note for note in notes)


def test_a_corpus_value_is_explained(make_table: MakeTable) -> None:
    scores = {s: {"x": [0.5, 0.3, 0.4, 0.1, 0.2, 0.3], "y": [0.5] * 6} for s in "ab"}
    corpus = {(s, "m.x"): Estimate(0.45, 0.4, 0.5, 6) for s in "ab"}
    table = make_table(scores, aggregates=corpus)
    cell = board(table).ranked[0].cells[0]
    assert (cell.value, cell.interval, cell.corpus) == ("0.450", "[0.40,0.50]", True)
    assert "x: computed over the whole corpus; tested on the values per document" in said(table).notes
    assert said(table).interval_rule == (
        "95 % BCa bootstrap interval of the mean over documents, 200 resamples; "
        "percentile for the corpus value"
    )


def test_a_corpus_value_that_nothing_is_compared_with_is_not_said_to_be_tested(make_table: MakeTable) -> None:
    corpus = {("a", "m.x"): Estimate(0.45, 0.4, 0.5, 6)}
    found = said(make_table({"a": {"x": [0.5, 0.3, 0.4, 0.1, 0.2, 0.3]}}, aggregates=corpus))
    assert "x: computed over the whole corpus" in found.notes
    assert found.interval_rule == (
        "95 % percentile bootstrap interval of the corpus value over documents, 200 resamples"
    )


def test_below_six_documents_there_are_no_intervals(make_table: MakeTable) -> None:
    few, enough = [0.1, 0.2, 0.3, 0.4, 0.5, None], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    found = said(make_table({"a": {"x": few}, "b": {"x": few}}))
    assert found.interval_rule == ""
    assert found.notes.count("no intervals: fewer than 6 documents") == 1
    found = said(make_table({"a": {"x": few}, "b": {"x": enough}}))
    assert found.interval_rule.endswith("mean over documents, 200 resamples; none for fewer than 6")
    assert "no intervals: fewer than 6 documents" not in found.notes
    found = said(make_table({"b": {"x": enough}}))
    assert found.interval_rule.endswith("mean over documents, 200 resamples")


def test_notes_of_the_table_come_last(make_table: MakeTable) -> None:
    assert said(make_table({"a": {"x": [0.5]}}, notes=("from outside",))).notes[-1] == "from outside"


def test_equal_signatures_are_named_together() -> None:
    columns = (
        ColumnInfo("rouge.a", Column("a"), "rouge|v:1"),
        ColumnInfo("rouge.b", Column("b"), "rouge|v:1"),
        ColumnInfo("rouge.c", Column("c", shown=False), "rouge|v:1"),
        ColumnInfo("length.words", Column("words"), "length|v:1"),
    )
    table = ScoreTable("t", (), (), columns, {})
    assert said(table).signatures == (("a, b", "rouge|v:1"), ("words", "length|v:1"))
    assert said(table, full=True).signatures == (("a, b, c", "rouge|v:1"), ("words", "length|v:1"))


def test_a_legend_speaks_of_the_columns_that_its_table_shows(make_table: MakeTable) -> None:
    hidden = make_table(
        {"a": {"words": [1.0] * 6, "x": [0.5] * 6}, "b": {"words": [1.0] * 6, "x": [0.1] * 5 + [None]}},
        columns=[Column("words", better="none"), Column("x", shown=False)],
    )
    normal, full = said(hidden), said(hidden, full=True)
    assert normal.rule == ""
    assert full.rule.startswith("best, and all that 5 documents cannot tell from it")
    assert normal.notes == ("6/6 scored everywhere",)
    assert full.notes == (
        "b: 5/6 scored in x (1 × empty)",
        "†: fewer documents than other systems; compared on the common ones",
    )
    assert normal.interval_rule.endswith(" 200 resamples")
    assert full.interval_rule.endswith(" resamples; none for fewer than 6")


def test_above_50_000_documents_the_interval_is_said_to_be_normal(make_table: MakeTable) -> None:
    many, few = [0.0, 0.5, 1.0] * 16_667, [0.0, 0.5] * 10 + [None] * 49_981
    assert (
        said(make_table({"a": {"x": many}})).interval_rule
        == "95 % normal interval of the mean over documents"
    )
    assert said(make_table({"a": {"x": many, "y": few}})).interval_rule == (
        "95 % BCa bootstrap interval of the mean over documents, 200 resamples; normal above 50,000 documents"
    )


def test_several_samples_are_said_and_how_many_of_them_failed(make_table: MakeTable) -> None:
    about = {
        "a": SystemInfo("a", "", n_summaries=6, samples=3),
        "b": SystemInfo("b", "", n_summaries=6, samples=3),
        "c": SystemInfo("c", "", n_summaries=3, n_errors=1, samples=2),
        "d": SystemInfo("d", "", n_summaries=2),
    }
    notes = said(make_table({s: {"x": [0.5, 0.4]} for s in "abcd"}, about=about)).notes
    assert "a, b: mean of 3 samples a document" in notes
    assert "c: mean of 2 samples a document (1 of 4 failed)" in notes
    assert not any("d: mean of" in note for note in notes)


def test_a_document_is_without_summary_when_all_samples_failed(make_table: MakeTable) -> None:
    about = {"a": SystemInfo("a", "", n_summaries=2, n_errors=4, samples=3)}
    table = make_table({"a": {"x": [0.5, None]}, "b": {"x": [0.1, 0.1]}}, about=about)
    nothing = {("a", "m.x"): Cells(array("d", [0.5, float("nan")]))}
    table = dataclasses.replace(table, cells={**table.cells, **nothing})
    assert said(table).notes[0] == "a: 1/2 scored (1 summary failed)"
    some = SystemInfo("a", "", n_summaries=4, n_errors=2, samples=3)
    table = dataclasses.replace(table, systems=(some, table.systems[1]))
    assert said(table).notes[0] == "a: 1/2 scored (1 not scored)"


def test_what_was_not_read_is_said_with_or_without_the_metric(make_table: MakeTable) -> None:
    about = {
        "bart": SystemInfo("bart", "", read=0.614, n_read=60, n_cut=48),
        "led": SystemInfo("led", "", read=1.0, n_read=60, n_cut=0),
        "long": SystemInfo("long", "", read=0.99999, n_read=60, n_cut=1),
    }
    notes = said(make_table({s: {"x": [0.5]} for s in ("bart", "led", "long", "lead")}, about=about)).notes
    assert [note for note in notes if "read" in note] == [
        "bart: read 61.4 % of the documents (mean), 48 of 60 were cut",
        "long: read 99.9 % of the documents (mean), 1 of 60 were cut",
    ]


def test_json_has_samples_and_what_was_read(make_table: MakeTable) -> None:
    about = {"a": SystemInfo("a", "", samples=3, read=0.5, n_read=1, n_cut=1)}
    (system,) = json.loads(render_json(board(make_table({"a": {"x": [0.5]}}, about=about))))["systems"]
    assert (system["samples"], system["read"]) == (3, 0.5)
