"""One small table in every format: a change of look is a change of these lines."""

import csv
import json
from collections.abc import Callable
from io import StringIO

import pytest

from bench.core.types import Column, Estimate, ScoreTable, SystemInfo
from bench.report.board import Leaderboard
from bench.report.formats import FORMATS
from bench.report.leaderboard import leaderboard
from bench.report.render_csv import render_csv
from bench.report.render_json import render_json
from bench.report.render_latex import render_latex
from bench.report.render_markdown import render_markdown
from bench.report.render_text import render_text

GOOD = [0.41, 0.45, 0.38, 0.52, 0.47, 0.33, 0.40, 0.44]
HALF = [0.5, 0.6, 0.7, 0.8] * 2


@pytest.fixture
def board(make_table: Callable[..., ScoreTable]) -> Leaderboard:
    table = make_table(
        {
            "random_3": {
                "rouge.rouge1": [0.29, 0.33, 0.31, 0.30, 0.35, 0.28, 0.25, 0.33],
                "rouge.rouge1_p": [v - 0.1 for v in GOOD],
                "form.coverage": HALF,
                "form.repetition": [0.1, 0.2, 0.1, 0.3, 0.2, 0.1, None, 0.2],
            },
            "lead|3": {
                "rouge.rouge1": GOOD,
                "rouge.rouge1_p": GOOD,
                "form.coverage": [1.0] * 8,
                "form.repetition": [0.2, 0.1, 0.2, 0.1, 0.3, 0.1, 0.2, 0.2],
            },
            "oracle": {
                "rouge.rouge1": [0.6] * 8,
                "rouge.rouge1_p": [0.7] * 8,
                "form.coverage": HALF,
                "form.repetition": HALF,
            },
        },
        columns=[
            Column("rouge.rouge1", scale=100, digits=2, title="ROUGE-1"),
            Column("rouge.rouge1_p", scale=100, digits=2, title="ROUGE-1 P", shown=False),
            Column("form.coverage", better="none", title="Coverage"),
            Column("form.repetition", better="low", title="Repetition"),
        ],
        about={
            "random_3": SystemInfo("random_3", "random|v:1", n_summaries=8, words=64.0, seconds=0.0),
            "lead|3": SystemInfo(
                "lead|3", "lead|v:1", n_summaries=8, truncated=0.125, words=71.4, seconds=0.01
            ),
            "oracle": SystemInfo("oracle", "oracle|v:1", apart=True, n_summaries=8, words=80.0, seconds=1.5),
        },
        notes=("50 % of *this* is a note",),
    )
    return leaderboard(table)


def test_text_at_80(board: Leaderboard) -> None:
    assert render_text(board) == TEXT_80


TEXT_80 = """\
                    ROUGE-1 ↑  Coverage         Repetition ↓    n  words  s/doc
 lead|3    42.50* [38.8,46.4]     1.000  0.175*  [0.14,0.23]  8/8     71   0.01
 random_3  30.50  [28.2,32.4]     0.650  0.171*† [0.13,0.23]  7/8     64   0.00
 ──────────────────────────────────────────────────────────────────────────────
 oracle    60.00  [60.0,60.0]     0.650  0.650   [0.57,0.73]  8/8     80   1.50

 *: best, and all that 7 to 8 documents cannot tell from it (paired
   permutation, Holm, α = 0.05)
 [ ]: 95 % BCa bootstrap interval of the mean over documents, 10,000 resamples
 below the rule: for comparison only, neither ranked nor tested
 random_3: 7/8 scored in Repetition (1 × empty)
 smallest difference findable with 80 % power: 6.8 ROUGE-1 (2 comparisons)
 †: fewer documents than other systems; compared on the common ones
 summaries cut by a token limit: lead|3 12.5 %
 50 % of *this* is a note
 ROUGE-1: rouge|v:1
 Coverage, Repetition: form|v:1
"""


def test_text_at_48(board: Leaderboard) -> None:
    assert render_text(board, width=48) == TEXT_48


