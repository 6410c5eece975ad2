"""Which cells are bold, and by which tests."""

import math
from array import array
from collections.abc import Callable

import numpy as np

from bench.core.types import Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.estimate import estimates
from bench.report.leaders import Leaders, best, leaders

MakeTable = Callable[..., ScoreTable]

GOOD = [0.5, 0.6, 0.7, 0.8, 0.55, 0.65, 0.75, 0.85, 0.5, 0.6]
WORSE = [v - 0.3 for v in GOOD]
LIKE_GOOD = [0.6, 0.5, 0.8, 0.7, 0.65, 0.55, 0.75, 0.7, 0.5, 0.6]


def lead(table: ScoreTable, resamples: int = 2000) -> Leaders:
    return leaders(table, estimates(table, resamples=100), resamples=resamples)


def test_bold_are_the_best_and_what_cannot_be_told_from_it(make_table: MakeTable) -> None:
    led = lead(make_table({"good": {"x": GOOD}, "like": {"x": LIKE_GOOD}, "worse": {"x": WORSE}}))
    assert led.bold == {("good", "m.x"), ("like", "m.x")}
    assert [(c.a, c.b, c.column) for c in led.comparisons] == [
        ("good", "like", "m.x"),
        ("good", "worse", "m.x"),
    ]


def test_where_lower_is_better_the_lowest_is_best(make_table: MakeTable) -> None:
    table = make_table({"good": {"x": GOOD}, "worse": {"x": WORSE}}, columns=[Column("x", better="low")])
    assert lead(table).bold == {("worse", "m.x")}


def test_a_descriptive_column_has_no_bold(make_table: MakeTable) -> None:
    table = make_table({"good": {"x": GOOD}, "worse": {"x": WORSE}}, columns=[Column("x", better="none")])
    assert lead(table) == Leaders(frozenset(), (), 2000)


def test_a_single_system_is_not_bold(make_table: MakeTable) -> None:
    assert not lead(make_table({"only": {"x": GOOD}})).bold
    assert not lead(make_table({"only": {"x": GOOD}, "none": {"x": [None] * 10}})).bold


def test_systems_apart_are_neither_bold_nor_tested(make_table: MakeTable) -> None:
    table = make_table(
        {"oracle": {"x": [1.0] * 10}, "good": {"x": GOOD}, "worse": {"x": WORSE}}, apart=["oracle"]
    )
    led = lead(table)
    assert led.bold == {("good", "m.x")}
    assert {c.b for c in led.comparisons} == {"worse"}


def test_a_system_without_a_value_is_never_bold(make_table: MakeTable) -> None:
    led = lead(make_table({"a": {"x": GOOD}, "b": {"x": LIKE_GOOD}, "none": {"x": [None] * 10}}))
    assert led.bold == {("a", "m.x"), ("b", "m.x")}


def test_the_best_has_the_most_documents(make_table: MakeTable) -> None:
    """``lucky`` has the best mean, over the one document that it did not skip."""
    lucky = [None] * 9 + [0.95]
    table = make_table({"lucky": {"x": lucky}, "good": {"x": GOOD}, "worse": {"x": WORSE}})
    led = lead(table)
    assert [(c.a, c.b, c.n_pairs) for c in led.comparisons] == [("good", "lucky", 1), ("good", "worse", 10)]
    assert led.bold == {("good", "m.x"), ("lucky", "m.x")}


def test_where_lower_is_better_the_best_has_the_most_documents_too(make_table: MakeTable) -> None:
    columns = [Column("x", better="low")]
    table = make_table({"lucky": {"x": [0.1] + [None] * 9}, "good": {"x": GOOD}}, columns=columns)
    assert best(table, table.columns[0], estimates(table)) == "good"


def test_systems_apart_may_have_more_documents_than_the_best(make_table: MakeTable) -> None:
    table = make_table({"oracle": {"x": GOOD}, "a": {"x": [*WORSE[1:], None]}}, apart=["oracle"])
    assert best(table, table.columns[0], estimates(table)) == "a"


def test_a_good_mean_over_easy_documents_is_not_bold_if_worse_there(make_table: MakeTable) -> None:
    easy = [None] * 10 + [0.8] * 10
    both = [0.1] * 10 + [0.9] * 10
    led = lead(make_table({"easy": {"x": easy}, "both": {"x": both}}))
    assert [(c.a, c.n_pairs, c.p) for c in led.comparisons] == [("both", 10, 2**-9)]
    assert led.bold == {("both", "m.x")}


def test_what_is_better_on_the_common_documents_is_bold(make_table: MakeTable) -> None:
    """``some`` has the lower mean, and beats ``all`` wherever both can be seen."""
    led = lead(make_table({"all": {"x": [0.9] * 10 + [0.5] * 10}, "some": {"x": [None] * 10 + [0.6] * 10}}))
    assert led.comparisons[0].p_adjusted < 0.05
    assert led.bold == {("all", "m.x"), ("some", "m.x")}


