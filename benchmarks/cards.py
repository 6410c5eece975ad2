"""Write what was measured into the cards of the checks and the page that compares them.

    python benchmarks/cards.py ../shared/data [--metrics facts,semantic]

On FRANK's test split, each corpus by itself, with the thresholds of its validation split: ``bench meta`` for
the columns of the metrics, and for BERTScore, DAE and FactCC as they were published for the same
summaries; and from ``benchmarks/facts.py`` what a flag of ``facts`` says. Then the hand-written claims about
the shipped articles (``benchmarks/probes.py``). The tables go between ``<!-- measured -->`` and
``<!-- end -->`` of ``docs/metrics/NAME.md``, and between ``<!-- probes -->`` and
``<!-- end -->`` of ``docs/consistency.md``.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CORPORA = {"cnndm": "CNN/DM", "xsum": "XSum"}
STATISTICS = {
    "auc": "AUC",
    "balanced_accuracy": "bal. acc.",
    "partial_pearson": "part. r",
    "partial_spearman": "part. ρ",
    "within_auc": "AUC within",
}
PUBLISHED = ("BertScore P Art", "Dep Entail", "FactCC")
# What a card shows of its metric: more than a table does.
COLUMNS = {
    "facts": ("consistency", "support", "flagged"),
    "semantic": ("consistency", "support", "best2", "phf"),
}
PROBED = ("consistency", "support", "flagged")


def main() -> None:
    """Measure, and rewrite the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of the published data")
    parser.add_argument("--metrics", default="facts,semantic")
    given = parser.parse_args()
    metrics = given.metrics.split(",")
    judged = meta(given.data / "frank", metrics)
    for metric in metrics:
        lines = agreement(judged, metric) + (flags(given.data) if metric == "facts" else [])
        replace(ROOT / "docs" / "metrics" / f"{metric}.md", "measured", lines)
    replace(ROOT / "docs" / "consistency.md", "probes", probes())


def meta(frank: Path, metrics: Sequence[str]) -> dict[str, Any]:
    """What ``bench meta`` finds."""
    files = [
        *("--judgements", frank / "annotations.jsonl.gz", "--outputs", frank / "outputs.jsonl.gz"),
        *("--references", frank / "documents.jsonl.gz", "--baselines", frank / "baseline_metrics.jsonl.gz"),
    ]
    how = ["--map", "document=article", "--split", "test", "--by", "dataset", "--no-save", "--json"]
    if all(metric in COLUMNS for metric in metrics):
        named = [f"{metric}.{column}" for metric in metrics for column in COLUMNS[metric]]
        how += ["--columns", ",".join([*named, *PUBLISHED])]
    command = [sys.executable, "-m", "bench", "meta", *map(str, files), *how, "--metrics", ",".join(metrics)]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def agreement(judged: Mapping[str, Any], metric: str) -> list[str]:
    """The lines of a card: every column of a metric, on each corpus, and what others have there."""
    lines = [
        "Human judgements of FRANK (Pagnoni et al. 2021), test split; bad: a sentence of",
        "the summary was judged wrong. AUC with its 95 % interval over articles; balanced",
        "accuracy at the threshold of the validation split; partial correlations with",
        "the share of right sentences, controlling for the system. Below the line,",
        "scores that were published for the same summaries.",
        "",
        "```",
    ]
    for board in judged["boards"]:
        share = board["n_bad"] / board["n"]
        lines += [f"{CORPORA[board['name']]}, {board['n']} summaries, {share:.0%} bad"]
        lines += [f"{'':<16}{'AUC':>17}" + "".join(f"{t:>11}" for t in list(STATISTICS.values())[1:])]
        own = [r for r in board["rows"] if r["column"].startswith(f"{metric}.")]
        lines += [_row(r["column"].partition(".")[2], r["values"]) for r in own]
        lines += ["-" * 77]
        lines += [_row(r["column"], r["values"]) for r in board["rows"] if r["column"] in PUBLISHED]
        lines += [_row("length", r["values"]) for r in board["rows"] if r["group"] == "length"]
        lines += [""]
    lines[-1] = "```"
    return lines


def _row(name: str, values: Mapping[str, Mapping[str, float | None]]) -> str:
    auc = values["auc"]
    cells = [f"{_number(auc['value'])} [{_number(auc['lo'], 2)}, {_number(auc['hi'], 2)}]".rjust(17)]
    rest = [values.get(name, {}).get("value") for name in list(STATISTICS)[1:]]
    return f"{name:<16}" + "".join(cells + [_number(value).rjust(11) for value in rest])


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else re.sub(r"^(-?)0\.", r"\1.", f"{value:.{digits}f}")


def flags(data: Path) -> list[str]:
    """The lines of the card of ``facts`` about its flag, and its speed."""
    found = _json(ROOT / "benchmarks" / "facts.py", data, "--split", "test", "--resamples", "1")
    lines = [
        "",
        "Its flag there:",
        "",
        "```",
        f"{'':<10}{'flagged':>10}{'of these bad':>15}{'of all bad':>13}",
    ]
    for corpus, title in CORPORA.items():
        flag = found["corpora"][corpus]["flags"]
        values = flag["flagged"], flag["bad if flagged"], flag["bad"]
        lines.append(f"{title:<10}{values[0]:>10.1%}{values[1]:>15.0%}{values[2]:>13.0%}")
    lines.append(f"{'copied':<10}{found['copied']:>10.1%}")
    speed = found["speed"]
    return [
        *lines,
        "```",
        "",
        "copied: the first five sentences of each article, each as its summary. On one",
        f"core of the machine that measured, {speed['cached']:.0f} CNN/DM summaries a second once an",
        f"article is read, {speed['all']:.0f} with reading it.",
    ]


def _json(script: Path, *arguments: object) -> dict[str, Any]:
    """What a benchmark writes; its exit code says whether goals were met, which is not asked here."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = [sys.executable, str(script), *map(str, arguments), "--json", str(file)]
        subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def probes() -> list[str]:
    """The lines of the page: what ``facts`` notices of each kind of claim."""
    found = _json(ROOT / "benchmarks" / "probes.py")
    columns = {name: found["columns"][f"facts.{name}"] for name in PROBED}
    lines = [
        "| claims | n | AUC of consistency | AUC of support | flagged |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, n in found["n"].items():
        cells = [_number(columns[name][kind], 2) for name in PROBED[:2]]
        lines.append(f"| {kind} | {n} | {' | '.join(cells)} | {columns['flagged'][kind]:.0%} |")
    return lines


def replace(path: Path, mark: str, lines: Sequence[str]) -> None:
    """Put lines between the marks of a page."""
    text = path.read_text("utf-8")
    begin, end = f"<!-- {mark} -->\n", "<!-- end -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{path}: no {begin.strip()} with {end} after it")
    path.write_text(before + begin + "\n" + "\n".join(lines) + "\n\n" + end + after, "utf-8")


if __name__ == "__main__":
    main()
