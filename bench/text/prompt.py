"""Prompts: texts with gaps, given as they are, as a file, or as the name of a shipped one."""

import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bench.core.errors import nearest
from bench.core.signature import short

_TWICE = "(a brace of the text itself is written twice)"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with gaps: literals, each with the field that follows it, or None where none does."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def needs(self) -> frozenset[str]:
        """The fields that have a gap."""
        return frozenset(name for _, name in self.parts if name)

    @property
    def digest(self) -> str:
        """Names the prompt in a signature."""
        return short(repr(self.parts), 16)

    def fill(self, values: Mapping[str, str | None]) -> str:
        """The text with values in its gaps; what looks like a gap inside a value is left as it is."""
        return "".join(literal + ((values[name] or "") if name else "") for literal, name in self.parts)


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps that prompts of a kind may have.

    Attributes:
        fields: Names, as a mistake lists them.
        once: Those that a prompt has once; the others are there as often as it likes.
        never: Those that it has not, for another prompt of the same conversation has them.
    """

    fields: tuple[str, ...]
    once: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def read(given: str, gaps: Gaps, shipped: Path) -> Prompt:
    """The prompt that a config gives: a text with a gap in it, a file, or the name of a shipped one.

    Args:
        given: The value of the parameter. Where no gap is needed, it may be any text.
        gaps: What it may have in it.
        shipped: Folder of the prompts that have names.

    Raises:
        ValueError: no such file, an unknown gap, or not those that are needed.
    """
    path = None if "{" in given or "\n" in given else _find(given, shipped)
    if path is None and "{" not in given and (gaps.once or given.endswith(".txt")):
        names = _names(shipped)
        needed = " and ".join(f"{{{name}}}" for name in gaps.once) or "a gap"
        raise ValueError(
            f"'{given}' is no text with {needed}, no file, and no shipped prompt{nearest(given, names)}; "
            f"shipped: {', '.join(names)}"
        )
    text = given if path is None else _text(path, path.stat().st_mtime_ns)
    # A file, and a text on lines of its own in YAML, ends in a newline; a prompt need not.
    return parse(text.removesuffix("\n"), gaps, where=str(path or "the prompt"))


@lru_cache(maxsize=64)
def parse(text: str, gaps: Gaps, *, where: str = "the prompt") -> Prompt:
    """Find the gaps; ``{{`` and ``}}`` stand for braces.

    Raises:
        ValueError: see :func:`read`.
    """
    try:
        found = list(string.Formatter().parse(text))
    except ValueError as e:
        raise ValueError(f"{where}: {e} {_TWICE}") from e
    parts = []
    for literal, name, spec, conversion in found:
        if name is not None and (name not in gaps.fields or spec or conversion):
            known = ", ".join(gaps.fields)
            raise ValueError(
                f"{where}: no field '{{{name}}}'{nearest(name, gaps.fields)}; known: {known} {_TWICE}"
            )
        parts.append((literal, name))
    _check_counts([name for _, name in parts], gaps, where)
    return Prompt(tuple(parts))


def _check_counts(found: Collection[str | None], gaps: Gaps, where: str) -> None:
    for names, wanted, expected in (
        (gaps.once, 1, "once"),
        (gaps.never, 0, "in the prompt and not here"),
    ):
        for name in names:
            if (times := list(found).count(name)) != wanted:
                raise ValueError(f"{where}: {{{name}}} occurs {times} times, expected {expected}")


def _names(shipped: Path) -> list[str]:
    return sorted(p.stem for p in shipped.glob("*.txt"))


def _find(given: str, shipped: Path) -> Path | None:
    for path in (Path(given), shipped / f"{given}.txt"):
        try:
            if path.is_file():
                return path
        except OSError:  # a text that is no path
            continue
    return None


@lru_cache(maxsize=64)
def _text(path: Path, _mtime: int) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise ValueError(f"{path}: cannot be read: {e}") from e
