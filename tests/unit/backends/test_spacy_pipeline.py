"""Names from a pipeline of spaCy: which one, what it calls a name, and what is said where it is missing."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.backends.spacy_pipeline import PACKAGE, entity_spans, load_pipeline, locate_pipeline
from bench.core.errors import SetupError
from bench.core.signature import signature
from bench.core.types import Document, Score, Summary
from bench.metrics.facts import Facts
from tests.conftest import Bench

DOC = Document("a", "The bridge over the river Ouse was opened by Ruth Hay in York on Monday.", lang="en")
# By its letters the first is no name, and the last is none to the metric.
PATTERNS = [
    {"label": "ORG", "pattern": "mixed pickle"},
    {"label": "PERSON", "pattern": "Ruth Ann Hay"},
    {"label": "MONEY", "pattern": "9 Grand"},
]

Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Saves a pipeline that finds some phrases."""
    spacy = pytest.importorskip("spacy")

    def save(name: str, patterns: list[dict[str, Any]] = PATTERNS) -> Path:
        nlp = spacy.blank("en")
        nlp.add_pipe("entity_ruler").add_patterns(patterns)
        nlp.to_disk(tmp_path / name)
        return tmp_path / name

    return save


def scored(metric: Facts, text: str) -> Score:
    return metric.score(DOC, Summary("a", "s", "", text))


def found(score: Score, text: str) -> list[str]:
    return [text[f.span.start : f.span.end] for f in score.findings if f.kind.startswith("entity")]


def test_the_names_are_those_of_the_pipeline_and_no_others(made: Made) -> None:
    metric = Facts("spacy", str(made("ruler")))
    metric.ready()
    text = "The bridge was opened by Ruth Ann Hay of mixed pickle in Leeds for 9 Grand."
    assert found(scored(Facts(), text), text) == ["Ruth Ann Hay", "Leeds", "Grand"]
    assert found(scored(metric, text), text) == ["Ruth Ann Hay", "mixed pickle"]
    assert scored(metric, text).values["entities"] == 2
    assert scored(metric, "The bridge was opened in Leeds.").reasons["entities"] == "the summary has no names"


def test_places_are_code_points_of_the_text(made: Made) -> None:
    place = str(made("ruler"))
    text = "\U0001f600 – “Mixed pickle”? No: mixed pickle. Ruth Ann Hay"
    assert [text[s.start : s.end] for s in entity_spans(place, text)] == ["mixed pickle", "Ruth Ann Hay"]


def test_the_content_of_a_folder_is_in_the_signature_and_its_place_is_not(made: Made) -> None:
    one, copy, other = made("one"), made("copy"), made("other", PATTERNS[:1])
    texts = [signature("facts", Facts("spacy", str(folder))) for folder in (one, copy, other)]
    assert texts[0] == texts[1] != texts[2]
    assert re.search(r"\|entities:spacy\|.*\|pipeline:sha256-[0-9a-f]{16},spacy-\d+\.\d+\|v:", texts[0])
    assert "spacy" not in signature("facts", Facts())
    assert "entities" not in signature("facts", Facts())


def test_the_small_english_pipeline_knows_names_from_words(root: Path) -> None:
    pytest.importorskip("spacy")
    pytest.importorskip(PACKAGE)
    metric = Facts("spacy")
    metric.ready()
    assert re.search(rf"\|pipeline:{PACKAGE}-[\d.]+,spacy-", signature("facts", metric))
    text = "The bridge was opened by Angela Merkel in Berlin on Tuesday for 12 million pounds."
    assert found(scored(metric, text), text) == ["Angela Merkel", "Berlin"]


def test_what_cannot_be_loaded_says_so(made: Made, tmp_path: Path) -> None:
    folder = made("broken")
    (folder / "config.cfg").write_text("[nlp]\nlang = 'none'\n", "utf-8")
    with pytest.raises(SetupError, match=r"broken cannot be loaded by spaCy: "):
        Facts("spacy", str(folder)).ready()
    with pytest.raises(SetupError, match="in this folder"):
        locate_pipeline(str(tmp_path))
    with pytest.raises(SetupError, match="no pipeline of spaCy en_none: neither an installed package nor"):
        locate_pipeline("en_none")
    with pytest.raises(SetupError, match=r"no pipeline of spaCy ./none"):
        locate_pipeline("./none")
    load_pipeline.cache_clear()


def test_a_pipeline_without_spacy_as_the_source_is_refused() -> None:
    with pytest.raises(ValueError, match="pipeline is given: only entities: spacy has one"):
        Facts(pipeline="en_core_web_sm")


# Python without a package, wherever the tests run.
HIDDEN = """\
import sys
sys.modules[sys.argv[1]] = None
from bench.metrics.facts import Facts
try:
    Facts("spacy").signature_parts()
except Exception as e:
    print(e.exit_code, e.message, "|", e.hint)
"""


@pytest.mark.parametrize("package", ["spacy", PACKAGE])
def test_where_a_package_is_missing_the_command_that_installs_it_is_named(root: Path, package: str) -> None:
    if package == PACKAGE:
        pytest.importorskip("spacy")
    command = [sys.executable, "-c", HIDDEN, package]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f'4 {package.replace("_", "-")} is not installed | pip install "summbench[spacy]"\n'


def test_a_run_without_the_pipeline_ends_before_anything_is_scored(
    bench: Bench, articles: Callable[..., Path], tmp_path: Path
) -> None:
    articles(tmp_path / "news", 2)
    config = tmp_path / "c.yaml"
    config.write_text(
        "name: c\ndata: {use: articles, with: {path: news}}\nmodels: {lead: {use: lead}}\n"
        "metrics: {facts: {use: facts, with: {entities: spacy, pipeline: ./none}}}\n",
        "utf-8",
    )
    done = bench("run", config, cwd=tmp_path, expect=4)
    assert "spaCy ./none" in done.stderr or 'pip install "summbench[spacy]"' in done.stderr
