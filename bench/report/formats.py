"""Names of the formats that tables can be written in; each is also the file's ending."""

from collections.abc import Callable, Mapping

from bench.report import render_versus_data, render_versus_latex, render_versus_markdown
from bench.report.board import Leaderboard
from bench.report.render_csv import render_csv
from bench.report.render_json import render_json
from bench.report.render_latex import render_latex
from bench.report.render_markdown import render_markdown
from bench.report.render_text import render_text
from bench.report.render_versus import render_versus
from bench.report.versus import Versus

FORMATS: Mapping[str, Callable[[Leaderboard], str]] = {
    "txt": render_text,
    "md": render_markdown,
    "csv": render_csv,
    "tex": render_latex,
    "json": render_json,
}

VERSUS: Mapping[str, Callable[[Versus], str]] = {
    "txt": render_versus,
    "md": render_versus_markdown.render_markdown,
    "csv": render_versus_data.render_csv,
    "tex": render_versus_latex.render_latex,
    "json": render_versus_data.render_json,
}
