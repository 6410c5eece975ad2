"""A config file and what the command line changes in it, as a plan that can run."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.config import build
from bench.config.components import parameters
from bench.config.load import Keys, Place, Tree, load, merge, override
from bench.config.named import check_names
from bench.config.parse import parse
from bench.config.schema import Experiment
from bench.config.sweep import expand
from bench.core.errors import ConfigError, nearest, user_code
from bench.core.signature import signature
from bench.core.types import Document
from bench.data.select import load as load_dataset
from bench.data.select import part
from bench.runner.plan import MetricUse, Plan, check_needs


@dataclass(frozen=True, slots=True)
class Changes:
    """What the command line says on top of a config."""

    settings: Sequence[str] = ()
    limit: int | None = None
    seed: int | None = None
    only_models: Sequence[str] = ()
    only_metrics: Sequence[str] = ()


def read_config(path: Path, changes: Changes) -> tuple[Tree, Experiment]:
    """Load, override, expand and check a config; files beside it are found from here afterwards.

    Raises:
        ConfigError: with the place of the mistake.
    """
    tree, experiment = apply(load(path), changes)
    tree = build.located(tree, experiment)
    return tree, parse(tree)


def apply(tree: Tree, changes: Changes) -> tuple[Tree, Experiment]:
    """Override, expand and check a tree that is there already.

    Raises:
        ConfigError: with the place of the mistake.
    """
    for text in changes.settings:
        tree = override(tree, text)
    if changes.limit is not None:
        tree = _set(tree, ("data", "limit"), changes.limit, "--limit")
    tree = expand(tree)
    if changes.only_models:
        tree = _choose(tree, "models", list(changes.only_models))
    if changes.only_metrics:
        tree = _choose(tree, "metrics", list(changes.only_metrics))
    experiment = parse(tree)
    if changes.seed is not None:
        tree = _seeded(tree, experiment, changes.seed)
        experiment = parse(tree)
    return tree, experiment


def make_plan(tree: Tree, experiment: Experiment, recorded: Mapping[str, str] = {}) -> Plan:
    """Build the components, load the documents, check that each need is met, and prepare for them.

    Args:
        tree: The config.
        experiment: The same, checked.
        recorded: See :func:`bench.config.build.build_systems`.

    Raises:
        ConfigError: an unmet need, a mistake in a component's parameters, or a comparison or gate by
            what is not there.
        DataError: documents that cannot be used, or outputs that do not fit them.
        SetupError: a system's signature cannot be computed and none is recorded.
    """
    systems = build.build_systems(tree, experiment.models, recorded)
    metrics = build.build_metrics(tree, experiment.metrics)
    notices = check_names(tree, experiment, metrics)
    reader = build.build_reader(tree, experiment.data)
    data = experiment.data
    if any(getattr(s.component, "whole", False) for s in systems):
        source = load_dataset(reader)
        dataset = part(source, data.sample, data.seed, data.limit)
    else:
        source = dataset = load_dataset(reader, data.sample, data.seed, data.limit)
    for kind, uses in (("models", systems), ("metrics", metrics)):
        for use in uses:
            with user_code(f"{kind}.{use.label}", "needs"):
                check_needs(kind, use.label, use.component, dataset.documents)
    for system in systems:
        if prepare := getattr(system.component, "prepare", None):
            of = source if getattr(system.component, "whole", False) else dataset
            with user_code(f"models.{system.label}", "prepare()"):
                notices += [f"{system.label}: {text}" for text in prepare(of.documents) or ()]
    notes = []
    if dataset.bad_rows:
        notes.append(f"{len(dataset.bad_rows)} bad rows were skipped; the manifest lists them")
    return Plan(
        name=experiment.name,
        source=str(experiment.data.parameters.get("path", experiment.data.use)),
        dataset=dataset,
        systems=systems,
        metrics=prepared(metrics, dataset.documents),
        max_failed=experiment.limits.max_failed,
        resamples=experiment.compare.resamples,
        seed=experiment.compare.seed,
        config=tree.data,
        config_text=to_yaml(tree.data),
        notes=tuple(notes),
        notices=tuple(notices),
    )


def prepared(metrics: Sequence[MetricUse], documents: Sequence[Document]) -> tuple[MetricUse, ...]:
    """Metrics that have seen the documents, each with the signature that it has then.

    Raises:
        ComponentError: a metric's ``prepare`` failed.
    """
    found = []
    for use in metrics:
        if prepare := getattr(use.component, "prepare", None):
            with user_code(f"metrics.{use.label}", "prepare()"):
                prepare(documents)
                name = use.signature.partition("|")[0]
                use = replace(use, signature=signature(name, use.component))
        found.append(use)
    return tuple(found)


def to_yaml(data: dict[str, Any]) -> str:
    """A resolved config as YAML."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    yaml.dump(json.loads(json.dumps(data)), stream)
    return stream.getvalue()


def _set(tree: Tree, keys: Keys, value: Any, option: str) -> Tree:
    data: Any = value
    for key in reversed(keys):
        data = {key: data}
    return merge(tree, Tree(data, {keys: Place(f"{option} {value}", 0, 0, "")}))


def _seeded(tree: Tree, experiment: Experiment, seed: int) -> Tree:
    """``--seed`` reaches the sample, the statistics and every component that has a seed."""
    tree = _set(tree, ("data", "seed"), seed, "--seed")
    tree = _set(tree, ("compare", "seed"), seed, "--seed")
    for found in build.named(tree, experiment):
        if "seed" in parameters(found.component.cls):
            tree = _set(tree, (*found.at, "with", "seed"), seed, "--seed")
    return tree


def _choose(tree: Tree, kind: str, labels: list[str]) -> Tree:
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
    left_out = tree.left_out | {(kind, label) for label in have if label not in kept}
    return replace(tree, data={**tree.data, kind: kept}, left_out=left_out)
