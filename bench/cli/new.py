"""``bench new``: copy a template that works as it stands."""

import ast
import keyword
import re
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

KINDS = ("experiment", "model", "metric", "data")


def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="experiment, model, metric or data.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="A word, such as brevity.")],
    folder: Annotated[Path, typer.Option("--in", help="Where to put it.")] = Path(),
) -> None:
    """Start an experiment (a config and a few articles), or a model, metric or reader of your own."""
    from bench.core.errors import ConfigError, nearest

    if kind not in KINDS:
        raise ConfigError(f"no template '{kind}'{nearest(kind, KINDS)}", f"Known: {', '.join(KINDS)}.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise ConfigError(f"'{name}' is no usable name", "A letter, then letters, digits, - and _.")
    words = re.split(r"[-_]", name)
    module = "_".join(w.lower() for w in words if w)
    filled = {"NAME": name, "MODULE": module, "CLASS": "".join(w[:1].upper() + w[1:] for w in words)}
    for source, target in _targets(kind, folder, filled):
        if target.suffix == ".py":
            _check_names(source, filled)
        if target.exists():
            raise ConfigError(f"{target} exists already", "Choose another name, or --in FOLDER.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_fill(source, filled), "utf-8")
        except OSError as e:
            raise ConfigError(f"{target}: cannot be written: {e.strerror}") from e
        typer.echo(target)
    typer.echo(_next(kind, folder, filled), err=True)


def _targets(kind: str, folder: Path, filled: dict[str, str]) -> list[tuple[str, Path]]:
    """Text of each template file and where it goes, read before anything is written."""
    with as_file(files("bench") / "templates" / kind) as root:
        found = []
        for path in sorted(
            p for p in root.rglob("*") if p.is_file() and p.suffix in (".yaml", ".txt", ".py", ".md")
        ):
            inside = Path(_fill(str(path.relative_to(root)), filled))
            place = folder / filled["NAME"] / inside if kind == "experiment" else folder / inside
            found.append((path.read_text("utf-8"), place))
        return found


def _check_names(source: str, filled: dict[str, str]) -> None:
    """Refuse a name that Python, or the code of the template, needs for something else."""
    from bench.core.errors import ConfigError

    for name in (filled["CLASS"], filled["MODULE"]):
        if keyword.iskeyword(name):
            raise ConfigError(f"'{name}' is a keyword of Python", "Choose another name.")
        if name in _imports(source):
            raise ConfigError(f"'{name}' is taken: the template imports it", "Choose another name.")


def _imports(source: str) -> set[str]:
    """Names and modules that code imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {name.name for name in node.names}
    return found


def _fill(text: str, filled: dict[str, str]) -> str:
    for key, value in filled.items():
        text = text.replace(f"__{key}__", value)
    return text


def _next(kind: str, folder: Path, filled: dict[str, str]) -> str:
    file = folder / f"{filled['MODULE']}.py"
    use = f"./{file}:{filled['CLASS']}" if not file.is_absolute() else f"{file}:{filled['CLASS']}"
    label = filled["MODULE"]
    match kind:
        case "experiment":
            return f"\nNext:  cd {folder / filled['NAME']} && bench run config.yaml"
        case "data":
            return f"\nNext:  bench run CONFIG --set data.use={use} --set data.with.path=FILE"
        case _:
            return f"\nNext:  bench run CONFIG --set {kind}s.{label}.use={use}"
