"""The verdicts of a gate for a terminal, a log or a pipe."""

import textwrap
from collections.abc import Iterator

from bench.report import gate_lines
from bench.report.escape import visible
from bench.report.gate import STATES, Gate, Verdict
from bench.report.marks import printed

_STYLES = {"changed": "", "unchanged": "dim", "improved": "green", "inconclusive": "yellow"}
_ALARM = "bold red"
_INDENT = max(map(len, STATES)) + 3


def render_gate(gate: Gate, *, width: int = 80, styled: bool = False) -> str:
    """Text: what changed in the systems, a verdict each, the worst documents of a regression, the tally."""
    from rich.text import Text

    lines = []
    for state, text in _items(gate, width):
        indent = " " * (_INDENT if state is not None else 1)
        for i, line in enumerate(_wrapped(text, width, indent)):
            if i or not state:
                lines.append(Text(line))
                continue
            lines.append(Text(f" {state}{line[1 + len(state) :]}"))
            lines[-1].stylize(_STYLES.get(state, _ALARM), 1, 1 + len(state))
    return printed(lines, styled)


def _items(gate: Gate, width: int) -> Iterator[tuple[str | None, str]]:
    """Texts with the word that stands before them: empty where the one above goes on, None for the end."""
    for text in gate_lines.changed(gate):
        yield "changed", text
    for o in gate.outputs:
        if o.broken:
            yield "BROKEN", f"{o.system}  outputs: {gate_lines.outputs(o)}"
    for state in STATES:
        for v in gate.verdicts:
            if v.state == state:
                yield from _verdict(v, gate, width)
    yield None, ""
    yield None, gate_lines.tally(gate)
    if any(v.state != "unchanged" for v in gate.verdicts) or gate.regressed:
        yield None, gate_lines.rule(gate)


def _verdict(v: Verdict, gate: Gate, width: int) -> Iterator[tuple[str, str]]:
    systems, columns = (
        max(map(len, names))
        for names in ([x.system for x in gate.verdicts], [x.heading.id for x in gate.verdicts])
    )
    head = f"{v.system:<{systems}}  {v.heading.id:<{columns}}  {gate_lines.figures(v)}"
    yield v.state.upper() if v.state == "regressed" else v.state, head
    if v.state == "unchanged":
        return
    for text in gate_lines.said(v, gate):
        yield "", text
    for i, f in enumerate(v.worst):
        # The headline comes last: what does not fit of it is cut.
        yield "", _cut(f"{'      ' if i else 'worst:'} {gate_lines.fall(f, v)}", width - _INDENT)


def _cut(text: str, room: int) -> str:
    safe = visible(text)
    return safe if len(safe) <= room else f"{safe[: max(20, room - 1)]}…"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """Lines of at most ``width`` characters; one that fits keeps its own spaces."""
    safe = visible(text)
    if len(indent + safe) <= width:
        return [(indent + safe).rstrip()]
    lead = " " * (len(safe) - len(safe.lstrip()))
    more = f"{indent}{lead}  "
    return textwrap.wrap(
        safe.strip(),
        max(40, width),
        initial_indent=indent + lead,
        subsequent_indent=more,
        break_on_hyphens=False,
    )
