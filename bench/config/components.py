"""The component that a config names, and its parameters: the fields of its dataclass."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from inspect import get_annotations
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from bench.config.load import Keys, Tree
from bench.core.errors import ConfigError
from bench.core.registry import KINDS, Component, resolve
from bench.core.signature import default_of

# Types of parameters: YAML can spell their values, and a signature too.
_SCALARS = (str, int, float, bool, NoneType, Path, Any, ...)
_CONTAINERS = (tuple, list, dict, Sequence, Mapping, Union, UnionType)
_ALLOWED = "Allowed are str, int, float, bool, None, Literal, Path, tuple, list and dict."


@dataclass(frozen=True, slots=True)
class Parameter:
    """A field of a component's dataclass.

    Attributes:
        type: Its annotation; of one that collects the rest, the type of a single entry.
        default: Its default, or MISSING for one that is needed.
        path: It names a file, which the config resolves.
        rest: It collects the parameters of ``with:`` that are no field.
        component: Kind of the component that it holds, written ``{use: …, with: {…}}``; or None.
    """

    type: Any
    default: Any
    path: bool = False
    rest: bool = False
    component: str | None = None

    @property
    def needed(self) -> bool:
        """Whether a config must have it."""
        return self.default is MISSING

    @property
    def optional(self) -> bool:
        """Whether null may stand for a component that is not there."""
        return self.default is None or NoneType in get_args(self.type)


def find(tree: Tree, kind: str, at: Keys, name: str) -> tuple[Component, Path | None]:
    """The component that a config calls ``name`` at ``at``, and the folder of that config.

    Raises:
        ConfigError: there is none, or its parameters have types that a config cannot write.
    """
    place = tree.place((*at, "use"))
    folder = Path(place.file).parent if place and place.line else None
    try:
        component = resolve(kind, name, folder)
        parameters(component.cls)
    except ConfigError as e:
        raise tree.error((*at, "use"), e.message, e.hint) from e
    return component, folder


def parameters(cls: type) -> dict[str, Parameter]:
    """A component's parameters by name; none for a class that is no dataclass.

    Raises:
        ConfigError: a type that a config or a signature cannot write, or that cannot be found.
    """
    if not is_dataclass(cls):
        return {}
    try:
        hints = get_type_hints(cls, include_extras=True)
    except Exception as e:  # an annotation is code
        name = getattr(e, "name", None)  # of a NameError
        where = next((f".{f.name}: {f.type}" for f in fields(cls) if name and name in str(f.type)), "")
        what = f"its type cannot be found: {e}" if where else f"its types cannot be found: {e}"
        raise ConfigError(f"{cls.__name__}{where}: {what}", _ALLOWED) from e
    own = get_annotations(cls)  # before those that it shares with others
    known = {
        f.name: _parameter(cls, f, hints[f.name])
        for f in sorted(fields(cls), key=lambda f: f.name not in own)
        if f.init
    }
    if len(rests := [name for name, p in known.items() if p.rest]) > 1:
        raise ConfigError(f"{cls.__name__}: {' and '.join(rests)} would both collect the rest of with:")
    return known


def rest_of(known: Mapping[str, Parameter]) -> str | None:
    """The parameter that collects what no other one is called."""
    return next((name for name, p in known.items() if p.rest), None)


def _parameter(cls: type, field: "Field[Any]", kind: Any) -> Parameter:
    where, about = f"{cls.__name__}.{field.name}", field.metadata
    component, rest = about.get("component"), bool(about.get("rest"))
    if component is None and not _writable(kind):
        shown = kind.__name__ if isinstance(kind, type) else kind
        raise ConfigError(f"{where}: {shown} is no type for a parameter", _ALLOWED)
    if component is not None and component not in KINDS:
        raise ConfigError(f"{where}: no kind of component {component!r}", f"Known: {', '.join(KINDS)}.")
    if rest and get_origin(kind) is not dict:
        raise ConfigError(f"{where}: what collects the rest of with: is a dict, such as dict[str, Any]")
    return Parameter(
        type=get_args(kind)[1] if rest else kind,
        default=default_of(field),
        path=bool(about.get("path")),
        rest=rest,
        component=component,
    )


def _writable(kind: Any) -> bool:
    kind = getattr(kind, "__value__", kind)  # of a ``type`` alias
    origin, inside = get_origin(kind), get_args(kind)
    if origin is None:
        return kind in _SCALARS or kind in _CONTAINERS
    if origin is Annotated:
        return _writable(inside[0])
    if origin is Literal:
        return all(type(value) in _SCALARS for value in inside)
    return origin in _CONTAINERS and all(map(_writable, inside))
