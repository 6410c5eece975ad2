"""What the checks notice in hand-written claims about the shipped articles.

    python benchmarks/probes.py [--metrics facts,semantic] [--json FILE] [--list COLUMN]

``references/probes.jsonl`` has 198 claims: 100 true, in other words than the article's, and 98 wrong in one
named way each. A flag, or a number of findings, is shown as the share of claims that it marks, to be read
beside the same share of the true claims, its false alarms. Any other column with a direction is shown as AUC:
the chance that a true claim scores better than a wrong one of this kind, .5 being chance. The claims were
written before the checks were run on them. Of the articles in alphabetical order, the claims of the first,
third and so on may be looked at to improve a check; those of the others are never read for it.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.api import score_table
from bench.core.types import Column, Document
from bench.data.articles import Articles
from bench.report.agreement import auc
from bench.report.fixed import Floats

ROOT = Path(__file__).parents[1]
TRUE = "paraphrase"


@dataclass(frozen=True)
class _Values:
    """A column over all claims; NaN where it has no value."""

    values: Floats
    column: Column

    def noticed(self, wrong: list[int], true: list[int]) -> float | None:
        """Share of the wrong claims that a flag marks, or the AUC of the true ones against them."""
        mine, others = (v[~np.isnan(v)] for v in (self.values[wrong], self.values[true]))
        if not len(mine):
            return None
        known = self.values[~np.isnan(self.values)]
        if self.column.unit == "findings" or set(known) <= {0.0, 1.0}:
            return float((mine > 0).mean())
        if wrong is true or not len(others):
            return None
        both = np.concatenate([mine, others])
        return auc(-both if self.column.better == "low" else both, np.arange(len(both)) < len(mine))


def main() -> None:
    """Print the table, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--metrics", default="facts")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", metavar="COLUMN", help="print the claims with their values, lowest first")
    given = parser.parse_args()

    lines = (ROOT / "references" / "probes.jsonl").read_text("utf-8").splitlines()
    articles = {doc.id: doc for doc in Articles(str(ROOT / "references" / "news")).read()}
    probes = [json.loads(line) for line in lines]
    documents = [Document(str(i), articles[p["doc_id"]].text, lang="en") for i, p in enumerate(probes)]
    claims = [p["claim"] for p in probes]
    table = score_table(documents, claims, given.metrics.split(","), cache=Path(".bench-cache"))
    system = table.systems[0].label
    columns = {
        c.id: _Values(np.array(table.cells[system, c.id].values), c.column)
        for c in table.columns
        if c.column.better != "none"
    }

    rows: dict[str, list[int]] = defaultdict(list)
    for i, p in enumerate(probes):
        rows[p["kind"]].append(i)
    kinds = [TRUE, *sorted(rows.keys() - {TRUE}), "all wrong"]
    rows["all wrong"] = [i for i, p in enumerate(probes) if not p["supported"]]
    found = {name: {k: v.noticed(rows[k], rows[TRUE]) for k in kinds} for name, v in columns.items()}

    titles = {name: name if "," in given.metrics else name.partition(".")[2] for name in found}
    wide = {name: max(6, len(title) + 2) for name, title in titles.items()}
    print(f"{'kind':<14}{'n':>5}" + "".join(f"{title:>{wide[name]}}" for name, title in titles.items()))
    for kind in kinds:
        cells = {name: "–" if (c := found[name][kind]) is None else f"{c:.2f}" for name in found}
        print(f"{kind:<14}{len(rows[kind]):>5}" + "".join(f"{c:>{wide[name]}}" for name, c in cells.items()))
    if given.json:
        about = {"n": {k: len(rows[k]) for k in kinds}, "columns": found}
        given.json.write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    if given.list:
        values = columns[given.list].values
        for i in np.argsort(values, kind="stable"):
            print(f"{values[i]:8.3f}  {probes[i]['kind']:<12} {probes[i]['claim']}")


if __name__ == "__main__":
    main()
