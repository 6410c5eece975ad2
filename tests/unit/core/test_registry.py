"""From ``use:`` to a class, and what is said when there is none."""

import hashlib
import importlib
import sys
from collections.abc import Iterator
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
    assert len(first) <= 68, "and fits into a terminal"


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


@pytest.mark.parametrize("use", [":", ".x:C", ".:C", "a b:C", "x-y:C", ":C", "a..b:C"])
def test_what_names_no_class(use: str) -> None:
    with pytest.raises(ConfigError, match="names no class") as e:
        resolve("metrics", use)
    assert "package.module:Class" in e.value.hint


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An importable package ``benchtest``, which no later test finds."""
    (tmp_path / "benchtest").mkdir()
    write(tmp_path / "benchtest" / "__init__.py", "")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "benchtest"
    forget()


def forget() -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "benchtest"]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.mark.parametrize("code", ["1 / 0", "import sys; sys.exit()", "import no_such_package", "x ="])
def test_a_module_that_does_not_import_says_why(package: Path, code: str) -> None:
    write(package / "bad.py", code + "\n")
    with pytest.raises(ConfigError, match=r"benchtest\.bad: cannot be imported: \w+"):
        resolve("metrics", "benchtest.bad:C")


def test_a_module_is_known_by_its_content(package: Path) -> None:
    file = write(package / "mine.py", "class Mine: pass\n")
    write(package / "__init__.py", "from benchtest.mine import Mine\n")
    name = resolve("metrics", "benchtest.mine:Mine").name
    assert name == f"benchtest.mine:Mine@{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"
    # Where a package only hands on a class, the file that has it counts.
    assert resolve("metrics", "benchtest:Mine").name == "benchtest:Mine" + name[-17:]
    write(file, "class Mine: size = 1\n")
    assert resolve("metrics", "benchtest.mine:Mine").name == name, "this process still has the old code"
    forget()
    assert resolve("metrics", "benchtest.mine:Mine").name != name


def test_an_entry_point_is_known_by_the_version_of_its_distribution(package: Path) -> None:
    write(package / "mine.py", "class Mine: pass\nnumber = 3\n")
    about = package.parent / "benchtest-1.4.dist-info"
    about.mkdir()
    write(about / "METADATA", "Metadata-Version: 2.1\nName: benchtest\nVersion: 1.4\n")
    points = "good = benchtest.mine:Mine\ngone = benchtest.mine:Gone\nnumber = benchtest.mine:number\n"
    write(about / "entry_points.txt", f"[summbench.metrics]\n{points}")
    component = resolve("metrics", "good")
    assert (component.name, component.origin) == ("good@1.4", "entry point of benchtest")
    with pytest.raises(ConfigError, match=r"benchtest\.mine:Gone: cannot be imported: AttributeError"):
        resolve("metrics", "gone")
    with pytest.raises(ConfigError, match=r"benchtest\.mine:number .* of benchtest\) is no class"):
        resolve("metrics", "number")


def test_a_file_may_import_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path / "benchtest_words.py", "LIMIT = 3\n")
    file = write(tmp_path / "mine.py", "from benchtest_words import LIMIT\nclass Mine:\n    limit = LIMIT\n")
    before = list(sys.path)
    assert vars(resolve("models", f"{file}:Mine").cls)["limit"] == 3
    assert sys.path == before


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes(b"x = '\xff'\n")
    with pytest.raises(ConfigError, match=r"mine\.py: cannot be imported: SyntaxError"):
        resolve("models", f"{file}:Mine")
