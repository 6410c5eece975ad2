"""BERTScore: against what, which layer, which weights, and what its signature says of them."""

import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.quiet import quiet
from bench.core.errors import ConfigError
from bench.core.signature import signature
from bench.core.types import Document, Score, Summary
from bench.metrics.bertscore import LAYERS, BertScore
from bench.metrics.greedy import both_ways, unit
from bench.runner.engine import Engine
from bench.testing import check_metric

pytest.importorskip("torch")

REFERENCE = "The mayor opened the old harbour on Monday."
OTHER = "Heavy rain fell on the town."
DOC = Document("d", f"{REFERENCE} {OTHER}\n\nThe river flooded the bridge.", (REFERENCE, OTHER), lang="en")
TEXTS = ["the harbour was opened", "rain and water", REFERENCE, "- A ship.\n- A storm."]


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> str:
    from tests.tiny.encoders import save_bert

    with quiet():
        return str(save_bert(tmp_path_factory.mktemp("encoder") / "bert"))


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> str:
    from tests.tiny.encoders import save_roberta

    with quiet():
        return str(save_roberta(tmp_path_factory.mktemp("encoder") / "roberta"))


def scored(metric: BertScore, doc: Document, *texts: str) -> list[Score]:
    metric.ready()
    calls = [partial(metric.score, doc, Summary(doc.id, "s", "sig", text)) for text in texts]
    found: dict[int, object] = {}
    with Engine(None, log=lambda _: None, note=lambda _: None) as engine:
        for finished in engine.run(enumerate(calls)):
            found |= {done.tag: done.error or done.value for done in finished}
    scores = [found[i] for i in range(len(texts))]
    assert all(isinstance(score, Score) for score in scores), scores
    return [score for score in scores if isinstance(score, Score)]


@pytest.mark.parametrize("against", ["references", "source"])
@pytest.mark.parametrize("budget", [None, 40])
def test_a_value_does_not_depend_on_company_or_batches(
    bert: str, roberta: str, against: Any, budget: int | None
) -> None:
    for folder in (bert, roberta):
        metric = BertScore(folder, 2, against, max_batch_tokens=budget)
        check_metric(metric, [(DOC, Summary("d", "s", "sig", text)) for text in TEXTS])


def test_the_best_of_several_references_counts_for_each_number(bert: str) -> None:
    metric = BertScore(bert, 3)
    both, one, other = (
        scored(metric, Document("d", "", references), TEXTS[1])[0].values
        for references in ((REFERENCE, OTHER), (REFERENCE,), (OTHER,))
    )
    for name in ("precision", "recall", "f1"):
        assert both[name] == pytest.approx(max(one[name] or 0, other[name] or 0), abs=1e-6)


def test_a_copied_reference_has_all_of_it_and_an_empty_summary_nothing(bert: str) -> None:
    copied, empty = scored(BertScore(bert, 3), DOC, REFERENCE, " \n")
    assert copied.values["f1"] == pytest.approx(1, abs=1e-6)
    assert empty.values == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "read": 1.0}


def test_against_the_source_a_sentence_of_it_has_high_precision_and_lower_recall(bert: str) -> None:
    metric = BertScore(bert, 1, "source")
    assert metric.needs == {"document"}
    [score] = scored(metric, DOC, REFERENCE)
    precision, recall = score.values["precision"], score.values["recall"]
    assert precision is not None
    assert recall is not None
    assert precision > recall
    assert [c.name for c in metric.columns if c.shown] == ["precision", "read"]


@pytest.mark.parametrize(
    ("against", "doc", "reason"),
    [
        ("references", Document("d", "Text."), "no reference"),
        ("references", Document("d", "Text.", ("", " ")), "no reference"),
        ("source", Document("d", "\n", ("Text.",)), "the document is empty"),
    ],
)
def test_without_anything_to_compare_there_is_a_reason(
    bert: str, against: Any, doc: Document, reason: str
) -> None:
    [score] = scored(BertScore(bert, 1, against), doc, "the harbour")
    assert set(score.values.values()) == {None}
    assert set(score.reasons.values()) == {reason}


