"""Score cells of a run as records, with their reasons and findings."""

from collections.abc import Iterator
from pathlib import Path

from bench.core.types import Record
from bench.runner import codec, journal, manifest
from bench.runner.directory import file_name


def records(run: Path) -> Iterator[Record]:
    """Finished and failed cells in the order of metrics and of their making; the last of each cell counts.

    Raises:
        StoreError: the directory cannot be read.
    """
    about = manifest.load(run)
    for label, metric in about["metrics"].items():
        lines = journal.read(run / "scores" / f"{file_name(label)}.jsonl", codec.SCORE)
        latest = {(r["system"], r["doc_id"], r["sample"]): r for r in lines if r["sig"] == metric["sig"]}
        for line in latest.values():
            yield Record(
                key=line["key"],
                doc_id=line["doc_id"],
                system=line["system"],
                sample=line["sample"],
                metric=label,
                metric_sig=metric["signature"],
                status=line["status"],
                score=codec.score_from(line),
                error=line.get("error"),
            )