def test_where_nothing_can_be_compared_nothing_is_bold(make_table: MakeTable) -> None:
    led = lead(make_table({"a": {"x": [0.9, None]}, "b": {"x": [None, 0.1]}}))
    assert not led.bold
    assert not led.comparisons


def test_bold_is_decided_after_the_adjustment(make_table: MakeTable) -> None:
    """Six differences of one sign have p = 1/32: below 0.05 alone, above it in a family of three."""
    good, worse, mixed = [0.5] * 6, [0.4] * 6, [0.4, 0.6] * 3
    family = lead(make_table({"a": dict.fromkeys("xyz", good), "b": {"x": worse, "y": mixed, "z": mixed}}))
    assert [c.p for c in family.comparisons] == [1 / 32, 1.0, 1.0]
    assert ("b", "m.x") in family.bold
    assert lead(make_table({"a": {"x": good}, "b": {"x": worse}})).bold == {("a", "m.x")}


def test_bold_is_decided_by_the_test_and_adjustment_that_were_asked_for(make_table: MakeTable) -> None:
    """b: p = 1/32, the smallest of a family of three; without its adjustment it is below 0.05."""
    good, worse, mixed = [0.5] * 6, [0.4, 0.41, 0.39, 0.4, 0.42, 0.4], [0.4, 0.6] * 3
    table = make_table({"a": dict.fromkeys("xyz", good), "b": {"x": worse, "y": mixed, "z": mixed}})
    means = estimates(table, resamples=100)
    assert ("b", "m.x") in leaders(table, means, correct="bh").bold
    assert ("b", "m.x") not in leaders(table, means, correct="none").bold
    assert ("b", "m.x") not in leaders(table, means, test="bootstrap").bold


def test_holm_is_over_all_shown_columns_and_hidden_ones_apart(make_table: MakeTable) -> None:
    scores = {"good": dict.fromkeys("xyz", GOOD), "worse": dict.fromkeys("xyz", WORSE)}
    led = lead(make_table(scores, columns=[Column("z", shown=False)]))
    p = {c.column: (c.p, c.p_adjusted) for c in led.comparisons}
    assert p == {"m.x": (2**-9, 2**-8), "m.y": (2**-9, 2**-8), "m.z": (2**-9, 2**-9)}


def test_bold_does_not_depend_on_order(make_table: MakeTable) -> None:
    rng = np.random.default_rng(0)
    scores = {s: {c: list(rng.random(30)) for c in "xyz"} for s in "abcd"}
    turned = {s: dict(reversed(scores[s].items())) for s in reversed(scores)}
    one, other = lead(make_table(scores)), lead(make_table(turned))
    assert one.bold == other.bold
    assert set(one.comparisons) == set(other.comparisons)


def test_of_equal_means_the_first_label_is_the_best(make_table: MakeTable) -> None:
    led = lead(make_table({"b": {"x": GOOD}, "a": {"x": GOOD}}))
    assert [(c.a, c.b, c.delta) for c in led.comparisons] == [("a", "b", 0.0)]
    assert led.bold == {("a", "m.x"), ("b", "m.x")}


def test_a_large_family_can_still_reject() -> None:
    """With too few random signs the smallest p times the family would stay above α."""
    n, systems = 40, 60
    values = {f"s{i}": np.full(n, 0.1) + 0.001 * np.arange(n) for i in range(systems)}
    values["s0"] = values["s0"] + 0.5
    cells = {(s, "m.x"): Cells(array("d", v)) for s, v in values.items()}
    infos = tuple(SystemInfo(s, "v:1") for s in values)
    table = ScoreTable("t", tuple(map(str, range(n))), infos, (ColumnInfo("m.x", Column("x"), "v:1"),), cells)
    led = lead(table, resamples=100)
    assert led.flips == 2360
    assert led.bold == {("s0", "m.x")}


def test_the_truly_best_system_keeps_its_bold() -> None:
    rng, n, tables = np.random.default_rng(1), 20, 400
    columns = (ColumnInfo("m.x", Column("x"), "v:1"),)
    infos = tuple(SystemInfo(s, "v:1") for s in "abc")
    lost = 0
    for _ in range(tables):
        hard = rng.normal(0, 1, n)
        cells = {(s, "m.x"): Cells(array("d", hard + rng.normal(0, 1, n))) for s in "abc"}
        table = ScoreTable("t", tuple(map(str, range(n))), infos, columns, cells)
        lost += ("a", "m.x") not in leaders(table, estimates(table, resamples=2), resamples=500).bold
    assert lost / tables <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / tables)
