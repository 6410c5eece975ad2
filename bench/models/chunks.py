"""Documents that are longer than a prompt: cut into parts, and read part by part."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from bench.core.asks import Dialogue, Draft, together
from bench.core.errors import InferenceError, TooLong
from bench.core.types import Document
from bench.text.clean import strip_reasoning
from bench.text.reach import NO_ROOM, Reach
from bench.text.sentences import sentence_spans

# Summarises a document that fits.
Step = Callable[[Document], Dialogue[Draft]]

# A blank line ends a sentence, also where a summary was cut off without a full stop.
_BETWEEN = "\n\n"
# A round has to leave at most this share of the text, or there would be no end of rounds.
_SHRINK = 0.9
# As many pieces of one sentence are measured one after the other.
_MOST_PIECES = 32
# In the message, since a hint is no part of an error record.
_SHORTER = "ask for shorter summaries (fewer new tokens), or give a prompt more room"


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
    return [part for first, end in _even(sizes, reach.room) for part in _fitting(pieces[first:end], reach)]


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


def _even(sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Ranges as few as :func:`_filled` has, for the smallest room that gives no more."""
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


def map_reduce(
    doc: Document, reach: Reach, step: Step, merge: Step | None = None, merge_reach: Reach | None = None
) -> Dialogue[Draft]:
    """Summarise a document of any length: all its parts at once, then the summaries of the parts.

    The summaries, one a paragraph, are the text of the next round, until it fits; its summary is the
    result. A document that fits takes one step.

    Args:
        doc: The document; its query, headline and language go into every step.
        reach: What a step takes.
        step: Summarises a part.
        merge: Summarises summaries; as ``step`` when None.
        merge_reach: What ``merge`` takes; as ``reach`` when None.

    Returns:
        Lengths are in tokens of ``reach``; truncated is what the steps of the first round did not show.

    Raises:
        InferenceError: a part failed, or a round does not make the text shorter.
    """
    total = reach.ruler.count(doc.text)
    if total <= reach.room:
        draft = yield from step(doc)
        return _measured(draft, total, [draft])
    parts = [part for part in chunks(doc.text, doc.lang, reach) if part.strip()]
    steps = [step(dataclasses.replace(doc, text=part)) for part in parts]
    drafts = yield from together([_named(s, f"part {i} of {len(parts)}") for i, s in enumerate(steps, 1)])
    summaries = _BETWEEN.join(filter(None, (strip_reasoning(draft.text) for draft in drafts)))
    room = merge_reach or reach
    left = reach.ruler.count(summaries)
    if left > _SHRINK * total and room.ruler.count(summaries) > room.room:
        raise InferenceError(
            f"the summaries of {len(parts)} parts have {left:,} tokens, the parts {total:,}: {_SHORTER}"
        )
    if not summaries:
        return _measured(Draft(""), total, drafts)
    merged = yield from map_reduce(dataclasses.replace(doc, text=summaries), room, merge or step)
    return _measured(merged, total, drafts)


def refine(
    doc: Document, reach: Reach, step: Step, merge: Step | None = None, merge_reach: Reach | None = None
) -> Dialogue[Draft]:
    """Summarise a document of any length from its beginning to its end.

    The first part is summarised; the summary so far and the next part behind it, as paragraphs, are
    the text of the next step. A part is as long as the summary before it lets it be. A document that
    fits takes one step.

    Args:
        doc: The document; its query, headline and language go into every step.
        reach: What a step takes.
        step: Summarises the first part.
        merge: Summarises a summary and what follows; as ``step`` when None.
        merge_reach: What ``merge`` takes; as ``reach`` when None.

    Returns:
        Lengths are in tokens of ``reach``; truncated is what the steps did not show.

    Raises:
        InferenceError: a step failed, or a summary leaves less than half of the room.
    """
    total = reach.ruler.count(doc.text)
    if total <= reach.room:
        draft = yield from step(doc)
        return _measured(draft, total, [draft])
    then, room = merge or step, merge_reach or reach
    part = chunks(doc.text, doc.lang, reach)[0]
    drafts = [(yield from _named(step(dataclasses.replace(doc, text=part)), "part 1"))]
    # Whatever the summary so far is, half of the room is left.
    pieces = units(doc.text[len(part) :], doc.lang, Reach(room.ruler, max(1, room.room // 2)))
    sizes = [room.ruler.count(piece) for piece in pieces]
    while any(map(str.strip, pieces)):
        head = _headed(drafts[-1].text, room)
        end = _even(sizes, room.room - room.ruler.count(head))[0][1]
        while end > 1 and room.ruler.count(head + "".join(pieces[:end])) > room.room:
            end -= 1
        text = dataclasses.replace(doc, text=head + "".join(pieces[:end]))
        drafts.append((yield from _named(then(text), f"part {len(drafts) + 1}")))
        del pieces[:end], sizes[:end]
    return _measured(drafts[-1], total, drafts)


def _headed(summary: str, reach: Reach) -> str:
    """The summary so far as the beginning of a text."""
    text = strip_reasoning(summary)
    head = text + _BETWEEN if text else ""
    tokens, room = reach.ruler.count(head), reach.room
    if tokens > room // 2:
        raise InferenceError(
            f"the summary so far has {tokens:,} tokens, more than half of the room of {room:,}: {_SHORTER}"
        )
    return head


def _named(step: Dialogue[Draft], part: str) -> Dialogue[Draft]:
    """A step whose failure says which part it was."""
    try:
        return (yield from step)
    except InferenceError as e:
        raise InferenceError(f"{part}: {e.message}", e.hint) from e


def _measured(draft: Draft, total: int, steps: Sequence[Draft]) -> Draft:
    """A draft with the length of the document, and what the steps did not show of their texts."""
    dropped = sum(step.truncated_tokens or 0 for step in steps)
    return dataclasses.replace(draft, document_tokens=total, truncated_tokens=min(total, dropped))
