"""What ``validate`` and ``doctor`` look at."""

import importlib.util
import os
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.core.errors import BenchError, Offline

_CORE = (
    "rouge-score", "nltk", "sentencex", "regex", "numpy", "pyarrow", "pydantic", "ruamel.yaml",
    "datasets", "transformers",
)  # fmt: skip
_OPTIONAL = {
    "torch": ("hf", "local models"),
    "gguf": ("hf", "weights in GGUF files"),
    "sentencepiece": ("hf", "tokenizers such as Pegasus's"),
    "openai": ("api", "servers"),
    "jinja2": ("report", "pages in HTML"),
    "vl_convert": ("report", "charts"),
    "spacy": ("spacy", "names by spaCy in facts"),
    "sacrebleu": ("chrf", "chrF"),
    "jieba": ("languages", "Chinese words"),
    "fugashi": ("languages", "Japanese words"),
    "kiwipiepy": ("languages", "Korean words"),
    "pythainlp": ("languages", "Thai words"),
}


def check_config(path: Path, settings: list[str]) -> str:
    """Build a config and load its documents; a remote data set is not fetched.

    Returns:
        What is there, and a line for each model that a hub out of reach would have to know.

    Raises:
        BenchError: the first mistake.
    """
    from bench.config import build
    from bench.config.load import Tree, load
    from bench.config.parse import parse
    from bench.config.plan import Changes, apply, make_plan
    from bench.report.figures import counted

    tree = load(path)
    base = not {"name", "data"} & tree.data.keys()
    if base:  # made to be extended: what it brings can be built all the same
        tree = Tree({"name": "base", "data": {"use": "articles"}} | tree.data, tree.places)
    tree, experiment = apply(tree, Changes(settings))
    tree = build.located(tree, experiment)
    experiment = parse(tree)
    reader = None if base else build.build_reader(tree, experiment.data)
    unknown = {}
    for label, use in experiment.models.items():
        try:
            build.build_systems(tree, {label: use})
        except Offline as e:
            unknown[label] = e.message.removeprefix(f"{label}: ")
    systems = counted(len(experiment.models), "system")
    metrics = counted(len(build.build_metrics(tree, experiment.metrics)), "metric")
    if base:
        found = f"{systems}, {metrics}; no name and no data: a base to extend"
    elif getattr(reader, "remote", False):
        found = f"{systems}, {metrics}; the documents are remote and were not loaded"
    else:
        # Nothing is run, so that any text will do for a signature.
        plan = make_plan(tree, experiment, recorded=unknown)
        found = f"{counted(len(plan.dataset.documents), 'document')}, {systems}, {metrics}"
    return "\n".join([found, *(f"  {label} was not looked up: {why}" for label, why in unknown.items())])


def diagnose() -> tuple[list[dict[str, str]], bool]:
    """Rows of (state, what, detail), and whether the core works."""
    rows: list[dict[str, str]] = []

    def row(state: str, what: str, detail: str) -> None:
        rows.append({"state": state, "what": what, "detail": detail})

    row("ok", "bench", f"{_version('summbench')} on Python {sys.version.split()[0]}")
    healthy = True
    for package in _CORE:
        found = _version(package)
        healthy &= found != "missing"
        row("ok" if found != "missing" else "MISSING", package, found)
    fast = importlib.util.find_spec("rouge_score_rs") is not None
    detail = (
        _version("rouge-score-rs") if fast else "no wheel here: ROUGE runs on the Python engine, same numbers"
    )
    row("ok" if fast else "absent", "rouge-score-rs", detail)
    works, detail = _self_test()
    healthy &= works
    row("ok" if works else "WRONG", "ROUGE self-test", detail)
    for package, (extra, use) in _OPTIONAL.items():
        found = _version(package)
        there = found != "missing"
        row(
            "ok" if there else "absent",
            package,
            f"{found} ({use})" if there else f'{use}: pip install "summbench[{extra}]"',
        )
    if os.environ.get("OMP_WAIT_POLICY", "").upper() == "ACTIVE":
        row("WARNING", "OMP_WAIT_POLICY", "ACTIVE: idle threads spin, which slows torch down on few cores")
    row(*_results())
    offline = os.environ.get("HF_HUB_OFFLINE") == "1"
    row("ok", "hub", "offline (HF_HUB_OFFLINE=1)" if offline else "asked only when a config names a hub id")
    return rows, healthy


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _self_test() -> tuple[bool, str]:
    """Both engines against numbers computed by hand."""
    from bench.rouge.engine import score_pairs

    # "the cat sat" against "the cat ran": two of three unigrams, one of two bigrams.
    try:
        found = score_pairs([["the cat ran"]], ["the cat sat"], types=("rouge1", "rouge2"), engine="auto")[0]
    except BenchError as e:
        return False, e.message
    good = abs(found["rouge1"].fmeasure - 2 / 3) < 1e-12 and found["rouge2"].fmeasure == 0.5
    return good, "2/3 and 1/2 as computed by hand" if good else f"found {found}"


def _results() -> tuple[str, str, str]:
    here = Path("results") if Path("results").is_dir() else Path()
    try:
        with tempfile.TemporaryFile(dir=here):
            return "ok", "results", f"{here.resolve()} can be written"
    except OSError as e:
        return "WARNING", "results", f"{here.resolve()} cannot be written: {e.strerror}; use --out"
