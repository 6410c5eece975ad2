"""Files of human judgements and of published scores."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.core.errors import DataError
from bench.data.judgements import Bad, Judgements, read_judgements
from bench.data.keyed import Names
from bench.data.published import read_scores

Read = Callable[..., Judgements]


def write(path: Path, rows: Sequence[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Judgements out of rows, whose ids are filled in."""

    def read(labels: Sequence[Any], **how: Any) -> Judgements:
        rows = [{"doc_id": f"d{i}", "system": "s", "human": label} for i, label in enumerate(labels)]
        return read_judgements(write(tmp_path / "j.jsonl", rows), Names(), **how)

    return read


def humans(judged: Judgements) -> list[tuple[float, bool | None]]:
    return [(j.human, j.bad) for j in judged.rows]


def test_labels_from_0_to_1_are_bad_below_1(read: Read) -> None:
    judged = read([0, 0.5, 1, 1.0])
    assert humans(judged) == [(0, True), (0.5, True), (1, False), (1, False)]
    assert (judged.label, str(judged.bad), judged.turned) == ("human", "< 1", False)


def test_of_two_numbers_the_lower_is_bad(read: Read) -> None:
    assert [j.bad for j in read([2, 5, 5]).rows] == [True, False, False]


def test_another_scale_has_no_rule_until_it_is_given_one(read: Read) -> None:
    assert {j.bad for j in read([1, 3, 5]).rows} == {None}
    assert [j.bad for j in read([1, 3, 5], bad="<=3").rows] == [True, True, False]


def test_where_high_labels_are_bad_they_are_turned(read: Read) -> None:
    judged = read([0, 2, 3], bad=">1")
    assert judged.turned
    assert humans(judged) == [(0, False), (-2, True), (-3, True)]
    assert humans(read([0, 1, 1], bad="1")) == [(0, False), (-1, True), (-1, True)]
    assert humans(read([0, 1, 1], bad="0")) == [(0, True), (1, False), (1, False)]


def test_words_are_good_or_bad(read: Read) -> None:
    judged = read(["consistent", "Hallucinated", "consistent"], bad="Hallucinated")
    assert humans(judged) == [(1, False), (0, True), (1, False)]
    assert not judged.turned


def test_truth_values_are_numbers(read: Read) -> None:
    assert humans(read([True, False])) == [(1, False), (0, True)]


def test_words_need_a_rule(read: Read) -> None:
    with pytest.raises(DataError, match=r"j.jsonl:1: 'human' is 'ok', which is no number") as e:
        read(["ok", "wrong"])
    assert "--bad 'ok'" in e.value.hint


def test_a_comparison_needs_a_number() -> None:
    with pytest.raises(DataError, match="'many' is no number"):
        Bad.parse("<many")


def test_rows_without_a_label_are_left_out_and_counted(read: Read) -> None:
    judged = read([1, None, "", 0, float("nan")])
    assert [j.doc_id for j in judged.rows] == ["d0", "d3"]
    assert judged.notes == ("3 of 5 rows have no human and are left out",)


def test_several_labels_of_a_summary_are_averaged(tmp_path: Path) -> None:
    rows = [{"doc_id": "d", "system": s, "rating": r} for s, r in (("a", 1), ("a", 0), ("b", 1), ("b", 1))]
    judged = read_judgements(write(tmp_path / "j.jsonl", rows), Names())
    assert humans(judged) == [(0.5, True), (1, False)]
    assert judged.notes == ("4 labels of 2 summaries: those of one summary are averaged",)


def test_words_cannot_be_averaged(tmp_path: Path) -> None:
    rows = [{"doc_id": "d", "system": "a", "label": word} for word in ("good", "bad")]
    path = write(tmp_path / "j.jsonl", rows)
    with pytest.raises(DataError, match=r"j.jsonl:2: a second label for 'd' by 'a' \(first in line 1\)"):
        read_judgements(path, Names(), bad="bad")


