"""chrF: sacrebleu's numbers to the last digit, for documents and for the corpus."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from bench.core.errors import MissingExtra
from bench.core.signature import signature
from bench.core.types import Document, Summary
from bench.metrics.chrf import Chrf
from bench.text.lines import plain_lines

texts = st.text(alphabet="abc de.\n今天é", max_size=25) | st.text(alphabet="-1.2 a\n", max_size=15)
examples = st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=5)


def plain(text: str) -> str:
    return "\n".join(plain_lines(text))


variants = st.sampled_from([(6, 0, 2), (6, 2, 2), (4, 0, 1)])


@given(examples, variants)
def test_values_are_sacrebleu_s_on_texts_without_markers_for_documents_and_corpora(
    corpus: list[tuple[str, list[str]]], variant: tuple[int, int, int]
) -> None:
    char_order, word_order, beta = variant
    ours, theirs = Chrf(char_order, word_order, beta), CHRF(char_order, word_order, beta)
    scores = [
        ours.score(Document("d", "Text.", tuple(references)), Summary("d", "s", "", text))
        for text, references in corpus
    ]
    corpus = [(plain(text), [plain(r) for r in references]) for text, references in corpus]
    assert [score.values["chrf"] for score in scores] == [
        theirs.sentence_score(text, references).score for text, references in corpus
    ]
    summed = [sum(column) for column in zip(*(score.stats for score in scores), strict=True)]
    most = max(len(references) for _, references in corpus)
    # None stands for a reference that a document does not have.
    streams = [[refs[n] if n < len(refs) else None for _, refs in corpus] for n in range(most)]
    expected = theirs.corpus_score([text for text, _ in corpus], streams)  # type: ignore[arg-type]
    assert ours.aggregate(summed) == {"chrf": expected.score}


def test_the_corpus_value_is_not_the_mean() -> None:
    pairs = [("a", "a"), ("a completely different text", "nothing of the kind")]
    scores = [Chrf().score(Document("d", "T.", (r,)), Summary("d", "s", "", t)) for t, r in pairs]
    summed = [sum(column) for column in zip(*(score.stats for score in scores), strict=True)]
    mean = sum(score.values["chrf"] or 0 for score in scores) / 2
    assert Chrf().aggregate(summed)["chrf"] < mean / 1.5


def test_the_same_text_has_100_and_an_empty_one_0() -> None:
    doc = Document("d", "Text.", ("The cat sat.",))
    assert Chrf().score(doc, Summary("d", "s", "", "The cat\nsat.")).values == {"chrf": 100}
    assert Chrf().score(doc, Summary("d", "s", "", "")).values == {"chrf": 0}


def test_the_markers_of_a_list_do_not_matter() -> None:
    doc = Document("d", "Text.", ("- The cat sat.\n- It slept.",))
    assert Chrf().score(doc, Summary("d", "s", "", "1. The cat sat.\n2. It slept.")).values == {"chrf": 100}


def test_without_a_reference_there_is_no_value() -> None:
    found = Chrf().score(Document("d", "Text."), Summary("d", "s", "", "x"))
    assert (found.values, found.reasons) == ({"chrf": None}, {"chrf": "no reference"})


def test_the_signature_says_how_texts_are_read_and_has_sacrebleu_s_version() -> None:
    start = "chrf|char_order:6|word_order:0|beta:2|split:lists|sacrebleu:2."
    assert signature("chrf", Chrf()).startswith(start)


def test_a_missing_sacrebleu_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(MissingExtra) as e:
        Chrf().signature_parts()
    assert e.value.hint == 'pip install "summbench[chrf]"'


@pytest.mark.parametrize(
    ("parameters", "message"), [((0, 0, 2), "char_order"), ((6, -1, 2), "word_order"), ((6, 0, 0), "beta")]
)
def test_impossible_orders_are_refused(parameters: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=f"{message} is "):
        Chrf(*parameters)
