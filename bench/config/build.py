"""From a checked config to components: ``use:`` names a class, ``with:`` becomes its fields."""

import copy
import glob
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from bench.config.load import Keys, Tree
from bench.config.schema import Experiment, Use, explain
from bench.core.errors import BenchError, ConfigError, nearest
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


def build_systems(tree: Tree, models: Mapping[str, Use]) -> tuple[System, ...]:
    """The systems of a config, in its order.

    Raises:
        ConfigError: with the place of the mistake.
    """
    systems = []
    for label, use in models.items():
        component, instance = _build(tree, "models", ("models", label), use)
        sig = f"{signature(component.name, instance)}|{REASONING_RULE}"
        systems.append(System(label, instance, sig, bool(getattr(instance, "apart", False))))
    return tuple(systems)


def build_metrics(tree: Tree, metrics: Mapping[str, Use]) -> tuple[MetricUse, ...]:
    """The metrics of a config, in its order.

    Raises:
        ConfigError: with the place of the mistake.
    """
    built = []
    for label, use in metrics.items():
        component, instance = _build(tree, "metrics", ("metrics", label), use)
        _check_columns(tree, ("metrics", label, "use"), instance)
        built.append(MetricUse(label, instance, signature(component.name, instance)))
    return tuple(built)


def build_reader(tree: Tree, data: Use) -> Any:
    """The reader of a config.

    Raises:
        ConfigError: with the place of the mistake.
    """
    return _build(tree, "data", ("data",), data)[1]


def parameters(cls: type) -> dict[str, tuple[Any, "Field[Any]"]]:
    """Name → (type, field) of a component's parameters; empty for a class that is no dataclass."""
    if not is_dataclass(cls):
        return {}
    hints = get_type_hints(cls, include_extras=True)
    return {f.name: (hints[f.name], f) for f in fields(cls) if f.init}


def parameter_model(cls: type) -> type[BaseModel]:
    """A pydantic model of a component's parameters: unknown names and wrong types are refused."""
    known: dict[str, Any] = {
        name: (kind, ... if default_of(f) is MISSING else default_of(f))
        for name, (kind, f) in parameters(cls).items()
    }
    config = ConfigDict(extra="forbid", strict=True)
    return create_model(cls.__name__, __config__=config, **known)


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
        component, folder = _component(tree, kind, at, use)
        if Path(component.origin).suffix == ".py":
            written["use"] = f"{component.origin}:{use.use.rpartition(':')[2]}"
        known = parameters(component.cls)
        for name, value in use.parameters.items():
            written["with"][name] = _resolved(value, known.get(name), folder)
    return Tree(data, tree.places)


def _component(tree: Tree, kind: str, at: Keys, use: Use) -> tuple[Component, Path | None]:
    """The component that a config names, and the folder of that config."""
    place = tree.place((*at, "use"))
    folder = Path(place.file).parent if place and place.line else None
    try:
        return resolve(kind, use.use, folder), folder
    except ConfigError as e:
        raise tree.error((*at, "use"), e.message, e.hint) from e


def _build(tree: Tree, kind: str, at: Keys, use: Use) -> tuple[Component, Any]:
    component, _ = _component(tree, kind, at, use)
    cls = component.cls
    if not any(hasattr(cls, m) for m in _METHODS[kind]):
        needed = " or ".join(f"{m}()" for m in _METHODS[kind])
        raise tree.error((*at, "use"), f"{use.use} has no {needed}")
    return component, _instance(tree, at, use.use, cls, use.parameters)


def _instance(tree: Tree, at: Keys, name: str, cls: type, given: dict[str, Any]) -> Any:
    if given and not is_dataclass(cls):
        raise tree.error((*at, "with"), f"{name} takes no parameters: it is no dataclass")
    model = parameter_model(cls)
    try:
        # JSON mode, because YAML has lists where a component has tuples.
        checked = model.model_validate_json(json.dumps(given))
    except ValidationError as e:
        schema: dict[str, Any] = {"properties": {name: {} for name in parameters(cls)}}
        raise _with_list_hint(explain(tree, (*at, "with"), e, schema), name) from e
    except (TypeError, ValueError) as e:
        raise tree.error((*at, "with"), f"not a plain value: {e}") from e
    values = {k: getattr(checked, k) for k in model.model_fields}
    try:
        return cls(**values)
    except BenchError:
        raise
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


def _check_columns(tree: Tree, at: Keys, metric: Any) -> None:
    columns = getattr(metric, "columns", None)
    good = isinstance(columns, tuple) and columns and all(isinstance(c, Column) for c in columns)
    if not good:
        raise tree.error(at, "the metric declares no columns (a tuple of bench.Column)")
    names = [c.name for c in metric.columns]
    if len(set(names)) < len(names):
        raise tree.error(at, f"two columns have one name: {', '.join(names)}")


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
