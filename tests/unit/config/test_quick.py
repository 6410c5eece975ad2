"""The config behind ``bench score``: labels out of file names, and metrics by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.config.load import Tree, load
from bench.config.quick import Files, config_for, with_metrics
from bench.core.errors import ConfigError, DataError

METRIC = """\
from bench import Column, Score


class M:
    columns = (Column("m"),)

    def score(self, doc, summary):
        return Score({{"m": {value}}})
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with ``a/m.py``, ``b/m.py`` and references."""
    for folder, value in (("a", 0), ("b", 1)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.py").write_text(METRIC.format(value=value), "utf-8")
    (tmp_path / "refs.jsonl").write_text('{"id": "1", "reference": "R"}\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, *rows: dict[str, Any]) -> None:
    rows = rows or ({"doc_id": "1", "summary": "S"},)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def models(*outputs: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = config_for(Files(outputs, "refs.jsonl", **more)).data["models"]
    return found


def uses(tree: Tree) -> dict[str, Any]:
    return {label: known["use"] for label, known in tree.data["metrics"].items()}


class TestMetrics:
    def test_a_label_is_the_name_or_the_class(self, here: Path) -> None:
        assert uses(with_metrics(Tree({}), ["rouge", "./a/m.py:M", "pkg.mod:N", "rouge"])) == {
            "rouge": "rouge", "M": "./a/m.py:M", "N": "pkg.mod:N",
        }  # fmt: skip

    def test_what_is_configured_stays(self, here: Path) -> None:
        metrics = {"rouge": {"use": "rouge", "with": {"agg": "mean"}}, "M": {"use": "a/m.py:M", "with": {}}}
        names = ["rouge", "./a/m.py:M", f"{here}/a/m.py:M"]
        assert with_metrics(Tree({"metrics": metrics}), names).data["metrics"] == metrics

    @pytest.mark.parametrize(
        ("metrics", "names"),
        [
            ({}, ("./a/m.py:M", "./b/m.py:M")),
            ({"M": {"use": "./a/m.py:M"}}, ("./b/m.py:M",)),
            ({"rouge": {"use": "./a/m.py:M"}}, ("rouge",)),
        ],
    )
    def test_different_metrics_cannot_share_a_label(
        self, here: Path, metrics: dict[str, Any], names: tuple[str, ...]
    ) -> None:
        label = names[0].rpartition(":")[2]
        with pytest.raises(ConfigError) as e:
            with_metrics(Tree({"metrics": metrics}), names)
        assert str(e.value) == f"metrics.{label}: ./a/m.py:M and {names[-1]} would have the same label"
        assert e.value.hint.endswith(f"--set metrics.OTHER.use={names[-1]}")

    def test_a_file_beside_the_config_is_meant_by_the_config(self, here: Path) -> None:
        (here / "a" / "c.yaml").write_text("metrics:\n  M: {use: ./m.py:M}\n", "utf-8")
        tree = load(here / "a" / "c.yaml")
        assert uses(with_metrics(tree, ["./a/m.py:M"])) == {"M": "./m.py:M"}
        with pytest.raises(ConfigError, match=r"\./m\.py:M and \./b/m\.py:M"):
            with_metrics(tree, ["./b/m.py:M"])

    def test_a_new_one_is_not_looked_for_beside_the_config(self, here: Path) -> None:
        (here / "a" / "c.yaml").write_text("metrics:\n  rouge: {use: rouge}\n", "utf-8")
        place = with_metrics(load(here / "a" / "c.yaml"), ["./m.py:M"]).place(("metrics", "M", "use"))
        assert place is not None
        assert (str(place), place.line) == ("--metrics ./m.py:M", 0)

    @pytest.mark.parametrize("metrics", [["rouge"], {"rouge": "rouge"}, {"rouge": {"use": 3}}])
    def test_a_mistake_in_the_config_is_left_for_the_schema(self, metrics: Any) -> None:
        assert with_metrics(Tree({"metrics": metrics}), ["rouge"]).data["metrics"] == metrics


class TestLabels:
    @pytest.mark.parametrize(
        ("file", "label"),
        [
            ("gpt-4.1.jsonl", "gpt-4.1"), ("gpt-4.1.JSONL", "gpt-4.1"), ("v1.2.3.json", "v1.2.3"),
            ("a.ndjson", "a"), ("a.csv.d.ndjson", "a.csv.d"), ("plain", "plain"), ("o.txt", "o"),
            ("llama-3.1", "llama-3.1"), ("test.hypo", "test"),
        ],
    )  # fmt: skip
    def test_only_the_format_is_taken_off_a_file_name(self, here: Path, file: str, label: str) -> None:
        write(here / file)
        assert list(models(file)) == [label]

    def test_gzip_is_taken_off_first(self, here: Path) -> None:
        import gzip

        (here / "gpt-4.1.jsonl.gz").write_bytes(gzip.compress(b'{"doc_id": "1", "summary": "S"}\n'))
        assert list(models("gpt-4.1.jsonl.gz")) == ["gpt-4.1"]

    def test_the_experiment_is_called_like_the_first(self, here: Path) -> None:
        write(here / "gpt-4.1.jsonl")
        assert config_for(Files(["gpt-4.1.jsonl"], "refs.jsonl")).data["name"] == "gpt-4.1"
        assert config_for(Files(["my one=gpt-4.1.jsonl"], "refs.jsonl")).data["name"] == "my-one"

    def test_a_label_can_be_given(self, here: Path) -> None:
        (here / "x").mkdir()
        for path in (here / "o.jsonl", here / "x" / "o.jsonl"):
            write(path)
        found = models("one=o.jsonl", "other=x/o.jsonl")
        assert {label: m["with"]["path"] for label, m in found.items()} == {
            "one": "o.jsonl", "other": "x/o.jsonl",
        }  # fmt: skip

    def test_a_file_that_is_there_is_no_label(self, here: Path) -> None:
        write(here / "beams=4.jsonl")
        found = models("beams=4.jsonl", "four=beams=4.jsonl")
        assert {label: m["with"]["path"] for label, m in found.items()} == {
            "beams=4": "beams=4.jsonl", "four": "beams=4.jsonl",
        }  # fmt: skip

    def test_a_label_is_of_one_system(self, here: Path) -> None:
        write(here / "o.jsonl", *({"doc_id": "1", "summary": "S", "system": s} for s in ("p", "q")))
        with pytest.raises(DataError, match="'mine' is one system, but the file holds 2: p, q") as e:
            models("mine=o.jsonl")
        assert "--where system=p" in e.value.hint
        assert list(models("mine=o.jsonl", where={"system": "q"})) == ["mine"]

    def test_two_files_of_one_name_need_labels(self, here: Path) -> None:
        for file in ("o.jsonl", "o.txt"):
            write(here / file)
        with pytest.raises(DataError, match=r"o\.txt: a second system 'o'") as e:
            models("o.jsonl", "o.txt")
        assert "LABEL=FILE" in e.value.hint

    @pytest.mark.parametrize(("path", "what"), [("a", "a folder"), ("*.jsonl", "a pattern")])
    def test_outputs_are_single_files(self, here: Path, path: str, what: str) -> None:
        with pytest.raises(DataError) as e:
            models(path)
        assert str(e.value) == f"{path}: {what}: expected one file of outputs"
        assert e.value.hint == "Name each file: --outputs FILE --outputs FILE."

    def test_a_file_may_look_like_a_pattern(self, here: Path) -> None:
        write(here / "b[4].jsonl")
        assert list(models("b[4].jsonl")) == ["b[4]"]


def test_a_filter_is_compared_as_the_outputs_compare_it(here: Path) -> None:
    write(
        here / "o.jsonl",
        {"doc_id": "1", "summary": "S", "system": "p", "greedy": True},
        {"doc_id": "1", "summary": "S", "system": "q", "greedy": False},
        {"doc_id": "1", "summary": "S", "system": 3.0, "greedy": True},
    )
    assert list(models("o.jsonl", where={"greedy": "true"})) == ["p", "3"]


def test_parquet_references_are_looked_into_and_parquet_outputs_refused(here: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["1"], "reference": ["R"], "split": ["test"]}), here / "refs.parquet")
    write(here / "outputs.jsonl")
    tree = config_for(Files(["outputs.jsonl"], "refs.parquet", where={"split": "test"}))
    assert tree.data["data"] == {
        "use": "parquet",
        "with": {"path": "refs.parquet", "document": None, "where": {"split": "test"}},
    }
    with pytest.raises(DataError, match="not Parquet"):
        config_for(Files(["refs.parquet"], "refs.jsonl"))
