"""The leaderboard for README files, issues and pull requests."""

from bench.report.board import Cell, Leaderboard, Row
from bench.report.escape import markdown, markdown_code
from bench.report.notes import APART, legend


def render_markdown(board: Leaderboard, *, full: bool = False) -> str:
    """A table of GitHub's Markdown with its footnotes; systems apart are in italics at the end."""
    headings, extras = board.shown(full)
    titles = [markdown(board.headings[i].text) for i in headings]
    titles += [board.extras[i].title for i in extras]
    lines = [table_line(["system", *titles]), table_line([":--", *["--:"] * len(titles)])]
    for k, row in enumerate(board.rows):
        label = markdown(row.label)
        name = f"*{label}*" if k >= len(board.ranked) and label else label
        lines.append(table_line([name, *_row(row, headings, extras)]))
    said = legend(board, full=full)
    notes = [f"**bold**: {markdown(said.rule)}"] if said.rule else []
    if said.interval_rule:
        notes.append(f"\\[ \\]: {markdown(said.interval_rule)}")
    if board.apart:
        notes.append(f"*italics*: {APART}")
    notes += [markdown(note) for note in said.notes]
    notes += [f"{markdown(titles)}: {markdown_code(signature)}" for titles, signature in said.signatures]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes)]) + "\n"


def _row(row: Row, headings: tuple[int, ...], extras: tuple[int, ...]) -> list[str]:
    return [*(_cell(row.cells[i]) for i in headings), *(row.extra_texts[i] for i in extras)]


def _cell(cell: Cell) -> str:
    value = f"**{cell.value}**" if cell.bold else cell.value
    value += "†" if cell.partial else ""
    return f"{value} {markdown(cell.interval)}".rstrip()


def table_line(cells: list[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"
