"""The points of a summary and of a reference side by side: what covers what, counted and told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.core.types import Column, Finding, Score, Span

COLUMNS = (
    Column("recall", title="bullet recall"),
    Column("precision", title="bullet precision", shown=False),
    Column("f", title="bullet F", shown=False),
    Column("supported", better="none", shown=False),
)
_DETAIL = 120


@dataclass(frozen=True, slots=True)
class Said:
    """How much of a point one or two others say, and which, the best first; no number for nothing."""

    share: float
    by: tuple[int, ...]

    @property
    def percent(self) -> str:
        """The share as text."""
        return f"{100 * self.share:.0f} %"


@dataclass(frozen=True)
class Compared:
    """A summary beside one reference.

    Attributes:
        number: Of the reference, from 1.
        bullets: Their texts.
        sentences: Where those of the summary stand.
        covered: Of each bullet, what sentences of the summary say.
        alone: Of each sentence, how much it says by itself of each bullet.
        within: Of each sentence, what bullets say.
        in_article: Of each bullet, what sentences of the article say.
        threshold: The share from which a point counts as said.
    """

    number: int
    bullets: Sequence[str]
    sentences: Sequence[Span]
    covered: Sequence[Said]
    alone: Sequence[Sequence[float]]
    within: Sequence[Said]
    in_article: Sequence[Said]
    threshold: float

    def says(self, said: Said) -> bool:
        """Whether that is enough."""
        return said.share >= self.threshold

    @cached_property
    def made(self) -> list[list[int]]:
        """Of each sentence the bullets whose point it makes."""
        found = []
        for n, (alone, within) in enumerate(zip(self.alone, self.within, strict=True)):
            points = {b for b, said in enumerate(self.covered) if self.says(said) and n in said.by}
            points |= {b for b, share in enumerate(alone) if share >= self.threshold}
            found.append(sorted(points | set(within.by if self.says(within) else ())))
        return found

    @property
    def recall(self) -> float:
        """Share of the bullets that are covered."""
        return sum(map(self.says, self.covered)) / len(self.bullets)

    @property
    def precision(self) -> float | None:
        """Share of the sentences that make a point; None without sentences."""
        return sum(map(bool, self.made)) / len(self.sentences) if self.sentences else None

    @property
    def f(self) -> float:
        """Harmonic mean of the two, 0 without sentences."""
        precision = self.precision or 0.0
        total = self.recall + precision
        return 2 * self.recall * precision / total if total else 0.0


def unreadable() -> Score:
    """The score where no reference says anything."""
    names = [column.name for column in COLUMNS]
    return Score(dict.fromkeys(names), dict.fromkeys(names, "no reference has a content word"))


def report(
    compared: Sequence[Compared], copied: Sequence[Said], article: Sequence[Span], length: int, several: bool
) -> Score:
    """The score of the reference with the best F, the first of equals.

    Args:
        compared: At least one.
        copied: Of each sentence of the summary, what sentences of the article say.
        article: Where these stand; empty without a text.
        length: Of the summary, in code points.
        several: Whether the document has several references, so that details name theirs.
    """
    best = max(compared, key=lambda c: c.f)
    good = [bool(points) or best.says(said) for points, said in zip(best.made, copied, strict=True)]
    reasons = {}
    if not best.sentences:
        reasons = dict.fromkeys(("precision", "supported"), "the summary has no content word")
    elif not article:
        reasons = {"supported": "the document has no text"}
    values = {
        "recall": best.recall,
        "precision": best.precision,
        "f": best.f,
        "supported": None if reasons else sum(good) / len(good),
    }
    name = f"reference {best.number}, " if several else ""
    findings = (
        *_of_bullets(best, article, Span(length, length), name),
        *_of_sentences(best, article, copied, name),
    )
    return Score(values, reasons, findings)


def _of_bullets(found: Compared, article: Sequence[Span], end: Span, name: str) -> Iterator[Finding]:
    """For each bullet the sentences that cover it; or that it is missed, and where the article says it."""
    for n, (text, said) in enumerate(zip(found.bullets, found.covered, strict=True)):
        where = f"{name}bullet {n + 1}"
        if found.says(said):
            numbers = " and ".join(str(i + 1) for i in said.by)
            by = f"sentences {numbers}" if len(said.by) > 1 else f"sentence {numbers}"
            detail = _detail(f"{where} is covered by {by} ({said.percent})", text)
            yield from (Finding("covered", 0.0, found.sentences[i], (), detail) for i in said.by)
        else:
            detail = _detail(f"{where} is missed ({said.percent})", text)
            evidence = tuple(article[i] for i in found.in_article[n].by)
            yield Finding("missed", 0.5, end, evidence, detail)


def _of_sentences(
    found: Compared, article: Sequence[Span], copied: Sequence[Said], name: str
) -> Iterator[Finding]:
    """For each sentence that covers no bullet, whether a bullet says it all the same, or the article."""
    cover = {i for said in found.covered if found.says(said) for i in said.by}
    for n, (span, bullets, said) in enumerate(zip(found.sentences, found.made, copied, strict=True)):
        if n in cover:
            continue
        evidence = tuple(article[i] for i in said.by)
        if bullets:
            named = ", ".join(str(b + 1) for b in bullets)
            yield Finding("bullet", 0.0, span, (), f"{name}says what bullet {named} says"[:_DETAIL])
        elif not article:
            yield Finding("unsupported", 0.5, span, (), "in no bullet")
        elif found.says(said):
            yield Finding(
                "article", 0.0, span, evidence, f"in no bullet; the article has it ({said.percent})"
            )
        else:
            detail = f"in no bullet, and little of it in the article ({said.percent})"
            yield Finding("unsupported", 0.5, span, evidence, detail)


def _detail(what: str, quoted: str) -> str:
    room = _DETAIL - len(what) - 4
    text = quoted if len(quoted) <= room else quoted[: room - 1].rstrip() + "…"
    return f'{what}: "{text}"'
