"""Rules that take from a system's answer what is not summary. Recorded in the system's signature."""

import re

REASONING_RULE = "think:removed"

_BLOCK = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(r"<think(?:ing)?>.*\Z", re.DOTALL | re.IGNORECASE)
_CLOSE = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)


def strip_reasoning(text: str) -> str:
    """The answer without ``<think>…</think>`` blocks, stripped.

    A block that was never closed (cut by a token limit) goes to the end; a closing tag without an
    opening one (the prompt had opened it) takes everything before it.
    """
    if "think" in text.lower():
        text = _CLOSE.sub("", _OPEN.sub("", _BLOCK.sub("", text)))
    return text.strip()
