"""Prompts: texts with ``{document}``, ``{headline}``, ``{query}`` and ``{lang}`` in them."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bench.core.asks import Turn
from bench.core.errors import nearest
from bench.core.signature import short
from bench.core.types import Document

FIELDS = ("document", "headline", "query", "lang")
_TWICE = "(a brace of the text itself is written twice)"
_SHIPPED = Path(__file__).parent / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with gaps: literals, each with the field that follows it, or None where none does."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def needs(self) -> frozenset[str]:
        """What a document must have."""
        return frozenset(name for _, name in self.parts if name)

    @property
    def digest(self) -> str:
        """Names the prompt in a signature."""
        return short(repr(self.parts), 16)

    def fill(self, values: Mapping[str, str | None]) -> str:
        """The text with values in its gaps; what looks like a gap inside a value is left as it is."""
        return "".join(literal + ((values[name] or "") if name else "") for literal, name in self.parts)


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
    path = None if "{" in given or "\n" in given else _find(given)
    if path is None and "{" not in given and (whole or given.endswith(".txt")):
        names = sorted(p.stem for p in _SHIPPED.glob("*.txt"))
        raise ValueError(
            f"'{given}' is no text with {{document}}, no file, and no shipped prompt{nearest(given, names)}; "
            f"shipped: {', '.join(names)}"
        )
    text = given if path is None else _read(path, path.stat().st_mtime_ns)
    # A file, and a text on lines of its own in YAML, ends in a newline; a prompt need not.
    return parse(text.removesuffix("\n"), where=str(path or "the prompt"), whole=whole)


@lru_cache(maxsize=64)
def parse(text: str, *, where: str = "the prompt", whole: bool = True) -> Prompt:
    """Find the gaps; ``{{`` and ``}}`` stand for braces.

    Raises:
        ValueError: see :func:`read_prompt`.
    """
    try:
        found = list(string.Formatter().parse(text))
    except ValueError as e:
        raise ValueError(f"{where}: {e} {_TWICE}") from e
    parts = []
    for literal, name, spec, conversion in found:
        if name is not None and (name not in FIELDS or spec or conversion):
            raise ValueError(
                f"{where}: no field '{{{name}}}'{nearest(name, FIELDS)}; known: {', '.join(FIELDS)} {_TWICE}"
            )
        parts.append((literal, name))
    gaps = [name for _, name in parts].count("document")
    if gaps != int(whole):
        expected = "once" if whole else "in the prompt and not here"
        raise ValueError(f"{where}: {{document}} occurs {gaps} times, expected {expected}")
    return Prompt(tuple(parts))


def _find(given: str) -> Path | None:
    for path in (Path(given), _SHIPPED / f"{given}.txt"):
        try:
            if path.is_file():
                return path
        except OSError:  # a text that is no path
            continue
    return None


@lru_cache(maxsize=64)
def _read(path: Path, _mtime: int) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise ValueError(f"{path}: cannot be read: {e}") from e
