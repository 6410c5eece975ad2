"""Score cells of a run as records, with their reasons and findings."""

from collections.abc import Iterator
from pathlib import Path

from bench.core.types import Record
from bench.runner import cells, codec, manifest


def records(run: Path) -> Iterator[Record]:
    """Finished and failed cells in the order of metrics and of their making; the last of each cell counts.

    Raises:
        StoreError: the directory cannot be read.
    """
    about = manifest.load(run)
    for label, metric in about["metrics"].items():
        for line in cells.scores(run, label, metric["sig"]).values():
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
