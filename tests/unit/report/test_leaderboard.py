"""Order, cells and footnotes of a leaderboard."""

from array import array
from collections.abc import Callable

import pytest

from bench.core.types import Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.board import Leaderboard
from bench.report.leaderboard import headline, leaderboard

MakeTable = Callable[..., ScoreTable]


def board(table: ScoreTable) -> Leaderboard:
    return leaderboard(table, resamples=200)


def test_the_best_is_first_and_systems_apart_are_below(make_table: MakeTable) -> None:
    table = make_table(
        {"copy": {"x": [0.1, 0.1]}, "b": {"x": [0.2, 0.2]}, "oracle": {"x": [1, 1]}, "a": {"x": [0.3, 0.3]}},
        apart=["copy", "oracle"],
    )
    b = board(table)
    assert [r.label for r in b.ranked] == ["a", "b"]
    assert [r.label for r in b.apart] == ["oracle", "copy"]


def test_the_order_is_that_of_the_first_shown_column_with_a_direction(make_table: MakeTable) -> None:
    columns = [Column("hidden", shown=False), Column("words", better="none"), Column("loss", better="low")]
    table = make_table(
        {
            "a": {"hidden": [1.0], "words": [9.0], "loss": [0.4]},
            "b": {"hidden": [0.0], "words": [0.0], "loss": [0.2]},
            "none": {"hidden": [1.0], "words": [9.0], "loss": [None]},
        },
        columns=columns,
    )
    assert [r.label for r in board(table).ranked] == ["b", "a", "none"]


def test_equal_means_are_ordered_by_label(make_table: MakeTable) -> None:
    assert [r.label for r in board(make_table({"b": {"x": [0.5]}, "a": {"x": [0.5]}})).ranked] == ["a", "b"]


def test_scores_are_multiplied_and_rounded_only_for_print(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.41202, 0.41204]}}, columns=[Column("x", scale=100, digits=2)])
    cell = board(table).ranked[0].cells[0]
    assert cell.value == "41.20"
    assert cell.estimate.mean == pytest.approx(0.41203)


def test_titles_that_collide_name_their_metric() -> None:
    columns = tuple(
        ColumnInfo(f"{m}.rouge1", Column("rouge1", title="ROUGE-1"), m) for m in ("stem", "plain")
    )
    table = ScoreTable("t", (), (), columns, {})
    assert [h.text for h in board(table).headings] == ["ROUGE-1 (stem) ↑", "ROUGE-1 (plain) ↑"]


def test_the_headline_is_the_last_shown_column_of_the_first_ranked_metric() -> None:
    columns = [
        ColumnInfo("length.words", Column("words", better="none"), ""),
        ColumnInfo("rouge.rouge1", Column("rouge1"), ""),
        ColumnInfo("rouge.rougeLsum", Column("rougeLsum"), ""),
        ColumnInfo("rouge.rouge1_p", Column("rouge1_p", shown=False), ""),
        ColumnInfo("chrf.chrf", Column("chrf"), ""),
    ]
    found = headline(ScoreTable("t", (), (), tuple(columns), {}))
    assert found is columns[2]
    assert headline(ScoreTable("t", (), (), tuple(columns[:1]), {})) is None


def test_when_everything_was_scored_the_notes_say_so(make_table: MakeTable) -> None:
    b = board(make_table({"a": {"x": [0.1, 0.2, 0.5]}, "b": {"x": [0.2, 0.3, 0.4]}}))
    assert b.notes == ("3/3 scored everywhere", "smallest difference findable with 80 % power: 0.19 x")
    assert b.rule == "best, and all that 3 documents cannot tell from it (paired permutation, Holm, α = 0.05)"


def test_what_is_missing_is_named_with_its_reason(make_table: MakeTable) -> None:
    nan = float("nan")
    lost = Cells(array("d", [0.1, nan, nan, nan, nan, nan]), n_none=2, n_error=1, reasons={"too short": 2})
    table = make_table(
        {"a": {"x": [0.5] * 6, "y": [0.5] * 6}, "b": {"y": [0.5] * 6}},
        cells={("b", "m.x"): lost},
        about={"b": SystemInfo("b", "b|v:1", n_summaries=5, n_errors=1)},
    )
    b = board(table)
    assert b.notes[0] == (
        "b: 1/6 scored in x (2 × too short, 1 score failed, 1 summary failed, 1 not scored)"
    )
    assert "†: fewer documents than other systems; compared on the common ones" in b.notes
    assert [r.cells[0].partial for r in b.ranked] == [False, True]
    assert [r.extra_texts[0] for r in b.ranked] == ["6/6", "1/6"]


def test_what_all_systems_lack_is_said_once_and_marked_nowhere(make_table: MakeTable) -> None:
    b = board(make_table({s: {"x": [0.5, None, 0.3], "y": [0.5, None, 0.3]} for s in "ab"}))
    assert b.notes[0] == "all systems: 2/3 scored (1 × empty)"
    assert not any(cell.partial for row in b.rows for cell in row.cells)


def test_a_system_without_values_has_a_dash(make_table: MakeTable) -> None:
    b = board(make_table({"a": {"x": [0.5, 0.4]}, "b": {"x": [None, None]}}))
    cell = b.ranked[1].cells[0]
    assert (cell.value, cell.interval, cell.bold, cell.partial) == ("–", "", False, False)
    assert b.notes[0] == "b: 0/2 scored (2 × empty)"
    assert b.rule == ""


def test_empty_and_truncated_summaries_are_pointed_out(make_table: MakeTable) -> None:
    about = {"a": SystemInfo("a", "", empty=0.25, truncated=0.0), "b": SystemInfo("b", "", empty=0.0)}
    table = make_table({s: {"x": [0.5], "untokenisable": [0.1]} for s in "ab"}, about=about)
    notes = board(table).notes
    assert "empty summaries: a 25.0 %" in notes
    assert "text without a token for ROUGE: a 10.0 %, b 10.0 %" in notes
    assert not any("only in part" in note for note in notes)


def test_a_corpus_value_is_explained(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.5, 0.3]}}, aggregates={("a", "m.x"): 0.45})
    b = board(table)
    assert (b.ranked[0].cells[0].value, b.ranked[0].cells[0].corpus) == ("0.450", True)
    assert "x: computed over the whole corpus; tested on the values per document" in b.notes
    assert b.interval_rule == ""


def test_notes_of_the_table_come_last(make_table: MakeTable) -> None:
    assert board(make_table({"a": {"x": [0.5]}}, notes=("from outside",))).notes[-1] == "from outside"


def test_equal_signatures_are_named_together() -> None:
    columns = (
        ColumnInfo("rouge.a", Column("a"), "rouge|v:1"),
        ColumnInfo("rouge.b", Column("b"), "rouge|v:1"),
        ColumnInfo("rouge.c", Column("c", shown=False), "rouge|v:1"),
        ColumnInfo("length.words", Column("words"), "length|v:1"),
    )
    signatures = board(ScoreTable("t", (), (), columns, {})).signatures
    assert signatures == (("a, b", "rouge|v:1"), ("words", "length|v:1"))


def test_an_empty_table_is_a_board_without_rows() -> None:
    b = board(ScoreTable("t", (), (), (), {}))
    assert (b.rows, b.notes, b.rule, b.findable) == ((), (), "", None)


def test_above_50_000_documents_the_interval_is_said_to_be_normal(make_table: MakeTable) -> None:
    b = board(make_table({"a": {"x": [0.0, 0.5, 1.0] * 16_667}}))
    assert b.interval_rule == "95 % interval of the mean (normal)"
