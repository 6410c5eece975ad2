"""``bench compare``: decisions within a run and between runs, with real runs."""

import csv
import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest

import bench as api
from tests.conftest import Bench, write_articles
from tests.e2e.conftest import run_dirs
from tests.e2e.test_terminal import on_terminal, widest

CONFIG = """\
name: {name}
data: {{use: articles, with: {{path: {data}}}}}
models:
  lead1: {{use: lead, with: {{sentences: 1}}}}
  lead3: {{use: lead, with: {{sentences: {sentences}}}}}
  copy: {{use: copy}}
metrics:
  rouge: {{use: rouge, with: {{types: [rouge1, rougeLsum], stemmer: {stemmer}}}}}
  length: {{use: length}}
compare: {{resamples: 200, {compare}}}
"""


def config(
    name: str = "old", data: str = "articles", sentences: int = 3, stemmer: str = "porter", compare: str = ""
) -> str:
    return CONFIG.format(name=name, data=data, sentences=sentences, stemmer=stemmer, compare=compare)


def varied(folder: Path, n: int) -> None:
    """Articles in each of which another sentence comes first, so that systems differ by more or less."""
    for i, path in enumerate(sorted(write_articles(folder, n).iterdir())):
        headline, *bullets, body = path.read_text("utf-8").replace("\n\n", " ").strip().split("\n")
        sentences = re.findall(r"[^.]+\.", body)
        at = i % len(sentences)
        turned = "".join(sentences[at:] + sentences[:at]).strip()
        path.write_text("\n".join([headline, *bullets, turned]) + "\n", "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, bench: Bench) -> Path:
    """Runs of eight articles; no test may change them.

    old, and new with a longer lead3; other has one article more and one changed; unstemmed has ROUGE
    without the stemmer.
    """
    path = tmp_path_factory.mktemp("compare")
    varied(path / "articles", 8)
    varied(path / "others", 9)
    (path / "others" / "doc00.txt").write_text("Another\n- Another one.\nA body of its own.", "utf-8")
    runs = {
        "old": config(),
        "new": config("new", sentences=4),
        "other": config("other", data="others"),
        "unstemmed": config("unstemmed", stemmer="none"),
        "chosen": config("chosen", compare="baseline: lead3, columns: [rouge.rouge1], correct: bh"),
    }
    for name, text in runs.items():
        (path / f"{name}.yaml").write_text(text, "utf-8")
        bench("run", f"{name}.yaml", cwd=path)
    return path


def table(text: str) -> list[str]:
    """The lines of the rows."""
    return [line.split()[0] for line in text.splitlines() if re.match(r" \S+ +[+−0–]", line)]


def test_a_run_against_its_first_system(bench_here: Bench, made: Path) -> None:
    shown = bench_here("compare", "results/old", cwd=made).stdout
    assert shown.startswith("against lead1, 8 documents, paired permutation, Holm over 2 comparisons\n")
    assert table(shown) == ["lead3"], "copy is apart, and both columns stand beside each other"
    assert "Δ ROUGE-1 ↑" in shown
    assert "Δ ROUGE-Lsum ↑" in shown
    assert "can find: " in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_config_says_what_is_compared_and_the_command_line_says_it_otherwise(
    bench_here: Bench, made: Path
) -> None:
    shown = bench_here("compare", "results/chosen", cwd=made).stdout
    title = "against lead3, 8 documents, paired permutation, Benjamini–Hochberg over 1 comparison"
    assert " ".join(shown.split()).startswith(title)
    assert "ROUGE-Lsum" not in shown
    other = bench_here(
        "compare", "results/chosen", "--baseline", "copy", "--columns", "rougeLsum,rouge1",
        "--test", "bootstrap", "--correct", "none", cwd=made,
    ).stdout  # fmt: skip
    assert other.startswith("against copy, 8 documents, paired bootstrap, 4 comparisons, not adjusted\n")
    assert sorted(table(other)) == ["lead1", "lead3"]


def test_a_new_run_against_an_old_one_by_label(bench_here: Bench, made: Path) -> None:
    shown = bench_here("compare", "results/old", "results/new", cwd=made).stdout
    assert shown.startswith("new against old, 8 documents, ")
    assert sorted(table(shown)) == ["lead1", "lead3"]
    same = next(line for line in shown.splitlines() if line.startswith(" lead1"))
    assert same.split()[1:5] == ["0.00", "[0.0,0.0]", "1.00", "0/8/0"], "it has not changed"
    (run,) = run_dirs(made, "old")
    digest = f"results/old@{run.name[-8:-4]}"
    assert bench_here("compare", digest, "results/new", cwd=made).stdout == shown
    assert bench_here("compare", run, "results/new", cwd=made).stdout == shown


def test_single_systems_of_several_runs(bench_here: Bench, made: Path) -> None:
    one = bench_here("compare", "results/old:lead3", "results/new:lead3", cwd=made).stdout
    assert one.startswith("against old:lead3, 8 documents, ")
    assert table(one) == ["new:lead3"]
    all_ = bench_here("compare", "results/old", "results/new", "--baseline", "results/new:lead1", cwd=made)
    assert sorted(table(all_.stdout)) == ["new:lead3", "old:lead1", "old:lead3"]
    assert bench_here("compare", "results/old:copy", "--baseline", "lead1", cwd=made).stdout.startswith(
        "against lead1,"
    )
    three = bench_here("compare", "results/old", "results/new", "results/chosen", cwd=made).stdout
    assert three.startswith("against old, 8 documents, ")
    assert sorted(table(three)) == ["chosen:lead1", "chosen:lead3", "new:lead1", "new:lead3"]


def test_runs_of_one_experiment_are_told_apart(
    bench_here: Bench, bench: Bench, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made / "articles", tmp_path / "articles")
    (tmp_path / "config.yaml").write_text(config("same"), "utf-8")
    for change in ("--limit=6", "--limit=7", "--rerun"):
        bench(
            "run", "config.yaml", *([change] if change != "--rerun" else [change, "--limit=7"]), cwd=tmp_path
        )
    first, second, third = run_dirs(tmp_path, "same")
    shown = bench_here("compare", second, third, cwd=tmp_path).stdout
    assert f"same/{third.name} against same/{second.name}" in " ".join(shown.split())
    shown = bench_here("compare", first, third, "--on-common", cwd=tmp_path).stdout
    assert f"same@{third.name[-8:]} against same@{first.name[-8:]}, 6 documents" in " ".join(shown.split())
    assert "1 document left out: not in same@" in " ".join(shown.split())
    alone = bench_here("compare", first, first.resolve(), cwd=tmp_path).stdout
    assert alone == bench_here("compare", first, cwd=tmp_path).stdout, "a run is one, however often named"


def test_different_documents_are_refused_and_shown(bench_here: Bench, made: Path) -> None:
    refused = bench_here("compare", "results/old", "results/other", cwd=made, expect=2)
    assert refused.stdout == ""
    assert refused.stderr.splitlines() == [
        "these runs cannot be compared as they are",
        "different documents: not in old: 1 document (doc08); changed: 1 document (doc00)",
        "--on-common compares on the documents that are the same in all runs.",
    ]
    shown = bench_here("compare", "results/old", "results/other", "--on-common", cwd=made).stdout
    assert shown.startswith("other against old, 7 documents, ")
    assert "2 documents left out: not in old: 1 document (doc08); changed: 1 document (doc00)" in " ".join(
        shown.split()
    )


def test_different_signatures_are_never_compared(bench_here: Bench, made: Path) -> None:
    refused = bench_here("compare", "results/old", "results/unstemmed", cwd=made, expect=2).stderr
    said = "rouge.rouge1, rouge.rougeLsum: stem:porter (old), none (unstemmed)"
    assert f"different signatures: {said}\n" in refused
    nothing = bench_here("compare", "results/old", "results/unstemmed", "--on-common", cwd=made, expect=2)
    assert nothing.stderr == f"no column can be compared between these runs\n{said}\n"


def test_a_metric_that_only_one_run_has_is_left_out(
    bench_here: Bench, bench: Bench, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made, tmp_path / "made")
    bench("score", "results/new", "--metrics", "chrf", cwd=tmp_path / "made")
    shown = bench_here("compare", "results/old", "results/new", cwd=tmp_path / "made").stdout
    assert "left out, not in every run: chrf.chrf (only new)" in " ".join(shown.split())
    asked = bench_here(
        "compare", "results/old", "results/new", "--columns", "chrf", cwd=tmp_path / "made", expect=2
    )
    assert "no column can be compared between these runs\nchrf.chrf (only new)\n" in asked.stderr


def test_examples_show_both_summaries(bench_here: Bench, made: Path) -> None:
    shown = bench_here("compare", "results/old", "--examples", 1, "--columns", "rougeLsum", cwd=made).stdout
    _, title, example = shown.partition("biggest win of lead3 in ROUGE-Lsum\n")
    assert title
    assert re.match(r' doc doc0\d "Harbour number \d opens after \d+ years"  \+\d', example)
    assert "   reference         • The harbour number" in example
    assert re.search(r"\n   lead1 +\d\d\.\d\d  \w+", example)
    assert re.search(r"\n   lead3 +\d\d\.\d\d  \w+", example)
    content = json.loads(
        bench_here("compare", "results/old", "results/new", "--examples", 2, "--json", cwd=made).stdout
    )
    found = content["examples"]
    assert {e["label"] for e in found} == {"lead3"}, "lead1 wrote the same"
    assert all(e["names"] == ["old", "new"] for e in found)
    assert all(len(e["texts"][1]) > len(e["texts"][0]) for e in found), "four sentences, not three"
    assert all(e["references"] for e in found)
    md = bench_here("compare", "results/old", "--examples", 1, "--format", "md", "-o", "-", cwd=made).stdout
    assert "### biggest win of lead3 in ROUGE-" in md
    assert "\n> The harbour number" in md, "a reference"


def test_without_the_articles_examples_say_so(bench_here: Bench, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "results", tmp_path / "results")
    shown = bench_here("compare", "results/old", "--examples", 1, cwd=tmp_path).stdout
    assert "the article cannot be read" in shown
    assert "reference" not in shown
    assert re.search(r"\n   lead3 +\d\d\.\d\d  \w+", shown)


def test_what_changed_between_two_runs(bench_here: Bench, made: Path) -> None:
    shown = bench_here("compare", "results/old", "results/new", "--changes", cwd=made).stdout
    assert shown.endswith(
        "\nchanged: config\n  name  old → new\n  models.lead3.with.sentences  3 → 4\n"
        "changed: systems\n  lead3.sentences  3 → 4\n"
    )
    content = json.loads(
        bench_here("compare", "results/old", "results/new", "--changes", "--json", cwd=made).stdout
    )
    keys = [c["key"] for c in content["changes"]]
    assert keys == ["name", "models.lead3.with.sentences", "lead3.sentences"]
    against = ["compare", "results/new", "--baseline", "results/old:lead3", "--changes"]
    assert "sentences  3 → 4\n" in bench_here(*against, cwd=made).stdout, "the baseline is the older one"
    alone = bench_here("compare", "results/old", "--changes", cwd=made, expect=2).stderr
    assert alone.startswith("changes are between two runs, found 1")


def test_runs_that_cannot_be_compared_still_say_what_changed(bench_here: Bench, made: Path) -> None:
    refused = bench_here("compare", "results/old", "results/other", "--changes", cwd=made, expect=2)
    assert "changed: data\n  source  articles → others\n" in refused.stdout
    assert "documents  8 → 9" in refused.stdout
    assert "different documents" in refused.stderr
    as_json = bench_here(
        "compare", "results/old", "results/unstemmed", "--changes", "--json", cwd=made, expect=2
    )
    assert ("rouge.stem", "porter", "none") in {
        (c["key"], c["old"], c["new"]) for c in json.loads(as_json.stdout)["changes"]
    }


def test_formats_go_into_the_run_or_where_they_are_asked_for(
    bench_here: Bench, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made / "results", tmp_path / "results")
    (run,) = run_dirs(tmp_path, "old")
    derived = (run / "tables" / "comparisons.csv").read_text("utf-8")
    done = bench_here("compare", "results/old", "--format", "md,csv", "--format", "tex,json", cwd=tmp_path)
    assert done.stdout.split() == [
        str(run.relative_to(tmp_path) / "tables" / f"comparisons.{kind}")
        for kind in ("md", "csv", "tex", "json")
    ]
    assert (run / "tables" / "comparisons.csv").read_text("utf-8") == derived, "as bench run wrote it"
    rows = list(csv.DictReader(StringIO(derived)))
    content = json.loads((run / "tables" / "comparisons.json").read_text("utf-8"))
    assert [float(r["delta"]) for r in rows] == [c["delta"] for c in content["comparisons"]]
    assert bench_here("compare", "results/old", "--json", cwd=tmp_path).stdout == (
        run / "tables" / "comparisons.json"
    ).read_text("utf-8")
    bench_here("compare", "results/old", "results/new", "--format", "tex", "-o", "x.tex", cwd=tmp_path)
    assert (tmp_path / "x.tex").read_text("utf-8").startswith("\\begin{table}")
    assert bench_here("compare", "results/old", "--json", "-o", "x.json", cwd=tmp_path).stdout == ""
    assert json.loads((tmp_path / "x.json").read_text("utf-8")) == content


def test_at_80_columns_nothing_wraps(made: Path) -> None:
    shown, _ = on_terminal(80, "compare", "results/old", "results/new", "--examples", "1", "--full", cwd=made)
    assert widest(shown) <= 80
    assert "\x1b[1m" in shown


def test_from_python(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    old, new = api.load("results/old"), api.load("results/new")
    found = old.compare("lead3", "lead1")
    (row,) = found.rows
    assert (row.system, row.baseline) == ("lead3", "lead1")
    assert row.cells == api.compare("results/old").rows[0].cells
    assert api.compare(old, new).title.startswith("new against old, 8 documents")
    assert len(api.compare(old, columns=["rouge1"], examples=1).examples) >= 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["results/old:leed1"], "no system 'leed1' in old (did you mean 'lead1'?)"),
        (["results/old", "--baseline", "leed1"], "no system 'leed1' in old (did you mean 'lead1'?)"),
        (["results/old", "results/new:x"], "no system 'x' in new\nThere are: lead1, lead3, copy."),
        (["results/old:lead1"], "nothing to compare with 'lead1': there is no other system"),
        (["results/nothing"], "results/nothing: no such run"),
        (["results/old", "--columns", "rouge.rouge2"], "rouge.rouge2: no such column"),
        (["results/old", "--columns", "length.words"], "length.words describes and has no better direction"),
        (["results/old", "--test", "t"], "--test t: no such choice\nKnown: permutation, bootstrap."),
        (["results/old", "--correct", "hom"], "--correct hom: no such choice (did you mean 'holm'?)"),
        (["results/old", "--format", "html"], "--format html: no such choice"),
        (["results/old", "--format", "md,csv", "-o", "x"], "--output takes one format, found md, csv"),
        (["results/old", "--format", "md", "-o", "no/such/x"], "no/such/x: cannot be written"),
        (
            ["results/old", "results/new", "--format", "md"],
            "a comparison of several runs has no folder of its own",
        ),
        (
            ["results/new", "--baseline", "results/old:lead3", "--format", "md"],
            "a comparison of several runs has no folder of its own",
        ),
        (["results/old:lead1", "results/new:lead3", "--baseline", "x"], "no system 'x' in old"),
        (["results/old", "results/new:copy", "--baseline", "results/old:leed3"], "(did you mean 'lead3'?)"),
    ],
)
def test_mistakes(bench_here: Bench, made: Path, args: list[str], said: str) -> None:
    assert said in bench_here("compare", *args, cwd=made, expect=2).stderr


