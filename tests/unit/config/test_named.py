"""What ``compare:`` and ``gate:`` name is checked when a plan is made, with the place of a mistake."""

from pathlib import Path

import pytest

from bench.config.plan import Changes, make_plan, read_config
from bench.core.errors import ConfigError

CONFIG = """\
name: t
data: {use: articles, with: {path: articles}}
models:
  lead: {use: lead}
  copy: {use: copy}
metrics:
  length: {use: length}
  rouge: {use: rouge, with: {types: [rouge1, rougeL]}}
compare:
  baseline: copy
  columns:
    - rouge.rougeL
    - rouge1
gate:
  columns:
    rouge.rougeL: {margin: 0.01}
"""


@pytest.fixture(autouse=True)
def written(folder: Path) -> Path:
    path = folder / "c.yaml"
    path.write_text(CONFIG, "utf-8")
    return path


def notices(*settings: str, models: tuple[str, ...] = (), metrics: tuple[str, ...] = ()) -> tuple[str, ...]:
    changes = Changes(settings, only_models=models, only_metrics=metrics)
    return make_plan(*read_config(Path("c.yaml"), changes)).notices


def test_names_that_are_there_need_no_word() -> None:
    assert notices() == ()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("baseline: copy", "baseline: cpoy",
         "c.yaml:10: compare.baseline: no system 'cpoy' (did you mean 'copy'?)\n"
         "      baseline: cpoy\n      ^^^^^^^^"),
        ("- rouge1", "- roug1",
         "c.yaml:13: compare.columns.1: roug1: no such column (did you mean 'rouge1'?)"),
        ("- rouge1", "- length.words",
         "c.yaml:13: compare.columns.1: length.words describes and has no better direction"),
        ("rouge.rougeL: {", "rouge.rougeM: {",
         "c.yaml:16: gate.columns.rouge.rougeM: no such column (did you mean 'rouge.rougeL'?)"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_place_and_the_nearest_name(
    written: Path, right: str, wrong: str, said: str
) -> None:
    written.write_text(CONFIG.replace(right, wrong), "utf-8")
    with pytest.raises(ConfigError) as e:
        notices()
    assert e.value.message.startswith(said)
    assert e.value.hint.startswith("There are: ")


def test_on_the_command_line_too() -> None:
    with pytest.raises(ConfigError, match=r"--set compare\.baseline=x: compare\.baseline: no system 'x'"):
        notices("compare.baseline=x")


def test_a_system_that_is_swept_has_other_labels() -> None:
    with pytest.raises(ConfigError, match=r"no system 'lead'$") as e:
        notices("compare.baseline=lead", "sweep={models.lead.with.sentences: [1, 2]}")
    assert e.value.hint == "There are: lead[sentences=1], lead[sentences=2], copy."


def test_what_only_some_models_or_metrics_leave_out_is_told_once() -> None:
    left_out = "left out by --only-models or --only-metrics, and so not used: "
    assert notices(models=("lead",)) == (f"{left_out}compare.baseline copy",)
    assert notices(metrics=("length",)) == (
        f"{left_out}compare.columns rouge.rougeL, compare.columns rouge1, gate.columns rouge.rougeL",
    )
    assert notices(models=("copy",), metrics=("rouge",)) == ()


def test_what_they_leave_in_is_checked_all_the_same() -> None:
    with pytest.raises(ConfigError, match="no system 'x'"):
        notices("compare.baseline=x", models=("lead",))
    with pytest.raises(ConfigError, match=r"rouge\.rouge2: no such column"):
        notices("compare.columns=[rouge.rouge2]", metrics=("rouge",))


def test_a_seed_does_not_forget_what_was_left_out() -> None:
    changes = Changes(seed=3, only_models=("lead",))
    assert len(make_plan(*read_config(Path("c.yaml"), changes)).notices) == 1
