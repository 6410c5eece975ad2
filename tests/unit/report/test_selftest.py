"""What a check noticed: shares with intervals, against the controls, and how it is shown."""

import json
import math
from collections.abc import Callable

import pytest

from bench.core.types import Column, ScoreTable
from bench.report.render_selftest import Example, Kind, Result, as_data, render_selftest
from bench.report.selftest import Changed, Check, Noticing, selftest, wilson

MakeTable = Callable[..., ScoreTable]
ERROR = Changed("ref:negation", "ref", "negation", "facts")
CONTROL = Changed("ref:quotes", "ref", "quotes", "controls")
CHANGED = (ERROR, CONTROL)


def one(table: ScoreTable, changed: tuple[Changed, ...] = CHANGED) -> Check:
    (check,) = selftest(table, changed)
    return check


def table_of(make_table: MakeTable, better: str = "high", **values: list[float | None]) -> ScoreTable:
    labels = {"original": "ref", "error": "ref:negation", "control": "ref:quotes"}
    column = Column("x", better, range=(0.0, 10.0))  # type: ignore[arg-type]
    return make_table({labels[k]: {"x": v} for k, v in values.items()}, columns=[column])


@pytest.mark.parametrize(
    ("share", "n", "lo", "hi"), [(0.8, 10, 0.4902, 0.9433), (0.0, 10, 0.0, 0.2775), (1.0, 1, 0.2065, 1.0)]
)
def test_wilsons_interval_has_its_known_ends(share: float, n: int, lo: float, hi: float) -> None:
    assert wilson(share, n) == pytest.approx((lo, hi), abs=1e-4)


def test_noticed_is_worse_than_without_the_change_and_ties_do_not_count(make_table: MakeTable) -> None:
    table = table_of(make_table, original=[5, 5, 5, 5], error=[4, 5, 6, 1], control=[5, 5, 5, 4])
    error, control, _ = one(table).rows
    assert (error.kind, error.noticed, error.pairs, error.documents) == ("negation", 0.5, 4, 4)
    assert (error.lo, error.hi) == wilson(0.5, 4)
    assert (control.kind, control.noticed, control.auc) == ("quotes", 0.25, None)


def test_the_last_row_is_all_controls_together(make_table: MakeTable) -> None:
    table = make_table({"ref": {"x": [1, 1]}, "a": {"x": [0, 1]}, "b": {"x": [0.5, 0.5]}})
    changed = (Changed("a", "ref", "spacing", "controls"), Changed("b", "ref", "bullets", "controls"))
    check = one(table, changed)
    assert [(r.kind, r.noticed, r.pairs) for r in check.rows] == [
        ("spacing", 0.5, 2), ("bullets", 1.0, 2), ("controls", 0.75, 4),
    ]  # fmt: skip
    assert check.controls is check.rows[-1]


def test_a_low_column_is_worse_when_it_rises(make_table: MakeTable) -> None:
    table = table_of(make_table, "low", original=[1, 1], error=[3, 0], control=[1, 1])
    assert one(table).rows[0].noticed == 0.5


def test_a_flag_counts_where_there_was_none(make_table: MakeTable) -> None:
    column = Column("flagged", "low")
    table = make_table(
        {"ref": {"flagged": [0, 0, 1, 0]}, "ref:negation": {"flagged": [1, 0, 1, 1]}}, columns=[column]
    )
    (row, _) = one(table, (ERROR,)).rows
    assert row.noticed == pytest.approx(2 / 3)
    assert (row.pairs, row.worst) == (3, 1), "what is flagged cannot get worse"


def test_last_bits_are_no_difference(make_table: MakeTable) -> None:
    table = table_of(make_table, original=[5, 5], error=[5 - 1e-7, 4], control=[5 - 1e-8, 5])
    error, *_, controls = one(table).rows
    assert (error.noticed, controls.noticed) == (0.5, 0.0)
    assert error.auc == 0.75


def test_the_auc_holds_the_size_of_the_drop_against_the_controls(make_table: MakeTable) -> None:
    smaller = table_of(make_table, original=[5, 5, 5], error=[4, 4, 4], control=[3, 3, 3])
    assert one(smaller).rows[0].noticed == one(smaller).controls.noticed == 1.0
    assert one(smaller).rows[0].auc == 0.0, "it falls more where nothing is wrong"
    larger = table_of(make_table, original=[5, 5, 5], error=[1, 4, 5], control=[4, 4, 4])
    assert one(larger).rows[0].auc == pytest.approx((1 + 0.5 + 0) / 3)
    alone = make_table({"ref": {"x": [1, 2]}, "ref:negation": {"x": [0, 0]}})
    assert one(alone, (ERROR,)).rows[0].auc is None, "no control, nothing to compare with"


def test_the_drop_is_in_standard_deviations_of_the_unchanged_texts(make_table: MakeTable) -> None:
    table = table_of(make_table, original=[2, 4, 6], error=[1, 2, 5], control=[2, 4, 6])
    check = one(table)
    assert check.spread == pytest.approx(2.0)
    assert check.rows[0].drop == pytest.approx(0.5)
    flat = table_of(make_table, original=[3, 3, 3], error=[1, 1, 1], control=[3, 3, 3])
    assert (one(flat).spread, one(flat).rows[0].drop) == (0.0, None)


