"""Several runs as one table: which documents and columns they have in common."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bench.core.errors import DataError
from bench.core.types import Estimate, ScoreTable
from bench.report.joined import join

Make = Callable[..., ScoreTable]


def with_documents(table: ScoreTable, ids: str, digests: Sequence[str] = ()) -> ScoreTable:
    return replace(table, doc_ids=tuple(ids), digests=tuple(digests or (f"{i}1" for i in ids)))


def values(table: ScoreTable, system: str) -> list[float]:
    return table.cells[system, "m.x"].values.tolist()


@pytest.fixture
def old(make_table: Make) -> ScoreTable:
    return with_documents(make_table({"lead": {"x": [0.1, 0.2, 0.3]}}), "abc")


@pytest.fixture
def new(make_table: Make) -> ScoreTable:
    """Other documents in another order, of which c has changed."""
    return with_documents(make_table({"lead": {"x": [0.9, 0.8, 0.7, 0.6]}}), "cbad", ["c2", "b1", "a1", "d1"])


def test_documents_of_equal_content_are_joined(old: ScoreTable, new: ScoreTable) -> None:
    joined = join({"old": old, "new": new})
    assert joined.table.doc_ids == ("a", "b")
    assert joined.table.digests == ("a1", "b1")
    assert values(joined.table, "old:lead") == [0.1, 0.2]
    assert values(joined.table, "new:lead") == [0.7, 0.8]
    assert [s.label for s in joined.table.systems] == ["old:lead", "new:lead"]


def test_what_is_left_out_is_said(old: ScoreTable, new: ScoreTable) -> None:
    joined = join({"old": old, "new": new})
    assert joined.left_out == 2
    assert joined.about_documents() == "not in old: 1 document (d); changed: 1 document (c)"
    many = with_documents(new, "efgh")
    assert join({"old": with_documents(old, "aeb"), "new": many}).about_documents() == (
        "not in old: 3 documents (f, g, h); not in new: 2 documents (a, b)"
    )
    assert join({"old": old, "new": old}).about_documents() == ""


def test_without_digests_ids_must_do(old: ScoreTable, new: ScoreTable) -> None:
    joined = join({"old": replace(old, digests=()), "new": new})
    assert joined.table.doc_ids == ("a", "b", "c")
    assert joined.table.digests == ()


def test_runs_without_a_common_document_are_refused(old: ScoreTable, new: ScoreTable) -> None:
    with pytest.raises(DataError, match="no document in common") as e:
        join({"old": old, "new": with_documents(new, "wxyz")})
    assert e.value.hint == "The first ids of old: a, b, c\nThe first ids of new: w, x, y, …"


def test_where_every_document_has_changed_that_is_said(old: ScoreTable) -> None:
    with pytest.raises(DataError, match=r"in all of them, but changed, 3 documents \(a, b, c\)") as e:
        join({"old": old, "new": with_documents(old, "abc", ["a2", "b2", "c2"])})
    assert e.value.hint == ""


def test_that_a_column_has_corpus_values_is_kept(old: ScoreTable, new: ScoreTable) -> None:
    value = Estimate(0.2, None, None, 3)
    joined = join({"old": replace(old, aggregates={("lead", "m.x"): value}), "new": new})
    assert joined.table.aggregates == {("old:lead", "m.x"): value}


def test_columns_are_joined_by_their_signature(make_table: Make) -> None:
    scores = {"lead": {"x": [0.1], "y": [0.2], "z": [0.3]}}
    one = make_table(scores)
    signed = {"m.x": "x|refs:1|stem:porter|v:1", "m.y": "m|v:1", "m.z": "m|v:1"}
    old = replace(one, columns=tuple(replace(c, signature=signed[c.id]) for c in one.columns))
    signed |= {"m.x": "x|refs:1|stem:none|tok:own|v:1"}
    new = replace(one, columns=tuple(replace(c, signature=signed[c.id]) for c in one.columns[:2]))
    joined = join({"old": old, "new": new})
    assert [c.id for c in joined.table.columns] == ["m.y"]
    assert joined.partial == {"m.z": ("old",)}
    assert list(joined.about_signatures(["m.x", "m.y"])) == [
        "m.x: stem:porter (old), none (new)",
        "m.x: tok:none (old), own (new)",
    ]
    assert list(joined.about_signatures(["m.y"])) == []


def test_a_column_that_is_better_low_in_one_run_is_another_column(make_table: Make) -> None:
    old = make_table({"lead": {"x": [0.1]}})
    (info,) = old.columns
    new = replace(old, columns=(replace(info, column=replace(info.column, better="low")),))
    joined = join({"old": old, "new": new})
    assert joined.table.columns == ()
    assert list(joined.about_signatures(["m.x"])) == ["m.x: better:high (old), low (new)"]
