"""The verdicts of a gate in every format, whatever labels, ids and headlines look like."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from scipy.stats import binomtest

from bench.core.types import Comparison
from bench.report.board import Heading
from bench.report.gate import Fall, Gate, Outputs, State, Verdict
from bench.report.gate_breaks import Broken, sign_p
from bench.report.render_gate import render_gate
from bench.report.render_gate_annotations import codequality, github_commands, github_log
from bench.report.render_gate_json import gate_json
from bench.report.render_gate_junit import render_gate_junit
from bench.report.render_gate_markdown import render_gate_markdown
from bench.report.versus import How

HEADING = Heading("rouge.rougeLsum", "ROUGE-Lsum", "high", "ratio", 100, 2, True, "rougeLsum|v:1")
QUIET = Broken(0, 0, 0.0, 0.26, 1.0)
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOSTILE = '<b>&|"x"</b> ]]> \x1b[31m \x00 \ufffe \ud800 ::error::x\n::warning::%0A `*_'


def verdict(system: str, state: State, title: str = "") -> Verdict:
    regressed = state == "regressed"
    delta = {"regressed": -0.0434, "improved": 0.02}.get(state, -0.001)
    return Verdict(
        system=system,
        heading=HEADING,
        state=state,
        mean=state,
        margin=0.005,
        comparison=Comparison(
            system, "main", HEADING.id, delta, delta - 0.017, delta + 0.016, 0.0002, 0.0006, 24, 3, 1, 20
        ),
        means=(0.3744, 0.3744 + delta),
        collapsed=Broken(7, 1, 6, 0.24, 0.035, 0.035) if regressed else QUIET,
        lost=QUIET,
        needed=2_090 if state == "inconclusive" else None,
        worst=(Fall("d07", 0.521, 0.21, title),) if regressed else (),
    )


def gate(system: str = "lead3", title: str = "Poland to leave the treaty") -> Gate:
    verdicts = (verdict(system, "regressed", title), verdict("b", "unchanged"), verdict("c", "inconclusive"))
    return Gate(
        experiment="ci",
        baseline="main",
        n_documents=24,
        verdicts=verdicts,
        outputs=(
            Outputs(system, QUIET, QUIET, QUIET, False),
            Outputs(
                "b", replace(QUIET, worse=2), replace(QUIET, worse=1), Broken(3, 0, 3.0, 0.24, 0.1), True
            ),
            Outputs("c", QUIET, QUIET, QUIET, False),
        ),
        changed=((system, "lead|sentences:3|v:1", "lead|sentences:1|v:1"),),
        added=("d",),
        max_broken=0.01,
        how=How(0.05, 10_000, 0, "permutation", "holm", 4),
    )


def test_text_says_what_fell_by_how_much_and_where() -> None:
    assert (
        render_gate(gate())
        == """\
 changed       lead3: sentences 3 → 1
 changed       d: new, main does not have it
 BROKEN        b  outputs: 2 newly empty, 1 newly failed, 0 mended (limit 0.24)
 REGRESSED     lead3  rouge.rougeLsum  37.44 → 33.10, Δ −4.34 [−6.0,−2.7]
               p < .001, margin 0.5, 24 documents: 3 better, 1 same, 20 worse
               collapsed: 7 documents fell below half, 1 rose alike (p .035)
               worst: d07 52.10 → 21.00 “Poland to leave the treaty”
 inconclusive  c      rouge.rougeLsum  37.44 → 37.34, Δ −0.10 [−1.8,1.5]
               p < .001, margin 0.5, 24 documents: 3 better, 1 same, 20 worse
               would need 2,100 documents to decide at margin 0.5
 unchanged     b      rouge.rougeLsum  37.44 → 37.34, Δ −0.10 [−1.8,1.5]

 outputs of 1 system broken, 1 regressed, 1 inconclusive, 1 unchanged against
   main, 24 documents
 regressed: the 95 % interval of Δ below 0, Δ below −margin and p < 0.05 (paired
   permutation, Holm over 4 comparisons); or documents collapsed (to less than
   half, by over half a standard deviation; sign test); or more than 1 % of the
   outputs newly empty, failed or without a value. Unchanged: the interval
   within ±margin.
