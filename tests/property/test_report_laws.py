"""Laws of the statistics, and tables that no label can break."""

import csv
import json
import unicodedata
from array import array
from collections.abc import Sequence
from io import StringIO
from itertools import product
from operator import mul
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from bench.core.types import Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.adjust import Correct, adjust
from bench.report.board import Leaderboard
from bench.report.estimate import intervals
from bench.report.leaderboard import leaderboard
from bench.report.notes import legend
from bench.report.paired import bootstrap_p, sign_flip_p
from bench.report.render_csv import render_csv
from bench.report.render_json import render_json
from bench.report.render_latex import render_latex
from bench.report.render_markdown import render_markdown
from bench.report.render_text import render_text

# Characters that mean something to one format or another, and any others.
NASTY = st.sampled_from(
    list("|`*_[]()<>&\\{}$%#~^=+-@'\"!.1 \n\r\t\x00\x1b\x9b\u202e\u2066\u2028\ud800é要\u0301")
)
# Not st.text, which never makes a lone surrogate.
LABEL = st.lists(NASTY | st.characters(), max_size=30).map("".join)
SHARE = st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0])
SHARES = st.lists(SHARE, min_size=6, max_size=30)


def board_of(labels: Sequence[str], title: str, note: str) -> Leaderboard:
    columns = (
        ColumnInfo("m.x", Column("x", title=title), f"m|path:{note}|v:1"),
        ColumnInfo("m.y", Column("y", better="low"), "m|v:1"),
    )
    values = {
        (label, c.id): Cells(
            array("d", [i / 10, 0.3, 0.2 if i else float("nan")]), 0 if i else 1, 0, {note: 1}
        )
        for i, label in enumerate(labels)
        for c in columns
    }
    systems = tuple(SystemInfo(s, s, apart=i == 1, words=7.0) for i, s in enumerate(labels))
    return leaderboard(ScoreTable(note, ("a", "b", "c"), systems, columns, values, {}, (note,)), resamples=10)


BOARDS = st.builds(board_of, st.lists(LABEL, min_size=1, max_size=4, unique=True), LABEL, LABEL)


@given(BOARDS)
def test_a_markdown_table_keeps_its_columns(board: Leaderboard) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(render_markdown(board))
    rows = [t for t in tokens if t.type == "tr_open"]
    cells = [t for t in tokens if t.type in ("th_open", "td_open")]
    headings, extras = board.shown(full=False)
    assert len(rows) == 1 + len(board.rows)
    assert len(cells) == len(rows) * (1 + len(headings) + len(extras))
    inline = {child.type for t in tokens for child in t.children or ()}
    assert inline <= {
        "text",
        "text_special",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
        "code_inline",
    }
    blocks = {t.type.removesuffix("_open").removesuffix("_close") for t in tokens}
    assert blocks <= {
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "bullet_list",
        "list_item",
        "paragraph",
        "inline",
    }


@given(BOARDS)
def test_csv_has_a_cell_for_every_column_and_no_formula(board: Leaderboard) -> None:
    rows = list(csv.reader(StringIO(render_csv(board)), strict=True))
    assert len(rows) == 1 + len(board.rows)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(row[0].lstrip().startswith(("=", "+", "-", "@")) for row in rows)


@given(BOARDS)
def test_json_gives_back_every_label(board: Leaderboard) -> None:
    text = render_json(board)
    text.encode()
    content = json.loads(text)
    assert [s["label"] for s in content["systems"]] == [row.label for row in board.rows]


@given(BOARDS, st.integers(40, 200), st.booleans())
def test_a_terminal_sees_no_control_character_and_no_line_too_wide(
    board: Leaderboard, width: int, full: bool
) -> None:
    text = render_text(board, width=width, full=full)
    text.encode()
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert bad <= {"\n", "\u200c", "\u200d"}
    assert max(map(cell_len, text.split("\n"))) <= width


@given(BOARDS)
def test_latex_rows_have_their_columns_and_no_foreign_command(board: Leaderboard) -> None:
    text = render_latex(board)
    body = text[text.index("\\toprule") : text.index("\\bottomrule")]
    rows = [line for line in body.split("\n") if line.endswith(" \\\\")]
    headings, extras = board.shown(full=False)
    assert len(rows) == 1 + len(board.rows)
    assert {row.replace("\\&", "").count("&") for row in rows} == {len(headings) + len(extras)}
    plain = text.replace("\\{", "").replace("\\}", "").replace("\\\\", "")
    assert plain.count("{") == plain.count("}")
    assert text.count("\\end{") == 2


