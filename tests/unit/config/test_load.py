"""YAML with places: what it takes, what it refuses, and how it names the line."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bench.config.load import load, override
from bench.core.errors import ConfigError


def config(tmp_path: Path, text: str, name: str = "c.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("1e-3", 0.001),
        ("12:30:00", "12:30:00"),
        ("0o14", 12),
        ("2024-01-31", "2024-01-31"),
        ("true", True),
        ("~", None),
        ("[1, two]", [1, "two"]),
        ("'3'", "3"),
        ("1_000", 1000),
    ],
)
def test_values_mean_what_they_look_like(tmp_path: Path, written: str, meant: Any) -> None:
    found = load(config(tmp_path, f"a: {written}\n")).data["a"]
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", r'c\.yaml:3: duplicate key "a"'),
        ("a: {b: 1, b: 2}\n", r'c\.yaml:1: duplicate key "b"'),
        ("a: !!python/object:os.system x\n", r"c\.yaml:1: a: the tag .*python/object.* is not allowed"),
        ("a: !run {x: 1}\n", r"c\.yaml:1: a: the tag !run is not allowed"),
        ("1: x\n", r"the key 1 is not text"),
        ("a: [1,\n", r"c\.yaml:2: "),
        ("a: b: c\n", r"c\.yaml:1: mapping values are not allowed"),
        ("- a\n- b\n", r"c\.yaml: expected keys at the top, found list"),
        ("a: 1\n---\nb: 2\n", r"c\.yaml:2: but found another document"),
        ("a: 2024-01-31 12:00:00\n", r"a: a time; put it into quotes"),
        ("a: 2024-02-30\n", r"c\.yaml: not YAML: day is out of range for month"),
        ("a: 1\nb: .inf\n", r"c\.yaml:2: b: found inf, expected a finite number"),
        ("a: [1, .nan]\n", r"c\.yaml:1: a\.1: found nan, expected a finite number"),
        ("a: 1e999\n", r"c\.yaml:1: a: found inf, expected a finite number"),
        ("a: " + "[" * 1000 + "]" * 1000, r"c\.yaml: nested more than 100 levels deep"),
        ("a: " + "[" * 101 + "]" * 101, r"c\.yaml:1: nested more than 100 levels deep"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(config(tmp_path, text))


def test_a_missing_config_lists_its_neighbours(tmp_path: Path) -> None:
    config(tmp_path, "a: 1", "quick.yaml")
    with pytest.raises(ConfigError, match="no such config") as e:
        load(tmp_path / "quik.yaml")
    assert e.value.hint == "Configs there: quick.yaml."


def test_maps_merge_lists_replace_and_null_deletes(tmp_path: Path) -> None:
    config(tmp_path, "m: {a: {x: 1, y: 2}, b: {x: 1}}\nl: [1, 2]\n", "base.yaml")
    child = config(tmp_path, "extends: base.yaml\nm: {a: {y: 3}, b: null, c: null}\nl: [9]\n")
    assert load(child).data == {"m": {"a": {"x": 1, "y": 3}, "c": None}, "l": [9]}


def test_a_key_keeps_the_place_of_the_file_that_wrote_it(tmp_path: Path) -> None:
    config(tmp_path, "m:\n  a: {x: 1}\n", "base.yaml")
    tree = load(config(tmp_path, "extends: base.yaml\nm:\n  b: {y: 2}\n"))
    assert str(tree.place(("m", "a", "x"))) == str(tmp_path / "base.yaml") + ":2"
    assert str(tree.place(("m", "b", "y"))) == str(tmp_path / "c.yaml") + ":3"


def test_a_circle_is_an_error(tmp_path: Path) -> None:
    config(tmp_path, "extends: b.yaml\n", "a.yaml")
    config(tmp_path, "extends: a.yaml\n", "b.yaml")
    with pytest.raises(ConfigError, match="extends itself, through"):
        load(tmp_path / "a.yaml")


def test_the_deepest_that_is_read_can_be_written_too(tmp_path: Path) -> None:
    tree = load(config(tmp_path, "a: " + "[" * 100 + "]" * 100))
    assert json.dumps(tree.data) == json.dumps(copy.deepcopy(tree.data))


def test_a_few_aliases_that_stand_for_a_million_values(tmp_path: Path) -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 7)]
    with pytest.raises(ConfigError, match="more than 100,000 values") as e:
        load(config(tmp_path, "l0: &l0 [x]\n" + "".join(levels)))
    assert "alias" in e.value.hint


ANCHORS = """\
models:
  one: &one
    use: hf
    with: &with
      model: a
      beams: 4
  two:
    <<: *one
    samples: 2
  three:
    use: hf
    with: {<<: [*with, {beams: 9, top: 1}], model: b}
  four: *one
