"""From a checked config to components: ``use:`` names a class, ``with:`` becomes its fields."""

import copy
import glob
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from bench.config.load import Keys, Tree
from bench.config.schema import Experiment, Use, explain
from bench.core.errors import ConfigError, nearest, user_code
from bench.core.registry import Component, resolve
from bench.core.signature import default_of, signature
from bench.core.types import Column
from bench.runner.plan import MetricUse, System
from bench.text.clean import REASONING_RULE

_METHODS = {
    "data": ("read",),
    "models": ("summarise", "summarise_batch"),
    "metrics": ("score", "score_batch"),
}
# Types of parameters: YAML can spell their values, and a signature too.
_SCALARS = (str, int, float, bool, NoneType, Path, Any, ...)
_CONTAINERS = (tuple, list, dict, Sequence, Mapping, Union, UnionType)
_ALLOWED = "Allowed are str, int, float, bool, None, Literal, Path, tuple, list and dict."


def build_systems(tree: Tree, models: Mapping[str, Use]) -> tuple[System, ...]:
    """The systems of a config, in its order.

    Raises:
        ConfigError: with the place of the mistake.
    """
    systems = []
    for label, use in models.items():
        component, instance = _build(tree, "models", ("models", label), use)
        sig = f"{_signature(('models', label), component, instance)}|{REASONING_RULE}"
        systems.append(System(label, instance, sig, bool(getattr(instance, "apart", False))))
    return tuple(systems)


def build_metrics(tree: Tree, metrics: Mapping[str, Use]) -> tuple[MetricUse, ...]:
    """The metrics of a config, in its order.

    Raises:
        ConfigError: with the place of the mistake.
    """
    built = []
    taken: dict[str, str] = {}
    for label, use in metrics.items():
        at = ("metrics", label)
        component, instance = _build(tree, "metrics", at, use)
        for name in _columns(tree, at, instance):
            other = taken.setdefault(f"{label}.{name}", label)
            if other != label:
                raise tree.error(at, f"its column '{label}.{name}' is also one of the metric '{other}'")
        built.append(MetricUse(label, instance, _signature(at, component, instance)))
    return tuple(built)


def build_reader(tree: Tree, data: Use) -> Any:
    """The reader of a config.

    Raises:
        ConfigError: with the place of the mistake.
    """
    return _build(tree, "data", ("data",), data)[1]


