"""The composition root: what ``import bench`` offers and what the command line calls.

Everything that needs several rooms at once is here: plan → run → table → files.
"""

from bench.api.runs import (
    TABLES,
    Run,
    check_scored,
    load,
    options,
    plan_of_run,
    render,
    run,
    run_plan,
    score_files,
    write_formats,
)
from bench.api.scoring import score, score_table
from bench.api.views import view_of, views

__all__ = [
    "TABLES",
    "Run",
    "check_scored",
    "load",
    "options",
    "plan_of_run",
    "render",
    "run",
    "run_plan",
    "score",
    "score_files",
    "score_table",
    "view_of",
    "views",
    "write_formats",
]
