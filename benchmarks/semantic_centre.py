"""Makes ``bench/metrics/minilm_centre.txt``: the mean vector of words that ``semantic`` takes away.

    python benchmarks/semantic_centre.py documents.jsonl.gz

``documents.jsonl.gz`` has the articles of FRANK (https://github.com/artidoro/frank), one a line, with
``split`` and ``article``. Only the articles of ``validation`` are read, no summaries and no judgements.
"""

import gzip
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.backends.hf_encode import EncoderBackend
from bench.backends.hf_tokens import read_tokens
from bench.core.asks import Dialogue
from bench.core.readings import Embed, embed
from bench.core.types import Document
from bench.metrics.semantic import Semantic
from bench.metrics.word_vectors import windows, word_vectors
from bench.runner.engine import Engine
from bench.text.source import read_source

OUT = Path(__file__).parents[1] / "bench" / "metrics" / "minilm_centre.txt"
HEADER = """\
# Mean vector of the content words of the 149 validation articles of FRANK (Pagnoni et al. 2021, MIT licence),
# in the last layer of all-MiniLM-L6-v2 (Apache-2.0), sentence by sentence. Written by
# benchmarks/semantic_centre.py; 384 numbers.
"""


def main(path: str) -> None:
    """Write the file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    docs = [Document(row["id"], row["article"], lang="en") for row in rows if row["split"] == "validation"]
    metric = Semantic()
    metric.ready()
    [backend] = metric.backends

    by_doc: dict[str, Any] = {}
    with Engine(None, log=lambda _: None, note=print) as engine:
        for done in engine.run((doc.id, partial(_summed, backend, doc)) for doc in docs):
            by_doc |= {d.tag: d.value for d in done}
    # In the order of the documents, so that the sums are added up alike every time.
    sums, numbers = zip(*(by_doc[doc.id] for doc in docs), strict=True)
    mean = np.sum(sums, axis=0) / sum(numbers)
    OUT.write_text(HEADER + "".join(f"{x:.4f}\n" for x in mean), "utf-8")


def _summed(backend: EncoderBackend, doc: Document) -> Dialogue[tuple[Any, int]]:
    """Sum of the vectors of a document's content words, and how many there are."""
    tokens = read_tokens(backend.checkpoint)
    found = [w for s in read_source(doc.text, doc.lang).sentences for w in windows(tokens, doc.text, s)]
    answers = yield from embed([Embed(backend, w.text) for w in found])
    vectors = [word_vectors(w, a)[0] for w, a in zip(found, answers, strict=True)]
    return np.concatenate(vectors).astype(np.float64).sum(axis=0), sum(map(len, vectors))


if __name__ == "__main__":
    main(sys.argv[1])
