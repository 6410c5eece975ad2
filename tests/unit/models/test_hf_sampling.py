"""Samples: each question has its own random numbers, and they are drawn from the model's distribution."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bench.backends.hf_generate import HfSession
from bench.core.asks import Generate, Generation
from bench.core.types import Document
from bench.models.hf import Hf
from tests.conftest import Tiny
from tests.tiny.checkpoints import beginnings

# Upper 0.1 % point of chi-square with 5 degrees of freedom.
CHI_SQUARE_5 = 20.5


@pytest.fixture(scope="module")
def session(tiny: Tiny) -> Iterator[HfSession]:
    opened = Hf(str(tiny("llama"))).backends[0].open(lambda _: None)
    yield opened
    opened.close()


def system(tiny: Tiny, seed: int = 0, **given: Any) -> Hf:
    return Hf(str(tiny("llama")), seed=seed, generation={"max_new_tokens": 10, "do_sample": True, **given})


def ask(hf: Hf, doc: Document, sample: int = 0) -> Generate:
    (question,) = next(hf.summarise(doc, sample))
    assert isinstance(question, Generate)
    return question


def texts(session: HfSession, *asks: Generate) -> list[str]:
    return [a.text for a in session.answer(asks) if isinstance(a, Generation)]


def test_a_sample_depends_on_seed_number_and_prompt_and_on_nothing_else(
    session: HfSession, tiny: Tiny
) -> None:
    first, second = beginnings(2)
    hf = system(tiny)
    asks = [ask(hf, first, i) for i in range(6)]
    drawn = texts(session, *asks)
    assert len(set(drawn)) == 6, "each sample is another one"
    assert texts(session, *asks[::-1]) == drawn[::-1]
    assert texts(session, asks[3]) == [drawn[3]]
    assert texts(session, ask(system(tiny, seed=1), first, 3)) != [drawn[3]]
    assert texts(session, ask(hf, second, 3)) != [drawn[3]]


def test_the_random_numbers_of_others_are_left_alone(session: HfSession, tiny: Tiny) -> None:
    import torch

    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    for beams in (1, 2):
        question = ask(system(tiny, num_beams=beams), beginnings(1)[0])
        drawn = texts(session, question)
        torch.rand(3)
        assert texts(session, question) == drawn
        torch.random.set_rng_state(before)
        assert texts(session, question) == drawn
        assert torch.equal(torch.random.get_rng_state(), before)


def test_without_sampling_all_samples_are_one_question(tiny: Tiny) -> None:
    doc = beginnings(1)[0]
    greedy = Hf(str(tiny("llama")), seed=3, generation={"num_beams": 2})
    assert ask(greedy, doc, 0) == ask(greedy, doc, 1)
    assert "seed" not in json.loads(ask(greedy, doc).options)
    drawn = system(tiny, seed=3)
    assert (greedy.draws, drawn.draws) == (False, True)
    assert ask(drawn, doc, 0) != ask(drawn, doc, 1)
    assert json.loads(ask(drawn, doc).options)["seed"] == 3


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_tokens_are_drawn_with_their_probability(session: HfSession, tiny: Tiny, temperature: float) -> None:
    import torch

    hf = system(tiny, temperature=temperature, top_k=6, max_new_tokens=1)
    question = ask(hf, beginnings(1)[0])
    n = 1500
    asks = [replace(question, sample=i) for i in range(n)]
    row = session._tokens.ids(question.turns)
    settled = session._settled(question.options)
    drawn = Counter(new for (new,) in session._sequences([row] * n, asks, settled))

    with torch.inference_mode():
        logits = session._model(torch.tensor([list(row)])).logits[0, -1]
    top = logits.topk(6)
    wanted = dict(zip(top.indices.tolist(), (top.values / temperature).softmax(-1).tolist(), strict=True))
    assert drawn.keys() <= wanted.keys(), "top_k comes before the draw"
    distance = sum((drawn[t] - n * p) ** 2 / (n * p) for t, p in wanted.items())
    assert distance < CHI_SQUARE_5
    # The same draws are far from what another temperature would give.
    other = dict(zip(top.indices.tolist(), top.values.softmax(-1).tolist(), strict=True))
    assert sum((drawn[t] - n * p) ** 2 / (n * p) for t, p in other.items()) > 4 * CHI_SQUARE_5
