"""How far checks agree with each other, for a terminal, a log or a pipe, and for programs."""

import json
from dataclasses import asdict

from bench.report.checks_compared import Compared
from bench.report.escape import visible
from bench.report.figures import counted, number


def render_compared(compared: Compared) -> str:
    """Text: a matrix of rank correlations, equal flags, and the summaries to look at."""
    names = [visible(c) for c in compared.columns]
    found = {(p.a, p.b): p for p in compared.pairs}
    width = max(map(len, names))
    labels = [f"[{i}] {name}" for i, name in enumerate(names, 1)]
    gap = max(map(len, labels)) + 2
    lines = [f"rank correlation (Spearman) of checks over {counted(compared.n, 'summary', 'summaries')}", ""]
    lines.append(" " * gap + "  ".join(f"{f'[{i}]':>6}" for i in range(1, len(names))))
    for i, name in enumerate(compared.columns):
        cells = [number(found[b, name].spearman, 3) for b in compared.columns[:i]]
        lines.append((labels[i].ljust(gap) + "  ".join(f"{cell:>6}" for cell in cells)).rstrip())
    lines.append("columns of which low is good are turned")
    if flags := [p for p in compared.pairs if p.equal is not None]:
        lines += ["", "equal flags"]
        lines += [f" {visible(p.a)}, {visible(p.b)}: {100 * (p.equal or 0):.1f} % of {p.n:,}" for p in flags]
    if compared.apart:
        lines += ["", "furthest apart (share of summaries that a check places below)"]
        rows = [
            (f"{number(a.high_rank, 2)} {a.high}", f"{number(a.low_rank, 2)} {a.low}") for a in compared.apart
        ]
        wide, by = max(len(visible(high)) for high, _ in rows), max(len(a.system) for a in compared.apart)
        for a, (high, low) in zip(compared.apart, rows, strict=True):
            lines.append(
                visible(f" {high.ljust(wide)}  {low.ljust(width + 5)}  {a.system.ljust(by)}  {a.doc_id}")
            )
    thin = [f"{visible(p.a)}, {visible(p.b)} {p.n:,}" for p in compared.pairs if p.n < compared.n]
    if thin:
        lines += ["", f"only on a part of the summaries: {'; '.join(thin)}"]
    return "\n".join(lines) + "\n"


def compared_json(compared: Compared) -> str:
    """One JSON object, unrounded."""
    return json.dumps({"schema": 1, **asdict(compared)}, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
