"""The leaderboard of a page: its groups, its order, its bars, and bold that agrees with the letters."""

from collections.abc import Callable

import pytest

from bench.core.types import Column, ScoreTable, SystemInfo
from bench.report.board import Heading
from bench.report.leaderboard import headline, leaderboard
from bench.report.page.matrix import details, matrix
from bench.report.page.pairs import Pairs, all_pairs, turned
from bench.report.page.rows import Line, Rows, group_of, rows
from bench.report.ranks import standings
from bench.report.versus import How

Make = Callable[..., ScoreTable]
HOW = How(0.05, 500, 0, "permutation", "holm", 0)
N = 24


def around(mean: float, shift: int = 0) -> list[float]:
    """Values that differ from document to document and have this mean."""
    return [mean + 0.01 * ((i * 7 + shift) % N - (N - 1) / 2) for i in range(N)]


def laid_out(table: ScoreTable) -> tuple[Rows, tuple[Pairs, ...]]:
    board = leaderboard(table, resamples=500)
    column = headline(table)
    ranked = standings(table, column.id, resamples=500) if column else ()
    pairs = all_pairs(table, board, HOW)
    return rows(board, [s.label for s in table.systems], ranked, pairs), pairs


def heading(**more: str) -> Heading:
    said = {"better": "high", "unit": "ratio", "signature": "x|v:1"} | more
    return Heading("m.x", "x", said["better"], said["unit"], 1, 3, True, said["signature"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "group"),
    [
        (heading(signature="rouge1|refs:1|agg:best|v:1"), "overlap"),
        (heading(signature="facts|v:1"), "checks"),
        (heading(better="none"), "form"),
        (heading(unit="s", better="low"), "cost"),
        (heading(unit="tokens", better="none"), "cost"),
    ],
)
def test_columns_are_grouped_by_what_they_look_at(column: Heading, group: str) -> None:
    assert group_of(column) == group


def test_the_best_by_the_headline_column_comes_first_and_those_apart_stay_out(make_table: Make) -> None:
    table = make_table(
        {
            "low": {"first": around(0.9), "last": around(0.2)},
            "high": {"first": around(0.1), "last": around(0.8)},
            "oracle": {"first": around(0.9), "last": around(0.9)},
        },
        apart=["oracle"],
    )
    found, _ = laid_out(table)
    assert [line.label for line in found.ranked] == ["high", "low"]
    assert [line.rank for line in found.ranked] == ["1", "2"]
    assert [(line.label, line.rank) for line in found.apart] == [("oracle", "")]
    assert [line.place for line in found.ranked] == [1, 0]


def test_what_ranks_is_the_first_column_of_the_first_group(make_table: Make) -> None:
    scores = {"z.first": around(0.5), "z.price": around(0.3), "y.check": around(0.4)}
    price = Column("z.price", "low", unit="price")
    found, _ = laid_out(make_table({"a": scores, "b": scores}, columns=[price]))
    assert [c.title for c in found.columns] == ["z.price", "z.first", "y.check"]
    assert [group.name for group in found.groups][:2] == ["cost", "checks"]
    assert [c.headline for c in found.columns] == [True, False, False]


def test_bold_and_letters_and_matrix_say_the_same(make_table: Make) -> None:
    top = around(0.6)
    near = [v + (-1) ** i * 0.05 for i, v in enumerate(top)]
    table = make_table({"a": {"x": top}, "b": {"x": near}, "c": {"x": around(0.2)}})
    found, (column,) = laid_out(table)
    bold = {line.label for line in found.ranked if line.cells[0].best}
    lettered = {line.label for line in found.ranked if line.letters == ("a",)}
    open_cells = matrix(column, ["a", "b", "c"]).cells[0]
    assert bold == lettered == {"a", "b"}
    assert open_cells[1] is not None
    assert open_cells[2] is not None
    assert (open_cells[0], open_cells[1].kind, open_cells[2].kind) == (None, "", "good-3")


def cell(line: Line) -> tuple[float, float]:
    assert line.cells[0].bar
    return line.cells[0].bar.lo, line.cells[0].bar.hi


def test_bars_of_a_column_share_a_scale_that_the_ranked_systems_make(make_table: Make) -> None:
    table = make_table(
        {"a": {"x": around(0.3)}, "b": {"x": around(0.5)}, "far": {"x": around(5.0)}}, apart=["far"]
    )
    found, _ = laid_out(table)
    b, a = found.ranked
    assert 0 < cell(a)[0] < cell(a)[1] < cell(b)[0] < cell(b)[1] < 100
    assert cell(a)[1] - cell(a)[0] == pytest.approx(cell(b)[1] - cell(b)[0], abs=0.2)
    (far,) = found.apart
    assert far.cells[0].bar
    assert far.cells[0].bar.at is None
    assert far.cells[0].bar.hi > 100
    assert [line.cells[0].bar.beyond for line in (a, far) if line.cells[0].bar] == ["", "right"]


def test_details_count_documents_and_give_reasons(make_table: Make) -> None:
    table = make_table({"a": {"x": [*around(0.5)[:-1], None]}, "b": {"x": around(0.3)}})
    found, _ = laid_out(table)
    facts = dict(next(line for line in found.ranked if line.label == "a").cells[0].facts)
    assert facts["documents"] == "23 with a value, 1 without"
    assert facts["no value"] == "1 × empty"
    assert {"95 % interval, BCa bootstrap", "percentile bootstrap", "median"} <= facts.keys()


def test_a_system_says_what_it_read_and_what_failed(make_table: Make) -> None:
    about = {"a": SystemInfo("a", "a|v:1", n_summaries=23, n_errors=1, read=0.9999, n_read=23, n_cut=2)}
    found, _ = laid_out(make_table({"a": {"x": around(0.5)}}, about=about))
    assert dict(found.ranked[0].facts) == {
        "summaries": "23, 1 failed",
        "read": "99.9 % of the documents (mean), 2 were cut",
    }


def test_behind_a_cell_are_the_biggest_wins_and_losses_of_what_can_be_read(make_table: Make) -> None:
    a, b = around(0.6), around(0.4)
    a[5], b[7], b[8] = 0.95, 0.99, 0.99
    table = make_table({"a": {"x": a}, "b": {"x": b}}, columns=[Column("x", scale=100, digits=1)])
    _, (column,) = laid_out(table)
    shown = [i for i in range(N) if i != 8]
    forth, back = details(table, column, ["a", "b"], shown)
    assert forth["cell"] == (0, 1)
    assert forth["wins"][0] == (5, f"+{100 * (a[5] - b[5]):.1f}")
    assert forth["losses"] == [(7, f"−{100 * (b[7] - a[7]):.1f}")]
    assert [at for at, _ in back["losses"]] == [at for at, _ in forth["wins"]]
    assert back["delta"] == forth["delta"].replace("+", "−")
    assert forth["tally"] == f"better on {N - 2}, equal on 0, worse on 2 of {N} documents"


def test_a_comparison_that_is_turned_twice_is_itself(make_table: Make) -> None:
    table = make_table({"a": {"x": around(0.6)}, "b": {"x": around(0.4, 3)}})
    _, (column,) = laid_out(table)
    delta = column.delta("b", "a")
    assert delta
    assert delta.comparison
    c = delta.comparison
    assert turned(turned(c)) == c
    assert (turned(c).delta, turned(c).lo, turned(c).wins) == (-c.delta, -(c.hi or 0), c.losses)
