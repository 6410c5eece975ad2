"""Text from outside (labels, notes, reasons, titles), made harmless for each format."""

import json
import re
import unicodedata

# Joiners that Persian, Indic scripts and emoji are written with.
_JOINERS = "\u200c\u200d"
# In JSON, what a terminal would obey, or nobody sees; half characters have no UTF-8.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# An underscore inside a word is never emphasis; marks of lists and headings count only at the start.
_MARKDOWN = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\A[#+=-]")
_MARKDOWN_NUMBERED = re.compile(r"\A(\d+)([.)])")
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    # After \\ in a table, [ and * would be read as arguments of the line break.
    "[": "{[}",
    "*": "{*}",
    "−": "$-$",
    "–": "--",
    "×": r"$\times$",
    "±": r"$\pm$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "α": r"$\alpha$",
    "·": r"$\cdot$",
    "†": r"$\dagger$",
    "Δ": r"$\Delta$",
    "…": r"\dots{}",
}


def visible(text: str) -> str:
    r"""Control, bidirectional, invisible and lone surrogate characters written out (``\x1b``, ``\u202e``)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written_out(c) if _is_hidden(c) else c for c in text)


def markdown(text: str) -> str:
    """Inline text that CommonMark and GitHub show as it is, also inside a table cell."""
    safe = visible(text).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN_NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", safe))


def markdown_code(text: str) -> str:
    """A code span outside a table; its fence is longer than any run of backticks inside."""
    safe = visible(text)
    fence = "`" * (max(map(len, re.findall("`+", safe)), default=0) + 1)
    pad = " " if safe.startswith("`") or safe.endswith("`") else ""
    return f"{fence}{pad}{safe}{pad}{fence}"


def latex(text: str) -> str:
    """Text for LaTeX's text mode, UTF-8."""
    return "".join(_LATEX.get(c, c) for c in visible(text))


def spreadsheet(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: one that begins like it gets an apostrophe."""
    safe = visible(text)
    return f"'{safe}" if safe.lstrip().startswith(_FORMULA) else safe


def json_text(content: object, *, sort_keys: bool = False, indent: int | None = 1) -> str:
    r"""JSON in UTF-8; what a terminal obeys or nobody sees is escaped as JSON escapes it (``\u009b``).

    Args:
        content: What JSON can say; no NaN and no infinity.
        sort_keys: Whether keys are sorted.
        indent: Spaces a level; None for one line without any.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(
        content,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=sort_keys,
        indent=indent,
        separators=separators,
    )
    return _UNSEEN.sub(lambda m: json.dumps(m[0])[1:-1], text)


def _is_hidden(c: str) -> bool:
    return unicodedata.category(c) in _HIDDEN and c not in _JOINERS


def _written_out(c: str) -> str:
    code = ord(c)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
