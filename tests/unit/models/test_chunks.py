"""Long documents are cut at ends of sentences and read part by part, with nothing left out."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bench.core.asks import Dialogue, Draft, Generate, Generation, Turn, generate
from bench.core.errors import InferenceError, TooLong
from bench.core.types import Document
from bench.models.chunks import Step, map_reduce, refine
from bench.testing import Scripted
from bench.text.chunks import chunks
from bench.text.reach import Bytes, Reach, Words

TEXT = "One two three. Four five. Six seven eight nine.\n\nTen eleven. Twelve."
DOC = Document("d", TEXT, headline="H", query="Q?", lang="en")


def words(room: int) -> Reach:
    return Reach(Words(), room)


@pytest.mark.parametrize(
    ("room", "parts"),
    [
        (99, [TEXT]),
        (12, [TEXT]),
        (11, ["One two three. Four five. ", "Six seven eight nine.\n\nTen eleven. Twelve."]),
        (7, ["One two three. Four five. ", "Six seven eight nine.\n\nTen eleven. Twelve."]),
        (6, ["One two three. Four five. ", "Six seven eight nine.\n\n", "Ten eleven. Twelve."]),
        (4, ["One two three. ", "Four five. ", "Six seven eight nine.\n\n", "Ten eleven. Twelve."]),
        (
            2,
            [
                "One two ",
                "three. ",
                "Four five. ",
                "Six seven ",
                "eight nine.\n\n",
                "Ten eleven. ",
                "Twelve.",
            ],
        ),
    ],
)
def test_parts_end_where_sentences_do(room: int, parts: list[str]) -> None:
    assert chunks(TEXT, "en", words(room)) == parts


def test_the_last_part_is_no_stub() -> None:
    text = " ".join(f"Sentence number {i}." for i in range(11))
    assert [part.count(".") for part in chunks(text, "en", words(30))] == [6, 5]


def test_a_sentence_without_an_end_is_cut_between_words_into_even_pieces() -> None:
    parts = chunks("well " * 21, "en", words(10))
    assert [part.count("well ") for part in parts] == [7, 7, 7]


def test_no_word_is_cut_that_fits() -> None:
    assert chunks("aaaa bbbb cccc", "en", Reach(Bytes(per_token=1), 7)) == ["aaaa ", "bbbb ", "cccc"]


@pytest.mark.parametrize("text", ["word " * 20_000, "語" * 20_000])
def test_a_sentence_without_an_end_is_not_measured_again_for_each_piece(text: str) -> None:
    measured = []

    class Counting(Words):
        def count(self, text: str) -> int:
            measured.append(len(text))
            return super().count(text)

    parts = chunks(text, None, Reach(Counting(), 50))
    assert "".join(parts) == text
    assert 400 <= len(parts) <= 440
    assert sum(measured) < 60 * len(text)


def test_a_long_word_is_cut_anywhere() -> None:
    assert chunks("aaaa bbbbbbbbbb", "en", Reach(Bytes(per_token=1), 5)) == ["aaaa ", "bbbbb", "bbbbb"]


def test_text_without_spaces_is_cut_between_characters() -> None:
    assert chunks("今天下雨了明天也", "zh", words(3)) == ["今天下", "雨了明", "天也"]


def test_white_space_is_no_part_of_its_own_and_nothing_has_no_parts() -> None:
    assert chunks("  One.  Two.  ", "en", words(1)) == ["  One.  ", "Two.  "]
    assert chunks("", "en", words(1)) == []


@pytest.mark.parametrize("room", [0, -5])
def test_without_room_there_are_no_parts(room: int) -> None:
    with pytest.raises(TooLong, match="no room for the document"):
        chunks(TEXT, "en", words(room))


def test_a_character_that_does_not_fit_is_named() -> None:
    with pytest.raises(TooLong, match="'🎈' alone takes more than the room of 3 tokens"):
        chunks("a🎈", "en", Reach(Bytes(per_token=1), 3))


@dataclass(frozen=True)
class Joints(Words):
    """Counts a further token between any two sentences."""

    def count(self, text: str) -> int:
        return len(text.split()) + max(0, text.count(".") - 1)


def test_a_tokenizer_that_finds_more_in_a_whole_than_in_its_parts_is_obeyed() -> None:
    reach = Reach(Joints(), 5)
    assert chunks("It rains. It pours. They go.", "en", reach) == ["It rains. It pours. ", "They go."]
    assert chunks("It rains. It still pours.", "en", reach) == ["It rains. ", "It still pours."]
    seen: list[Document] = []
    text = "So it begins now. It rains. It still pours."
    told(refine(Document("d", text), Reach(Joints(), 6), writes(lambda text: "On", seen)))
    assert [doc.text for doc in seen] == ["So it begins now. ", "On\n\nIt rains. ", "On\n\nIt still pours."]


def told(dialogue: Dialogue[Draft]) -> Draft:
    """The end of a dialogue in which nobody is asked."""
    with pytest.raises(StopIteration) as end:
        next(dialogue)
    draft = end.value.value
    assert isinstance(draft, Draft)
    return draft


def writes(text: Callable[[str], str], seen: list[Document], dropped: int | None = 0) -> Step:
    """A step that notes what it is shown."""

    def step(doc: Document) -> Dialogue[Draft]:
        seen.append(doc)
        yield from ()
        return Draft(text(doc.text), "length", 99, dropped)

    return step


def first_word(text: str) -> str:
    return text.split()[0]


@pytest.mark.parametrize("read", [map_reduce, refine])
def test_a_document_that_fits_takes_one_step(read: Callable[..., Dialogue[Draft]]) -> None:
    seen: list[Document] = []
    assert told(read(DOC, words(12), writes(first_word, seen, 2))) == Draft("One", "length", 12, 2)
    assert seen == [DOC]


def test_parts_are_summarised_and_then_their_summaries() -> None:
    seen: list[Document] = []
    draft = told(map_reduce(DOC, words(6), writes(first_word, seen)))
    assert [doc.text for doc in seen] == [*chunks(TEXT, "en", words(6)), "One\n\nSix\n\nTen"]
    assert draft == Draft("One", "length", document_tokens=12, truncated_tokens=0)


def test_query_headline_and_language_go_with_every_part() -> None:
    seen: list[Document] = []
    told(map_reduce(DOC, words(4), writes(first_word, seen)))
    told(refine(DOC, words(4), writes(first_word, seen)))
    assert {(doc.query, doc.headline, doc.lang) for doc in seen} == {("Q?", "H", "en")}


def test_summaries_that_do_not_fit_are_summarised_in_parts_again() -> None:
    seen: list[Document] = []
    text = " ".join(f"Word{i} is one of several long words." for i in range(8))
    told(map_reduce(Document("d", text), words(8), writes(lambda text: f"{first_word(text)} etc.", seen)))
    assert [doc.text.count("etc.") for doc in seen] == [*[0] * 8, 4, 4, 2]
    assert seen[-1].text == "Word0 etc.\n\nWord4 etc."


def test_what_the_first_round_did_not_show_counts_as_not_read() -> None:
    assert told(map_reduce(DOC, words(6), writes(first_word, [], dropped=1))).truncated_tokens == 3
    assert told(map_reduce(DOC, words(6), writes(first_word, [], dropped=None))).truncated_tokens == 0
    assert told(map_reduce(DOC, words(6), writes(first_word, [], dropped=9))).truncated_tokens == 12


def test_the_reasoning_of_a_model_is_no_summary_of_a_part() -> None:
    seen: list[Document] = []
    think = writes(lambda text: f"<think>Hm. {text}</think>\n{first_word(text)}", seen)
    told(map_reduce(DOC, words(6), think))
    assert seen[-1].text == "One\n\nSix\n\nTen"
    seen.clear()
    told(refine(DOC, words(6), think))
    assert [doc.text.partition("\n\n")[0] for doc in seen[1:]] == ["One", "One"]


def test_a_part_about_which_nothing_was_written_leaves_no_gap() -> None:
    seen: list[Document] = []
    told(map_reduce(DOC, words(6), writes(lambda text: "" if "Six" in text else first_word(text), seen)))
    assert seen[-1].text == "One\n\nTen"


def test_nobody_is_asked_to_summarise_nothing() -> None:
    seen: list[Document] = []
    blank = Document("d", "aaaa          bbbb")
    assert "    " in chunks(blank.text, None, Reach(Bytes(per_token=1), 4))
    told(map_reduce(blank, Reach(Bytes(per_token=1), 4), writes(lambda text: text[0], seen)))
    assert all(doc.text.strip() for doc in seen)
    seen.clear()
    assert told(map_reduce(DOC, words(6), writes(lambda text: " ", seen))) == Draft("", "stop", 12, 0)
    assert len(seen) == 3
    assert told(map_reduce(Document("d", " " * 9), Reach(Bytes(), 2), writes(str.strip, []))).text == ""


def test_summaries_as_long_as_the_text_are_an_error_and_no_endless_loop() -> None:
    with pytest.raises(InferenceError, match="of 3 parts have 12 tokens, the parts 12: ask for shorter"):
        told(map_reduce(DOC, words(6), writes(str.strip, [])))


def test_long_summaries_that_fit_are_no_error() -> None:
    seen: list[Document] = []
    told(map_reduce(DOC, words(11), writes(lambda text: text.strip().removesuffix(" five."), seen)))
    assert [len(doc.text.split()) for doc in seen] == [5, 7, 11]


def test_another_step_may_merge_with_a_room_of_its_own() -> None:
    parts: list[Document] = []
    merged: list[Document] = []
    merge = writes(lambda text: f"{first_word(text)}!", merged)
    assert told(map_reduce(DOC, words(4), writes(first_word, parts), merge, words(2))).text == "One!!"
    assert [doc.text.split()[0] for doc in parts] == ["One", "Four", "Six", "Ten"]
    assert [doc.text.split() for doc in merged] == [["One", "Four"], ["Six", "Ten"], ["One!", "Six!"]]


def asks(doc: Document) -> Dialogue[Draft]:
    """A step that asks a model."""
    (answer,) = yield from generate([Generate(Scripted({}), (Turn("user", doc.text),))])
    return Draft(answer.text, answer.finish)


def test_all_parts_are_asked_at_once() -> None:
    dialogue = map_reduce(DOC, words(6), asks)
    asked = next(dialogue)
    assert [ask.content()[1][0][1] for ask in asked] == chunks(TEXT, "en", words(6))
    (last,) = dialogue.send([Generation("One."), Generation("Six."), Generation("Twelve.")])
    assert last.content()[1] == [["user", "One.\n\nSix.\n\nTwelve."]]


def test_a_part_that_fails_fails_the_document_and_is_named() -> None:
    dialogue = map_reduce(DOC, words(6), asks)
    next(dialogue)
    failed = InferenceError("the server refused", "Pay.")
    with pytest.raises(InferenceError, match="part 2 of 3: the server refused") as e:
        dialogue.send([Generation("One."), failed, Generation("Twelve.")])
    assert e.value.hint == "Pay."
    dialogue = refine(DOC, words(6), asks)
    next(dialogue)
    dialogue.send([Generation("One.")])
    with pytest.raises(InferenceError, match="part 2: the server refused"):
        dialogue.send([failed])


def test_refining_goes_on_from_the_summary_so_far() -> None:
    seen: list[Document] = []
    draft = told(refine(DOC, words(6), writes(first_word, seen)))
    assert [doc.text for doc in seen] == [
        "One two three. Four five. ",
        "One\n\nSix seven eight nine.\n\n",
        "One\n\nTen eleven. Twelve.",
    ]
    assert draft == Draft("One", "length", document_tokens=12, truncated_tokens=0)


def test_refining_ends_with_no_stub() -> None:
    seen: list[Document] = []
    text = "Six words are in this sentence. Go. Run. Sit. Eat. Nap. Win."
    told(refine(Document("d", text), words(6), writes(first_word, seen)))
    assert [len(doc.text.split()) for doc in seen] == [6, 1 + 3, 1 + 3]


def test_refining_with_another_step_for_all_parts_but_the_first() -> None:
    first: list[Document] = []
    then: list[Document] = []
    told(refine(DOC, words(6), writes(first_word, first, 2), writes(first_word, then, 1), words(4)))
    assert [doc.text for doc in first] == ["One two three. Four five. "]
    assert [len(doc.text.split()) for doc in then] == [3, 3, 4]


def test_a_summary_so_far_that_fills_the_prompt_is_an_error() -> None:
    with pytest.raises(
        InferenceError, match="has 5 tokens, more than half of the room of 6: ask for shorter"
    ):
        told(refine(DOC, words(6), writes(str.strip, [])))
    with pytest.raises(InferenceError, match="has 1 tokens, more than half of the room of 1"):
        told(refine(DOC, words(1), writes(str.strip, [])))
