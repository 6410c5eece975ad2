"""What a gate decides, rule by rule, on small tables."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bench.core.errors import DataError
from bench.core.types import EMPTY, FAILED, Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.gate import Gate, Verdict
from bench.report.gate_decide import ROUNDING, decide
from bench.report.versus import How

HOW = How(0.05, 2_000, 0, "permutation", "holm", 0)
ROUGE = Column("rougeLsum", scale=100, digits=2, title="ROUGE-Lsum")
VIOLATIONS = Column("violations", better="low", range=(0.0, float("inf")), digits=1)
Values = Sequence[float | None]


def table(
    values: Mapping[str, Values],
    column: Column = ROUGE,
    *,
    empty: Mapping[str, Sequence[float]] | None = None,
    failed: Mapping[str, Sequence[float]] | None = None,
    errors: int = 0,
) -> ScoreTable:
    """Systems with one metric's column; a None is a value that does not apply."""
    n = len(next(iter(values.values())))
    cells = {}
    for system, given in values.items():
        numbers = array("d", (float("nan") if v is None else v for v in given))
        missing = sum(v is None for v in given)
        reasons = {"no words": missing - errors} if missing > errors else {}
        cells[system, f"m.{column.name}"] = Cells(numbers, missing - errors, errors, reasons)
        for name, shares in ((EMPTY, empty), (FAILED, failed)):
            cells[system, name] = Cells(array("d", (shares or {}).get(system, [0.0] * n)))
    outputs = [ColumnInfo(x, Column(x, better="low", shown=False), "share|v:1") for x in (EMPTY, FAILED)]
    return ScoreTable(
        name="mine",
        doc_ids=tuple(f"d{i:03}" for i in range(n)),
        systems=tuple(SystemInfo(s, f"{s}|v:1") for s in values),
        columns=(ColumnInfo(f"m.{column.name}", column, "m|v:1"), *outputs),
        cells=cells,
        digests=tuple(f"digest {i}" for i in range(n)),
    )


def judged(
    old: ScoreTable, new: ScoreTable, margin: float = 0.0, how: How = HOW, max_broken: float = 0.01
) -> Gate:
    column = new.columns[0].id
    return decide(old, new, {column: margin}, baseline="main", max_broken=max_broken, how=how)


def verdict(was: Values, now: Values, margin: float = 0.0, column: Column = ROUGE) -> Verdict:
    (found,) = judged(table({"a": was}, column), table({"a": now}, column), margin).verdicts
    return found


def spread(n: int, mean: float, width: float = 0.1) -> list[float]:
    """Values around a mean, none of them equal."""
    return [mean + width * ((7 * i % n) / n - 0.5) for i in range(n)]


WAS = spread(30, 0.40)


def shifted(by: float, noise: float = 0.02) -> list[float]:
    """Values that changed by so much in the mean, and by more or less in each document."""
    return [v + by + noise * ((11 * i % 30) / 29 - 0.5) for i, v in enumerate(WAS)]


def test_the_same_values_are_unchanged_even_without_a_margin() -> None:
    found = verdict(WAS, WAS)
    assert (found.state, found.comparison and found.comparison.delta) == ("unchanged", 0)


def test_the_same_values_of_too_few_documents_for_an_interval_are_unchanged_too() -> None:
    assert verdict([0.4, 0.5], [0.4, 0.5]).state == "unchanged"


def test_what_another_machine_rounds_differently_is_no_change() -> None:
    assert verdict(WAS, [v - 0.9 * ROUNDING for v in WAS]).state == "unchanged"
    assert verdict(WAS, [v - 2 * ROUNDING for v in WAS]).state == "regressed"
    many = [1_000 * v for v in WAS]
    assert verdict(many, [v + 100 * ROUNDING for v in many], column=VIOLATIONS).state == "unchanged"
    assert verdict(many, [v + 2_000 * ROUNDING for v in many], column=VIOLATIONS).state == "regressed"


@pytest.mark.parametrize(
    ("by", "margin", "state"),
    [
        (-0.05, 0.0, "regressed"),
        (-0.05, 0.01, "regressed"),
        (-0.05, 0.05, "inconclusive"),  # the interval reaches over the margin
        (-0.05, 0.06, "unchanged"),
        (0.05, 0.0, "improved"),
        (0.05, 0.01, "improved"),
        (0.05, 0.06, "unchanged"),
        (-0.001, 0.0, "inconclusive"),
        (-0.001, 0.005, "unchanged"),
        (0.001, 0.0, "inconclusive"),
    ],
)
def test_a_shift_of_the_mean(by: float, margin: float, state: str) -> None:
    assert verdict(WAS, shifted(by), margin).state == state


