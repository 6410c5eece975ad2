"""MiniCheck: its chunks, the highest probability over them, and each of its three kinds on a tiny model."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.quiet import quiet
from bench.core.errors import ConfigError
from bench.core.readings import Classify
from bench.core.types import Document, Summary
from bench.metrics.chunking import (
    by_size,
    document_sentences,
    joined,
    packed,
    summary_sentences,
    words,
)
from bench.metrics.minicheck import MiniCheck
from bench.metrics.on_chunks import best_chunk
from bench.testing import answer, check_metric
from tests.tiny import classifiers
from tests.tiny.checkpoints import news

KINDS = ("answering", "deberta", "roberta")
SAID = "The harbour was opened by the mayor. It cost 15 million pounds."
DOC = Document("d", "The harbour of Leith was opened on Monday by the mayor. It cost 12 million pounds.")

Made = Callable[[str], str]


def of(text: str) -> Summary:
    return Summary("d", "s", "", text)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folders: dict[str, Path] = {}

    def folder(kind: str) -> str:
        if kind not in folders:
            with quiet():
                save = getattr(classifiers, f"save_{kind}")
                folders[kind] = save(tmp_path_factory.mktemp("minicheck") / kind)
        return str(folders[kind])

    return folder


def test_chunks_are_filled_as_far_as_whole_sentences_go() -> None:
    assert packed([3, 4, 2, 9, 1, 1], 7) == [range(2), range(2, 3), range(3, 4), range(4, 6)]
    assert packed([9, 9], 7) == [range(1), range(1, 2)]
    assert packed([], 7) == []


@given(st.lists(st.integers(0, 30), max_size=20), st.integers(1, 40))
def test_every_sentence_is_in_one_chunk_and_no_two_chunks_fit_together(sizes: list[int], most: int) -> None:
    runs = packed(sizes, most)
    assert [i for run in runs for i in run] == list(range(len(sizes)))
    for run, after in pairwise(runs):
        assert len(run) == 1 or sum(sizes[i] for i in run) <= most
        assert sum(sizes[i] for i in run) + sizes[after[0]] > most


def test_a_chunk_stands_where_its_sentences_do() -> None:
    text = "One  is here. Two is\nthere.\n\nThree is nowhere. Four."
    sentences = document_sentences(text, None)
    chunks = by_size(text, sentences, 6, words)
    assert [c.text for c in chunks] == ["One is here. Two is there.", "Three is nowhere. Four."]
    assert [text[c.span.start : c.span.end] for c in chunks] == [text[:27], text[29:]]
    (whole,) = joined(text, sentences, [range(4)])
    assert whole.text == "One is here. Two is there.\nThree is nowhere. Four."
    (flat,) = joined(text, sentences, [range(4)], line_break=" ")
    assert flat.text == "One is here. Two is there. Three is nowhere. Four."


def test_the_items_of_a_list_are_claims() -> None:
    text = "In short:\n- The mayor opened it\n- It cost a lot. Too much."
    claims = summary_sentences(text, None)
    assert [c.text for c in claims][1:] in (
        ["The mayor opened it", "It cost a lot. Too much."],
        ["The mayor opened it", "It cost a lot.", "Too much."],
    )
    assert all(" ".join(text[c.span.start : c.span.end].split()) == c.text for c in claims)


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=5))
def test_one_more_chunk_never_lowers_a_score(rows: list[list[float]]) -> None:
    for n in range(1, len(rows)):
        assert (best_chunk(rows[: n + 1]) >= best_chunk(rows[:n])).all()


@pytest.mark.parametrize("kind", KINDS)
def test_each_sentence_is_put_to_each_chunk(made: Made, kind: str) -> None:
    metric = MiniCheck(made(kind))
    metric.ready()
    (doc,) = news(1)
    asks = next(metric.score(doc, of(SAID)))
    (backend,) = metric.backends
    assert all(isinstance(ask, Classify) for ask in asks)
    chunks = list(dict.fromkeys(ask.premise for ask in asks if isinstance(ask, Classify)))
    size, most = (words, 500) if kind == "answering" else (backend.count, 400)
    assert len(chunks) > 1
    assert len(asks) == 2 * len(chunks)
    assert max(map(size, chunks)) <= most + len(chunks)  # a token more where two sentences meet
    assert " ".join(" ".join(chunks).split()) == " ".join(doc.text.split())
    session = backend.open(lambda _: None)
    said = [session.answer([ask])[0].probabilities[1] for ask in asks]
    session.close()
    score = answer(metric.score(doc, of(SAID)))
    each = np.reshape(said, (2, len(chunks))).max(axis=1)
    assert score.values["mean"] == pytest.approx(each.mean(), abs=1e-6)
    assert score.values["min"] == pytest.approx(each.min(), abs=1e-6)
    for j, finding in enumerate(score.findings):
        assert finding.severity == pytest.approx(1 - each[j], abs=1e-6)
        (span,) = finding.evidence
        best = chunks[int(np.argmax(said[j * len(chunks) : (j + 1) * len(chunks)]))]
        assert " ".join(doc.text[span.start : span.end].split()) == " ".join(best.split())
    assert SAID[score.findings[1].span.start :] == "It cost 15 million pounds."


def test_each_kind_has_its_own_form(made: Made) -> None:
    forms = {kind: MiniCheck(made(kind)).backends[0] for kind in KINDS}
    assert forms["answering"].template == "predict: {premise}{eos}{claim}"
    assert forms["deberta"].template == forms["roberta"].template == "{premise}{eos}{claim}"
    assert [forms[kind].max_length for kind in KINDS] == [2048, 2048, 512]
    assert [forms[kind].head for kind in KINDS] == ["answer", "classes", "classes"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_keeps_the_promises_of_a_metric(made: Made, kind: str) -> None:
    metric = MiniCheck(made(kind))
    check_metric(metric, [(DOC, of(SAID)), (Document("e", DOC.text * 9), of("- The mayor.\n- Two years.\n"))])
    for doc, text, which in ((DOC, " \n", "summary"), (Document("d", ""), SAID, "document")):
        score = answer(metric.score(doc, of(text)))
        assert set(score.values.values()) == {None}
        assert which in score.reasons["mean"]


def test_what_was_cut_was_not_read(made: Made) -> None:
    metric = MiniCheck(made("roberta"))  # it has 128 positions
    long = Document("d", " ".join(f"The harbour number {i} cost {i} pounds." for i in range(40)))
    full, part = (answer(metric.score(doc, of(SAID))).values["read"] for doc in (DOC, long))
    assert full == 1
    assert part is not None
    assert 0.1 < part < 0.9


def test_another_architecture_is_refused(made: Made) -> None:
    with pytest.raises(ConfigError, match="MiniCheck is a T5, a RoBERTa or a DeBERTa"):
        MiniCheck(made("albert")).ready()


def test_another_number_of_outputs_is_refused(tmp_path: Path) -> None:
    with quiet():
        folder = classifiers.save_roberta(tmp_path / "three", num_labels=3)
    with pytest.raises(ConfigError, match="3 outputs"):
        MiniCheck(str(folder)).ready()
