"""Whether a config says what it may say, and a mistake in words that name its place."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bench.config.components import find, parameters, rest_of
from bench.config.load import Keys, Tree
from bench.config.schema import Data, Experiment, Model, Use
from bench.config.secrets import is_secret
from bench.core.errors import ConfigError, nearest


def parse(tree: Tree) -> Experiment:
    """The experiment that a tree describes.

    Raises:
        ConfigError: with the place of the first mistake, and how many there are.
    """
    try:
        return Experiment.model_validate(tree.data)
    except ValidationError as e:
        raise explain(tree, (), e, Experiment.model_json_schema()) from None  # it has every value, keys too


def inside(tree: Tree, kind: str, at: Keys, value: Any) -> Use:
    """What a parameter says that holds a component.

    Raises:
        ConfigError: it is no ``{use: …, with: {…}}``.
    """
    if not isinstance(value, dict):
        raise tree.error(at, f"found {_shown(value)}, expected {{use: …, with: {{…}}}}")
    try:
        return Use.model_validate(value)
    except ValidationError as e:
        raise explain(tree, at, e, Use.model_json_schema(), kind) from None


def explain(
    tree: Tree, at: Keys, error: ValidationError, schema: Mapping[str, Any], kind: str | None = None
) -> ConfigError:
    """The first mistake of a validation in the words of a config file.

    Args:
        tree: The whole config.
        at: Where what was validated stands in it.
        error: The mistakes.
        schema: Which keys are allowed there.
        kind: Of the component that stands there; when None, as the first key says.
    """
    details = error.errors(include_url=False)
    # A key that is not known says more than the one that is missing because of it.
    first = next((d for d in details if d["type"] == "extra_forbidden"), details[0])
    keys = (*at, *(k for k in first["loc"] if k != "[key]"))
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    if first["type"] == "extra_forbidden":
        said = _unknown(tree, kind or str(keys[0]), keys, _known(schema, first["loc"][:-1]))
    else:
        said = _say(tree, first, keys)
    return tree.error(keys, said + more)


def _unknown(tree: Tree, kind: str, keys: Keys, known: list[str]) -> str:
    near = nearest(str(keys[-1]), known)
    if "use" in known and (name := _owner(tree, kind, keys, rest=not near)):
        return f"no such key: it is a parameter of {name} and belongs into with:"
    if _is_beside(keys):
        return "no such key: it stands beside use: and with:"
    listed = f"; known: {', '.join(known)}" if known else ""
    return f"no such key{near}{listed}"


def _is_beside(keys: Keys) -> bool:
    """Whether a key of ``with:`` belongs one level higher."""
    match keys:
        case ("data", "with", key):
            return key in Data.model_fields and key not in Use.model_fields
        case ("models", _, "with", key):
            return key in Model.model_fields and key not in Use.model_fields
    return False


def _owner(tree: Tree, kind: str, keys: Keys, rest: bool) -> str | None:
    """The component beside whose name a key stands, if it is a parameter of it."""
    *above, key = keys
    written: Any = tree.data
    for part in above:
        written = written[part]
    name = written.get("use")
    if not isinstance(name, str):
        return None
    try:
        known = parameters(find(tree, kind, tuple(above), name)[0].cls)
    except ConfigError:
        return None
    return name if key in known or (rest and rest_of(known)) else None


def _say(tree: Tree, detail: ErrorDetails, keys: Keys) -> str:
    found = detail["input"]
    shown = "what is not shown" if keys and is_secret(keys[-1]) else _shown(found)
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"is needed and is not there{_near_label(tree, keys)}"
        case "literal_error":
            expected = context["expected"]
            hint = nearest(str(found), re.findall(r"'([^']*)'", expected))
            return f"found {shown}, expected {expected}{hint}"
        case "too_short":
            return "is empty, expected at least one entry"
        case "string_pattern_mismatch":
            if keys == ("name",):
                what = "letters, digits and _.+- only, and starts with a letter or digit"
                return f"{found!r} is no usable name: it has {what}"
            return f"{found!r} is no usable name: {_flaw(found)}"
        case "string_too_long":
            return f"has {len(found)} characters, expected at most {context['max_length']}"
        case _:
            message = detail["msg"]
            return f"found {shown}, expected {_expected(message)}"


def _near_label(tree: Tree, keys: Keys) -> str:
    """Which system or metric of another config may be meant by a label that has no ``use``."""
    if len(keys) != 3 or keys[2] != "use":
        return ""
    return nearest(str(keys[1]), [label for label in tree.data[str(keys[0])] if label != keys[1]])


def _shown(found: Any) -> str:
    match found:
        case None | bool():
            return json.dumps(found)
        case dict():
            unquoted = found and all(value is None for value in found.values())
            return "a map (a text in { } needs quotes)" if unquoted else "a map"
        case _:
            return repr(found)


def _flaw(label: str) -> str:
    """What keeps a text from being a label."""
    if not label:
        return "it is empty"
    # Category C: control characters, and what else takes no room in a table.
    if hidden := [c for c in label if unicodedata.category(c).startswith("C")]:
        return f"the character U+{ord(hidden[0]):04X} cannot be seen"
    return "it starts or ends with a space"


# What pydantic calls otherwise.
_YAML = {"a valid dictionary": "a map", "an object": "a map", "a valid array": "a list"}


def _expected(message: str) -> str:
    """pydantic's ``Input should be a valid integer`` as ``a valid integer``."""
    for prefix in ("Input should be ", "Value error, "):
        message = message.removeprefix(prefix)
    return _YAML.get(message, message)


def _known(schema: Mapping[str, Any], loc: tuple[str | int, ...]) -> list[str]:
    """Keys that are allowed where an unknown one was found."""
    node: Any = schema
    for key in loc:
        node = _resolved(schema, node)
        labelled = next(iter(node.get("patternProperties", {}).values()), None)
        node = node.get("properties", {}).get(key) or labelled or node.get("additionalProperties") or {}
        if isinstance(node, bool):
            node = {}
    return list(_resolved(schema, node).get("properties", {}))


def _resolved(schema: Mapping[str, Any], node: Any) -> Any:
    while isinstance(node, Mapping) and "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node
