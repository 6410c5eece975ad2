"""Rules that take from a system's answer what is not summary. Recorded in the system's signature."""

import re

REASONING_RULE = "think:removed"

_TAG = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
# A block that is never closed matches to the end, so that its text is gone through only once.
_BLOCK = re.compile(r"<think(?:ing)?>.*?(</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(r"<think(?:ing)?>", re.IGNORECASE)


def strip_reasoning(text: str) -> str:
    """The answer without ``<think>…</think>`` blocks, stripped.

    Blocks go wherever they are; a block ends at its first closing tag. Where the first tag of all is a
    closing one, the prompt had opened the block, and everything up to that tag goes. A block without an
    end (cut by a token limit) is one only at the beginning of what is left: then nothing remains. Any
    other tag is a word of the summary.
    """
    first = _TAG.search(text)
    if first is None:
        return text.strip()
    if first[1]:
        text = text[first.end() :]
    text = _BLOCK.sub(lambda block: "" if block[1] else block[0], text).strip()
    return "" if _OPEN.match(text) else text
