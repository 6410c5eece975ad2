"""Published data sets load whole: the number of rows that their description gives."""

from pathlib import Path

import pytest

from bench.core.types import Document
from bench.data.articles import Articles
from bench.data.select import load
from bench.data.tabular import Jsonl

SETS = [
    ("frank/documents", {"document": "article", "meta": ("dataset", "split")}, 499, {1}),
    ("docsets/dialogsum_test", {"lang": "language"}, 500, {3}),
    ("docsets/scitldr_a_test", {"lang": "language", "headline": "title"}, 618, {2, 3, 4}),
    ("docsets/squality_v1.3_dev", {"lang": "language", "query": "query"}, 125, {4}),
    ("docsets/qmsum_test", {"lang": "language", "query": "query"}, 35, {1}),
    ("docsets/vcsum_short_test.zh", {"lang": "language", "headline": "title"}, 136, {1}),
    ("docsets/urdu_summary_corpus.ur", {"lang": "language"}, 50, {1}),
    ("docsets/bnlpc.bn", {"lang": "language", "headline": "title"}, 200, {3}),
    ("docsets/nctb.bn", {"lang": "language"}, 139, {1}),
    ("docsets/sci_news_sum_kr_50.ko", {"lang": "language", "bullets": "reference"}, 50, {1}),
]


@pytest.mark.parametrize(("name", "mapping", "rows", "references"), SETS)
def test_rows_and_references(
    shared_data: Path, name: str, mapping: dict[str, str], rows: int, references: set[int]
) -> None:
    data = load(Jsonl(str(shared_data / f"{name}.jsonl.gz"), **mapping))  # type: ignore[arg-type]
    assert len(data.documents) == rows
    assert {len(d.references) for d in data.documents} == references
    assert all(d.text.strip() and len(d.lang or "en") == 2 for d in data.documents)
    assert data.bad_rows == ()


def test_a_filter_gives_the_published_halves(shared_data: Path) -> None:
    path = str(shared_data / "frank" / "documents.jsonl.gz")
    counts = {
        (dataset, split): len(
            load(Jsonl(path, document="article", where={"dataset": dataset, "split": split})).documents
        )
        for dataset in ("cnndm", "xsum")
        for split in ("validation", "test")
    }
    assert counts["cnndm", "validation"] + counts["cnndm", "test"] == 250
    assert counts["xsum", "validation"] + counts["xsum", "test"] == 249
    assert counts["cnndm", "test"] + counts["xsum", "test"] == 350


def test_equal_texts_have_their_own_ids(shared_data: Path) -> None:
    documents = load(Jsonl(str(shared_data / "docsets" / "bnlpc.bn.jsonl.gz"))).documents
    assert len({d.text for d in documents}) == 195
    assert len({d.id for d in documents}) == 200


def test_the_seed_article(shared_data: Path) -> None:
    (doc,) = load(Articles(str(shared_data / "seed"))).documents
    assert isinstance(doc, Document)
    assert doc.headline is not None
    assert doc.headline.startswith("Poland and Baltic states seek")
    assert len(doc.references[0].splitlines()) == 3
    assert doc.references[0].startswith("Poland and the Baltic states announced")
    assert doc.text.startswith("In March 2025")
    assert doc.text.endswith("military landscape in Europe.")
    assert "\n" not in doc.text
