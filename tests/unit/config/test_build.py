"""From a config to components: parameters are checked against the component's own fields."""

from pathlib import Path
from typing import Any

import pytest

from bench.config.build import build_metrics, build_reader, build_systems
from bench.config.load import load
from bench.config.plan import Changes, apply, make_plan, read_config
from bench.core.errors import ConfigError, Offline
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
        ([MINE_USED, "metrics.m.with.mode=fsat"], r"expected 'fast' or 'exact' \(did you mean 'fast'\?\)"),
        ([MINE_USED, "metrics.m.with.names=a"], "found 'a', expected a list"),
        ([MINE_USED, "metrics.m.with.mode={exact}"], r"found a map \(a text in { } needs quotes\), expected"),
        ([MINE_USED, "metrics.m.with.weight=null"], "found null, expected a valid number"),
        (["metrics.lenght.with.x=1"], r"metrics\.lenght\.use: is needed .* \(did you mean 'length'\?\)"),
        (["models.zzz.with.x=1"], r"models\.zzz\.use: is needed and is not there$"),
        (["models.lead.with.samples=3"], r"with\.samples: no such key: it stands beside use: and with:"),
        (["data.with.limit=3"], r"data\.with\.limit: no such key: it stands beside use: and with:"),
        (["models.lead.with.limit=3"], r"with\.limit: no such key; known: sentences"),
        (["metrics.m.use=lead"], "unknown metric 'lead'"),
        (["models.m.use=./mine.py:Mine"], r"has no summarise\(\) or summarise_batch\(\)"),
        (["sweep={models.nope.with.sentences: [1]}"], "no model 'nope'"),
        (["sweep={models.lead.with.sentences: 1}"], "expected a list of values"),
        (["sweep={lead: [1]}"], r"expected models\.LABEL\.with\.PARAMETER"),
        (['sweep={models.lead.with.sentences: [1, "1"]}'],
         r"sweep\.models\.lead\.with\.sentences: two systems would be called 'lead\[sentences=1\]'"),
        (["models={lead: {use: lead}, 'lead[sentences=1]': {use: copy}}",
          "sweep={models.lead.with.sentences: [1, 2]}"],
         r"two systems would be called 'lead\[sentences=1\]'"),
        (["models={'': {use: lead}}"], "'' is no usable name: it is empty"),
        (["models={' lead': {use: lead}}"], r"models\. lead: ' lead' .*: it starts or ends with a space"),
        (["metrics={'a\u00a0': {use: length}}"], "it starts or ends with a space"),
        ([r'models={"a\x07": {use: lead}}'], r"the character U\+0007 cannot be seen"),
        ([r'models={"a\u200Db": {use: lead}}'], r"the character U\+200D cannot be seen"),
        ([f"models={{{'x' * 101}: {{use: lead}}}}"], "has 101 characters, expected at most 100"),
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


BASES = ("base.yaml", "models.yaml")  # made to be extended


def test_the_shipped_configs_are_good(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    found = [p for p in sorted((root / "configs").glob("*.yaml")) if p.name not in BASES]
    assert found
    for path in found:
        assert load(path).data["name"] == path.stem


def component(folder: Path, fields: str, body: str = "", head: str = "") -> str:
    """A metric of the file ``made.py``, and the setting that uses it as ``metrics.m``."""
    (folder / "made.py").write_text(
        f"{head}\nimport enum, pathlib\nfrom dataclasses import dataclass, field\n"
        "from typing import Annotated, Any, ClassVar, Literal\nfrom bench import Column, Score\n\n"
        "class Speed(enum.Enum):\n    FAST = 'fast'\n\n"
        f"@dataclass(frozen=True)\nclass Made:\n    {fields}\n    columns: ClassVar = (Column('made'),)\n"
        f"    def score(self, doc, summary):\n        return Score({{'made': 1}})\n{body}",
        "utf-8",
    )
    return "metrics.m.use=./made.py:Made"


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("x: frozenset = frozenset()", "Made.x: frozenset is no type for a parameter"),
        ("x: frozenset[str] | None = None", "Made.x: frozenset[str] | None is no type for a parameter"),
        ("x: Speed = Speed.FAST", "Made.x: Speed is no type for a parameter"),
        ("x: Literal[Speed.FAST] = Speed.FAST", "is no type for a parameter"),
        ("x: dict[str, set[int]] = field(default_factory=dict)", "is no type for a parameter"),
        ("x: 'Nowhere' = 1", "Made.x: Nowhere: its type cannot be found: name 'Nowhere' is not defined"),
        ("x: '1 +' = 1", "Made: its types cannot be found: Forward reference must be an expression"),
    ],
)
def test_types_that_no_config_can_write(folder: Path, declared: str, shown: str) -> None:
    with pytest.raises(ConfigError) as e:
        build(component(folder, declared))
    assert "metrics.m.use: " in e.value.message
    assert shown in e.value.message
    assert e.value.hint == "Allowed are str, int, float, bool, None, Literal, Path, tuple, list and dict."


