"""What numbers mean, however they are written: 2,000 is 2.000 and "two thousand"."""

import re
from collections.abc import Sequence
from decimal import Decimal

SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def value(parts: Sequence[str]) -> Decimal:
    """The number that figures and words make together: "two hundred five", "1.5 million"."""
    total = part = Decimal(0)
    for word in parts:
        if word not in SCALES:
            part += SPELLED[word] if word in SPELLED else figure(word)
            continue
        part = (part or Decimal(1)) * SCALES[word]
        if word != "hundred":
            total, part = total + part, Decimal(0)
    return total + part


def figure(number: str) -> Decimal:
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
