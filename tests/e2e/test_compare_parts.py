"""``bench compare`` of runs that lack something: a baseline, a metric, scores, or one summary a document."""

from pathlib import Path

from tests.conftest import Bench
from tests.e2e.conftest import run_dirs
from tests.e2e.test_compare import config, table, varied


def written(folder: Path, text: str) -> None:
    varied(folder / "articles", 7)
    (folder / "config.yaml").write_text(text, "utf-8")


def test_without_its_baseline_or_columns_a_run_has_the_defaults(
    bench: Bench, bench_here: Bench, tmp_path: Path
) -> None:
    compare = "baseline: lead1, columns: [rouge.rouge1, chrf]"
    written(tmp_path, config(compare=compare).replace("  length:", "  chrf: {use: chrf}\n  length:"))
    told = bench("run", "config.yaml", "--only-models", "lead3,copy", cwd=tmp_path).stderr
    assert "left out by --only-models or --only-metrics, and so not used: compare.baseline lead1" in told
    (fewer,) = run_dirs(tmp_path, "old")
    assert bench_here("compare", fewer, "--baseline", "copy", cwd=tmp_path).stdout.startswith("against copy,")
    alone = bench_here("compare", fewer, cwd=tmp_path, expect=2).stderr
    assert alone.startswith("nothing to compare with 'lead3'")
    bench("run", "config.yaml", "--only-metrics", "rouge", "--out", "there", cwd=tmp_path)
    shown = bench_here("compare", "there/old", cwd=tmp_path).stdout
    assert shown.startswith("against lead1, 7 documents, paired permutation, Holm over 1 comparison\n")
    assert "not in old, left out of compare.columns: chrf" in shown
    (run,) = (p for p in (tmp_path / "there" / "old").iterdir() if p.is_dir())
    assert ",rouge.rouge1," in (run / "tables" / "comparisons.csv").read_text("utf-8")
    bench("run", "config.yaml", "--out", "there", cwd=tmp_path)
    assert "Δ chrF ↑" in bench_here("compare", "there/old", cwd=tmp_path).stdout
    assert (
        "chrF: of the values per document, not of the whole corpus"
        in bench_here("compare", "there/old", cwd=tmp_path).stdout
    )


def test_what_changed_is_said_of_runs_without_scores(bench: Bench, bench_here: Bench, tmp_path: Path) -> None:
    written(tmp_path, config())
    bench("generate", "config.yaml", cwd=tmp_path)
    bench(
        "generate", "config.yaml", "--set", "name=new", "--set", "models.lead3.with.sentences=4", cwd=tmp_path
    )
    done = bench_here("compare", *run_dirs(tmp_path, "old"), *run_dirs(tmp_path, "new"), "--changes",
                      cwd=tmp_path, expect=3)  # fmt: skip
    assert "lead3.sentences  3 → 4\n" in done.stdout
    assert "nothing can be compared" in done.stderr


SAMPLED = '''\
class Drawn:
    """Another sentence with every sample."""

    def summarise(self, doc, sample=0):
        return doc.text.split(". ")[sample] + "."
'''


def test_examples_of_several_samples_say_which_text_they_show(
    bench: Bench, bench_here: Bench, tmp_path: Path
) -> None:
    written(tmp_path, config().replace("  copy:", "  drawn: {use: ./drawn.py:Drawn, samples: 2}\n  copy:"))
    (tmp_path / "drawn.py").write_text(SAMPLED, "utf-8")
    bench("run", "config.yaml", cwd=tmp_path)
    shown = bench_here("compare", "results/old", "--examples", 1, cwd=tmp_path).stdout
    note = "Of several samples the score is the mean, and the text the first."
    drawn = shown.partition(" of drawn in ")[2]
    assert note in drawn
    assert table(shown)
    single = bench_here("compare", "results/old:lead3", "--examples", 1, cwd=tmp_path).stdout
    assert note not in single
