"""A comparison for README files, issues and pull requests."""

from collections.abc import Iterator

from bench.report.escape import markdown, markdown_code
from bench.report.extremes import Example
from bench.report.figures import MISSING
from bench.report.notes import grouped_signatures
from bench.report.render_markdown import table_line
from bench.report.versus import Delta, Versus
from bench.report.versus_notes import NOTHING_CHANGED, grouped, legend
from bench.text.lines import plain_lines


def render_markdown(versus: Versus) -> str:
    """A table of GitHub's Markdown with its notes, then examples and changes; bold is p below α."""
    titles = [t for h in versus.headings for t in (f"Δ {markdown(h.text)}", "p", "w/t/l")]
    lines = [
        markdown(versus.title),
        "",
        table_line(["system", *titles]),
        table_line([":--", *["--:"] * len(titles)]),
    ]
    lines += [
        table_line([markdown(row.label), *(text for cell in row.cells for text in _cell(cell))])
        for row in versus.rows
    ]
    notes = [versus.power] * bool(versus.power) + [*legend(versus), "bold: p below α", *versus.notes]
    lines += ["", *(f"- {markdown(note)}" for note in notes)]
    lines += [
        f"- {markdown(titles)}: {markdown_code(signature)}"
        for titles, signature in grouped_signatures(versus.headings)
    ]
    for title, examples in grouped(versus):
        lines += ["", f"### {markdown(title)}"]
        for example in examples:
            lines += _example(example)
    if versus.changes is not None:
        lines += ["", "### Changes", ""]
        head = [table_line(["", "old", "new"]), table_line([":--"] * 3)]
        lines += head if versus.changes else [NOTHING_CHANGED]
        lines += [
            table_line(
                [
                    markdown(f"{c.group}: {c.key}"),
                    *(markdown(MISSING if v is None else v) for v in (c.old, c.new)),
                ]
            )
            for c in versus.changes
        ]
    return "\n".join(lines) + "\n"


def _cell(cell: Delta) -> tuple[str, str, str]:
    value = f"**{cell.value}**" if cell.clear else cell.value
    return f"{value} {markdown(cell.interval)}".rstrip(), cell.p.replace("<", "&lt;"), cell.tally


def _example(e: Example) -> Iterator[str]:
    """The document in bold, each text as a quotation with its label."""
    headline = f" {markdown(e.headline)}" if e.headline else ""
    yield from ("", f"**doc {markdown(e.doc_id)}**{headline} {e.printed[2]}")
    if e.note:
        yield from ("", f"*{markdown(e.note)}*")
    quoted = [("reference", plain_lines(reference)) for reference in e.references]
    quoted += [
        (f"{markdown(label)} {score}", text.replace("\r", "").split("\n"))
        for label, score, text in zip(e.names, e.printed, e.texts, strict=False)
    ]
    for label, texts in quoted:
        said = [markdown(text) for text in texts if text.strip()]
        yield from ("", f"{label}:", "", "\\\n".join(f"> {text}" for text in said or ["(empty)"]))
