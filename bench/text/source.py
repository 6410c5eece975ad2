"""A document as the checks read it, with what they look up in it. Made once for all its summaries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bench.core.types import Span
from bench.text.analysis import Sentence, tokenised
from bench.text.sentences import sentence_spans
from bench.text.witten_bell import Model, count

# A longer sentence, such as a caption glued to the text, is cut into pieces.
_LONG = 70
_PIECE = 50
_NEAR = 3


@dataclass(frozen=True, eq=False)
class Source:
    """A document.

    Attributes:
        text: The document.
        sentences: Its sentences; those of more than 70 tokens in pieces of 50.
        where: Stem to the sentences that have it, as bits: bit ``i`` is ``sentences[i]``.
        places: For each sentence, stem to the positions of its tokens, ascending.
        follow: Content stem to the content stems that stand one to three places after it, among content
            stems only, across sentences.
        model: The language model of all its stems in order.
    """

    text: str
    sentences: tuple[Sentence, ...]
    where: Mapping[str, int]
    places: tuple[Mapping[str, list[int]], ...]
    follow: Mapping[str, set[str]]
    model: Model


@lru_cache(maxsize=16)
def read_source(text: str, lang: str | None = None) -> Source:
    """Read a document.

    Args:
        text: The document. A single line break does not end a sentence.
        lang: ISO 639-1 code (see :func:`bench.text.analysis.analyse`).
    """
    sentences = tuple(
        piece for s in tokenised(text, sentence_spans(text, lang), lang) for piece in _pieces(s)
    )
    where: defaultdict[str, int] = defaultdict(int)
    places = []
    for i, sentence in enumerate(sentences):
        here: defaultdict[str, list[int]] = defaultdict(list)
        for position, token in enumerate(sentence.tokens):
            here[token.stem].append(position)
        for stem in here:
            where[stem] |= 1 << i
        places.append(dict(here))
    content = [token.stem for s in sentences for token in s.tokens if token.content]
    follow: defaultdict[str, set[str]] = defaultdict(set)
    for i, stem in enumerate(content):
        follow[stem].update(content[i + 1 : i + 1 + _NEAR])
    model = count([token.stem for s in sentences for token in s.tokens])
    return Source(text, sentences, dict(where), tuple(places), dict(follow), model)


def _pieces(sentence: Sentence) -> list[Sentence]:
    tokens = sentence.tokens
    if len(tokens) <= _LONG:
        return [sentence]
    starts = range(0, len(tokens), _PIECE)
    cuts = [sentence.span.start, *(tokens[i].span.start for i in starts[1:]), sentence.span.end]
    return [
        Sentence(Span(cuts[n], cuts[n + 1]), tokens[start : start + _PIECE]) for n, start in enumerate(starts)
    ]
