"""YAML with places: every key knows its file and line, so that every error can name them.

YAML 1.2 through ruamel.yaml: ``no`` is text, ``1e-3`` a number, a key given twice an error. Tags are
refused; nothing in a config is code.
"""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.config.secrets import hidden
from bench.core.errors import ConfigError, nearest

Keys = tuple[str | int, ...]

# Far above any config, and low enough that whatever walks through the data later can.
DEPTH = 100
_QUOTES = "A text with one of : # { } [ ] & * in it needs quotes around it, or a | and lines of its own."
NODES = 100_000  # with aliases, a few lines of YAML can stand for billions


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key was written: a file and line, or an option of the command line (line 0)."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain data and the place of each key and item, by its path from the top.

    ``left_out`` are the (kind, label) of the models and metrics that the command line has left out.
    """

    data: dict[str, Any]
    places: dict[Keys, Place] = field(default_factory=dict)
    left_out: frozenset[tuple[str, str]] = frozenset()

    def place(self, keys: Keys) -> Place | None:
        """Place of a key, or of the nearest enclosing one that has a place."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys)

    def error(self, keys: Keys, message: str, hint: str = "", *, shown: bool = True) -> ConfigError:
        """A ConfigError that shows the line of a key with a mark under it, unless that has a secret."""
        place = self.place(keys)
        name = ".".join(repr(k)[1:-1] if isinstance(k, str) else str(k) for k in keys)
        where = str(place or "")
        if place and not place.line and not shown:  # an option, with its value
            where = where.partition("=")[0]
        head = f"{where}: " if where else ""
        text = f"{head}{name}: {message}" if name else f"{head}{message}"
        if place and place.line and shown:
            word = str(keys[-1]) if keys else ""
            at = place.text.find(word, place.column) if word else -1
            if at < 0:
                at = place.column
            text += f"\n    {hidden(place.text)}\n    {' ' * at}{'^' * max(1, len(word))}"
        return ConfigError(text, hint)


def load(path: Path) -> Tree:
    """A config file with everything that it extends.

    Raises:
        ConfigError: missing file, YAML mistake, duplicate key, tag, or a circle of ``extends``.
    """
    chain: dict[Path, Tree] = {}
    file: Path | None = path
    while file is not None:
        if file.resolve() in chain:
            raise ConfigError(f"{file}: extends itself, through {' → '.join(p.name for p in chain)}")
        tree = chain[file.resolve()] = _read(file)
        file = _parent(tree, file)
    *above, base = chain.values()
    for tree in reversed(above):
        base = merge(base, tree)
    return base


def _parent(tree: Tree, file: Path) -> Path | None:
    """The file that ``extends`` names, taken out of the tree."""
    parent = tree.data.pop("extends", None)
    if parent is None:
        return None
    if not isinstance(parent, str):
        raise tree.error(("extends",), f"expected a file name, found {parent!r}")
    found = file.parent / parent
    if not found.is_file():
        raise tree.error(("extends",), f"no such file: {found}")
    return found


def merge(base: Tree, over: Tree) -> Tree:
    """``over`` on top of ``base``: maps merge, scalars and lists replace, null deletes what is there.

    Raises:
        ConfigError: a model or metric is deleted that is not there; elsewhere null may be a value.
    """
    places = dict(base.places)
    if () in over.places:
        places[()] = over.places[()]
    data = _merge(base.data, over.data, (), places, over.places)
    return replace(base, data=data, places=places)


def _merge(
    base: Mapping[str, Any], over: Mapping[str, Any], at: Keys, places: dict[Keys, Place],
    new: Mapping[Keys, Place],
) -> dict[str, Any]:  # fmt: skip
    result = dict(base)
    for key, value in over.items():
        here = (*at, key)
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _merge(result[key], value, here, places, new)
        elif value is None and key in result:
            del result[key]
        elif value is None and at in (("models",), ("metrics",)):
            raise Tree({}, dict(new)).error(here, f"nothing to delete{nearest(key, base)}")
        else:
            for old in [k for k in places if k[: len(here)] == here]:
                del places[old]
            places |= {k: p for k, p in new.items() if k[: len(here)] == here}
            result[key] = value
        if here in new and key in result:
            places[here] = new[here]
    return result


def override(tree: Tree, text: str) -> Tree:
    """``--set models.bart.with.num_beams=8``: one key with a YAML value.

    Raises:
        ConfigError: no ``=``, no key, a value that is no YAML or has a comment.
    """
    name, equals, value = text.partition("=")
    keys = _keys(tree.data, name.strip().split("."))
    said = hidden(f"--set {text}")
    if not equals or not all(keys):
        raise ConfigError(f"{said}: expected KEY.KEY=VALUE", "For example: --set data.limit=50")
    if len(keys) > DEPTH:
        raise ConfigError(f"{said}: more than {DEPTH} keys deep")
    quotes = f"Quotes make it text: --set '{name}=\"…\"'"
    try:
        parsed = _parse(f"value: {value}" if value.strip() else "value: ''", said)
    except ConfigError as e:
        raise ConfigError(e.message, quotes) from e
    if parsed.data.keys() != {"value"}:
        raise ConfigError(f"{said}: expected one value", quotes)
    data: Any = parsed.data["value"]
    if str(data).count("#") < value.count("#"):
        raise ConfigError(f"{said}: YAML takes what follows the # for a comment", quotes)
    place = Place(said, 0, 0, "")
    places: dict[Keys, Place] = {tuple(keys): place}
    for key in reversed(keys):
        data = {key: data}
    for i in range(1, len(keys)):
        at = tuple(keys[:i])
        if at not in tree.places:
            places[at] = place
    return merge(tree, Tree(data, places))


