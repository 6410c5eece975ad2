"""Laws of a gate: what was saved comes back, and nothing that stayed as it was goes red."""

import tempfile
from array import array
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.core.types import EMPTY, FAILED, Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.gate import Gate
from bench.report.gate_decide import decide
from bench.report.versus import How
from bench.runner import baselines
from bench.runner.measured import OUTPUTS

HOW = How(0.05, 200, 0, "permutation", "holm", 0)
ABOUT = {"created": "2026-01-02T03:04:05Z", "fingerprint": "c1f6", "run": "r"}
TEXTS = st.text(min_size=1, max_size=8)
SHARES = st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0])
VALUES = st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5]))


@st.composite
def tables(draw: st.DrawFn) -> ScoreTable:
    ids = draw(st.lists(TEXTS, min_size=1, max_size=30, unique=True))
    labels = draw(st.lists(TEXTS, min_size=1, max_size=3, unique=True))
    column = draw(st.sampled_from([Column("x"), Column("x", better="low")]))
    n = len(ids)
    cells = {}
    for label in labels:
        given = draw(st.lists(VALUES, min_size=n, max_size=n))
        missing = sum(v is None for v in given)
        values = array("d", (float("nan") if v is None else v for v in given))
        cells[label, "m.x"] = Cells(values, n_none=missing)
        for name in (EMPTY, FAILED):
            cells[label, name] = Cells(array("d", draw(st.lists(SHARES, min_size=n, max_size=n))))
    return ScoreTable(
        name=draw(TEXTS),
        doc_ids=tuple(ids),
        systems=tuple(SystemInfo(label, draw(TEXTS)) for label in labels),
        columns=(ColumnInfo("m.x", column, "m|v:1"), *OUTPUTS),
        cells=cells,
        digests=tuple(draw(TEXTS) for _ in ids),
    )


def gate(old: ScoreTable, new: ScoreTable, margin: float = 0.0) -> Gate:
    return decide(old, new, {"m.x": margin}, how=HOW)


@given(tables())
def test_a_baseline_read_back_is_what_was_saved(table: ScoreTable) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = baselines.save(Path(folder), "main", table, ABOUT)
        assert repr(baselines.load(path).table) == repr(table)


@given(tables(), st.sampled_from([0.0, 0.1]))
def test_a_run_against_itself_is_unchanged(table: ScoreTable, margin: float) -> None:
    found = gate(table, table, margin)
    states = {v.state for v in found.verdicts if v.comparison}
    assert states <= {"unchanged"}
    assert not found.regressed


@given(tables(), st.randoms(use_true_random=False))
def test_before_and_now_exchanged_turn_the_verdict_of_the_mean(table: ScoreTable, random: object) -> None:
    shuffle = getattr(random, "shuffle")  # noqa: B009 - typed as Any by hypothesis
    cells = {}
    for (label, column), c in table.cells.items():
        values = list(c.values)
        shuffle(values)
        cells[label, column] = replace(c, values=array("d", values))
    other = replace(table, cells=cells)
    turned = {"regressed": "improved", "improved": "regressed"}
    there, back = gate(table, other), gate(other, table)
    for v, w in zip(there.verdicts, back.verdicts, strict=True):
        # An interval's two ends are not mirrored to the last digit.
        if "inconclusive" not in (v.mean, w.mean):
            assert w.mean == turned.get(v.mean, v.mean)
        assert (v.collapsed.worse, v.collapsed.better) == (w.collapsed.better, w.collapsed.worse)


@given(tables(), st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_wider_margin_never_makes_the_mean_worse(table: ScoreTable, a: float, b: float) -> None:
    cells = {
        key: replace(c, values=array("d", (v * 0.8 for v in c.values))) if key[1] == "m.x" else c
        for key, c in table.cells.items()
    }
    now = replace(table, cells=cells)
    for narrow, wide in zip(
        gate(table, now, min(a, b)).verdicts, gate(table, now, max(a, b)).verdicts, strict=True
    ):
        if wide.mean == "regressed":
            assert narrow.mean == "regressed"
        if narrow.mean == "unchanged":
            assert wide.mean == "unchanged"
