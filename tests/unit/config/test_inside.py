"""Systems inside of systems: ``system: {use: …, with: {…}}`` is built, checked and signed like any other."""

import re
from pathlib import Path
from typing import Any

import pytest

from bench.config.build import build_systems
from bench.config.plan import Changes, read_config
from bench.core.errors import ConfigError
from bench.models.lead import Lead
from bench.runner.plan import System

WRAP = """\
name: t
data: {use: articles, with: {path: articles}}
models:
  long:
    use: ./mine.py:Wrap
    with:
      system:
        use: ./mine.py:Writer
        with: {model: m, num_beams: 4}
      parts: 3
metrics:
  length: {use: length}
"""


@pytest.fixture
def config(folder: Path) -> Path:
    (folder / "c.yaml").write_text(WRAP, "utf-8")
    return folder / "c.yaml"


def systems(*settings: str, path: Path = Path("c.yaml"), seed: int | None = None) -> tuple[System, ...]:
    tree, experiment = read_config(path, Changes(settings, seed=seed))
    return build_systems(tree, experiment.models)


def long(*settings: str, **more: Any) -> System:
    (only,) = systems(*settings, **more)
    return only


@pytest.mark.usefixtures("config")
def test_the_field_holds_the_built_system() -> None:
    made = long().component
    assert (made.system.model, made.system.generation, made.merge, made.parts) == (
        "m", {"num_beams": 4}, None, 3,
    )  # fmt: skip
    assert long("models.long.with.merge={use: lead}").component.merge == Lead()
    assert long("models.long.with.merge=null").component.merge is None


@pytest.mark.usefixtures("config")
def test_its_signature_stands_in_brackets() -> None:
    outer, _, rest = long().signature.partition("|system:[")
    inner, _, rest = rest.partition("]|")
    _, alone = systems("models={w: {use: './mine.py:Writer', with: {model: m, num_beams: 4}}}")
    assert outer.startswith("mine.py:Wrap@")
    assert alone.signature.startswith(f"{inner}|")
    assert inner.startswith("mine.py:Writer@")
    assert rest.startswith("merge:null|parts:3|v:1|")


@pytest.mark.usefixtures("config")
def test_what_changes_the_inner_system_changes_the_signature(folder: Path) -> None:
    (folder / "own.py").write_text("class Own:\n    def summarise(self, doc): return 'a'\n", "utf-8")
    own = ["models.long.with.system=null", "models.long.with.system={use: './own.py:Own'}"]
    signatures = [
        long().signature,
        long("models.long.with.system.with.num_beams=5").signature,
        long("models.long.with.system.with.seed=1").signature,
        long("models.long.with.merge={use: lead}").signature,
        long("models.long.with.merge={use: lead, with: {sentences: 4}}").signature,
        long("models.long.with.merge={use: './mine.py:Wrap', with: {system: {use: lead}}}").signature,
        long(*own).signature,
    ]
    (folder / "own.py").write_text("class Own:\n    def summarise(self, doc): return 'b'\n", "utf-8")
    signatures.append(long(*own).signature)
    assert len(set(signatures)) == len(signatures)


@pytest.mark.usefixtures("config")
def test_brackets_tell_whose_parts_are_whose() -> None:
    wrapped = "{use: './mine.py:Wrap', with: {system: {use: lead}, merge: %s, parts: %s}}"
    made = {
        long(
            "models.long.with.merge=" + wrapped % (merge, inner), f"models.long.with.parts={outer}"
        ).signature
        for merge in ("null", "{use: copy}", "{use: lead, with: {sentences: 2}}")
        for inner in (1, 2)
        for outer in (1, 2)
    }
    assert len(made) == 12


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["system.with.num_beem=2"], r"long\.with\.system\.with\.num_beem: model m takes no 'num_beem'"),
        (["system.with.seed=x"], r"long\.with\.system\.with\.seed: found 'x', expected a valid integer"),
        (["system.use=laed"], r"long\.with\.system\.use: unknown model 'laed' \(did you mean 'lead'\?\)"),
        (["system.use=length"], r"long\.with\.system\.use: unknown model 'length'"),
        (["system.use=./gone.py:X"], r"long\.with\.system\.use: no such file: \./gone\.py"),
        (["system=lead"], r"long\.with\.system: found 'lead', expected \{use: …, with: \{…\}\}"),
        (["system=[lead]"], r"long\.with\.system: found \['lead'\], expected \{use: …"),
        (["system=null"], r"long\.with\.system: is needed and is not there"),
        (["merge={with: {sentences: 3}}"], r"long\.with\.merge\.use: is needed and is not there"),
        (["merge={use: lead, sentences: 3}"],
         r"long\.with\.merge\.sentences: no such key: it is a parameter of lead and belongs into with:"),
        (["merge={use: './mine.py:Writer', beams: 3}"],
         r"long\.with\.merge\.beams: no such key: it is a parameter of \./mine\.py:Writer and belongs"),
        (["merge={use: lead, samples: 3}"], r"long\.with\.merge\.samples: no such key; known: use, with$"),
        (["merge={use: './mine.py:Writer', with: {model: m, num_beams: 4}}"],
         r"long\.with\.merge: merge is the same as system"),
        (["merge={use: './mine.py:Wrap', with: {system: {use: lead, with: {wrods: 3}}}}"],
         r"long\.with\.merge\.with\.system\.with\.wrods: no such key \(did you mean 'words'\?\)"),
        (["prats=3"], r"long\.with\.prats: no such key \(did you mean 'parts'\?\); known: system, "),
    ],
)  # fmt: skip
def test_mistakes_are_shown_at_their_place(settings: list[str], said: str) -> None:
    with pytest.raises(ConfigError) as e:
        systems(*(f"models.long.with.{s}" for s in settings))
    first = e.value.message.splitlines()[0]
    assert re.search(said, first), first


