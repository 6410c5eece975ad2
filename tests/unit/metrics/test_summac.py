"""SummaC: the published arithmetic on its golden numbers, and the metrics on tiny models."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.quiet import quiet
from bench.core.errors import ConfigError, SetupError
from bench.core.types import Document, Score, Summary
from bench.metrics.summac import SummacConv, SummacZs
from bench.metrics.summac_math import BINS, ROWS, ConvHead, conv_head, zero_shot
from bench.runner.engine import Engine
from bench.testing import answer, check_metric
from tests.conftest import Bench
from tests.tiny import classifiers

E = [[0.9, 0.1], [0.2, 0.3], [0.05, 0.6]]
C = [[0.05, 0.2], [0.7, 0.1], [0.1, 0.9]]
TEXT = (
    "The harbour of Leith was opened on Monday by the mayor. It cost 12 million pounds. Short. "
    "Fishermen had asked for it since 1901. Some still doubt that the walls will hold."
)
SAID = "The harbour was opened by the mayor. It cost 15 million pounds. Yes."
DOC = Document("d", TEXT)


def of(text: str) -> Summary:
    return Summary("d", "s", "", text)


@pytest.fixture(scope="module")
def nli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with quiet():
        return classifiers.save_albert(tmp_path_factory.mktemp("summac") / "nli")


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classifiers.save_conv_head(tmp_path_factory.mktemp("summac") / "head.bin")


def test_zero_shot_gives_the_golden_numbers() -> None:
    scores = zero_shot(E, C)
    assert scores.mean() == pytest.approx(-0.05)
    assert scores.min() == pytest.approx(-0.30)
    assert zero_shot(E, np.zeros_like(C)).mean() == pytest.approx(0.75)


probabilities = st.floats(0, 1)


@given(st.lists(st.lists(probabilities, min_size=2, max_size=2), min_size=1, max_size=6))
def test_another_document_sentence_never_lowers_the_entailment(rows: list[list[float]]) -> None:
    nothing = np.zeros_like(rows)
    for n in range(1, len(rows)):
        assert (zero_shot(rows[: n + 1], nothing[: n + 1]) >= zero_shot(rows[:n], nothing[:n])).all()


def test_conv_counts_the_entailments_of_a_sentence_in_the_published_bins() -> None:
    head = ConvHead(np.arange(23, dtype=float), 0.631759, -1.617302, -0.371186)
    assert len(BINS) == 24
    # 0 is in the first bin, .9 in the one that begins there, and 1 in the last.
    rows = head.rows([[0.0, 0.9], [0.01, 0.9], [0.0, 1.0]])
    assert rows == pytest.approx([0 + 1 + 0 + 0.631759, 8 + 8 + 22 + 0.631759])
    logit = -1.617302 * rows.mean() - 0.371186
    assert head.score([[0.0, 0.9], [0.01, 0.9], [0.0, 1.0]]) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_conv_takes_the_published_constants_to_the_golden_number_of_an_empty_image() -> None:
    # One entailment of 0 in the first bin: its weight is what the golden number implies.
    first = -(math.log(0.200109 / (1 - 0.200109)) + 0.371186) / 1.617302 - 0.631759
    weights = np.zeros(23)
    weights[0] = first
    head = ConvHead(weights, 0.631759, -1.617302, -0.371186)
    assert head.score([[0.0]]) == pytest.approx(0.200109, abs=1e-9)
    assert abs(first) < 0.01


def test_conv_reads_ten_sentences() -> None:
    head = ConvHead(np.arange(23, dtype=float), 0.0, -0.1, 0.0)
    matrix = np.linspace(0, 1, 36).reshape(3, 12)
    assert ROWS == 10
    assert head.score(matrix) == head.score(matrix[:, :10])
    assert len(head.rows(matrix)) == 12


def test_the_head_of_a_file_is_a_linear_layer_and_a_two_way_softmax(head: Path) -> None:
    import torch

    state = torch.load(head, weights_only=True)
    found = conv_head({name: tensor.numpy() for name, tensor in state.items()})
    matrix = np.array(E)
    counts = np.array([np.histogram(matrix[:, j], bins=BINS)[0] for j in range(2)], dtype=np.float32)
    mean = (torch.tensor(counts) @ state["mlp.weight"].T + state["mlp.bias"]).mean()
    logits = state["layer_final.weight"] @ torch.stack([mean] * 3) + state["layer_final.bias"]
    assert found.score(matrix) == pytest.approx(logits.softmax(0)[1].item(), abs=1e-6)


def test_a_head_of_other_bins_is_refused(tmp_path: Path, nli: Path) -> None:
    file = classifiers.save_conv_head(tmp_path / "even50.bin", bins=50)
    with pytest.raises(SetupError, match=r"mlp\.weight: shape \(1, 50\), expected shape \(1, 23\)"):
        SummacConv(str(file), str(nli)).ready()


def test_the_metric_is_the_arithmetic_on_what_the_model_says(nli: Path) -> None:
    metric = SummacZs(str(nli))
    score = answer(metric.score(DOC, of(SAID)))
    (backend,) = metric.backends
    session = backend.open(lambda _: None)
    (asks,) = [next(metric.score(DOC, of(SAID)))]
    # Four document sentences of more than 10 characters, two of the summary; claim by claim.
    assert len(asks) == 8
    said = [a.probabilities for a in session.answer(asks)]
    session.close()
    e, c = (np.array([p[i] for p in said]).reshape(2, 4).T for i in (0, 1))
    assert score.values["mean"] == pytest.approx(zero_shot(e, c).mean(), abs=1e-6)
    assert score.values["min"] == pytest.approx(zero_shot(e, c).min(), abs=1e-6)
    first, second = score.findings
    assert SAID[second.span.start : second.span.end] == "It cost 15 million pounds."
    assert first.severity == pytest.approx((1 - zero_shot(e, c)[0]) / 2, abs=1e-6)
    telling = max((e, c), key=lambda m: m[:, 0].max())[:, 0].argmax()
    evidence = ["The harbour of", "It cost 12", "Fishermen had", "Some still"][telling]
    assert TEXT[first.evidence[0].start :].startswith(evidence)


def test_what_is_left_out_was_not_read(nli: Path) -> None:
    long = Document("d", " ".join(f"The harbour number {i} was opened on Monday." for i in range(120)))
    read = answer(SummacZs(str(nli)).score(long, of(SAID))).values["read"]
    assert read == pytest.approx(100 / 120, abs=0.01)
    sentences = sum(len(s) for s in TEXT.split(". ")) + 3
    short = answer(SummacZs(str(nli)).score(DOC, of(SAID))).values["read"]
    assert short == pytest.approx(1 - len("Short.") / sentences, abs=0.01)
    one = Document("d", "The harbour was opened " + "by the mayor and " * 100 + "others.")
    cut = answer(SummacZs(str(nli)).score(one, of(SAID))).values["read"]
    assert cut is not None
    assert 0.1 < cut < 0.6


@pytest.mark.parametrize("order", [[2, 0, 1], [1, 2, 0], [2, 1, 0]])
def test_the_order_of_the_labels_does_not_matter(nli: Path, tmp_path: Path, order: list[int]) -> None:
    with quiet():
        names = {i: classifiers.NLI[k].upper() for i, k in enumerate(order)}
        other = classifiers.permute_labels(nli, tmp_path / "named", order, names)
        bare = classifiers.permute_labels(nli, tmp_path / "bare", order, {i: f"LABEL_{i}" for i in range(3)})
    expected = answer(SummacZs(str(nli)).score(DOC, of(SAID))).values
    assert answer(SummacZs(str(other)).score(DOC, of(SAID))).values == pytest.approx(expected, abs=1e-6)
    with pytest.raises(ConfigError, match="LABEL_0, LABEL_1, LABEL_2"):
        SummacZs(str(bare)).ready()
    labels = {classifiers.NLI[k]: i for i, k in enumerate(order)}
    told = SummacZs(str(bare), labels=labels)
    told.ready()
    assert answer(told.score(DOC, of(SAID))).values == pytest.approx(expected, abs=1e-6)


Maker = Callable[[Path, Path], Any]


@pytest.mark.parametrize(
    "make", [lambda nli, _: SummacZs(str(nli)), lambda nli, head: SummacConv(str(head), str(nli))]
)
def test_it_keeps_the_promises_of_a_metric(nli: Path, head: Path, make: Maker) -> None:
    metric = make(nli, head)
    pairs = [
        (Document("d", TEXT), of(SAID)),
        (Document("e", TEXT[:80]), of("- The mayor opened it.\n- Two.\n")),
    ]
    check_metric(metric, pairs)
    for doc, text in ((DOC, ""), (DOC, "Yes."), (Document("d", ""), SAID), (Document("d", "Short."), SAID)):
        score = answer(metric.score(doc, of(text)))
        assert set(score.values.values()) == {None}
        assert "no sentence of more than 10 characters" in score.reasons["read"]


def test_conv_scores_a_summary(nli: Path, head: Path) -> None:
    metric = SummacConv(str(head), str(nli))
    score = answer(metric.score(DOC, of(SAID)))
    low, high = sorted(1 - f.severity for f in score.findings)
    assert score.values["min"] == pytest.approx(low)
    assert low <= (score.values["score"] or 0) <= high


def test_a_run_of_the_engine_gives_what_single_calls_give(nli: Path) -> None:
    metric = SummacZs(str(nli))
    pairs = [(Document("d", TEXT[i:]), of(SAID[i:])) for i in (0, 5, 9)]
    found: dict[int, Score] = {}
    calls = [(i, lambda p=p: metric.score(*p)) for i, p in enumerate(pairs)]
    with Engine(None, log=lambda _: None, note=lambda _: None) as engine:
        for finished in engine.run(calls):
            for done in finished:
                assert isinstance(done.value, Score), done.error
                found[done.tag] = done.value
    for i, pair in enumerate(pairs):
        assert found[i].values == pytest.approx(answer(metric.score(*pair)).values, abs=1e-5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"model": ""}, "model is empty"),
        ({"labels": {"entails": 0}}, "labels has 'entails'"),
        ({"labels": {"entailment": 0}}, "which output is contradiction"),
        ({"labels": {"entailment": 0, "contradiction": 0}}, "a different output for each"),
        ({"device": "gpu"}, "device is 'gpu'"),
        ({"threads": 0}, "threads is 0"),
    ],
)
def test_parameters_are_checked(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SummacZs(**given)
    with pytest.raises(ValueError, match=message):
        SummacConv("head.bin", **given)
    with pytest.raises(ValueError, match="head is empty"):
        SummacConv("")


def test_without_the_weights_a_run_ends_before_it_begins(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"A headline\n- A bullet.\n{TEXT}\n", "utf-8")
    (tmp_path / "c.yaml").write_text(
        json.dumps(
            {
                "name": "x",
                "data": {"use": "articles", "with": {"path": "a.txt"}},
                "models": {"lead": {"use": "lead"}},
                "metrics": {"summac": {"use": "summac_zs"}},
            }
        ),
        "utf-8",
    )
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "empty")}
    done = bench("run", "c.yaml", cwd=tmp_path, env=offline, expect=4)
    assert "tals/albert-xlarge-vitaminc-mnli" in done.stderr
    assert "hf download" in done.stderr
    assert not (tmp_path / "results").exists()
