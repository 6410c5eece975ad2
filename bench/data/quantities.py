"""Numbers, however they are written: 2,000 is 2.000 and "two thousand"."""

import re
from collections.abc import Sequence
from decimal import Decimal

_SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_FIGURE = r"\d+(?:[.,:\u00a0\u202f]\d+)*"
_WORD = rf"\b(?:{'|'.join((*_SPELLED, *_SCALES))})\b"
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
        _value(parts[i:j])
        for parts in _quantities(text)
        for i in range(len(parts))
        for j in range(i + 1, min(i + _LONGEST, len(parts)) + 1)
    }
    said = [parts for parts in _quantities(reference) if parts[0][0].isdecimal()]
    lacking = (parts[0] for parts in said if known.isdisjoint((_value(parts[:1]), _value(parts))))
    return list(dict.fromkeys(lacking))


def _quantities(text: str) -> list[list[str]]:
    return [_PART.findall(run) for run in _QUANTITY.findall(text.lower())]


def _value(parts: Sequence[str]) -> Decimal:
    """The number that figures and words make together: "two hundred five", "1.5 million"."""
    total = part = Decimal(0)
    for word in parts:
        if word not in _SCALES:
            part += _SPELLED[word] if word in _SPELLED else _figure(word)
            continue
        part = (part or Decimal(1)) * _SCALES[word]
        if word != "hundred":
            total, part = total + part, Decimal(0)
    return total + part


def _figure(number: str) -> Decimal:
    """What figures of any script mean: 12.50 is 12.5, 10:30 is 10.30, and १,००० is 1000.

    A separator before exactly three digits groups thousands (before two, further to the left, lakhs);
    any other is a decimal point.
    """
    plain = "".join(str(int(c)) if c.isdecimal() else "." for c in number)
    grouped = re.fullmatch(r"([1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3})(\.\d+)?", plain)
    if grouped:
        plain = grouped[1].replace(".", "") + (grouped[2] or "")
    whole, point, rest = plain.partition(".")
    return Decimal(whole + point + rest.replace(".", ""))
