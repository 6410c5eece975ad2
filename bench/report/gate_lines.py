"""What is said of a verdict, in words and figures, whatever the format. Nothing is escaped here."""

from collections.abc import Iterator

from bench.core.types import FEWEST
from bench.report.changes import unlike_parts
from bench.report.figures import chance, counted, interval, number, signed
from bench.report.gate import STATES, Fall, Gate, Outputs, Verdict
from bench.report.gate_breaks import Broken

_ABOUT = 2  # significant figures of a number of documents


def figures(v: Verdict) -> str:
    """``23.25 → 16.02, Δ −7.23 [−9.0,−5.4]``; of identical values the one and Δ 0."""
    c, h = v.comparison, v.heading
    if c is None or v.means is None:
        return "no document has a value before and now"
    before, after = (number(mean, h.digits, h.scale) for mean in v.means)
    if not c.wins and not c.losses:
        return f"{after}, Δ {number(0.0, h.digits)}"
    delta = f"Δ {signed(c.delta, h.digits, h.scale)} {interval(c.lo, c.hi, h.digits, h.scale)}"
    return f"{before} → {after}, {delta.rstrip()}"


def said(v: Verdict, gate: Gate) -> list[str]:
    """What stands below the figures: the test and the documents, then all that the figures do not say."""
    return [details(v, gate.n_documents), *why(v, gate.how.alpha)]


def details(v: Verdict, n: int) -> str:
    """``p <.001, margin 0.5, 26 documents: 3 better, 1 same, 22 worse``."""
    c = v.comparison
    if c is None:
        return f"margin {margin(v)}"
    p = f"p {chance(c.p_adjusted).replace('<', '< ')}"
    of = f" of {n:,}" if c.n_pairs < n else ""
    documents = f"{c.n_pairs:,}{of} document{'s' * (n != 1)}"
    return f"{p}, margin {margin(v)}, {documents}: {c.wins:,} better, {c.ties:,} same, {c.losses:,} worse"


def margin(v: Verdict) -> str:
    """As tables print the column: 0.5 for .005 of ROUGE."""
    return f"{v.margin * v.heading.scale:g}"


def why(v: Verdict, alpha: float) -> Iterator[str]:
    """What the figures do not say: collapsed and lost documents, what an undecided column lacks."""
    low = v.heading.better == "low"
    if v.collapsed.certain(alpha):
        fell, rose = ("more than doubled", "halved alike") if low else ("fell below half", "rose alike")
        what = f"collapsed: {counted(v.collapsed.worse, 'document')} {fell}, {v.collapsed.better:,} {rose}"
        yield f"{what} (p {chance(v.collapsed.p_adjusted).replace('<', '< ')})"
    if v.lost.said(alpha):
        because = f": {v.reason}" if v.reason else ""
        yield f"lost: {counted(v.lost.worse, 'document')} without a value now ({_limit(v.lost)}){because}"
    if v.state == "regressed" and v.mean != "regressed":
        yield f"the mean alone: {v.mean}"
    if v.state != "inconclusive":
        return
    if v.comparison is None:
        yield v.reason or "the metric failed or does not apply"
    elif v.comparison.lo is None:
        yield f"{FEWEST} documents are needed for an interval, {v.comparison.n_pairs} have both values"
    elif v.needed is not None:
        yield f"would need {about(v.needed)} documents to decide at margin {margin(v)}"


def fall(f: Fall, v: Verdict) -> str:
    """``d07 52.10 → 21.03 “Headline”``."""
    before, after = (number(x, v.heading.digits, v.heading.scale) for x in (f.before, f.after))
    return f"{f.doc_id} {before} → {after}" + (f" “{f.title}”" if f.title else "")


def outputs(o: Outputs) -> str:
    """``2 newly empty, 1 newly failed, 0 mended (limit 0.26)``."""
    return (
        f"{o.empty.worse:,} newly empty, {o.failed.worse:,} newly failed, {o.both.better:,} mended "
        f"({_limit(o.both)})"
    )


def changed(gate: Gate) -> Iterator[str]:
    """A line for each system that is not what it was, or that the baseline does not have."""
    for label, old, new in gate.changed:
        parts = [
            f"{name} {before or 'none'} → {after or 'none'}".strip()
            for name, before, after in unlike_parts(old, new)
        ]
        yield f"{label}: {'; '.join(parts)}"
    for label in gate.added:
        yield f"{label}: new, {gate.baseline} does not have it"


def tally(gate: Gate) -> str:
    """``1 regressed, 3 unchanged against quick, 26 documents``."""
    parts = [f"{n:,} {state}" for state in STATES if (n := gate.count(state))]
    if n := sum(o.broken for o in gate.outputs):
        parts.insert(0, f"outputs of {counted(n, 'system')} broken")
    return f"{', '.join(parts)} against {gate.baseline}, {counted(gate.n_documents, 'document')}"


def rule(gate: Gate) -> str:
    """How it was decided."""
    how = gate.how
    tested = f"p < {how.alpha:g} ({how.text})" if how.comparisons else f"p < {how.alpha:g}"
    return (
        f"regressed: the 95 % interval of Δ below 0, Δ below −margin and {tested}; or documents collapsed "
        "(to less than half, by over half a standard deviation; sign test); or more than "
        f"{100 * gate.max_broken:g} % of the outputs newly empty, failed or without a value. "
        "Unchanged: the interval within ±margin."
    )


def about(n: int) -> str:
    """Two significant figures, rounded up."""
    step = 10 ** max(0, len(str(n)) - _ABOUT)
    return f"{-(-n // step) * step:,}"


def _limit(b: Broken) -> str:
    return f"limit {b.limit:.2g}"