"""
    )


def test_a_terminal_gets_colours_and_a_pipe_none() -> None:
    assert "\x1b[" not in render_gate(gate())
    assert "\x1b[1;31mREGRESSED" in render_gate(gate(), styled=True)


@pytest.mark.parametrize(
    "render",
    [
        render_gate,
        lambda g: render_gate(g, width=40),
        render_gate_markdown,
        lambda g: render_gate_junit(g, at=AT),
        lambda g: github_commands(g, {}),
        lambda g: codequality(g, {}),
    ],
    ids=["text", "narrow", "markdown", "junit", "github", "codequality"],
)
def test_no_control_character_gets_through(render: Callable[[Gate], str]) -> None:
    text = render(gate(HOSTILE, HOSTILE))
    assert not set("\x1b\x00\ud800") & set(text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::warning::%0A")]


def suite_of(xml: str) -> ET.Element:
    """The root, after a check of the structure that readers of JUnit XML agree on."""
    root = ET.fromstring(xml)
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"} <= suite.attrib.keys()
        assert datetime.fromisoformat(suite.attrib["timestamp"]).tzinfo is None
        cases = list(suite)
        assert int(suite.attrib["tests"]) == len(cases)
        for kind, count in (("failure", "failures"), ("skipped", "skipped"), ("error", "errors")):
            assert int(suite.attrib[count]) == sum(case.find(kind) is not None for case in cases)
        for case in cases:
            assert case.tag == "testcase"
            assert case.attrib.keys() == {"classname", "name", "time"}
            assert [child.tag for child in case] in (["failure"], ["skipped"], ["system-out"])
    for count in ("tests", "failures", "errors"):
        assert int(root.attrib[count]) == sum(int(s.attrib[count]) for s in root)
    return root


def test_junit_has_a_suite_for_each_system_and_fails_what_regressed() -> None:
    root = suite_of(render_gate_junit(gate(), at=AT))
    assert [s.attrib["name"] for s in root] == ["lead3", "b", "c"]
    assert (root.attrib["tests"], root.attrib["failures"]) == ("6", "2")
    failure = root.find(".//testcase[@name='rouge.rougeLsum']/failure")
    assert failure is not None
    assert "37.44 → 33.10" in failure.attrib["message"]
    assert "worst: d07" in (failure.text or "")
    strict = suite_of(render_gate_junit(gate(), strict=True, at=AT))
    assert strict.attrib["failures"] == "3"


def test_junit_of_hostile_names_can_be_parsed() -> None:
    root = suite_of(render_gate_junit(gate(HOSTILE, HOSTILE), at=AT))
    assert root[0].attrib["name"].startswith('<b>&|"x"</b> ]]> \\x1b[31m \\x00 ?')


def test_markdown_is_a_table_and_escapes_what_would_be_markup() -> None:
    text = render_gate_markdown(gate("a|b <i> `x`"))
    assert "| ❌ regressed | a\\|b &lt;i&gt; \\`x\\` | rouge.rougeLsum |" in text
    assert "### ❌ regressed: ci" in text
    assert "- worst: d07" in text


def test_github_gets_one_line_each_with_its_own_escapes() -> None:
    lines = github_commands(gate("x,y:z%"), {"x,y:z%": ("configs/a,b.yaml", 4)}).splitlines()
    assert lines[0].startswith("::error title=b outputs regressed::2 newly empty")
    assert lines[1].startswith(
        "::error file=configs/a%2Cb.yaml,line=4,title=x%2Cy%3Az%25 rouge.rougeLsum regressed::37.44 → 33.10"
    )
    assert lines[2].startswith("::warning title=c rouge.rougeLsum inconclusive::")
    assert len(lines) == 3


def test_github_takes_no_id_or_headline_in_the_log_for_a_command() -> None:
    falls = tuple(Fall(f"::error::{i}", 0.5, 0.2, "##[error]") for i in range(2))
    made = gate()
    made = replace(made, verdicts=(replace(made.verdicts[0], worst=falls), *made.verdicts[1:]))
    text = render_gate(made)
    assert [line for line in text.splitlines() if line.lstrip().startswith("::error::1")]
    assert github_log(text, "a1b2") == f"::stop-commands::a1b2\n{text}::a1b2::\n"


def test_gitlab_gets_a_code_quality_report() -> None:
    found = json.loads(codequality(gate(), {"lead3": ("configs/ci.yaml", 7)}))
    assert [f["severity"] for f in found] == ["major", "major", "info"]
    assert found[1]["location"] == {"path": "configs/ci.yaml", "lines": {"begin": 7}}
    assert len({f["fingerprint"] for f in found}) == 3
    assert all(
        {"description", "check_name", "fingerprint", "severity", "location"} <= f.keys() for f in found
    )


def test_json_is_unrounded() -> None:
    found = json.loads(gate_json(gate(), code=1))
    assert found["exit_code"] == 1
    assert found["counts"] == {"regressed": 1, "inconclusive": 1, "improved": 0, "unchanged": 1}
    first = found["verdicts"][0]
    assert (first["delta"], first["state"], first["documents"]) == (-0.0434, "regressed", 24)
    assert found["outputs"][1] == {
        "system": "b", "broken": True, "newly_empty": 2, "newly_failed": 1, "mended": 0, "net": 3.0,
        "limit": 0.24,
    }  # fmt: skip


@pytest.mark.parametrize(("worse", "better"), [(0, 0), (0, 4), (5, 0), (7, 1), (40, 60), (300, 250)])
def test_the_sign_test_is_scipys(worse: int, better: int) -> None:
    n = worse + better
    expected = binomtest(worse, n, alternative="greater").pvalue if n else 1.0
    assert sign_p(worse, better) == pytest.approx(expected)
