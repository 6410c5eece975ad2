"""Ranks, their intervals, and who cannot be told from whom."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bench.core.types import Column, ScoreTable
from bench.report.estimate import NORMAL_ABOVE
from bench.report.ranks import Standing, alike, standings

MakeTable = Callable[..., ScoreTable]


def shifted(by: float, noise: float = 0.1, n: int = 60, seed: int = 0) -> list[float]:
    rng = np.random.default_rng(seed)
    hard = rng.normal(0.5, 0.2, n)
    return list(hard + by + np.random.default_rng(int(1000 * by) + 7).normal(0, noise, n))


def test_systems_that_differ_clearly_have_a_rank_and_a_letter_each(make_table: MakeTable) -> None:
    table = make_table({"c": {"x": shifted(0.0)}, "a": {"x": shifted(0.4)}, "b": {"x": shifted(0.2)}})
    assert standings(table, "m.x") == (
        Standing("a", 1, 1, 1, "a"),
        Standing("b", 2, 2, 2, "b"),
        Standing("c", 3, 3, 3, "c"),
    )


def test_where_lower_is_better_the_lowest_is_first(make_table: MakeTable) -> None:
    scores = {"a": {"x": shifted(0.4)}, "b": {"x": shifted(0.0)}}
    assert [s.system for s in standings(make_table(scores, columns=[Column("x", better="low")]), "m.x")] == [
        "b",
        "a",
    ]


def test_neighbours_share_a_letter_and_the_ends_do_not(make_table: MakeTable) -> None:
    b = [0.46 + 0.1 * sign for sign in (1, -1, 1, -1) * 5]
    c = [0.42 + 0.1 * sign for sign in (1, 1, -1, -1) * 5]
    first, middle, last = standings(make_table({"a": {"x": [0.5] * 20}, "b": {"x": b}, "c": {"x": c}}), "m.x")
    assert (first.groups, middle.groups, last.groups) == ("a", "ab", "b")
    assert (middle.rank, middle.lo, middle.hi) == (2, 1, 3)
    assert (last.lo, last.hi) == (2, 3)


def test_equal_systems_share_their_rank_and_their_letter(make_table: MakeTable) -> None:
    good, bad = shifted(0.3), shifted(0.0)
    found = standings(make_table({"b": {"x": good}, "a": {"x": good}, "z": {"x": bad}}), "m.x")
    assert found == (
        Standing("a", 1, 1, 1, "a"),
        Standing("b", 1, 1, 1, "a"),
        Standing("z", 3, 3, 3, "b"),
    )


def test_sums_that_tie_on_paper_share_a_rank(make_table: MakeTable) -> None:
    scores = {"a": {"x": [0.1, 0.2, 0.3] * 4}, "b": {"x": [0.3, 0.1, 0.2] * 4}}
    assert [s.rank for s in standings(make_table(scores), "m.x")] == [1, 1]


def test_ranks_are_on_the_documents_that_all_have(make_table: MakeTable) -> None:
    """``lucky`` skipped what is hard."""
    easy, hard = [0.9] * 10, [0.1] * 10
    table = make_table(
        {"lucky": {"x": [0.8] * 10 + [None] * 10}, "good": {"x": easy + hard}, "none": {"x": [None] * 20}}
    )
    assert [(s.system, s.rank) for s in standings(table, "m.x")] == [("good", 1), ("lucky", 2)]


def test_systems_apart_are_left_out(make_table: MakeTable) -> None:
    scores = {"oracle": {"x": [0.9] * 8}, "a": {"x": [0.5, 0.4] * 4}}
    found = standings(make_table(scores, apart=["oracle"]), "m.x")
    assert found == (Standing("a", 1, 1, 1, "a"),)


def test_nobody_is_ranked_where_nothing_can_be_compared(make_table: MakeTable) -> None:
    assert standings(make_table({"a": {"x": [0.1, None]}, "b": {"x": [None, 0.1]}}), "m.x") == ()
    assert standings(make_table({"a": {"x": [None]}}), "m.x") == ()
    described = make_table({"a": {"x": [0.5]}}, columns=[Column("x", better="none")])
    assert standings(described, "m.x") == ()


def test_over_few_documents_a_rank_may_be_any(make_table: MakeTable) -> None:
    table = make_table({s: {"x": [by] * 5} for s, by in {"a": 0.9, "b": 0.5, "c": 0.1}.items()})
    assert [(s.rank, s.lo, s.hi, s.groups) for s in standings(table, "m.x")] == [
        (1, 1, 3, "a"),
        (2, 1, 3, "a"),
        (3, 1, 3, "a"),
    ]


def test_above_the_limit_sums_are_drawn_from_their_normal_limit(make_table: MakeTable) -> None:
    n = NORMAL_ABOVE + 1
    scores = {s: {"x": shifted(by, n=n, noise=0.2)} for s, by in {"a": 0.03, "b": 0.001, "c": 0.0}.items()}
    scores["same as c"] = scores["c"]
    found = standings(make_table(scores), "m.x", resamples=500)
    below = standings(make_table({s: {"x": v["x"][:-1]} for s, v in scores.items()}), "m.x", resamples=500)
    assert [(s.system, s.lo, s.hi) for s in found] == [(s.system, s.lo, s.hi) for s in below]
    assert (found[0].lo, found[0].hi) == (1, 1)
    assert found[1].hi > found[1].lo


def test_neither_the_order_of_documents_nor_that_of_systems_matters(make_table: MakeTable) -> None:
    scores = {s: {"x": shifted(by, noise=0.3)} for s, by in {"a": 0.1, "b": 0.06, "c": 0.02}.items()}
    table = make_table(scores)
    order = np.random.default_rng(3).permutation(60)
    turned = replace(
        make_table({s: {"x": [v["x"][i] for i in order]} for s, v in reversed(scores.items())}),
        doc_ids=tuple(table.doc_ids[i] for i in order),
    )
    assert standings(turned, "m.x", resamples=300) == standings(table, "m.x", resamples=300)


def test_the_test_and_its_correction_can_be_chosen(make_table: MakeTable) -> None:
    """Six differences of one sign: p = 1/32 alone, too many for a family, and clear to a bootstrap."""
    table = make_table(
        {
            s: {"x": [by + d for d in (0.0, 0.1, 0.2, 0.15, 0.3, 0.2)]}
            for s, by in zip("abc", (0.4, 0.2, 0), strict=True)
        }
    )
    assert {s.groups for s in standings(table, "m.x")} == {"a"}
    assert len({s.groups for s in standings(table, "m.x", correct="none")}) == 3
    assert len({s.groups for s in standings(table, "m.x", test="bootstrap")}) == 3


@pytest.mark.parametrize(
    ("k", "differ", "groups"),
    [
        (1, [], [[0]]),
        (3, [], [[0, 1, 2]]),
        (3, [(0, 2)], [[0, 1], [1, 2]]),
        (3, [(0, 1), (0, 2), (1, 2)], [[0], [1], [2]]),
        (4, [(0, 3), (0, 2)], [[0, 1], [1, 2, 3]]),
        (4, [(0, 1), (2, 3)], [[0, 2], [0, 3], [1, 2], [1, 3]]),
    ],
)
def test_groups_are_the_largest_without_a_pair_that_differs(
    k: int, differ: list[tuple[int, int]], groups: list[list[int]]
) -> None:
    assert alike(k, differ) == groups
