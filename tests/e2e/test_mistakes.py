"""Mistakes and what is said about them: where, what was found, what to do. Nothing is run."""

from pathlib import Path

import pytest

from tests.conftest import Bench

GOOD = """\
name: good
data: {use: articles, with: {path: articles}}
models:
  lead3: {use: lead, with: {sentences: 3}}
metrics:
  length: {use: length}
"""

HELD = "{use: ./held.py:Wrap, with: {system: {use: lead, with: {sentnces: 3}}}}"

CONFIGS = {
    "key.yaml": GOOD.replace("metrics:", "metircs:"),
    "parameter.yaml": GOOD.replace("sentences", "sentnces"),
    "type.yaml": GOOD.replace("sentences: 3", "sentences: three"),
    "yaml.yaml": GOOD.replace("{use: length}", "{use: length"),
    "tabs.yaml": GOOD.replace("  length", "\tlength"),
    "twice.yaml": GOOD + "  length: {use: novelty}\n",
    "tag.yaml": GOOD.replace("name: good", "name: !!python/object:os.system good"),
    "list.yaml": "- name: good\n",
    "empty.yaml": "",
    "model.yaml": GOOD.replace("use: lead,", "use: laed,"),
    "swapped.yaml": GOOD.replace("use: length", "use: lead"),
    "file.yaml": GOOD.replace("use: lead,", "use: ./gone.py:Mine,"),
    "class.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "{use: ./mine.py:Mnie}"),
    "broken.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "{use: ./broken.py:Mine}"),
    "exits.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "{use: ./exits.py:Mine}"),
    "method.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "{use: ./mine.py:Mine}"),
    "field.yaml": GOOD.replace("{use: length}", "{use: ./mine.py:Field}"),
    "data.yaml": GOOD.replace("path: articles", "path: nowhere"),
    "headline.yaml": GOOD.replace("path: articles", "path: bad/headline.txt"),
    "bullets.yaml": GOOD.replace("path: articles", "path: bad/bullets.txt"),
    "latin.yaml": GOOD.replace("path: articles", "path: bad/latin.txt"),
    "none.yaml": GOOD.replace("path: articles", "path: none"),
    "name.yaml": GOOD.replace("name: good", "name: ../good"),
    "nothing.yaml": GOOD.replace("  lead3: {use: lead, with: {sentences: 3}}", "  {}"),
    "sweep.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "lead")
    + "sweep: {models.lead3.with.sentences: [1]}\n",
    "extends.yaml": "extends: base.yaml\nname: good\n",
    "circle.yaml": "extends: circle.yaml\n",
    "deep.yaml": GOOD + "sweep: " + "[" * 1000 + "]" * 1000 + "\n",
    "colon.yaml": GOOD.replace("use: length", "use: ':'"),
    "label.yaml": GOOD.replace("  length:", "  ' length':"),
    "alike.yaml": GOOD + "sweep: {models.lead3.with.sentences: [1, '1']}\n",
    "beside.yaml": GOOD.replace("with: {sentences: 3}", "sentences: 3"),
    "seed.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "{use: random, seed: 1}"),
    "samples.yaml": GOOD.replace("sentences: 3}", "sentences: 3}, samples: 4"),
    "inside.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", HELD),
    "rest.yaml": GOOD.replace("{use: lead, with: {sentences: 3}}", "{use: ./held.py:Far, with: {beems: 3}}"),
    "circular.yaml": GOOD.replace(
        "lead3: {use: lead, with: {sentences: 3}}", "lead3: &x {use: lead, with: *x}"
    ),
    "need.yaml": GOOD.replace(
        "{use: articles, with: {path: articles}}", "{use: jsonl, with: {path: rows.jsonl, document: null}}"
    ),
}

MINE = """\
from dataclasses import dataclass
from bench import Column, Score
class Mine:
    pass
@dataclass
class Field:
    columns: tuple = (Column("x"),)
    def score(self, doc, summary): ...
@dataclass
class Typed:
    x: frozenset = frozenset()
class Raises:
    @property
    def columns(self): return 1 / 0
"""

