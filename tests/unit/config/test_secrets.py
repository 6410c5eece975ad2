"""A key that stands in a config, where none belongs, is in no message and no traceback."""

import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.config.build import build_systems
from bench.config.load import Tree
from bench.config.plan import Changes, read_config
from bench.config.schema import Model
from bench.config.secrets import hidden, is_secret
from bench.core.errors import ConfigError

KEY = "sk-proj-1a2B3c4D5e"
DOTS = "•" * len(KEY)
CHAT = 'use: chat, with: {base_url: "http://h/v1", model: m, %s}'


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"a: {{key_env: {KEY}, other: 1}}", f"a: {{key_env: {DOTS}, other: 1}}"),
        (f"api_key: '{KEY}'  # mine", f"api_key: ••{DOTS}  # mine"),
        (f"Authorization: Bearer {KEY}", f"Authorization: •••••••{DOTS}"),
        (f'"api-key": {KEY}', f'"api-key": {DOTS}'),
        (f"--set models.m.with.key_env={KEY}", f"--set models.m.with.key_env={DOTS}"),
        ("key_env: AKIAIOSFODNN7EXAMPLE", "key_env: ••••••••••••••••••••"),
        ("key_env: ABC-def", "key_env: •••••••"),
        ("key_env:", "key_env:"),
        ("key_env: OPENAI_API_KEY", "key_env: OPENAI_API_KEY"),
        ('key_env: "KEY"', 'key_env: "KEY"'),
        ("{key_env: null, max_tokens: 9}", "{key_env: null, max_tokens: 9}"),
        ("tokens: {use: tokens}", "tokens: {use: tokens}"),
    ],
)
def test_dots_stand_for_a_key(line: str, shown: str) -> None:
    assert hidden(line) == shown


def test_what_may_be_a_key_is_told_by_its_name() -> None:
    assert all(map(is_secret, ["key_env", "api_key", "apiKey", "Authorization", "hf_token"]))
    assert not any(map(is_secret, ["max_tokens", "model", "keys", 0]))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"key_env: {KEY}", "models.m.with.key_env: key_env looks like a key"),
        (f"key_env: [{KEY}]", "models.m.with.key_env: found what is not shown, expected a valid string"),
        (f"api_key: {KEY}", "models.m.with.api_key: no such key; known: base_url"),
        (f"key_env: {KEY}, top_p: x", "models.m.with.top_p: found 'x'"),
        (f"key_env: {KEY}, modle: x", "models.m.with.modle: no such key (did you mean 'model'?)"),
        (f"extra: {{api_key: {KEY}}}", "models.m.with.extra: extra has 'api_key'"),
        (f"extra: {{extra_headers: {{x: {KEY}}}}}", "models.m.with.extra: extra has 'extra_headers'"),
        (f'base_url: "http://me:{KEY}@h/v1"', "models.m.with.base_url: base_url has a user"),
        (f"key_env: {KEY}: x", "expected ',' or '}', but got ':'"),
    ],
)
def test_it_is_in_no_message(folder: Path, given: str, said: str) -> None:
    use = CHAT % given if "base_url" not in given else f"use: chat, with: {{model: m, {given}}}"
    text = (folder / "c.yaml").read_text("utf-8")
    (folder / "d.yaml").write_text(text.replace("  lead:", f"  m: {{{use}}}\n  lead:"), "utf-8")
    inside = f"use: long_document, with: {{system: {{{use}}}}}"
    (folder / "e.yaml").write_text(text.replace("  lead:", f"  m: {{{inside}}}\n  lead:"), "utf-8")
    for config, settings in (("d.yaml", []), ("e.yaml", []), ("c.yaml", [f"models.m={{{use}}}"])):
        with pytest.raises(ConfigError) as e:
            build_systems(*_models(config, settings))
        shown = "".join(traceback.format_exception(e.value)) + e.value.hint
        assert KEY not in shown
        assert said.replace("m.with", "m.with.system.with" if config == "e.yaml" else "m.with") in shown
        assert config == "c.yaml" or f"{config}:4: " in shown


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("use", ["%s", "use: long_document, with: {system: {%s}}"])
def test_nor_where_it_stands_beside_use(use: str) -> None:
    setting = f"models.m={{{use % f'use: chat, key_env: {KEY}'}}}"
    with pytest.raises(ConfigError, match="key_env: no such key: it is a parameter of chat") as e:
        build_systems(*_models("c.yaml", [setting]))
    assert KEY not in "".join(traceback.format_exception(e.value))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["key_env", "api_key"])
def test_nor_when_the_command_line_has_it(name: str) -> None:
    settings = [f"models.m={{{CHAT % 'seed: 1'}}}", f"models.m.with.{name}={KEY}"]
    with pytest.raises(ConfigError, match=f"--set models.m.with.{name}") as e:
        build_systems(*_models("c.yaml", settings))
    assert KEY not in "".join(traceback.format_exception(e.value))


def _models(config: str, settings: list[str]) -> tuple[Tree, Mapping[str, Model]]:
    tree, experiment = read_config(Path(config), Changes(settings))
    return tree, experiment.models
