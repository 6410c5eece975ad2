"""What holds for every system that copies from the document, and every document."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.signature import signature
from bench.core.types import Document, Summary
from bench.metrics.extractive import Extractive
from bench.metrics.novelty import Novelty
from bench.metrics.repetition import Repetition
from bench.models.copy_ import Copy
from bench.models.lead import Lead
from bench.models.lexrank import LexRank
from bench.models.oracle import Oracle
from bench.models.random_ import Random
from bench.models.textrank import TextRank
from bench.text.sentences import sentences, splitter_name
from bench.text.tokens import words

Summariser = Copy | Lead | Random | TextRank | LexRank | Oracle
EXTRACTIVE: list[Summariser] = [
    Copy(), Lead(sentences=2), Random(sentences=2), TextRank(2), LexRank(2), LexRank(2, threshold=None),
    Oracle(), Oracle("rouge1", sentences=2),
]  # fmt: skip
CAPPED = [Lead(sentences=2), Random(sentences=2), TextRank(2), LexRank(2), LexRank(2, threshold=None)]

_WORD = st.sampled_from(
    ["rain", "wind", "Dr.", "U.S.", "3.5", "naïve", "今天下雨。", "the", "a", "said:", "“so”"]
)
_SENTENCE = st.lists(_WORD, min_size=1, max_size=8).map(" ".join)
_END = st.sampled_from([". ", "! ", "\n\n", ".\n", "。", " "])
prose = st.lists(st.tuples(_SENTENCE, _END).map("".join), min_size=1, max_size=10).map("".join)
# Any text at all, and text that looks like prose.
documents = st.builds(
    Document,
    id=st.text(max_size=5),
    text=prose | st.text(min_size=1, max_size=80).filter(str.strip),
    references=st.lists(prose, min_size=1, max_size=2).map(tuple),
)


@pytest.mark.parametrize("system", EXTRACTIVE, ids=repr)
@settings(deadline=None, max_examples=50)
@given(doc=documents)
def test_every_line_is_a_sentence_of_the_document_in_its_order(system: Summariser, doc: Document) -> None:
    rest = iter(sentences(doc.text))
    assert all(line in rest for line in system.summarise(doc).splitlines())


@pytest.mark.parametrize("system", CAPPED, ids=repr)
@settings(deadline=None, max_examples=50)
@given(doc=documents)
def test_as_many_sentences_as_asked_or_as_there_are(system: Summariser, doc: Document) -> None:
    assert len(system.summarise(doc).splitlines()) == min(2, len(sentences(doc.text)))


@pytest.mark.parametrize("system", EXTRACTIVE, ids=repr)
def test_the_signature_names_what_splits_the_sentences(system: Summariser) -> None:
    assert f"|split:{splitter_name()}" in signature("system", system)


@settings(deadline=None)
@given(documents, st.integers(1, 30))
def test_lead_has_as_many_words_as_asked_or_as_there_are(doc: Document, n: int) -> None:
    doc = Document(doc.id, doc.references[0])
    assert len(words(Lead(words=n).summarise(doc))) == min(n, len(words(doc.text)))


@pytest.mark.parametrize("system", EXTRACTIVE, ids=repr)
@settings(deadline=None, max_examples=20)
@given(docs=st.lists(documents, max_size=4))
def test_a_summary_depends_on_its_document_only(system: Summariser, docs: list[Document]) -> None:
    forwards = [system.summarise(doc) for doc in docs]
    assert [system.summarise(doc) for doc in reversed(docs)] == forwards[::-1]


@settings(deadline=None)
@given(documents)
def test_the_oracle_is_at_least_as_good_as_any_single_sentence(doc: Document) -> None:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1"], use_stemmer=True)

    def value(text: str) -> float:
        scores = scorer.score_multi(doc.references, text)
        return float(scores["rouge1"].fmeasure)

    best = value(Oracle("rouge1").summarise(doc))
    assert all(value(sentence) <= best + 1e-9 for sentence in sentences(doc.text))


@settings(deadline=None)
@given(prose)
def test_a_copy_is_all_covered_and_not_novel(text: str) -> None:
    doc = Document("d", text)
    summary = Summary("d", "copy", "", Copy().summarise(doc))
    if words(text):
        assert Extractive().score(doc, summary).values["coverage"] == 1
        assert Extractive().score(doc, summary).values["compression"] == 1
    assert set(Novelty().score(doc, summary).values.values()) <= {0, None}


@settings(deadline=None)
@given(prose, prose)
def test_metrics_stay_in_their_ranges(text: str, summary_text: str) -> None:
    doc, summary = Document("d", text, (text,)), Summary("d", "s", "", summary_text)
    for metric in (Extractive(), Novelty(), Repetition()):
        values = metric.score(doc, summary).values
        for column in metric.columns:
            value = values[column.name]
            assert value is None or column.range[0] <= value <= column.range[1]


@settings(deadline=None)
@given(st.lists(_SENTENCE, min_size=1, max_size=5))
def test_saying_everything_twice_repeats_at_least_half(lines: list[str]) -> None:
    summary = Summary("d", "s", "", "\n".join(lines + lines))
    found = Repetition().score(Document("d", "Text."), summary).values
    assert all(value is None or value >= 0.5 for value in found.values())


_SCRIPT = """
import json, sys
from bench.core.registry import resolve
from bench.core.types import Document
text = " ".join(f"The {a} met the {b} in {c}." for a, b, c in zip(*[iter(
    "king queen may king duke june earl duke may queen earl june duke king july".split())] * 3))
doc = Document("d", text * 20, (text,))
names = ["lead", "random", "textrank", "lexrank", "oracle"]
print(json.dumps([resolve("models", name).cls().summarise(doc) for name in names]))
"""


def test_neither_hash_seed_nor_number_of_threads_changes_a_summary() -> None:
    answers = set()
    for seed, threads in (("0", "1"), ("1", "2")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
        }
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        answers.add(done.stdout)
    assert len(answers) == 1
    assert all(json.loads(answers.pop()))