HOLDS = """\
from dataclasses import dataclass, field
from typing import Any
from bench.core.errors import Offline, SetupError

@dataclass(frozen=True)
class Wrap:
    system: Any = field(metadata={"component": "models"})
    def summarise(self, doc):
        return self.system.summarise(doc)

@dataclass(frozen=True)
class Far:
    model: str = "far/away"
    arguments: dict[str, int] = field(default_factory=dict, metadata={"rest": True})
    def __post_init__(self):
        if "beems" in self.arguments:
            raise ValueError("no argument 'beems' (did you mean 'beams'?)")
    def signature_parts(self):
        if self.model == "folder":
            raise SetupError("folder: no such folder")
        raise Offline(f"{self.model}: the hub cannot be reached", "Without a network, name a folder.")
    def summarise(self, doc):
        return "far"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mistakes")
    for name, text in {"good.yaml": GOOD, **CONFIGS}.items():
        (path / name).write_text(text, "utf-8")
    (path / "mine.py").write_text(MINE, "utf-8")
    (path / "held.py").write_text(HOLDS, "utf-8")
    (path / "broken.py").write_text("import no_such_module_anywhere\n", "utf-8")
    (path / "exits.py").write_text("import sys\nsys.exit(0)\n", "utf-8")
    (path / "rows.jsonl").write_text('{"id": 1, "reference": "A text."}\n', "utf-8")
    for sub in ("articles", "bad", "none"):
        (path / sub).mkdir()
    (path / "articles" / "one.txt").write_text("Head\n- A bullet.\nA body. It has two sentences.\n", "utf-8")
    (path / "bad" / "headline.txt").write_text("- A bullet.\nA body.\n", "utf-8")
    (path / "bad" / "bullets.txt").write_text("Head\nA body.\n", "utf-8")
    (path / "bad" / "latin.txt").write_bytes("Head\n- Café.\nA body.\n".encode("latin-1"))
    return path


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["key.yaml"],
         ["key.yaml:5: metircs: no such key (did you mean 'metrics'?)", "\n    metircs:\n    ^^^^^^^\n"]),
        (["parameter.yaml"],
         ["parameter.yaml:4: models.lead3.with.sentnces: no such key (did you mean 'sentences'?)",
          "\n      lead3: {use: lead, with: {sentnces: 3}}\n                                ^^^^^^^^\n",
          "`bench list lead` shows all parameters."]),
        (["type.yaml"],
         ["type.yaml:4: models.lead3.with.sentences: found 'three', expected a valid integer"]),
        (["yaml.yaml"], ["yaml.yaml:", "^"]),
        (["tabs.yaml"], ["tabs.yaml:6", "^"]),
        (["twice.yaml"], ["twice.yaml:7: duplicate key \"length\""]),
        (["tag.yaml"], ["tag.yaml:1: name: the tag", "is not allowed"]),
        (["list.yaml"], ["list.yaml: expected keys at the top, found list"]),
        (["empty.yaml"], ["empty.yaml: name: is needed and is not there (and 3 more)"]),
        (["nope.yaml"], ["nope.yaml: no such config", "Configs there:"]),
        (["articles"], ["articles: cannot be read"]),
        (["model.yaml"],
         ["model.yaml:4: models.lead3.use: unknown model 'laed' (did you mean 'lead'?)", "Known:"]),
        (["swapped.yaml"], ["swapped.yaml:6: metrics.length.use: unknown metric 'lead'"]),
        (["file.yaml"], ["file.yaml:4: models.lead3.use: no such file: ./gone.py"]),
        (["class.yaml"], ["class.yaml:4: models.lead3.use: mine.py: no class 'Mnie' (did you mean 'Mine'?)"]),
        (["broken.yaml"],
         ["broken.py: cannot be imported: ModuleNotFoundError: No module named 'no_such_module_any"]),
        (["exits.yaml"], ["exits.py: cannot be imported: SystemExit: 0"]),
        (["method.yaml"], ["method.yaml:4: models.lead3.use", "has no summarise() or summarise_batch()"]),
        (["field.yaml"], ["'columns' is a dataclass field", "ClassVar"]),
        (["data.yaml"], ["nowhere: no such file or folder"]),
        (["headline.yaml"], ["bad/headline.txt:1: no headline", "An article is: one headline line"]),
        (["bullets.yaml"], ["bad/bullets.txt:2: the headline is followed by text, not by a bullet"]),
        (["latin.yaml"], ["bad/latin.txt:2: byte 0xe9 at offset 10 is not UTF-8"]),
        (["none.yaml"], ["none: no .txt file in this folder"]),
        (["name.yaml"], ["name.yaml:1: name: '../good' is no usable name"]),
        (["nothing.yaml"], ["nothing.yaml:3: models: is empty"]),
        (["sweep.yaml"], ["sweep.yaml:4: models.lead3: found 'lead', expected {use: …, with: {…}}"]),
        (["extends.yaml"], ["extends.yaml:1: extends: no such file: base.yaml"]),
        (["circle.yaml"], ["circle.yaml: extends itself"]),
        (["deep.yaml"], ["deep.yaml: nested more than 100 levels deep"]),
        (["colon.yaml"], ["colon.yaml:6: metrics.length.use: ':' names no class"]),
        (["label.yaml"],
         ["label.yaml:6: metrics. length: ' length' is no usable name: it starts or ends with a space"]),
        (["alike.yaml"], ["alike.yaml:7: sweep.models.lead3.with.sentences: two systems would be called"]),
        (["beside.yaml"],
         ["beside.yaml:4: models.lead3.sentences: no such key: it is a parameter of lead",
          "\n      lead3: {use: lead, sentences: 3}\n                         ^^^^^^^^^\n"]),
        (["seed.yaml"],
         ["seed.yaml:4: models.lead3.seed: no such key: it is a parameter of random and belongs into with:"]),
        (["samples.yaml"],
         ["samples.yaml:4: models.lead3.samples: found 4, expected 1: the summary of lead would be"]),
        (["inside.yaml"],
         ["inside.yaml:4: models.lead3.with.system.with.sentnces: no such key (did you mean 'sentences'?)",
          "with: {sentnces: 3}}}}\n", " ^^^^^^^^\n", "`bench list lead` shows all parameters."]),
        (["rest.yaml"],
         ["rest.yaml:4: models.lead3.with.beems: no argument 'beems' (did you mean 'beams'?)",
          "`bench list held.py:Far` shows all parameters."]),
        (["circular.yaml"], ["circular.yaml:4: *x stands inside of what it names"]),
        (["need.yaml"],
         ["models.lead3: needs the source text, and 1 of 1 documents have none (first: 1 (rows.jsonl:1))"]),
        (["good.yaml", "--set", "foo"], ["--set foo: expected KEY.KEY=VALUE"]),
        (["good.yaml", "--set", "=3"], ["--set =3: expected KEY.KEY=VALUE"]),
        (["good.yaml", "--set", "name=#x"],
         ["--set name=#x: YAML takes what follows the # for a comment", "Quotes make it text"]),
        (["good.yaml", "--set", "models.laed3=null"],
         ["models.laed3: nothing to delete (did you mean 'lead3'?)"]),
        (["good.yaml", "--set", "foo=1"], ["--set foo=1: foo: no such key"]),
        (["good.yaml", "--set", "data.limit=[1,"], ["--set data.limit=[1,"]),
        (["good.yaml", "--set", "data.limit=x"],
         ["--set data.limit=x: data.limit: found 'x', expected"]),
        (["good.yaml", "--set", "models=[lead3]", "--only-models", "lead3"],
         ["models: found ['lead3'], expected a map"]),
        (["good.yaml", "--only-metrics", "lenght"],
         ["--only-metrics lenght: no such label (did you mean 'length'?)"]),
        (["good.yaml", "--limit", "0"], ["--limit"]),
        (["good.yaml", "--limt", "3"], ["--limt", "--limit"]),
        ([], ["CONFIG"]),
    ],
)  # fmt: skip
def test_run_refuses(bench_here: Bench, folder: Path, args: list[str], said: list[str]) -> None:
    done = bench_here("run", *args, cwd=folder, expect=2)
    for text in said:
        assert text in done.stderr
    assert done.stdout == ""
    assert not (folder / "results").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["frobnicate"], ["No such command 'frobnicate'"]),
        (["report", "results/nope"], ["results/nope: no such run", "bench run CONFIG makes one"]),
        (["report", "artikles"], ["artikles: no such run (did you mean 'articles'?)"]),
        (["report", "articles"], ["articles: no run in this folder"]),
        (["list", "rogue"], ["nothing is called 'rogue' (did you mean 'rouge'?)", "`bench list` shows all."]),
        (["list", "./mine.py:Mnie"], ["no class 'Mnie'"]),
        (["new", "metrik", "x"],
         ["no template 'metrik' (did you mean 'metric'?)", "experiment, model, metric, data"]),
        (["new", "metric", "9x"], ["'9x' is no usable name"]),
        (["new", "metric", "score"], ["'Score' is taken: the template imports it"]),
        (["new", "data", "path"], ["'Path' is taken: the template imports it"]),
        (["new", "data", "json"], ["'json' is taken: the template imports it"]),
        (["new", "model", "bench"], ["'bench' is taken: the template imports it"]),
        (["new", "metric", "none"], ["'None' is a keyword of Python"]),
        (["new", "model", "true"], ["'True' is a keyword of Python"]),
        (["new", "model", "class"], ["'class' is a keyword of Python"]),
        (["list", ":"], ["':' names no class"]),
        (["list", "./broken.py:Mine"], ["broken.py: cannot be imported"]),
        (["list", "./mine.py:Typed"], ["Typed.x: frozenset is no type for a parameter"]),
        (["list", "./mine.py:Raises"], [": columns failed: ZeroDivisionError: division by zero"]),
        (["new", "metric", "mine"], ["mine.py exists already"]),
        (["new", "metric", "other", "--in", "/dev/null/x"], ["/dev/null/x/other.py: cannot be written"]),
        (["score"], ["needs --outputs FILE and --references FILE"]),
    ],
)  # fmt: skip
def test_the_other_verbs_refuse(bench_here: Bench, folder: Path, args: list[str], said: list[str]) -> None:
    done = bench_here(*args, cwd=folder, expect=2)
    for text in said:
        assert text in done.stderr
    assert done.stdout == ""


def test_validate_says_all_of_it_at_once(bench_here: Bench, folder: Path) -> None:
    done = bench_here("validate", "good.yaml", "parameter.yaml", "headline.yaml", cwd=folder, expect=2)
    assert done.stdout.splitlines() == ["good.yaml: ok: 1 document, 1 system, 1 metric"]
    assert "parameter.yaml:4:" in done.stderr
    assert "bad/headline.txt:1:" in done.stderr


FAR = ["--set", "models.far={use: ./held.py:Far}", "--set", "models.near={use: ./held.py:Wrap}"]
FAR += ["--set", "models.near.with.system.use=./held.py:Far"]


def test_validate_goes_without_a_hub_and_says_what_it_did_not_look_up(
    bench_here: Bench, folder: Path
) -> None:
    done = bench_here("validate", "good.yaml", *FAR, cwd=folder)
    assert done.stdout.splitlines() == [
        "good.yaml: ok: 1 document, 3 systems, 1 metric",
        "  far was not looked up: far/away: the hub cannot be reached",
        "  near was not looked up: far/away: the hub cannot be reached",
    ]
    # What can be checked is: this one's parameters, and what comes after it.
    for mistake in ("models.far.with.beems=1", "data.with.path=nowhere"):
        bench_here("validate", "good.yaml", *FAR, "--set", mistake, cwd=folder, expect=2)


def test_a_run_does_not(bench_here: Bench, folder: Path) -> None:
    done = bench_here("run", "good.yaml", *FAR, cwd=folder, expect=4)
    assert "far/away: the hub cannot be reached\n" in done.stderr
    assert "Without a network, name a folder." in done.stderr
    assert done.stdout == ""
    assert not (folder / "results").exists()


def test_a_folder_that_is_not_there_is_missing_for_both(bench_here: Bench, folder: Path) -> None:
    for verb in ("run", "validate"):
        done = bench_here(
            verb, "good.yaml", *FAR, "--set", "models.far.with.model=folder", cwd=folder, expect=4
        )
        assert "folder: no such folder" in done.stderr


def test_validate_looks_at_the_documents_too(bench_here: Bench, folder: Path) -> None:
    done = bench_here("validate", "good.yaml", "--data", cwd=folder)
    assert done.stdout.startswith("good.yaml: ok: ")
    assert len(done.stdout.splitlines()) > 1


def test_the_process_itself_prints_no_traceback_unless_asked(bench: Bench, folder: Path) -> None:
    bench("run", "parameter.yaml", cwd=folder, expect=2)
    with pytest.raises(AssertionError, match="Traceback"):
        bench("run", "parameter.yaml", cwd=folder, env={"BENCH_DEBUG": "1"}, expect=1)


def test_a_missing_extra_is_named_with_the_command_that_installs_it(bench: Bench, folder: Path) -> None:
    """Where the package is there, one that cannot be imported stands in front of it."""
    (folder / "without" / "sacrebleu").mkdir(parents=True)
    (folder / "without" / "sacrebleu" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'sacrebleu'\", name='sacrebleu')\n", "utf-8"
    )
    path = f"{folder / 'without'}:{Path(__file__).parents[2]}"
    done = bench(
        "run", "good.yaml", "--set", "metrics.chrf.use=chrf", cwd=folder, env={"PYTHONPATH": path}, expect=4
    )
    assert 'pip install "summbench[chrf]"' in done.stderr
