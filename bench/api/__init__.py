"""The composition root: what ``import bench`` offers and what the command line calls.

Everything that needs several rooms at once is here: plan → run → table → files.
"""

from bench.api.comparing import changes_between, compare, write_comparison
from bench.api.gating import (
    Saved,
    check_gate,
    exit_code,
    gate,
    gated_cells,
    incomplete,
    run_to_gate,
    save_baseline,
)
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
    "Saved",
    "changes_between",
    "check_gate",
    "check_scored",
    "compare",
    "exit_code",
    "gate",
    "gated_cells",
    "incomplete",
    "load",
    "options",
    "plan_of_run",
    "render",
    "run",
    "run_plan",
    "run_to_gate",
    "save_baseline",
    "score",
    "score_files",
    "score_table",
    "view_of",
    "views",
    "write_comparison",
    "write_formats",
]