@given(st.lists(SHARES, min_size=1, max_size=4))
def test_intervals_hold_the_mean_and_stand_alone(columns: list[list[float]]) -> None:
    arrays = [np.array(c) for c in columns]
    together = intervals(arrays, resamples=50)
    for values, interval in zip(arrays, together, strict=True):
        assert interval is not None
        assert interval.lo <= values.mean() + 1e-12
        assert interval.hi >= values.mean() - 1e-12
        assert 0 < interval.p <= 1
        assert intervals([values], resamples=50) == [interval]


@given(SHARES, st.randoms(use_true_random=False))
def test_an_interval_does_not_depend_on_order_and_turns_with_the_signs(
    shares: list[float], random: Random
) -> None:
    values = np.array(shares)
    (interval,) = intervals([values], resamples=50)
    assert intervals([np.array(random.sample(shares, len(shares)))], resamples=50) == [interval]
    (turned,) = intervals([-values], resamples=50)
    assert interval is not None
    assert turned is not None
    assert (turned.lo, turned.hi, turned.p) == (-interval.hi, -interval.lo, interval.p)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_p_does_not_depend_on_order_or_direction(differences: list[float]) -> None:
    d = np.array(differences)
    for test in (sign_flip_p, bootstrap_p):
        (p,) = test([d], resamples=500)
        assert 0 < p <= 1
        assert test([d[::-1]], resamples=500) == [p]
    (p,) = sign_flip_p([d], resamples=500)
    assert sign_flip_p([-d], resamples=500) == [p]


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8))
def test_sums_that_tie_on_paper_tie_in_the_exact_test(tenths: list[int]) -> None:
    sums = [abs(sum(map(mul, tenths, signs))) for signs in product((1, -1), repeat=len(tenths))]
    p = sum(s >= abs(sum(tenths)) for s in sums) / len(sums)
    assert sign_flip_p([np.array(tenths) / 10]) == [p]


@given(st.lists(st.floats(0, 1), max_size=12), st.sampled_from(["holm", "bh", "none"]))
def test_no_adjustment_lowers_a_p_or_changes_the_order(p: list[float], how: Correct) -> None:
    adjusted = adjust(p, how)
    assert all(one <= a <= 1 for a, one in zip(adjusted, p, strict=True))
    order = sorted(range(len(p)), key=lambda i: p[i])
    assert [adjusted[i] for i in order] == sorted(adjusted)
    assert adjust(p[::-1], how) == adjusted[::-1]
    assert all(holm >= bh for holm, bh in zip(adjust(p, "holm"), adjust(p, "bh"), strict=True))


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(0, 2**32 - 1))
def test_a_board_does_not_depend_on_the_order_of_documents(random: Random, seed: int) -> None:
    values = np.random.default_rng(seed).beta(2, 5, (3, 30))
    values[2, :4] = np.nan
    columns = (ColumnInfo("m.x", Column("x"), "m|v:1"),)
    systems = tuple(SystemInfo(s, "") for s in "abc")

    def board(order: list[int]) -> Leaderboard:
        cells = {(s, "m.x"): Cells(array("d", row[order])) for s, row in zip("abc", values, strict=True)}
        ids = tuple(str(i) for i in order)
        return leaderboard(ScoreTable("t", ids, systems, columns, cells), resamples=200)

    assert board(random.sample(range(30), 30)) == board(list(range(30)))


@settings(max_examples=30)
@given(st.lists(st.lists(SHARE | st.none(), min_size=4, max_size=4), min_size=2, max_size=4))
def test_a_board_does_not_depend_on_the_order_of_systems(rows: list[list[float | None]]) -> None:
    def board(order: Sequence[int]) -> Leaderboard:
        columns = (ColumnInfo("m.x", Column("x"), "m|v:1"),)
        cells = {
            (f"s{i}", "m.x"): Cells(array("d", (float("nan") if v is None else v for v in rows[i])), 0)
            for i in order
        }
        systems = tuple(SystemInfo(f"s{i}", "") for i in order)
        return leaderboard(ScoreTable("t", tuple("abcd"), systems, columns, cells), resamples=20)

    forwards, backwards = board(range(len(rows))), board(range(len(rows))[::-1])
    assert forwards.ranked == backwards.ranked
    assert forwards.comparisons == backwards.comparisons
    one, other = legend(forwards, full=False), legend(backwards, full=False)
    assert one.rule == other.rule
    assert sorted(one.notes) == sorted(other.notes)
