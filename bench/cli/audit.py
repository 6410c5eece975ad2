"""``bench validate --data``: what the documents and references of a config are like."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.core.types import Document
    from bench.data.issue import Issue, Severity
    from bench.data.select import BadRow, Dataset

_CONFIGS = (".yaml", ".yml")
# Kinds of findings of ``facts`` about what the document does not have.
_NOT_THERE = ("entity", "entity-partial", "number", "quote")
_WIDEST = 60  # of a place, before what follows it is out of line


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at and what was found.

    Attributes:
        documents: How many there are.
        skipped: Rows that the reader left out.
        issues: In the order of the documents.
    """

    documents: int
    skipped: "tuple[BadRow, ...]"
    issues: "tuple[Issue, ...]"

    @property
    def wrong(self) -> bool:
        """Whether scores would be wrong or missing."""
        return any(i.severity == "error" for i in self.issues)


def audit_config(path: Path, settings: list[str], against: str | None) -> Audit:
    """Audit the documents of a config; with ``against`` also what they share with another set.

    Args:
        path: The config.
        settings: Overrides.
        against: A config, or a path that the reader of this one takes.

    Raises:
        BenchError: a config or data that cannot be read.
    """
    from bench.data.checks import audit
    from bench.data.leakage import audit_leakage
    from bench.data.support_checks import audit_support

    with redirect_stdout(sys.stderr):
        dataset = _load(path, settings)
        other = _other(path, settings, against) if against else None
    documents = dataset.documents
    issues = [*audit(documents), *audit_support(documents)]
    issues += [i for doc in documents for i in _contradicted(doc, issues)]
    if against and other:
        issues += audit_leakage(documents, other.documents, against)
    place = {d.id: n for n, d in enumerate(documents)}
    issues.sort(key=lambda i: place[i.doc_id])
    return Audit(len(documents), dataset.bad_rows, tuple(issues))


def _contradicted(doc: "Document", known: "Sequence[Issue]") -> "Iterator[Issue]":
    """What the rules of ``facts`` find in the references and no other check has named.

    A name, a number or a quotation that is not in the document is worth a look; what would be the opposite
    of the document is often the same in other words, and only noted.
    """
    from bench.core.types import Summary
    from bench.data.issue import issue, line_with
    from bench.metrics.facts import FLAG, Facts

    told = " ".join(i.what for i in known if i.doc_id == doc.id and i.check in ("name", "number"))
    for n, reference in enumerate(doc.references if doc.text.strip() else (), 1):
        score = Facts().score(doc, Summary(doc.id, "reference", "", reference))
        for finding in score.findings:
            text = reference[finding.span.start : finding.span.end]
            if finding.severity >= FLAG and not any(word in told for word in text.split()):
                severity: Severity = "warning" if finding.kind in _NOT_THERE else "note"
                what = f"reference {n}, '{text}': {finding.detail}"
                yield issue(doc, severity, finding.kind, what, line_with(doc, reference, text))


def _other(path: Path, settings: list[str], against: str) -> "Dataset":
    """The other set: as its own config reads it, or all of what this reader finds at another path."""
    if against.endswith(_CONFIGS):
        return _load(Path(against), [])
    elsewhere = [f"data.with.path={json.dumps(against)}", "data.sample=null", "data.limit=null"]
    return _load(path, [*settings, *elsewhere])


def _load(path: Path, settings: list[str]) -> "Dataset":
    from bench.config import build
    from bench.config.plan import Changes, read_config
    from bench.data.select import load

    tree, experiment = read_config(path, Changes(settings))
    data = experiment.data
    return load(build.build_reader(tree, data), sample=data.sample, seed=data.seed, limit=data.limit)


def audit_text(found: Audit) -> str:
    """A line an issue: how bad, which check, where, and what."""
    from bench.report.escape import visible
    from bench.report.figures import counted

    rows = [("skipped", "row", f"{r.file}:{r.line}", r.reason) for r in found.skipped]
    rows += [(i.severity, i.check, i.source or i.doc_id, i.what) for i in found.issues]
    shown = [tuple(map(visible, row)) for row in rows]
    widths = [min(_WIDEST, max((len(row[k]) for row in shown), default=0)) for k in range(3)]
    lines = ["  " + "  ".join([*(c.ljust(w) for c, w in zip(r, widths, strict=False)), r[3]]) for r in shown]
    counts = Counter(i.severity for i in found.issues)
    said = [counted(counts[s], s) for s in ("error", "warning", "note") if counts[s]]
    total = f"in {counted(found.documents, 'document')}"
    return "\n".join([*lines, f"  {', '.join(said) or 'no objections'} {total}"])


def audit_json(found: Audit) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "documents": found.documents,
        "skipped": [r._asdict() for r in found.skipped],
        "issues": [asdict(i) for i in found.issues],
    }