def _keys(data: Any, parts: list[str]) -> list[str]:
    """Split a dotted path, except where an existing key (a label such as ``gpt-4.1``) has the dot."""
    keys = []
    while parts:
        known = data if isinstance(data, dict) else {}
        whole = (n for n in range(len(parts), 1, -1) if ".".join(parts[:n]) in known)
        n = next(whole, 1)
        keys.append(".".join(parts[:n]))
        parts = parts[n:]
        data = known.get(keys[-1])
    return keys


def _read(path: Path) -> Tree:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as e:
        near = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        hint = f"Configs there: {', '.join(near)}." if near else ""
        raise ConfigError(f"{path}: no such config", hint) from e
    except (OSError, UnicodeDecodeError) as e:
        raise ConfigError(f"{path}: cannot be read: {e}") from e
    return _parse(text, str(path))


def _parse(text: str, file: str) -> Tree:
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    lines = text.splitlines()
    try:
        _refuse_circles(text)
        loaded = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as e:
        problem, hint = (e.problem or e.context or "not YAML").splitlines()[0], _QUOTES
        if isinstance(e, DuplicateKeyError):
            problem, hint = problem.partition(" with value")[0].replace("found duplicate", "duplicate"), ""
        if (mark := e.problem_mark) is None:
            raise ConfigError(f"{file}: {problem}") from e
        shown = lines[mark.line] if mark.line < len(lines) else ""
        where = f"{file}:{mark.line + 1}: {problem}"
        marked = f"    {hidden(shown)}\n    {' ' * mark.column}^"
        raise ConfigError(f"{where}\n{marked}", hint) from None  # which quotes the text
    except RecursionError as e:
        raise ConfigError(f"{file}: nested more than {DEPTH} levels deep") from e
    except (YAMLError, ValueError, KeyError) as e:  # such as the 30th of February
        raise ConfigError(f"{file}: not YAML: {e}") from e
    places: dict[Keys, Place] = {}
    data = _plain(loaded if loaded is not None else {}, (), file, lines, places)
    if not isinstance(data, dict):
        raise ConfigError(f"{file}: expected keys at the top, found {type(data).__name__}")
    places[()] = Place(file, 0, 0, "")  # of a key that is nowhere: only its file can be named
    return Tree(data, places)


def _refuse_circles(text: str) -> None:
    """Refuse an alias inside of what it names, for which ruamel puts null."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

    around: list[str | None] = []
    for event in YAML(typ="rt", pure=True).parse(text) if "*" in text else ():
        match event:
            case CollectionStartEvent():
                around.append(event.anchor)
            case CollectionEndEvent():
                around.pop()
            case AliasEvent() if event.anchor in around:
                raise MarkedYAMLError(
                    problem=f"*{event.anchor} stands inside of what it names", problem_mark=event.start_mark
                )


def _plain(node: Any, at: Keys, file: str, lines: list[str], places: dict[Keys, Place]) -> Any:
    """Standard types out of ruamel's, noting where each key stands."""
    where = places.get(at, Place(file, 1, 0, lines[0] if lines else ""))

    def refuse(message: str) -> ConfigError:
        return Tree({}, {at: where}).error(at, message)

    if len(at) > DEPTH:
        raise ConfigError(f"{where}: nested more than {DEPTH} levels deep")
    if len(places) > NODES:
        raise ConfigError(
            f"{where}: more than {NODES:,} values", "An alias (*name) counts as often as it is used."
        )
    if getattr(getattr(node, "tag", None), "value", None):
        raise refuse(f"the tag {node.tag.value} is not allowed")
    positions = _positions(node)
    if isinstance(node, Mapping):
        result = {}
        for key, value in node.items():
            if not isinstance(key, str):
                raise refuse(f"the key {key!r} is not text; put it into quotes")
            here = (*at, str(key))
            line, column = positions.get(key, (where.line - 1, where.column))[:2]
            places[here] = Place(file, line + 1, column, lines[line])
            result[str(key)] = _plain(value, here, file, lines, places)
        return result
    if isinstance(node, list):
        for i in range(len(node)):
            line, column = positions[i][:2]
            places[*at, i] = Place(file, line + 1, column, lines[line])
        return [_plain(v, (*at, i), file, lines, places) for i, v in enumerate(node)]
    match node:
        case None | bool():
            return node
        case int():
            return int(node)
        case float():
            if not math.isfinite(node):
                raise refuse(f"found {float(node)}, expected a finite number")
            return float(node)
        case str():
            return str(node)
        case datetime.datetime():
            raise refuse("a time; put it into quotes if it is text")
        case datetime.date():
            return node.isoformat()
        case _:
            raise refuse(f"a value of type {type(node).__name__}")


def _positions(node: Any) -> dict[Any, Any]:
    """Line and column of each key or item; of a merged key (``<<: *name``) where it was written."""
    found: dict[Any, Any] = {}
    for merged in reversed(getattr(node, "merge", None) or []):  # the first of them counts
        # ruamel 0.18 has pairs of a number and a map there.
        found |= _positions(merged[1] if isinstance(merged, tuple) else merged)
    return found | (getattr(getattr(node, "lc", None), "data", None) or {})
