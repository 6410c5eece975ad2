"""Articles with bullets, one a file: the format of ``references/``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.errors import DataError
from bench.core.rows import find_files, read_lines
from bench.core.types import Document
from bench.data.article import parse_article


@dataclass(frozen=True)
class Articles:
    """Text files with a headline, bullets and a body: one document a file.

    The document is the body, and its one reference is the bullets, a line each, in the manner of the
    highlights of CNN/DailyMail (Hermann et al. 2015). The id is the name of the file without ``.txt``.
    :mod:`bench.data.article` describes the format.

    Attributes:
        path: A file, a folder or a glob (``references/**/*.txt``); each file may be gzipped.
        lang: ISO 639-1 code of all articles, or ``name``: the two letters before the first ``-`` in the
            name of each file. null when unknown.
    """

    path: str = field(metadata={"path": True})
    lang: str | None = "en"

    def __post_init__(self) -> None:
        if self.lang not in (None, "name") and not _is_code(self.lang):
            raise ValueError(f"lang is '{self.lang}', expected a two-letter ISO 639-1 code, 'name' or null")

    def read(self) -> Iterator[Document]:
        """Documents in the order of the files' paths.

        Raises:
            DataError: no file, a file that is no article, or undecodable bytes; with file and line.
        """
        for file in find_files(self.path, (".txt",)):
            headline, bullets, body = parse_article([line for _, line in read_lines(file)], str(file))
            name = file.name.removesuffix(".gz").removesuffix(".txt")
            yield Document(
                id=name,
                text=body,
                references=("\n".join(bullets),),
                headline=headline,
                lang=_code_of(file, name) if self.lang == "name" else self.lang,
                source=str(file),
            )


def _is_code(text: str | None) -> bool:
    return re.fullmatch("[a-z]{2}", text or "") is not None


def _code_of(file: Path, name: str) -> str:
    code, dash, _ = name.partition("-")
    if not dash or not _is_code(code):
        raise DataError(
            "the name does not start with a language code and a dash",
            "With lang: name a file is called like de-some-topic.txt.",
            file=str(file),
        )
    return code