def test_a_small_p_is_not_enough_where_the_interval_reaches_over_zero() -> None:
    changes = [-0.01, -0.02, -0.3, -0.2, -0.2, 0.2, -0.2, -0.03, -0.01, -0.2]
    found = verdict([0.5] * 10, [0.5 + change for change in changes])
    assert found.comparison is not None
    assert found.comparison.p_adjusted < HOW.alpha
    assert found.comparison.hi is not None
    assert found.comparison.hi > 0
    assert found.mean == "inconclusive"


def test_where_low_is_good_more_is_worse() -> None:
    was = [10 * v for v in WAS]
    more = [10 * v for v in shifted(0.05)]
    assert verdict(was, more, column=VIOLATIONS).state == "regressed"
    assert verdict(more, was, column=VIOLATIONS).state == "improved"


def test_a_margin_is_in_the_stored_scale_and_the_worst_documents_come_first() -> None:
    found = verdict(WAS, [v - 0.1 - 0.001 * i for i, v in enumerate(WAS)], 0.01)
    assert [f.doc_id for f in found.worst] == ["d029", "d028", "d027"]
    assert found.worst[0].before == WAS[29]


def test_documents_too_few_for_an_interval_are_inconclusive() -> None:
    found = verdict([0.9, 0.8, 0.9, 0.8, 0.9], [0.5, 0.4, 0.5, 0.4, 0.6])
    assert (found.state, found.needed) == ("inconclusive", None)


def test_an_undecided_column_says_how_many_documents_would_decide() -> None:
    found = verdict(WAS, shifted(-0.002))
    assert found.state == "inconclusive"
    assert found.needed is not None
    assert found.needed > 30


def test_a_difference_inside_of_the_margin_needs_as_many_as_show_that_it_stays_there() -> None:
    wide = verdict(WAS, shifted(-0.001, noise=0.2), 0.02)
    close = verdict(WAS, shifted(-0.001, noise=0.2), 0.01)
    assert wide.state == close.state == "inconclusive"
    assert wide.needed is not None
    assert close.needed is not None
    assert wide.needed < close.needed


def test_documents_that_collapse_are_found_where_the_mean_hides_them() -> None:
    now = [0.02 if i < 7 else v + 0.12 for i, v in enumerate(WAS)]
    found = verdict(WAS, now)
    assert (found.mean, found.state) == ("inconclusive", "regressed")
    assert (found.collapsed.worse, found.collapsed.better) == (7, 0)
    assert {f.doc_id for f in found.worst} <= {f"d{i:03}" for i in range(7)}


def test_as_many_that_rise_alike_are_what_chance_does() -> None:
    low = [0.02 if i % 2 else v for i, v in enumerate(WAS)]
    swapped = [v if i % 2 else 0.02 for i, v in enumerate(WAS)]
    found = verdict(low, swapped)
    assert (found.collapsed.worse, found.collapsed.better) == (15, 15)
    assert found.state == "inconclusive"


def test_half_of_next_to_nothing_is_no_collapse() -> None:
    was = [0.001 if i < 10 else v for i, v in enumerate(WAS)]
    now = [0.0 if i < 10 else v for i, v in enumerate(WAS)]
    assert verdict(was, now).collapsed.worse == 0


def test_a_column_without_an_end_has_no_half() -> None:
    free = Column("logit", range=(float("-inf"), float("inf")))
    assert verdict([1.0] * 10, [-5.0] * 10, column=free).collapsed.worse == 0


def test_values_that_are_gone_are_a_regression_and_the_reason_is_said() -> None:
    old = table({"a": WAS})
    found = judged(old, table({"a": [None, None, *WAS[2:]]})).verdicts[0]
    assert (found.state, found.lost.worse, found.reason) == ("regressed", 2, "no words")
    assert judged(old, table({"a": [None, *WAS[1:]]}), max_broken=0.05).verdicts[0].state == "unchanged"


def test_a_metric_that_fails_is_nobodys_regression() -> None:
    found = judged(table({"a": WAS}), table({"a": [None, None, *WAS[2:]]}, errors=2)).verdicts[0]
    assert (found.state, found.lost.worse) == ("unchanged", 0)


def test_nothing_in_common_is_inconclusive() -> None:
    now: Values = [None] * 30
    found = judged(table({"a": WAS}), table({"a": now}, errors=30)).verdicts[0]
    assert (found.state, found.comparison) == ("inconclusive", None)


def outputs(empty: Sequence[float], empty_now: Sequence[float], max_broken: float = 0.01) -> bool:
    old = table({"a": WAS}, empty={"a": [*empty, *[0.0] * (30 - len(empty))]})
    new = table({"a": WAS}, empty={"a": [*empty_now, *[0.0] * (30 - len(empty_now))]})
    return judged(old, new, max_broken=max_broken).regressed


