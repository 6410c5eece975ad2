"""Random sentences that never change by accident."""

import pytest

from bench.core.types import Document
from bench.models.random_ import Random

TEXT = " ".join(f"Sentence {i} is here." for i in range(20))


def test_the_choice_is_fixed_for_ever() -> None:
    assert Random(sentences=4, seed=0).summarise(Document("d", TEXT)).splitlines() == [
        "Sentence 8 is here.",
        "Sentence 12 is here.",
        "Sentence 17 is here.",
        "Sentence 18 is here.",
    ]


def test_seed_and_document_id_change_the_choice() -> None:
    choices = {Random(seed=seed).summarise(Document(id_, TEXT)) for seed in (0, 1) for id_ in ("a", "b")}
    assert len(choices) == 4


def test_each_sample_is_another_choice_and_the_first_is_the_usual_one() -> None:
    doc, random = Document("d", TEXT), Random()
    choices = [random.summarise(doc, sample) for sample in range(4)]
    assert choices[0] == random.summarise(doc)
    assert len(set(choices)) == 4
    assert choices == [random.summarise(doc, sample) for sample in range(4)]


def test_every_sentence_has_the_same_chance() -> None:
    n = 3000
    text = "One. Two. Three. Four."
    picked = [Random(sentences=1).summarise(Document(str(i), text)) for i in range(n)]
    shares = [picked.count(word) / n for word in ("One.", "Two.", "Three.", "Four.")]
    assert shares == pytest.approx([0.25] * 4, abs=0.03)


def test_no_sentences_are_refused() -> None:
    with pytest.raises(ValueError, match="sentences is 0"):
        Random(sentences=0)
