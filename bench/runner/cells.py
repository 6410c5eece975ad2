"""Cells in journals: which are finished, which count, and which earlier runs have already made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import StoreError
from bench.runner import journal, manifest
from bench.runner.directory import file_name
from bench.runner.watch import Watch

Cell = tuple[str, str, int]  # system, document, sample

_EVERY = ("key", "doc_id", "system", "sample", "status")
_SUMMARY_OK = ("text", "finish", "words")
_SCORE = ("metric", "sig")


def summaries(run: Path, system: str) -> dict[Cell, dict[str, Any]]:
    """The last record of each summary cell: one that failed and was tried again has several.

    Raises:
        CorruptRecord: a damaged line.
    """
    path = run / "summaries" / f"{file_name(system)}.jsonl"
    return {_cell(r): r for r in _read_summaries(path) if r["system"] == system}


def scores(run: Path, metric: str, sig: str) -> dict[Cell, dict[str, Any]]:
    """The last record of each score cell under one signature of the metric.

    Raises:
        CorruptRecord: a damaged line.
    """
    path = run / "scores" / f"{file_name(metric)}.jsonl"
    return {_cell(r): r for r in _read_scores(path) if r["sig"] == sig}


def finished_summaries(run: Path, system: str) -> set[str]:
    """Keys of the summaries that need not be made again."""
    return {r["key"] for r in summaries(run, system).values() if r["status"] != "error"}


def finished_scores(run: Path, metric: str, sig: str) -> set[tuple[str, str]]:
    """(system, key) of the scores that need not be made again."""
    return {(r["system"], r["key"]) for r in scores(run, metric, sig).values() if r["status"] != "error"}


def equal_summaries(
    wanted: Iterable[str], signatures: Iterable[str], earlier: Sequence[Path], watch: Watch
) -> dict[str, dict[str, Any]]:
    """Key → a good summary with that key in an earlier run, the newest first."""
    return _equal(set(wanted), set(signatures), "systems", "summaries", earlier, watch)


def equal_scores(
    wanted: Iterable[str], signatures: Iterable[str], earlier: Sequence[Path], watch: Watch
) -> dict[str, dict[str, Any]]:
    """Key → a finished score with that key in an earlier run, the newest first."""
    return _equal(set(wanted), set(signatures), "metrics", "scores", earlier, watch)


def _equal(
    wanted: set[str], signatures: set[str], kind: str, part: str, earlier: Sequence[Path], watch: Watch
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for run in earlier:
        if not wanted:
            break
        try:
            have = {s["signature"] for s in manifest.load(run)[kind].values()}
            if not have & signatures:
                continue
            for path in sorted((run / part).glob("*.jsonl")):
                for record in _read_summaries(path) if part == "summaries" else _read_scores(path):
                    if record["status"] != "error" and record["key"] in wanted:
                        wanted.remove(record["key"])
                        found[record["key"]] = record
        except StoreError as e:
            watch.note(f"cells of an earlier run are not used: {e.message}")
    return found


def _read_summaries(path: Path) -> Iterator[dict[str, Any]]:
    return journal.read(path, lambda r: _lacking(r, _SUMMARY_OK if r.get("status") == "ok" else ("error",)))


def _read_scores(path: Path) -> Iterator[dict[str, Any]]:
    return journal.read(
        path, lambda r: _lacking(r, (*_SCORE, "error" if r.get("status") == "error" else "values"))
    )


def _lacking(record: Mapping[str, Any], more: Sequence[str]) -> list[str]:
    return [k for k in (*_EVERY, *more) if k not in record]


def _cell(record: Mapping[str, Any]) -> Cell:
    return record["system"], record["doc_id"], record["sample"]
