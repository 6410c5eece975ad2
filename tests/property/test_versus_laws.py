"""Laws of comparisons: joining runs knows no order, and no label or text breaks a format."""

import csv
import json
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from bench.core.types import Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.changes import Change, changes
from bench.report.extremes import extremes
from bench.report.formats import VERSUS
from bench.report.joined import Joined, join
from bench.report.render_versus import render_versus
from bench.report.versus import How, Versus, versus, versus_pairs
from tests.property.test_report_laws import LABEL, SHARE

COLUMNS = (ColumnInfo("m.x", Column("x"), "m|v:1"), ColumnInfo("m.y", Column("y", better="low"), "m|v:1"))
HOW = How(0.05, 50, 0, "permutation", "holm", 0)


def versus_of(labels: Sequence[str], title: str, text: str) -> Versus:
    """A comparison in which every text is somebody else's."""
    columns = (
        ColumnInfo("m.x", Column("x", title=title), f"m|path:{text}|v:1"),
        ColumnInfo("m.y", Column("y", better="low"), "m|v:1"),
    )
    cells = {
        (label, c.id): Cells(array("d", [i / 10, 0.3 + i / 7, 0.2 if i else float("nan"), 0.1]))
        for i, label in enumerate(labels)
        for c in columns
    }
    systems = tuple(SystemInfo(s, s) for s in labels)
    table = ScoreTable("t", tuple(f"{text}{i}" for i in range(4)), systems, columns, cells)
    found = versus(table, labels[0], resamples=10)
    rows = [(row.label, row.system, row.baseline) for row in found.rows]
    told = (
        replace(e, headline=text, references=(text, title), texts=(text, title), note=text)
        for e in extremes(table, rows, found.headings[0], 1)
    )
    change = Change("config", title, text, None)
    return replace(found, examples=tuple(told), changes=(change,), notes=(text, *found.notes))


COMPARISONS = st.builds(versus_of, st.lists(LABEL, min_size=2, max_size=4, unique=True), LABEL, LABEL)


@given(COMPARISONS)
def test_markdown_keeps_its_columns_and_shows_texts_as_they_are(found: Versus) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(VERSUS["md"](found))
    opened = [t.type for t in tokens]
    assert opened.count("table_open") == 2, "the comparison and the changes"
    assert opened.count("tr_open") == 1 + len(found.rows) + 2
    cells = opened.count("th_open") + opened.count("td_open")
    assert cells == (1 + len(found.rows)) * (1 + 3 * len(found.headings)) + 2 * 3
    assert opened.count("heading_open") == 1 + len({(e.label, e.won) for e in found.examples})
    inline = {child.type for t in tokens for child in t.children or ()}
    assert inline <= {
        "text", "text_special", "strong_open", "strong_close", "em_open", "em_close", "code_inline",
        "hardbreak",
    }  # fmt: skip
    blocks = {t.type.removesuffix("_open").removesuffix("_close") for t in tokens}
    assert blocks <= {
        "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item", "paragraph", "inline",
        "heading", "blockquote",
    }  # fmt: skip


@given(COMPARISONS)
def test_csv_has_a_cell_for_every_number_and_no_formula(found: Versus) -> None:
    rows = list(csv.reader(StringIO(VERSUS["csv"](found)), strict=True))
    assert len(rows) == 1 + len(found.rows) * len(found.headings)
    assert {len(row) for row in rows} == {len(rows[0])}
    texts = [row[i] for row in rows for i in (0, 1, 2, len(row) - 1)]
    assert not any(text.lstrip().startswith(("=", "+", "-", "@")) for text in texts)


@given(COMPARISONS)
def test_json_gives_back_every_text(found: Versus) -> None:
    text = VERSUS["json"](found)
    text.encode()
    content = json.loads(text)
    assert {c["system"] for c in content["comparisons"]} == {row.system for row in found.rows}
    assert [e["texts"] for e in content["examples"]] == [list(e.texts) for e in found.examples]


