"""Documents that are longer than a prompt, read part by part."""

import dataclasses
from collections.abc import Callable, Sequence

from bench.core.asks import Dialogue, Draft, together
from bench.core.errors import InferenceError
from bench.core.types import Document
from bench.text.chunks import chunks, even_ranges, units
from bench.text.clean import strip_reasoning
from bench.text.reach import Reach

# Summarises a document that fits.
Step = Callable[[Document], Dialogue[Draft]]

# A blank line ends a sentence, also where a summary was cut off without a full stop.
_BETWEEN = "\n\n"
# A round has to leave at most this share of the text, or there would be no end of rounds.
_SHRINK = 0.9
# In the message, since a hint is no part of an error record.
_SHORTER = "ask for shorter summaries (fewer new tokens), or give a prompt more room"


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
        end = even_ranges(sizes, room.room - room.ruler.count(head))[0][1]
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
