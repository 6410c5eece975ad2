"""What the checks without weights reach on FRANK's test split (Pagnoni et al., 2021), by corpus.

The numbers of the recipe that they follow; ``benchmarks/facts.py`` prints them with intervals and the
published scores on the same rows.
"""

import gzip
import json
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from bench.report.agreement import auc
from bench.text.analysis import analyse
from bench.text.source import read_source
from bench.text.support import support


@pytest.fixture(scope="module")
def judged(shared_data: Path) -> dict[str, list[tuple[str, str, float]]]:
    """Corpus to article, summary and share of factual sentences."""
    articles = {row["id"]: row["article"] for row in rows(shared_data, "documents")}
    factuality = {
        (row["doc_id"], row["system"]): row["factuality"] for row in rows(shared_data, "annotations")
    }
    found: dict[str, list[tuple[str, str, float]]] = {"cnndm": [], "xsum": []}
    for row in rows(shared_data, "outputs"):
        if row["split"] == "test":
            own = articles[row["doc_id"]], row["summary"], factuality[row["doc_id"], row["system"]]
            found[row["dataset"]].append(own)
    return found


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / "frank" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


@pytest.mark.parametrize(("corpus", "summaries", "reached"), [("cnndm", 875, 0.779), ("xsum", 700, 0.633)])
def test_support_agrees_with_people_as_far_as_its_recipe(
    judged: dict[str, list[tuple[str, str, float]]], corpus: str, summaries: int, reached: float
) -> None:
    scores = []
    for article, summary, _ in judged[corpus]:
        source = read_source(article, "en")
        found = [support(source, claim) for claim in analyse(summary, "en")]
        scores.append(fmean(s.score for s in found if s is not None))
    bad = np.array([factuality < 1 for _, _, factuality in judged[corpus]])
    assert len(scores) == summaries
    assert auc(np.array(scores), bad) == pytest.approx(reached, abs=0.01)
