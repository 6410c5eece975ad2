"""The sentences at the top of a page: no more than the tests support."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from bench.core.types import Cells, Column, ScoreTable, SystemInfo
from bench.report.leaderboard import headline, leaderboard
from bench.report.page.pairs import all_pairs
from bench.report.page.verdict import spoken, verdict
from bench.report.page.warnings import warnings
from bench.report.ranks import standings
from bench.report.versus import How

Make = Callable[..., ScoreTable]
SCORE = Column("score", scale=100, digits=2)
N = 24


def around(mean: float, shift: int = 0, n: int = N) -> list[float]:
    """Values that differ from document to document and have this mean."""
    return [mean + 0.01 * ((i * 7 + shift) % n - (n - 1) / 2) for i in range(n)]


def said(table: ScoreTable) -> tuple[str, ...]:
    board = leaderboard(table, resamples=500)
    how = How(0.05, 500, 0, "permutation", "holm", 0)
    column = headline(table)
    ranked = standings(table, column.id, resamples=500) if column else ()
    sentences = verdict(board, ranked, all_pairs(table, board, how))
    return tuple("".join(piece for piece, _ in spoken(sentence)) for sentence in sentences)


def test_a_winner_is_named_with_what_it_wins_by(make_table: Make) -> None:
    table = make_table(
        {"a": {"score": around(0.6)}, "b": {"score": around(0.5, 3)}, "c": {"score": around(0.3, 5)}},
        columns=[SCORE],
    )
    first, *_ = said(table)
    assert first.startswith("a is better than every other system; than b, the next, by 10.00 [")
    assert first.endswith("] score.")


def test_names_are_told_from_the_words_of_a_sentence(make_table: Make) -> None:
    labels = ["better than", "נמל", "in"]
    scores = {label: {"score": around(0.6 - 0.2 * i, i)} for i, label in enumerate(labels)}
    table = make_table(scores, columns=[SCORE])
    board, how = leaderboard(table, resamples=200), How(0.05, 200, 0, "permutation", "holm", 0)
    first, *_ = verdict(board, standings(table, "m.score", resamples=200), all_pairs(table, board, how))
    assert [piece for piece, is_name in spoken(first) if is_name] == ["better than", "נמל"]
    assert spoken(first)[1] == (" is better than every other system; than ", False)


def test_the_interval_is_turned_with_the_winner_whatever_the_order_of_the_config(make_table: Make) -> None:
    low, high = {"score": around(0.4)}, {"score": around(0.6, 3)}
    forth = said(make_table({"worse": low, "better": high}, columns=[SCORE]))
    back = said(make_table({"better": high, "worse": low}, columns=[SCORE]))
    assert forth == back
    assert forth[0].startswith("better is better than worse by 20.00 [1")


def test_less_is_better_where_the_column_says_so(make_table: Make) -> None:
    table = make_table(
        {"much": {"flags": around(0.6)}, "little": {"flags": around(0.2, 3)}},
        columns=[Column("flags", "low", scale=100, digits=1)],
    )
    assert said(table)[0].startswith("little is better than much by 40.0 [")


def test_what_cannot_be_told_apart_is_not_ranked(make_table: Make) -> None:
    noisy = [0.5 + (-1) ** i * 0.2 for i in range(N)]
    table = make_table(
        {"a": {"score": noisy}, "b": {"score": [v + (-1) ** (i // 2) * 0.1 for i, v in enumerate(noisy)]}},
        columns=[SCORE],
    )
    first, *rest = said(table)
    assert first == "No two of the 2 systems can be told apart in score."
    assert not any("is better than" in sentence for sentence in rest)


def test_a_tie_at_the_top_and_a_loser(make_table: Make) -> None:
    top = around(0.6)
    near = [v + (-1) ** i * 0.05 for i, v in enumerate(top)]
    table = make_table(
        {"a": {"score": top}, "b": {"score": near}, "c": {"score": around(0.2, 3)}}, columns=[SCORE]
    )
    first, *_ = said(table)
    assert "cannot be told from" in first
    assert "It is better than c by 40.00 [" in first


def test_a_winner_that_loses_elsewhere_is_contradicted(make_table: Make) -> None:
    table = make_table(
        {
            "a": {"x.score": around(0.6), "y.truth": around(0.1)},
            "b": {"x.score": around(0.4, 3), "y.truth": around(0.7, 3)},
            "c": {"x.score": around(0.2, 5), "y.truth": around(0.8, 5)},
        }
    )
    assert "But a is worse than every other system in y.truth." in said(table)


def test_power_is_told_as_what_is_found_four_times_in_five(make_table: Make) -> None:
    table = make_table({"a": {"score": around(0.6)}, "b": {"score": around(0.5, 3)}}, columns=[SCORE])
    assert any(s.startswith("With 24 documents a difference of ") for s in said(table))


def test_few_documents_find_nothing_and_say_so(make_table: Make) -> None:
    table = make_table({"a": {"score": [0.9, 0.8, 0.9]}, "b": {"score": [0.1, 0.2, 0.1]}}, columns=[SCORE])
    assert said(table) == (
        "No two of the 2 systems can be told apart in score.",
        "With 3 documents no difference could have been found.",
        "To tell a from b would need about 6 documents.",
    )


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"a": {"score": around(0.5)}}, "a has 50.00 score"),
        ({"a": {"score": [None] * 9}, "b": {"score": [None] * 9}}, "No system has a value in score, so"),
        ({"a": {"score": [0.5, None]}, "b": {"score": [None, 0.5]}}, "No document has a value of every"),
        ({"a": {"words": around(0.5)}}, "No column here says which direction is better"),
    ],
)
def test_where_nobody_can_win_nobody_does(
    make_table: Make, scores: Mapping[str, Mapping[str, Sequence[float | None]]], expected: str
) -> None:
    found = said(make_table(scores, columns=[SCORE, Column("words", "none")]))
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_systems_apart_win_nothing(make_table: Make) -> None:
    table = make_table(
        {"oracle": {"score": around(0.9)}, "a": {"score": around(0.6)}, "b": {"score": around(0.2, 3)}},
        columns=[SCORE],
        apart=["oracle"],
    )
    assert "oracle" not in " ".join(said(table))


def warned(table: ScoreTable, status: str = "complete") -> list[str]:
    return list(warnings(status, leaderboard(table, resamples=200), table))


def test_a_clean_run_has_no_warning(make_table: Make) -> None:
    assert warned(make_table({"a": {"score": around(0.5)}, "b": {"score": around(0.4)}})) == []


def test_a_partial_run_says_so_first(make_table: Make) -> None:
    assert warned(make_table({"a": {"score": around(0.5)}}), "partial")[0].startswith("The run is partial")


def test_failed_cut_and_empty_summaries(make_table: Make) -> None:
    about = {
        "a": SystemInfo("a", "a|v:1", n_summaries=23, n_errors=1, truncated=0.06, empty=0.04),
        "b": SystemInfo(
            "b", "b|v:1", n_summaries=24, truncated=0.04, empty=0.5, read=0.5, n_read=24, n_cut=20
        ),
    }
    found = warned(make_table({"a": {"score": around(0.5)}, "b": {"score": around(0.4)}}, about=about))
    assert found == [
        "a: 1 of 24 summaries failed, in no mean.",
        "a: 6.0 % of its summaries were cut by a token limit.",
        "b: 50.0 % of its summaries are empty.",
        "b read 50.0 % of the documents (mean): 20 of 24 were cut.",
    ]


def test_failed_scores_name_metric_and_system(make_table: Make) -> None:
    values = Cells(values=make_table({"a": {"x": [0.1, 0.2, None]}}).cells["a", "m.x"].values, n_error=1)
    found = warned(make_table({"a": {"x": [0.1, 0.2, None]}}, cells={("a", "m.x"): values}))
    assert "m failed on summaries: 1 of a." in found


def test_a_check_that_does_not_know_the_language(make_table: Make) -> None:
    plain = make_table({"a": {"facts.names": [0.0, None, None]}}).cells["a", "facts.names"]
    reason = "this rule knows English only, the document is in 'de'"
    cells = {("a", "facts.names"): Cells(plain.values, n_none=2, reasons={reason: 2})}
    found = warned(make_table({"a": {"facts.names": [0.0, None, None]}}, cells=cells))
    assert found == ["facts knows English only for names: no value for up to 2 documents of 3."]


def test_unlike_subsets(make_table: Make) -> None:
    table = make_table({"a": {"score": [0.1, 0.2, None]}, "b": {"score": [0.1, 0.2, 0.3]}})
    (found,) = warned(table)
    assert found.startswith("a: values for fewer documents than others have in score")
