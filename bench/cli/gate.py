"""``bench gate``: a baseline saved, and a CI job that goes red when summaries got worse."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import options
from bench.cli.console import say, terminal_width
from bench.cli.options import Json, Limit, Offline, OnlyModels, Out, Seed, Set

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.api import Run
    from bench.config.plan import Changes
    from bench.report.gate import Gate


def gate(
    target: Annotated[
        str,
        typer.Argument(
            metavar="RUN|CONFIG", help="results/NAME (its latest complete run), a run, or a YAML file."
        ),
    ],
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Keep its values as OUT/baselines/NAME.jsonl.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="NAME", help="Judge it against this baseline, or a file.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Inconclusive fails, too.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Also as JUnit XML.")] = None,
    md: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also as Markdown, e.g. $GITHUB_STEP_SUMMARY.")
    ] = None,
    codequality: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also as GitLab's Code Quality report.")
    ] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Annotations for GitHub Actions, on stdout.")
    ] = False,
    limit: Limit = None,
    seed: Seed = None,
    settings: Set = [],  # noqa: B006 - typer reads the default
    only_models: OnlyModels = [],  # noqa: B006
    out: Out = Path("results"),
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Save a run as a baseline, or judge a run or a config against one; exit code 1: something got worse."""
    import secrets

    from bench import api
    from bench.config.plan import Changes
    from bench.core.errors import ConfigError
    from bench.report.render_gate import render_gate
    from bench.report.render_gate_annotations import github_commands, github_log
    from bench.report.render_gate_json import gate_json

    options.go_offline(offline)
    if (save is None) == (against is None):
        raise ConfigError(
            "bench gate takes one of --save NAME and --against NAME",
            "bench gate RUN --save NAME keeps a baseline; bench gate RUN|CONFIG --against NAME judges by it.",
        )
    only = options.commas(only_models)
    run, places = _run(target, Changes(settings, limit, seed, only), out, against)
    if save is not None:
        _save(run, save, out)
        return
    assert against is not None
    found = api.gate(run, against, results=out, only_models=only)
    code = api.exit_code(found, run, strict=strict)
    _write(found, places, {"junit": junit, "md": md, "codequality": codequality}, strict)
    if as_json:
        typer.echo(gate_json(found, code=code), nl=False)
    else:
        width = terminal_width()
        text = render_gate(found, width=width or 80, styled=width is not None)
        if github:
            text = github_log(text, secrets.token_hex(8)) + github_commands(found, places)
        typer.echo(text, nl=False)
    if lacking := api.incomplete(run):
        say(f"{run.path}: {lacking}")
    raise typer.Exit(code)


def _run(
    target: str, changes: "Changes", out: Path, against: str | None
) -> "tuple[Run, Mapping[str, tuple[str, int]]]":
    """The run to judge, made first where a config is named, and where the config has its systems.

    Raises:
        ConfigError: options that change a config, and no config.
    """
    import sys
    from contextlib import redirect_stdout

    from bench.api import check_gate, load
    from bench.cli.run import executed, say_failed
    from bench.config.plan import make_plan, read_config
    from bench.core.errors import ConfigError

    if Path(target).suffix not in (".yaml", ".yml") and not Path(target).is_file():
        if changes.settings or changes.limit is not None or changes.seed is not None:
            raise ConfigError(
                "--set, --limit and --seed change a config, and this is a run", "Name the config."
            )
        return load(target), {}
    with redirect_stdout(sys.stderr):
        tree, experiment = read_config(Path(target), changes)
        plan = make_plan(tree, experiment)
    if against is not None:
        check_gate(plan, against, results=out, only_models=changes.only_models)
    done = executed(plan, out)
    say_failed(done, plan)
    assert done.outcome is not None
    say(str(done.outcome.path))
    places = {}
    for system in plan.systems:
        place = tree.place(("models", system.label))
        places[system.label] = (place.file, place.line) if place and place.line else (target, 1)
    return done, places


def _save(run: "Run", name: str, out: Path) -> None:
    from bench.api import save_baseline
    from bench.report.escape import visible
    from bench.report.figures import counted

    saved = save_baseline(run, name, out)
    if saved.replaced:
        say(f"replaced the values of {saved.replaced}")
    systems = counted(len(saved.systems), "system")
    typer.echo(f"{saved.path}   {systems}, {visible(', '.join(saved.columns))}")


def _write(
    found: "Gate", places: "Mapping[str, tuple[str, int]]", wanted: "Mapping[str, Path | None]", strict: bool
) -> None:
    """Raises:
    ConfigError: a file that cannot be written.
    """
    from datetime import UTC, datetime

    from bench.core.errors import ConfigError
    from bench.report.render_gate_annotations import codequality
    from bench.report.render_gate_junit import render_gate_junit
    from bench.report.render_gate_markdown import render_gate_markdown

    made = {
        "junit": lambda: render_gate_junit(found, strict=strict, at=datetime.now(UTC)),
        "md": lambda: render_gate_markdown(found),
        "codequality": lambda: codequality(found, places),
    }
    for option, path in wanted.items():
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(made[option](), "utf-8")
            except OSError as e:
                raise ConfigError(f"--{option} {path}: cannot be written: {e.strerror}") from e
