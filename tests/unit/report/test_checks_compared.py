"""Several checks on the same summaries: how far they agree, and where to look."""

import json
import re
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from bench.core.errors import DataError
from bench.core.types import Column, ScoreTable
from bench.report.checks_compared import Apart, Compared, Pair, compare_checks
from bench.report.render_compared import compared_json, render_compared

MakeTable = Callable[..., ScoreTable]

COLUMNS = (
    Column("one.score"),
    Column("two.errors", better="low", range=(0, 9)),
    Column("two.flag", better="low"),
    Column("three.flag"),
    Column("three.length", better="none"),
)
SCORES = {
    "a": {
        "one.score": [0.9, 0.7, 0.5, None],
        "two.errors": [0, 1, 2, 3],
        "two.flag": [0, 0, 1, 1],
        "three.flag": [1, 1, 0, 1],
        "three.length": [1, 9, 2, 7],
    },
    "b": {
        "one.score": [0.8, 0.1, 0.3, 0.2],
        "two.errors": [0.5, 0, 3, 4],
        "two.flag": [0, 0, 1, 1],
        "three.flag": [1, 1, 0, 0],
        "three.length": [1, 9, 2, 7],
    },
}


@pytest.fixture
def table(make_table: MakeTable) -> ScoreTable:
    return make_table(SCORES, columns=COLUMNS)


def test_only_columns_with_a_direction_are_compared(table: ScoreTable) -> None:
    compared = compare_checks(table)
    assert compared.columns == ("one.score", "two.errors", "two.flag", "three.flag")
    assert compared.n == 8
    assert len(compared.pairs) == 6


def test_pairs_are_measured_where_both_have_a_value_and_turned(table: ScoreTable) -> None:
    pair = next(p for p in compare_checks(table).pairs if (p.a, p.b) == ("one.score", "two.errors"))
    assert pair.n == 7
    by_hand = spearmanr([0.9, 0.7, 0.5, 0.8, 0.1, 0.3, 0.2], [0, -1, -2, -0.5, 0, -3, -4]).statistic
    assert pair.spearman == pytest.approx(by_hand)
    assert pair.equal is None


def test_flags_agree_where_both_say_good_or_both_say_bad(table: ScoreTable) -> None:
    """1 of ``two.flag`` is bad and 1 of ``three.flag`` is good; they differ on one summary of eight."""
    pair = next(p for p in compare_checks(table).pairs if (p.a, p.b) == ("two.flag", "three.flag"))
    assert pair.equal == 7 / 8


def test_the_summary_to_look_at_first_is_that_with_the_largest_gap(table: ScoreTable) -> None:
    """b's summary of d1 is the worst by one check, and among the two best by the other."""
    compared = compare_checks(table, most=2)
    assert len(compared.apart) == 2
    first = compared.apart[0]
    assert first == Apart("d1", "b", "two.errors", 7 / 8, "one.score", 0.5 / 7)


def test_flags_have_no_ranks(table: ScoreTable) -> None:
    assert not {"two.flag", "three.flag"} & {
        c for apart in compare_checks(table).apart for c in (apart.high, apart.low)
    }


def test_systems_apart_are_left_out(make_table: MakeTable) -> None:
    compared = compare_checks(make_table(SCORES, columns=COLUMNS, apart=["b"]))
    assert compared.n == 4
    assert {a.system for a in compared.apart} == {"a"}


def test_one_column_agrees_with_nothing(make_table: MakeTable) -> None:
    table = make_table({"a": {"one.score": [0.1, 0.2]}})
    with pytest.raises(DataError, match=r"needs two columns with a direction, found one\.score"):
        compare_checks(table)


def test_the_text_names_what_to_look_at(table: ScoreTable) -> None:
    text = render_compared(compare_checks(table))
    assert "rank correlation (Spearman) of checks over 8 summaries" in text
    assert "two.flag, three.flag: 87.5 % of 8" in text
    assert "0.88 two.errors  0.07 one.score" in " ".join(text.split()).replace(" 0.07", "  0.07")
    assert "only on a part of the summaries: one.score, two.errors 7" in text


def test_json_has_the_same(table: ScoreTable) -> None:
    compared = compare_checks(table)
    found = json.loads(compared_json(compared))
    assert found["columns"] == list(compared.columns)
    assert found["apart"][0]["doc_id"] == "d1"
    assert len(found["pairs"]) == 6


def test_the_matrix_is_in_line_however_many_columns_there_are() -> None:
    """Two digits in a label, and a minus sign behind the longest name."""
    names = tuple(f"check.{'x' * (n % 4)}{n}" for n in range(11))
    pairs = tuple(Pair(a, b, 9, -0.125, None) for a, b in combinations(names, 2))
    lines = render_compared(Compared(names, 9, pairs, ())).splitlines()[2:14]
    ends = [m.end() for m in re.finditer(r"\[\d+\]", lines[0])]
    for i, line in enumerate(lines[1:]):
        assert line.startswith(f"[{i + 1}] {names[i]}")
        assert [m.end() for m in re.finditer("−0.125", line)] == ends[:i]
        assert i == 0 or " −0.125" in line


@given(st.integers(2, 12), st.integers(60, 200))
def test_no_line_is_wider_than_the_terminal_and_no_correlation_is_lost(n: int, width: int) -> None:
    names = tuple(f"check.column{i}" for i in range(n))
    values = {pair: k / 1000 for k, pair in enumerate(combinations(names, 2))}
    pairs = tuple(Pair(a, b, 8, v, 0.5) for (a, b), v in values.items())
    apart = (Apart("doc", "system", names[0], 0.9, names[1], 0.1),)
    lines = render_compared(Compared(names, 9, pairs, apart), width=width).splitlines()
    assert max(map(len, lines)) <= width
    end = lines.index("columns of which low is good are turned")
    told: dict[tuple[str, str], float] = {}
    heads: list[str] = []
    for line in filter(None, lines[1:end]):
        if line.startswith(" "):
            heads = line.split()
            continue
        _, name, *cells = line.split()
        told |= {(names[int(h[1:-1]) - 1], name): float(cell) for h, cell in zip(heads, cells, strict=False)}
    assert told == values
