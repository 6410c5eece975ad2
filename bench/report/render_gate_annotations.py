"""Regressions where a code host shows them: GitHub's workflow commands, GitLab's Code Quality report."""

import hashlib
from collections.abc import Iterator, Mapping

from bench.report import gate_lines
from bench.report.escape import json_text, visible
from bench.report.gate import Gate

# System → the file and the line of the config that has it.
Places = Mapping[str, tuple[str, int]]

_LEVELS = {"regressed": ("error", "major"), "inconclusive": ("warning", "info")}


def github_commands(gate: Gate, places: Places) -> str:
    """A line for each regression (``::error``) and each undecided column (``::warning``)."""
    lines = []
    for system, name, state, text in _alarms(gate):
        of = {"title": f"{system} {name} {state}"}
        if at := places.get(system):
            of = {"file": at[0], "line": str(at[1]), **of}
        properties = ",".join(f"{k}={_github(v, ':,')}" for k, v in of.items())
        lines.append(f"::{_LEVELS[state][0]} {properties}::{_github(text)}\n")
    return "".join(lines)


def github_log(text: str, token: str) -> str:
    """Text of which GitHub takes no line for a command, whatever ids and headlines it has.

    Args:
        text: Whole lines.
        token: Letters and digits that the text cannot know.
    """
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def codequality(gate: Gate, places: Places) -> str:
    """A JSON list; what no config is known of stands at line 1 of a file named like the experiment."""
    found = []
    for system, name, state, text in _alarms(gate):
        path, line = places.get(system, (f"{gate.experiment}.yaml", 1))
        identity = "\0".join((gate.experiment, gate.baseline, system, name))
        found.append(
            {
                "description": visible(f"{system} {name} {state}: {text}"),
                "check_name": f"bench-gate-{state}",
                "fingerprint": hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest(),
                "severity": _LEVELS[state][1],
                "location": {"path": path, "lines": {"begin": line}},
            }
        )
    return json_text(found) + "\n"


def _alarms(gate: Gate) -> Iterator[tuple[str, str, str, str]]:
    """System, column or outputs, state, text."""
    for o in gate.outputs:
        if o.broken:
            yield o.system, "outputs", "regressed", gate_lines.outputs(o)
    for v in gate.verdicts:
        if v.state in _LEVELS:
            text = "; ".join([gate_lines.figures(v), *gate_lines.said(v, gate)])
            yield v.system, v.heading.id, v.state, text


def _github(text: str, also: str = "") -> str:
    for c in f"%\r\n{also}":
        text = text.replace(c, f"%{ord(c):02X}")
    return visible(text)
