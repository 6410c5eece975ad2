"""Tables that others published, through ``bench score`` on their outputs, to the second decimal."""

import json
from pathlib import Path
from typing import Protocol

import pytest


class Bench(Protocol):
    def __call__(self, *args: object, cwd: Path | None = None) -> object: ...


def table(bench: Bench, folder: Path, *args: object) -> dict[str, list[str]]:
    """System → ROUGE-1, -2, -L × 100 with two decimals."""
    bench("score", *args, "--metrics", "rouge", "--out", folder, "--name", "t")
    (written,) = folder.glob("t/*/tables/leaderboard.json")
    rows = json.loads(written.read_bytes())["systems"]
    return {
        r["label"]: [f"{100 * r['scores'][f'rouge.{t}']['mean']:.2f}" for t in ("rouge1", "rouge2", "rougeL")]
        for r in rows
    }


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        (
            "cnndm",
            {
                "bart": ["45.29", "22.50", "32.69"],
                "bert_sum": ["42.78", "19.95", "29.75"],
                "bus": ["42.28", "19.62", "29.07"],
                "pgn": ["39.81", "17.89", "27.35"],
                "s2s": ["30.74", "11.92", "22.88"],
            },
        ),
        (
            "xsum",
            {
                "BERTS2S": ["38.40", "16.57", "31.03"],
                "PtGen": ["29.93", "9.18", "23.59"],
                "TConvS2S": ["31.98", "12.01", "26.47"],
                "TranS2S": ["31.82", "10.70", "24.96"],
            },
        ),
    ],
)
def test_frank(
    bench: Bench, shared_data: Path, tmp_path: Path, dataset: str, expected: dict[str, list[str]]
) -> None:
    frank = shared_data / "frank"
    files = ("--outputs", frank / "outputs.jsonl.gz", "--references", frank / "documents.jsonl.gz")
    where = ("--map", "document=article", "--where", f"dataset={dataset}")
    assert table(bench, tmp_path, *files, *where) == expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("agg=best", ["53.65", "30.07", "47.08"]),
        ("agg=mean", ["45.05", "20.07", "37.88"]),
        ("pick=1", ["45.91", "21.32", "38.71"]),
    ],
)
def test_dialogsum_with_three_references(
    bench: Bench, shared_data: Path, tmp_path: Path, setting: str, expected: list[str]
) -> None:
    sets = shared_data / "docsets"
    outputs, references = sets / "dialogsum_test_outputs.jsonl.gz", sets / "dialogsum_test.jsonl.gz"
    files = ("--outputs", outputs, "--references", references, "--set", f"metrics.rouge.with.{setting}")
    (found,) = table(bench, tmp_path, *files).values()
    assert found == expected
