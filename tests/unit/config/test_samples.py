"""``samples:`` beside ``use:``, and signatures that cannot be computed here and now."""

from pathlib import Path

import pytest

from bench.config.build import build_systems
from bench.config.load import Tree
from bench.config.plan import Changes, make_plan, read_config
from bench.config.schema import Experiment
from bench.core.errors import ConfigError, Offline, SetupError
from bench.runner.plan import System

pytestmark = pytest.mark.usefixtures("folder")


def systems(models: str, *settings: str) -> tuple[System, ...]:
    tree, experiment = read(models, *settings)
    return build_systems(tree, experiment.models)


def read(models: str, *settings: str) -> tuple[Tree, Experiment]:
    """The config with these models only."""
    return read_config(Path("c.yaml"), Changes(["models.lead=null", f"models={models}", *settings]))


WRITER = "use: './mine.py:Writer', with: {model: m}"
WRAP = "use: './mine.py:Wrap', with: {system: {%s}}"


def test_how_many_summaries_of_a_document() -> None:
    models = f"{{a: {{{WRITER}, samples: 4}}, b: {{{WRITER}}}, c: {{use: lead, samples: 1}}}}"
    assert [s.samples for s in systems(models)] == [4, 1, 1]


def test_more_of_them_keep_the_signature() -> None:
    one, four = systems(f"{{a: {{{WRITER}}}, b: {{{WRITER}, samples: 4}}}}")
    assert one.signature == four.signature


def test_what_extends_or_sweeps_a_system_keeps_them(folder: Path) -> None:
    (folder / "d.yaml").write_text(
        f"extends: c.yaml\nmodels: {{w: {{{WRITER}, samples: 4}}, lead: null}}\n", "utf-8"
    )
    (folder / "e.yaml").write_text(
        "extends: d.yaml\nmodels: {w: {samples: 2}}\nsweep: {models.w.with.num_beams: [1, 2]}\n", "utf-8"
    )
    tree, experiment = read_config(Path("e.yaml"), Changes())
    assert [(s.label, s.samples) for s in build_systems(tree, experiment.models)] == [
        ("w[num_beams=1]", 2), ("w[num_beams=2]", 2),
    ]  # fmt: skip
    assert tree.data["models"]["w[num_beams=1]"]["samples"] == 2


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (f"{WRITER}, samples: 0", "found 0, expected greater than or equal to 1"),
        (f"{WRITER}, samples: '2'", "found '2', expected a valid integer"),
        ("use: lead, samples: 2", "found 2, expected 1: the summary of lead would be the same each time"),
        ("use: './batch.py:Batch', samples: 2", "the summary of batch.py:Batch would be the same"),
        ("use: hf, with: {model: a/b}, samples: 3", "the summary of hf would be the same each time"),
        ("use: './batch.py:Dull', samples: 2", "the summary of batch.py:Dull would be the same each time"),
        (f"{WRAP % 'use: lead'}, samples: 2", "the summary of mine.py:Wrap would be the same each time"),
    ],
)
def test_where_a_number_of_samples_makes_no_sense(folder: Path, model: str, said: str) -> None:
    (folder / "batch.py").write_text(
        "class Batch:\n    def summarise_batch(self, docs): ...\n"
        "class Dull:\n    draws = False\n    def summarise(self, doc, sample=0): ...\n",
        "utf-8",
    )
    with pytest.raises(ConfigError) as e:
        systems(f"{{w: {{{model}}}}}")
    assert "models.w.samples: " in e.value.message
    assert said in e.value.message


def test_a_system_that_holds_one_which_takes_samples() -> None:
    (made,) = systems(f"{{w: {{{WRAP % WRITER}, samples: 3}}}}")
    assert made.samples == 3


@pytest.mark.parametrize(
    ("model", "key", "said"),
    [
        ("use: random, seed: 1", "seed", "it is a parameter of random and belongs into with:"),
        (f"{WRITER}, model: x", "model", "it is a parameter of ./mine.py:Writer and belongs into with:"),
        (f"{WRITER}, num_beams: 4", "num_beams", "it is a parameter of ./mine.py:Writer and belongs into"),
        (f"{WRITER}, sample: 4", "sample", "(did you mean 'samples'?); known: use, with, samples"),
        ("use: lead, seed: 1", "seed", "no such key; known: use, with, samples"),
        ("use: laed, seed: 1", "seed", "no such key; known: use, with, samples"),
        ("seed: 1", "seed", "no such key; known: use, with, samples"),
    ],
)
def test_a_parameter_beside_use(model: str, key: str, said: str) -> None:
    with pytest.raises(ConfigError) as e:
        systems(f"{{w: {{{model}}}}}")
    assert f"models.w.{key}: no such key" in e.value.message
    assert said in e.value.message


def test_a_parameter_of_a_reader_or_metric_beside_use() -> None:
    with pytest.raises(ConfigError, match=r"data\.path: no such key: it is a parameter of articles and"):
        systems("{l: {use: lead}}", "data={use: articles, path: articles}")
    with pytest.raises(ConfigError, match=r"rouge\.stemmer: no such key: it is a parameter of rouge and"):
        systems("{l: {use: lead}}", "metrics={rouge: {use: rouge, stemmer: none}}")


FAR = "{f: {use: './mine.py:Far'}, l: {use: lead}}"


def test_a_recorded_signature_stands_in_for_one_that_cannot_be_computed() -> None:
    tree, experiment = read(FAR)
    with pytest.raises(Offline, match="far/away: the hub cannot be reached"):
        build_systems(tree, experiment.models)
    with pytest.raises(SetupError):
        build_systems(tree, experiment.models, {"l": "old"})
    found = build_systems(tree, experiment.models, {"f": "far|v:1", "l": "old"})
    assert found[0].signature == "far|v:1"
    assert found[1].signature.startswith("lead|"), "one that can be computed is"
    assert make_plan(tree, experiment, {"f": "far|v:1"}).systems[0] == found[0]


def test_all_models_that_are_out_of_reach_are_named_at_once() -> None:
    tree, experiment = read(
        "{f: {use: './mine.py:Far'}, l: {use: lead}, g: {use: './mine.py:Far', with: {model: far/too}}}"
    )
    with pytest.raises(Offline) as e:
        build_systems(tree, experiment.models)
    assert e.value.message.splitlines() == [
        "f: far/away: the hub cannot be reached",
        "g: far/too: the hub cannot be reached",
    ]


def test_so_it_does_for_one_that_holds_it() -> None:
    held = WRAP % "use: './mine.py:Far'"
    tree, experiment = read(f"{{w: {{{held}}}}}")
    with pytest.raises(Offline):
        build_systems(tree, experiment.models)
    assert build_systems(tree, experiment.models, {"w": "w|v:1"})[0].signature == "w|v:1"


def test_what_a_system_needs_may_depend_on_its_parameters() -> None:
    prompt = "models.w.with.prompt='{query} {document}'"
    tree, experiment = read(f"{{w: {{{WRITER}}}}}")
    assert make_plan(tree, experiment).systems[0].label == "w"
    tree, experiment = read(f"{{w: {{{WRITER}}}}}", prompt)
    with pytest.raises(ConfigError, match=r"models\.w: needs the query, and 1 of 1 documents have none"):
        make_plan(tree, experiment)
