"""Charts: which there are, what they say, and that nothing in them is run or fetched."""

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import MissingExtra
from bench.core.types import Column, ScoreTable, SystemInfo
from bench.report.leaderboard import leaderboard
from bench.report.plots.chart import PAGE, Chart, taken
from bench.report.plots.draw import draw, inline
from bench.report.plots.means import TrendPoint
from bench.report.plots.run import charts

COLUMNS = [
    Column("rouge.rougeLsum", scale=100, digits=2, title="ROUGE-Lsum"),
    Column("length.words", better="none", unit="words", range=(0, 1e9), digits=1, shown=False),
    Column("extractive.density", better="none", unit="words", range=(0, 1e9), digits=2),
]
Table = Callable[..., ScoreTable]
Some = dict[str, dict[str, list[float | None]]]


def system(*values: float | None) -> dict[str, list[float | None]]:
    words: list[float | None] = [10.0 + i for i in range(len(values))]
    return {"rouge.rougeLsum": list(values), "length.words": words, "extractive.density": list(values)}


def made(make_table: Table, cells: Some, runs: tuple[TrendPoint, ...] = (), **more: Any) -> dict[str, Chart]:
    about = {label: SystemInfo(label, "s|v:1", seconds=0.1 * (i + 1)) for i, label in enumerate(cells)}
    table = make_table(cells, columns=COLUMNS, about=about | more)
    return {c.name: c for c in charts(table, leaderboard(table), runs)}


def test_a_run_has_every_chart_that_its_values_allow(make_table: Table) -> None:
    cells = {"good": system(0.4, 0.5, 0.6, 0.7, 0.5, 0.6), "bad": system(0.1, 0.2, 0.3, 0.1, 0.2, 0.4)}
    assert list(made(make_table, cells)) == [
        "intervals", "distribution-rouge.rougeLsum", "length", "extractiveness", "metrics", "documents",
        "seconds",
    ]  # fmt: skip


def test_a_run_without_values_has_no_chart(make_table: Table) -> None:
    assert made(make_table, {"none": system(None, None, None)}) == {}


def test_the_trend_needs_two_runs(make_table: Table) -> None:
    cells = {"good": system(0.4, 0.5, 0.6, 0.7, 0.5, 0.6)}
    one = TrendPoint("2026-11-01T10:00:00Z", "good", 0.5, 0.4, 0.6)
    two = TrendPoint("2026-11-02T10:00:00Z", "good", 0.6, None, None)
    gone = TrendPoint("2026-11-03T10:00:00Z", "removed", 0.6, None, None)
    assert "trend" not in made(make_table, cells, (one, gone))
    trend = made(make_table, cells, (one, two))["trend"]
    assert [v["mean"] for v in trend.spec["data"]["values"]] == [50.0, 60.0]


def test_missing_values_are_no_zeros(make_table: Table) -> None:
    found = made(make_table, {"good": system(0.4, None, 0.6, 0.7), "bad": system(0.1, 0.2, None, 0.1)})
    assert [v["y"] for v in found["length"].spec["data"]["values"]] == pytest.approx([40, 60, 70, 10, 20, 10])
    assert len(found["documents"].spec["data"]["values"]) == 6


def test_the_hardest_document_comes_first(make_table: Table) -> None:
    cells = made(make_table, {"a": system(0.9, 0.1, 0.5), "b": system(0.8, 0.2, 0.6)})["documents"]
    first = [v["value"] for v in cells.spec["data"]["values"] if v["at"] == 0]
    assert first == pytest.approx([20, 10])  # the better system first


def test_the_frontier_joins_what_is_not_beaten_in_both(make_table: Table) -> None:
    cells = {"cheap": system(0.2, 0.2), "worse": system(0.1, 0.1), "best": system(0.5, 0.5)}
    layers = made(make_table, cells)["seconds"].spec["layer"]
    assert [p["mean"] for p in layers[0]["data"]["values"]] == [20.0, 50.0]


def test_a_system_apart_is_not_on_the_frontier(make_table: Table) -> None:
    apart = SystemInfo("oracle", "o|v:1", apart=True, seconds=0.01)
    cells = {"lead": system(0.2, 0.3), "oracle": system(0.8, 0.9)}
    layers = made(make_table, cells, oracle=apart)["seconds"].spec["layer"]
    assert [p["mean"] for p in layers[0]["data"]["values"]] == [25.0]


