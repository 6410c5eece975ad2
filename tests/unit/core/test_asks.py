"""Questions: what they are made of, and dialogues that are put together."""

import json
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from bench.core.asks import Dialogue, Draft, Generate, Generation, Turn, generate, options, together
from bench.core.errors import InferenceError
from bench.testing import Scripted, answer

BACKEND = Scripted(str.upper)


def ask(prompt: str, **more: Any) -> Generate:
    return Generate(BACKEND, (Turn("user", prompt),), **more)


def test_equal_questions_are_equal_and_can_be_keys() -> None:
    assert ask("a") == ask("a")
    assert len({ask("a"), ask("a"), ask("b"), ask("a", sample=1)}) == 3


def test_the_content_has_all_that_makes_a_question_another_one() -> None:
    changed = [
        ask("a"),
        ask("b"),
        ask("a", sample=1),
        ask("a", options='{"seed": 1}'),
        Generate(BACKEND, (Turn("system", "a"),)),
        Generate(BACKEND, (Turn("user", "a"), Turn("user", ""))),
    ]
    contents = [json.dumps(a.content()) for a in changed]
    assert len(set(contents)) == len(changed)
    assert all("scripted" not in content for content in contents), "the backend is in the key by itself"


def test_only_equal_decoding_parameters_share_a_batch() -> None:
    assert (
        ask("a", options=options({"seed": 1, "max": 2})).group
        == ask("b", options='{"max": 2, "seed": 1}').group
    )
    assert ask("a", options=options({"seed": 1})).group != ask("a", options=options({"seed": 2})).group


def test_decoding_parameters_have_one_spelling_and_no_nan() -> None:
    assert options({"b": 1, "a": [1.5, None, "é"]}) == '{"a": [1.5, null, "é"], "b": 1}'
    with pytest.raises(ValueError, match="JSON"):
        options({"temperature": float("nan")})


def test_an_answer_survives_being_kept_and_an_empty_one_is_not_kept() -> None:
    whole = Generation("Text.", "length", 3, 4, 0.5, 0.25)
    assert ask("a").unpack(json.loads(json.dumps(ask("a").pack(whole)))) == whole
    assert ask("a").pack(Generation(" \n")) is None


def asking(*prompts: str) -> Dialogue[list[str]]:
    return [a.text for a in (yield from generate([ask(p) for p in prompts]))]


def test_generate_returns_the_answers_in_order() -> None:
    assert answer(asking("a", "b", "c")) == ["A", "B", "C"]


def test_generate_raises_the_first_failure() -> None:
    dialogue = asking("a", "b", "c")
    next(dialogue)
    with pytest.raises(InferenceError, match="first"):
        dialogue.send([Generation("A"), InferenceError("first"), InferenceError("second")])


def rounds(name: str, n: int) -> Dialogue[str]:
    """Asks ``n`` times, each time one more question than before."""
    text = name
    for i in range(n):
        answers = yield from generate([ask(f"{text}{i}{j}") for j in range(i + 1)])
        text = answers[-1].text
    return text


def by_hand(dialogue: Generator[Sequence[Any], Sequence[Any], Any]) -> tuple[list[int], Any]:
    """The numbers of questions of each round, and the result."""
    sizes = []
    try:
        asks = next(dialogue)
        while True:
            sizes.append(len(asks))
            asks = dialogue.send([Generation(a.turns[-1].text.upper()) for a in asks])
    except StopIteration as e:
        return sizes, e.value


def test_together_pools_the_rounds_and_keeps_the_order_of_the_results() -> None:
    lengths = [2, 0, 3, 1]
    sizes, results = by_hand(together([rounds(f"x{n}", n) for n in lengths]))
    assert results == [answer(rounds(f"x{n}", n)) for n in lengths]
    assert sizes == [3, 4, 3], "a round has the questions of all that are not finished"


def test_together_with_nobody_is_finished_at_once() -> None:
    assert by_hand(together([])) == ([], [])


def test_an_exception_of_one_is_raised_and_closes_the_others() -> None:
    closed = []

    def patient() -> Dialogue[None]:
        try:
            yield from asking("a", "b")
        finally:
            closed.append("patient")

    def broken() -> Dialogue[None]:
        yield from asking("c")
        raise ZeroDivisionError

    several = [patient(), broken(), patient()]
    dialogue = together(several)
    next(dialogue)
    with pytest.raises(ZeroDivisionError):
        dialogue.send([Generation("")] * 5)
    assert closed == ["patient", "patient"]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"finish": "eos"}, "finish is 'eos': expected stop or length"),
        ({"document_tokens": 5, "truncated_tokens": 6}, "truncated_tokens is 6: expected 0 to the 5 of the"),
        (
            {"document_tokens": 5, "truncated_tokens": -1},
            "truncated_tokens is -1: expected 0 to the 5 of the",
        ),
    ],
)
def test_a_draft_says_nothing_impossible(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Draft("x", **parts)


def test_together_is_closed_with_those_that_are_in_it() -> None:
    closed = []

    def patient() -> Dialogue[None]:
        try:
            yield from asking("a")
        finally:
            closed.append(True)

    several = [patient(), patient()]
    dialogue = together(several)
    next(dialogue)
    dialogue.close()
    assert closed == [True, True]
