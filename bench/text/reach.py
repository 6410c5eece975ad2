"""How much of a document a prompt takes, and what becomes of the rest."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from bench.core.asks import Turn
from bench.core.errors import TooLong
from bench.text.tokens import word_spans

Overflow = Literal["head", "head_tail", "error"]
# Puts a text into a conversation.
Fill = Callable[[str], tuple[Turn, ...]]

NO_ROOM = "the prompt alone fills the model's input: there is no room for the document"
_GAP = "\n…\n"


class Ruler(Protocol):
    """Measures texts in a model's tokens."""

    def count(self, text: str) -> int:
        """Tokens of a text, without those that a model puts around it."""

    def head(self, text: str, n: int) -> str:
        """The longest beginning of at most ``n`` tokens."""

    def tail(self, text: str, n: int) -> str:
        """The longest end of at most ``n`` tokens."""


@dataclass(frozen=True, slots=True)
class Words:
    """Measures in words (see :func:`bench.text.tokens.words`), for systems without a tokenizer."""

    def count(self, text: str) -> int:
        """Words of a text."""
        return len(word_spans(text))

    def head(self, text: str, n: int) -> str:
        """The text up to the word behind its ``n``-th."""
        spans = word_spans(text)
        return text if n >= len(spans) else text[: spans[n].start] if n > 0 else ""

    def tail(self, text: str, n: int) -> str:
        """The text from the beginning of its ``n``-th last word."""
        spans = word_spans(text)
        return text if n >= len(spans) else text[spans[-n].start :] if n > 0 else ""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Estimates the tokens of a model whose tokenizer is out of reach: one for every ``per_token`` bytes.

    English takes 4 to 5 bytes a token with the tokenizers of today, most other scripts 2 to 4.
    """

    per_token: float = 3.0

    def count(self, text: str) -> int:
        """Bytes of UTF-8 by bytes per token, rounded up."""
        return math.ceil(len(text.encode("utf-8", "surrogatepass")) / self.per_token)

    def head(self, text: str, n: int) -> str:
        """The longest beginning of at most that many bytes, with no half character."""
        data = text.encode("utf-8", "surrogatepass")
        end = min(self._size(n), len(data))
        while 0 < end < len(data) and _continues(data[end]):
            end -= 1
        return data[:end].decode("utf-8", "surrogatepass")

    def tail(self, text: str, n: int) -> str:
        """The longest end of at most that many bytes, with no half character."""
        data = text.encode("utf-8", "surrogatepass")
        start = max(0, len(data) - self._size(n))
        while 0 < start < len(data) and _continues(data[start]):
            start += 1
        return data[start:].decode("utf-8", "surrogatepass")

    def _size(self, n: int) -> int:
        return max(0, math.floor(n * self.per_token))


def _continues(byte: int) -> bool:
    """Whether a byte of UTF-8 goes on with the character before it."""
    return byte & 0b1100_0000 == 0b1000_0000


@dataclass(frozen=True, slots=True)
class Reach:
    """What one prompt of a system takes: ``room`` tokens of a document, measured with ``ruler``."""

    ruler: Ruler
    room: int


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of a text: ``dropped`` of its ``total`` tokens are gone."""

    text: str
    total: int
    dropped: int


def cut(text: str, reach: Reach, how: Overflow) -> Cut:
    """Make a text fit.

    ``head`` keeps its beginning; ``head_tail`` the halves of the room from both ends, with a gap mark
    between them (its beginning, where the mark leaves no room for both).

    Raises:
        TooLong: it does not fit and ``how`` is ``error``, or there is no room for any of it.
    """
    ruler, room = reach.ruler, reach.room
    total = ruler.count(text)
    if total <= room:
        return Cut(text, total, 0)
    if room < 1:
        raise TooLong(NO_ROOM)
    if how == "error":
        raise TooLong(f"the document has {total:,} tokens, the prompt has room for {room:,}")
    first = gap = last = ""
    if how == "head_tail":
        left = room - ruler.count(_GAP)
        first, gap, last = ruler.head(text, left - left // 2), _GAP, ruler.tail(text, left // 2)
    if not (first and last):
        first, gap, last = ruler.head(text, room), "", ""
    if not first:
        raise TooLong(NO_ROOM)
    return Cut(first + gap + last, total, max(0, total - ruler.count(first) - ruler.count(last)))
