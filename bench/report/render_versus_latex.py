"""A comparison for a paper, in LaTeX with the package booktabs; without its examples."""

from bench.report.escape import latex
from bench.report.notes import grouped_signatures
from bench.report.render_latex import breakable, table_line
from bench.report.versus import Delta, Versus
from bench.report.versus_notes import legend


def render_latex(versus: Versus) -> str:
    r"""A ``table`` environment with its notes; needs ``\usepackage{booktabs}``; bold is p below α."""
    groups = [rf"\multicolumn{{3}}{{c}}{{{latex(f'Δ {h.text}')}}}" for h in versus.headings]
    rules = [rf"\cmidrule(lr){{{3 * i + 2}-{3 * i + 4}}}" for i in range(len(versus.headings))]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\begin{{tabular}}{{l{'rrr' * len(groups)}}}",
        r"\toprule",
        table_line(["", *groups]),
        "".join(rules),
        table_line(["", *[latex("Δ"), "$p$", "w/t/l"] * len(groups)]),
        r"\midrule",
        *(
            table_line([latex(row.label), *(t for cell in row.cells for t in _cell(cell))])
            for row in versus.rows
        ),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    notes = [
        versus.title,
        *[versus.power] * bool(versus.power),
        *legend(versus),
        "bold: p below α",
        *versus.notes,
    ]
    below = [latex(note) for note in notes]
    below += [
        rf"{latex(titles)}: \texttt{{{breakable(sig)}}}"
        for titles, sig in grouped_signatures(versus.headings)
    ]
    lines += [r"\par\medskip", r"\footnotesize\raggedright", *(f"{note}\\par" for note in below)]
    return "\n".join([*lines, r"\end{table}"]) + "\n"


def _cell(cell: Delta) -> tuple[str, str, str]:
    value = rf"\textbf{{{latex(cell.value)}}}" if cell.clear else latex(cell.value)
    interval = rf" {{\scriptsize {latex(cell.interval)}}}" if cell.interval else ""
    return value + interval, latex(cell.p), cell.tally
