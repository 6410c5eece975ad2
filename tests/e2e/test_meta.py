"""``bench meta``: metrics against what people said, from files to table; and checks against each other."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Bench

SENTENCES = [
    "The harbour was opened on Monday by the mayor of the town.",
    "It cost ten million pounds and took three years to build.",
    "Fishermen had asked for it since the walls were broken in a storm.",
    "Ships of every size may enter from the first of May.",
]
INVENTED = "A president from abroad praised seven hundred unknown engineers loudly."
SYSTEMS = ("copies", "mixes", "invents")


PICKY = """\
from typing import ClassVar
from bench import Column, Score


class Picky:
    '''Refuses one document.'''

    columns: ClassVar = (Column("picky"),)

    def score(self, doc, summary):
        if doc.id == "news3":
            raise ValueError("not this one")
        return Score({"picky": 1 / len(summary.text)})
"""


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two data sets of ten documents with three systems, judged by how much they invent."""
    documents, outputs, judged = [], [], []
    for dataset in ("news", "talk"):
        for n in range(10):
            doc = f"{dataset}{n}"
            about = {"dataset": dataset, "split": "dev" if n < 4 else "test"}
            text = " ".join(SENTENCES) + f" This was article {n} of {dataset}."
            documents.append({"id": doc, "article": text, "reference": SENTENCES[0], **about})
            for s, system in enumerate(SYSTEMS):
                wrong = (n + s) % 3 if system != "copies" else 0
                summary = " ".join([SENTENCES[n % 4]] + [INVENTED] * wrong)
                outputs.append({"doc_id": doc, "system": system, "summary": summary, **about})
                human = 1 / (1 + wrong)
                judged.append({"doc_id": doc, "system": system, "factuality": human, **about})
    write(tmp_path / "documents.jsonl", documents)
    write(tmp_path / "outputs.jsonl", outputs)
    write(tmp_path / "judged.jsonl", judged)
    published = [{**row, "scores": {"Known": row["factuality"]}} for row in judged]
    write(tmp_path / "published.jsonl", published[:-2])
    return tmp_path


FILES = ("--outputs", "outputs.jsonl", "--references", "documents.jsonl", "--map", "document=article")
NOVELTY = "--metrics", "rouge,novelty"


def meta(bench: Bench, folder: Path, *args: str, expect: int = 0) -> dict[str, Any]:
    out = bench("meta", "--judgements", "judged.jsonl", *args, "--json", cwd=folder, expect=expect).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def rows(found: dict[str, Any], dataset: int = 0) -> dict[str, Any]:
    return {row["column"]: row for row in found["boards"][dataset]["rows"]}


def test_metrics_are_measured_per_data_set(bench_here: Bench, folder: Path) -> None:
    found = meta(bench_here, folder, *FILES, *NOVELTY, "--split", "test", "--by", "dataset")
    assert [b["name"] for b in found["boards"]] == ["news", "talk"]
    board = found["boards"][0]
    assert (board["n"], board["n_documents"], board["systems"]) == (18, 6, sorted(SYSTEMS))
    assert board["n_threshold"] == 12
    assert found["threshold_from"] == "split dev"
    assert "rouge.rouge1" in rows(found)
    length = rows(found)["summary words"]
    assert length["group"] == "length"
    assert length["values"]["auc"]["value"] == 0  # who invents writes more here
    assert any("(shorter is better)" in note for note in board["notes"])


def test_the_table_is_for_people(bench_here: Bench, folder: Path) -> None:
    done = bench_here(
        "meta", "--judgements", "judged.jsonl", *FILES, *NOVELTY, "--split", "test", "--by", "dataset",
        "--baselines", "published.jsonl", cwd=folder,
    )  # fmt: skip
    assert "news, split=test: 18 summaries of 6 documents by 3 systems" in done.stdout
    assert "human: factuality; bad: factuality < 1" in done.stdout
    assert "at the threshold that is best on split dev (12 summaries)" in done.stdout
    said = [line for line in done.stderr.splitlines() if line.startswith("thresholds")]
    assert said == ["thresholds: from the rows of split dev, all that are not split=test"]
    assert "summaries without a value, left out of that line: Known 2" in done.stdout
    assert "data sets are never pooled" in done.stdout
    assert "judgement: factuality, found by its name" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_scores_are_kept_and_not_computed_twice(bench_here: Bench, folder: Path) -> None:
    args = ("meta", "--judgements", "judged.jsonl", *FILES, *NOVELTY, "--by", "dataset")
    first = bench_here(*args, cwd=folder)
    again = bench_here(*args, cwd=folder)
    assert "scores: 60/60" in first.stderr
    assert "scores: 60/60" not in again.stderr
    assert again.stdout == first.stdout
    assert sorted(p.name for p in (folder / "results").iterdir()) == ["outputs-news", "outputs-talk"]


def test_nothing_is_kept_that_should_not_be(bench_here: Bench, folder: Path) -> None:
    bench_here(
        "meta", "--judgements", "judged.jsonl", *FILES, *NOVELTY, "--by", "dataset", "--no-save", cwd=folder
    )
    assert not (folder / "results").exists()


def test_scores_that_fail_are_told_and_counted(bench_here: Bench, folder: Path) -> None:
    (folder / "picky.py").write_text(PICKY, "utf-8")
    args = (
        "meta",
        "--judgements",
        "judged.jsonl",
        *FILES,
        "--metrics",
        "./picky.py:Picky",
        "--by",
        "dataset",
    )
    done = bench_here(*args, cwd=folder)
    assert "3 scores failed and are missing below, such as Picky of copies, news3: ValueError" in done.stderr
    assert "summaries without a value, left out of that line: Picky.picky 3" in done.stdout


