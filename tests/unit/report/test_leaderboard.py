"""Order, cells and footnotes of a leaderboard."""

from collections.abc import Callable

import pytest

from bench.core.types import Column, ColumnInfo, ScoreTable
from bench.report.board import Leaderboard
from bench.report.leaderboard import headline, leaderboard
from bench.report.notes import Legend, legend

MakeTable = Callable[..., ScoreTable]


def board(table: ScoreTable) -> Leaderboard:
    return leaderboard(table, resamples=200)


def said(table: ScoreTable, *, full: bool = False) -> Legend:
    return legend(board(table), full=full)


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


def test_skipping_hard_documents_raises_nobody(make_table: MakeTable) -> None:
    """``lucky`` has the highest mean, and is 0.2 below ``good`` on what both have."""
    table = make_table(
        {
            "lucky": {"x": [None, None, 0.7]},
            "good": {"x": [0.1, 0.2, 0.9]},
            "fair": {"x": [0.1, 0.2, 0.6]},
            "poor": {"x": [0.1, 0.1, 0.1]},
        }
    )
    b = board(table)
    assert [(r.label, r.cells[0].value) for r in b.ranked] == [
        ("good", "0.400"),
        ("fair", "0.300"),
        ("lucky", "0.700"),
        ("poor", "0.100"),
    ]


def test_a_system_that_lacks_documents_and_is_better_on_the_rest_is_first(make_table: MakeTable) -> None:
    columns = [Column("x", better="low")]
    table = make_table({"all": {"x": [0.1, 0.9]}, "some": {"x": [None, 0.8]}}, columns=columns)
    assert [r.label for r in board(table).ranked] == ["some", "all"]


def test_as_many_but_easier_documents_are_no_reason_to_be_ahead(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.9, 0.5, None]}, "b": {"x": [None, 0.6, 0.1]}})
    assert [r.label for r in board(table).ranked] == ["b", "a"]


def test_without_a_document_in_common_with_the_best_a_system_is_ranked_after_the_others(
    make_table: MakeTable,
) -> None:
    table = make_table(
        {
            "none": {"x": [None, None, None]},
            "alone": {"x": [None, None, 0.9]},
            "good": {"x": [0.5, 0.4, None]},
            "worse": {"x": [0.3, 0.3, None]},
            "copy": {"x": [0.1, 0.1, 0.1]},
        },
        apart=["copy"],
    )
    assert [r.label for r in board(table).rows] == ["good", "worse", "alone", "none", "copy"]


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


def test_n_is_of_the_columns_that_have_a_direction(make_table: MakeTable) -> None:
    columns = [Column("words", better="none")]
    row = {"x": [0.5, 0.4, 0.3], "words": [9.0, None, 8.0]}
    b = board(make_table({"a": row}, columns=columns))
    assert b.ranked[0].n_ok == 3
    assert not b.extras[0].shown
    b = board(make_table({"a": {"words": row["words"]}}, columns=columns))
    assert b.ranked[0].n_ok == 2
    assert b.extras[0].shown


def test_a_system_without_values_has_a_dash(make_table: MakeTable) -> None:
    table = make_table({"a": {"x": [0.5, 0.4]}, "b": {"x": [None, None]}})
    cell = board(table).ranked[1].cells[0]
    assert (cell.value, cell.interval, cell.bold, cell.partial) == ("–", "", False, False)
    assert said(table).notes[0] == "b: 0/2 scored (2 × empty)"
    assert said(table).rule == ""


def test_an_empty_table_is_a_board_without_rows() -> None:
    b = board(ScoreTable("t", (), (), (), {}))
    assert (b.rows, b.findable) == ((), None)
    assert legend(b, full=False) == Legend("", "", (), ())
