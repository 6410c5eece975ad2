"""Which rows are measured, where a threshold comes from, and what a table says about it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from bench.core.errors import DataError
from bench.core.rows import Row
from bench.data.judgements import Bad, Judgement, Judgements
from bench.report.judged import judge
from bench.report.render_verdict import render_verdict
from bench.report.verdict import Scores, Verdict
from bench.report.verdict_files import verdict_csv, verdict_json, verdict_markdown

BELOW_1 = Bad("<", "1")
Judged = tuple[str, str, float, Mapping[str, Any]]


def judgements(rows: Sequence[Judged], bad: Bad | None = BELOW_1) -> Judgements:
    made = tuple(
        Judgement(
            doc, system, human, bad.holds(human) if bad else None, Row({"human": human, **more}, "j.jsonl", n)
        )
        for n, (doc, system, human, more) in enumerate(rows, 1)
    )
    return Judgements(made, "human", bad, turned=False)


def grid(split: str, dataset: str, shift: int = 0) -> list[Judged]:
    """Eight documents by three systems; the judgement is 0 or 1."""
    about = {"split": split, "dataset": dataset}
    return [
        (f"{dataset}{split}{d}", f"s{s}", float((d + s + shift) % 3 > 0), about)
        for d in range(8)
        for s in range(3)
    ]


NEWS = grid("test", "news") + grid("dev", "news")


def scores(rows: Sequence[Judged], value: Callable[[Judged], float | None]) -> dict[Any, float | None]:
    return {(row[0], row[1]): value(row) for row in rows}


def column(name: str, rows: Sequence[Judged] = NEWS, low: bool = False) -> Scores:
    """A score that is right except on the first document."""

    def value(row: Judged) -> float:
        right = row[2] if not row[0].endswith("0") else 1 - row[2]
        return (1 - right if low else right) + 0.01 * int(row[1][1])

    return Scores(name, "metric", scores(rows, value), low)


def measured(verdict: Verdict, statistic: str) -> float:
    return verdict.boards[0].rows[0].values[statistic].value


TEST = ("split", "test")


def test_only_the_split_is_measured() -> None:
    verdict = judge(judgements(NEWS), [column("x")], split=TEST)
    (board,) = verdict.boards
    assert (board.n, board.n_bad, board.n_documents, board.n_threshold) == (24, 8, 8, 24)
    assert board.systems == ("s0", "s1", "s2")


def test_the_threshold_comes_from_the_other_rows_only() -> None:
    """Changing the measured rows leaves it where it was; changing the others moves it."""
    one = judge(judgements(NEWS), [column("x")], split=TEST)
    halved = scores(NEWS, lambda row: column("x").values[row[0], row[1]])
    for key in halved:
        if key[0].startswith("newstest"):
            halved[key] = -5.0
    other = judge(judgements(NEWS), [Scores("x", "metric", halved)], split=TEST)
    assert one.boards[0].rows[0].threshold == other.boards[0].rows[0].threshold == pytest.approx(0.51)
    assert one.threshold_from == "split dev"
    assert "bal. acc.: at the threshold that is best on split dev (24 summaries)" in render_verdict(one)


def test_without_a_split_there_is_no_balanced_accuracy() -> None:
    verdict = judge(judgements(NEWS), [column("x")])
    assert "balanced_accuracy" not in verdict.boards[0].rows[0].values
    assert verdict.boards[0].n == 48
    text = render_verdict(verdict)
    assert "no balanced accuracy: its threshold has to come from other rows" in text
    assert "bal. acc." not in text.splitlines()[2]


def test_a_column_whose_low_values_are_good_is_turned() -> None:
    high = judge(judgements(NEWS), [column("x")], split=TEST)
    low = judge(judgements(NEWS), [column("x", low=True)], split=TEST)
    assert measured(high, "balanced_accuracy") == measured(low, "balanced_accuracy") > 0.8
    assert measured(low, "auc") > 0.8
    threshold = low.boards[0].rows[0].threshold
    assert threshold is not None
    assert 0 < threshold < 1  # in the column's own direction
    assert "low is good, so turned: x" in render_verdict(low)


def test_several_data_sets_are_not_pooled() -> None:
    rows = NEWS + grid("test", "talk")
    with pytest.raises(DataError, match=r"2 data sets \(dataset: news, talk\)") as e:
        judge(judgements(rows), [column("x", rows)], split=TEST)
    assert e.value.hint == "--by dataset measures each, --where dataset=news one of them."
    verdict = judge(judgements(rows), [column("x", rows)], by="dataset", split=TEST)
    assert [(b.name, b.n, b.n_threshold) for b in verdict.boards] == [("news", 24, 24), ("talk", 24, 0)]
    assert verdict.boards[1].rows[0].threshold is None
    alone = judge(judgements(NEWS), [column("x")], split=TEST)
    assert verdict.boards[0].rows == alone.boards[0].rows


def test_missing_values_are_counted_and_left_out() -> None:
    part = {k: None if k[0].endswith("3") else v for k, v in column("x").values.items()}
    del part["newstest4", "s0"]
    verdict = judge(judgements(NEWS), [Scores("x", "metric", part)], split=TEST)
    (row,) = verdict.boards[0].rows
    assert (row.n, row.n_missing, row.n_bad) == (20, 4, 7)
    assert "summaries without a value, left out of that line: x 4" in render_verdict(verdict)


def test_scores_of_other_summaries_are_an_error() -> None:
    nowhere = Scores("x", "metric", {("other", "s0"): 1.0})
    with pytest.raises(DataError, match="no judged summary has a score: there is none for document") as e:
        judge(judgements(NEWS), [nowhere], split=TEST)
    assert e.value.hint == "The scores are of document 'other' by 's0', for example."


def test_a_split_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(DataError, match="no judgement has split=train") as e:
        judge(judgements(NEWS), [column("x")], split=("split", "train"))
    assert e.value.hint == "split is one of dev, test."


def test_without_a_rule_there_are_correlations_only() -> None:
    verdict = judge(judgements(NEWS, bad=None), [column("x")], split=TEST)
    values = verdict.boards[0].rows[0].values
    assert {"pearson", "partial_spearman", "within_kendall", "system_pearson"} <= values.keys()
    assert not {"auc", "balanced_accuracy", "within_auc"} & values.keys()
    assert "no AUC and no balanced accuracy: --bad" in render_verdict(verdict)


def test_one_system_leaves_nothing_to_control_for() -> None:
    rows = [row for row in NEWS if row[1] == "s1"]
    values = judge(judgements(rows), [column("x")], split=TEST).boards[0].rows[0].values
    assert values.keys() == {"auc", "balanced_accuracy", "pearson", "spearman", "kendall"}


def test_the_order_of_rows_changes_nothing() -> None:
    straight = judge(judgements(NEWS), [column("x")], split=TEST)
    turned = judge(judgements(NEWS[::-1]), [column("x")], split=TEST)
    for name, value in straight.boards[0].rows[0].values.items():
        other = turned.boards[0].rows[0].values[name]
        assert (value.value, value.lo, value.hi) == pytest.approx(
            (other.value, other.lo, other.hi), abs=1e-12
        )


@pytest.fixture
def verdict() -> Verdict:
    """Two metrics, a published score and the length."""
    length = Scores("summary words", "length", scores(NEWS, lambda row: 10.0 + row[2] * int(row[1][1])))
    worse = Scores("worse", "metric", scores(NEWS, lambda row: float(hash_free(row))))
    published = Scores("DAE|1", "published", column("x").values)
    return judge(judgements(NEWS), [length, worse, published, column("x")], split=TEST)


def hash_free(row: Judged) -> int:
    return (int(row[0][-1]) * 7 + int(row[1][1]) * 5) % 11


def test_groups_stand_apart_and_the_best_comes_first(verdict: Verdict) -> None:
    assert [(r.column, r.group) for r in verdict.boards[0].rows] == [
        ("x", "metric"), ("worse", "metric"), ("DAE|1", "published"), ("summary words", "length"),
    ]  # fmt: skip
    lines = render_verdict(verdict).splitlines()
    assert [line.split()[0][:1] for line in lines[3:9]] == ["x", "w", "─", "D", "─", "s"]
    assert "length alone reaches AUC" in render_verdict(verdict)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(verdict: Verdict, width: int) -> None:
    for full in (False, True):
        lines = render_verdict(verdict, width=width, full=full).splitlines()
        assert max(map(len, lines)) <= width


def test_full_shows_the_levels(verdict: Verdict) -> None:
    text = render_verdict(verdict, full=True)
    assert "within systems (mean of 3)" in text
    assert "between systems (means of 3)" in text


def test_json_is_unrounded_and_has_everything(verdict: Verdict) -> None:
    found = json.loads(verdict_json(verdict))
    (board,) = found["boards"]
    row = verdict.boards[0].rows[0]
    assert board["rows"][0]["values"]["auc"] == {
        "value": row.values["auc"].value, "lo": row.values["auc"].lo, "hi": row.values["auc"].hi,
    }  # fmt: skip
    assert found["threshold_from"] == "split dev"
    assert any("FRANK" in note for note in found["notes"])


def test_csv_has_a_line_a_column(verdict: Verdict) -> None:
    lines = verdict_csv(verdict).splitlines()
    assert lines[0].startswith("dataset,column,group,n,n_missing,n_bad,threshold,auc,auc.lo,auc.hi,")
    assert len({line.count(",") for line in lines}) == 1
    assert len(lines) == 5


def test_markdown_is_one_table_that_names_cannot_break(verdict: Verdict) -> None:
    lines = verdict_markdown(verdict).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1
    assert any(line.startswith("| DAE\\|1 |") for line in table)
