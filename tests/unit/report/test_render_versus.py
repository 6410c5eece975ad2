"""A comparison in every format: a change of look is a change of these lines."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest

from bench.core.types import Column, ScoreTable
from bench.report.changes import Change
from bench.report.extremes import extremes
from bench.report.formats import VERSUS
from bench.report.render_versus import render_versus
from bench.report.versus import Versus, versus

GOOD = [0.41, 0.45, 0.38, 0.52, 0.47, 0.33, 0.40, 0.44]


@pytest.fixture
def table(make_table: Callable[..., ScoreTable]) -> ScoreTable:
    return make_table(
        {
            "lead|3": {"rouge.rouge1": GOOD, "form.rate": [0.2, 0.1, 0.2, 0.1, 0.3, 0.1, 0.2, 0.2]},
            "random_3": {
                "rouge.rouge1": [0.29, 0.33, 0.31, 0.30, 0.35, 0.28, 0.25, 0.33],
                "form.rate": [0.1, 0.2, 0.1, 0.3, 0.2, 0.1, None, 0.2],
            },
            "bart": {
                "rouge.rouge1": [v + w for v, w in zip(GOOD, [0.02, 0.03, -0.01, 0.0] * 2, strict=True)],
                "form.rate": [None] * 8,
            },
        },
        columns=[
            Column("rouge.rouge1", scale=100, digits=2, title="ROUGE-1"),
            Column("form.rate", better="low", title="Rate"),
        ],
    )


@pytest.fixture
def found(table: ScoreTable) -> Versus:
    return versus(table, "lead|3")


@pytest.fixture
def told(table: ScoreTable, found: Versus) -> Versus:
    """With an example and changes."""
    rows = [(row.label, row.system, row.baseline) for row in found.rows]
    example = next(e for e in extremes(table, rows, found.headings[0], 1) if e.label == "random_3")
    texts = ("First. <b>Second</b> sentence.", "- one\n- two")
    example = replace(
        example,
        headline='A "port" *opens*',
        references=("- It opened.\n- It cost a lot of money.",),
        texts=texts,
    )
    return replace(
        found,
        examples=(example,),
        changes=(Change("config", "models.a|b.use", None, "lead"), Change("packages", "numpy", "2.4", "2.5")),
    )


def test_text_at_80(found: Versus) -> None:
    assert render_versus(found) == TEXT_80


TEXT_80 = """\
against lead|3, 8 documents, paired permutation, Holm over 3 comparisons

                   Δ ROUGE-1 ↑     p  w/t/l            Δ Rate ↓     p  w/t/l
 bart       +1.00   [−0.1,2.1]   .38  4/2/2      –                         –
 random_3  −12.00 [−16.0,−9.2]  .023  0/0/8  0.000 [−0.06,0.10]  1.00  3/2/2

 can find: 4.8 ROUGE-1 with 80 % power. To find what was seen, bart would need
   33 documents.
 Δ: mean difference with its 95 % interval (BCa bootstrap, 10,000 resamples) ·
   p: adjusted two-sided, α = 0.05 · w/t/l: documents better, equal, worse
 random_3: 7/8 documents have both values in Rate
 bart: 0/8 documents have both values in Rate
"""


def test_text_with_examples_and_changes(told: Versus) -> None:
    assert render_versus(told)[len(render_versus(replace(told, examples=(), changes=None))) :] == BELOW


BELOW = """\

biggest loss of random_3 in ROUGE-1
 doc d3 "A "port" *opens*"  −22.00
   reference         • It opened.
                     • It cost a lot of money.
   lead|3     52.00  First. <b>Second</b> sentence.
   random_3   30.00  - one
                     - two

changed: config
  models.a|b.use  – → lead
changed: packages
  numpy  2.4 → 2.5
"""


def test_text_where_the_table_is_too_wide(found: Versus) -> None:
    assert render_versus(found, width=40).splitlines()[4:12] == NARROW


NARROW = [
    " bart  +1.00 [−0.1,2.1]  p .38  4/2/2",
    " random_3  −12.00 [−16.0,−9.2]  p .023",
    "   0/0/8",
    "",
    "Δ Rate ↓",
    " bart  –",
    " random_3  0.000 [−0.06,0.10]  p 1.00",
    "   3/2/2",
]


def test_text_in_full_where_the_table_is_too_wide_has_as_much(found: Versus) -> None:
    shown = " ".join(render_versus(found, width=50, full=True).split())
    assert "random_3 −12.00 [−16.0,−9.2] p .023 0/0/8 d −2.34 p alone .008 n 8" in shown
    assert "bart – random_3" in shown


def test_text_in_full(found: Versus) -> None:
    assert render_versus(found, full=True).splitlines()[2:5] == FULL
    assert " ROUGE-1: rouge|v:1" in render_versus(found, full=True).splitlines()


FULL = [
    "                   Δ ROUGE-1 ↑     p  w/t/l      d  p alone  n",
    " bart       +1.00   [−0.1,2.1]   .38  4/2/2   0.59      .19  8",
    " random_3  −12.00 [−16.0,−9.2]  .023  0/0/8  −2.34     .008  8",
]


def test_text_with_bold(found: Versus) -> None:
    assert render_versus(found, styled=True).splitlines()[3:6] == STYLED


STYLED = [
    " bart       +1.00   [−0.1,2.1]   .38  4/2/2      –                         –",
    " random_3  \x1b[1m−12.00 [−16.0,−9.2]  .023  0/0/8\x1b[0m  0.000 [−0.06,0.10]  1.00  3/2/2",
    "",
]


def test_markdown(told: Versus) -> None:
    assert VERSUS["md"](told) == MARKDOWN[1:]


MARKDOWN = r"""
against lead\|3, 8 documents, paired permutation, Holm over 3 comparisons

