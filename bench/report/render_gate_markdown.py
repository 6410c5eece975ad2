"""The verdicts of a gate as Markdown: the summary of a job, or a comment."""

from collections.abc import Iterator

from bench.report import gate_lines
from bench.report.escape import markdown
from bench.report.gate import STATES, Gate, Verdict

_MARKS = {"regressed": "❌", "improved": "✅", "unchanged": "✅", "inconclusive": "❔"}


def render_gate_markdown(gate: Gate) -> str:
    """A heading with the outcome, a table of verdicts, what each regression is, how it was decided."""
    outcome = "❌ regressed" if gate.regressed else "✅ no regression"
    lines = [f"### {outcome}: {markdown(gate.experiment)}", "", markdown(gate_lines.tally(gate)), ""]
    lines += ["| | system | column | result | margin |", "| :-- | :-- | :-- | :-- | --: |"]
    for o in gate.outputs:
        if o.broken:
            cells = ("❌ broken", o.system, "outputs", gate_lines.outputs(o), "")
            lines.append(f"| {' | '.join(map(markdown, cells))} |")
    for v in _ordered(gate):
        cells = (
            f"{_MARKS[v.state]} {v.state}",
            v.system,
            v.heading.id,
            gate_lines.figures(v),
            gate_lines.margin(v),
        )
        lines.append(f"| {' | '.join(map(markdown, cells))} |")
    lines.append("")
    for v in _ordered(gate):
        if v.state == "unchanged":
            continue
        lines.append(f"**{markdown(v.system)}, {markdown(v.heading.id)}**: {v.state}")
        lines += [f"- {markdown(text)}" for text in gate_lines.said(v, gate)]
        lines += [f"- worst: {markdown(gate_lines.fall(f, v))}" for f in v.worst]
        lines.append("")
    notes = [*(f"changed: {text}" for text in gate_lines.changed(gate)), gate_lines.rule(gate)]
    return "\n".join([*lines, *(f"- {markdown(text)}" for text in notes)]) + "\n"


def _ordered(gate: Gate) -> Iterator[Verdict]:
    for state in STATES:
        yield from (v for v in gate.verdicts if v.state == state)