TEXT_48 = """\
           ROUGE-1 ↑  Repetition ↓    n  words
 lead|3       42.50*       0.175*   8/8     71
 random_3     30.50        0.171*†  7/8     64
 ─────────────────────────────────────────────
 oracle       60.00        0.650    8/8     80

 *: best, and all that 7 to 8 documents cannot
   tell from it (paired permutation, Holm, α =
   0.05)
 below the rule: for comparison only, neither
   ranked nor tested
 random_3: 7/8 scored in Repetition (1 ×
   empty)
 smallest difference findable with 80 % power:
   6.8 ROUGE-1 (2 comparisons)
 †: fewer documents than other systems;
   compared on the common ones
 summaries cut by a token limit: lead|3 12.5 %
 50 % of *this* is a note
 not shown at this width: intervals, Coverage,
   s/doc (--full shows all)
 ROUGE-1: rouge|v:1
 Coverage, Repetition: form|v:1
"""


def test_text_in_full(board: Leaderboard) -> None:
    assert render_text(board, width=90, full=True) == TEXT_FULL


TEXT_FULL = """\
                    ROUGE-1 ↑         ROUGE-1 P ↑           Coverage         Repetition ↓
 lead|3    42.50* [38.8,46.4]  42.50* [38.8,46.4]  1.000 [1.00,1.00]  0.175*  [0.14,0.23]
 random_3  30.50  [28.2,32.4]  32.50  [28.8,36.4]  0.650 [0.57,0.73]  0.171*† [0.13,0.23]
 ────────────────────────────────────────────────────────────────────────────────────────
 oracle    60.00  [60.0,60.0]  70.00  [70.0,70.0]  0.650 [0.57,0.73]  0.650   [0.57,0.73]

             n  truncated  words  s/doc
 lead|3    8/8     12.5 %     71   0.01
 random_3  7/8          –     64   0.00
 ──────────────────────────────────────
 oracle    8/8          –     80   1.50

 *: best, and all that 7 to 8 documents cannot tell from it (paired permutation, Holm, α
   = 0.05)
 [ ]: 95 % BCa bootstrap interval of the mean over documents, 10,000 resamples
 below the rule: for comparison only, neither ranked nor tested
 random_3: 7/8 scored in Repetition (1 × empty)
 smallest difference findable with 80 % power: 6.8 ROUGE-1 (2 comparisons)
 †: fewer documents than other systems; compared on the common ones
 summaries cut by a token limit: lead|3 12.5 %
 50 % of *this* is a note
 ROUGE-1, ROUGE-1 P: rouge|v:1
 Coverage, Repetition: form|v:1
"""


def test_text_with_bold(board: Leaderboard) -> None:
    assert render_text(board, width=100, styled=True).splitlines()[1:5] == STYLED


STYLED = [
    " lead|3    \x1b[1m42.50\x1b[0m [38.8,46.4]  1.000 [1.00,1.00]"
    "  \x1b[1m0.175\x1b[0m  [0.14,0.23]  8/8     71   0.01",
    " random_3  30.50 [28.2,32.4]  0.650 [0.57,0.73]  \x1b[1m0.171\x1b[0m† [0.13,0.23]  7/8     64   0.00",
    "\x1b[2m ─────────────────────────────────────────────────────────────────────────────────────\x1b[0m",
    "\x1b[2m oracle    60.00 [60.0,60.0]  0.650 [0.57,0.73]  0.650  [0.57,0.73]  8/8     80   1.50\x1b[0m",
]


def test_markdown(board: Leaderboard) -> None:
    assert render_markdown(board) == MARKDOWN[1:]


