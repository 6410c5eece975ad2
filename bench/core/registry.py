"""From a name in a config to a class: builtin, entry point, ``pkg.module:Class`` or ``./file.py:Class``."""

import hashlib
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from bench.core.builtins import BUILTINS
from bench.core.errors import ConfigError, MissingExtra, nearest

KINDS = tuple(BUILTINS)
_RESERVED = ("columns", "needs", "version", "apart")


@dataclass(frozen=True, slots=True)
class Component:
    """A class that a config named, and the name by which signatures know it.

    Attributes:
        kind: ``data``, ``models`` or ``metrics``.
        name: The builtin or entry-point name, the dotted path, or ``file.py:Class@sha256``.
        cls: The class itself.
        origin: ``builtin``, ``entry point <distribution>``, ``module`` or the file's path.
    """

    kind: str
    name: str
    cls: type
    origin: str


def resolve(kind: str, use: str, folder: Path | None = None) -> Component:
    """Find the class that ``use`` names.

    Args:
        kind: One of ``KINDS``.
        use: The value of ``use:`` in a config.
        folder: Where a relative file is looked for after the working directory.

    Raises:
        ConfigError: unknown name, missing file, or a module that cannot be imported.
    """
    if use in BUILTINS[kind]:
        return _checked(Component(kind, use, _from_path(BUILTINS[kind][use]), "builtin"))
    if ":" in use:
        path, _, name = use.rpartition(":")
        if path.endswith(".py"):
            return _checked(_from_file(kind, path, name, folder))
        return _checked(Component(kind, use, _from_path(use), "module"))
    for entry in plugins(kind):
        if entry.name == use:
            dist = entry.dist.name if entry.dist else "?"
            return _checked(Component(kind, use, entry.load(), f"entry point of {dist}"))
    known = [*BUILTINS[kind], *(e.name for e in plugins(kind))]
    raise ConfigError(
        f"unknown {_singular(kind)} '{use}'{nearest(use, known)}",
        f"Known: {', '.join(sorted(known))}; or ./file.py:Class, or package.module:Class.",
    )


def plugins(kind: str) -> list[EntryPoint]:
    """Entry points of the group ``summbench.<kind>``, by name."""
    return sorted(entry_points(group=f"summbench.{kind}"), key=lambda e: e.name)


def _singular(kind: str) -> str:
    return {"data": "data reader", "models": "model", "metrics": "metric"}[kind]


def _from_path(path: str) -> type:
    module_name, _, name = path.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as e:
        missing = e.name or ""
        if module_name == missing or module_name.startswith(missing + "."):
            raise ConfigError(f"no module named '{missing}' (for '{path}')") from e
        raise ConfigError(f"'{module_name}' needs the module '{missing}', which is not installed") from e
    return _attribute(module, name, path)


def _from_file(kind: str, path: str, name: str, folder: Path | None) -> Component:
    candidates = [Path(path)] + ([folder / path] if folder else [])
    file = next((p for p in candidates if p.is_file()), None)
    if file is None:
        raise ConfigError(
            f"no such file: {path}", f"Looked in {' and '.join(str(p.parent) for p in candidates)}."
        )
    source = file.read_bytes()
    digest = hashlib.sha256(source).hexdigest()[:16]
    module_name = f"bench_user_{file.stem}_{digest}"
    module = sys.modules.get(module_name)
    if module is None:
        spec = importlib.util.spec_from_file_location(module_name, file)
        if spec is None or spec.loader is None:
            raise ConfigError(f"{file}: not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module  # dataclasses look their module up there
        try:
            spec.loader.exec_module(module)
        except MissingExtra:
            raise
        except (Exception, SystemExit) as e:
            del sys.modules[module_name]
            raise ConfigError(f"{file}: cannot be imported: {type(e).__name__}: {e}") from e
    return Component(kind, f"{file.name}:{name}@{digest}", _attribute(module, name, str(file)), str(file))


def _attribute(module: ModuleType, name: str, path: str) -> type:
    found = getattr(module, name, None)
    if not isinstance(found, type):
        classes = [
            n for n, v in vars(module).items() if isinstance(v, type) and v.__module__ == module.__name__
        ]
        hint = f"Classes there: {', '.join(classes)}." if classes else ""
        raise ConfigError(f"{path}: no class '{name}'{nearest(name, classes)}", hint)
    return found


def _checked(component: Component) -> Component:
    annotated = getattr(component.cls, "__dataclass_fields__", {})
    for reserved in _RESERVED:
        if reserved in annotated and "ClassVar" not in str(annotated[reserved].type):
            raise ConfigError(
                f"{component.name}: '{reserved}' is a dataclass field",
                f"Annotate it as ClassVar ('{reserved}: ClassVar = …'), or it becomes a parameter.",
            )
    return component
