"""Systems against a baseline: what is compared, in which order, and what is said below."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.core.errors import ConfigError, DataError
from bench.core.types import Column, Estimate, ScoreTable
from bench.report.columns import compared_columns
from bench.report.extremes import extremes
from bench.report.paired import compare
from bench.report.versus import How, Versus, versus, versus_pairs

Make = Callable[..., ScoreTable]

COLUMNS = [
    Column("rouge.r1", scale=100, digits=2, title="R-1"),
    Column("rouge.r1_p", scale=100, digits=2, title="R-1 P", shown=False),
    Column("rouge.rL", scale=100, digits=2, title="R-L"),
    Column("form.rate", better="low", title="Rate"),
    Column("form.words", better="none", title="Words"),
]
BASE = [0.40, 0.44, 0.38, 0.41, 0.36, 0.47, 0.42, 0.39]
WOBBLE = [0.01, -0.02, 0.02, -0.01, 0.03, -0.03, 0.01, -0.01]


@pytest.fixture
def table(make_table: Make) -> ScoreTable:
    """Eight documents: better is about .1 above base everywhere, same is about equal."""

    def system(by: float, wobble: float = 1.0) -> dict[str, list[float]]:
        return {
            c.name: [
                v + (-by if c.better == "low" else by) + wobble * w for v, w in zip(BASE, WOBBLE, strict=True)
            ]
            for c in COLUMNS
        }

    return make_table(
        {"base": system(0, 0), "same": system(0.003, -1), "better": system(0.1), "oracle": system(0.3, 0)},
        columns=COLUMNS,
        apart=["oracle"],
    )


def test_every_system_but_those_apart_in_every_shown_column_with_a_direction(table: ScoreTable) -> None:
    found = versus(table, "base", resamples=200)
    assert [row.label for row in found.rows] == ["better", "same"], "best first"
    assert [h.id for h in found.headings] == ["rouge.r1", "rouge.rL", "form.rate"]
    assert found.headline == "rouge.rL"
    assert found.how.comparisons == 6
    assert found.title == "against base, 8 documents, paired permutation, Holm over 6 comparisons"


def test_the_numbers_are_those_of_one_family_of_tests(table: ScoreTable) -> None:
    found = versus(table, "base", resamples=500, seed=3)
    pairs = [(a, "base", h.id) for h in found.headings for a in ("same", "better")]
    expected = {(c.a, c.column): c for c in compare(table, pairs, resamples=500, seed=3)}
    for row in found.rows:
        for heading, cell in zip(found.headings, row.cells, strict=True):
            assert cell.comparison == expected[row.system, heading.id]
    better = found.rows[0].cells[0]
    assert (better.value, better.tally, better.clear) == ("+10.00", "8/0/0", True)
    assert better.means == pytest.approx((0.40875, 0.50875))
    assert better.p == ".047", "2 of 256 signs, times 6"


def test_where_low_is_good_a_win_is_a_lower_value(table: ScoreTable) -> None:
    cell = versus(table, "base", resamples=200).rows[0].cells[2]
    assert (cell.value, cell.tally) == ("−0.100", "8/0/0")
    found = versus(table, "base", columns=["rate"], resamples=200)
    assert [row.label for row in found.rows] == ["better", "same"]


def test_a_baseline_may_be_one_apart(table: ScoreTable) -> None:
    found = versus(table, "oracle", resamples=200)
    assert [row.label for row in found.rows] == ["better", "same", "base"]
    assert all(cell.value.startswith("−") for row in found.rows for cell in row.cells[:2])


def test_columns_that_are_asked_for_are_the_family_and_the_first_is_the_headline(table: ScoreTable) -> None:
    found = versus(table, "base", columns=["r1_p", "rouge.rL", "r1_p"], resamples=200)
    assert [h.id for h in found.headings] == ["rouge.r1_p", "rouge.rL"]
    assert found.headline == "rouge.r1_p"
    assert found.how.comparisons == 4


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rogue.r1", "rogue.r1: no such column (did you mean 'rouge.r1'?)"),
        ("form.words", "form.words describes and has no better direction: it is not compared"),
    ],
)
def test_a_column_that_cannot_be_compared(table: ScoreTable, name: str, said: str) -> None:
    with pytest.raises(ConfigError) as e:
        compared_columns(table, [name])
    assert e.value.message == said
    assert e.value.hint == "There are: rouge.r1, rouge.r1_p, rouge.rL, form.rate."


def test_an_ending_that_two_columns_have_is_refused(make_table: Make) -> None:
    table = make_table({"a": {"one.f1": [0.5], "two.f1": [0.5]}})
    with pytest.raises(ConfigError, match="f1: several columns end like this"):
        compared_columns(table, ["f1"])


def test_without_a_column_that_has_a_direction_there_is_nothing_to_compare(make_table: Make) -> None:
    table = make_table({"a": {"x": [0.5]}, "b": {"x": [0.1]}}, columns=[Column("x", better="none")])
    with pytest.raises(DataError, match=r"no column has a better direction to compare by; there are: m\.x"):
        versus(table, "a")


def test_an_unknown_baseline_is_refused_with_the_nearest(table: ScoreTable) -> None:
    with pytest.raises(ConfigError, match="no such system 'bese'") as e:
        versus(table, "bese")
    assert "(did you mean 'base'?)" in e.value.message


def test_below_stands_what_could_be_found_and_what_would_be_needed(table: ScoreTable) -> None:
    found = versus(table, "base", columns=["rL"], resamples=200)
    assert found.findable is not None
    assert found.power.startswith("can find: ")
    needed = found.rows[1].cells[0].needed
    assert needed is not None
    assert needed > 8
    assert f"To find what was seen, same would need {needed:,} documents" in found.power or needed > 99
    assert found.rows[0].cells[0].needed is None, "it is clear already"


def test_few_documents_can_find_nothing(make_table: Make) -> None:
    table = make_table({"a": {"x": [0.1, 0.5, 0.3]}, "b": {"x": [0.2, 0.4, 0.6]}})
    found = versus(table, "a", resamples=200)
    assert found.power.startswith("no difference can be found with 3 documents.")
    assert found.rows[0].cells[0].interval == ""


def test_a_bootstrap_is_not_told_the_least_p_of_a_permutation(make_table: Make) -> None:
    scores = {"a": {"x": [0.1] * 6, "y": [0.1] * 6}, "b": {"x": [0.2] * 6, "y": [0.2] * 6}}
    table = make_table(scores)
    exact = versus(table, "a", resamples=200)
    assert exact.power == "no difference can be found with 6 documents."
    drawn = versus(table, "a", resamples=200, test="bootstrap")
    assert drawn.rows[0].cells[0].clear
    assert drawn.power == ""


def test_what_the_table_says_of_its_data_is_said_and_that_a_corpus_value_is_another_number(
    table: ScoreTable,
) -> None:
    corpus = {("base", "form.rate"): Estimate(0.3, 0.2, 0.4, 8)}
    noted = replace(table, aggregates=corpus, notes=("2 bad rows were skipped",))
    assert versus(noted, "base", resamples=200).notes == (
        "Rate: of the values per document, not of the whole corpus",
        "2 bad rows were skipped",
    )
    assert versus(noted, "base", columns=["rL"], resamples=200).notes == ("2 bad rows were skipped",)


def test_documents_that_one_of_a_pair_lacks_are_told(make_table: Make) -> None:
    table = make_table(
        {
            "a": {"x": [0.1, 0.5, 0.3, 0.2], "y": [0.1, 0.5, 0.3, 0.2]},
            "b": {"x": [0.2, None, 0.6, 0.1], "y": [None, None, None, None]},
            "c": {"x": [0.2, 0.4, 0.6, 0.1], "y": [0.2, 0.4, 0.6, 0.1]},
        }
    )
    found = versus(table, "a", resamples=200)
    assert found.notes == ("b: 3/4 documents have both values in x", "b: 0/4 documents have both values in y")
    b = next(row for row in found.rows if row.label == "b")
    assert b.cells[1].comparison is None
    assert (b.cells[1].value, b.cells[1].p, b.cells[1].tally) == ("–", "", "")
    assert found.rows[-1] is b, "without a value in the headline column it is last"


def test_pairs_of_two_runs_have_the_labels_of_their_systems(table: ScoreTable) -> None:
    how = How(0.05, 200, 0, "permutation", "holm", 0)
    found = versus_pairs(
        table, [("better", "base")], "old", how=how, subject="new", labels={"better": "bart"}, columns=["rL"]
    )
    assert found.title == "new against old, 8 documents, paired permutation, Holm over 1 comparison"
    assert [(row.label, row.system, row.baseline) for row in found.rows] == [("bart", "better", "base")]


@pytest.mark.parametrize(
    ("correct", "said", "level"),
    [
        ("holm", "Holm over 6 comparisons", 0.05 / 6),
        ("bh", "Benjamini–Hochberg over 6 comparisons", 0.05 / 6),
        ("none", "6 comparisons, not adjusted", 0.05),
    ],
)
def test_the_family_is_named(table: ScoreTable, correct: str, said: str, level: float) -> None:
    how = replace(versus(table, "base", resamples=200).how, correct=correct)  # type: ignore[arg-type]
    assert how.text == f"paired permutation, {said}"
    assert how.level == level


def test_examples_are_the_biggest_wins_and_losses_of_each_row(table: ScoreTable) -> None:
    def examples(found: Versus, most: int) -> list[tuple[str, bool, str, str]]:
        rows = [(row.label, row.system, row.baseline) for row in found.rows]
        heading = next(h for h in found.headings if h.id == found.headline)
        return [(e.label, e.won, e.doc_id, e.printed[2]) for e in extremes(table, rows, heading, most)]

    assert examples(versus(table, "base", columns=["rL"], resamples=200), 2) == [
        ("better", True, "d4", "+13.00"),
        ("better", True, "d2", "+12.00"),
        ("same", True, "d5", "+3.30"),
        ("same", True, "d1", "+2.30"),
        ("same", False, "d4", "−2.70"),
        ("same", False, "d2", "−1.70"),
    ], "better never loses"
    low = examples(versus(table, "base", columns=["rate"], resamples=200), 3)
    assert low[:3] == [
        ("better", True, "d5", "−0.130"),
        ("better", True, "d1", "−0.120"),
        ("better", True, "d3", "−0.110"),
    ], "where low is good a win is a lower value; equal ones by id"