MARKDOWN = r"""
| system | ROUGE-1 ↑ | Coverage | Repetition ↓ | n | words | s/doc |
| :-- | --: | --: | --: | --: | --: | --: |
| lead\|3 | **42.50** \[38.8,46.4\] | 1.000 \[1.00,1.00\] | **0.175** \[0.14,0.23\] | 8/8 | 71 | 0.01 |
| random_3 | 30.50 \[28.2,32.4\] | 0.650 \[0.57,0.73\] | **0.171**† \[0.13,0.23\] | 7/8 | 64 | 0.00 |
| *oracle* | 60.00 \[60.0,60.0\] | 0.650 \[0.57,0.73\] | 0.650 \[0.57,0.73\] | 8/8 | 80 | 1.50 |

- **bold**: best, and all that 7 to 8 documents cannot tell from it (paired permutation, Holm, α = 0.05)
- \[ \]: 95 % BCa bootstrap interval of the mean over documents, 10,000 resamples
- *italics*: for comparison only, neither ranked nor tested
- random_3: 7/8 scored in Repetition (1 × empty)
- smallest difference findable with 80 % power: 6.8 ROUGE-1 (2 comparisons)
- †: fewer documents than other systems; compared on the common ones
- summaries cut by a token limit: lead\|3 12.5 %
- 50 % of \*this\* is a note
- ROUGE-1: `rouge|v:1`
- Coverage, Repetition: `form|v:1`
"""


def test_latex(board: Leaderboard) -> None:
    assert render_latex(board) == LATEX[1:]


LATEX = r"""
\begin{table}
\centering
\begin{tabular}{lrrrrrr}
\toprule
 & ROUGE-1 $\uparrow$ & Coverage & Repetition $\downarrow$ & n & words & s/doc \\
\midrule
lead\textbar{}3 & \textbf{42.50} {\scriptsize {[}38.8,46.4]} & 1.000 {\scriptsize {[}1.00,1.00]} & \textbf{0.175} {\scriptsize {[}0.14,0.23]} & 8/8 & 71 & 0.01 \\
random\_3 & 30.50 {\scriptsize {[}28.2,32.4]} & 0.650 {\scriptsize {[}0.57,0.73]} & \textbf{0.171}$\dagger$ {\scriptsize {[}0.13,0.23]} & 7/8 & 64 & 0.00 \\
\midrule
oracle & 60.00 {\scriptsize {[}60.0,60.0]} & 0.650 {\scriptsize {[}0.57,0.73]} & 0.650 {\scriptsize {[}0.57,0.73]} & 8/8 & 80 & 1.50 \\
\bottomrule
\end{tabular}
\par\medskip
\footnotesize\raggedright
\textbf{bold}: best, and all that 7 to 8 documents cannot tell from it (paired permutation, Holm, $\alpha$ = 0.05)\par
{[} ]: 95 \% BCa bootstrap interval of the mean over documents, 10,000 resamples\par
below the rule: for comparison only, neither ranked nor tested\par
random\_3: 7/8 scored in Repetition (1 $\times$ empty)\par
smallest difference findable with 80 \% power: 6.8 ROUGE-1 (2 comparisons)\par
$\dagger$: fewer documents than other systems; compared on the common ones\par
summaries cut by a token limit: lead\textbar{}3 12.5 \%\par
50 \% of {*}this{*} is a note\par
ROUGE-1: \texttt{rouge\textbar{}\allowbreak{}v:1}\par
Coverage, Repetition: \texttt{form\textbar{}\allowbreak{}v:1}\par
\end{table}
"""  # noqa: E501


@pytest.mark.parametrize("render", [render_text, render_markdown, render_latex])
def test_a_full_table_has_the_signature_of_every_column(
    render: Callable[..., str], board: Leaderboard
) -> None:
    assert "ROUGE-1, ROUGE-1 P: " in render(board, full=True)
    assert "ROUGE-1 P" not in render(board)


def test_csv(board: Leaderboard) -> None:
    first, *rows = csv.DictReader(StringIO(render_csv(board)))
    assert [r["system"] for r in rows] == ["random_3", "oracle"]
    about = {k: v for k, v in first.items() if not k.startswith(("rouge.", "form."))}
    assert about == {
        "system": "lead|3",
        "apart": "0",
        "n_documents": "8",
        "n_summaries": "8",
        "n_errors": "0",
        "n": "8",
        "empty": "",
        "truncated": "0.125",
        "untokenisable": "",
        "words": "71.4",
        "seconds": "0.01",
        "signature": "lead|v:1",
    }
    assert float(first["rouge.rouge1"]) == 0.425
    assert float(first["rouge.rouge1.lo"]) == pytest.approx(0.386, abs=0.002)
    repetition = {k: v for k, v in rows[0].items() if k.startswith("form.repetition.n")}
    assert repetition == {
        "form.repetition.n": "7",
        "form.repetition.n_none": "1",
        "form.repetition.n_error": "0",
    }
    assert [r["rouge.rouge1.bold"] for r in (first, *rows)] == ["1", "0", "0"]