def test_what_is_left_out_is_said(make_table: Table) -> None:
    values = [i / 3000 for i in range(3000)]
    found = made(make_table, {"many": system(*values)})
    assert "Drawn are 2,000 documents of 3,000" in found["length"].caption
    assert "Drawn are 400 documents of 3,000" in found["documents"].caption


@given(st.integers(0, 500), st.integers(1, 60))
def test_taken_documents_are_spread_over_all(n: int, most: int) -> None:
    found = taken(n, most)
    assert len(found) <= most
    assert found == sorted(set(found))
    if n and most > 1:
        assert found[0] == 0
        assert found[-1] == n - 1


HOSTILE = '</svg><script>alert(1)</script>" onload="alert(2)'


def test_labels_stay_text(make_table: Table) -> None:
    for chart in made(make_table, {HOSTILE: system(0.4, 0.5, 0.6), "b": system(0.1, 0.3, 0.2)}).values():
        for text in (draw(chart, "svg").decode(), inline(chart)):
            tree = ET.fromstring(text)  # the text of a library, of our own data
            assert not any(e.tag.endswith("script") for e in tree.iter())
            assert not any(name.startswith("on") for e in tree.iter() for name in e.attrib)
        assert HOSTILE[:4] not in inline(chart).removesuffix("</svg>").replace("</svg>\n", "")


def test_in_a_page_a_chart_is_one_picture_without_links_and_styles(make_table: Table) -> None:
    cells = {"a": system(0.4, 0.5, 0.6), "b": system(0.1, 0.3, 0.2)}
    about = {label: SystemInfo(label, "s|v:1") for label in cells}
    table = make_table(cells, columns=COLUMNS, about=about)
    found = {c.name: inline(c) for c in charts(table, leaderboard(table), look=PAGE)}
    assert all(' role="img"' in svg and "<a " not in svg and " style=" not in svg for svg in found.values())
    assert 'data-href="#doc=' in found["documents"]
    # Colours are the page's, so that a dark page has dark charts.
    assert not re.search(r'(fill|stroke)="#', "".join(found.values()))


def test_of_many_systems_with_long_labels_none_is_left_out(make_table: Table) -> None:
    labels = [f"a system with a very long label indeed, number {i}" for i in range(35)]
    found = made(make_table, {label: system(0.1 + i / 100, 0.5) for i, label in enumerate(labels)})
    drawn = draw(found["seconds"], "svg").decode()
    assert drawn.count("a system with a very") >= len(labels)
    assert "entries" not in drawn
    rows = draw(next(c for name, c in found.items() if name.startswith("distribution-")), "svg").decode()
    assert ">a system with a very long" in rows
    assert f">{labels[0]}<" not in rows, "a label does not run into the bars"


def test_runs_of_one_day_are_told_apart_by_the_time(make_table: Table) -> None:
    runs = tuple(TrendPoint(f"2026-11-01T10:0{i}:00Z", "good", 0.5, 0.4, 0.6) for i in range(3))
    trend = draw(made(make_table, {"good": system(0.4, 0.6)}, runs)["trend"], "svg").decode()
    assert ">10:01:00<" in trend


def test_the_same_values_give_the_same_bytes(make_table: Table) -> None:
    cells = {"a": system(0.4, 0.5, 0.6), "b": system(0.1, 0.3, 0.2)}
    first, second = (made(make_table, cells).values() for _ in range(2))
    assert [draw(c, "svg") for c in first] == [draw(c, "svg") for c in second]


def test_images_for_papers(make_table: Table) -> None:
    chart = made(make_table, {"a": system(0.4, 0.5, 0.6)})["documents"]
    assert draw(chart, "png").startswith(b"\x89PNG")
    assert draw(chart, "pdf").startswith(b"%PDF")


def test_without_the_library_the_command_that_installs_it(
    make_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = made(make_table, {"a": system(0.4, 0.5, 0.6)})["documents"]
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match="vl-convert-python is not installed") as e:
        draw(chart, "svg")
    assert 'pip install "summbench[report]"' in str(e.value.hint)
