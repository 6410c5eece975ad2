"""How often a gate goes red when nothing got worse, and what it finds: on outputs of real systems (FRANK).

    python benchmarks/gate.py ../shared/data [--repeats N] [--resamples N] [--margin X] [--json FILE]

Everything is decided by the gate itself, on ROUGE of published outputs, documents drawn with replacement.

replayed    the baseline's own outputs, scored again
swapped     two systems' outputs, which of them is "before" and which "now" by a coin for each document: the
            null hypothesis, with differences as large as between systems; one system by one column, and
            four systems by two columns
worse       in a share of the documents the best system's output is replaced by the weakest one's; the rest is
            the same, or redrawn (swapped as above with the second best)
collapsed   outputs of another article in k documents, and in others the best of all systems' outputs, until
            the mean is what it was
broken      outputs that are empty by chance, before as now

Printed are the shares of gates that are red, and the smallest difference, and number of collapsed documents,
that are found with 80 % power. Exit code 1 when there are more false alarms than α allows for.
"""

import argparse
import gzip
import json
import math
import sys
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.api import score_table
from bench.core.types import EMPTY, FAILED, Cells, Column, ColumnInfo, ScoreTable, SystemInfo
from bench.report.gate import Gate
from bench.report.gate_breaks import broken
from bench.report.gate_decide import decide
from bench.report.versus import How

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]  # system and column, "bart rouge.rougeLsum"
SIZES = (24, 50, 100, 250)
ALPHA, POWER = 0.05, 0.8
MAIN, SECOND = "rouge.rougeLsum", "rouge.rouge2"
WRONG = "wrong article"
ALARMS = 3  # times the repeats: a rare thing needs more of them
RATES = (0.001, 0.01, 0.05)