"""


def test_what_an_anchor_names_can_be_used_again_and_merged(tmp_path: Path) -> None:
    tree = load(config(tmp_path, ANCHORS))
    one = {"use": "hf", "with": {"model": "a", "beams": 4}}
    assert tree.data["models"] == {
        "one": one,
        "two": {**one, "samples": 2},
        "three": {"use": "hf", "with": {"model": "b", "beams": 4, "top": 1}},
        "four": one,
    }
    tree.data["models"]["one"]["with"]["beams"] = 1
    assert tree.data["models"]["four"]["with"]["beams"] == 4, "they are copies"
    assert tree.data["models"]["two"]["with"]["beams"] == 4


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("one", "with", "beams"), 6),
        (("two", "use"), 3),
        (("two", "with"), 4),
        (("two", "with", "beams"), 6),
        (("two", "samples"), 9),
        (("three", "with", "beams"), 6),
        (("three", "with", "top"), 12),
        (("three", "with", "model"), 12),
        (("four",), 13),
        (("four", "with", "model"), 5),
    ],
)
def test_a_merged_key_has_the_place_where_it_is_written(
    tmp_path: Path, keys: tuple[str, ...], line: int
) -> None:
    place = load(config(tmp_path, ANCHORS)).place(("models", *keys))
    assert place is not None
    assert place.line == line
    assert keys[-1] in place.text


def test_a_key_that_a_merge_brings_is_overridden_and_never_doubled(tmp_path: Path) -> None:
    tree = load(config(tmp_path, "a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\n"))
    assert tree.data["b"] == {"x": 3, "y": 2}
    assert override(tree, "b.y=4").data["b"] == {"x": 3, "y": 4}
    with pytest.raises(ConfigError, match=r"c\.yaml:2: duplicate key \"x\""):
        load(config(tmp_path, "a: &a {x: 1}\nb: {<<: *a, x: 3, x: 4}\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *b\n", "undefined alias"),
        ("a: {<<: *b}\n", "undefined alias"),
        ("a: {<<: 3}\n", "expected a mapping"),
        ("a: {<<: [3]}\n", "expected a mapping"),
        ("a: &a {<<: *a}\n", r"\*a stands inside of what it names"),
        ("a: &a [{b: *a}]\n", r"\*a stands inside of what it names"),
        ("a: &a\n  b: *a\n", r"\*a stands inside of what it names"),
    ],
)
def test_an_alias_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"c\.yaml:\d: .*{message}"):
        load(config(tmp_path, text))


def test_a_long_chain_of_configs(tmp_path: Path) -> None:
    config(tmp_path, "m: {first: 1}\n", "c0.yaml")
    for i in range(1, 1500):
        config(tmp_path, f"extends: c{i - 1}.yaml\nlast: {i}\n", f"c{i}.yaml")
    assert load(tmp_path / "c1499.yaml").data == {"m": {"first": 1}, "last": 1499}


@pytest.mark.parametrize("kind", ["models", "metrics"])
def test_only_what_is_there_is_deleted(tmp_path: Path, kind: str) -> None:
    config(tmp_path, f"{kind}: {{lead3: {{use: lead}}, copy: {{use: copy}}}}\n", "base.yaml")
    assert load(config(tmp_path, f"extends: base.yaml\n{kind}: {{copy: null}}\n")).data == {
        kind: {"lead3": {"use": "lead"}}
    }
    with pytest.raises(ConfigError, match=rf"c\.yaml:3: {kind}\.led3: nothing to delete .*'lead3'"):
        load(config(tmp_path, f"extends: base.yaml\n{kind}:\n  led3: null\n"))
    tree = load(tmp_path / "base.yaml")
    with pytest.raises(ConfigError, match=f"--set {kind}.led3=null: {kind}.led3: nothing to delete"):
        override(tree, f"{kind}.led3=null")
    assert override(tree, f"{kind}.lead3.with.words=null").data[kind]["lead3"]["with"] == {"words": None}


def test_the_marked_line(tmp_path: Path) -> None:
    tree = load(config(tmp_path, "metrics:\n  rouge: {use: rouge, with: {stemer: porter}}\n"))
    error = tree.error(("metrics", "rouge", "with", "stemer"), "no such key")
    assert error.message.splitlines() == [
        f"{tmp_path / 'c.yaml'}:2: metrics.rouge.with.stemer: no such key",
        "      rouge: {use: rouge, with: {stemer: porter}}",
        "                                 ^^^^^^",
    ]


def test_the_marked_line_has_dots_for_a_key_and_may_be_left_out(tmp_path: Path) -> None:
    tree = load(config(tmp_path, "a: {key_env: sk-1, other: 1}\n"))
    assert tree.error(("a", "other"), "no").message.splitlines()[1:] == [
        "    a: {key_env: ••••, other: 1}",
        f"    {' ' * len('a: {key_env: ••••, ')}^^^^^",
    ]
    assert tree.error(("a", "other"), "no", shown=False).message == f"{tmp_path / 'c.yaml'}:1: a.other: no"
    tree = override(tree, "a.other=x")
    assert tree.error(("a", "other"), "no", shown=False).message == "--set a.other: a.other: no"


@pytest.mark.parametrize("text", ["a: Go: {document}", "a: {document} please", "a: '{document}", "a: *x*"])
def test_a_text_that_yaml_misreads_wants_quotes(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as e:
        load(config(tmp_path, f"{text}\n"))
    assert "needs quotes around it, or a |" in e.value.hint
    with pytest.raises(ConfigError) as e:
        load(config(tmp_path, "a: 1\na: 2\n"))
    assert e.value.hint == ""


def test_set_overrides_one_key(tmp_path: Path) -> None:
    tree = load(config(tmp_path, "models: {bart: {with: {beams: 4, length: 9}}, gpt-4.1: {use: x}}\n"))
    tree = override(tree, "models.bart.with.beams=8")
    tree = override(tree, "models.bart.with.types=[a, b]")
    tree = override(tree, "models.gpt-4.1.use=y")
    tree = override(tree, "models.bart.with.length=null")
    assert tree.data == {
        "models": {"bart": {"with": {"beams": 8, "types": ["a", "b"]}}, "gpt-4.1": {"use": "y"}}
    }
    assert str(tree.place(("models", "gpt-4.1", "use"))) == "--set models.gpt-4.1.use=y"


@pytest.mark.parametrize("text", ["models", "=3", "a..b=1", ".a=1"])
def test_a_malformed_set(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"expected KEY\.KEY=VALUE"):
        override(load(config(tmp_path, "a: 1\n")), text)


@pytest.mark.parametrize("value", ["#x", "b #c", "[1, 2] # two", "'a#b' #"])
def test_a_value_of_set_is_not_cut_at_a_comment(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="takes what follows the # for a comment") as e:
        override(load(config(tmp_path, "a: 1\n")), f"a={value}")
    assert e.value.hint == "Quotes make it text: --set 'a=\"…\"'"


def test_a_value_of_set_that_is_no_yaml(tmp_path: Path) -> None:
    tree = load(config(tmp_path, "a: 1\n"))
    with pytest.raises(ConfigError, match=r"--set a=\{document\} TL;DR:1: ") as e:
        override(tree, "a={document} TL;DR")
    assert e.value.hint == "Quotes make it text: --set 'a=\"…\"'"
    assert override(tree, 'a="{document} TL;DR"').data == {"a": "{document} TL;DR"}


@pytest.mark.parametrize(
    ("value", "meant"), [("b#c", "b#c"), ("'#x'", "#x"), ('["a #b"]', ["a #b"]), ("{'#': 1}", {"#": 1})]
)
def test_a_number_sign_that_is_text(tmp_path: Path, value: str, meant: Any) -> None:
    assert override(load(config(tmp_path, "a: 1\n")), f"a={value}").data == {"a": meant}


@pytest.mark.parametrize("text", ["a=1\nb: 2", f"a{'.a' * 100}=1"])
def test_a_set_says_one_value_that_is_not_deep(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"expected one value|more than 100 keys deep") as e:
        override(load(config(tmp_path, "a: 1\n")), text)
    assert ("Quotes make it text" in e.value.hint) == ("expected one value" in e.value.message)