def test_missing_values_make_no_pair(make_table: MakeTable) -> None:
    table = table_of(make_table, original=[1, None, 3, 4], error=[None, 0, 2, 4], control=[1, 1, 3, 4])
    row = one(table).rows[0]
    assert (row.pairs, row.without, row.noticed) == (2, 1, 0.5)
    nothing = table_of(make_table, original=[None], error=[None], control=[None])
    assert one(nothing).rows[0] == Noticing("negation", "facts", 0, 0, without=1)
    assert one(nothing).spread is None


def test_a_document_counts_once_however_many_of_its_texts_were_changed(make_table: MakeTable) -> None:
    scores: dict[str, dict[str, list[float | None]]] = {
        "ref": {"x": [5, 5]}, "lead": {"x": [5, None]},
        "ref:negation": {"x": [4, 5]}, "lead:negation": {"x": [5, None]},
    }  # fmt: skip
    changed = (ERROR, Changed("lead:negation", "lead", "negation", "facts"))
    check = one(make_table(scores), changed)
    row = check.rows[0]
    assert (row.pairs, row.documents, row.noticed) == (3, 2, 0.25)
    assert (row.lo, row.hi) == wilson(0.25, 2)
    assert {k: rows[0].noticed for k, rows in check.by_text.items()} == {"ref": 0.5, "lead": 0.0}


def test_texts_on_which_a_column_says_nothing_are_left_out(make_table: MakeTable) -> None:
    scores = {"ref": {"x": [5]}, "lead": {"x": [9]}, "ref:negation": {"x": [4]}, "lead:negation": {"x": [9]}}
    changed = (ERROR, Changed("lead:negation", "lead", "negation", "facts"))
    (check,) = selftest(make_table(scores), changed, {("ref", "m.x")})
    assert (check.texts, check.rows[0].pairs, check.rows[0].noticed) == (("lead",), 1, 0.0)
    assert list(check.by_text) == ["lead"]


def test_descriptive_columns_are_not_tried(make_table: MakeTable) -> None:
    table = make_table({"ref": {"x": [1]}, "ref:negation": {"x": [0]}}, columns=[Column("x", "none")])
    assert selftest(table, CHANGED) == ()


@pytest.fixture
def result(make_table: MakeTable) -> Result:
    columns = [Column("x", title="one"), Column("y", "low", range=(0.0, math.inf)), Column("z", shown=False)]
    scores: dict[str, dict[str, list[float | None]]] = {
        "ref": {"x": [0.5] * 20, "y": [1.0] * 20, "z": [0.5] * 20},
        "ref:negation": {"x": [0.4] * 20, "y": [1.0] * 20, "z": [0.25] * 20},
        "ref:quotes": {"x": [0.5] * 20, "y": [1.0] * 20, "z": [0.5] * 20},
    }
    values = {"m.x": (0.5, 0.4), "m.y": (1.0, None)}
    return Result(
        name="mine",
        documents=20,
        texts={"reference": 20},
        seed=3,
        kinds=(
            Kind("negation", "facts", "a negation more or less", 20, {"language: 'de', expected English": 2}),
            Kind("quotes", "controls", "typographic or plain quotes", 20),
        ),
        checks=selftest(make_table(scores, columns=columns), CHANGED),
        examples=(Example("negation", "d\x1b0", "reference", "It ", "was", "was not", " so.", values),),
    )


def test_the_table_has_shares_with_their_auc_and_groups(result: Result) -> None:
    lines = render_selftest(result).splitlines()
    assert lines[0].split() == ["one", "y"]
    (negation,) = (line for line in lines if line.startswith("  negation "))
    assert negation.split() == ["negation", "20", "100", "1.00", "0", "0.50·"]
    (quotes,) = (line for line in lines if line.startswith("  quotes "))
    assert quotes.split() == ["quotes", "20", "0", "0"]
    order = [
        next(i for i, line in enumerate(lines) if text in line) for text in ("wrong,", "negation", "the same")
    ]
    assert order == sorted(order)
    said = " ".join(" ".join(lines).split())
    assert "negation: not tried on 2 texts: language: 'de', expected English." in said
    assert "Not shown: 1 column (--full shows all)." in said
    assert "seed 3" in said
    assert "It [was → was not] so." in said
    assert "one 0.500 → 0.400 · y 1.000 → –" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_the_table_is_wider_than_asked(result: Result, width: int) -> None:
    assert max(map(len, render_selftest(result, width=width).splitlines())) <= width


def test_the_full_table_has_hidden_columns_intervals_and_drops(result: Result) -> None:
    text = render_selftest(result, full=True)
    assert "z (m.z): higher is better, spread 0.000" in text
    assert "100 [84,100]" in text


def test_the_data_can_be_written_as_json_and_has_everything(result: Result) -> None:
    data = json.loads(json.dumps(as_data(result), allow_nan=False))
    assert [c["column"] for c in data["checks"]] == ["m.x", "m.y", "m.z"]
    assert data["checks"][0]["kinds"][0]["noticed"] == 1.0
    assert data["checks"][0]["controls"]["noticed"] == 0.0
    assert data["checks"][0]["by_text"].keys() == {"ref"}
    assert data["kinds"][0]["refused"] == {"language: 'de', expected English": 2}
    assert data["examples"][0]["values"]["m.y"] == [1.0, None]