def values(data: Path, corpus: str) -> tuple[dict[str, Floats], list[str]]:
    """[n] of each system and column, ``wrong article`` being a further system; the systems, best first."""
    documents = {d["id"]: d for d in rows(data, "documents") if d["dataset"] == corpus}
    outputs: dict[str, dict[str, str]] = {}
    for row in rows(data, "outputs"):
        if row["dataset"] == corpus:
            outputs.setdefault(row["system"], {})[row["doc_id"]] = row["summary"]
    ids = list(documents)
    first = next(iter(outputs))
    outputs[WRONG] = {d: outputs[first][ids[(i + 1) % len(ids)]] for i, d in enumerate(ids)}
    table = score_table([{"id": d, "references": [documents[d]["reference"]]} for d in ids], outputs)
    found = {f"{s} {c}": np.array(table.cells[s, c].values) for s in outputs for c in (MAIN, SECOND)}
    ranked = sorted(outputs, key=lambda s: -found[f"{s} {MAIN}"].mean())
    return found, [s for s in ranked if s != WRONG]


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    """A file of FRANK."""
    with gzip.open(data / "frank" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def table(made: Values) -> ScoreTable:
    """As a gate reads it; nothing is empty or failed."""
    n = len(next(iter(made.values())))
    systems, columns = (tuple(dict.fromkeys(key.split(" ")[i] for key in made)) for i in (0, 1))
    infos = [ColumnInfo(c, Column(c.partition(".")[2]), "rouge|v:1") for c in columns]
    infos += [ColumnInfo(c, Column(c, better="low", shown=False), "share|v:1") for c in (EMPTY, FAILED)]
    cells = {(s, c): Cells(array("d", made[f"{s} {c}"].tolist())) for s in systems for c in columns}
    cells |= {(s, c): Cells(array("d", bytes(8 * n))) for s in systems for c in (EMPTY, FAILED)}
    about = tuple(SystemInfo(s, f"{s}|v:1") for s in systems)
    return ScoreTable("frank", tuple(f"{i:05}" for i in range(n)), about, tuple(infos), cells)


class Trials:
    """Gates on drawn documents.

    Args:
        found: What :func:`values` gives.
        systems: The best first.
        arguments: Repeats, resamples and margin.
        seed: Of everything that is drawn.
    """

    def __init__(self, found: Values, systems: list[str], arguments: argparse.Namespace, seed: int) -> None:
        self.found, self.systems, self.arguments = found, systems, arguments
        self.rng = np.random.default_rng(seed)
        self.documents = len(next(iter(found.values())))

    def gate(self, before: Values, now: Values) -> Gate:
        """The verdicts."""
        a = self.arguments
        margins = {c: a.margin for c in (MAIN, SECOND) if any(key.endswith(c) for key in now)}
        how = How(ALPHA, a.resamples, int(self.rng.integers(2**31)), "permutation", "holm", 0)
        return decide(table(before), table(now), margins, how=how)

    def red(self, once: Callable[[], Gate]) -> float:
        """Share of gates that are red."""
        repeats = ALARMS * self.arguments.repeats
        return float(sum(once().regressed for _ in range(repeats)) / repeats)

    def found_often(self, once: Callable[[], Gate]) -> bool:
        """Whether as many gates are red as ``POWER`` asks for; no more are drawn than it takes to know."""
        wanted: int = math.ceil(POWER * self.arguments.repeats)
        red = missed = 0
        while red < wanted and missed <= self.arguments.repeats - wanted:
            regressed = once().regressed
            red, missed = red + regressed, missed + (not regressed)
        return red == wanted

    def drawn(self, n: int) -> NDArray[np.int64]:
        """Documents."""
        return self.rng.integers(0, self.documents, n)

    def swapped(self, n: int, pairs: list[tuple[str, str]], columns: tuple[str, ...]) -> Gate:
        """Each pair of systems under one label."""
        at = self.drawn(n)
        before: dict[str, Floats] = {}
        now: dict[str, Floats] = {}
        for i, (a, b) in enumerate(pairs):
            heads = self.rng.random(n) < 0.5
            for c in columns:
                x, y = self.found[f"{a} {c}"][at], self.found[f"{b} {c}"][at]
                before[f"s{i} {c}"], now[f"s{i} {c}"] = np.where(heads, x, y), np.where(heads, y, x)
        return self.gate(before, now)

    def pair(self) -> tuple[str, str]:
        """Two systems."""
        a, b = self.rng.choice(self.systems, 2, replace=False)
        return str(a), str(b)

    def worse(self, n: int, share: float, redrawn: bool) -> Gate:
        """The weakest system's output in a share of the documents."""
        at = self.drawn(n)
        best, second, weakest = (
            self.found[f"{self.systems[i]} {MAIN}"][at] for i in (0, 1, len(self.systems) - 1)
        )
        heads = self.rng.random(n) < 0.5
        before, now = best, best
        if redrawn:
            before, now = np.where(heads, best, second), np.where(heads, second, best)
        now = np.where(self.rng.random(n) < share, weakest, now)
        return self.gate({f"s {MAIN}": before}, {f"s {MAIN}": now})

    def collapsed(self, n: int, k: int) -> Gate:
        """The output of another article in ``k`` documents, hidden from the mean as far as outputs allow."""
        at = self.drawn(n)
        before = self.found[f"{self.systems[0]} {MAIN}"][at]
        top = np.max([self.found[f"{s} {MAIN}"][at] for s in self.systems], axis=0)
        order = self.rng.permutation(n)
        now = before.copy()
        now[order[:k]] = self.found[f"{WRONG} {MAIN}"][at][order[:k]]
        for i in order[k:]:
            if now.sum() >= before.sum():
                break
            now[i] = top[i]
        return self.gate({f"s {MAIN}": before}, {f"s {MAIN}": now})

    def smallest_share(self, n: int, redrawn: bool) -> float | None:
        """The smallest share that is found with 80 % power, by halving; None where not even all is."""
        low, high = 0.0, 1.0
        if not self.found_often(lambda: self.worse(n, 1.0, redrawn)):
            return None
        for _ in range(6):
            middle = (low + high) / 2
            found = self.found_often(lambda: self.worse(n, middle, redrawn))  # noqa: B023 - called at once
            low, high = (low, middle) if found else (middle, high)
        return high

    def fewest(self, n: int) -> int | None:
        """The fewest collapsed documents that are found with 80 % power."""
        found = bisect_left(range(n // 2), True, key=lambda k: self.found_often(lambda: self.collapsed(n, k)))
        return found if found < n // 2 else None


def chance_breaks(rng: np.random.Generator, n: int, rate: float, limit: float) -> float:
    """How often outputs that are empty by chance count as broken."""
    repeats = 4_000
    was, now = (rng.random((repeats, n)) < rate for _ in range(2))
    return (
        sum(
            broken(a.astype(float), b.astype(float), limit * n).said(ALPHA)
            for a, b in zip(was, now, strict=True)
        )
        / repeats
    )


def main() -> int:
    """Measure, print, and say whether the gate keeps its word."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder that has frank/")
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--resamples", type=int, default=1_000)
    parser.add_argument("--margin", type=float, default=0.0)
    parser.add_argument("--json", type=Path)
    a = parser.parse_args()
    begin = time.monotonic()
    results: dict[str, Any] = {"repeats": a.repeats, "resamples": a.resamples, "margin": a.margin}
    failed = []
    for corpus in ("cnndm", "xsum"):
        found, systems = values(a.data, corpus)
        trials = Trials(found, systems, a, seed=0)
        print(f"\n{corpus}: {', '.join(systems)}; {trials.documents} documents")
        replayed = [trials.gate({f"s {MAIN}": x}, {f"s {MAIN}": x.copy()}) for x in found.values()]
        unchanged = sum(g.count("unchanged") for g in replayed)
        print(f"replayed: {unchanged} of {len(replayed)} unchanged\n")
        results[corpus] = {"replayed": len(replayed), "unchanged": unchanged}
        gap = found[f"{systems[0]} {MAIN}"].mean() - found[f"{systems[-1]} {MAIN}"].mean()
        print("| n | false alarms, 1 × 1 | 4 × 2 | found, rest the same | rest redrawn | collapsed |")
        print("| --: | --: | --: | --: | --: | --: |")
        for n in SIZES:
            one = trials.red(lambda: trials.swapped(n, [trials.pair()], (MAIN,)))  # noqa: B023
            four = trials.red(
                lambda: trials.swapped(n, [trials.pair() for _ in range(4)], (MAIN, SECOND))  # noqa: B023
            )
            shares = [trials.smallest_share(n, redrawn) for redrawn in (False, True)]
            points = [None if s is None else 100 * s * float(gap) for s in shares]
            k = trials.fewest(n)
            shown = [
                "–" if s is None or p is None else f"{p:.1f} ({100 * s:.0f} %)"
                for s, p in zip(shares, points, strict=True)
            ]
            print(f"| {n} | {100 * one:.1f} % | {100 * four:.1f} % | {' | '.join(shown)} | {k or '–'} |")
            results[corpus][n] = {
                "false alarms": [one, four], "found": points, "shares": shares, "collapsed": k,
            }  # fmt: skip
            most = ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / a.repeats / ALARMS)
            failed += [
                f"{corpus} {n}: {100 * rate:.1f} % false alarms" for rate in (one, four) if rate > most
            ]
    print(
        "\nbroken by chance, max_broken 0.01\n\n| n | " + " | ".join(f"{100 * r:g} %" for r in RATES) + " |"
    )
    print("| --: | " + " | ".join("--:" for _ in RATES) + " |")
    rng = np.random.default_rng(0)
    for n in SIZES:
        chances = [chance_breaks(rng, n, rate, 0.01) for rate in RATES]
        print(f"| {n} | " + " | ".join(f"{100 * x:.1f} %" for x in chances) + " |")
        results[f"broken {n}"] = chances
    if a.json:
        a.json.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\n{time.monotonic() - begin:.0f} s; " + ("; ".join(failed) or "false alarms as α allows"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
