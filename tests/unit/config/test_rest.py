"""Parameters that are no field: a model's generation arguments stand in ``with:`` like its own."""

import json
from pathlib import Path

import pytest

from bench.config.build import build_systems
from bench.config.plan import Changes, read_config
from bench.core.errors import ConfigError
from bench.runner.plan import System

pytestmark = pytest.mark.usefixtures("folder")


def system(given: str, *settings: str) -> System:
    """The system ``w``, a Writer with these parameters."""
    use = f"models={{w: {{use: './mine.py:Writer', with: {{model: m, {given}}}}}}}"
    tree, experiment = read_config(Path("c.yaml"), Changes(["models.lead=null", use, *settings]))
    (only,) = build_systems(tree, experiment.models)
    return only


def test_what_is_no_field_is_collected() -> None:
    made = system("seed: 3, num_beams: 4, bad_words: [a, [b]], stop: {at: null}").component
    assert made.seed == 3
    assert made.generation == {"num_beams": 4, "bad_words": ["a", ["b"]], "stop": {"at": None}}
    assert system("").component.generation == {}


def test_each_entry_is_a_part_of_the_signature_by_name() -> None:
    parts = system("top_p: 0.5, num_beams: 4, early_stopping: true").signature.split("|")
    assert parts[1:8] == [
        "model:m", 'prompt:"{document}"', "seed:0", "early_stopping:true", "num_beams:4", "top_p:0.5", "v:1",
    ]  # fmt: skip
    assert system("a: 1, b: 2").signature == system("b: 2, a: 1").signature
    assert system("a: 1").signature != system("a: '1'").signature


def test_set_and_sweep_reach_it() -> None:
    assert system("", "models.w.with.num_beams=8").component.generation == {"num_beams": 8}
    use = "models={w: {use: './mine.py:Writer', with: {model: m}}}"
    sweep = "sweep={models.w.with.num_beams: [1, 4], models.w.with.seed: [7]}"
    tree, experiment = read_config(Path("c.yaml"), Changes(["models.lead=null", use, sweep]))
    built = build_systems(tree, experiment.models)
    assert [(s.label, s.component.generation, s.component.seed) for s in built] == [
        ("w[num_beams=1,seed=7]", {"num_beams": 1}, 7),
        ("w[num_beams=4,seed=7]", {"num_beams": 4}, 7),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("generation: {num_beams: 4}", r"w\.with\.generation: no such key: its entries stand in with: thems"),
        ("num_beems: 4", r"w\.with\.num_beems: model m takes no 'num_beems' \(did you mean 'num_beams'"),
        ("num_beams: 4, num_beems: 4", r"w\.with\.num_beems: "),
        ("num_beams: 4, num_baems: 4", r"w\.with\.num_baems: num_baems is no argument"),
        ("num_beem_groups: 1, num_beem: 1", r"w\.with\.num_beem_groups: .*'num_beem_groups'"),
        ("num_beam_groups: 3, num_beams: 2", r"w\.with\.num_beams: num_beams is less"),
        ("num_beam: 1, num_beams: 2, num_beam_groups: 3", r"w\.with\.num_beams: num_beams is less"),
        ("num_beam_groups: 3", r"w\.with\.num_beam_groups: num_beams is less"),
        ("seed: x, num_beams: 4", r"w\.with\.seed: found 'x', expected a valid integer"),
    ],
)
def test_mistakes_are_shown_at_their_key(given: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as e:
        system(given)
    assert e.value.hint == "`bench list mine.py:Writer` shows all parameters."


def test_the_line_of_a_file(folder: Path) -> None:
    text = (folder / "c.yaml").read_text("utf-8").replace("  lead: {use: lead}", WRITTEN)
    (folder / "c.yaml").write_text(text, "utf-8")
    tree, experiment = read_config(Path("c.yaml"), Changes())
    with pytest.raises(ConfigError) as e:
        build_systems(tree, experiment.models)
    assert e.value.message.splitlines() == [
        "c.yaml:8: models.w.with.num_beem: model m takes no 'num_beem' (did you mean 'num_beams'?)",
        "          num_beem: 4",
        "          ^^^^^^^^",
    ]


WRITTEN = """\
  w:
    use: ./mine.py:Writer
    with:
      model: m
      num_beem: 4"""


def test_entries_have_the_type_of_the_field(folder: Path) -> None:
    tree, experiment = read_config(
        Path("c.yaml"), Changes(["models={w: {use: './mine.py:Far', with: {beams: many}}}"])
    )
    with pytest.raises(ConfigError, match=r"w\.with\.beams: found 'many', expected a valid integer"):
        build_systems(tree, experiment.models)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("x: str = field(default='', metadata={'rest': True})", "Made.x: what collects .* is a dict"),
        ("x: dict = field(default_factory=dict, metadata={'rest': True})", "Made.x: what collects the rest"),
        ("x: dict[str, int] = field(metadata={'rest': 1}); y: dict[str, int] = field(metadata={'rest': 1})",
         "Made: x and y would both collect"),
        ("x: Any = field(default=None, metadata={'component': 'modles'})", "Made.x: no kind .* 'modles'"),
    ],
)  # fmt: skip
def test_declarations_that_cannot_be(folder: Path, declared: str, said: str) -> None:
    (folder / "made.py").write_text(
        "from dataclasses import dataclass, field\nfrom typing import Any\n"
        f"@dataclass\nclass Made:\n    {declared}\n    def summarise(self, doc): ...\n",
        "utf-8",
    )
    with pytest.raises(ConfigError, match=said):
        read_config(Path("c.yaml"), Changes(["models={w: {use: './made.py:Made'}}"]))


def test_the_text_of_a_prompt_is_no_path(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "p.txt").write_text("{document}", "utf-8")
    texts = [
        "Is it [long]? {document}",
        "A *text*.\n\n{document}\n" + "x" * 5000,
        "word " * 2000 + "{document}",
    ]
    for written, meant in [("p.txt", "sub/p.txt"), ("", ""), *((text, text) for text in texts)]:
        use = json.dumps({"use": "../mine.py:Writer", "with": {"model": "m", "prompt": written}})
        config = (folder / "c.yaml").read_text("utf-8").replace("{use: lead}", use)
        (folder / "sub" / "c.yaml").write_text(config, "utf-8")
        tree, _ = read_config(Path("sub") / "c.yaml", Changes())
        assert tree.data["models"]["lead"]["with"]["prompt"] == meant
