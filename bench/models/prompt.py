"""Prompts for summaries: with ``{document}``, ``{headline}``, ``{query}`` and ``{lang}`` in them."""

from pathlib import Path

from bench.core.asks import Turn
from bench.core.types import Document
from bench.text.prompt import Gaps, Prompt, read

FIELDS = ("document", "headline", "query", "lang")
_WHOLE = Gaps(FIELDS, once=("document",))
_SYSTEM = Gaps(FIELDS, never=("document",))
_SHIPPED = Path(__file__).parent / "prompts"


def turns(prompt: Prompt, system: Prompt | None, doc: Document, text: str) -> tuple[Turn, ...]:
    """The conversation that asks for a summary of ``text``, which is the document or a part of it."""
    values = {"document": text, "headline": doc.headline, "query": doc.query, "lang": doc.lang}
    user = Turn("user", prompt.fill(values))
    return (Turn("system", system.fill(values)), user) if system else (user,)


def read_prompt(given: str, *, whole: bool = True) -> Prompt:
    """The prompt that a config gives: a text with a gap in it, a file, or the name of a shipped one.

    Args:
        given: The value of the parameter.
        whole: It has ``{document}``, once; a system prompt has none, so that a document is shown once.

    Raises:
        ValueError: no such file, an unknown gap, or not that ``{document}``.
    """
    return read(given, _WHOLE if whole else _SYSTEM, _SHIPPED)