def test_data_sets_are_refused_before_anything_is_scored(bench_here: Bench, folder: Path) -> None:
    done = bench_here("meta", "--judgements", "judged.jsonl", *FILES, *NOVELTY, cwd=folder, expect=2)
    assert "the judgements are of 2 data sets (dataset: news, talk)" in done.stderr
    assert "--by dataset" in done.stderr
    assert not (folder / "results").exists()


def test_one_data_set_can_be_chosen(bench_here: Bench, folder: Path) -> None:
    found = meta(bench_here, folder, *FILES, *NOVELTY, "--where", "dataset=talk")
    assert [b["n"] for b in found["boards"]] == [30]
    assert found["threshold_from"] is None
    assert "balanced_accuracy" not in rows(found)["rouge.rouge1"]["values"]


def test_a_run_is_judged_as_it_is(bench_here: Bench, folder: Path) -> None:
    bench_here("score", *FILES, *NOVELTY, "--where", "dataset=news", "--name", "mine", cwd=folder)
    found = meta(bench_here, folder, "results/mine", "--where", "dataset=news", "--columns", "rouge1,novel2")
    assert rows(found).keys() == {"rouge.rouge1", "novelty.novel2", "summary words"}


def test_published_scores_need_no_summaries(bench_here: Bench, folder: Path) -> None:
    found = meta(bench_here, folder, "--baselines", "published.jsonl", "--by", "dataset", "--split", "test")
    known = rows(found)["Known"]
    assert known["values"]["pearson"]["value"] == pytest.approx(1)
    assert known["values"]["balanced_accuracy"]["value"] == 1
    assert known["group"] == "published"


def test_any_csv_with_two_columns_will_do(bench_here: Bench, folder: Path) -> None:
    """No system, no split, words as labels: what there is is measured."""
    with (folder / "mine.csv").open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["id", "verdict", "checker", "summary"])
        lines.writerows(
            [[i, "wrong" if i % 3 else "fine", 1 - (i % 3) / 4, "word " * (5 + i)] for i in range(12)]
        )
    found = bench_here(
        "meta", "--judgements", "mine.csv", "--label", "verdict", "--bad", "wrong", "--columns", "checker",
        "--json", cwd=folder,
    )  # fmt: skip
    table = rows(json.loads(found.stdout))
    assert table["checker"]["values"]["auc"]["value"] == 1
    assert table["checker"]["n_bad"] == 8
    assert "partial_pearson" not in table["checker"]["values"]
    assert "summary words" in table


def test_markdown_and_csv_come_out(bench_here: Bench, folder: Path) -> None:
    args = ("meta", "--judgements", "judged.jsonl", "--baselines", "published.jsonl", "--by", "dataset")
    assert "| Known |" in bench_here(*args, "--format", "md", cwd=folder).stdout
    assert bench_here(*args, "--format", "csv", cwd=folder).stdout.count("\n") == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "nothing to measure"),
        (("--metrics", "rouge"), "--metrics needs --outputs FILE and --references FILE"),
        (("--outputs", "outputs.jsonl"), "--outputs FILE and --references FILE go together"),
        (("--columns", "factualty"), "did you mean 'factuality'?"),
        (("--baselines", "nowhere.jsonl"), "nowhere.jsonl: no such file or folder"),
        (("--baselines", "published.jsonl", "--split", "tset"), "no judgement has split=tset"),
        (("--baselines", "published.jsonl", "--format", "mdd"), "did you mean 'md'?"),
        (("--baselines", "published.jsonl", "--label", "factualty"), "did you mean 'factuality'?"),
    ],
)
def test_mistakes_are_told(bench_here: Bench, folder: Path, args: tuple[str, ...], said: str) -> None:
    done = bench_here(
        "meta", "--judgements", "judged.jsonl", "--where", "dataset=news", *args, cwd=folder, expect=2
    )
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_judgements_of_other_summaries_are_told(bench_here: Bench, folder: Path) -> None:
    write(folder / "judged.jsonl", [{"doc_id": "else", "system": "copies", "factuality": 1}])
    args = ("meta", "--judgements", "judged.jsonl", "--baselines", "published.jsonl")
    done = bench_here(*args, cwd=folder, expect=2)
    assert "there is none for document 'else' by 'copies'" in done.stderr


def test_judgements_without_a_system_need_one_system(bench_here: Bench, folder: Path) -> None:
    judged = [json.loads(line) for line in (folder / "judged.jsonl").read_text("utf-8").splitlines()]
    own = [
        {k: v for k, v in r.items() if k not in ("system", "dataset")}
        for r in judged
        if r["system"] == "mixes"
    ]
    write(folder / "judged.jsonl", own)
    args = ("meta", "--judgements", "judged.jsonl", *FILES, *NOVELTY)
    done = bench_here(*args, cwd=folder, expect=2)
    assert "the judgements name no system, but there are 3: copies, invents, mixes" in done.stderr
    one = [json.loads(line) for line in (folder / "outputs.jsonl").read_text("utf-8").splitlines()]
    write(folder / "outputs.jsonl", [r for r in one if r["system"] == "mixes"])
    found = meta(bench_here, folder, *FILES, *NOVELTY)
    assert found["boards"][0]["systems"] == ["mixes"]
    assert found["boards"][0]["n"] == 20


def test_a_run_says_how_far_its_checks_agree(bench_here: Bench, folder: Path) -> None:
    bench_here("score", *FILES, "--metrics", "rouge", "--name", "mine", cwd=folder)
    text = bench_here("report", "results/mine", "--agreement", cwd=folder).stdout
    assert "rank correlation (Spearman) of checks over 60 summaries" in text
    assert "furthest apart" in text
    found = json.loads(bench_here("report", "results/mine", "--agreement", "--json", cwd=folder).stdout)
    assert found["columns"][0] == "rouge.rouge1"