def test_a_source_that_is_too_long_is_cut_and_says_so(bert: str) -> None:
    doc = Document("d", "rain fell " * 60)
    [score] = scored(BertScore(bert, 1, "source"), doc, "rain fell")
    assert score.values["read"] == pytest.approx(64 / 122)


def test_markers_of_lists_and_line_breaks_do_not_matter(roberta: str) -> None:
    one, other = scored(BertScore(roberta, 2), DOC, "- A ship.\n\n-  A storm. ", "A ship. A storm.")
    assert one.values == pytest.approx(other.values)


def test_idf_makes_rare_tokens_count_and_its_order_does_not_matter(bert: str, tmp_path: Path) -> None:
    for name, lines in {
        "one": ["the cat", "the dog", "rain"],
        "two": ["rain", "", "the dog", "the cat"],
    }.items():
        (tmp_path / name).write_text("\n".join(lines), "utf-8")
    doc = Document("d", "", ("the river",))
    plain, one, two = (
        BertScore(bert, 1, idf=idf) for idf in (None, str(tmp_path / "one"), str(tmp_path / "two"))
    )
    values = [scored(metric, doc, "the bridge")[0].values["precision"] for metric in (plain, one, two)]
    assert values[0] != pytest.approx(values[1])
    assert values[1] == values[2]
    assert signature("b", one) == signature("b", two)
    assert signature("b", one) != signature("b", plain)
    # [CLS] and [SEP] are in every text, "the" in two of three, "bridge" in none.
    table, rest = one._table
    weights = {table.get(token, rest) for token in (2, 3)}
    assert weights == {0.0}
    assert rest == pytest.approx(math.log(4))


@pytest.mark.parametrize("against", ["references", "source"])
def test_the_idf_of_a_set_is_that_of_a_file_with_its_texts(bert: str, tmp_path: Path, against: Any) -> None:
    docs = [
        DOC,
        Document("e", "Five ships.", ("Ships came.", " ", "- A ship.\n- A storm.")),
        Document("f", ""),
    ]
    lines = {
        "references": [REFERENCE, OTHER, "Ships came.", "A ship. A storm."],
        "source": [f"{REFERENCE} {OTHER} The river flooded the bridge.", "Five ships."],
    }[against]
    (tmp_path / "idf").write_text("\n".join(lines), "utf-8")
    filed, seen = (BertScore(bert, 1, against, idf=idf) for idf in (str(tmp_path / "idf"), True))
    seen.prepare(docs[:1])
    before = signature("b", seen)
    few = scored(seen, DOC, *TEXTS)
    seen.prepare(docs)
    assert signature("b", seen) == signature("b", filed) != before
    assert scored(seen, DOC, *TEXTS) == scored(filed, DOC, *TEXTS) != few
    plain = BertScore(bert, 1, against, idf=False)
    plain.prepare(docs)
    assert signature("b", plain) == signature("b", BertScore(bert, 1, against))


def test_a_run_weighs_by_its_own_references(bert: str) -> None:
    from bench.api import score_table

    docs = [DOC, Document("e", "Five ships.", ("Ships came.",))]
    settings = [f"metrics.bertscore.with={{model: {bert}, layer: 1, idf: true}}"]
    tables = [score_table(docs[:n], TEXTS[:n], ["bertscore"], settings) for n in (1, 2)]
    signatures = [table.columns[0].signature for table in tables]
    assert ["|idf:2," in signatures[0], "|idf:3," in signatures[1]] == [True, True]
    values = [float(table.cells["candidate", "bertscore.f1"].values[0]) for table in tables]
    assert values[0] != pytest.approx(values[1], abs=1e-4)


def test_where_all_tokens_weigh_nothing_there_is_no_value(bert: str, tmp_path: Path) -> None:
    (tmp_path / "idf").write_text("rain\n", "utf-8")
    [score] = scored(BertScore(bert, 1, idf=str(tmp_path / "idf")), Document("d", "", ("rain",)), "rain")
    assert set(score.values.values()) == {None}


