"""From a config to components: parameters are checked against the component's own fields."""

from pathlib import Path
from typing import Any

import pytest

from bench.config.build import build_metrics, build_reader, build_systems
from bench.config.load import load
from bench.config.plan import Changes, apply, make_plan, read_config
from bench.core.errors import ConfigError
from bench.models.lead import Lead

BASE = """\
name: t
data: {use: articles, with: {path: articles}}
models:
  lead: {use: lead}
metrics:
  length: {use: length}
"""

MINE = """\
from dataclasses import dataclass
from typing import ClassVar, Literal
from bench import Column, Score

@dataclass(frozen=True)
class Mine:
    '''A metric.'''
    mode: Literal["fast", "exact"] = "fast"
    weight: float = 1.0
    names: tuple[str, ...] = ()
    columns: ClassVar = (Column("mine"),)

    def __post_init__(self):
        if self.weight < 0:
            raise ValueError(f"weight is {self.weight}, expected 0 or more")

    def score(self, doc, summary):
        return Score({"mine": self.weight})
"""


MINE_USED = "metrics.m.use=./mine.py:Mine"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text("Head\n- A bullet.\nA body. Two.\n", "utf-8")
    (tmp_path / "mine.py").write_text(MINE, "utf-8")
    (tmp_path / "c.yaml").write_text(BASE, "utf-8")
    return tmp_path


def build(*settings: str) -> Any:
    tree, experiment = read_config(Path("c.yaml"), Changes(settings))
    return (
        build_systems(tree, experiment.models),
        build_metrics(tree, experiment.metrics),
        build_reader(tree, experiment.data),
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["models.lead.with.sentnces=2"], r"no such key \(did you mean 'sentences'\?\)"),
        (["models.lead.with.sentences=two"], "found 'two', expected a valid integer"),
        (["models.lead.with.sentences=2.5"], "found 2.5, expected a valid integer"),
        (["models.lead.with.sentences='2'"], "found '2', expected a valid integer"),
        (["models.lead.use=laed"], r"unknown model 'laed' \(did you mean 'lead'\?\)"),
        (["modles.x.use=lead"], r"modles: no such key \(did you mean 'models'\?\)"),
        (["data.limit=0"], "found 0, expected greater than or equal to 1"),
        (["limits.max_failed=2"], "expected less than or equal to 1"),
        (["name=a b"], "letters, digits and"),
        (["name=../x"], "letters, digits and"),
        (["data.with.path=null"], r"data\.with\.path: is needed"),
        ([MINE_USED, "metrics.m.with.mode=exat"], r"expected 'fast' or 'exact' \(did you mean 'exact'\?\)"),
        ([MINE_USED, "metrics.m.with.weight=-1"], r"metrics\.m\.with\.weight: weight is -1"),
        (["metrics.m.use=lead"], "unknown metric 'lead'"),
        (["models.m.use=./mine.py:Mine"], r"has no summarise\(\) or summarise_batch\(\)"),
        (["sweep={models.nope.with.sentences: [1]}"], "no model 'nope'"),
        (["sweep={models.lead.with.sentences: 1}"], "expected a list of values"),
        (["sweep={lead: [1]}"], r"expected models\.LABEL\.with\.PARAMETER"),
    ],
)  # fmt: skip
def test_mistakes(settings: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build(*settings)


@pytest.mark.usefixtures("folder")
def test_yaml_lists_become_tuples_and_integers_floats() -> None:
    _, metrics, _ = build(
        "metrics.m.use=./mine.py:Mine", "metrics.m.with.names=[a, b]", "metrics.m.with.weight=2"
    )
    assert metrics[1].component.names == ("a", "b")
    assert metrics[1].component.weight == 2
    assert metrics[1].signature.startswith("mine.py:Mine@")


@pytest.mark.usefixtures("folder")
def test_a_sweep_makes_a_system_for_each_combination() -> None:
    tree, experiment = read_config(Path("c.yaml"), Changes(["sweep={models.lead.with.sentences: [1, 2]}"]))
    systems = build_systems(tree, experiment.models)
    assert [s.label for s in systems] == ["lead[sentences=1]", "lead[sentences=2]"]
    assert [s.component for s in systems] == [Lead(sentences=1), Lead(sentences=2)]
    assert "sweep" not in tree.data


@pytest.mark.usefixtures("folder")
def test_seed_reaches_whatever_has_one() -> None:
    tree, experiment = read_config(
        Path("c.yaml"), Changes(["models.r={use: random, with: {seed: 1}}"], seed=7)
    )
    assert experiment.data.seed == experiment.compare.seed == 7
    assert tree.data["models"]["r"]["with"]["seed"] == 7
    assert "with" not in tree.data["models"]["lead"]


@pytest.mark.usefixtures("folder")
def test_only_keeps_labels_and_refuses_unknown_ones() -> None:
    tree, experiment = read_config(Path("c.yaml"), Changes(["models.copy.use=copy"], only_models=["copy"]))
    assert list(experiment.models) == ["copy"]
    with pytest.raises(ConfigError, match=r"--only-models cpy: no such label \(did you mean 'copy'\?\)"):
        apply(tree, Changes(only_models=["cpy"]))


def test_a_path_may_lie_beside_the_config(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    plan = make_plan(*read_config(folder / "c.yaml", Changes()))
    assert [d.id for d in plan.dataset.documents] == ["one"]


def test_an_unmet_need_is_found_before_anything_runs(folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"id": 1, "document": "Text."}\n', "utf-8")
    tree, experiment = read_config(
        Path("c.yaml"),
        Changes(["data={use: jsonl}", "data.with.path=rows.jsonl", "models.h.use=headline"]),
    )
    with pytest.raises(ConfigError, match=r"models\.h: needs the headline, and 1 of 1 documents have none"):
        make_plan(tree, experiment)


def test_the_shipped_configs_are_good(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    found = [p for p in sorted((root / "configs").glob("*.yaml")) if p.name != "base.yaml"]
    assert found
    for path in found:
        assert load(path).data["name"] == path.stem
