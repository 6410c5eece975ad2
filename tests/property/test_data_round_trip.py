"""What is written to a file is read from it, character by character."""

import csv
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.protocols import Reader
from bench.core.rows import read_lines
from bench.core.types import Document
from bench.data.article import parse_article
from bench.data.blank import is_blank
from bench.data.lines import Lines
from bench.data.select import load, select
from bench.data.tabular import Csv, Jsonl, Parquet

# Line breaks of every kind, quotes, separators, marks that join, and characters outside the first plane.
NASTY = [
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\u0085",
    "\x0b",
    "\x0c",
    '"',
    '""',
    ",",
    "\t",
    "\\n",
    "\ufeff",
    "e\u0301",
    "🧑‍🚀",
    "ß",
]
TEXT = st.lists(st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)).map(
    "".join
)
FILLED = TEXT.filter(lambda t: not is_blank(t))
IDS = FILLED.map(str.strip).filter(lambda t: not is_blank(t))


def documents(references: st.SearchStrategy[tuple[str, ...]]) -> st.SearchStrategy[list[Document]]:
    one = st.builds(Document, id=IDS, text=FILLED, references=references)
    return st.lists(one, min_size=1, max_size=4, unique_by=lambda d: d.id)


def write_jsonl(docs: list[Document], file: Path) -> None:
    rows = [{"id": d.id, "document": d.text, "references": list(d.references)} for d in docs]
    file.write_bytes("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode())


def write_json(docs: list[Document], file: Path) -> None:
    rows = [{"id": d.id, "document": d.text, "references": list(d.references)} for d in docs]
    file.write_bytes(json.dumps(rows, indent=2, ensure_ascii=False).encode())


def write_parquet(docs: list[Document], file: Path) -> None:
    rows = [{"id": d.id, "document": d.text, "references": list(d.references)} for d in docs]
    pq.write_table(pa.Table.from_pylist(rows), file)


def write_csv(docs: list[Document], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, delimiter="\t" if file.suffix == ".tsv" else ",")
        writer.writerow(["id", "document", "reference"])
        writer.writerows([d.id, d.text, d.references[0]] for d in docs)


def read_back(docs: list[Document], name: str, write: Callable[[list[Document], Path], None]) -> None:
    readers: dict[str, Callable[[str], Reader]] = {
        "jsonl": Jsonl, "json": Jsonl, "csv": Csv, "tsv": Csv, "parquet": Parquet,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"d.{name}"
        write(docs, file)
        found = load(readers[name](str(file))).documents
    assert [d.digest() for d in found] == [d.digest() for d in docs]


@pytest.mark.parametrize(
    ("name", "write"), [("jsonl", write_jsonl), ("json", write_json), ("parquet", write_parquet)]
)
@settings(max_examples=60)
@given(docs=documents(st.lists(FILLED, min_size=1, max_size=3).map(tuple)))
def test_several_references(
    name: str, write: Callable[[list[Document], Path], None], docs: list[Document]
) -> None:
    read_back(docs, name, write)


@pytest.mark.parametrize("name", ["csv", "tsv"])
@settings(max_examples=60)
@given(docs=documents(FILLED.map(lambda t: (t,))))
def test_one_reference(name: str, docs: list[Document]) -> None:
    read_back(docs, name, write_csv)


@settings(max_examples=60)
@given(
    st.lists(
        FILLED.map(lambda t: t.replace("\n", " ")).filter(
            lambda t: not is_blank(t) and not t.endswith("\r") and not t.startswith("\ufeff")
        ),
        min_size=1,
    )
)
def test_lines(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.txt"
        file.write_bytes("\n".join(lines).encode())
        assert list(read_lines(file)) == list(enumerate(lines, 1))
        assert [d.references[0] for d in load(Lines(str(file))).documents] == lines


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1)
PROSE = LINE.map(lambda t: ("x" + t).strip()).filter(lambda t: "\r" not in t)


@settings(max_examples=100)
@given(PROSE, st.lists(PROSE, min_size=1), st.lists(PROSE, min_size=1), st.sampled_from(["", "\n", "\n \n"]))
def test_articles(headline: str, bullets: list[str], paragraphs: list[str], gap: str) -> None:
    body = "\n\n".join(paragraphs)
    text = f"{headline}\n{gap}" + "".join(f"- {b}\n" for b in bullets) + gap + body
    assert parse_article(text.split("\n"), "a") == (headline, bullets, body)


@settings(max_examples=100)
@given(PROSE, st.lists(st.lists(PROSE, min_size=1), min_size=1), PROSE, st.sampled_from([" ", "  ", "\t"]))
def test_wrapped_bullets(headline: str, bullets: list[list[str]], body: str, indent: str) -> None:
    text = f"{headline}\n" + "".join("- " + f"\n{indent}".join(lines) + "\n" for lines in bullets) + body
    assert parse_article(text.split("\n"), "a") == (headline, [" ".join(b) for b in bullets], body)


@settings(max_examples=100)
@given(
    n=st.integers(0, 60), sample=st.integers(1, 70) | st.none(), limit=st.integers(1, 70) | st.none(),
    seed=st.integers(0, 9),
)  # fmt: skip
def test_a_selection_is_an_ordered_part_of_the_right_size(
    n: int, sample: int | None, limit: int | None, seed: int
) -> None:
    docs = [Document(str(i), "t") for i in range(n)]
    chosen = select(docs, sample, seed, limit)
    places = [docs.index(d) for d in chosen]
    assert places == sorted(set(places))
    assert len(chosen) == min(n, sample or n, limit or n)
