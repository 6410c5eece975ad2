"""What counts as empty."""

import unicodedata


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: only white space and invisible characters (U+0000, U+200B …)."""
    return all(c.isspace() or unicodedata.category(c) in ("Cc", "Cf") for c in text)
