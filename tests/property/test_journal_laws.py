"""Whatever is appended, and wherever the file is cut: what is read is a prefix, and appending goes on."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import CorruptRecord
from bench.runner import journal

# Any code point, with lone surrogates and line separators; any finite number.
texts = st.text(st.characters() | st.characters(categories=["Cs"]))
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(texts, values, max_size=4)
batches = st.lists(st.lists(records, max_size=4), max_size=4)


def written(path: Path, appended: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    with journal.Journal(path) as out:
        for batch in appended:
            out.append(batch)
    return [r for batch in appended for r in batch]


@given(batches, st.data())
def test_a_cut_file_reads_back_a_prefix_and_takes_the_rest(
    appended: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.jsonl"
        wanted = written(path, appended)
        assert list(journal.read(path)) == wanted
        whole = path.read_bytes()
        end = data.draw(st.integers(0, len(whole)))
        path.write_bytes(whole[:end])

        kept = list(journal.read(path))
        assert kept == wanted[: len(kept)]
        assert len(kept) == whole[:end].count(b"\n"), "only the torn line is missing"
        written(path, [wanted[len(kept) :]])
        assert path.read_bytes() == whole


@given(st.lists(records, min_size=1, max_size=4), records, st.binary(min_size=1))
def test_a_line_that_is_no_object_is_found_at_its_byte(
    before: list[dict[str, Any]], after: dict[str, Any], damage: bytes
) -> None:
    line = damage.replace(b"\n", b" ").replace(b"{", b" ") + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.jsonl"
        written(path, [before])
        byte = path.stat().st_size
        path.write_bytes(path.read_bytes() + line + journal.encode(after))
        with pytest.raises(CorruptRecord) as e:
            list(journal.read(path))
        assert e.value.byte == byte


@given(st.lists(records))
def test_equal_records_are_equal_bytes_and_one_line(some: list[dict[str, Any]]) -> None:
    for record in some:
        line = journal.encode(record)
        assert line == journal.encode(dict(reversed(record.items())))
        assert line.count(b"\n") == 1
        assert line.endswith(b"\n")
