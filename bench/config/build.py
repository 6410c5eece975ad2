"""From a checked config to components: ``use:`` names a class, ``with:`` becomes its fields."""

import copy
import glob
import inspect
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from bench.config.components import Parameter, find, parameters, rest_of
from bench.config.load import Keys, Tree
from bench.config.parse import explain, inside
from bench.config.schema import Experiment, Model, Use
from bench.core.errors import ConfigError, Offline, SetupError, user_code
from bench.core.registry import Component
from bench.core.signature import signature
from bench.core.types import Column
from bench.runner.plan import MetricUse, System
from bench.text.clean import REASONING_RULE

_METHODS = {
    "data": ("read",),
    "models": ("summarise", "summarise_batch"),
    "metrics": ("score", "score_batch"),
}


@dataclass(frozen=True, slots=True)
class _Built:
    """An instance of a component, and those that it holds by the names of its parameters."""

    component: Component
    instance: Any
    inner: "Mapping[str, _Built]"


def build_systems(
    tree: Tree, models: Mapping[str, Model], recorded: Mapping[str, str] = {}
) -> tuple[System, ...]:
    """The systems of a config, in its order.

    Args:
        tree: The config.
        models: Its systems.
        recorded: Signatures by label, for systems whose own cannot be computed: the summaries of a run
            can be scored where its models are out of reach.

    Raises:
        ConfigError: with the place of the mistake.
        SetupError: a signature cannot be computed and none is recorded.
        Offline: the same, of every model that a hub out of reach would have to know.
    """
    systems = []
    unknown: dict[str, Offline] = {}
    for label, use in models.items():
        at = ("models", label)
        built = _build(tree, "models", at, use)
        if use.samples > 1 and not _takes_samples(at, built):
            what = f"the summary of {use.use} would be the same each time"
            raise tree.error((*at, "samples"), f"found {use.samples}, expected 1: {what}")
        try:
            sig = f"{_signature(at, built)}|{REASONING_RULE}"
        except SetupError as e:
            if label in recorded:
                sig = recorded[label]
            elif isinstance(e, Offline):
                unknown[label] = e
                continue
            else:
                raise
        with user_code(f"models.{label}", "apart"):
            apart = bool(getattr(built.instance, "apart", False))
        systems.append(System(label, built.instance, sig, apart, use.samples))
    _check_reached(unknown)
    return tuple(systems)


def _check_reached(unknown: Mapping[str, Offline]) -> None:
    """Name all components at once that a hub out of reach would have to know, by their labels."""
    if unknown:
        hints = dict.fromkeys(e.hint for e in unknown.values())
        raise Offline("\n".join(f"{k}: {e.message}" for k, e in unknown.items()), "\n".join(hints))


def _takes_samples(at: Keys, built: _Built) -> bool:
    """Whether a system, or one that it holds, is told which of several samples it makes, and they differ."""
    summarise = getattr(built.instance, "summarise", None)
    if not callable(summarise):
        return False
    try:
        told = "sample" in inspect.signature(summarise).parameters
    except ValueError:  # compiled code does not say
        told = True
    with user_code(".".join(map(str, at)), "draws"):
        differ = told and bool(getattr(built.instance, "draws", True))
    inner = [_takes_samples((*at, "with", name), part) for name, part in built.inner.items()]
    return differ and (not inner or any(inner))


def build_metrics(tree: Tree, metrics: Mapping[str, Use]) -> tuple[MetricUse, ...]:
    """The metrics of a config, in its order.

    Raises:
        ConfigError: with the place of the mistake.
        SetupError: a signature cannot be computed, because something is missing.
        Offline: the same, of every metric whose model a hub out of reach would have to know.
    """
    metrics_built = []
    unknown: dict[str, Offline] = {}
    taken: dict[str, str] = {}
    for label, use in metrics.items():
        at = ("metrics", label)
        built = _build(tree, "metrics", at, use)
        for name in _columns(tree, at, built.instance):
            other = taken.setdefault(f"{label}.{name}", label)
            if other != label:
                raise tree.error(at, f"its column '{label}.{name}' is also one of the metric '{other}'")
        try:
            metrics_built.append(MetricUse(label, built.instance, _signature(at, built)))
        except Offline as e:
            unknown[label] = e
    _check_reached(unknown)
    return tuple(metrics_built)


