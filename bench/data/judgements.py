"""What people said of summaries: a number or a word each, and which of them are bad."""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Self

from bench.core.errors import DataError
from bench.core.rows import Row, spelling
from bench.data.keyed import Key, Names, at, empty, number

# The column of the judgement where nobody names it: the first of these that the first row has.
LABELS = (
    "factuality", "consistency", "faithfulness", "human", "human_score", "label", "judgement", "rating",
    "score",
)  # fmt: skip

_RULE = re.compile(r"(<=|>=|<|>)\s*(.+)", re.DOTALL)
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

Label = float | str


@dataclass(frozen=True, slots=True)
class Bad:
    """What makes a label bad: a comparison with a number, or one value.

    Attributes:
        sign: ``<``, ``<=``, ``>``, ``>=``, or ``=`` for a value.
        value: As written.
    """

    sign: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """``<1``, ``>= 2``, or a value such as ``inconsistent``.

        Raises:
            DataError: a comparison with what is no number.
        """
        found = _RULE.fullmatch(text.strip())
        if found is None:
            return cls("=", text.strip().removeprefix("=").strip())
        if number(found[2]) is None:
            raise DataError(f"--bad {text}: '{found[2]}' is no number", "Such as --bad '<1' or --bad wrong.")
        return cls(found[1], found[2].strip())

    def __str__(self) -> str:
        return f"{self.sign} {self.value}"

    def holds(self, label: Label) -> bool:
        """Whether a label is bad."""
        if self.sign == "=":
            return spelling(label) == spelling(self.value) or label == number(self.value)
        return not isinstance(label, str) and _COMPARE[self.sign](label, float(self.value))

    def turns(self, labels: Collection[Label]) -> bool:
        """Whether high labels are the bad ones."""
        value = number(self.value)
        if value is None or any(isinstance(label, str) for label in labels):
            return False
        return self.sign in (">", ">=") or (self.sign == "=" and value >= max(map(float, labels)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What people said of one summary.

    Attributes:
        doc_id: Of the document.
        system: Its label; empty where the file names none.
        human: The judgement, high for good.
        bad: Whether a check should find the summary; None without a rule.
        row: Where it was read, with its other columns.
    """

    doc_id: str
    system: str
    human: float
    bad: bool | None
    row: Row


@dataclass(frozen=True, slots=True)
class Judgements:
    """A file of judgements, one a summary.

    Attributes:
        rows: In the order of the file.
        label: The column they were taken from.
        bad: The rule that tells good from bad.
        turned: High labels are bad, so that ``human`` is their negative.
        notes: What was taken by default, averaged or left out.
    """

    rows: tuple[Judgement, ...]
    label: str
    bad: Bad | None
    turned: bool
    notes: tuple[str, ...] = ()


def read_judgements(path: str, names: Names, label: str | None = None, bad: str | None = None) -> Judgements:
    """Read human scores or labels.

    Several numbers for one summary are averaged. Rows without a label (null, an empty cell) are left out
    and counted. Without ``bad``, labels from 0 to 1 are bad below 1, and of two numbers the lower is bad;
    other scales have no rule.

    Args:
        path: JSONL, CSV or Parquet; a file, folder or glob.
        names: Of the columns.
        label: Column of the judgement; found by its name when None.
        bad: Which labels are bad: ``<1``, or a value such as ``inconsistent``.

    Raises:
        DataError: no such column, a word without a rule for it, a second label that cannot be averaged,
            or no label at all.
    """
    rows = list(names.rows(path))
    column = label or _usual_column(rows[0])
    rule = None if bad is None else Bad.parse(bad)
    labels: dict[Key, list[Label]] = defaultdict(list)
    first: dict[Key, Row] = {}
    for row in rows:
        if empty(value := at(row, column)):
            continue
        key = names.key(row)
        labels[key].append(_label(row, column, value, rule))
        if rule is not None and rule.sign == "=" and key in first:
            what = f"a second label for '{key[0]}' by '{key[1]}' (first in line {first[key].line})"
            hint = "Only numbers are averaged, and --bad is then a comparison such as '<0.5'."
            raise DataError(what, hint, file=row.file, line=row.line)
        first.setdefault(key, row)
    if not labels:
        raise DataError(f"no row has a value in '{column}'", file=path)
    settled = {k: v[0] if isinstance(v[0], str) else fmean(map(float, v)) for k, v in labels.items()}
    rule = rule or _usual_rule(settled.values())
    turned = rule is not None and rule.turns(settled.values())
    judged = tuple(
        Judgement(*key, _human(value, rule, turned), rule.holds(value) if rule else None, first[key])
        for key, value in settled.items()
    )
    n = sum(map(len, labels.values()))
    notes = []
    if n < len(rows):
        notes.append(f"{len(rows) - n} of {len(rows)} rows have no {column} and are left out")
    if n > len(settled):
        notes.append(f"{n} labels of {len(settled)} summaries: those of one summary are averaged")
    return Judgements(judged, column, rule, turned, tuple(notes))


def _usual_column(row: Row) -> str:
    for name in LABELS:
        if name in row.fields:
            return name
    what = f"which column holds the judgement? None is called {', '.join(LABELS[:-1])} or {LABELS[-1]}"
    raise DataError(what, f"--label COLUMN, one of: {', '.join(row.fields)}.", file=row.file)


def _label(row: Row, column: str, value: Any, rule: Bad | None) -> Label:
    found = number(value)
    if found is not None:
        return found
    if not isinstance(value, str):
        what = f"'{column}' is {type(value).__name__}, expected a number or a word"
        raise DataError(what, file=row.file, line=row.line)
    if rule is None or rule.sign != "=":
        what = f"'{column}' is '{value}', which is no number"
        hint = f"--bad WORD says which labels are bad, such as --bad '{value}'; --label takes another column."
        raise DataError(what, hint, file=row.file, line=row.line)
    return value


def _usual_rule(labels: Collection[Label]) -> Bad | None:
    """The rule of labels from 0 to 1, and of two numbers."""
    levels = sorted({float(label) for label in labels})
    if len(levels) == 2 or (len(levels) > 2 and levels[0] >= 0 and levels[-1] == 1):
        return Bad("<", f"{levels[-1]:g}")
    return None


def _human(label: Label, rule: Bad | None, turned: bool) -> float:
    if isinstance(label, str):
        return 0.0 if rule is not None and rule.holds(label) else 1.0
    return -label if turned else label
