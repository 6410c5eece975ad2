"""What a component says of itself: its docstring, parameters and columns."""

import inspect
import re
import textwrap
import types
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin

from bench.cli.cards import card
from bench.core.builtins import BUILTINS
from bench.core.errors import ConfigError, nearest, user_code
from bench.core.registry import KINDS, Component, plugins, resolve, singular

if TYPE_CHECKING:
    from bench.config.components import Parameter


def catalogue(kinds: list[str]) -> dict[str, dict[str, str]]:
    """Kind → name → first line of the docstring."""
    return {
        kind: {
            name: _first_line(resolve(kind, name).cls)
            for name in [*BUILTINS[kind], *(e.name for e in plugins(kind))]
        }
        for kind in kinds
    }


def find(name: str) -> Component:
    """The component of a name, whatever its kind.

    Raises:
        ConfigError: no kind has it.
    """
    names = [n for kind in KINDS for n in (*BUILTINS[kind], *(e.name for e in plugins(kind)))]
    for kind in KINDS:
        if name in BUILTINS[kind] or name in {e.name for e in plugins(kind)}:
            return resolve(kind, name)
    if ":" in name:
        component = resolve("metrics", name, Path.cwd())
        kind = "metrics" if hasattr(component.cls, "columns") else "models"
        kind = "data" if hasattr(component.cls, "read") else kind
        return Component(kind, component.name, component.cls, component.origin)
    raise ConfigError(
        f"nothing is called '{name}'{nearest(name, [*names, *KINDS])}", "`bench list` shows all."
    )


def describe(name: str) -> str:
    """One component as text: what it is, its parameters with types and defaults, its columns."""
    component = find(name)
    about = describe_as_json(name)
    paragraphs = _plain(about["doc"]).split("\n\n")
    lines = [f"{name} · {component.kind} · {component.origin}", ""]
    lines += "\n\n".join(textwrap.fill(" ".join(p.split()), 78) for p in paragraphs).splitlines()
    if about["parameters"] or about["rest"] is not None:
        lines += ["", "Parameters (the config's with:)"]
        for p in about["parameters"]:
            default = f" = {p['default']}" if p["default"] != "" else " (needed)"
            lines.append(f"  {p['name']}{default}")
            lines += [f"      {line}" for text in (p["doc"], p["type"]) for line in textwrap.wrap(text, 74)]
        if about["rest"] is not None:
            lines.append("  and any other name")
            lines += [f"      {line}" for line in textwrap.wrap(about["rest"], 74)]
    else:
        lines += ["", "No parameters."]
    if about["columns"]:
        lines += ["", "Columns (tables show those marked *)"]
        width = max(len(c["name"]) for c in about["columns"])
        for c in about["columns"]:
            arrow = {"high": "↑", "low": "↓", "none": " "}[c["better"]]
            mark = "*" if c["shown"] else " "
            lines.append(
                f"  {mark} {c['name']:<{width}} {arrow}  {c['unit']}, {c['range'][0]} to {c['range'][1]}"
            )
    needed = ", ".join(
        f"{p['name']}: {'{use: …}' if p['component'] else '…'}"
        for p in about["parameters"]
        if p["default"] == ""
    )
    use = f"{{use: {name}, with: {{{needed}}}}}" if needed else f"{{use: {name}}}"
    label = "data" if component.kind == "data" else name.rpartition(":")[2].lower()
    example = f"{label}: {use}" if component.kind == "data" else f"{component.kind}: {{{label}: {use}}}"
    fits = len(example) <= 66
    lines += ["", f"In a config:  {example}"] if fits else ["", "In a config:", f"  {example}"]
    if about["card"]:
        lines += ["", about["card"]]
    return _plain("\n".join(lines))


def _plain(text: str) -> str:
    """A docstring without its mark-up."""
    return re.sub(r":\w+:`([^`]*)`", r"\1", text).replace("``", "")


def describe_as_json(name: str) -> dict[str, Any]:
    """The same as plain data."""
    from bench.config.components import parameters, rest_of

    component = find(name)
    doc, attributes = _split_doc(component.cls)
    for base in component.cls.__mro__[1:-1]:
        attributes = _split_doc(base)[1] | attributes
    known = parameters(component.cls)
    rest = rest_of(known)
    described = [
        {
            "name": parameter,
            "type": _type_of(p),
            "component": p.component,
            "default": "" if p.needed else _spelled(p.default),
            "doc": attributes.get(parameter, ""),
        }
        for parameter, p in known.items()
        if parameter != rest
    ]
    return {
        "name": name,
        "kind": component.kind,
        "origin": component.origin,
        "doc": doc,
        "card": card(name) if component.kind == "metrics" and component.origin == "builtin" else None,
        "needs": sorted(_fact(component, "needs")),
        "parameters": described,
        "rest": attributes.get(rest, "") if rest else None,
        "columns": [
            {
                "name": c.name, "better": c.better, "unit": c.unit, "shown": c.shown,
                "range": ["∞" if x == float("inf") else x for x in c.range],
            }
            for c in _columns(component)
        ],
    }  # fmt: skip


def _columns(component: Component) -> tuple[Any, ...]:
    return tuple(_fact(component, "columns")) if component.kind == "metrics" else ()


def _fact(component: Component, name: str) -> Collection[Any]:
    """A fact about the class, or about its instance with defaults; nothing where parameters are needed."""
    found = getattr(component.cls, name, ())
    if not isinstance(found, property | cached_property):
        return cast("Collection[Any]", found)
    with user_code(component.name, name):
        try:
            instance = component.cls()
        except (TypeError, ValueError):  # parameters that have no defaults, or not these together
            return ()
        return cast("Collection[Any]", getattr(instance, name))


def _first_line(cls: type) -> str:
    return (inspect.getdoc(cls) or "no description").splitlines()[0]


def _split_doc(cls: type) -> tuple[str, dict[str, str]]:
    """A docstring without its ``Attributes:`` section, and that section by name."""
    text, _, section = (inspect.cleandoc(cls.__doc__ or "")).partition("\nAttributes:\n")
    attributes: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        if line.startswith("    ") and not line.startswith("     "):
            name, _, rest = line.strip().partition(":")
            attributes[name] = rest.strip()
        elif line.startswith("     ") and name:
            attributes[name] += " " + line.strip()
    return text.strip(), attributes


def _type_of(parameter: "Parameter") -> str:
    if parameter.component is None:
        return _type(parameter.type)
    return f"a {singular(parameter.component)}{' | null' if parameter.optional else ''}"


def _type(kind: Any) -> str:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " | ".join(map(str, args))
    if origin in (Union, types.UnionType):
        return " | ".join(_type(a) for a in args)
    if origin in (tuple, list, Sequence):
        return f"list of {_type(args[0])}"
    if origin in (dict, Mapping):
        return "map"
    return "null" if kind is type(None) else getattr(kind, "__name__", str(kind))


def _spelled(value: Any) -> str:
    """A default as a config would write it."""
    match value:
        case tuple():
            return f"[{', '.join(map(_spelled, value))}]"
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case "":
            return "''"
        case _:
            return str(value)
