"""HHEM: the whole summary and each of its sentences against the whole document."""

from pathlib import Path

import pytest

from bench.backends.quiet import quiet
from bench.core.errors import ConfigError, SetupError
from bench.core.readings import Classify
from bench.core.types import Document, Summary
from bench.metrics.hhem import Hhem
from bench.testing import answer, check_metric
from tests.tiny import classifiers

TEXT = "The harbour of Leith was opened on Monday by the mayor. It cost 12 million pounds. Ships may enter."
SAID = "The harbour was opened by the mayor. It cost 15 million pounds."
DOC = Document("d", TEXT)


def of(text: str) -> Summary:
    return Summary("d", "s", "", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with quiet():
        return classifiers.save_hhem(tmp_path_factory.mktemp("hhem"))


@pytest.fixture(scope="module")
def metric(folder: Path) -> Hhem:
    return Hhem(str(folder / "hhem"), base=str(folder / "base"))


def test_the_summary_is_a_claim_and_so_is_each_sentence(metric: Hhem) -> None:
    metric.ready()
    asks = next(metric.score(DOC, of(SAID)))
    pairs = [(ask.premise, ask.hypothesis) for ask in asks if isinstance(ask, Classify)]
    first, second = SAID[:36], SAID[37:]
    assert pairs == [(TEXT, SAID), (TEXT, first), (TEXT, second)]
    session = metric.backends[0].open(lambda _: None)
    whole, *each = [answer.probabilities[1] for answer in session.answer(asks)]
    session.close()
    score = answer(metric.score(DOC, of(SAID)))
    expected = {"score": whole, "mean": sum(each) / 2, "min": min(each), "read": 1}
    assert score.values == pytest.approx(expected, abs=1e-5)
    assert len({round(p, 5) for p in (whole, *each)}) == 3
    assert [f.severity for f in score.findings] == pytest.approx([1 - p for p in each], abs=1e-5)
    assert [SAID[f.span.start : f.span.end] for f in score.findings] == [first, second]


def test_a_long_document_is_read_whole(metric: Hhem) -> None:
    long = Document("d", f"{TEXT} " * 40)
    (_, ask, _) = next(metric.score(long, of(SAID)))
    (backend,) = metric.backends
    session = backend.open(lambda _: None)
    (found,) = session.answer([ask])
    session.close()
    assert found.input_tokens > backend.count(long.text) > 512
    assert (found.cut, found.cut_claim) == (0, 0)


def test_a_document_is_cut_where_that_is_asked_for(metric: Hhem, folder: Path) -> None:
    long = Document("d", f"{TEXT} " * 40)
    short = Hhem(str(folder / "hhem"), base=str(folder / "base"), max_length=128)
    whole, cut = (answer(m.score(long, of(SAID))) for m in (metric, short))
    assert whole.values["read"] == 1
    assert 0 < (cut.values["read"] or 0) < 0.1
    assert cut.values["score"] != pytest.approx(whole.values["score"], abs=1e-6)
    endless = answer(short.score(DOC, of("The harbour " * 200)))
    assert "tokens not read" in endless.findings[0].detail
    assert "not read" not in cut.findings[0].detail
    with pytest.raises(ValueError, match="max_length is 8: expected at least 64"):
        Hhem(max_length=8)


def test_it_keeps_the_promises_of_a_metric(metric: Hhem) -> None:
    check_metric(metric, [(DOC, of(SAID)), (Document("e", TEXT * 3), of("- The mayor.\n- Ships enter.\n"))])
    for doc, text, which in ((DOC, "", "summary"), (Document("d", " \n"), SAID, "document")):
        score = answer(metric.score(doc, of(text)))
        assert set(score.values.values()) == {None}
        assert which in score.reasons["score"]


def test_weights_and_base_are_both_in_the_signature(metric: Hhem, folder: Path, tmp_path: Path) -> None:
    parts = metric.signature_parts()
    assert parts.keys() == {"sha256", "base-sha256", "split"}
    with quiet():
        other = classifiers.save_answering(tmp_path / "base", num_layers=1)
    assert (
        Hhem(str(folder / "hhem"), base=str(other)).signature_parts()["base-sha256"] != parts["base-sha256"]
    )


def test_a_base_of_another_architecture_is_refused(folder: Path, tmp_path: Path) -> None:
    with quiet():
        base = classifiers.save_roberta(tmp_path / "roberta")
    with pytest.raises(ConfigError, match="is a roberta, HHEM is a T5"):
        Hhem(str(folder / "hhem"), base=str(base)).ready()
    with pytest.raises(SetupError, match="no folder"):
        Hhem(str(tmp_path / "nowhere"), base=str(base)).signature_parts()
    with pytest.raises(ValueError, match="base is empty"):
        Hhem(base="")
