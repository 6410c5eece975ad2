"""``sweep:`` multiplies a system: ``models.bart.with.num_beams: [1, 4]`` makes bart[num_beams=1] and [=4]."""

from itertools import product
from typing import Any

from bench.config.load import Keys, Place, Tree
from bench.core.errors import nearest


def expand(tree: Tree) -> Tree:
    """The tree with every swept system replaced by one system for each combination of its values.

    Raises:
        ConfigError: a key that is not ``models.LABEL.with.PARAMETER``, values that are no list, a
            swept model that is no map, or two systems with one label.
    """
    sweep = tree.data.get("sweep")
    models = tree.data.get("models")
    if not isinstance(sweep, dict) or not isinstance(models, dict):
        return tree
    axes: dict[str, list[tuple[str, list[Any]]]] = {}
    for key, values in sweep.items():
        label, parameter = _parts(tree, key, models)
        if not isinstance(values, list) or not values:
            raise tree.error(("sweep", key), f"expected a list of values, found {values!r}")
        axes.setdefault(label, []).append((parameter, values))
    expanded: dict[str, Any] = {}
    places = dict(tree.places)
    for label, use in models.items():
        if label in axes and not (isinstance(use, dict) and isinstance(use.get("with", {}), dict)):
            raise tree.error(("models", label), f"found {use!r}, expected {{use: …, with: {{…}}}}")
        names = [name for name, _ in axes.get(label, [])]
        for values in product(*(values for _, values in axes.get(label, []))):
            chosen = dict(zip(names, values, strict=True))
            new = label + (f"[{','.join(f'{k}={v}' for k, v in chosen.items())}]" if chosen else "")
            if chosen and (new in models or new in expanded):
                raise tree.error(
                    ("sweep", f"models.{label}.with.{names[-1]}"),
                    f"two systems would be called '{new}'",
                    "Values that print alike, such as 1 and '1', cannot be told apart.",
                )
            expanded[new] = {**use, "with": {**use.get("with", {}), **chosen}} if chosen else use
            if new != label:
                places |= _moved(tree, label, new)
    data = {k: v for k, v in tree.data.items() if k != "sweep"} | {"models": expanded}
    return Tree(data, places)


def _parts(tree: Tree, key: str, models: dict[str, Any]) -> tuple[str, str]:
    head, _, rest = key.partition(".")
    label, _, parameter = rest.rpartition(".with.")
    if head != "models" or not label or not parameter:
        raise tree.error(("sweep", key), "expected models.LABEL.with.PARAMETER")
    if label not in models:
        raise tree.error(("sweep", key), f"no model '{label}'{nearest(label, models)}")
    return label, parameter


def _moved(tree: Tree, old: str, new: str) -> dict[Keys, Place]:
    at = ("models", old)
    return {("models", new, *k[2:]): p for k, p in tree.places.items() if k[:2] == at}
