"""Texts that are longer than a prompt takes, cut into parts at ends of sentences."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bench.core.errors import TooLong
from bench.text.reach import NO_ROOM, Reach
from bench.text.sentences import sentence_spans

# As many pieces of one sentence are measured one after the other.
_MOST_PIECES = 32


def chunks(text: str, lang: str | None, reach: Reach) -> list[str]:
    """Cut a text at ends of sentences into parts that fit; joined, they are the text again.

    They are as few as filling one after the other gives, and the largest is as small as that number
    allows, so that the last one is no stub. A sentence that does not fit is cut at white space, or
    anywhere where it has none.

    Raises:
        TooLong: there is no room, or not even for one character.
    """
    pieces = units(text, lang, reach)
    sizes = [reach.ruler.count(piece) for piece in pieces]
    return [
        part for first, end in even_ranges(sizes, reach.room) for part in _fitting(pieces[first:end], reach)
    ]


def units(text: str, lang: str | None, reach: Reach) -> list[str]:
    """The sentences of a text, each with the white space behind it; those that do not fit, in pieces.

    Raises:
        TooLong: see :func:`chunks`.
    """
    if reach.room < 1:
        raise TooLong(NO_ROOM)
    starts = [span.start for span in sentence_spans(text, lang)][1:]
    edges = [0, *starts, len(text)] if text else []
    return [piece for start, end in pairwise(edges) for piece in _pieces(text[start:end], reach)]


def _pieces(sentence: str, reach: Reach) -> Iterator[str]:
    """A sentence in as few pieces as it takes, of about one size; a very long one is halved before."""
    ruler, room = reach.ruler, reach.room
    while (size := ruler.count(sentence)) > room:
        if size > _MOST_PIECES * room and len(sentence) > 1:  # what is left is counted for each piece
            middle = _word_edge(sentence, len(sentence) // 2)
            yield from _pieces(sentence[:middle], reach)
            yield from _pieces(sentence[middle:], reach)
            return
        even = math.ceil(size / math.ceil(size / room))
        end = len(ruler.head(sentence, even)) or len(ruler.head(sentence, room))
        if end == 0:
            raise TooLong(f"{sentence[0]!r} alone takes more than the room of {room} tokens")
        end = _word_edge(sentence, end)
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence


def _word_edge(text: str, end: int) -> int:
    """``end``, or the end of the white space before it where it lies inside a word."""
    start = end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return start if not text[end].isspace() and text[:start].strip() else end


def even_ranges(sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Ranges of neighbours that fit, as few as can be, for the smallest room that gives no more.

    Args:
        sizes: Of the pieces; one that is larger than the room is a range of its own.
        room: Most that the sizes of a range add up to.
    """
    fewest = len(_filled(sizes, room))
    low, high = max(sizes, default=0), room
    while low < high:
        middle = (low + high) // 2
        if len(_filled(sizes, middle)) > fewest:
            low = middle + 1
        else:
            high = middle
    return _filled(sizes, high)


def _filled(sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Ranges of neighbours whose sizes add up to at most ``room``, or that are one alone."""
    ranges = []
    first = used = 0
    for i, size in enumerate(sizes):
        if i > first and used + size > room:
            ranges.append((first, i))
            first, used = i, 0
        used += size
    return [*ranges, (first, len(sizes))] if sizes else []


def _fitting(pieces: Sequence[str], reach: Reach) -> list[str]:
    """Pieces joined; as two parts where a tokenizer finds more tokens in them together than alone."""
    part = "".join(pieces)
    if len(pieces) == 1 or reach.ruler.count(part) <= reach.room:
        return [part]
    middle = len(pieces) // 2
    return [*_fitting(pieces[:middle], reach), *_fitting(pieces[middle:], reach)]
