"""The two yardsticks that are no systems: the whole text and its title."""

import pytest

from bench.core.errors import InferenceError
from bench.core.types import Document
from bench.models.copy_ import Copy
from bench.models.headline import Headline


def test_copy_is_the_whole_text_one_sentence_a_line() -> None:
    assert Copy().summarise(Document("d", "One is\nhere. Two.\n\nThree")) == "One is here.\nTwo.\nThree"


def test_headline_is_the_title_on_one_line() -> None:
    assert Headline().summarise(Document("d", "Text.", headline=" A long\ntitle ")) == "A long title"


@pytest.mark.parametrize("headline", [None, "", " \n"])
def test_a_document_without_a_headline_fails_by_name(headline: str | None) -> None:
    with pytest.raises(InferenceError, match="document 'd7' has no headline"):
        Headline().summarise(Document("d7", "Text.", headline=headline))


def test_both_are_shown_apart() -> None:
    assert Copy.apart
    assert Headline.apart
    assert Headline.needs == {"headline"}