def test_one_newly_empty_output_of_thirty_is_more_than_one_per_cent() -> None:
    assert outputs([], [1.0])
    assert not outputs([], [1.0], max_broken=0.04)
    assert not outputs([1.0], [1.0])
    assert not outputs([1.0], [])


@pytest.mark.parametrize(("breaks", "max_broken"), [([1.0] * 29, 0.29), ([0.1] * 3, 0.003)])
def test_as_many_breaks_as_there_may_be_are_not_too_many(breaks: list[float], max_broken: float) -> None:
    was = spread(100, 0.4)
    new = table({"a": was}, empty={"a": [*breaks, *[0.0] * (100 - len(breaks))]})
    assert not judged(table({"a": was}), new, max_broken=max_broken).regressed
    assert judged(table({"a": was}), new, max_broken=0.9 * max_broken).regressed


def test_where_as_others_break_some_are_mended_the_sign_test_must_agree() -> None:
    assert not outputs([1.0, 0, 0, 0], [0, 1.0, 1.0, 1.0])
    assert outputs([1.0, *[0.0] * 9], [0.0, *[1.0] * 9])


def test_a_sample_that_is_newly_empty_counts_by_its_share() -> None:
    assert not outputs([], [0.25])
    assert outputs([], [0.25, 0.25])


def test_newly_failed_outputs_are_broken_and_in_no_mean() -> None:
    gone = [1.0, 1.0, *[0.0] * 28]
    new = table({"a": [None, None, *WAS[2:]]}, failed={"a": gone})
    found = judged(table({"a": WAS}), new)
    (o,) = found.outputs
    assert (o.broken, o.failed.worse, o.empty.worse) == (True, 2, 0)
    (v,) = found.verdicts
    assert (v.state, v.lost.worse, v.comparison and v.comparison.n_pairs) == ("unchanged", 0, 28)


def test_systems_that_did_not_change_cost_the_others_nothing() -> None:
    many_was = {f"s{i}": WAS for i in range(20)} | {"a": WAS}
    many_now = {f"s{i}": WAS for i in range(20)} | {"a": shifted(-0.05)}
    among, alone = (
        judged(table(many_was), table(many_now)),
        judged(table({"a": WAS}), table({"a": shifted(-0.05)})),
    )
    found = among.verdicts[-1]
    assert found.comparison is not None
    assert among.how.comparisons == alone.how.comparisons
    assert found.comparison.p_adjusted == found.comparison.p


def test_the_family_is_over_all_systems() -> None:
    was, now = {"a": WAS, "b": WAS, "c": WAS}, {s: shifted(-0.004) for s in "abc"}
    family = judged(table(was), table(now)).verdicts[0].comparison
    alone = judged(table(was), table({"a": now["a"]})).verdicts[0].comparison
    assert family is not None
    assert alone is not None
    assert family.p == alone.p
    assert family.p_adjusted == pytest.approx(3 * alone.p)


def test_a_new_system_is_named_and_not_judged_and_a_changed_one_is_named_too() -> None:
    old, new = table({"a": WAS}), table({"a": WAS, "b": WAS})
    new = replace(new, systems=(replace(new.systems[0], signature="a|v:2"), new.systems[1]))
    found = judged(old, new)
    assert [v.system for v in found.verdicts] == ["a"]
    assert found.added == ("b",)
    assert found.changed == (("a", "a|v:1", "a|v:2"),)


def test_other_documents_are_refused_and_named() -> None:
    new = replace(table({"a": WAS[:-1]}), name="new")
    with pytest.raises(DataError, match=r"(?s)'main'.*not in now: 1 document \(d029\)"):
        judged(table({"a": WAS}), new)
    changed = replace(table({"a": WAS}), digests=("other", *table({"a": WAS}).digests[1:]))
    with pytest.raises(DataError, match=r"changed: 1 document \(d000\)"):
        judged(table({"a": WAS}), changed)


def test_another_signature_of_the_metric_is_refused_and_the_difference_shown() -> None:
    new = table({"a": WAS})
    new = replace(new, columns=(replace(new.columns[0], signature="m|stem:none|v:1"), *new.columns[1:]))
    with pytest.raises(DataError, match=r"m\.rougeLsum: stem:none \(main\), none \(now\)"):
        judged(table({"a": WAS}), new)


def test_the_order_of_documents_and_systems_changes_nothing() -> None:
    old, new = table({"a": WAS, "b": WAS}), table({"a": shifted(-0.05), "b": shifted(0.001)})
    turned = replace(
        new,
        doc_ids=new.doc_ids[::-1],
        digests=new.digests[::-1],
        systems=new.systems[::-1],
        cells={k: replace(c, values=c.values[::-1]) for k, c in new.cells.items()},
    )
    assert sorted(judged(old, turned).verdicts, key=lambda v: v.system) == list(judged(old, new).verdicts)
