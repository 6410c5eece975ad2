"""Columns of numbers about summaries, such as scores that somebody published."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from bench.core.errors import DataError
from bench.core.rows import Row
from bench.data.keyed import ID_FIELDS, Key, Names, empty, number

NESTED = "scores"  # an object that holds the scores of a row, as in FRANK's


def read_scores(path: str, names: Names) -> dict[str, dict[Key, float | None]]:
    """Columns of numbers: column → summary → value.

    Those of an object ``scores`` if a row has one, all columns of numbers otherwise. Null, an empty cell
    or a key that a row lacks is a missing value.

    Raises:
        DataError: a summary twice, a column that has both numbers and words, or no column of numbers.
    """
    columns: dict[str, dict[Key, float | None]] = defaultdict(dict)
    words: dict[str, Row] = {}
    seen: dict[Key, int] = {}
    for row in names.rows(path):
        key = names.key(row)
        if key in seen:
            what = f"'{key[0]}' by '{key[1]}' is there a second time (first in line {seen[key]})"
            raise DataError(what, file=row.file, line=row.line)
        seen[key] = row.line
        for name, value in _candidates(row, names).items():
            if empty(value) or (x := number(value)) is not None:
                columns[name][key] = None if empty(value) else x
            else:
                words.setdefault(name, row)
    found = {k: c for k, c in columns.items() if any(v is not None for v in c.values())}
    if mixed := next((name for name in found if name in words), None):
        row = words[mixed]
        raise DataError(f"'{mixed}' is no number here, but in other rows", file=row.file, line=row.line)
    if not found:
        raise DataError("no column of numbers", file=path)
    return found


def _candidates(row: Row, names: Names) -> Mapping[str, Any]:
    nested = row.fields.get(NESTED)
    if isinstance(nested, Mapping):
        return nested
    own = {names.doc_id, names.system, *ID_FIELDS}
    return {k: v for k, v in row.fields.items() if k not in own and not isinstance(v, list | dict)}
