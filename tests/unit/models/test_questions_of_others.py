"""A metric may put its own questions to a system's model: with its decoding, without its prompts."""

from pathlib import Path

import pytest

from bench.core.asks import Generate, Generation, Turn
from bench.core.types import Document, Summary
from bench.metrics.judge import Judge
from bench.models.chat import Chat
from bench.models.hf import Hf
from bench.testing import answer
from tests.conftest import Tiny
from tests.tiny.checkpoints import news

URL = "http://127.0.0.1:8080/v1"
QUESTION = (Turn("user", "Is it so?"),)


def fill(text: str) -> tuple[Turn, ...]:
    return (Turn("user", f"Is it so? {text}"),)


def test_a_server_is_asked_with_the_systems_own_decoding() -> None:
    chat = Chat(URL, "m", prompt="Shorten {document}", system_prompt="You are brief.", max_tokens=9, seed=4)
    assert chat.ask(QUESTION, 2) == Generate(
        chat.backends[0], QUESTION, '{"max_tokens": 9, "seed": 4, "temperature": 0.0}', 2
    )


def test_a_server_has_room_beside_the_question() -> None:
    assert Chat(URL, "m").room(fill) is None
    reach = Chat(URL, "m", context=300, max_tokens=200, bytes_per_token=5.0).room(fill)
    assert reach is not None
    # 300 − 200 for the answer − 32 for the chat template − 2 for "Is it so? ".
    assert reach.room == 66


def test_a_local_model_is_asked_with_the_systems_own_decoding(tiny: Tiny) -> None:
    given = {"do_sample": True, "max_new_tokens": 9}
    hf = Hf(str(tiny("llama")), prompt="Shorten {document}", seed=4, generation=given)
    assert hf.ask(QUESTION, 2) == Generate(
        hf.backends[0], QUESTION, '{"do_sample": true, "max_new_tokens": 9, "seed": 4}', 2
    )
    assert Hf(str(tiny("llama"))).ask(QUESTION, 2).sample == 0, "it would say the same"


@pytest.mark.parametrize("kind", ["llama", "t5"])
def test_a_local_model_has_room_beside_the_question(tiny: Tiny, kind: str) -> None:
    hf = Hf(str(tiny(kind)), generation={"max_new_tokens": 9})
    reach = hf.room(fill)
    text = reach.ruler.head(" ".join(doc.text for doc in news(2)), reach.room)
    read = hf.backends[0].measure(hf.ask(fill(text))).input_tokens
    limit = 512 - 9 if kind == "llama" else 200
    assert limit - 8 <= read <= limit


def test_a_local_judge_reads_a_document_in_parts(tiny: Tiny, tmp_path: Path) -> None:
    """Random weights write no verdict, and none is made of what they write."""
    prompt = tmp_path / "short.txt"
    prompt.write_text("{document}\n{claim}\nSupported?", "utf-8")
    judge = Judge(Hf(str(tiny("llama")), generation={"max_new_tokens": 9}), prompt=str(prompt))
    judge.ready()
    doc = Document("d", " ".join(doc.text for doc in news(2)))
    dialogue = judge.score(doc, Summary("d", "s", "s", "It rained."))
    asks = next(dialogue)
    assert len(asks) > 1
    assert all(ask.backend.measure(ask).input_tokens <= 512 - 9 for ask in asks)
    with pytest.raises(StopIteration) as end:
        dialogue.send([Generation("verdict: not supported")] * len(asks))
    assert end.value.value.values["supported"] == 0

    score = answer(judge.score(doc, Summary("d", "s", "s", "It rained.")))
    assert (score.values["supported"], score.values["abstained"], score.values["read"]) == (None, 1, 1)
