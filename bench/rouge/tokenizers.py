"""Tokenizers by name. Each takes one line of text and gives its tokens; none is empty.

``rouge_score`` is that package's own: runs of ``[a-z0-9]``. It sees nothing in other scripts, and an
accented letter splits a word. ``unicode`` and ``char`` serve every script without a dictionary; the
others segment one language with a package of the extra ``languages``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from bench.core.errors import MissingExtra
from bench.text.tokens import words

TokenizerName = Literal["rouge_score", "unicode", "char", "jieba", "fugashi", "kiwipiepy", "pythainlp"]
Tokenize = Callable[[str], list[str]]

# Distributions that decide what a tokenizer gives.
_PACKAGES: dict[TokenizerName, tuple[str, ...]] = {
    "jieba": ("jieba",),
    "fugashi": ("fugashi", "unidic-lite"),
    "kiwipiepy": ("kiwipiepy", "kiwipiepy-model"),
    "pythainlp": ("pythainlp",),
}
_ASCII_WORD = re.compile(r"[a-z0-9]+")


@cache
def tokenizer(name: TokenizerName) -> Tokenize:
    """The tokenizer called ``name``; a dictionary is loaded here, once.

    Raises:
        MissingExtra: its package is not installed.
    """
    match name:
        case "rouge_score":
            return lambda line: _ASCII_WORD.findall(line.lower())
        case "unicode":
            return words
        case "char":
            return _characters()
    versions(name)
    match name:
        case "jieba":
            return _segmented(_jieba())
        case "fugashi":
            return _segmented(_fugashi())
        case "kiwipiepy":
            return _segmented(_kiwipiepy())
        case "pythainlp":
            return _segmented(_pythainlp())


def versions(name: TokenizerName) -> dict[str, str]:
    """Distribution to version, for the packages that a tokenizer relies on.

    Raises:
        MissingExtra: one of them is not installed.
    """
    found = {}
    for package in _PACKAGES.get(name, ()):
        try:
            found[package] = version(package)
        except PackageNotFoundError as e:
            raise MissingExtra(f"{package} (for the tokenizer '{name}')", "languages") from e
    return found


def has_tokens(text: str, name: TokenizerName) -> bool:
    """Whether any line of a text has a token."""
    tokenize = tokenizer(name)
    return any(tokenize(line) for line in text.split("\n"))


def _characters() -> Tokenize:
    import regex

    # A visible character with its combining marks; white space, controls, format characters (soft
    # hyphen, joiners) and lone surrogates are not visible.
    pattern = regex.compile(r"[^\s\p{Cc}\p{Cf}\p{Cs}]\p{M}*")
    return lambda line: pattern.findall(unicodedata.normalize("NFKC", line).lower())


def _segmented(segment: Callable[[str], Iterable[str]]) -> Tokenize:
    """Segments that hold a letter or a digit; punctuation and white space go, as in the other tokenizers."""

    def tokenize(line: str) -> list[str]:
        normal = unicodedata.normalize("NFKC", line).lower()
        return [piece for piece in segment(normal) if any(map(str.isalnum, piece))]

    return tokenize


def _jieba() -> Callable[[str], Iterable[str]]:
    import logging
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports pkg_resources where that exists
        import jieba
    jieba.setLogLevel(logging.ERROR)
    chinese = jieba.Tokenizer()
    # What its own initialisation does, without the cache file that it shares through the temporary folder.
    chinese.FREQ, chinese.total = chinese.gen_pfdict(chinese.get_dict_file())
    chinese.initialized = True
    cut: Callable[[str], Iterable[str]] = chinese.lcut
    return cut


def _fugashi() -> Callable[[str], Iterable[str]]:
    import fugashi

    japanese = fugashi.Tagger()
    return lambda line: [word.surface for word in japanese(line)]


def _kiwipiepy() -> Callable[[str], Iterable[str]]:
    import kiwipiepy

    korean = kiwipiepy.Kiwi()
    return lambda line: [morpheme.form for morpheme in korean.tokenize(line)]


def _pythainlp() -> Callable[[str], Iterable[str]]:
    from pythainlp.tokenize import word_tokenize

    return lambda line: word_tokenize(line, engine="newmm", keep_whitespace=False)
