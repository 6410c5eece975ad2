"""A document is put into a prompt, cut or in parts where it does not fit, with every token counted."""

import pytest

from bench.core.asks import Draft, Generation, Turn, options
from bench.core.errors import InferenceError, TooLong
from bench.core.types import Document
from bench.models.asking import Asking, OnOverflow
from bench.models.prompt import read_prompt
from bench.testing import Scripted, answer
from bench.text.reach import Reach, Words

DOC = Document("d", "One two three. Four five. Six seven eight nine.", query="Why?")
PROMPT = read_prompt("{query}\n{document}")


def asked(how: OnOverflow, reach: Reach | None) -> tuple[list[str], Draft]:
    """The prompts, and the draft in the end, of a model that answers with the first word of the text."""
    backend = Scripted(lambda prompt: prompt.split()[1])
    draft = answer(Asking(backend, PROMPT, None, "{}", how).ask(DOC, reach))
    return [ask.turns[-1].text for batch in backend.batches for ask in batch], draft


def test_where_there_is_no_limit_the_document_is_shown_and_nothing_is_counted() -> None:
    assert asked("error", None) == ([f"Why?\n{DOC.text}"], Draft("One"))


@pytest.mark.parametrize("how", ["head", "head_tail", "error", "chunk"])
def test_a_document_that_fits_is_one_question(how: OnOverflow) -> None:
    assert asked(how, Reach(Words(), 9)) == ([f"Why?\n{DOC.text}"], Draft("One", "stop", 9, 0))


@pytest.mark.parametrize(
    ("how", "shown"), [("head", "One two three. Four "), ("head_tail", "One two \n…\neight nine.")]
)
def test_what_is_cut_is_counted(how: OnOverflow, shown: str) -> None:
    assert asked(how, Reach(Words(), 4)) == ([f"Why?\n{shown}"], Draft("One", "stop", 9, 5))


def test_a_document_that_must_not_be_cut_fails_before_anybody_is_asked() -> None:
    with pytest.raises(TooLong, match="9 tokens, the prompt has room for 4"):
        next(Asking(Scripted({}), PROMPT, None, "{}", "error").ask(DOC, Reach(Words(), 4)))


def test_in_chunks_all_of_it_is_read_with_the_query_each_time() -> None:
    prompts, draft = asked("chunk", Reach(Words(), 5))
    assert prompts == [
        "Why?\nOne two three. Four five. ",
        "Why?\nSix seven eight nine.",
        "Why?\nOne\n\nSix",
    ]
    assert draft == Draft("One", "stop", document_tokens=9, truncated_tokens=0)


def test_system_prompt_options_and_sample_go_into_every_question() -> None:
    backend = Scripted(lambda prompt: "S.")
    system = read_prompt("Be brief. {query}", whole=False)
    answer(Asking(backend, PROMPT, system, options({"top_k": 5}), "chunk").ask(DOC, Reach(Words(), 5), 2))
    asks = [ask for batch in backend.batches for ask in batch]
    assert {(ask.turns[0], ask.options, ask.sample) for ask in asks} == {
        (Turn("system", "Be brief. Why?"), '{"top_k": 5}', 2)
    }
    assert len(asks) == 3


def test_a_summary_that_a_limit_cut_says_so() -> None:
    dialogue = Asking(Scripted({}), PROMPT, None, "{}", "head").ask(DOC, Reach(Words(), 9))
    next(dialogue)
    with pytest.raises(StopIteration) as end:
        dialogue.send([Generation("S", "length")])
    assert end.value.value == Draft("S", "length", 9, 0)


def test_a_failed_answer_fails_the_document() -> None:
    with pytest.raises(InferenceError, match="no answer"):
        answer(Asking(Scripted({}), PROMPT, None, "{}", "head").ask(DOC, None))
