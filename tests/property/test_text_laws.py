"""What holds for every text."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bench.text.clean import strip_reasoning
from bench.text.lines import plain_lines, statements, summary_lines, summary_words
from bench.text.sentences import sentence_spans, sentences
from bench.text.tokens import word_spans, words

SPACES = "\u00a0\u2028\u202f\u3000"
texts = st.text(max_size=80) | st.text(alphabet=f"aB1.。!?\n\r\t {SPACES}😀é-*•", max_size=60)


@given(texts)
@example("B»1•ि.J\u00a0.\u2028é\r!")
@example("B \u2028.“")
def test_sentences_are_in_order_apart_and_cover_all_that_is_visible(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] != "" for s in spans)
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())


@given(texts)
def test_a_sentence_is_one_line(text: str) -> None:
    assert all(sentence.splitlines() == [sentence] for sentence in sentences(text))


@given(texts)
def test_a_blank_line_is_never_inside_a_sentence(text: str) -> None:
    for span in sentence_spans(text):
        assert all(line.strip() for line in text[span.start : span.end].split("\n"))


@given(texts)
def test_lines_are_stripped_and_have_content(text: str) -> None:
    for found in (plain_lines(text), summary_lines(text), statements(text)):
        assert all(line == line.strip() != "" and "\n" not in line for line in found)


@given(texts)
def test_however_a_summary_is_divided_its_words_are_the_same(text: str) -> None:
    for found in (summary_lines(text), statements(text)):
        assert [word for line in found for word in words(line)] == summary_words(text)


@given(texts)
def test_words_of_words_are_the_same_words(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(texts)
def test_case_and_white_space_do_not_change_words(text: str) -> None:
    assert words(f" {text}\n") == words(text)


@given(st.text(alphabet="aBz1 .,é漢字かไทย'-\n"))
def test_every_word_has_its_span(text: str) -> None:
    assert [text[s.start : s.end].lower() for s in word_spans(text)] == words(text)


tagged = st.lists(
    st.sampled_from(["<think>", "</think>", "<thinking>", "</thinking>", "a", "\n"]), max_size=8
)


@given(tagged)
@example(["<thi", "<think>", "a", "</think>", "nk>", "b"])
def test_no_answer_begins_with_a_thought(pieces: list[str]) -> None:
    assert not strip_reasoning("".join(pieces)).startswith("<think")


@given(tagged)
def test_no_closed_thought_is_left(pieces: list[str]) -> None:
    text = strip_reasoning("".join(pieces))
    assert "<think" not in text or "</think" not in text[text.index("<think") :]


@given(st.text(alphabet="a <>/think\n", max_size=40), st.text(alphabet="ab \n"))
def test_what_follows_a_closed_thought_is_the_answer(thought: str, answer: str) -> None:
    thought = thought.replace("</think", "")
    assert strip_reasoning(f"<think>{thought}</think>{answer}") == answer.strip()