def build_reader(tree: Tree, data: Use) -> Any:
    """The reader of a config.

    Raises:
        ConfigError: with the place of the mistake.
    """
    return _build(tree, "data", ("data",), data).instance


@dataclass(frozen=True, slots=True)
class Named:
    """A component that a config names: where, with what, and in which folder the config lies."""

    at: Keys
    use: Use
    component: Component
    folder: Path | None


def named(tree: Tree, experiment: Experiment) -> Iterator[Named]:
    """Every component of a config; one that another one holds comes after it.

    Raises:
        ConfigError: a component that does not exist.
    """
    yield from _named(tree, "data", ("data",), experiment.data)
    labelled: Mapping[str, Use]
    for kind, labelled in (("models", experiment.models), ("metrics", experiment.metrics)):
        for label, use in labelled.items():
            yield from _named(tree, kind, (kind, label), use)


def _named(tree: Tree, kind: str, at: Keys, use: Use) -> Iterator[Named]:
    component, folder = find(tree, kind, at, use.use)
    yield Named(at, use, component, folder)
    for name, parameter in parameters(component.cls).items():
        if parameter.component and (value := use.parameters.get(name)) is not None:
            there = (*at, "with", name)
            yield from _named(
                tree, parameter.component, there, inside(tree, parameter.component, there, value)
            )


def located(tree: Tree, experiment: Experiment) -> Tree:
    """The tree with files that lie beside a config written as the working directory finds them.

    What a run records can then be scored again without the config file.

    Raises:
        ConfigError: a component that does not exist.
    """
    data = copy.deepcopy(tree.data)
    for found in named(tree, experiment):
        written: Any = data
        for key in found.at:
            written = written[key]
        if Path(found.component.origin).suffix == ".py":
            written["use"] = f"{found.component.origin}:{found.use.use.rpartition(':')[2]}"
        known = parameters(found.component.cls)
        for name, value in found.use.parameters.items():
            if name in known and known[name].path:
                written["with"][name] = _resolved(value, found.folder)
    return replace(tree, data=data)


def _build(tree: Tree, kind: str, at: Keys, use: Use) -> _Built:
    component, _ = find(tree, kind, at, use.use)
    if not any(hasattr(component.cls, m) for m in _METHODS[kind]):
        needed = " or ".join(f"{m}()" for m in _METHODS[kind])
        raise tree.error((*at, "use"), f"{use.use} has no {needed}")
    known = parameters(component.cls)
    values = _checked(tree, at, use, component.cls, known)
    inner = {}
    for name, parameter in known.items():
        if parameter.component and name in values:
            there = (*at, "with", name)
            if values[name] is not None or not parameter.optional:
                part = inside(tree, parameter.component, there, values[name])
                inner[name] = _build(tree, parameter.component, there, part)
    if rest := rest_of(known):
        values[rest] = {name: values.pop(name) for name in use.parameters if name not in known}
    held = {name: built.instance for name, built in inner.items()}
    return _Built(component, _made(tree, at, use, component.cls, values | held), inner)


