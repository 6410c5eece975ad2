"""Several runs as one table, on the documents that are the same in all of them."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.core.errors import DataError
from bench.core.types import Cells, ScoreTable
from bench.report.changes import unlike_parts
from bench.report.figures import counted

_NAMED = 3  # ids in a message


@dataclass(frozen=True, slots=True)
class Joined:
    """The common part of several runs, and what is not common.

    Attributes:
        table: Systems are labelled ``<run>:<label>``, documents are in the order of their ids, and of the
            cells there are only the values. Aggregates are those of the whole runs.
        lacking: Run → ids of documents that another run has and it has not.
        changed: Ids of documents that all have, with different content.
        unlike: Column id → run → signature, where they differ.
        partial: Column id → the runs that have it, where not all do.
    """

    table: ScoreTable
    lacking: Mapping[str, tuple[str, ...]]
    changed: tuple[str, ...]
    unlike: Mapping[str, Mapping[str, str]]
    partial: Mapping[str, tuple[str, ...]]

    @property
    def left_out(self) -> int:
        """Documents of any run that are not in the table."""
        return len({i for ids in self.lacking.values() for i in ids}) + len(self.changed)

    def about_documents(self) -> str:
        """``not in new: 2 documents (a, b); changed: 1 document (c)``, or empty."""
        said = [(f"not in {run}", ids) for run, ids in self.lacking.items() if ids]
        said += [("changed", self.changed)] * bool(self.changed)
        return "; ".join(f"{what}: {counted(len(ids), 'document')} ({_first(ids)})" for what, ids in said)

    def about_signatures(self, columns: Sequence[str]) -> Iterator[str]:
        """What differs in the signatures of these columns, a line for those that differ alike."""
        alike: dict[str, list[str]] = defaultdict(list)
        for column in columns:
            (first, old), *others = self.unlike.get(column, {"": ""}).items()
            for run, new in others:
                for name, before, after in unlike_parts(old, new):
                    part = f"{name}:" if name else ""
                    alike[f"{part}{_said(before)} ({first}), {_said(after)} ({run})"].append(column)
        return (f"{', '.join(names)}: {what}" for what, names in alike.items())


def join(tables: Mapping[str, ScoreTable]) -> Joined:
    """Join runs by documents of equal id and content, and columns of equal id, signature and direction.

    Args:
        tables: By a name of each run. Where one has no digests, documents are equal if their ids are.

    Raises:
        DataError: no document is the same in all.
    """
    digests = {run: _digests(table) for run, table in tables.items()}
    known = all(table.digests for table in tables.values())
    every = sorted({i for ids in digests.values() for i in ids})
    shared = [i for i in every if all(i in ids for ids in digests.values())]
    same = [i for i in shared if not known or len({ids[i] for ids in digests.values()}) == 1]
    if shared and not same:
        what = f"{counted(len(shared), 'document')} ({_first(shared)})"
        raise DataError(f"the runs have no document in common: in all of them, but changed, {what}")
    if not same:
        runs = "\n".join(f"The first ids of {run}: {_first(tuple(ids))}" for run, ids in digests.items())
        raise DataError("the runs have no document in common", runs)
    first = next(iter(tables.values()))
    defined = {
        run: {c.id: (c.signature, c.column.better) for c in table.columns} for run, table in tables.items()
    }
    ids = dict.fromkeys(c.id for table in tables.values() for c in table.columns)
    having = {i: tuple(run for run in tables if i in defined[run]) for i in ids}
    partial = {i: runs for i, runs in having.items() if len(runs) < len(tables)}
    unlike = {
        i: {run: f"{defined[run][i][0]}|better:{defined[run][i][1]}" for run in tables}
        for i in ids
        if i not in partial and len({defined[run][i] for run in tables}) > 1
    }
    columns = tuple(c for c in first.columns if c.id not in partial and c.id not in unlike)
    table = ScoreTable(
        name=" and ".join(tables),
        doc_ids=tuple(same),
        systems=tuple(
            replace(s, label=f"{run}:{s.label}") for run, table in tables.items() for s in table.systems
        ),
        columns=columns,
        cells={
            (f"{run}:{s.label}", c.id): cells
            for run, table in tables.items()
            for s in table.systems
            for c in columns
            if (cells := _restricted(table, s.label, c.id, same))
        },
        aggregates={
            (f"{run}:{system}", column): value
            for run, table in tables.items()
            for (system, column), value in table.aggregates.items()
            if column not in partial and column not in unlike
        },
        notes=tuple(dict.fromkeys(f"{run}: {note}" for run, table in tables.items() for note in table.notes)),
        digests=tuple(digests[next(iter(tables))][i] for i in same) if known else (),
    )
    return Joined(
        table=table,
        lacking={run: tuple(i for i in every if i not in ids) for run, ids in digests.items()},
        changed=tuple(i for i in shared if i not in set(same)),
        unlike=unlike,
        partial=partial,
    )


def _digests(table: ScoreTable) -> dict[str, str]:
    digests = table.digests or ("",) * len(table.doc_ids)
    return dict(zip(table.doc_ids, digests, strict=True))


def _restricted(table: ScoreTable, system: str, column: str, ids: Sequence[str]) -> Cells | None:
    if (cells := table.cells.get((system, column))) is None:
        return None
    at = {i: k for k, i in enumerate(table.doc_ids)}
    return Cells(array("d", (cells.values[at[i]] for i in ids)))


def _first(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_NAMED]) + ", …" * (len(ids) > _NAMED)


def _said(value: str | None) -> str:
    return "none" if value is None else value
