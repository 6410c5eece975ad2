"""What holds for every change of every text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.types import Document
from bench.text.perturb import KINDS, perturb
from bench.text.perturb_controls import _american
from bench.text.perturb_numbers import NUMBER_WORDS
from bench.text.tokens import words

PIECES = [
    "Anna Berg", "Oslo", "the French", "NATO", "an old", "was", "had built", "did not", "it's", "rose",
    "more", "350", "1,000", "12345", "4.5", "five", "12 per cent", "9%", "2017", "on 4 May", "“well”",
    "'so'", "colour", "center", "praised", "in", "of", "and", ".", "\n", "\n- ", ",", "é漢", "  ", "?",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map(" ".join)
documents = st.builds(lambda text, ref: (text, (ref,)), texts, texts)
sets = st.lists(documents, min_size=1, max_size=4).map(
    lambda found: [Document(f"doc{i}", text, references) for i, (text, references) in enumerate(found)]
)
kinds = st.sampled_from(sorted(KINDS))
laws = settings(max_examples=300)


@laws
@given(kinds, sets, texts, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_documents_does_not_matter_and_a_seed_says_all(
    kind: str, docs: list[Document], text: str, seed: int, shuffler: object
) -> None:
    first = perturb(kind, docs[0], text, docs, seed)
    others = docs[1:]
    shuffler.shuffle(others)  # type: ignore[attr-defined]
    assert perturb(kind, docs[0], text, others, seed) == first


@laws
@given(kinds, sets, texts | st.text(max_size=40))
def test_a_change_changes_only_the_place_that_it_names(kind: str, docs: list[Document], text: str) -> None:
    edit = perturb(kind, docs[0], text, docs)
    if edit is None:
        return
    assert edit.text != text
    assert 0 <= edit.before.start <= edit.before.end <= len(text)
    assert 0 <= edit.after.start <= edit.after.end <= len(edit.text)
    assert text[: edit.before.start] == edit.text[: edit.after.start]
    assert text[edit.before.end :] == edit.text[edit.after.end :]


CONTROLS = sorted(name for name, kind in KINDS.items() if kind.group == "controls")
SHORT = {"do not": "don't", "did not": "didn't", "it is": "it's"}


def plain(text: str) -> list[str]:
    """The words of a text in one case, spelling and way of writing quotes, numbers and contractions."""
    text = " ".join(text.lower().translate(str.maketrans("“”‘’", "\"\"''")).split())
    for pair in (SHORT, _american(), {word: str(value) for word, value in NUMBER_WORDS.items()}):
        for one, other in pair.items():
            text = re.sub(rf"\b{re.escape(one)}\b", other, text)
    text = re.sub(r"(?<=\d)\.(?=\d)", "point", re.sub(r"(?<=\d),(?=\d{3})", "", text))
    return words(re.sub(r" ?(?:per cent|percent|%)", " pct", text))


@pytest.mark.parametrize("kind", CONTROLS)
@given(docs=sets, text=texts)
def test_controls_are_the_same_in_other_words(kind: str, docs: list[Document], text: str) -> None:
    if edit := perturb(kind, docs[0], text, docs):
        assert plain(edit.text) == plain(text)


@laws
@given(st.sampled_from(sorted(KINDS.keys() - set(CONTROLS))), sets, texts)
def test_errors_are_more_than_other_words(kind: str, docs: list[Document], text: str) -> None:
    edit = perturb(kind, docs[0], text, docs)
    if edit and kind not in ("wrong_article", "shuffled", "dropped"):
        assert plain(edit.text) != plain(text)


@laws
@given(st.sampled_from(["number_unseen", "entity_other"]), sets, texts)
def test_what_comes_from_outside_is_not_in_the_document(kind: str, docs: list[Document], text: str) -> None:
    doc = docs[0]
    if edit := perturb(kind, doc, text, docs):
        new = plain(edit.text[edit.after.start : edit.after.end])[-1:]
        assert not set(new) & {w for part in (doc.text, *doc.references) for w in plain(part)}