def test_a_run_without_scores_is_incomplete(bench_here: Bench, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "articles", tmp_path / "articles")
    (tmp_path / "config.yaml").write_text(config("bare"), "utf-8")
    bench_here("generate", "config.yaml", cwd=tmp_path)
    (run,) = run_dirs(tmp_path, "bare")
    assert "nothing can be compared" in bench_here("compare", run, cwd=tmp_path, expect=3).stderr


HOSTILE = ["<b>&|x_$:y", "=cmd()|' /C calc'!A0", "*bold* [a](b)", "50% {x}^~\\"]


def test_labels_and_texts_from_outside_stay_text(bench: Bench, bench_here: Bench, tmp_path: Path) -> None:
    texts = ["<script>alert(1)</script> six. \x1b[31mSeven.", "One two three. Four five.", "=1+1 | a, b"]
    rows = [
        {"id": f"a|b\x1b[2J{i}", "document": f"{t} And more here.", "reference": t, "headline": "<i>|*x*"}
        for i, t in enumerate(texts)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    hostile = {
        "name": "hostile",
        "data": {"use": "jsonl", "with": {"path": "rows.jsonl"}},
        "models": {
            label: {"use": "lead", "with": {"sentences": 1 + i % 2}} for i, label in enumerate(HOSTILE)
        },
        "metrics": {"<i>|": {"use": "rouge", "with": {"types": ["rouge1"]}}},
        "compare": {"resamples": 100},
    }
    (tmp_path / "config.yaml").write_text(json.dumps(hostile), "utf-8")
    bench("run", "config.yaml", cwd=tmp_path)
    ask = ["compare", "results/hostile", "--examples", 2]
    shown = bench_here(*ask, cwd=tmp_path).stdout
    assert r"a|b\x1b[2J" in shown, "written out; the fixture looks for ESC"
    md = bench_here(*ask, "--format", "md", "-o", "-", cwd=tmp_path).stdout
    assert "<script>" not in md
    assert "<b>" not in md
    table_lines = [line for line in md.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table_lines}) == 1, "a label adds no column"
    tex = bench_here(*ask, "--format", "tex", "-o", "-", cwd=tmp_path).stdout
    assert r"50\% \{x\}\textasciicircum{}\textasciitilde{}\textbackslash{}" in tex
    rows_csv = list(csv.reader(StringIO(bench_here(*ask, "--format", "csv", "-o", "-", cwd=tmp_path).stdout)))
    assert len({len(row) for row in rows_csv}) == 1
    assert not any(cell.startswith(("=", "+", "@")) for row in rows_csv for cell in row)
    content = json.loads(bench_here(*ask, "--json", cwd=tmp_path).stdout)
    assert {c["system"] for c in content["comparisons"]} == set(HOSTILE[1:])
    assert any("<script>" in text for e in content["examples"] for text in e["texts"])
    by_label = bench_here(
        "compare", f"results/hostile:{HOSTILE[0]}", f"results/hostile:{HOSTILE[1]}", cwd=tmp_path
    )
    assert by_label.stdout.startswith(f"against {HOSTILE[0]}, 3 documents")