def test_null_is_no_system_where_one_is_needed(config: Path) -> None:
    config.write_text(WRAP.replace("      system:\n", "      system: null\n      x:\n"), "utf-8")
    with pytest.raises(ConfigError, match=r"long\.with\.x: no such key"):
        systems()
    config.write_text(
        "models: {long: {use: './mine.py:Wrap', with: {system: null}}}\n"
        "name: t\ndata: {use: articles, with: {path: articles}}\nmetrics: {length: {use: length}}\n",
        "utf-8",
    )
    with pytest.raises(ConfigError, match=r"long\.with\.system: found null, expected \{use: …"):
        systems()


def test_files_beside_the_config_are_found(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config.parent / "p.txt").write_text("{document}", "utf-8")
    config.write_text(WRAP.replace("model: m", "model: m, prompt: p.txt"), "utf-8")
    (config.parent / "elsewhere").mkdir()
    monkeypatch.chdir(config.parent / "elsewhere")
    tree, _ = read_config(Path("../c.yaml"), Changes())
    inner = tree.data["models"]["long"]["with"]["system"]
    assert inner["use"] == "../mine.py:Writer"
    assert inner["with"]["prompt"] == "../p.txt"
    assert long(path=Path("../c.yaml")).component.system.prompt == "../p.txt"


@pytest.mark.usefixtures("config")
def test_seed_reaches_it() -> None:
    made = long("models.long.with.merge={use: random}", seed=7).component
    assert (made.system.seed, made.merge.seed) == (7, 7)


def test_seed_reaches_a_reader_that_has_one(config: Path) -> None:
    (config.parent / "own.py").write_text(
        "from dataclasses import dataclass\n\n@dataclass\nclass Own:\n    seed: int = 0\n"
        "    def read(self): ...\n",
        "utf-8",
    )
    settings = ["data.use=./own.py:Own", "data.with.path=null"]
    tree, _ = read_config(config, Changes(settings, seed=7))
    assert tree.data["data"] == {"use": "own.py:Own", "with": {"seed": 7}, "seed": 7}


def test_a_label_may_have_dots(config: Path) -> None:
    config.write_text(WRAP.replace("  long:", "  long-1.5:"), "utf-8")
    (swept,) = systems("sweep={models.long-1.5.with.parts: [5]}")
    assert (swept.label, swept.component.parts) == ("long-1.5[parts=5]", 5)


@pytest.mark.usefixtures("config")
def test_a_sweep_reaches_it() -> None:
    swept = systems(
        "sweep={models.long.with.system.with.num_beams: [1, 2], models.long.with.parts: [5]}",
    )
    assert [(s.label, s.component.system.generation, s.component.parts) for s in swept] == [
        ("long[system.num_beams=1,parts=5]", {"num_beams": 1}, 5),
        ("long[system.num_beams=2,parts=5]", {"num_beams": 2}, 5),
    ]


def test_a_swept_value_is_shown_where_it_is_written(config: Path) -> None:
    config.write_text(WRAP + "sweep: {models.long.with.system.with.seed: [1, x]}\n", "utf-8")
    with pytest.raises(ConfigError) as e:
        systems()
    assert e.value.message.splitlines() == [
        "c.yaml:13: models.long[system.seed=x].with.system.with.seed: found 'x', expected a valid integer",
        "    sweep: {models.long.with.system.with.seed: [1, x]}",
        "                                         ^^^^",
    ]


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("models.long.with", "expected models.LABEL.with.PARAMETER"),
        ("models.long.samples", "expected models.LABEL.with.PARAMETER"),
        ("models.long.with.system.num_beams", "expected models.LABEL.with.PARAMETER"),
        ("models.long.with.system.with", "expected models.LABEL.with.PARAMETER"),
        ("models.logn.with.parts", "no model 'logn' (did you mean 'long'?)"),
        ("models.long.with.merge.with.sentences", "found None, expected {use: …, with: {…}}"),
        ("models.long.with.parts.with.x", "found 3, expected {use: …, with: {…}}"),
    ],
)
def test_sweeps_that_name_no_parameter(key: str, said: str) -> None:
    with pytest.raises(ConfigError) as e:
        systems(f"sweep={{{key}: [1]}}")
    assert said in e.value.message
    assert ("models.LABEL.with.system.with.PARAMETER" in e.value.hint) == said.startswith("expected")
