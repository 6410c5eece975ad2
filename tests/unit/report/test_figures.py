"""Numbers as readers see them."""

import pytest

from bench.report.figures import chance, counted, interval, number, percent, rough, rounded_up, signed


@pytest.mark.parametrize(
    ("value", "digits", "scale", "text"),
    [
        (0.41204, 2, 100, "41.20"),
        (0.7126, 3, 1, "0.713"),
        (71.3, 0, 1, "71"),
        (-0.004, 2, 100, "−0.40"),
        (-0.0000001, 2, 100, "0.00"),
        (-0.0, 3, 1, "0.000"),
        (None, 2, 100, "–"),
    ],
)
def test_a_number(value: float | None, digits: int, scale: int, text: str) -> None:
    assert number(value, digits, scale) == text


@pytest.mark.parametrize(
    ("lo", "hi", "text"),
    [
        (0.379, 0.4441, "[37.9,44.4]"),
        (0.3791, 0.3794, "[37.91,37.94]"),
        (0.3786, 0.3799, "[37.86,37.99]"),  # not [37.9,38.0]
        (0.5, 0.5, "[50.0,50.0]"),
        (-0.02, 0.01, "[−2.0,1.0]"),
        (None, None, ""),
    ],
)
def test_an_interval(lo: float | None, hi: float | None, text: str) -> None:
    assert interval(lo, hi, 2, 100) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0261, "2.6"), (0.00312, "0.31"), (1.404, "140"), (0.1, "10"), (0.0, "0")]
)
def test_a_rough_number(value: float, text: str) -> None:
    assert rough(value, 100) == text


def test_a_share() -> None:
    assert [percent(x) for x in (0.0, 0.0001, 0.125, 1.0)] == ["0.0 %", "<0.1 %", "12.5 %", "100.0 %"]


def test_a_count() -> None:
    assert [counted(n, "document") for n in (1, 2, 10_000)] == [
        "1 document",
        "2 documents",
        "10,000 documents",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(0.0421, "+4.21"), (-0.004, "−0.40"), (0.00001, "0.00"), (0.0, "0.00"), (None, "–")]
)
def test_a_difference_has_a_sign_unless_it_is_nothing(value: float | None, text: str) -> None:
    assert signed(value, 2, 100) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.00099, "<.001"), (0.001, ".001"), (0.0494, ".049"), (0.0996, ".10"), (0.214, ".21"), (1.0, "1.00")],
)
def test_a_p(p: float, text: str) -> None:
    assert chance(p) == text


@pytest.mark.parametrize(("n", "text"), [(1, "1"), (99, "99"), (101, "110"), (12_001, "13,000")])
def test_needed_documents_are_rounded_up(n: int, text: str) -> None:
    assert rounded_up(n) == text
