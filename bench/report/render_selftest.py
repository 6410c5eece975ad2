"""A self-test for people and for programs."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.report.escape import visible
from bench.report.figures import MISSING, counted, interval, number
from bench.report.selftest import CONTROLS, Check, Noticing

HEADINGS = {
    "facts": "wrong, to be noticed",
    "content": "true, but less or in another order: not a matter of facts",
    CONTROLS: "the same in other words, not to be noticed",
}
_ALL_CONTROLS = "all of these"
_LEAST = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change in this test.

    Attributes:
        name: What it is called.
        group: A key of :data:`HEADINGS`.
        about: What it does.
        made: Texts that were changed.
        refused: Why it was not tried on others, with their number.
    """

    name: str
    group: str
    about: str
    made: int
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A text with one change, and what the checks said of it before and after.

    Attributes:
        kind: Of the change.
        doc_id: The document.
        text: Which of its texts.
        lead: What stands before the place, shortened.
        before: The place before the change.
        after: The place after the change.
        tail: What stands behind the place, shortened.
        values: Column id → value before and after; None for no value.
    """

    kind: str
    doc_id: str
    text: str
    lead: str
    before: str
    after: str
    tail: str
    values: Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True)
class Result:
    """A finished self-test.

    Attributes:
        name: Of the experiment.
        documents: How many.
        texts: Which texts were changed, with their number.
        seed: Of the changes.
        kinds: What was changed.
        checks: What the columns made of it.
        examples: Some of the changes.
        notes: What else a reader should know.
    """

    name: str
    documents: int
    texts: Mapping[str, int]
    seed: int
    kinds: tuple[Kind, ...]
    checks: tuple[Check, ...]
    examples: tuple[Example, ...] = ()
    notes: tuple[str, ...] = ()


def as_data(result: Result) -> dict[str, Any]:
    """Everything, as JSON can hold it; in the scales of the columns."""
    return {
        "name": result.name,
        "documents": result.documents,
        "texts": dict(result.texts),
        "seed": result.seed,
        "kinds": [asdict(kind) for kind in result.kinds],
        "checks": [
            {
                "column": check.info.id,
                "better": check.info.column.better,
                "signature": check.info.signature,
                "texts": list(check.texts),
                "spread": check.spread,
                "kinds": [_row_data(row) for row in check.rows[:-1]],
                "controls": _row_data(check.controls),
                "by_text": {
                    text: {"kinds": [_row_data(r) for r in rows[:-1]], "controls": _row_data(rows[-1])}
                    for text, rows in check.by_text.items()
                },
            }
            for check in result.checks
        ],
        "examples": [asdict(example) for example in result.examples],
        "notes": list(result.notes),
    }


def _row_data(row: Noticing) -> dict[str, Any]:
    return asdict(row)


def render_selftest(result: Result, *, width: int = 80, full: bool = False) -> str:
    """The table with its legend, and the examples; no line wider than ``width`` (40 at least).

    Args:
        result: What to show.
        width: In characters.
        full: Also the columns that tables leave out, with the interval and the size of each drop.
    """
    width = max(_LEAST, width)
    tried = [c for c in result.checks if any(r.pairs for r in c.rows)]
    wanted = [c for c in tried if full or c.info.column.shown] or tried
    titles = _titles(wanted)
    label = max(map(len, [_ALL_CONTROLS, *(k.name for k in result.kinds)]), default=0) + 2
    lines: list[str] = []
    for part in _parts(wanted, titles, width - label - 6):
        lines += [*_table(result, part, titles, label, width), ""]
    for note in _legend(result, wanted, tried, titles):
        lines += textwrap.wrap(note, width - 1, initial_indent=" ", subsequent_indent="   ")
    if full:
        for check in wanted:
            lines += ["", *_details(check, titles[check.info.id], label)]
    for example in result.examples:
        lines += ["", *_example(example, wanted, titles, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _titles(checks: Sequence[Check]) -> dict[str, str]:
    """The headings of the columns, or their ids where two have one heading."""
    short = {c.info.id: visible(c.info.column.title or c.info.column.name) for c in checks}
    used = list(short.values())
    return {k: title if used.count(title) == 1 else visible(k) for k, title in short.items()}


def _parts(checks: Sequence[Check], titles: Mapping[str, str], room: int) -> Iterator[list[Check]]:
    """As many columns a table as fit, at least one."""
    part: list[Check] = []
    left = room
    for check in checks:
        if part and left < _column_width(titles[check.info.id]):
            yield part
            part, left = [], room
        part.append(check)
        left -= _column_width(titles[check.info.id])
    if part:
        yield part


def _column_width(title: str) -> int:
    return max(len(title), len("100 1.00·")) + 2


def _table(
    result: Result, checks: Sequence[Check], titles: Mapping[str, str], label: int, width: int
) -> Iterator[str]:
    widths = [_column_width(titles[c.info.id]) for c in checks]
    heads = [titles[c.info.id].rjust(w - 1) + " " for c, w in zip(checks, widths, strict=True)]
    yield " " * (label + 6) + "".join(heads)
    for group, heading in HEADINGS.items():
        kinds = [k for k in result.kinds if k.group == group]
        if not kinds:
            continue
        yield from textwrap.wrap(f" {heading}", width)
        for kind in kinds:
            cells = [_cell(_of(c, kind.name), c, w) for c, w in zip(checks, widths, strict=True)]
            yield f"  {kind.name:<{label}}{kind.made:>4,}" + "".join(cells)
    if any(k.group == CONTROLS for k in result.kinds):
        total = sum(k.made for k in result.kinds if k.group == CONTROLS)
        cells = [_cell(c.controls, c, w) for c, w in zip(checks, widths, strict=True)]
        yield f"  {_ALL_CONTROLS:<{label}}{total:>4,}" + "".join(cells)


def _of(check: Check, kind: str) -> Noticing:
    return next(row for row in check.rows[:-1] if row.kind == kind)


def _cell(row: Noticing, check: Check, width: int) -> str:
    if row.noticed is None:
        return f"{MISSING:>{width - 1}} "
    text = f"{100 * row.noticed:.0f}"
    if row.group != CONTROLS:
        text += f" {number(row.auc, 2):>4}" if row.auc is not None else ""
        return text.rjust(width - 1) + ("·" if _unclear(row, check) else " ")
    return (text + " " * 5).rjust(width - 1) + " "


def _unclear(row: Noticing, check: Check) -> bool:
    """Whether the controls are noticed as often, as far as one can tell."""
    rate = check.controls.noticed
    return rate is not None and row.lo is not None and row.lo <= rate


def _legend(
    result: Result, wanted: Sequence[Check], tried: Sequence[Check], titles: Mapping[str, str]
) -> Iterator[str]:
    texts = " and ".join(counted(n, f"{name} text") for name, n in result.texts.items())
    yield f"{counted(result.documents, 'document')}, {texts}, seed {result.seed}."
    said = (
        "First the number of changed texts; then for each column the % of them that are scored worse than "
        "without the change (mean over the documents)"
    )
    if any(r.auc is not None for c in wanted for r in c.rows):
        said += (
            ", and the chance that the change lowers the score by more than a control does (0.50: it cannot "
            "tell one from the other)"
        )
    yield f"{said}."
    if all(c.controls.noticed is None for c in wanted):
        yield "No control could be made, so that nothing says how often a harmless change is noticed."
    if any(_unclear(r, c) for c in wanted for r in c.rows if r.group != CONTROLS):
        yield "·: not clearly noticed more often than the controls (95 % interval)."
    if alone := [c for c in wanted if len(c.texts) < len(result.texts)]:
        names = ", ".join(titles[c.info.id] for c in alone)
        yield f"{names}: against the references, so tried on {' and '.join(alone[0].texts)} texts only."
    if lost := sorted({c.info.id for c in result.checks} - {c.info.id for c in tried}):
        yield f"Without a value to compare: {', '.join(map(visible, lost))}."
    if hidden := [c.info.id for c in tried if c not in wanted]:
        yield f"Not shown: {counted(len(hidden), 'column')} (--full shows all)."
    refused: dict[tuple[int, str], list[str]] = {}
    for kind in result.kinds:
        for why, n in kind.refused.items():
            refused.setdefault((n, why), []).append(kind.name)
    for (n, why), kinds in refused.items():
        yield f"{', '.join(kinds)}: not tried on {counted(n, 'text')}: {visible(why)}."
    yield from map(visible, result.notes)


def _details(check: Check, title: str, label: int) -> Iterator[str]:
    c = check.info.column
    spread = MISSING if check.spread is None else number(check.spread, c.digits, c.scale)
    better = "higher" if c.better == "high" else "lower"
    yield f" {title} ({visible(check.info.id)}): {better} is better, spread {spread}"
    yield f"  {'':<{label}}pairs  noticed %          drop   AUC  no value  worst before"
    for row in check.rows:
        name = row.kind if row is not check.controls else _ALL_CONTROLS
        if row.noticed is None:
            yield f"  {name:<{label}}{0:>5}"
            continue
        shown = f"{100 * row.noticed:.0f} {interval(row.lo, row.hi, 1, 100)}"
        yield (
            f"  {name:<{label}}{row.pairs:>5}  {shown:<15}{number(row.drop, 2):>8}{number(row.auc, 2):>6}"
            f"{row.without:>10}{row.worst:>14}"
        )


def _example(
    example: Example, checks: Sequence[Check], titles: Mapping[str, str], width: int
) -> Iterator[str]:
    yield f" {example.kind}: {visible(example.doc_id)}, {example.text}"
    place = f"[{example.before or '∅'} → {example.after or '∅'}]"
    text = " ".join(visible(f"{example.lead}{place}{example.tail}".replace("\n", " / ")).split())
    yield from textwrap.wrap(text, width - 1, initial_indent="   ", subsequent_indent="   ")
    said = []
    for check in checks:
        if (pair := example.values.get(check.info.id)) and check.info.id in titles:
            c = check.info.column
            before, after = (number(v, c.digits, c.scale) for v in pair)
            said.append(f"{titles[check.info.id]} {before} → {after}")
    yield from textwrap.wrap(" · ".join(said), width - 1, initial_indent="   ", subsequent_indent="   ")
