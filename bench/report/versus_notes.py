"""What stands around a comparison, in any format: the key of its columns, and titles of examples."""

from collections.abc import Iterator
from itertools import groupby

from bench.core.types import FEWEST
from bench.report.estimate import NORMAL_ABOVE
from bench.report.extremes import Example
from bench.report.versus import Versus

NOTHING_CHANGED = "nothing differs in config, data, signatures, versions, machine and code"


def legend(versus: Versus) -> Iterator[str]:
    """What the columns mean."""
    found = [c.comparison for row in versus.rows for c in row.cells if c.comparison]
    adjusted = "" if versus.how.correct == "none" else "adjusted "
    yield (
        f"Δ: mean difference with its 95 % interval (BCa bootstrap, {versus.how.resamples:,} resamples) · "
        f"p: {adjusted}two-sided, α = {versus.how.alpha:g} · w/t/l: documents better, equal, worse"
    )
    if any(c.lo is None for c in found):
        yield f"no interval for fewer than {FEWEST} documents"
    if any(c.n_pairs > NORMAL_ABOVE for c in found):
        yield f"above {NORMAL_ABOVE:,} documents intervals and p are those of the normal limit"


def grouped(versus: Versus) -> Iterator[tuple[str, list[Example]]]:
    """Examples below their titles: ``2 biggest wins of bart in ROUGE-Lsum``."""
    title = next(h.title for h in versus.headings if h.id == versus.headline)
    for (label, won), found in groupby(versus.examples, lambda e: (e.label, e.won)):
        members = list(found)
        what = {1: "win" if won else "loss"}.get(len(members), "wins" if won else "losses")
        number = f"{len(members)} " if len(members) > 1 else ""
        yield f"{number}biggest {what} of {label} in {title}", members
