"""``sweep:`` multiplies a system: ``models.bart.with.num_beams: [1, 4]`` makes bart[num_beams=1] and [=4]."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from bench.config.load import Keys, Place, Tree
from bench.core.errors import nearest


def expand(tree: Tree) -> Tree:
    """The tree with every swept system replaced by one system for each combination of its values.

    A parameter of a system inside of another one is ``models.long.with.system.with.num_beams``, and makes
    ``long[system.num_beams=4]``.

    Raises:
        ConfigError: a key that is not ``models.LABEL.with.PARAMETER``, values that are no list, a
            swept model that is no map, or two systems with one label.
    """
    sweep = tree.data.get("sweep")
    models = tree.data.get("models")
    if not isinstance(sweep, dict) or not isinstance(models, dict):
        return tree
    axes: dict[str, list[_Axis]] = {}
    for key, values in sweep.items():
        label, path = _parts(tree, key, models)
        if not isinstance(values, list) or not values:
            raise tree.error(("sweep", key), f"expected a list of values, found {values!r}")
        axes.setdefault(label, []).append(_Axis(key, path, values))
    expanded: dict[str, Any] = {}
    places = dict(tree.places)
    for label, use in models.items():
        swept = axes.get(label, [])
        for values in product(*(axis.values for axis in swept)):
            chosen = list(zip(swept, values, strict=True))
            new = label + (f"[{','.join(f'{axis.name}={v}' for axis, v in chosen)}]" if chosen else "")
            if chosen and (new in models or new in expanded):
                raise tree.error(
                    ("sweep", swept[-1].key),
                    f"two systems would be called '{new}'",
                    "Values that print alike, such as 1 and '1', cannot be told apart.",
                )
            expanded[new] = use
            if chosen:
                places |= _moved(tree, label, new)
            for axis, value in chosen:
                expanded[new] = _with(tree, ("models", label), expanded[new], axis.path, value)
                if place := tree.place(("sweep", axis.key)):
                    places["models", new, *axis.path] = place
    data = {k: v for k, v in tree.data.items() if k != "sweep"} | {"models": expanded}
    return Tree(data, places)


@dataclass(frozen=True, slots=True)
class _Axis:
    """A swept parameter: its key in ``sweep:``, where it stands in the system, and its values."""

    key: str
    path: tuple[str, ...]
    values: list[Any]

    @property
    def name(self) -> str:
        """As labels have it: without what every parameter has."""
        return ".".join(self.path[1::2])


def _parts(tree: Tree, key: str, models: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The label of a swept system, and where in it the parameter stands."""
    head, _, rest = key.partition(".")
    begins = (label for label in models if rest.startswith(f"{label}.with."))
    label = next(begins, rest.partition(".with.")[0])
    path = tuple(rest[len(label) + 1 :].split("."))
    if head != "models" or not label or len(path) % 2 or set(path[::2]) != {"with"} or not all(path):
        inside = "Of a system in a system: models.LABEL.with.system.with.PARAMETER."
        raise tree.error(("sweep", key), "expected models.LABEL.with.PARAMETER", inside)
    if label not in models:
        raise tree.error(("sweep", key), f"no model '{label}'{nearest(label, models)}")
    return label, path


def _with(tree: Tree, at: Keys, written: Any, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of ``{use: …, with: {…}}`` in which one parameter has another value."""
    given = written.get("with", {}) if isinstance(written, dict) else None
    if not isinstance(given, dict):
        raise tree.error(at, f"found {written!r}, expected {{use: …, with: {{…}}}}")
    _, name, *deeper = path
    if deeper:
        value = _with(tree, (*at, "with", name), given.get(name), tuple(deeper), value)
    return {**written, "with": {**given, name: value}}


def _moved(tree: Tree, old: str, new: str) -> dict[Keys, Place]:
    at = ("models", old)
    return {("models", new, *k[2:]): p for k, p in tree.places.items() if k[:2] == at}