def parameters(cls: type) -> dict[str, tuple[Any, "Field[Any]"]]:
    """Name → (type, field) of a component's parameters; empty for a class that is no dataclass.

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
    known = {f.name: (hints[f.name], f) for f in fields(cls) if f.init}
    for name, (kind, _) in known.items():
        if not _writable(kind):
            shown = kind.__name__ if isinstance(kind, type) else kind
            raise ConfigError(f"{cls.__name__}.{name}: {shown} is no type for a parameter", _ALLOWED)
    return known


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


def _parameter_model(known: Mapping[str, tuple[Any, "Field[Any]"]]) -> type[BaseModel]:
    """A pydantic model that refuses unknown names and wrong types; its own names clash with no parameter."""
    config = ConfigDict(extra="forbid", strict=True)
    made: dict[str, Any] = {
        f"p{i}": (kind, pydantic.Field(... if default_of(f) is MISSING else None, alias=name))
        for i, (name, (kind, f)) in enumerate(known.items())
    }
    return create_model("Parameters", __config__=config, **made)


def located(tree: Tree, experiment: Experiment) -> Tree:
    """The tree with files that lie beside a config written as the working directory finds them.

    What a run records can then be scored again without the config file.

    Raises:
        ConfigError: a component that does not exist.
    """
    data = copy.deepcopy(tree.data)
    uses: list[tuple[str, Keys, Use, dict[str, Any]]] = [("data", ("data",), experiment.data, data["data"])]
    for kind in ("models", "metrics"):
        labelled: Mapping[str, Use] = getattr(experiment, kind)
        uses += [(kind, (kind, label), use, data[kind][label]) for label, use in labelled.items()]
    for kind, at, use, written in uses:
        component, folder = find(tree, kind, at, use)
        if Path(component.origin).suffix == ".py":
            written["use"] = f"{component.origin}:{use.use.rpartition(':')[2]}"
        known = parameters(component.cls)
        for name, value in use.parameters.items():
            written["with"][name] = _resolved(value, known.get(name), folder)
    return Tree(data, tree.places)


def find(tree: Tree, kind: str, at: Keys, use: Use) -> tuple[Component, Path | None]:
    """The component that a config names, and the folder of that config.

    Raises:
        ConfigError: there is none, or its parameters have types that a config cannot write.
    """
    place = tree.place((*at, "use"))
    folder = Path(place.file).parent if place and place.line else None
    try:
        component = resolve(kind, use.use, folder)
        parameters(component.cls)
    except ConfigError as e:
        raise tree.error((*at, "use"), e.message, e.hint) from e
    return component, folder


def _build(tree: Tree, kind: str, at: Keys, use: Use) -> tuple[Component, Any]:
    component, _ = find(tree, kind, at, use)
    cls = component.cls
    if not any(hasattr(cls, m) for m in _METHODS[kind]):
        needed = " or ".join(f"{m}()" for m in _METHODS[kind])
        raise tree.error((*at, "use"), f"{use.use} has no {needed}")
    return component, _instance(tree, at, use.use, cls, use.parameters)


def _instance(tree: Tree, at: Keys, name: str, cls: type, given: dict[str, Any]) -> Any:
    if given and not is_dataclass(cls):
        raise tree.error((*at, "with"), f"{name} takes no parameters: it is no dataclass")
    known = parameters(cls)
    try:
        # JSON mode, because YAML has lists where a component has tuples.
        checked = _parameter_model(known).model_validate_json(json.dumps(given))
    except ValidationError as e:
        schema: dict[str, Any] = {"properties": {parameter: {} for parameter in known}}
        raise _with_list_hint(explain(tree, (*at, "with"), e, schema), name) from e
    except (TypeError, ValueError) as e:
        raise tree.error((*at, "with"), f"not a plain value: {e}") from e
    values = {k: getattr(checked, f"p{i}") for i, k in enumerate(known) if k in given}
    with user_code(".".join(map(str, at)), f"{cls.__name__}()"):
        try:
            return cls(**values)
        except (TypeError, ValueError) as e:
            named = next((k for k in given if k in str(e)), None)
            keys = (*at, "with", named) if named else (*at, "with")
            raise _with_list_hint(tree.error(keys, str(e)), name) from e


def _with_list_hint(error: ConfigError, name: str) -> ConfigError:
    return ConfigError(error.message, f"`bench list {name}` shows all parameters.")


def _resolved(value: Any, parameter: tuple[Any, "Field[Any]"] | None, folder: Path | None) -> Any:
    """A relative path that is not below the working directory is looked for beside the config."""
    if parameter is None or not parameter[1].metadata.get("path") or not isinstance(value, str):
        return value
    if folder is None or Path(value).is_absolute() or _exists(value):
        return value
    beside = str(folder / value)
    return beside if _exists(beside) else value


def _exists(path: str) -> bool:
    return Path(path).exists() or bool(glob.glob(path, recursive=True))


def _signature(at: tuple[str, str], component: Component, instance: Any) -> str:
    with user_code(".".join(at), "its signature"):
        return signature(component.name, instance)


def _columns(tree: Tree, at: tuple[str, str], metric: Any) -> list[str]:
    """Names of the columns that a metric declares."""
    with user_code(".".join(at), "columns"):
        columns = getattr(metric, "columns", None)
    if not (isinstance(columns, tuple) and columns and all(isinstance(c, Column) for c in columns)):
        raise tree.error((*at, "use"), "the metric declares no columns (a tuple of bench.Column)")
    names = [c.name for c in columns]
    if len(set(names)) < len(names):
        raise tree.error((*at, "use"), f"two columns have one name: {', '.join(names)}")
    return names


def choose(tree: Tree, kind: str, labels: list[str]) -> Tree:
    """Keep only some of the models or metrics (``--only-models``, ``--only-metrics``).

    Raises:
        ConfigError: a label that does not exist.
    """
    have = tree.data.get(kind) or {}
    if not isinstance(have, dict):
        return tree  # the schema says what is wrong with it
    for label in labels:
        if label not in have:
            raise ConfigError(
                f"--only-{kind} {label}: no such label{nearest(label, have)}", f"Known: {', '.join(have)}."
            )
    kept = {k: v for k, v in have.items() if k in labels}
    return Tree({**tree.data, kind: kept}, tree.places)
