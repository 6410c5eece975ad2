"""The metric ``bullets``: which points of a reference a summary makes, and what its sentences rest on."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from bench.core.asks import Backend, Dialogue
from bench.core.types import Document, Score, Summary
from bench.metrics.points import COLUMNS, Compared, Said, report, unreadable
from bench.text.analysis import Sentence, analyse
from bench.text.lines import summary_lines
from bench.text.sentences import splitter_name
from bench.text.source import Source, read_source

# Of a content word of a bullet that the article has, too, and of one that it lacks.
_SHARED = 5
_OWN = 1

Stems = AbstractSet[str]
Weight = Callable[[str], int]


@dataclass(frozen=True)
class Bullets:
    """Recall, precision and F over the bullets of a reference.

    A bullet is covered when one or two sentences of the summary have at least the ``threshold`` share of
    its content words, as stems; a word that the article lacks, such as a paraphrase of the reference's own,
    counts a fifth. Recall is the share of bullets that are covered. Precision is the share of the summary's
    sentences that make a point: they cover a bullet, alone or with another one, or have as large a share of
    their own content words in one or two bullets. The bullets of running text are its sentences. Of several
    references the one with the best F counts, the first of equals.

    ``supported`` is the share of sentences that make a point or have as large a share of their content
    words in one or two sentences of the article. It rewards copying and is descriptive. An empty summary
    has recall and F 0, and no precision.

    With ``by: {use: semantic}`` the share is the mean over the content words of the largest cosine with a
    word of the one or two sentences, by the encoder of that metric; all words count alike.

    What sentences say is not compared: a bullet is covered by one that has a name wrong or a "not" too many.
    Beside extracts of the shipped articles, judged by hand, 31 of 36 covered bullets were found and 26 of 31
    others left alone; by ``semantic`` 34 and 25. (On 44 of these the weights were chosen; of the rest, 11 of
    14 and 6 of 9, and 13 and 7.) In the manner of the Pyramid method (Nenkova and Passonneau 2004), with
    matching words in place of people.

    Attributes:
        threshold: Share of the content words, by weight, in (0, 1].
        by: A metric with word vectors, which is ``semantic``; null compares stems.
    """

    threshold: float = 0.5
    by: Any = field(default=None, metadata={"component": "metrics", "since": 1})

    columns: ClassVar = COLUMNS
    needs: ClassVar[frozenset[str]] = frozenset({"references"})
    once: ClassVar = True

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise ValueError(f"threshold: {self.threshold} is no share above 0 and at most 1")
        if self.by is not None and not hasattr(self.by, "read"):
            raise ValueError("by: that metric has no word vectors, expected {use: semantic}")

    def signature_parts(self) -> dict[str, str]:
        """The sentence splitter."""
        return {"split": splitter_name()}

    @property
    def backends(self) -> tuple[Backend, ...]:
        """Those of ``by``."""
        return () if self.by is None else self.by.backends

    def ready(self) -> None:
        """Look for the encoder, where there is one.

        Raises:
            SetupError: something that it needs is missing.
        """
        if self.by is not None:
            self.by.ready()

    def score(self, doc: Document, summary: Summary) -> Score | Dialogue[Score]:
        """Recall, precision, F and support of one summary, with what each bullet and sentence rests on."""
        references = [(n, bullets_of(text, doc.lang)) for n, text in enumerate(doc.references, 1)]
        references = [(n, bullets) for n, bullets in references if bullets]
        sentences = [s for s in analyse(summary.text, doc.lang) if _stems(s)]
        if not references:
            return unreadable()
        if self.by is not None:
            from bench.metrics.semantic_points import compare_meanings

            return compare_meanings(self.by, doc, summary, references, sentences, self.threshold)
        source = read_source(doc.text, doc.lang)
        compared = [_compare(n, bullets, sentences, source, self.threshold) for n, bullets in references]
        copied = [_said(_stems(s), _article(source), _alike, self.threshold) for s in sentences]
        article = [s.span for s in source.sentences]
        return report(compared, copied, article, len(summary.text), len(doc.references) > 1)


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line of a reference, or a sentence of one that is running text; a line may have several sentences."""

    text: str
    sentences: tuple[Sentence, ...]

    @property
    def stems(self) -> frozenset[str]:
        """The distinct content stems."""
        return frozenset().union(*map(_stems, self.sentences))


@lru_cache(maxsize=64)
def bullets_of(reference: str, lang: str | None) -> tuple[Bullet, ...]:
    """The bullets of a reference that have a content word."""
    found = (Bullet(line, analyse(line, lang)) for line in summary_lines(reference, lang))
    return tuple(bullet for bullet in found if bullet.stems)


def _compare(
    number: int, bullets: Sequence[Bullet], sentences: Sequence[Sentence], source: Source, threshold: float
) -> Compared:
    def weight(stem: str) -> int:
        return _SHARED if stem in source.where else _OWN

    points, said = [b.stems for b in bullets], [_stems(s) for s in sentences]
    return Compared(
        number,
        [b.text for b in bullets],
        [s.span for s in sentences],
        covered=[_said(point, said, weight, threshold) for point in points],
        alone=[[_total(p & stems, weight) / _total(p, weight) for p in points] for stems in said],
        within=[_said(stems, points, _alike, threshold) for stems in said],
        in_article=[_said(point, _article(source), _alike, threshold) for point in points],
        threshold=threshold,
    )


def _stems(sentence: Sentence) -> frozenset[str]:
    return frozenset(token.stem for token in sentence.tokens if token.content)


def _article(source: Source) -> list[Stems]:
    return [places.keys() for places in source.places]


def _alike(_stem: str) -> int:
    return 1


def _total(stems: Iterable[str], weight: Weight) -> int:
    return sum(map(weight, stems))


def _said(point: Stems, others: Sequence[Stems], weight: Weight, enough: float) -> Said:
    """What the best other says of a point; where that is not enough, with the one that adds most to it."""
    each = [point & other for other in others]
    sums = [_total(stems, weight) for stems in each]
    if not any(sums):
        return Said(0.0, ())
    total = _total(point, weight)
    first = sums.index(max(sums))
    if sums[first] >= enough * total:
        return Said(sums[first] / total, (first,))
    added = [_total(stems - each[first], weight) for stems in each]
    second = added.index(max(added))
    if not added[second]:
        return Said(sums[first] / total, (first,))
    return Said((sums[first] + added[second]) / total, (first, second))
