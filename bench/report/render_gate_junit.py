"""The verdicts of a gate as JUnit XML: a suite for each system, a case for each column and its outputs."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from bench.report import gate_lines
from bench.report.escape import visible
from bench.report.gate import Gate, Outputs, Verdict

# What XML 1.0 has no way to write, besides what is made visible anyway.
_NEVER = re.compile("[\ufffe\uffff]")


def render_gate_junit(gate: Gate, *, strict: bool = False, at: datetime) -> str:
    """One XML document; inconclusive cases are skipped, or with ``strict`` failures.

    Args:
        gate: The verdicts.
        strict: Whether inconclusive counts as failed.
        at: When it was decided, in UTC.
    """
    root = ET.Element("testsuites", name=_text(f"bench gate {gate.experiment}"))
    totals = {"tests": 0, "failures": 0, "errors": 0}
    for o in gate.outputs:
        cases = [_outputs(o, gate), *(_case(v, gate, strict) for v in gate.verdicts if v.system == o.system)]
        counts = {"tests": len(cases), "failures": _having(cases, "failure"), "errors": 0}
        about = {"name": _text(o.system), **{k: str(n) for k, n in counts.items()}}
        about |= {"skipped": str(_having(cases, "skipped")), "time": "0", "hostname": "localhost"}
        suite = ET.SubElement(root, "testsuite", about | {"timestamp": f"{at:%Y-%m-%dT%H:%M:%S}"})
        suite.extend(cases)
        totals = {k: totals[k] + n for k, n in counts.items()}
    root.attrib |= {k: str(n) for k, n in totals.items()} | {"time": "0"}
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _outputs(o: Outputs, gate: Gate) -> ET.Element:
    case = _named(gate, o.system, "outputs")
    said = gate_lines.outputs(o)
    if o.broken:
        _say(ET.SubElement(case, "failure", type="broken"), f"broken: {said}", [])
    else:
        ET.SubElement(case, "system-out").text = _text(said)
    return case


def _case(v: Verdict, gate: Gate, strict: bool) -> ET.Element:
    case = _named(gate, v.system, v.heading.id)
    lines = gate_lines.said(v, gate) + [f"worst: {gate_lines.fall(f, v)}" for f in v.worst]
    headline = f"{v.state}: {gate_lines.figures(v)}"
    if v.state == "regressed" or (strict and v.state == "inconclusive"):
        _say(ET.SubElement(case, "failure", type=v.state), headline, lines)
    elif v.state == "inconclusive":
        ET.SubElement(case, "skipped", message=_text("; ".join([headline, *lines])))
    else:
        ET.SubElement(case, "system-out").text = "\n".join(map(_text, [headline, *lines]))
    return case


def _named(gate: Gate, system: str, name: str) -> ET.Element:
    of = f"{gate.experiment}.{system}"
    return ET.Element("testcase", classname=_text(of), name=_text(name), time="0")


def _say(element: ET.Element, headline: str, lines: Sequence[str]) -> None:
    element.set("message", _text(headline))
    element.text = "\n".join(map(_text, [headline, *lines]))


def _having(cases: Sequence[ET.Element], tag: str) -> int:
    return sum(case.find(tag) is not None for case in cases)


def _text(text: str) -> str:
    return _NEVER.sub("?", visible(text))