def _checked(tree: Tree, at: Keys, use: Use, cls: type, known: Mapping[str, Parameter]) -> dict[str, Any]:
    """What ``with:`` says, in the types of the parameters."""
    given = use.parameters
    if given and not is_dataclass(cls):
        raise tree.error((*at, "with"), f"{use.use} takes no parameters: it is no dataclass")
    allowed = {name: p for name, p in known.items() if not p.rest}
    if rest := rest_of(known):
        if rest in given:
            raise _with_list_hint(
                tree.error((*at, "with", rest), "no such key: its entries stand in with: themselves"), use.use
            )
        allowed |= {name: known[rest] for name in given if name not in allowed}
    try:
        # JSON mode, because YAML has lists where a component has tuples.
        checked = _parameter_model(allowed).model_validate_json(json.dumps(given))
    except ValidationError as e:
        schema: dict[str, Any] = {"properties": {parameter: {} for parameter in allowed}}
        # Not from e: it has every value, keys too.
        raise _with_list_hint(explain(tree, (*at, "with"), e, schema), use.use) from None
    except (TypeError, ValueError) as e:
        raise tree.error((*at, "with"), f"not a plain value: {e}") from e
    return {name: getattr(checked, f"p{i}") for i, name in enumerate(allowed) if name in given}


def _parameter_model(allowed: Mapping[str, Parameter]) -> type[BaseModel]:
    """A pydantic model that refuses unknown names and wrong types; its own names clash with no parameter."""
    config = ConfigDict(extra="forbid", strict=True)
    made: dict[str, Any] = {}
    for i, (name, p) in enumerate(allowed.items()):
        kind = Any if p.component else p.type
        made[f"p{i}"] = (kind, pydantic.Field(... if p.needed else None, alias=name))
    return create_model("Parameters", __config__=config, **made)


def _made(tree: Tree, at: Keys, use: Use, cls: type, values: Mapping[str, Any]) -> Any:
    with user_code(".".join(map(str, at)), f"{cls.__name__}()"):
        try:
            return cls(**values)
        except (TypeError, ValueError) as e:
            keys, said = _about(at, str(e), use.parameters)
            raise _with_list_hint(tree.error(keys, said), use.use) from e
        except ConfigError as e:  # not a ValueError: its line is not to be shown
            keys, said = _about(at, e.message, use.parameters)
            raise tree.error(keys, said, e.hint, shown=False) from None


def _about(at: Keys, message: str, names: Collection[str]) -> tuple[Keys, str]:
    """The key of the parameter that a message is about, and what it says of it.

    It is the one before the first colon, or the first in quotes, or else the first word that is one.
    """
    head, colon, rest = message.partition(": ")
    if colon and head in names:
        return (*at, "with", head), rest
    asked = re.sub(r"\(did you mean .*?\?\)", "", message)
    found = []
    for name in names:
        word = re.escape(name)
        if quoted := re.search(rf"(['\"`]){word}\1", asked):
            found.append((0, quoted.start(), name))
        elif plain := re.search(rf"(?<![\w-]){word}(?![\w-])", asked):
            found.append((1, plain.start(), name))
    return ((*at, "with", min(found)[2]) if found else (*at, "with")), message


def _with_list_hint(error: ConfigError, name: str) -> ConfigError:
    return ConfigError(error.message, f"`bench list {name}` shows all parameters.")


def _resolved(value: Any, folder: Path | None) -> Any:
    """A relative path that is not below the working directory is looked for beside the config."""
    if folder is None or not isinstance(value, str) or not value:
        return value
    # Of something in a file, written ``file.py:name``, the file is looked for.
    file = value.partition(".py:")[0] + ".py" if ".py:" in value else value
    if Path(file).is_absolute() or _exists(file):
        return value
    return str(folder / value) if _exists(str(folder / file)) else value


def _exists(path: str) -> bool:
    """Whether it is a file, a folder or a pattern of some; it may also be the text of a prompt."""
    # Other than Path.exists this takes a text of any length.
    if os.path.exists(path):  # noqa: PTH110
        return True
    return "\n" not in path and bool(glob.glob(path, recursive=True))


def _signature(at: Keys, built: _Built) -> str:
    inner = {name: _signature((*at, "with", name), part) for name, part in built.inner.items()}
    with user_code(".".join(map(str, at)), "its signature"):
        return signature(built.component.name, built.instance, inner)


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
