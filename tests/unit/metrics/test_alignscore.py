"""AlignScore: its chunks, and the metric on a tiny checkpoint in the layout of the published ones."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.quiet import quiet
from bench.core.errors import ConfigError, SetupError
from bench.core.readings import Classify
from bench.core.types import Document, Summary
from bench.metrics.alignscore import AlignScore
from bench.metrics.chunking import evenly
from bench.testing import answer, check_metric
from tests.tiny import classifiers

SAID = "The harbour was opened by the mayor. It cost 15 million pounds."
DOC = Document("d", "The harbour of Leith was opened on Monday by the mayor. It cost 12 million pounds.")


def of(text: str) -> Summary:
    return Summary("d", "s", "", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with quiet():
        return classifiers.save_alignscore(tmp_path_factory.mktemp("alignscore"))


@pytest.fixture(scope="module")
def metric(folder: Path) -> AlignScore:
    return AlignScore(str(folder / "AlignScore.ckpt"), str(folder / "base"))


@pytest.mark.parametrize(
    ("sentences", "words", "sizes"),
    [
        (10, 349, [10]),
        (10, 350, [5, 5]),
        (10, 700, [3, 3, 3, 1]),
        (2, 1400, [1, 1]),
        (1, 20, [1]),
        (0, 0, []),
    ],
)
def test_chunks_have_equally_many_sentences(sentences: int, words: int, sizes: list[int]) -> None:
    assert list(map(len, evenly(sentences, words))) == sizes


@given(st.integers(0, 300), st.integers(0, 20_000))
def test_every_sentence_is_in_one_chunk(sentences: int, words: int) -> None:
    assert [i for run in evenly(sentences, words) for i in run] == list(range(sentences))


def test_a_score_is_the_best_chunk_for_each_sentence(metric: AlignScore) -> None:
    metric.ready()
    long = Document("d", " ".join(f"The harbour number {i} was opened on Monday." for i in range(120)))
    asks = next(metric.score(long, of(SAID)))
    assert len(asks) == 2 * 3  # 960 words in three chunks of 40 sentences
    assert all(isinstance(ask, Classify) for ask in asks)
    session = metric.backends[0].open(lambda _: None)
    said = [session.answer([ask])[0].probabilities for ask in asks]
    session.close()
    assert {len(p) for p in said} == {3}
    each = np.array([p[0] for p in said]).reshape(2, 3).max(axis=1)
    score = answer(metric.score(long, of(SAID)))
    assert score.values["mean"] == pytest.approx(each.mean(), abs=1e-6)
    assert score.values["min"] == pytest.approx(each.min(), abs=1e-6)
    assert (score.values["read"] or 0) < 0.5  # 128 positions, where the published ones have 512
    spans = {f.evidence[0] for f in score.findings}
    assert all(long.text[s.start :].startswith("The harbour number ") for s in spans)


def test_a_chunk_is_one_line_and_a_claim_that_does_not_fit_is_told(metric: AlignScore) -> None:
    lines = Document("d", DOC.text.replace(". It", ".\n\nIt"))
    (ask,) = next(metric.score(lines, of("The mayor.")))
    assert isinstance(ask, Classify)
    assert ask.premise == DOC.text
    short, long = (
        answer(metric.score(DOC, of(text))).findings[0].detail for text in (SAID, "The harbour " * 200)
    )
    assert "not read" not in short
    assert "tokens not read" in long


def test_it_keeps_the_promises_of_a_metric(metric: AlignScore) -> None:
    check_metric(metric, [(DOC, of(SAID)), (Document("e", DOC.text * 2), of("- The mayor.\n- Two years.\n"))])
    for doc, text, which in ((DOC, "", "summary"), (Document("d", ""), SAID, "document")):
        score = answer(metric.score(doc, of(text)))
        assert set(score.values.values()) == {None}
        assert which in score.reasons["mean"]


def test_the_content_of_the_file_is_in_the_signature(
    metric: AlignScore, folder: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "elsewhere.ckpt"
    copied.write_bytes((folder / "AlignScore.ckpt").read_bytes())
    same = AlignScore(str(copied), str(folder / "base"))
    assert same.signature_parts() == metric.signature_parts()
    copied.write_bytes(copied.read_bytes() + b"\0")
    changed = AlignScore(str(copied), str(folder / "base"))
    assert changed.signature_parts() != metric.signature_parts()


def test_what_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no file .*large\.ckpt") as e:
        AlignScore(str(tmp_path / "large.ckpt"), str(folder / "base")).signature_parts()
    assert "hf download yzha/AlignScore" in e.value.hint
    with quiet():
        albert = classifiers.save_albert(tmp_path / "albert")
    with pytest.raises(ConfigError, match="is a albert, AlignScore is a RoBERTa"):
        AlignScore(str(folder / "AlignScore.ckpt"), str(albert)).ready()
    with pytest.raises(ValueError, match="weights is empty"):
        AlignScore("")
