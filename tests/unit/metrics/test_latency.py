"""Recorded seconds."""

from bench.core.types import Document, Summary
from bench.metrics.latency import Latency

DOC = Document("d", "Text.")


def test_seconds_are_those_of_the_summary() -> None:
    assert Latency().score(DOC, Summary("d", "s", "", "x", seconds=1.5)).values == {"seconds": 1.5}
    assert Latency().score(DOC, Summary("d", "s", "", "x", seconds=0.0)).values == {"seconds": 0.0}


def test_a_summary_that_was_not_timed_has_no_value() -> None:
    found = Latency().score(DOC, Summary("d", "s", "", "x"))
    assert (found.values, found.reasons) == ({"seconds": None}, {"seconds": "not measured"})
