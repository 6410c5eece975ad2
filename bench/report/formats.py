"""Names of the formats that a leaderboard can be written in; each is also the file's ending."""

from collections.abc import Callable, Mapping

from bench.report.board import Leaderboard
from bench.report.render_csv import render_csv
from bench.report.render_json import render_json
from bench.report.render_latex import render_latex
from bench.report.render_markdown import render_markdown
from bench.report.render_text import render_text

FORMATS: Mapping[str, Callable[[Leaderboard], str]] = {
    "txt": render_text,
    "md": render_markdown,
    "csv": render_csv,
    "tex": render_latex,
    "json": render_json,
}
