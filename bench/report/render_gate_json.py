"""The verdicts of a gate for programs."""

from dataclasses import asdict
from typing import Any

from bench.report import gate_lines
from bench.report.escape import json_text
from bench.report.gate import STATES, Gate, Outputs, Verdict

SCHEMA = 1


def gate_json(gate: Gate, *, code: int) -> str:
    """One JSON object, unrounded; ``code`` is the exit code."""
    content = {
        "schema": SCHEMA,
        "experiment": gate.experiment,
        "baseline": gate.baseline,
        "exit_code": code,
        "documents": gate.n_documents,
        "regressed": gate.regressed,
        "counts": {state: gate.count(state) for state in STATES},
        "verdicts": [_verdict(v, gate) for v in gate.verdicts],
        "outputs": [_outputs(o) for o in gate.outputs],
        "changed": [{"system": s, "before": old, "after": new} for s, old, new in gate.changed],
        "new_systems": list(gate.added),
        "max_broken": gate.max_broken,
        "how": asdict(gate.how),
        "rule": gate_lines.rule(gate),
    }
    return json_text(content) + "\n"


def _verdict(v: Verdict, gate: Gate) -> dict[str, Any]:
    c = v.comparison
    before, after = v.means or (None, None)
    return {
        "system": v.system,
        "column": v.heading.id,
        "better": v.heading.better,
        "state": v.state,
        "by_mean": v.mean,
        "before": before,
        "after": after,
        "delta": c and c.delta,
        "interval": None if c is None or c.lo is None else [c.lo, c.hi],
        "p": c and c.p,
        "p_adjusted": c and c.p_adjusted,
        "margin": v.margin,
        "documents": c.n_pairs if c else 0,
        "better_same_worse": [c.wins, c.ties, c.losses] if c else [0, 0, 0],
        "collapsed": asdict(v.collapsed),
        "lost": asdict(v.lost),
        "needed": v.needed,
        "why": list(gate_lines.why(v, gate.how.alpha)),
        "worst": [asdict(f) for f in v.worst],
    }


def _outputs(o: Outputs) -> dict[str, Any]:
    return {
        "system": o.system,
        "broken": o.broken,
        "newly_empty": o.empty.worse,
        "newly_failed": o.failed.worse,
        "mended": o.both.better,
        "net": o.both.net,
        "limit": o.both.limit,
    }