def test_a_baseline_is_0_and_a_match_stays_1(bert: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.tsv"
    path.write_text("LAYER,P,R,F\n0,0.1,0.1,0.1\n1,0.5,0.6,0.7\n", "utf-8")
    plain, rescaled = BertScore(bert, 1), BertScore(bert, 1, baseline=str(path))
    (raw, one), (low, high) = (scored(metric, DOC, TEXTS[0], REFERENCE) for metric in (plain, rescaled))
    for name, baseline in (("precision", 0.5), ("recall", 0.6), ("f1", 0.7)):
        value = raw.values[name]
        assert value is not None
        assert low.values[name] == pytest.approx((value - baseline) / (1 - baseline))
        assert high.values[name] == pytest.approx(one.values[name], abs=1e-6)
    assert rescaled.columns[0].range == (-math.inf, 1.0)
    assert "baseline:0.5,0.6,0.7" in signature("b", rescaled)


def test_the_signature_says_what_decides_and_nothing_else(bert: str) -> None:
    text = signature("bertscore", BertScore(bert, 2, "source", threads=1, device="cpu", max_batch_tokens=9))
    name, against, dtype, weights, *rest = text.split("|")
    assert (name, against, dtype) == ("bertscore", "against:source", "dtype:float32")
    assert weights.startswith("sha256:")
    assert rest == ["layer:2", "idf:no", "baseline:no", "split:lists", "as:bert-score-0.3.13", "v:1"]


def test_known_models_have_the_layer_of_the_authors() -> None:
    assert LAYERS["roberta-large"] == 17
    for model, layer in [("FacebookAI/roberta-large", 17), ("./models/bert-base-uncased/", 9)]:
        assert BertScore(model)._layer == layer
    assert BertScore("google-bert/bert-base-uncased", 5)._layer == 5


def test_a_layer_that_the_encoder_has_not_is_an_error_before_anything_runs(bert: str) -> None:
    with pytest.raises(ConfigError, match="layer is 9, expected 0 to 3"):
        BertScore(bert, 9).ready()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"model": "me/mine"}, "layer is null, and the authors chose none for mine"),
        ({"layer": -1}, "layer is -1: expected at least 0"),
        ({"idf": "nowhere.txt"}, r"idf: nowhere\.txt cannot be read: No such file"),
        ({"baseline": "nowhere.tsv"}, r"baseline: nowhere\.tsv .* No such file"),
        ({"device": "tpu"}, "device is 'tpu'"),
    ],
)
def test_wrong_parameters_are_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BertScore(**given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LAYER,P,R,F\n0,.1,.1,.1\n", "it has no layer 17, only 0"),
        ("", "it has no layer 17, only no lines"),
        ("LAYER,P,R,F\n17,.8,1,.8\n", "expected values from -1 up to and without 1"),
        ("LAYER,P,R,F\n17,.8,nan,.8\n", "expected values from -1 up to and without 1"),
        ("LAYER,P,R\n17,.8,.8\n", "'F'"),
        ("LAYER,P,R,F\n17,.8,x,.8\n", "could not convert"),
    ],
)
def test_a_file_that_is_no_baseline_says_why(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "baseline.tsv").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        BertScore(baseline=str(tmp_path / "baseline.tsv"))


def test_a_file_without_a_text_is_no_idf(tmp_path: Path) -> None:
    (tmp_path / "idf").write_text(" \n\n", "utf-8")
    with pytest.raises(ValueError, match="has no text: expected one on each line"):
        BertScore(idf=str(tmp_path / "idf"))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_precision_of_one_is_recall_of_the_other_and_f_lies_between(n: int, m: int, seed: int) -> None:
    stream = np.random.default_rng(seed)
    a, b = unit(abs(stream.normal(size=(n, 4)))), unit(abs(stream.normal(size=(m, 4))))
    one, other = stream.uniform(0.1, 1, n), stream.uniform(0.1, 1, m)
    precision, recall, f1 = both_ways(a, b, one, other)
    assert both_ways(b, a, other, one) == pytest.approx((recall, precision, f1))
    assert min(precision, recall) - 1e-9 <= f1 <= max(precision, recall) + 1e-9
    assert both_ways(a, a, one, one) == pytest.approx((1, 1, 1))