| system | Δ ROUGE-1 ↑ | p | w/t/l | Δ Rate ↓ | p | w/t/l |
| :-- | --: | --: | --: | --: | --: | --: |
| bart | +1.00 \[−0.1,2.1\] | .38 | 4/2/2 | – |  |  |
| random_3 | **−12.00** \[−16.0,−9.2\] | .023 | 0/0/8 | 0.000 \[−0.06,0.10\] | 1.00 | 3/2/2 |

- can find: 4.8 ROUGE-1 with 80 % power. To find what was seen, bart would need 33 documents.
- Δ: mean difference with its 95 % interval (BCa bootstrap, 10,000 resamples) · p: adjusted two-sided, α = 0.05 · w/t/l: documents better, equal, worse
- bold: p below α
- random_3: 7/8 documents have both values in Rate
- bart: 0/8 documents have both values in Rate
- ROUGE-1: `rouge|v:1`
- Rate: `form|v:1`

### biggest loss of random_3 in ROUGE-1

**doc d3** A "port" \*opens\* −22.00

reference:

> It opened.\
> It cost a lot of money.

lead\|3 52.00:

> First. &lt;b&gt;Second&lt;/b&gt; sentence.

random_3 30.00:

> \- one\
> \- two

### Changes

|  | old | new |
| :-- | :-- | :-- |
| config: models.a\|b.use | – | lead |
| packages: numpy | 2\.4 | 2\.5 |
"""  # noqa: E501


def test_latex(told: Versus) -> None:
    assert VERSUS["tex"](told) == LATEX[1:]


LATEX = r"""
\begin{table}
\centering
\begin{tabular}{lrrrrrr}
\toprule
 & \multicolumn{3}{c}{$\Delta$ ROUGE-1 $\uparrow$} & \multicolumn{3}{c}{$\Delta$ Rate $\downarrow$} \\
\cmidrule(lr){2-4}\cmidrule(lr){5-7}
 & $\Delta$ & $p$ & w/t/l & $\Delta$ & $p$ & w/t/l \\
\midrule
bart & +1.00 {\scriptsize {[}$-$0.1,2.1]} & .38 & 4/2/2 & -- &  &  \\
random\_3 & \textbf{$-$12.00} {\scriptsize {[}$-$16.0,$-$9.2]} & .023 & 0/0/8 & 0.000 {\scriptsize {[}$-$0.06,0.10]} & 1.00 & 3/2/2 \\
\bottomrule
\end{tabular}
\par\medskip
\footnotesize\raggedright
against lead\textbar{}3, 8 documents, paired permutation, Holm over 3 comparisons\par
can find: 4.8 ROUGE-1 with 80 \% power. To find what was seen, bart would need 33 documents.\par
$\Delta$: mean difference with its 95 \% interval (BCa bootstrap, 10,000 resamples) $\cdot$ p: adjusted two-sided, $\alpha$ = 0.05 $\cdot$ w/t/l: documents better, equal, worse\par
bold: p below $\alpha$\par
random\_3: 7/8 documents have both values in Rate\par
bart: 0/8 documents have both values in Rate\par
ROUGE-1: \texttt{rouge\textbar{}\allowbreak{}v:1}\par
Rate: \texttt{form\textbar{}\allowbreak{}v:1}\par
\end{table}
"""  # noqa: E501


def test_csv_has_a_line_for_each_row_and_column_and_no_texts(told: Versus) -> None:
    rows = list(csv.DictReader(StringIO(VERSUS["csv"](told))))
    assert [(r["system"], r["column"]) for r in rows] == [
        (system, column) for system in ("bart", "random_3") for column in ("rouge.rouge1", "form.rate")
    ]
    c = told.rows[0].cells[0].comparison
    assert c is not None
    assert float(rows[0]["delta"]) == c.delta
    assert float(rows[0]["mean"]) - float(rows[0]["baseline_mean"]) == pytest.approx(c.delta)
    assert (rows[1]["delta"], rows[1]["p"], rows[1]["n"]) == ("", "", "0"), "bart has no rate"
    assert {(r["comparisons"], r["alpha"]) for r in rows} == {("3", "0.05")}
    assert [r["clear"] for r in rows] == ["0", "0", "1", "0"]
    assert "sentence" not in VERSUS["csv"](told)


def test_json_has_everything(told: Versus) -> None:
    content = json.loads(VERSUS["json"](told))
    assert content["baseline"] == "lead|3"
    assert content["title"] == told.title
    assert content["comparisons"][1]["p"] is None
    assert content["comparisons"][2]["system"] == "random_3"
    assert [c["clear"] for c in content["comparisons"]] == [False, False, True, False]
    assert content["examples"][0]["texts"] == ["First. <b>Second</b> sentence.", "- one\n- two"]
    assert content["changes"][0] == {"group": "config", "key": "models.a|b.use", "old": None, "new": "lead"}
    assert content["how"] == {
        "alpha": 0.05, "comparisons": 3, "correct": "holm", "resamples": 10000, "seed": 0,
        "test": "permutation",
    }  # fmt: skip


def test_that_nothing_changed_is_said(found: Versus) -> None:
    same = render_versus(replace(found, changes=()))
    assert same.endswith("nothing differs in config, data, signatures, versions, machine and code\n")
    assert "nothing differs" not in render_versus(found)
    assert max(map(len, render_versus(replace(found, changes=()), width=40).splitlines())) <= 40
    nothing = "### Changes\n\nnothing differs in config, data, signatures, versions, machine and code\n"
    assert VERSUS["md"](replace(found, changes=())).endswith(nothing)
