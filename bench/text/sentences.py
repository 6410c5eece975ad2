"""Sentences with their offsets, by sentencex.

sentencex knows abbreviations and quotation for some 240 languages and falls back to neighbouring
ones; an unknown language gets the rules that hold for most. See https://pypi.org/project/sentencex/.
"""

import re
from functools import cache
from importlib.metadata import version

from bench.core.types import Span

# sentencex 1.0 panics at an initial before a space of several bytes ("J\u00a0."); one code point stands
# for one, so that offsets stay.
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")
# Half a character, which JSON can hold and no encoder takes; it stands for one too.
_HALF = re.compile(r"[\ud800-\udfff]")
# sentencex takes only an empty line for a blank one.
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@cache
def splitter_name() -> str:
    """``sentencex-<major>.<minor>``: what a signature says about the splitter."""
    return "sentencex-" + ".".join(version("sentencex").split(".")[:2])


def sentence_spans(text: str, lang: str | None = None) -> list[Span]:
    """Spans of the sentences of a text, in order, without surrounding white space; none is empty.

    Args:
        text: Any text. A blank line always ends a sentence; a single line break does not.
        lang: ISO 639-1 code; None is treated as English.
    """
    import sentencex

    spans = []
    plain = _HALF.sub("\ufffd", _WIDE_SPACE.sub(" ", text))
    for boundary in sentencex.get_sentence_boundaries(lang or "en", plain):
        start, end = boundary["start_index"], boundary["end_index"]
        for blank in _BLANK_LINE.finditer(text, start, end):
            spans.append(_stripped(text, start, blank.start()))
            start = blank.end()
        spans.append(_stripped(text, start, end))
    return [span for span in spans if span.start < span.end]


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def sentences(text: str, lang: str | None = None) -> list[str]:
    """The sentences of a text, each on one line: inner white space is collapsed."""
    return [" ".join(text[s.start : s.end].split()) for s in sentence_spans(text, lang)]
