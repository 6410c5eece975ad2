"""What stands beside a name or number, and who does it."""

import pytest

from bench.text.analysis import analyse
from bench.text.names import names
from bench.text.quantities import quantities
from bench.text.shares import bits, shares
from bench.text.slots import Link, fit, led_to, name_links, number_links
from bench.text.source import read_source


def beside(text: str, words: str) -> set[tuple[str, int, int, str]]:
    """Stem, rank, side and preposition of what stands beside a name of a text."""
    source = read_source(text, "en")
    (claim,) = analyse(text, "en")
    (name,) = [
        n
        for n in names(source, claim, True)
        if text[claim.tokens[n.start].span.start : claim.tokens[n.end - 1].span.end] == words
    ]
    return {(link.stem, link.rank, link.side, link.by) for link in name_links(source, claim.tokens, name)}


@pytest.mark.parametrize(
    ("text", "words", "link"),
    [
        ("Yesterday Anna Karin praised the cook.", "Anna Karin", ("prais", 0, 1, "")),
        ("The cook praised Anna Karin.", "Anna Karin", ("prais", 0, -1, "")),
        # The passive is turned round.
        ("Yesterday Anna Karin was praised.", "Anna Karin", ("prais", 0, -1, "")),
        ("The cook was praised by Anna Karin.", "Anna Karin", ("prais", 0, 1, "")),
        ("The cook travelled to Madrid.", "Madrid", ("travel", 0, -1, "to")),
        # Appositions and parts of a name are passed over.
        ("Yesterday Anna Karin, a friend of the cook, wrote letters.", "Anna Karin", ("wrote", 0, 1, "")),
        ("Yesterday Anna Karin of Acme Works wrote letters.", "Anna Karin", ("wrote", 0, 1, "")),
    ],
)
def test_what_stands_beside_a_name(text: str, words: str, link: tuple[str, int, int, str]) -> None:
    assert link in beside(text, words)


@pytest.mark.parametrize(
    ("text", "words", "stem"),
    [
        # Another clause, a pronoun, another name, or a word for what somebody is.
        ("Yesterday Anna Karin left; a cook wrote letters.", "Anna Karin", "wrote"),
        ("Yesterday Anna Karin knew that he wrote letters.", "Anna Karin", "wrote"),
        ("Yesterday Anna Karin of Acme Works wrote letters.", "Acme Works", "wrote"),
        ("The Acme striker wrote letters.", "Acme", "striker"),
    ],
)
def test_what_does_not(text: str, words: str, stem: str) -> None:
    assert stem not in {link[0] for link in beside(text, words)}


def test_numbers_end_at_punctuation_and_other_numbers() -> None:
    (claim,) = analyse("They won 81 points in 38 games, a record.", "en")
    first, second = (number_links(claim.tokens, q) for q in quantities(claim))
    assert {link.stem for link in first} == {"won", "point"}
    assert {link.stem for link in second} == {"game", "point"}


def test_how_far_two_places_fit() -> None:
    mine = [Link("prais", 0, 1, ""), Link("madrid", 0, -1, "in")]
    assert fit(mine, mine) == 2
    assert fit(mine, [Link("prais", 0, 1, "")]) == 1
    assert fit(mine, [Link("prais", 0, -1, "")]) == 0
    assert fit(mine, [Link("madrid", 0, -1, "to")]) == 0.5
    assert fit(mine, [Link("prais", 3, 1, "")]) == 0.5


def test_the_preposition_before_an_article() -> None:
    (claim,) = analyse("He went to the Alps", "en")
    assert (led_to(claim.tokens, 4), led_to(claim.tokens, 0)) == ("to", "")


def test_shares_of_a_statement() -> None:
    source = read_source("The old bridge fell. Nobody was hurt. The mayor sang.", "en")
    (claim,) = analyse("The bridge fell in York and nobody was hurt.", "en")
    york = next(i for i, t in enumerate(claim.tokens) if t.text == "york")
    found = shares(source, claim.tokens, york, york + 1)
    assert sum(found.alone) == pytest.approx(1)
    assert found.alone[2] == 0 < found.around[2] < found.around[1] < 1
    assert list(bits(0b1101)) == [0, 2, 3]
    assert set(shares(source, claim.tokens, 0, len(claim.tokens)).alone) == {0.0}
