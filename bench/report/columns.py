"""Which columns of a table are compared."""

from collections.abc import Sequence

from bench.core.errors import ConfigError, DataError, nearest
from bench.core.types import ColumnInfo, ScoreTable


def compared_columns(table: ScoreTable, names: Sequence[str] = ()) -> tuple[ColumnInfo, ...]:
    """The columns to compare: those named, else all that tables show and that have a better direction.

    A name is a column's id or its end, if that is clear: ``rougeLsum`` for ``rouge.rougeLsum``.

    Raises:
        ConfigError: no such column, or one without a better direction.
        DataError: nothing is named, and no column has a better direction.
    """
    if not names:
        usual = tuple(c for c in table.columns if c.column.shown and c.column.better != "none")
        if not usual:
            have = ", ".join(c.id for c in table.columns) or "none"
            raise DataError(f"no column has a better direction to compare by; there are: {have}")
        return usual
    chosen = []
    for name in names:
        ends = _meant(table, name)
        ranked = [c.id for c in table.columns if c.column.better != "none"]
        if len(ends) != 1:
            what = "no such column" if not ends else "several columns end like this"
            near = nearest(name, ranked) or nearest(name, [c.rpartition(".")[2] for c in ranked])
            raise ConfigError(f"{name}: {what}{near}", f"There are: {', '.join(ranked)}.")
        if ends[0].column.better == "none":
            what = f"{ends[0].id} describes and has no better direction: it is not compared"
            raise ConfigError(what, f"There are: {', '.join(ranked)}.")
        chosen.append(ends[0])
    return tuple(dict.fromkeys(chosen))


def lacking(table: ScoreTable, names: Sequence[str]) -> list[str]:
    """Those of the names that no column of a table has."""
    return [name for name in names if not _meant(table, name)]


def _meant(table: ScoreTable, name: str) -> list[ColumnInfo]:
    found = [c for c in table.columns if c.id == name]
    return found or [c for c in table.columns if c.id.endswith(f".{name}")]
