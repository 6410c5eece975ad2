"""Numbers as readers see them."""

import math

MISSING = "–"


def number(value: float | None, digits: int, scale: int = 1) -> str:
    """Fixed decimals with a true minus sign; ``–`` for no value, never ``-0``."""
    if value is None:
        return MISSING
    text = f"{value * scale:.{digits}f}"
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    return text.replace("-", "−")


def interval(lo: float | None, hi: float | None, digits: int, scale: int = 1) -> str:
    """``[lo,hi]`` with one decimal less than the mean, unless it is too narrow for that."""
    if lo is None or hi is None:
        return ""
    fewer = max(0, digits - 1)
    d = fewer if lo == hi or (hi - lo) * scale >= 2 * 10.0**-fewer else digits
    return f"[{number(lo, d, scale)},{number(hi, d, scale)}]"


def percent(share: float) -> str:
    """A share in [0, 1]; a positive one never reads 0."""
    return "<0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def rough(value: float, scale: int = 1) -> str:
    """Two significant figures, without an exponent."""
    scaled = value * scale
    digits = 1 - math.floor(math.log10(abs(scaled))) if scaled else 0
    return number(scaled, max(0, digits))


def rounded_up(n: int) -> str:
    """A positive number of documents, up to two significant figures."""
    step = 10 ** max(0, len(str(n)) - 2)
    return f"{-(-n // step) * step:,}"


def counted(n: int, noun: str, nouns: str = "") -> str:
    """``1 document``, ``2 documents``, ``10,000 documents``; ``nouns`` where the plural has no plain s."""
    return f"{n:,} {noun if n == 1 else nouns or noun + 's'}"


def signed(value: float | None, digits: int, scale: int = 1) -> str:
    """A difference: as :func:`number`, with a plus where it is above zero."""
    text = number(value, digits, scale)
    return text if value is None or value < 0 or not text.strip("0.") else f"+{text}"


def chance(p: float) -> str:
    """A p without its leading zero: ``<.001``, ``.034``, ``.21``, ``1.00``."""
    if p < 0.001:
        return "<.001"
    return f"{p:.{3 if p < 0.0995 else 2}f}".removeprefix("0")
