"""Scores of summaries in memory: nothing stays on disk."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bench.api.runs import Run
from bench.config.build import build_metrics
from bench.config.load import Tree
from bench.config.plan import Changes, apply, prepared
from bench.config.quick import with_metrics
from bench.core.errors import DataError
from bench.core.signature import short
from bench.core.types import Document, ScoreTable
from bench.data.memory import InMemory, id_of
from bench.data.select import load as load_documents
from bench.report.board import Leaderboard
from bench.runner.execute import execute
from bench.runner.plan import Plan, System, check_needs
from bench.runner.watch import Watch


def score(
    documents: Iterable[Document | Mapping[str, Any]],
    summaries: Mapping[str, Sequence[str] | Mapping[str, str]] | Sequence[str],
    metrics: Sequence[str] = ("rouge",),
    settings: Sequence[str] = (),
) -> Leaderboard:
    """Score summaries in memory; nothing stays on disk.

    Args:
        documents: Documents, or mappings with their fields (``references`` a list of texts).
        summaries: For each system its summaries, in the order of the documents or by document id; or
            one list, for a system called ``candidate``.
        metrics: Names as in a config's ``use:``.
        settings: Overrides such as ``"metrics.rouge.with.agg=mean"``.

    Raises:
        DataError: something that is no document, an id that occurs twice, a summary that is no text, a
            document without a summary, or the reverse.
        ConfigError: an unknown metric, different ones of one name, or a need that the documents do not
            meet.
    """
    with _scored(documents, summaries, metrics, settings) as run:
        return run.leaderboard()


def score_table(
    documents: Iterable[Document | Mapping[str, Any]],
    summaries: Mapping[str, Sequence[str] | Mapping[str, str]] | Sequence[str],
    metrics: Sequence[str] = ("rouge",),
    settings: Sequence[str] = (),
    *,
    cache: Path | None = None,
    watch: Watch | None = None,
) -> ScoreTable:
    """The same, as every value instead of means; ``cache`` is the folder of the answers of models.

    Raises:
        BenchError: as :func:`score`.
    """
    with _scored(documents, summaries, metrics, settings, cache, watch) as run:
        return run.table()


@contextmanager
def _scored(
    documents: Iterable[Document | Mapping[str, Any]],
    summaries: Mapping[str, Sequence[str] | Mapping[str, str]] | Sequence[str],
    metrics: Sequence[str],
    settings: Sequence[str],
    cache: Path | None = None,
    watch: Watch | None = None,
) -> Iterator[Run]:
    dataset = load_documents(InMemory(documents))
    systems = summaries if isinstance(summaries, Mapping) else {"candidate": summaries}
    config: dict[str, Any] = {
        "name": "score",
        "data": {"use": "memory"},
        "models": {label: {"use": "memory"} for label in systems},
    }
    tree, experiment = apply(with_metrics(Tree(config), metrics), Changes(settings))
    plan = Plan(
        name=experiment.name,
        source="memory",
        dataset=dataset,
        systems=tuple(_given(label, dataset.documents, texts) for label, texts in systems.items()),
        metrics=prepared(build_metrics(tree, experiment.metrics), dataset.documents),
        resamples=experiment.compare.resamples,
        seed=experiment.compare.seed,
        config=tree.data,
    )
    for metric in plan.metrics:
        check_needs("metrics", metric.label, metric.component, dataset.documents)
    with tempfile.TemporaryDirectory() as folder:
        outcome = execute(plan, Path(folder), cache=cache, watch=watch)
        yield Run(outcome.path, outcome)


@dataclass(frozen=True)
class _Given:
    """Summaries that are there already."""

    texts: Mapping[str, str]
    premade: ClassVar[bool] = True

    def summarise(self, doc: Document) -> str:
        return self.texts[doc.id]


def _given(label: str, docs: Sequence[Document], texts: object) -> System:
    if isinstance(texts, Mapping):
        by_id = {id_of(key): text for key, text in texts.items()}
        if unlike := by_id.keys() ^ {d.id for d in docs}:
            some = ", ".join(sorted(map(str, unlike))[:3])
            raise DataError(f"{label}: summaries and documents differ in their ids: {some}")
    elif isinstance(texts, str) or not isinstance(texts, Iterable):
        raise DataError(f"{label}: the summaries are {type(texts).__name__}, expected a list or a mapping")
    else:
        listed = list(texts)
        if len(listed) != len(docs):
            raise DataError(f"{label}: {len(listed)} summaries for {len(docs)} documents")
        by_id = {d.id: text for d, text in zip(docs, listed, strict=True)}
    for key, text in by_id.items():
        if not isinstance(text, str):
            raise DataError(f"{label}: the summary of '{key}' is {type(text).__name__}, expected text")
    return System(label, _Given(by_id), f"memory|sha256:{short(repr(sorted(by_id.items())), 16)}|v:1")
