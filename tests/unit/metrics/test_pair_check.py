"""Somebody's own checker: a function in a file, or any sequence classifier."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.backends.function import locate_function
from bench.backends.quiet import quiet
from bench.core.errors import ConfigError, InferenceError
from bench.core.readings import Classified, Classify
from bench.core.types import Document, Summary
from bench.metrics.pair_check import PairCheck
from bench.testing import answer, check_metric
from tests.conftest import Bench
from tests.tiny import classifiers

TEXT = (
    "The harbour of Leith was opened on Monday by the mayor. It cost 12 million pounds. "
    "Fishermen had asked for it since 1901. Some still doubt that the walls will hold."
)
SAID = "The mayor opened the harbour of Leith. It cost 15 million pounds."
DOC = Document("d", TEXT)
# The share of the words of a claim that its premise has.
OVERLAP = """\
def score(premise, claim):
    there = premise.lower().split()
    said = claim.lower().split()
    return sum(word in there for word in said) / len(said)

def several(pairs):
    return [score(*pair) for pair in pairs]
"""


def of(text: str) -> Summary:
    return Summary("d", "s", "", text)


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "mine.py").write_text(OVERLAP, "utf-8")
    return str(tmp_path / "mine.py")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with quiet():
        names = {0: "CORRECT", 1: "INCORRECT"}
        return classifiers.save_roberta(tmp_path_factory.mktemp("pair") / "roberta", id2label=names)


@pytest.mark.parametrize("name", ["", ":score", ":several"])
def test_a_function_scores_each_sentence_on_its_best_premise(mine: str, name: str) -> None:
    metric = PairCheck(function=mine + name, best=1)
    metric.ready()
    score = answer(metric.score(DOC, of(SAID)))
    # The premise says "mayor." and "Leith", the claim "mayor" and "Leith.".
    assert score.values["mean"] == pytest.approx((5 / 7 + 4 / 5) / 2)
    assert score.values["min"] == pytest.approx(5 / 7)
    first, second = score.findings
    assert [TEXT[s.start : s.end] for s in first.evidence] == [TEXT[:55]]
    assert [TEXT[s.start : s.end] for s in second.evidence] == ["It cost 12 million pounds."]
    assert second.severity == pytest.approx(1 / 5)
    assert second.detail == "support 0.80"
    sentences = [55, 26, 38, 42]
    assert score.values["read"] == pytest.approx((55 + 26) / 2 / sum(sentences))


def test_the_best_sentences_stand_in_the_order_of_the_document(mine: str) -> None:
    claim = "Some doubt that the walls will hold, and they cost pounds."
    (ask,) = next(PairCheck(function=mine, best=2).score(DOC, of(claim)))
    assert isinstance(ask, Classify)
    assert ask.premise == "It cost 12 million pounds. Some still doubt that the walls will hold."


def test_chunks_cover_the_document(mine: str) -> None:
    metric = PairCheck(function=mine, evidence="chunks", chunk_words=20)
    asks = next(metric.score(DOC, of(SAID)))
    premises = [ask.premise for ask in asks if isinstance(ask, Classify)]
    assert " ".join(premises[: len(premises) // 2]) == TEXT
    score = answer(metric.score(DOC, of(SAID)))
    assert score.values["read"] == 1
    more = PairCheck(function=mine, evidence="chunks", chunk_words=10)
    assert len(list(next(more.score(DOC, of(SAID))))) > len(premises)


def test_the_content_of_the_file_is_in_both_signatures(mine: str, tmp_path: Path) -> None:
    def signatures() -> tuple[str, str]:
        metric = PairCheck(function=mine)
        return metric.signature_parts()["checker"], metric.backends[0].signature

    before = signatures()
    assert before == signatures()
    assert str(tmp_path) not in "".join(before)
    Path(mine).write_text(OVERLAP.replace("lower", "upper"), "utf-8")
    after = signatures()
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert locate_function(f"{mine}:several").signature != after[1]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 1.5", "returned 1.5, expected a number from 0 to 1"),
        ("return float('nan')", "returned nan"),
        ("return 'yes'", "returned 'yes'"),
        ("return None", "returned None"),
        ("raise KeyError('x')", "KeyError: 'x'"),
    ],
)
def test_what_is_no_probability_fails_its_summary(tmp_path: Path, body: str, message: str) -> None:
    (tmp_path / "bad.py").write_text(f"def score(premise, claim):\n    {body}\n", "utf-8")
    with pytest.raises(InferenceError, match=message):
        answer(PairCheck(function=str(tmp_path / "bad.py")).score(DOC, of(SAID)))


def test_a_function_of_several_gives_one_score_each(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def score(pairs):\n    return [0.5] * 7\n", "utf-8")
    with pytest.raises(InferenceError, match="7 scores for 1 pairs"):
        answer(PairCheck(function=str(tmp_path / "bad.py")).score(DOC, of(SAID)))


def test_what_is_not_there_is_named(mine: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no file .*min\.py .did you mean 'mine\.py'"):
        PairCheck(function=str(tmp_path / "min.py")).signature_parts()
    with pytest.raises(ConfigError, match=r"no function 'scores' .did you mean 'score'"):
        PairCheck(function=f"{mine}:scores").ready()
    (tmp_path / "broken.py").write_text("import no_such_module\n", "utf-8")
    with pytest.raises(ConfigError, match=r"broken\.py: cannot be imported: ModuleNotFoundError"):
        PairCheck(function=str(tmp_path / "broken.py")).ready()


def test_a_file_imports_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_mine.py").write_text("HALF = 0.5\n", "utf-8")
    (tmp_path / "imports.py").write_text(
        "from neighbour_of_mine import HALF\n\n\ndef score(premise, claim):\n    return HALF\n", "utf-8"
    )
    metric = PairCheck(function=str(tmp_path / "imports.py"))
    assert answer(metric.score(DOC, of(SAID))).values["mean"] == 0.5


def test_a_classifier_is_asked_for_the_label_that_the_user_names(classifier: Path) -> None:
    good, bad = (PairCheck(model=str(classifier), label=label) for label in ("correct", "INCORRECT"))
    good.ready()
    one, other = (answer(m.score(DOC, of(SAID))) for m in (good, bad))
    assert [f.severity for f in one.findings] == pytest.approx([1 - f.severity for f in other.findings])
    asks = next(good.score(DOC, of(SAID)))
    session = good.backends[0].open(lambda _: None)
    said = [a.probabilities[0] for a in session.answer(asks) if isinstance(a, Classified)]
    session.close()
    assert one.values["mean"] == pytest.approx(sum(said) / 2, abs=1e-6)
    with pytest.raises(ConfigError, match="CORRECT, INCORRECT"):
        PairCheck(model=str(classifier)).ready()
    with pytest.raises(ConfigError, match="reads at most 128 tokens"):
        PairCheck(model=str(classifier), label="CORRECT", max_length=512).ready()


def test_a_single_output_is_a_probability_of_its_own(tmp_path: Path) -> None:
    with quiet():
        folder = classifiers.save_deberta(tmp_path / "one", num_labels=1)
    metric = PairCheck(model=str(folder))
    metric.ready()
    values = answer(metric.score(DOC, of(SAID))).values
    assert 0 < (values["min"] or 0) < (values["mean"] or 0) < 1


@pytest.mark.parametrize("evidence", ["best", "chunks"])
def test_it_keeps_the_promises_of_a_metric(mine: str, classifier: Path, evidence: Any) -> None:
    pairs = [(DOC, of(SAID)), (Document("e", TEXT * 3), of("- The mayor.\n- Two years.\n"))]
    for metric in (
        PairCheck(function=f"{mine}:several", evidence=evidence),
        PairCheck(model=str(classifier), label="CORRECT", evidence=evidence, max_length=64),
    ):
        check_metric(metric, pairs)
        for doc, text, which in ((DOC, "", "summary"), (Document("d", ""), SAID, "document")):
            score = answer(metric.score(doc, of(text)))
            assert set(score.values.values()) == {None}
            assert which in score.reasons["mean"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "neither is given"),
        ({"function": "a.py", "model": "a/b"}, "both are given"),
        ({"function": "a.py", "best": 0}, "best is 0"),
        ({"function": "a.py", "label": "x"}, "label is given"),
        ({"model": ""}, "model is empty"),
        ({"model": "a/b", "device": "tpu"}, "device is 'tpu'"),
    ],
)
def test_parameters_are_checked(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PairCheck(**given)


def test_a_function_beside_a_config_scores_a_run(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "experiment"
    folder.mkdir()
    (folder / "mine.py").write_text(OVERLAP, "utf-8")
    (folder / "a.txt").write_text(f"A headline\n- The mayor opened it.\n{TEXT}\n", "utf-8")
    config = {
        "name": "x",
        "data": {"use": "articles", "with": {"path": "a.txt"}},
        "models": {"lead": {"use": "lead", "with": {"sentences": 2}}},
        "metrics": {"mine": {"use": "pair_check", "with": {"function": "mine.py"}}},
    }
    (folder / "c.yaml").write_text(json.dumps(config), "utf-8")
    done = bench("run", "experiment/c.yaml", cwd=tmp_path)
    assert "pair check" in done.stdout
    assert "1.000" in done.stdout  # its words are all there