def test_the_column_is_found_by_its_name_or_named(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 7, "factuality": 1, "label": 0, "deep": {"er": 3}},
        {"id": 8, "factuality": 0, "label": 1},
    ]
    path = write(tmp_path / "j.jsonl", rows)
    assert read_judgements(path, Names()).label == "factuality"
    assert [j.human for j in read_judgements(path, Names(), "label").rows] == [0, 1]
    assert [j.doc_id for j in read_judgements(path, Names()).rows] == ["7", "8"]
    first = read_judgements(path, Names(where={"id": "7"}), "deep.er")
    assert [j.human for j in first.rows] == [3]


def test_a_file_without_a_known_column_says_what_it_has(tmp_path: Path) -> None:
    path = write(tmp_path / "j.jsonl", [{"id": "d", "stars": 3}])
    with pytest.raises(DataError, match="which column holds the judgement") as e:
        read_judgements(path, Names())
    assert e.value.hint == "--label COLUMN, one of: id, stars."


def test_a_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path / "j.jsonl", [{"id": "d", "rating": 3}])
    with pytest.raises(DataError, match=r"j.jsonl:1: no column 'ratings' \(did you mean 'rating'\?\)"):
        read_judgements(path, Names(), "ratings")


def test_csv_and_parquet_read_alike(tmp_path: Path) -> None:
    rows = [{"doc_id": f"d{i}", "system": "s", "score": i / 2} for i in range(3)]
    with (tmp_path / "j.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "j.parquet")
    write(tmp_path / "j.jsonl", rows)
    files = [str(tmp_path / f"j.{kind}") for kind in ("csv", "parquet", "jsonl")]
    found = [[(j.doc_id, j.system, j.human, j.bad) for j in read_judgements(f, Names()).rows] for f in files]
    assert found[0] == found[1] == found[2] == [
        ("d0", "s", 0, True), ("d1", "s", 0.5, True), ("d2", "s", 1, False),
    ]  # fmt: skip


def test_a_filter_that_keeps_nothing_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "j.jsonl", [{"id": "d", "human": 3, "split": "test"}])
    with pytest.raises(DataError, match="no row with split=dev") as caught:
        read_judgements(path, Names(where={"split": "dev"}))
    assert caught.value.hint == "split is one of test."


def test_published_scores_are_those_of_the_object_scores(tmp_path: Path) -> None:
    rows = [
        {"doc_id": "d", "system": "a", "year": 2021, "scores": {"DAE": 0.5, "QAGS": None}},
        {"doc_id": "d", "system": "b", "year": 2021, "scores": {"QAGS": 1}},
    ]
    found = read_scores(write(tmp_path / "b.jsonl", rows), Names())
    assert found == {"DAE": {("d", "a"): 0.5}, "QAGS": {("d", "a"): None, ("d", "b"): 1}}


def test_without_it_they_are_the_columns_of_numbers(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("id,system,text,mine,other\nd,a,words,0.5,\ne,a,2,1e-1,3\n", "utf-8")
    with pytest.raises(DataError, match=r"b.csv:2: 'text' is no number here, but in other rows"):
        read_scores(str(tmp_path / "b.csv"), Names())
    (tmp_path / "b.csv").write_text("id,system,text,mine,other\nd,a,words,0.5,\ne,a,more,1e-1,3\n", "utf-8")
    assert read_scores(str(tmp_path / "b.csv"), Names()) == {
        "mine": {("d", "a"): 0.5, ("e", "a"): 0.1},
        "other": {("d", "a"): None, ("e", "a"): 3},
    }


def test_a_summary_has_its_scores_once(tmp_path: Path) -> None:
    path = write(tmp_path / "b.jsonl", [{"id": "d", "x": 1}, {"id": "d", "x": 2}])
    with pytest.raises(DataError, match=r"b.jsonl:2: 'd' by '' is there a second time \(first in line 1\)"):
        read_scores(path, Names())
