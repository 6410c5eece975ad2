"""Tables for the report's tests, built from plain lists."""

from array import array
from collections.abc import Callable, Mapping, Sequence

import pytest

from bench.core.types import Cells, Column, ColumnInfo, Estimate, ScoreTable, SystemInfo

Values = Sequence[float | None]


@pytest.fixture
def make_table() -> Callable[..., ScoreTable]:
    """From ``{system: {column name: values}}``; ids are ``m.<name>`` unless a name has a dot.

    A None has the reason "empty".
    """

    def make(
        scores: Mapping[str, Mapping[str, Values]],
        *,
        columns: Sequence[Column] = (),
        apart: Sequence[str] = (),
        about: Mapping[str, SystemInfo] | None = None,
        cells: Mapping[tuple[str, str], Cells] | None = None,
        aggregates: Mapping[tuple[str, str], Estimate] | None = None,
        notes: tuple[str, ...] = (),
    ) -> ScoreTable:
        names = list(dict.fromkeys(name for by_column in scores.values() for name in by_column))
        known = {c.name: c for c in columns}
        n = max((len(v) for by_column in scores.values() for v in by_column.values()), default=0)
        made = {
            (system, column_id(name)): as_cells(values)
            for system, by_column in scores.items()
            for name, values in by_column.items()
        }
        return ScoreTable(
            name="test",
            doc_ids=tuple(f"d{i}" for i in range(n)),
            systems=tuple(
                (about or {}).get(s) or SystemInfo(s, f"{s}|v:1", apart=s in apart, n_summaries=n)
                for s in scores
            ),
            columns=tuple(
                ColumnInfo(column_id(x), known.get(x, Column(x)), f"{column_id(x).partition('.')[0]}|v:1")
                for x in names
            ),
            cells={**made, **(cells or {})},
            aggregates=aggregates or {},
            notes=notes,
        )

    return make


def column_id(name: str) -> str:
    return name if "." in name else f"m.{name}"


def as_cells(values: Values) -> Cells:
    missing = sum(v is None for v in values)
    return Cells(
        array("d", (float("nan") if v is None else v for v in values)),
        n_none=missing,
        reasons={"empty": missing} if missing else {},
    )
