"""What holds for every text, every ruler and every room: nothing is lost, doubled, or too long."""

import math
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from bench.core.asks import Dialogue, Draft
from bench.core.errors import InferenceError, TooLong
from bench.core.types import Document
from bench.models.chunks import Step, map_reduce, refine
from bench.models.prompt import FIELDS, read_prompt
from bench.text.chunks import chunks
from bench.text.reach import Bytes, Overflow, Reach, Ruler, Words, cut
from bench.text.sentences import sentence_spans

_WORD = st.sampled_from(["rain", "wind", "Dr.", "U.S.", "3.5", "naïve", "今天下雨", "🎈", "said:", "“so”"])
_END = st.sampled_from([". ", "! ", "\n\n", ".\n", "。", " ", "  \n "])
_SENTENCE = st.tuples(st.lists(_WORD, min_size=1, max_size=8).map(" ".join), _END).map("".join)
prose = st.lists(_SENTENCE, min_size=1, max_size=20).map("".join)
texts = prose | st.text(max_size=60)
# A document may have half characters, which no splitter of sentences takes.
anything = texts | st.text(st.characters(categories=["Cs", "Lu", "Zs"]), max_size=20)
rulers: st.SearchStrategy[Ruler] = st.just(Words()) | st.floats(0.5, 8).map(Bytes)
rooms = st.integers(1, 40)


@given(text=anything, ruler=rulers, n=st.integers(-1, 30))
def test_head_and_tail_have_at_most_n_tokens_and_no_head_is_longer(text: str, ruler: Ruler, n: int) -> None:
    head, tail = ruler.head(text, n), ruler.tail(text, n)
    assert text.startswith(head)
    assert text.endswith(tail)
    assert max(ruler.count(head), ruler.count(tail)) <= max(0, n)
    if n > 0 and head != text:
        assert ruler.count(text[: len(head) + 1]) > n


@given(text=anything, ruler=rulers, room=rooms, how=st.sampled_from(["head", "head_tail"]))
def test_what_is_cut_fits_and_what_is_gone_is_counted(
    text: str, ruler: Ruler, room: int, how: Overflow
) -> None:
    try:
        piece = cut(text, Reach(ruler, room), how)
    except TooLong:
        assert ruler.count(text[0]) > room
        return
    assert ruler.count(piece.text) <= room
    assert piece.total == ruler.count(text)
    kept = piece.total - piece.dropped
    first, mark, last = piece.text.partition("\n…\n") if how == "head_tail" else (piece.text, "", "")
    assert kept == ruler.count(first) + ruler.count(last)
    assert text.startswith(first)
    assert text.endswith(last)
    assert bool(piece.dropped) == (piece.text != text) >= bool(mark)


def parts_of(text: str, reach: Reach) -> list[str]:
    """The chunks of a text; examples in which a single character is too much are left out."""
    try:
        return chunks(text, "en", reach)
    except TooLong:
        assert max(map(reach.ruler.count, text)) > reach.room
        assume(False)
        raise


@given(text=texts, ruler=rulers, room=rooms)
def test_chunks_are_the_text_in_parts_that_fit(text: str, ruler: Ruler, room: int) -> None:
    parts = parts_of(text, Reach(ruler, room))
    assert "".join(parts) == text
    assert all(parts)
    assert all(ruler.count(part) <= room for part in parts)


@given(text=prose, room=rooms)
def test_chunks_end_where_sentences_do_unless_a_sentence_is_too_long(text: str, room: int) -> None:
    spans = sentence_spans(text, "en")
    starts = {span.start for span in spans}
    long = [span for span in spans if Words().count(text[span.start : span.end]) > room]
    edge = 0
    for part in chunks(text, "en", Reach(Words(), room))[:-1]:
        edge += len(part)
        assert edge in starts or any(span.start < edge < span.end for span in long)


@given(text=prose, room=rooms)
def test_chunks_are_as_few_as_filling_one_after_the_other_gives(text: str, room: int) -> None:
    spans = sentence_spans(text, "en")
    sizes = [Words().count(text[span.start : span.end]) for span in spans]
    assume(max(sizes) <= room)
    filled, used = 1, 0
    for size in sizes:
        filled, used = (filled, used + size) if used + size <= room else (filled + 1, size)
    parts = chunks(text, "en", Reach(Words(), room))
    assert len(parts) == filled
    assert max(map(Words().count, parts)) <= math.ceil(sum(sizes) / filled) + max(sizes)


def noting(shown: list[str], shorten: Callable[[str], str]) -> Step:
    """A step that notes what it is shown, and summarises by shortening."""

    def step(doc: Document) -> Dialogue[Draft]:
        shown.append(doc.text)
        yield from ()
        return Draft(shorten(doc.text))

    return step


def told(dialogue: Dialogue[Draft]) -> Draft:
    """The end of a dialogue in which nobody is asked."""
    try:
        next(dialogue)
    except StopIteration as end:
        draft = end.value
        assert isinstance(draft, Draft)
        return draft
    raise AssertionError("somebody was asked")


@given(text=prose, room=st.integers(4, 40), words=st.integers(0, 3))
def test_map_reduce_shows_everything_once_and_always_ends(text: str, room: int, words: int) -> None:
    reach, shown = Reach(Words(), room), list[str]()
    parts = chunks(text, None, reach)
    step = noting(shown, lambda part: Words().head(part, words))
    try:
        draft = told(map_reduce(Document("d", text), reach, step))
    except InferenceError:  # summaries as long as their texts
        assert words == 3
    else:
        assert draft == Draft(draft.text, "stop", Words().count(text), truncated_tokens=0)
    assert "".join(shown[: len(parts)]) == text
    assert all(Words().count(part) <= room for part in shown)


@given(text=prose, room=st.integers(4, 40))
def test_refine_shows_everything_once(text: str, room: int) -> None:
    shown: list[str] = []
    step = noting(shown, lambda part: f"Summary {len(shown)}")
    draft = told(refine(Document("d", text), Reach(Words(), room), step))
    first, *rest = shown
    assert all(part.startswith(f"Summary {i}\n\n") for i, part in enumerate(rest, 1))
    assert first + "".join(part.partition("\n\n")[2] for part in rest) == text
    assert all(Words().count(part) <= room for part in shown)
    assert draft == Draft(f"Summary {len(shown)}", "stop", Words().count(text), 0)


@given(values=st.fixed_dictionaries({name: st.none() | st.text() for name in FIELDS}), text=st.text())
def test_values_stand_in_a_prompt_as_they_are(values: dict[str, str | None], text: str) -> None:
    literal = text.replace("{", "{{").replace("}", "}}")
    filled = read_prompt(f"{literal}{{query}}{literal}{{document}}{{lang}}").fill(values)
    query, document, lang = (values[name] or "" for name in ("query", "document", "lang"))
    assert filled == text + query + text + document + lang
