"""Figures of a reference that its document does not have."""

import re

from bench.text.numerals import SCALES, SPELLED, value

_FIGURE = r"\d+(?:[.,:\u00a0\u202f]\d+)*"
_WORD = rf"\b(?:{'|'.join((*SPELLED, *SCALES))})\b"
# Words of one number: "nine hundred ninety-nine thousand nine hundred ninety-nine".
_LONGEST = 8
_PART = re.compile(rf"{_FIGURE}|{_WORD}")
_QUANTITY = re.compile(rf"(?:{_PART.pattern})(?:[\s-]+(?:and\s+)?{_WORD})*")


def unsupported_numbers(reference: str, text: str) -> list[str]:
    """Figures of the reference whose number the document has neither in figures nor in English words.

    A row of number words may be one number or several: each part of it counts, so that the document has
    both 300 and 350 when it says "three hundred and fifty". Commas and other words part two rows.
    """
    known = {
        value(parts[i:j])
        for parts in _quantities(text)
        for i in range(len(parts))
        for j in range(i + 1, min(i + _LONGEST, len(parts)) + 1)
    }
    said = [parts for parts in _quantities(reference) if parts[0][0].isdecimal()]
    lacking = (parts[0] for parts in said if known.isdisjoint((value(parts[:1]), value(parts))))
    return list(dict.fromkeys(lacking))


def _quantities(text: str) -> list[list[str]]:
    return [_PART.findall(run) for run in _QUANTITY.findall(text.lower())]
