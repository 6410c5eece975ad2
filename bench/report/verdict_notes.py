"""What a reader of agreement numbers has to know, in the words that every format uses."""

from collections.abc import Iterator

from bench.report.figures import counted, number
from bench.report.verdict import Board, Verdict

# Statistic → heading, in the order of a table's columns.
SUMMARY_LEVEL = {
    "auc": "AUC", "balanced_accuracy": "bal. acc.", "pearson": "Pearson", "spearman": "Spearman",
    "kendall": "Kendall", "partial_pearson": "part. r", "partial_spearman": "part. ρ",
    "within_auc": "AUC within",
}  # fmt: skip
WITHIN = {"within_pearson": "Pearson", "within_spearman": "Spearman", "within_kendall": "Kendall"}
SYSTEMS = {"system_pearson": "Pearson", "system_spearman": "Spearman", "system_kendall": "Kendall"}


def title(verdict: Verdict, board: Board) -> str:
    """``cnndm, split=test: 875 summaries of 175 documents by 5 systems, 360 bad (41.1 %)``."""
    where = ", ".join(filter(None, [board.name, verdict.split or ""]))
    systems = f" by {counted(len(board.systems), 'system')}" if board.systems != ("",) else ""
    text = f"{counted(board.n, 'summary', 'summaries')} of {counted(board.n_documents, 'document')}{systems}"
    if board.n_bad is not None:
        text += f", {board.n_bad:,} bad ({100 * board.n_bad / board.n:.1f} %)"
    return f"{where}: {text}" if where else text


def board_notes(verdict: Verdict, board: Board) -> Iterator[str]:
    """What holds for one data set: its missing values, its thresholds and its length."""
    missing = [f"{row.column} {row.n_missing}" for row in board.rows if row.n_missing]
    if missing:
        yield f"summaries without a value, left out of that line: {', '.join(missing)}"
    if turned := [row.column for row in board.rows if row.low]:
        yield f"low is good, so turned: {', '.join(turned)}"
    if any("balanced_accuracy" in row.values for row in board.rows):
        count = counted(board.n_threshold, "summary", "summaries")
        yield f"bal. acc.: at the threshold that is best on {verdict.threshold_from} ({count})"
    for row in board.rows:
        if row.group == "length" and "auc" in row.values:
            auc = row.values["auc"].value
            side, reached = ("longer", auc) if auc >= 0.5 else ("shorter", 1 - auc)
            yield f"length alone reaches AUC {number(reached, 3)} ({side} is better): to be beaten"


def notes(verdict: Verdict) -> Iterator[str]:
    """What holds for all data sets."""
    rows = [row for board in verdict.boards for row in board.rows]
    label = f"{verdict.label}, turned because high is bad" if verdict.turned else verdict.label
    yield f"human: {label}" + (f"; bad: {verdict.label} {verdict.bad}" if verdict.bad else "")
    yield from verdict.notes
    if verdict.bad is None:
        yield "no AUC and no balanced accuracy: --bad '<3' (or another bound, or a word) says what is bad"
    elif verdict.threshold_from is None:
        yield (
            "no balanced accuracy: its threshold has to come from other rows; --split test, or "
            "--split COLUMN=VALUE, measures these and takes it from the rest"
        )
    if any("partial_pearson" in row.values for row in rows):
        yield (
            "part. r, ρ: Pearson and Spearman of what is left when each system's mean is taken off both "
            "sides (FRANK's); AUC within: mean of the AUC inside each system"
        )
    if any(value.lo is not None for row in rows for value in row.values.values()):
        yield f"[ ]: 95 % interval, {verdict.resamples:,} resamples of documents with all their systems"
    if len(verdict.boards) > 1:
        yield "data sets are never pooled: which one a summary is from would pass for agreement"
