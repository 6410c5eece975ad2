"""The leaderboard for a paper, in LaTeX with the package booktabs."""

from bench.report.board import Cell, Leaderboard, Row
from bench.report.escape import latex
from bench.report.notes import APART, legend


def render_latex(board: Leaderboard, *, full: bool = False) -> str:
    r"""A ``table`` environment with its footnotes; needs ``\usepackage{booktabs}``."""
    headings, extras = board.shown(full)
    titles = [latex(board.headings[i].text) for i in headings]
    titles += [latex(board.extras[i].title) for i in extras]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\begin{{tabular}}{{l{'r' * len(titles)}}}",
        r"\toprule",
        table_line(["", *titles]),
        r"\midrule",
        *(_row(row, headings, extras) for row in board.ranked),
        *([r"\midrule"] if board.apart and board.ranked else []),
        *(_row(row, headings, extras) for row in board.apart),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    said = legend(board, full=full)
    notes = [rf"\textbf{{bold}}: {latex(said.rule)}"] if said.rule else []
    if said.interval_rule:
        notes.append(latex(f"[ ]: {said.interval_rule}"))
    if board.apart and board.ranked:
        notes.append(f"below the rule: {APART}")
    notes += [latex(note) for note in said.notes]
    notes += [rf"{latex(titles)}: \texttt{{{breakable(sig)}}}" for titles, sig in said.signatures]
    lines += [r"\par\medskip", r"\footnotesize\raggedright", *(f"{note}\\par" for note in notes)]
    return "\n".join([*lines, r"\end{table}"]) + "\n"


def _row(row: Row, headings: tuple[int, ...], extras: tuple[int, ...]) -> str:
    cells = [_cell(row.cells[i]) for i in headings] + [latex(row.extra_texts[i]) for i in extras]
    return table_line([latex(row.label), *cells])


def _cell(cell: Cell) -> str:
    value = latex(cell.value)
    value = rf"\textbf{{{value}}}" if cell.bold else value
    value += latex("†") if cell.partial else ""
    return value + (rf" {{\scriptsize {latex(cell.interval)}}}" if cell.interval else "")


def table_line(cells: list[str]) -> str:
    """A line of a table."""
    return " & ".join(cells) + r" \\"


def breakable(signature: str) -> str:
    r"""A signature has no spaces; its lines may break after each ``|``."""
    return latex(signature).replace(latex("|"), latex("|") + r"\allowbreak{}")