@pytest.mark.parametrize(
    ("declared", "written", "signed"),
    [
        ("x: pathlib.Path = pathlib.Path('a')", "b/c", "b/c"),
        ("x: Annotated[int | None, 'a number'] = None", "3", "3"),
        ("x: dict[str, Any] = field(default_factory=dict)", "{a: [1, {b: null}]}", "{a:[1,{b:null}]}"),
        ("x: list[str] = field(default_factory=list)", "[a, b]", "a,b"),
        ("x: tuple = ()", "[a, 1]", "a,1"),
    ],
)
def test_types_that_a_config_can_write(folder: Path, declared: str, written: str, signed: str) -> None:
    _, metrics, _ = build(component(folder, declared), f"metrics.m.with.x={written}")
    assert f"|x:{signed}|" in metrics[1].signature


@pytest.mark.parametrize("name", ["schema", "json", "copy", "model_fields", "model_config", "_x", "p0"])
def test_a_parameter_may_have_any_name(folder: Path, name: str) -> None:
    used = component(folder, f"{name}: int\n    p1: int = 1")
    _, metrics, _ = build(used, f"metrics.m.with.{name}=3")
    assert getattr(metrics[1].component, name) == 3
    assert metrics[1].component.p1 == 1
    with pytest.raises(ConfigError, match=rf"metrics\.m\.with\.{name}: found 'a', expected a valid integer"):
        build(used, f"metrics.m.with.{name}=a")
    with pytest.raises(ConfigError, match=rf"metrics\.m\.with\.{name}: is needed"):
        build(used)
    with pytest.raises(ConfigError, match=r"metrics\.m\.with\.p2: no such key"):
        build(used, f"metrics.m.with.{name}=3", "metrics.m.with.p2=3")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    def __post_init__(self):\n        raise RuntimeError('no GPU')\n",
         "Made() failed: RuntimeError: no GPU"),
        ("    def signature_parts(self):\n        return {}['a']\n", "its signature failed: KeyError: 'a'"),
        ("    columns = property(lambda self: [][0])\n",
         "columns failed: IndexError: list index out of range"),
        ("    def __post_init__(self):\n        raise SystemExit(0)\n", "Made() failed: SystemExit: 0"),
    ],
)  # fmt: skip
def test_code_of_a_component_that_raises(folder: Path, body: str, said: str) -> None:
    with pytest.raises(ConfigError) as e:
        build(component(folder, "x: int = 1", body))
    assert e.value.message == f"metrics.m: {said}"


@pytest.mark.usefixtures("folder")
def test_two_columns_with_one_id(folder: Path) -> None:
    used = component(folder, "x: int = 1").partition("=")[2]
    text = (folder / "made.py").read_text("utf-8")
    (folder / "made.py").write_text(
        text + "\nclass Dotted(Made):\n    columns = (Column('b.made'),)\n", "utf-8"
    )
    metrics = f"metrics={{a: {{use: './made.py:Dotted'}}, a.b: {{use: '{used}'}}}}"
    with pytest.raises(ConfigError, match=r"metrics\.a\.b: its column 'a\.b\.made' is also .* metric 'a'"):
        build(metrics)


@pytest.mark.usefixtures("folder")
def test_seed_finds_a_file_beside_the_config(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    component(folder, "seed: int = 0")
    (folder / "c.yaml").write_text(BASE + "  m: {use: './made.py:Made'}\n", "utf-8")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    tree, _ = read_config(Path("..") / "c.yaml", Changes(seed=7))
    assert tree.data["metrics"]["m"]["with"] == {"seed": 7}


@pytest.mark.usefixtures("folder")
def test_all_metrics_whose_models_are_out_of_reach_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    nli = ["metrics.nli.use=summac_zs", "metrics.nli.with.model=far/away"]
    mini = ["metrics.mini.use=minicheck", "metrics.mini.with.model=far/too"]
    tree, experiment = read_config(Path("c.yaml"), Changes([*nli, *mini]))
    with pytest.raises(Offline) as e:
        build_metrics(tree, experiment.metrics)
    first, second = e.value.message.splitlines()
    assert first.startswith("nli: far/away is not on this machine")
    assert second.startswith("mini: far/too is not on this machine")
    assert "hf download far/away" in e.value.hint
    assert "hf download far/too" in e.value.hint


def test_a_function_in_a_file_lies_beside_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = tmp_path / "configs"
    configs.mkdir()
    (configs / "check.py").write_text("def mine(premise, claim):\n    return 1.0\n", "utf-8")
    extra = "  mine: {use: pair_check, with: {function: 'check.py:mine'}}\n"
    (configs / "c.yaml").write_text(BASE + extra, "utf-8")
    monkeypatch.chdir(tmp_path)
    tree, experiment = read_config(Path("configs/c.yaml"), Changes())
    metric = build_metrics(tree, experiment.metrics)[-1]
    assert metric.component.function == "configs/check.py:mine"