def test_csv_says_which_values_are_of_the_whole_corpus(make_table: Callable[..., ScoreTable]) -> None:
    corpus = {("a", "m.x"): Estimate(0.25, None, None, 2)}
    table = make_table({s: {"x": [0.1, 0.3], "y": [0.1, 0.3]} for s in "ab"}, aggregates=corpus)
    rows = list(csv.DictReader(StringIO(render_csv(leaderboard(table)))))
    assert [(r["system"], r["m.x"], r["m.x.corpus"]) for r in rows] == [("a", "0.25", "1"), ("b", "0.2", "0")]
    assert [r["m.y"] for r in rows] == ["0.2", "0.2"]
    assert "m.y.corpus" not in rows[0]
    assert rows[0]["signature"] == "a|v:1"


def test_json(board: Leaderboard) -> None:
    text = render_json(board)
    content = json.loads(text)
    assert text == json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert sorted(content) == [
        *("bold", "columns", "comparisons", "findable", "intervals", "n_documents"),
        *("name", "notes", "schema", "settings", "systems"),
    ]
    assert content["schema"] == 1
    assert content["settings"] == {
        "alpha": 0.05,
        "flips": 10_000,
        "resamples": 10_000,
        "seed": 0,
        "test": "permutation",
        "correct": "holm",
    }
    assert content["findable"] == {
        "column": "rouge.rouge1",
        "comparisons": 2,
        "difference": pytest.approx(0.06774, abs=1e-5),
    }
    assert content["comparisons"][0] == {
        "a": "lead|3",
        "b": "random_3",
        "column": "rouge.rouge1",
        "delta": pytest.approx(0.12),
        "lo": pytest.approx(0.0925, abs=3e-3),
        "hi": pytest.approx(0.160, abs=3e-3),
        "p": 2**-7,
        "p_adjusted": 2**-6,
        "n_pairs": 8,
        "wins": 8,
        "ties": 0,
        "losses": 0,
        "effect": pytest.approx(2.3406, abs=1e-4),
    }
    assert content["systems"][1]["scores"]["form.repetition"] == {
        "mean": pytest.approx(1.2 / 7),
        "lo": pytest.approx(0.129, abs=2e-3),
        "hi": pytest.approx(0.229, abs=2e-3),
        "median": 0.2,
        "percentile": pytest.approx([0.129, 0.229], abs=2e-3),
        "method": "bca",
        "n": 7,
        "n_none": 1,
        "n_error": 0,
        "bold": True,
        "partial": True,
        "corpus": False,
        "reasons": {"empty": 1},
    }
    assert [s["apart"] for s in content["systems"]] == [False, False, True]


def test_long_labels_and_titles_are_cut_in_the_middle(make_table: Callable[..., ScoreTable]) -> None:
    title = "agreement with 要約 that people wrote"
    labels = [f"bart[num_beams={n},length_penalty=2.0,seed={n}]" for n in (1, 4)]
    table = make_table({label: {"x": [0.5, 0.7] * 4} for label in labels}, columns=[Column("x", title=title)])
    assert render_text(leaderboard(table), width=50).splitlines()[:3] == [
        "                      agreeme…wrote ↑",
        " bart[nu…,seed=1]  0.600* [0.53,0.67]",
        " bart[nu…,seed=4]  0.600* [0.53,0.67]",
    ]


def test_every_format_ends_with_one_line_break_and_is_reproducible(board: Leaderboard) -> None:
    for render in FORMATS.values():
        assert render(board) == render(board)
        assert render(board).endswith("\n")
        assert not render(board).endswith("\n\n")
