"""How far checks agree with each other, for a terminal, a log or a pipe, and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from textwrap import wrap

from bench.report.checks_compared import Compared
from bench.report.escape import json_text, visible
from bench.report.figures import counted, number

_CELL = 8  # a correlation, and what is between two


def render_compared(compared: Compared, *, width: int = 120) -> str:
    """Text: a matrix of rank correlations, equal flags, and the summaries to look at.

    A matrix that is wider than ``width`` is cut into several with the same lines.
    """
    names = [visible(c) for c in compared.columns]
    said = partial(wrap, width=max(40, width), subsequent_indent="  ", break_on_hyphens=False)
    summaries = counted(compared.n, "summary", "summaries")
    lines = said(f"rank correlation (Spearman) of checks over {summaries}")
    lines += [*_matrix(compared, names, width), "columns of which low is good are turned"]
    if flags := [p for p in compared.pairs if p.equal is not None]:
        lines += ["", "equal flags"]
        for p in flags:
            lines += said(f" {visible(p.a)}, {visible(p.b)}: {100 * (p.equal or 0):.1f} % of {p.n:,}")
    if compared.apart:
        lines += ["", *said("furthest apart (share of summaries that a check places below)")]
        lines += _apart(compared, width)
    thin = [f"{visible(p.a)}, {visible(p.b)} {p.n:,}" for p in compared.pairs if p.n < compared.n]
    if thin:
        lines += ["", *said(f"only on a part of the summaries: {'; '.join(thin)}")]
    return "\n".join(lines) + "\n"


def _matrix(compared: Compared, names: Sequence[str], width: int) -> Iterator[str]:
    found = {(p.a, p.b): p for p in compared.pairs}
    labels = [f"[{i}] {name}" for i, name in enumerate(names, 1)]
    gap = max(map(len, labels)) + 2
    several = max(1, (width - gap + 2) // _CELL)
    for first in range(0, len(names) - 1, several):
        columns = range(first, min(first + several, len(names) - 1))
        yield ""
        yield " " * gap + "".join(f"{f'[{i + 1}]':>6}  " for i in columns).rstrip()
        for i, name in enumerate(compared.columns):
            cells = [number(found[compared.columns[j], name].spearman, 3) for j in columns if j < i]
            if cells or first == 0:
                yield (labels[i].ljust(gap) + "".join(f"{cell:>6}  " for cell in cells)).rstrip()


def _apart(compared: Compared, width: int) -> Iterator[str]:
    """A line a summary, or two where one would be too long."""
    rows = [
        [f"{number(a.high_rank, 2)} {a.high}", f"{number(a.low_rank, 2)} {a.low}", a.system, a.doc_id]
        for a in compared.apart
    ]
    rows = [list(map(visible, row)) for row in rows]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    stacked = sum(wide) + 7 > width
    for row in rows:
        high, low, system, doc_id = (cell.ljust(n) for cell, n in zip(row, wide, strict=True))
        if stacked:
            yield f" {high}  {low}".rstrip()
            yield f"      {system}  {doc_id}".rstrip()
        else:
            yield f" {high}  {low}  {system}  {doc_id}".rstrip()


def compared_json(compared: Compared) -> str:
    """One JSON object, unrounded."""
    return json_text({"schema": 1, **asdict(compared)}) + "\n"