@given(COMPARISONS, st.integers(40, 160), st.booleans())
def test_a_terminal_sees_no_control_character_and_no_line_too_wide(
    found: Versus, width: int, full: bool
) -> None:
    text = render_versus(found, width=width, full=full)
    text.encode()
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert bad <= {"\n", "\u200c", "\u200d"}
    assert max(map(cell_len, text.split("\n"))) <= width


@given(COMPARISONS)
def test_latex_rows_have_their_columns_and_no_foreign_command(found: Versus) -> None:
    text = VERSUS["tex"](found)
    body = text[text.index("\\midrule") : text.index("\\bottomrule")]
    rows = [line for line in body.split("\n") if line.endswith(" \\\\")]
    assert len(rows) == len(found.rows)
    assert {row.replace("\\&", "").count("&") for row in rows} == {3 * len(found.headings)}
    plain = text.replace("\\{", "").replace("\\}", "").replace("\\\\", "")
    assert plain.count("{") == plain.count("}")
    assert text.count("\\end{") == 2


RUN = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.sampled_from("12"), SHARE | st.none(), SHARE), min_size=1
)


def table_of(run: dict[str, tuple[str, float | None, float]], random: Random) -> ScoreTable:
    """Documents in any order, with digests and the values of two systems."""
    ids = random.sample(sorted(run), len(run))
    columns = random.sample(COLUMNS, len(COLUMNS))
    values: dict[str, list[float | None]] = {"s": [run[i][1] for i in ids], "r": [run[i][2] for i in ids]}
    cells = {
        (s, c.id): Cells(array("d", (float("nan") if v is None else v for v in values[s])))
        for s in values
        for c in columns
    }
    digests = tuple(i + run[i][0] for i in ids)
    systems = tuple(SystemInfo(s, "") for s in values)
    return ScoreTable("t", tuple(ids), systems, tuple(columns), cells, digests=digests)


@settings(max_examples=60)
@given(st.lists(RUN, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_joining_does_not_depend_on_the_order_of_runs_or_documents(
    runs: list[dict[str, tuple[str, float | None, float]]], random: Random
) -> None:
    named = {f"run{i}": table_of(run, random) for i, run in enumerate(runs)}
    shared = [i for i in runs[0] if all(i in run and run[i][0] == runs[0][i][0] for run in runs)]
    if not shared:
        return
    again = {name: table_of(runs[int(name[3:])], random) for name in random.sample(sorted(named), len(runs))}
    one, other = join(named), join(again)
    assert one.table.doc_ids == other.table.doc_ids == tuple(sorted(shared))
    assert one.table.digests == other.table.digests
    assert one.lacking == {k: other.lacking[k] for k in one.lacking}
    assert one.changed == other.changed
    assert one.left_out == other.left_out
    assert _comparisons(one) == _comparisons(other)


def _comparisons(joined: Joined) -> object:
    found = versus_pairs(
        joined.table, [("run1:s", "run0:s"), ("run1:r", "run0:r")], "run0", how=HOW, columns=["m.x", "m.y"]
    )
    return found.rows, found.power, found.notes


KEYS = st.recursive(
    st.none() | st.booleans() | st.integers() | LABEL | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=8,
)
CONFIGS = st.dictionaries(st.sampled_from(["a", "b", "c"]), KEYS, max_size=3)


@given(CONFIGS, CONFIGS)
def test_changes_there_and_back_mirror_each_other(old: object, new: object) -> None:
    def about(config: object) -> dict[str, object]:
        return {"config": config, "data": {}, "systems": {}, "metrics": {}}

    there, back = changes(about(old), about(new)), changes(about(new), about(old))
    assert {(c.key, c.old, c.new) for c in there} == {(c.key, c.new, c.old) for c in back}
    assert all(c.old != c.new for c in there)
    assert bool(there) == (json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True))
