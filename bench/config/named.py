"""``compare:`` and ``gate:`` name a system and columns, which must be those of the config."""

from collections.abc import Iterator, Sequence

from bench.config.load import Keys, Tree
from bench.config.schema import Experiment
from bench.core.errors import ConfigError, nearest
from bench.core.types import ColumnInfo, ScoreTable
from bench.report.columns import compared_columns
from bench.runner.plan import MetricUse


def check_names(tree: Tree, experiment: Experiment, metrics: Sequence[MetricUse]) -> list[str]:
    """Refuse what is not there, but for what ``--only-models`` or ``--only-metrics`` left out.

    Args:
        tree: The config.
        experiment: The same, checked.
        metrics: Its metrics.

    Returns:
        A note for the user on what was left out, or nothing.

    Raises:
        ConfigError: with the place of the mistake.
    """
    said = [f"{key} {name}" for key, name in _left_out(tree, experiment, metrics)]
    what = "left out by --only-models or --only-metrics, and so not used"
    return [f"{what}: {', '.join(said)}"] * bool(said)


def _left_out(tree: Tree, experiment: Experiment, metrics: Sequence[MetricUse]) -> Iterator[tuple[str, str]]:
    baseline, known = experiment.compare.baseline, experiment.models
    if ("models", baseline) in tree.left_out:
        yield "compare.baseline", str(baseline)
    elif baseline is not None and baseline not in known:
        what = f"no system '{baseline}'{nearest(baseline, known)}"
        raise tree.error(("compare", "baseline"), what, f"There are: {', '.join(known)}.")
    infos = tuple(ColumnInfo(f"{m.label}.{c.name}", c, m.signature) for m in metrics for c in m.columns)
    table = ScoreTable(experiment.name, (), (), infos, {})
    fewer = any(kind == "metrics" for kind, _ in tree.left_out)
    for at, name in _columns(experiment):
        try:
            compared_columns(table, [name])
        except ConfigError as e:
            # The end of a column's id does not say of which metric it is.
            if not fewer or any(name.startswith(f"{m.label}.") for m in metrics):
                raise tree.error(at, e.message.removeprefix(f"{at[-1]}: "), e.hint) from e
            yield ".".join(map(str, at[:2])), name


def _columns(experiment: Experiment) -> Iterator[tuple[Keys, str]]:
    yield from ((("compare", "columns", i), name) for i, name in enumerate(experiment.compare.columns))
    yield from ((("gate", "columns", name), name) for name in experiment.gate.columns)
