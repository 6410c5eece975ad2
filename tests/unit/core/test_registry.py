"""From ``use:`` to a class, and what is said when there is none."""

from pathlib import Path

import pytest

from bench.core.builtins import BUILTINS
from bench.core.errors import ConfigError
from bench.core.registry import resolve


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, names in BUILTINS.items() for n in names])
def test_every_builtin_resolves_and_says_what_it_is(kind: str, name: str) -> None:
    component = resolve(kind, name)
    assert component.origin == "builtin"
    first = (component.cls.__doc__ or "").strip().splitlines()[0]
    assert first.endswith("."), "`bench list` shows the first line of the docstring: a sentence"


def test_an_unknown_name_gets_the_nearest_and_all_others() -> None:
    with pytest.raises(ConfigError, match=r"unknown model 'textrnk' \(did you mean 'textrank'\?\)") as e:
        resolve("models", "textrnk")
    assert "lexrank" in e.value.hint
    assert "./file.py:Class" in e.value.hint


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.py", "class Mine:\n    def summarise(self, doc): return ''\n")
    first = resolve("models", f"{file}:Mine")
    write(file, "class Mine:\n    def summarise(self, doc): return 'x'\n")
    second = resolve("models", f"{file}:Mine")
    assert first.name != second.name
    assert first.name.startswith("mine.py:Mine@")
    assert first.cls is not second.cls


def test_a_file_may_lie_beside_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    write(tmp_path / "configs" / "mine.py", "class Mine: pass\n")
    monkeypatch.chdir(tmp_path)
    assert resolve("models", "./mine.py:Mine", Path("configs")).cls.__name__ == "Mine"
    with pytest.raises(ConfigError, match=r"no such file: \./mine\.py"):
        resolve("models", "./mine.py:Mine")


def test_a_file_that_does_not_import_says_why(tmp_path: Path) -> None:
    file = write(tmp_path / "broken.py", "import no_such_package_at_all\n")
    with pytest.raises(ConfigError, match="cannot be imported: ModuleNotFoundError: No module named"):
        resolve("metrics", f"{file}:X")


def test_a_wrong_class_name_gets_the_classes_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "two.py", "class Brevity: pass\nclass Other: pass\n")
    with pytest.raises(ConfigError, match=r"no class 'Brevty' \(did you mean 'Brevity'\?\)") as e:
        resolve("metrics", f"{file}:Brevty")
    assert e.value.hint == "Classes there: Brevity, Other."


def test_columns_as_a_field_would_become_a_parameter(tmp_path: Path) -> None:
    file = write(
        tmp_path / "m.py",
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass M:\n    columns: tuple = ()\n",
    )
    with pytest.raises(ConfigError, match="'columns' is a dataclass field") as e:
        resolve("metrics", f"{file}:M")
    assert "ClassVar" in e.value.hint


def test_a_dotted_path() -> None:
    assert resolve("models", "bench.models.lead:Lead").name == "bench.models.lead:Lead"
    with pytest.raises(ConfigError, match=r"no module named 'bench\.models\.nothing'"):
        resolve("models", "bench.models.nothing:Lead")
