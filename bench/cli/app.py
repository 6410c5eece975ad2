"""The command ``bench``: its verbs, and what becomes of errors.

Modules of the verbs import only typer at the top; what they do is imported when they are called, so
that ``bench --help`` answers at once.
"""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from bench import __version__
from bench.cli import compare, gate, inspect, meta, new, report, run, score, selftest, show
from bench.core.errors import BenchError, StoreError

EPILOG = (
    "Exit codes: 0 ok · 1 a gate failed · 2 usage, config or data · 3 incomplete · "
    "4 a dependency, weights or the network are missing · 5 corrupt or locked results · "
    "70 a bug · 130 interrupted."
)

BUG = 70  # EX_SOFTWARE of sysexits.h: not to be taken for a gate that failed

app = typer.Typer(
    name="bench",
    help="Summarisation benchmark: bullets in, result tables that can be trusted out.",
    epilog=EPILOG,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("generate")(run.generate)
app.command("score")(score.score)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("gate")(gate.gate)
app.command("show")(show.show)
app.command("meta")(meta.meta)
app.command("selftest")(selftest.selftest)
app.command("validate")(inspect.validate)
app.command("list")(inspect.list_)
app.command("new")(new.new)
app.command("doctor")(inspect.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bench {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Set what must be set before a library is loaded."""
    # Idle OpenMP threads that spin slow torch down many times on few cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # The statistics multiply flat matrices: a second thread gains little, and waits by spinning on cores that
    # others use (4.9 s against 10.6 s for a large table on two busy ones).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> NoReturn:
    """Run the command line and exit with a documented code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(standalone_mode=False)
    except BenchError as e:
        if os.environ.get("BENCH_DEBUG"):
            raise
        from bench.cli.console import print_error

        print_error(e)
        code = e.exit_code
    except SystemExit:
        # Only typer's answer to a reader that went away (`bench list | head`): 1, which here means a gate.
        code = 128 + signal.SIGPIPE
    except OSError as e:  # a full disk behind stdout, a folder that went away
        if os.environ.get("BENCH_DEBUG"):
            raise
        print(f"{e.filename or 'output'}: {e.strerror or e}", file=sys.stderr)
        code = StoreError.exit_code
    except Exception as e:  # noqa: BLE001 - shown whole unless typer made it
        code = _usage_error(e)
    if code == 130:
        print(f"Interrupted.{_kept(sys.argv[1:])}", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


def _kept(args: Sequence[str]) -> str:
    """What an interrupted verb leaves behind; those that keep no run start from the beginning."""
    verb, *options = args or [""]
    if verb == "selftest" and not any(option.partition("=")[0] == "--out" for option in options):
        return " Only answers of models are kept; --out FOLDER keeps the scores, too."
    if verb in ("run", "gate", "generate", "score", "meta", "selftest") and "--no-save" not in options:
        return " What was finished is safe; the same command goes on."
    return ""


def _usage_error(e: Exception) -> int:
    """Exit code for what typer raises (a mistake on the command line, Ctrl-C); anything else is a bug."""
    show = getattr(e, "show", None)
    if show is not None and hasattr(e, "exit_code"):
        show()
        return int(e.exit_code)
    if type(e).__name__ == "Abort":
        return 130
    traceback.print_exception(e)
    print("This is a bug in bench, not in your files. Please report the lines above.", file=sys.stderr)
    return BUG
