"""What a model read and wrote."""

import pytest

from bench.core.types import Document, Summary
from bench.metrics.tokens import Tokens

DOC = Document("d", "Text.")


def test_counts_are_those_of_the_summary() -> None:
    summary = Summary(
        "d",
        "s",
        "",
        "x",
        input_tokens=120,
        output_tokens=0,
        document_tokens=400,
        truncated_tokens=300,
        cost=0.02,
    )
    found = Tokens().score(DOC, summary)
    assert (found.values, found.reasons) == ({"read": 0.25, "input": 120, "output": 0, "cost": 0.02}, {})


@pytest.mark.parametrize(("truncated", "read"), [(0, 1.0), (400, 0.0)])
def test_all_and_nothing_can_be_read(truncated: int, read: float) -> None:
    summary = Summary("d", "s", "", "x", document_tokens=400, truncated_tokens=truncated)
    assert Tokens().score(DOC, summary).values["read"] == read


def test_nothing_of_an_empty_document_was_left_out() -> None:
    summary = Summary("d", "s", "", "x", document_tokens=0, truncated_tokens=0)
    assert Tokens().score(DOC, summary).values["read"] == 1.0


def test_what_nobody_counted_has_a_reason() -> None:
    found = Tokens().score(DOC, Summary("d", "s", "", "x", document_tokens=400))
    assert set(found.values.values()) == {None}
    assert found.reasons == {
        "read": "the system has no tokenizer",
        "input": "the system counts no tokens",
        "output": "the system counts no tokens",
        "cost": "no price was given when it was made",
    }


def test_only_the_share_is_in_a_normal_table() -> None:
    assert [(c.name, c.better, c.shown) for c in Tokens.columns] == [
        ("read", "none", True),
        ("input", "none", False),
        ("output", "none", False),
        ("cost", "none", False),
    ]
