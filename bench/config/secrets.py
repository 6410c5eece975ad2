"""A key that stands in a config, where none belongs, is in no message."""

import re

_KEYS = r"(?i:\b[\w-]*(?:key|key_env|secret|password|token|authorization))"
_IS = re.compile(rf"{_KEYS}\Z")
_WRITTEN = re.compile(rf"({_KEYS}['\"]?[ \t]*[:=][ \t]*)(\"[^\"]*\"?|'[^']*'?|[^\s,}}][^,}}]*)")
# What may be shown: the name of an environment variable, of those that are no keys themselves.
_VARIABLE = re.compile(r"null|[A-Z]{1,15}|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


def is_secret(name: object) -> bool:
    """Whether what has this name may be a key."""
    return bool(_IS.match(str(name)))


def hidden(text: str) -> str:
    """A line of a config, or of the command line, with dots in the place of keys."""
    return _WRITTEN.sub(_dots, text)


def _dots(found: re.Match[str]) -> str:
    value = found[2].rstrip()
    shown = value if _VARIABLE.fullmatch(value.strip("'\"")) else "•" * len(value)
    return found[1] + shown + found[2][len(value) :]
