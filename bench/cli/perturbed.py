"""The plan of a self-test: a config's references and lead sentences, unchanged and with every change."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import ClassVar

from bench.config import build
from bench.config.plan import Changes, prepared, read_config, to_yaml
from bench.core.errors import ConfigError, InferenceError, nearest, user_code
from bench.core.types import Document
from bench.data.select import load
from bench.report.selftest import CONTROLS, Changed
from bench.runner.plan import Plan, System, check_needs
from bench.text.lines import statements
from bench.text.perturb import KINDS, VERSION, obstacle, perturb
from bench.text.perturb_edit import Edit
from bench.text.perturb_whole import lead_of
from bench.text.sentences import splitter_name

TEXTS = ("reference", "lead")
_LEAD = 3  # sentences, where no reference says how many


@dataclass(frozen=True, slots=True)
class Trial:
    """What a self-test runs, and what its systems are.

    Attributes:
        plan: References and lead sentences are two systems, each of them with each change another one.
        changed: The systems with a change.
        apart: Pairs of a text and a column that say nothing: a reference has itself as its reference.
        seed: Of the changes.
        max_failed: Share of failed scores above which the test is incomplete.
    """

    plan: Plan
    changed: tuple[Changed, ...]
    apart: frozenset[tuple[str, str]]
    seed: int
    max_failed: float

    def edits(self, kind: str) -> Iterator[tuple[Document, Changed, Edit]]:
        """The changes of a kind, document by document."""
        docs = self.plan.dataset.documents
        for doc, c in product(docs, [c for c in self.changed if c.kind == kind]):
            text = text_of(doc, c.original)
            if text and (edit := perturb(kind, doc, text, docs, self.seed)):
                yield doc, c, edit

    def obstacles(self, kind: str) -> Mapping[str, int]:
        """Why a kind was not tried on a text, with the number of texts."""
        pairs = [(d, t) for d in self.plan.dataset.documents for name in TEXTS if (t := text_of(d, name))]
        return Counter(why for doc, text in pairs if (why := obstacle(kind, doc, text)))


def text_of(doc: Document, name: str) -> str:
    """The first reference, or as many lead sentences as it has bullets or sentences; empty without."""
    reference = doc.references[0] if doc.references else ""
    if name == "reference":
        return reference.strip()
    return lead_of(doc, len(statements(reference, doc.lang)) or _LEAD)


@dataclass(frozen=True)
class _Given:
    """One of the unchanged texts."""

    name: str
    premade: ClassVar[bool] = True

    def summarise(self, doc: Document) -> str:
        if text := text_of(doc, self.name):
            return text
        raise InferenceError(f"the document has no {'text' if self.name == 'lead' else self.name}")


@dataclass(frozen=True)
class _Changed:
    """The same with a change."""

    name: str
    kind: str
    seed: int
    documents: Sequence[Document]
    premade: ClassVar[bool] = True

    def summarise(self, doc: Document) -> str:
        text = _Given(self.name).summarise(doc)
        if edit := perturb(self.kind, doc, text, self.documents, self.seed):
            return edit.text
        raise InferenceError(obstacle(self.kind, doc, text) or "the text has no place for it")


def chosen(only: Sequence[str]) -> list[str]:
    """The kinds of ``--only``: the errors that it names, and all controls unless it names some.

    Raises:
        ConfigError: a kind that does not exist.
    """
    for name in only:
        if name not in KINDS:
            what = f"--only {name}: no such kind{nearest(name, KINDS)}"
            raise ConfigError(what, f"Known: {', '.join(KINDS)}.")
    named = {KINDS[name].group == CONTROLS for name in only}
    return [name for name, k in KINDS.items() if name in only or (k.group == CONTROLS) not in named]


def trial(config: Path, changes: Changes, kinds: Sequence[str]) -> Trial:
    """Documents and metrics of a config; its own systems are neither built nor run.

    Raises:
        ConfigError: a mistake in the config, or an unmet need of a metric.
        DataError: documents that cannot be used.
    """
    tree, experiment = read_config(config, changes)
    metrics = build.build_metrics(tree, experiment.metrics)
    if all(column.better == "none" for metric in metrics for column in metric.columns):
        labels = ", ".join(m.label for m in metrics)
        raise ConfigError(
            f"metrics: {labels}: no column says which direction is good", "Add one that does, such as rouge."
        )
    data = experiment.data
    dataset = load(build.build_reader(tree, data), data.sample, data.seed, data.limit)
    for metric in metrics:
        with user_code(f"metrics.{metric.label}", "needs"):
            check_needs("metrics", metric.label, metric.component, dataset.documents)
    seed = changes.seed or 0
    shared = f"split:{splitter_name()}|v:{VERSION}"
    systems = [System(name, _Given(name), f"selftest:{name}|{shared}") for name in TEXTS]
    changed = []
    for kind in kinds:
        for name in TEXTS:
            label = f"{name}:{kind}"
            drawn = f"seed:{seed}|data:{dataset.fingerprint[:16]}|{shared}"
            made = _Changed(name, kind, seed, dataset.documents)
            systems.append(System(label, made, f"selftest:{name}|change:{kind}|{drawn}"))
            changed.append(Changed(label, name, kind, KINDS[kind].group))
    own = {**tree.data, "models": {s.label: {"use": "memory"} for s in systems}}
    plan = Plan(
        name=f"{experiment.name}-selftest",
        source=str(data.parameters.get("path", data.use)),
        dataset=dataset,
        systems=tuple(systems),
        metrics=prepared(metrics, dataset.documents),
        # A change that has no place in a text is a summary that cannot be made.
        max_failed=1.0,
        config=own,
        config_text=to_yaml(own),
    )
    apart = frozenset(
        ("reference", f"{m.label}.{c.name}")
        for m in metrics
        if "references" in getattr(m.component, "needs", ())
        for c in m.columns
    )
    return Trial(plan, tuple(changed), apart, seed, experiment.limits.max_failed)
