"""``manifest.json``: the record of how the numbers of a run came to be."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.core.errors import SchemaMismatch, StoreError, user_code
from bench.core.signature import short
from bench.core.types import Document
from bench.runner.journal import write_atomic
from bench.runner.plan import Plan, System

NAME = "manifest.json"
SCHEMA = 1

_NEEDED = ("name", "status", "created", "digest", "config", "data", "systems", "metrics", "rerun")

_PACKAGES = (
    "summbench", "numpy", "rouge-score", "rouge-score-rs", "nltk", "sentencex",
    "datasets", "transformers", "tokenizers", "pyarrow", "torch", "sacrebleu", "regex",
    "sentencepiece", "gguf", "openai",
)  # fmt: skip


def describe(plan: Plan, argv: Iterable[str]) -> dict[str, Any]:
    """Everything about a run that can be said before it starts."""
    return {
        "schema": SCHEMA,
        "status": "running",
        "name": plan.name,
        "digest": plan.digest(),
        "created": now(),
        "config": plan.config,
        "data": {
            "source": plan.source,
            "fingerprint": plan.dataset.fingerprint,
            "documents": len(plan.dataset.documents),
            "references": references_range(plan.dataset.documents),
            "bad_rows": [list(row) for row in plan.dataset.bad_rows],
        },
        "systems": {s.label: _system(s) for s in plan.systems},
        "metrics": metrics(plan),
        "notes": list(plan.notes),
        "environment": environment(),
        "argv": list(argv),
    }


def with_backends(about: Mapping[str, Any], opened: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A manifest with what was said of themselves by the sessions that were opened.

    A backend has a list: a run may have been continued with another device or number of threads.
    """
    ways = {sig: list(known) for sig, known in about.get("backends", {}).items()}
    for sig, said in opened.items():
        if said not in ways.setdefault(sig, []):
            ways[sig].append(dict(said))
    return {**about, "backends": ways} if ways else dict(about)


def since(about: Mapping[str, Any]) -> float:
    """Time, in seconds since 1970, before which answers of models count as none for a run.

    A rerun that was interrupted goes on with its own answers, and with no older ones.
    """
    return datetime.fromisoformat(about["created"]).timestamp() if about["rerun"] else 0.0


def _system(system: System) -> dict[str, Any]:
    said = {"signature": system.signature, "apart": system.apart}
    return said if system.samples == 1 else {**said, "samples": system.samples}


def metrics(plan: Plan) -> dict[str, Any]:
    """The metrics of a plan with their columns, so that tables need neither code nor documents."""
    refs = refs_part(plan.dataset.documents)
    described = {}
    for metric in plan.metrics:
        compared = "references" in getattr(metric.component, "needs", ())
        columns = []
        for c in metric.columns:
            with user_code(f"metrics.{metric.label}", "column_signature()"):
                name, _, rest = metric.column_signature(c.name).partition("|")
            low, high = (None if abs(x) == float("inf") else x for x in c.range)
            signature = f"{name}|{refs}|{rest}" if compared else f"{name}|{rest}"
            columns.append({**asdict(c), "range": [low, high], "signature": signature})
        described[metric.label] = {
            "signature": metric.signature,
            "sig": short(metric.signature),
            "columns": columns,
        }
    return described


def refs_part(documents: Iterable[Document]) -> str:
    """``refs:1``, or ``refs:1-4`` when documents have different numbers of references."""
    few, many = references_range(documents)
    return f"refs:{few}" if few == many else f"refs:{few}-{many}"


def references_range(documents: Iterable[Document]) -> list[int]:
    """Smallest and largest number of references a document has."""
    counts = [len(d.references) for d in documents]
    return [min(counts, default=0), max(counts, default=0)]


def environment() -> dict[str, Any]:
    """Versions, platform, commit of the working directory. No environment variables: they hold keys."""
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "packages": packages(),
        "git": _git(),
        "cwd": str(Path.cwd()),
    }


def packages() -> dict[str, str]:
    """Versions of the installed packages that can change a number."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _git() -> dict[str, Any] | None:
    def ask(*args: str) -> str:
        done = subprocess.run(["git", *args], capture_output=True, text=True, timeout=10, check=True)  # noqa: S603, S607
        return done.stdout.strip()

    try:
        return {"commit": ask("rev-parse", "HEAD"), "dirty": bool(ask("status", "--porcelain", "-uno"))}
    except (OSError, subprocess.SubprocessError):
        return None


def now() -> str:
    """The time in UTC, to the microsecond: two runs of one second have an order."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def load(run: Path) -> dict[str, Any]:
    """The manifest of a run directory.

    Raises:
        StoreError: it is missing or is no JSON.
        SchemaMismatch: another version wrote it.
    """
    path = run / NAME
    try:
        data = json.loads(path.read_bytes())
        schema = data["schema"]
    except OSError as e:
        raise StoreError(f"{path}: cannot be read: {e.strerror}", "Is this a run directory?") from e
    except (ValueError, TypeError, KeyError) as e:
        raise StoreError(f"{path}: cannot be read: {e}", "Is this a run directory?") from e
    if schema != SCHEMA:
        raise SchemaMismatch(
            f"{path}: written in format {schema}, this version reads {SCHEMA}",
            "Use the version of summbench that made it, or run again.",
        )
    if missing := [k for k in _NEEDED if k not in data]:
        raise StoreError(f"{path}: no manifest of a run: without {', '.join(missing)}")
    return dict(data)


def save(run: Path, data: Mapping[str, Any]) -> None:
    """Replace the manifest of a run directory. Systems and metrics keep the order of the config."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, default=str)
    write_atomic(run / NAME, text.encode("utf-8", "surrogatepass") + b"\n")
