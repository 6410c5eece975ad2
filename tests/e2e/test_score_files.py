"""``bench score`` with nothing but files: outputs, references, and perhaps documents."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Bench

ROWS = [
    ("d1", "The cat sat on the mat. It was warm. The dog barked.", "The cat sat on the mat."),
    ("d2", "Rain fell all day, and the river rose. People left.", "The river rose after rain."),
    ("d3", "The team won 3-1 at home. Fans cheered. It was late.", "A home win for the team."),
]
GOOD = {"d1": "The cat sat on the mat.", "d2": "The river rose.", "d3": "The team won."}


def write_jsonl(path: Path, rows: list[dict[str, object]]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, "utf-8")


def write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    documents: list[dict[str, object]] = [{"id": i, "document": d, "reference": r} for i, d, r in ROWS]
    outputs: list[dict[str, object]] = [{"doc_id": i, "summary": s} for i, s in GOOD.items()]
    for suffix, write in ((".jsonl", write_jsonl), (".jsonl.gz", write_jsonl), (".csv", write_csv)):
        write(tmp_path / f"docs{suffix}", documents)
        write(tmp_path / f"good{suffix}", outputs)
    write_jsonl(tmp_path / "golds.jsonl", [{"id": i, "reference": r} for i, _, r in ROWS])
    many: list[dict[str, object]] = [
        {"doc_id": i, "summary": s if system == "good" else "No.", "system": system, "split": "test"}
        for system in ("good", "bad")
        for i, s in GOOD.items()
    ]
    write_jsonl(
        tmp_path / "many.jsonl", [*many, {"doc_id": "d1", "summary": "x", "system": "good", "split": "train"}]
    )
    (tmp_path / "mine.txt").write_text("".join(s + "\n" for s in GOOD.values()), "utf-8")
    (tmp_path / "gold.txt").write_text("".join(r + "\n" for _, _, r in ROWS), "utf-8")
    return tmp_path


Table = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture
def table(bench_here: Bench, files: Path) -> Table:
    """Runs ``bench score`` and gives the rows of its CSV by system."""

    def scored(*args: object) -> dict[str, dict[str, str]]:
        done = bench_here("score", *args, "--out", "out", cwd=files)
        run = done.stdout.splitlines()[-1].split()[0]
        with (files / run / "tables" / "leaderboard.csv").open(encoding="utf-8", newline="") as stream:
            return {row["system"]: row for row in csv.DictReader(stream)}

    return scored


def test_every_format_gives_the_same_numbers(table: Table) -> None:
    pairs = [
        ("good.jsonl", "docs.jsonl"), ("good.csv", "docs.jsonl.gz"), ("good.jsonl.gz", "docs.csv"),
        ("good.jsonl", "golds.jsonl"), ("mine.txt", "gold.txt"),
    ]  # fmt: skip
    found = [next(iter(table("--outputs", o, "--references", r).values())) for o, r in pairs]
    columns = ["rouge.rouge1", "rouge.rouge2", "rouge.rougeL", "rouge.rougeLsum"]
    for row in found:
        assert [row[c] for c in columns] == [found[0][c] for c in columns]
    # d1 is identical; d2: 3 of 3 words in 5; d3: "the", "team" of 3 words in 6.
    assert float(found[0]["rouge.rouge1"]) == pytest.approx((1 + 6 / 8 + 4 / 9) / 3)


def test_candidates_and_references_are_two_texts(bench: Bench, files: Path) -> None:
    done = bench("score", "--candidates", "mine.txt", "--references", "gold.txt", "--no-save", cwd=files)
    assert done.stdout.lstrip().startswith("ROUGE-1 ↑")
    assert " mine " in done.stdout
    assert "rougeLsum|refs:1|agg:best|stem:porter|" in done.stdout
    assert "results" not in done.stdout
    assert not (files / "results").exists(), "--no-save leaves nothing"


def test_several_systems_in_one_file_and_filters(table: Table) -> None:
    found = table(
        "--outputs", "many.jsonl", "--references", "docs.jsonl", "--where", "split=test",
        "--metrics", "rouge,novelty", "--baselines",
    )  # fmt: skip
    assert set(found) == {"good", "bad", "lead3", "random3", "copy", "oracle"}
    assert float(found["good"]["rouge.rouge1"]) > float(found["bad"]["rouge.rouge1"]) == 0
    assert found["oracle"]["apart"] == found["copy"]["apart"] == "1"
    assert "novelty.novel2" in found["good"]


def test_fields_by_other_names(files: Path, table: Table) -> None:
    write_jsonl(files / "a.jsonl", [{"key": i, "article": d, "gold": r} for i, d, r in ROWS])
    write_jsonl(files / "o.jsonl", [{"key": i, "out": s, "who": "w"} for i, s in GOOD.items()])
    found = table(
        "--outputs", "o.jsonl", "--references", "a.jsonl", "--map", "id=key", "--map", "document=article",
        "--map", "references=gold", "--map", "summary=out", "--map", "doc_id=key", "--system-field", "who",
        "--metrics", "rouge,extractive", "--name", "renamed",
    )  # fmt: skip
    assert set(found) == {"w"}
    assert (files / "out" / "renamed").is_dir()


def test_several_references_and_how_they_are_put_together(files: Path, table: Table) -> None:
    write_jsonl(files / "two.jsonl", [{"id": i, "references": [r, GOOD[i]]} for i, _, r in ROWS])
    best = table("--outputs", "good.jsonl", "--references", "two.jsonl")["good"]
    mean = table(
        "--outputs", "good.jsonl", "--references", "two.jsonl", "--set", "metrics.rouge.with.agg=mean"
    )["good"]
    assert float(best["rouge.rouge1"]) == 1
    assert float(mean["rouge.rouge1"]) == pytest.approx((1 + (1 + 6 / 8) / 2 + (1 + 4 / 9) / 2) / 3)


def test_a_folder_of_articles_is_a_set_of_references(files: Path, table: Table) -> None:
    (files / "articles").mkdir()
    for i, d, r in ROWS:
        (files / "articles" / f"{i}.txt").write_text(f"Head\n- {r}\n{d}\n", "utf-8")
    found = table(
        "--outputs", "good.jsonl", "--references", "articles", "--metrics", "rouge,extractive", "--baselines"
    )
    assert set(found) == {"good", "lead3", "random3", "copy", "oracle"}


def test_the_file_is_called_what_no_experiment_can_be(files: Path, table: Table) -> None:
    (files / "good.jsonl").rename(files / "mes résumés (1).jsonl")
    assert list(table("--outputs", "mes résumés (1).jsonl", "--references", "docs.jsonl")) == [
        "mes résumés (1)"
    ]


def test_python_gives_the_same_numbers(files: Path, table: Table) -> None:
    import bench

    row = table("--outputs", "good.jsonl", "--references", "docs.jsonl")["good"]
    board = bench.score([{"id": i, "text": d, "references": [r]} for i, d, r in ROWS], {"good": GOOD})
    (ranked,) = board.ranked
    column = [h.id for h in board.headings].index("rouge.rougeLsum")
    assert ranked.cells[column].value == f"{100 * float(row['rouge.rougeLsum']):.2f}"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--outputs", "good.jsonl", "--references", "golds.jsonl", "--metrics", "rouge,novelty"),
         ["metrics.novelty: needs the source text, and 3 of 3 documents have none", "golds.jsonl:1"]),
        (("--outputs", "good.jsonl", "--references", "golds.jsonl", "--baselines"),
         ["needs the source text"]),
        (("--outputs", "short.jsonl", "--references", "docs.jsonl"),
         ["short.jsonl: no output for 1 of 3 documents: d3"]),
        (("--outputs", "other.jsonl", "--references", "docs.jsonl"),
         ["no output for 3 of 3 documents", "The file has outputs for x1, x2, x3"]),
        (("--outputs", "twice.jsonl", "--references", "docs.jsonl"),
         ["twice.jsonl:2: id 'd1' occurs a second time"]),
        (("--outputs", "null.jsonl", "--references", "docs.jsonl"),
         ["null.jsonl:1: 'summary' is null: expected text"]),
        (("--outputs", "shortlines.txt", "--references", "gold.txt"),
         ["shortlines.txt: 2 outputs for 3 documents"]),
        (("--outputs", "nope.jsonl", "--references", "docs.jsonl"), ["nope.jsonl"]),
        (("--outputs", "good.jsonl", "--references", "nope.jsonl"), ["nope.jsonl: no such file"]),
        (("--outputs", "broken.jsonl", "--references", "docs.jsonl"), ["broken.jsonl:2: not JSON"]),
        (("--outputs", "good.jsonl", "--references", "docs.jsonl", "--map", "documnt=x"),
         ["--map documnt: no such key (did you mean 'document'?)"]),
        (("--outputs", "good.jsonl", "--references", "docs.jsonl", "--map", "document"),
         ["expected KEY=VALUE"]),
        (("--outputs", "good.jsonl", "--references", "docs.jsonl", "--where", "splt=test"),
         ["--where splt: neither file has this field"]),
        (("--outputs", "many.jsonl", "--references", "docs.jsonl", "--where", "split=tset"), ["split"]),
        (("--outputs", "good.jsonl", "--references", "docs.jsonl", "--system-field", "systm"),
         ["good.jsonl:1: no field 'systm'"]),
        (("--outputs", "good.jsonl", "--references", "docs.jsonl", "--metrics", "rogue"),
         ["unknown metric 'rogue' (did you mean 'rouge'?)"]),
        (("--outputs", "good.jsonl", "--outputs", "good.csv", "--references", "docs.jsonl"),
         ["good.csv: a second system 'good'"]),
        (("--outputs", "good.jsonl"), ["needs --outputs FILE and --references FILE"]),
        (("results/x", "--outputs", "good.jsonl"), ["not both"]),
        (("results/x",), ["results/x: no such run"]),
        (("--outputs", "folder", "--references", "docs.jsonl"), ["folder: a folder: expected one file"]),
        (("--outputs", "go*.jsonl", "--references", "docs.jsonl"), ["a pattern: expected one file"]),
        (("--outputs", "x=many.jsonl", "--references", "docs.jsonl"), ["'x' is one system"]),
        (("--outputs", "good.jsonl", "--references", "docs.jsonl", "--metrics", "./a.py:M,./b.py:M"),
         ["metrics.M: ./a.py:M and ./b.py:M would have the same label"]),
        (("mine.txt", "--out", "x"), ["--out: not with a run"]),
        (("mine.txt", "--no-save", "--name", "x"), ["--name, --no-save: not with a run"]),
        (("mine.txt", "--where", "a=b", "--map", "id=b"), ["--map, --where: not with a run"]),
        (("mine.txt", "--baselines", "--rerun"), ["--baselines, --rerun: not with a run"]),
        (("mine.txt", "--system-field", "s", "--limit", "1"), ["--system-field, --limit: not with a run"]),
        (("c.yaml", "--no-save"), ["--no-save: not with a config"]),
        (("c.yaml", "--rerun"), ["--rerun: not with a config"]),
    ],
)  # fmt: skip
def test_mistakes(bench_here: Bench, files: Path, args: tuple[str, ...], said: list[str]) -> None:
    good: list[dict[str, object]] = [{"doc_id": i, "summary": s} for i, s in GOOD.items()]
    write_jsonl(files / "short.jsonl", good[:2])
    write_jsonl(files / "other.jsonl", [row | {"doc_id": f"x{n + 1}"} for n, row in enumerate(good)])
    write_jsonl(files / "twice.jsonl", [good[0], *good])
    write_jsonl(files / "null.jsonl", [{"doc_id": "d1", "summary": None}, *good[1:]])
    (files / "broken.jsonl").write_text('{"doc_id": "d1", "summary": "x"}\n{"doc_id": "d2"\n', "utf-8")
    (files / "shortlines.txt").write_text("a\nb\n", "utf-8")
    (files / "folder").mkdir()
    for file in ("a.py", "b.py"):
        (files / file).write_text(f"class M:\n    name = '{file}'\n", "utf-8")
    done = bench_here("score", *args, cwd=files, expect=2)
    for text in said:
        assert text in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""


def test_an_order_is_that_of_the_source_whichever_documents_are_chosen(files: Path, table: Table) -> None:
    given = ("--outputs", "mine.txt", "--references", "golds.jsonl", "--name", "sampled")
    sampled = table(*given, "--set", "data.sample=1", "--set", "data.seed=0")["mine"]
    (run,) = [p for p in (files / "out" / "sampled").iterdir() if p.is_dir()]
    (record,) = map(json.loads, (run / "summaries" / "mine.jsonl").read_text("utf-8").splitlines())
    assert record["doc_id"] != "d1", "the sample of this seed is not the first"
    assert record["text"] == GOOD[record["doc_id"]]
    assert float(sampled["rouge.rouge1"]) > 0


def test_an_order_does_not_survive_a_filter(bench_here: Bench, files: Path) -> None:
    write_jsonl(files / "half.jsonl", [{"id": i, "reference": r, "x": i < "d3"} for i, _, r in ROWS])
    done = bench_here(
        "score", "--outputs", "mine.txt", "--references", "half.jsonl", "--where", "x=true", "--no-save",
        cwd=files, expect=2,
    )  # fmt: skip
    assert "mine.txt: 3 outputs for 2 documents" in done.stderr
    assert "A where of the data" in done.stderr


def test_an_order_that_changes_brings_no_stale_summaries(files: Path, table: Table) -> None:
    """The same documents and the same file, but each has another line of it."""
    given = ("--outputs", "mine.txt", "--references", "golds.jsonl")
    right = table(*given)["mine"]
    write_jsonl(files / "golds.jsonl", [{"id": i, "reference": r} for i, _, r in reversed(ROWS)])
    wrong = table(*given)["mine"]
    assert wrong["rouge.rouge1"] != right["rouge.rouge1"]
    assert wrong["rouge.rouge1"] == table(*given, "--name", "afresh")["mine"]["rouge.rouge1"]


def test_labels(files: Path, table: Table) -> None:
    (files / "good.jsonl").rename(files / "gpt-4.1.jsonl")
    found = table("--outputs", "gpt-4.1.jsonl", "--outputs", "mine=good.csv", "--references", "docs.jsonl")
    assert list(found) == ["gpt-4.1", "mine"]
    assert (files / "out" / "gpt-4.1").is_dir()


def test_a_filter_finds_a_truth_value(files: Path, table: Table) -> None:
    rows = [
        {"doc_id": i, "summary": text, "beam": beam}
        for i, s in GOOD.items() for beam, text in ((True, s), (False, "No."))
    ]  # fmt: skip
    write_jsonl(files / "flags.jsonl", rows)
    found = table("--outputs", "flags.jsonl", "--references", "docs.jsonl", "--where", "beam=true")
    assert found["flags"]["rouge.rouge1"] == table(
        "--outputs", "good.jsonl", "--references", "docs.jsonl"
    )["good"]["rouge.rouge1"]  # fmt: skip


def test_a_run_is_scored_where_it_lies_and_as_it_is_configured(bench_here: Bench, files: Path) -> None:
    def runs() -> list[Path]:
        return sorted(p for p in (files / "results" / "good").iterdir() if p.is_dir())

    given = ("--outputs", "good.jsonl", "--references", "docs.jsonl")
    configured = ("--set", "metrics.rouge.with.types=[rouge1]")
    bench_here("score", *given, *configured, cwd=files)
    bench_here("score", *given, *configured, "--rerun", cwd=files)
    first, second = runs()
    before = {p: p.read_bytes() for p in second.rglob("*") if p.is_file()}
    bench_here("score", first, "--metrics", "rouge,length", cwd=files)
    assert runs() == [first, second]
    assert {p: p.read_bytes() for p in second.rglob("*") if p.is_file()} == before
    head = (first / "tables" / "leaderboard.csv").read_text("utf-8").splitlines()[0].split(",")
    assert {"rouge.rouge1", "length.words"} <= set(head)
    assert "rouge.rouge2" not in head, "the configured one stays"
    done = bench_here("score", first, "--set", "name=other", cwd=files, expect=2)
    assert "a run keeps its own, which is 'good'" in done.stderr


def test_a_config_and_more_metrics(bench_here: Bench, files: Path) -> None:
    (files / "c.yaml").write_text(
        "name: c\ndata: {use: jsonl, with: {path: docs.jsonl}}\n"
        "models: {good: {use: outputs, with: {path: good.jsonl}}}\n"
        "metrics: {rouge: {use: rouge, with: {types: [rouge1]}}}\ncompare: {resamples: 100}\n",
        "utf-8",
    )
    bench_here("generate", "c.yaml", "--out", "there", cwd=files)
    done = bench_here("score", "c.yaml", "--metrics", "rouge,length", "--out", "there", cwd=files)
    assert "ROUGE-1" in done.stdout
    assert "ROUGE-2" not in done.stdout, "the configured one stays"
    assert "words" in done.stdout
    (files / "mine.py").write_text("class rouge:\n    columns = ()\n", "utf-8")
    done = bench_here("score", "c.yaml", "--metrics", "./mine.py:rouge", cwd=files, expect=2)
    assert "metrics.rouge: rouge and ./mine.py:rouge would have the same label" in done.stderr


def test_surplus_outputs_are_told_and_not_refused(bench: Bench, files: Path) -> None:
    done = bench(
        "score", "--outputs", "good.jsonl", "--references", "docs.jsonl", "--limit", 2, "--no-save", cwd=files
    )
    assert "good.jsonl: not used: 1 of 3 outputs: d3" in done.stderr


def test_published_systems(bench: Bench, shared_data: Path, tmp_path: Path) -> None:
    """FRANK's CNN/DM half: rouge-score's published figures for BART are reached from two files alone."""
    done = bench(
        "score", "--outputs", shared_data / "frank" / "outputs.jsonl.gz",
        "--references", shared_data / "frank" / "documents.jsonl.gz", "--where", "dataset=cnndm",
        "--map", "document=article", "--set", "compare.resamples=100", "--no-save", cwd=tmp_path,
    )  # fmt: skip
    bart = next(line for line in done.stdout.splitlines() if line.split()[:1] == ["bart"])
    assert bart.replace("*", " ").split()[1] == "45.29"
    assert {"bart", "bert_sum", "bus", "pgn", "s2s"} <= {
        line.split()[0] for line in done.stdout.splitlines() if line.split()
    }
