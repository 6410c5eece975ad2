"""From a name in a config to a class: builtin, entry point, ``pkg.module:Class`` or ``./file.py:Class``.

What is not a builtin carries the identity of its code in its name, and so in its signature: the hash
of the file that has the class, or the version of the distribution behind an entry point. Files that
a component imports are not in it: raise the component's ``version`` when a change of those changes
its results.
"""

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from bench.core.builtins import BUILTINS
from bench.core.errors import BenchError, ConfigError, nearest

USER = "bench_user_"  # how the name of a module begins that is a file of the user
KINDS = tuple(BUILTINS)
_RESERVED = ("columns", "needs", "version", "apart")


@dataclass(frozen=True, slots=True)
class Component:
    """A class that a config named, and the name by which signatures know it.

    Attributes:
        kind: ``data``, ``models`` or ``metrics``.
        name: The builtin's name, ``entry-point@version``, ``package.module:Class@sha256`` or
            ``file.py:Class@sha256`` (16 hex digits each).
        cls: The class itself.
        origin: ``builtin``, ``entry point of <distribution>``, ``module`` or the file's path.
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
        cls = _from_path(use)
        return _checked(Component(kind, use + _identity(cls), cls, "module"))
    for entry in plugins(kind):
        if entry.name == use:
            return _checked(_from_entry(kind, entry))
    known = [*BUILTINS[kind], *(e.name for e in plugins(kind))]
    raise ConfigError(
        f"unknown {singular(kind)} '{use}'{nearest(use, known)}",
        f"Known: {', '.join(sorted(known))}; or ./file.py:Class, or package.module:Class.",
    )


def plugins(kind: str) -> list[EntryPoint]:
    """Entry points of the group ``summbench.<kind>``, by name."""
    return sorted(entry_points(group=f"summbench.{kind}"), key=lambda e: e.name)


def singular(kind: str) -> str:
    """What a component of a kind is called."""
    return {"data": "data reader", "models": "model", "metrics": "metric"}[kind]


def _from_path(path: str) -> type:
    module_name, _, name = path.partition(":")
    if not all(part.isidentifier() for part in module_name.split(".")):
        raise ConfigError(f"'{path}' names no class", "Expected package.module:Class, or ./file.py:Class.")
    with _importing(module_name):
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError as e:
            if e.name and f"{module_name}.".startswith(f"{e.name}."):
                raise ConfigError(f"no module named '{e.name}' (for '{path}')") from e
            raise
        return _attribute(module, name, path)


@cache  # by class: a module that is edited but not loaded again still has its old code
def _identity(cls: type) -> str:
    """``@`` and a hash of the file that has the class; nothing for a class of bench, whose version counts."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if cls.__module__.partition(".")[0] == "bench" or file is None or not Path(file).is_file():
        return ""
    return f"@{hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]}"


def _from_entry(kind: str, entry: EntryPoint) -> Component:
    name, dist = entry.name, "?"
    if entry.dist:
        name, dist = f"{name}@{entry.dist.version}", entry.dist.name
    with _importing(entry.value):
        cls = entry.load()
    if not isinstance(cls, type):
        raise ConfigError(f"{entry.value} (the entry point '{entry.name}' of {dist}) is no class")
    return Component(kind, name, cls, f"entry point of {dist}")


@contextmanager
def _importing(what: str) -> Iterator[None]:
    """Code of others may raise anything while it is imported."""
    try:
        yield
    except BenchError:
        raise
    except (Exception, SystemExit) as e:
        raise ConfigError(f"{what}: cannot be imported: {type(e).__name__}: {e}") from e


def _from_file(kind: str, path: str, name: str, folder: Path | None) -> Component:
    candidates = [Path(path)] + ([folder / path] if folder else [])
    file = next((p for p in candidates if p.is_file()), None)
    if file is None:
        raise ConfigError(
            f"no such file: {path}", f"Looked in {' and '.join(str(p.parent) for p in candidates)}."
        )
    with _importing(str(file)):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        module = load_file(file, digest)
        return Component(kind, f"{file.name}:{name}@{digest}", _attribute(module, name, str(file)), str(file))


def load_file(file: Path, digest: str) -> ModuleType:
    """The module of a user's file, which may import its neighbours; imported once for each content.

    Raises:
        ConfigError: no Python file. Whatever importing it raises is raised.
    """
    module_name = f"{USER}{file.stem}_{digest}"
    module = sys.modules.get(module_name)
    if module is not None:
        return module
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{file}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # dataclasses look their module up there
    folder = str(file.resolve().parent)
    sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(module_name, None)
        raise
    finally:
        if folder in sys.path:  # unless the file itself took it away
            sys.path.remove(folder)
    return module


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
