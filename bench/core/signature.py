"""Signatures: the text beside every number that says how it came to be.

``rouge|types:rouge1,rougeL|agg:best|stem:porter|v:1`` is a component's name, each of its parameters
and its version. Two cells with equal signatures are interchangeable, so whatever changes a result
must be in it and whatever does not (a batch size, an engine with the same bits) must not.

Field metadata that is read here: ``{"sig": "stem"}`` renames a parameter, ``{"sig": None}`` leaves it
out, ``{"since": 2}`` leaves it out at its default, so that adding a parameter keeps old cells valid,
``{"rest": True}`` makes each entry of a dict a part of its own. A component inside of another one stands
as its own signature in brackets: ``long_document|system:[hf|model:…|v:1]|v:1``.

A component may have ``signature_parts() -> Mapping[str, str]`` for what is not a parameter: the
version of a library it relies on, the hash of a file it reads.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import PurePath
from typing import Any

_BARE = re.compile(r"[A-Za-z][\w./+-]*\Z")


def signature(name: str, component: object, inner: Mapping[str, str] = {}) -> str:
    """Signature of a component instance that the config calls ``name``.

    Args:
        name: What names its class.
        component: The instance.
        inner: Signatures of the components that fields of it hold, by field.
    """
    parts = [name]
    if is_dataclass(component) and not isinstance(component, type):
        for f in fields(component):
            label = f.metadata.get("sig", f.name)
            if label is None or not f.init:  # what is no parameter follows from the parameters
                continue
            value = getattr(component, f.name)
            if "since" in f.metadata and value == default_of(f):
                continue
            if f.name in inner:
                parts.append(f"{label}:[{inner[f.name]}]")
            elif f.metadata.get("rest"):
                parts += [f"{canonical(k)}:{canonical(value[k])}" for k in sorted(value)]
            else:
                parts.append(f"{label}:{canonical(value)}")
    extra = getattr(component, "signature_parts", None)
    if extra is not None:
        parts += [f"{k}:{v}" for k, v in extra().items()]
    parts.append(f"v:{getattr(component, 'version', 1)}")
    return "|".join(parts)


def default_of(f: "Field[Any]") -> Any:
    """Default of a dataclass field, or MISSING."""
    return f.default_factory() if f.default_factory is not MISSING else f.default


def canonical(value: Any) -> str:
    """One spelling per value; different values of one parameter never share one."""
    match value:
        case bool() | None:
            return json.dumps(value)
        case str():
            plain = _BARE.match(value) and value not in ("true", "false", "null")
            return value if plain else json.dumps(value, ensure_ascii=False).replace("|", "\\u007c")
        case PurePath():
            return canonical(str(value))
        case int() | float():
            return json.dumps(value)
        case Mapping():
            return "{" + ",".join(f"{canonical(str(k))}:{_inside(value[k])}" for k in sorted(value)) + "}"
        case Sequence():
            items = ",".join(map(_inside, value))
            return items if len(value) > 1 else f"[{items}]"
        case _:
            raise TypeError(f"a parameter of type {type(value).__name__} cannot be written into a signature")


def _inside(value: Any) -> str:
    """The spelling of a value in another one, where a comma would not tell whose items are whose."""
    several = isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 1
    return f"[{canonical(value)}]" if several else canonical(value)


def short(text: str, length: int = 8) -> str:
    """First hex digits of the SHA-256 of a text: names of runs and signatures."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
