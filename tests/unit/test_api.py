"""The Python interface: what ``bench.score`` refuses, and what a run that is scored again keeps."""

from pathlib import Path
from typing import Any

import pytest

import bench
from bench import api
from bench.config.plan import Changes, make_plan, read_config
from bench.core.errors import ConfigError, DataError, SetupError
from bench.core.types import Document
from tests.conftest import Articles

DOCS: list[dict[str, Any]] = [
    {"id": "a", "text": "The cat sat. It was warm.", "references": ["The cat sat."]},
    {"id": "b", "text": "Rain fell all day. People left.", "references": ["Rain fell."]},
]
TEXTS = ["The cat sat.", "It rained."]


def rouge1(documents: Any, summaries: Any) -> str:
    board = api.score(documents, summaries, settings=["metrics.rouge.with.types=[rouge1]"])
    (ranked,) = board.ranked
    return str(ranked.cells[0].value)


class TestScore:
    def test_documents_and_summaries_may_come_in_several_shapes(self) -> None:
        documents = [Document(d["id"], d["text"], tuple(d["references"])) for d in DOCS]
        one_text = [{**d, "references": d["references"][0]} for d in DOCS]
        expected = rouge1(DOCS, TEXTS)
        for docs in (documents, one_text, iter(DOCS)):
            assert rouge1(docs, {"s": TEXTS}) == expected
        for texts in (dict(zip("ba", reversed(TEXTS), strict=True)), iter(TEXTS)):
            assert rouge1(DOCS, {"s": texts}) == expected

    def test_a_number_is_an_id(self) -> None:
        docs = [{**d, "id": n} for n, d in enumerate(DOCS)]
        assert rouge1(docs, {"s": dict(enumerate(TEXTS))}) == rouge1(DOCS, TEXTS)

    @pytest.mark.parametrize(
        ("documents", "said"),
        [
            ([DOCS[0], DOCS[0]], "id 'a' occurs twice"),
            ([Document("a", "T"), Document("a", "T")], "id 'a' occurs twice"),
            ([Document("a", "T", "Ref")], "references of document 'a' is str, expected a tuple of texts"),  # type: ignore[arg-type]
            ([{**DOCS[0], "references": None}], "references of document 'a' is None, expected a tuple"),
            ([{**DOCS[0], "references": ["R", 3]}], "reference 2 of document 'a' is int, expected text"),
            ([{**DOCS[0], "references": 3}], "references of document 'a' is int, expected a tuple"),
            ([{**DOCS[0], "text": 3}], "text of document 'a' is int, expected text"),
            ([{**DOCS[0], "id": None}], "id of document None is None, expected text"),
            ([{**DOCS[0], "id": True}], "id of document True is bool, expected text"),
            ([{"text": "T"}], "not a document: it has no id"),
            ([{**DOCS[0], "refrences": ["R"]}], "unknown field 'refrences' (did you mean 'references'?)"),
            (["The cat sat."], "not a document: str, expected a Document or a mapping"),
            ([], "no documents"),
        ],
    )
    def test_documents_are_checked(self, documents: Any, said: str) -> None:
        with pytest.raises(DataError) as e:
            api.score(documents, [""] * len(documents))
        assert said in str(e.value)

    @pytest.mark.parametrize(
        ("summaries", "said"),
        [
            ("ab", "candidate: the summaries are str, expected a list or a mapping"),
            ({"s": "ab"}, "s: the summaries are str, expected a list or a mapping"),
            ({"s": None}, "s: the summaries are NoneType, expected a list or a mapping"),
            ({"s": ["A"]}, "s: 1 summaries for 2 documents"),
            ({"s": ["A", None]}, "s: the summary of 'b' is NoneType, expected text"),
            ({"s": {"a": "A", "b": 3}}, "s: the summary of 'b' is int, expected text"),
            ({"s": {"a": "A", 2: "B"}}, "s: summaries and documents differ in their ids: 2, b"),
            ({"s": {"a": "A", None: "B"}}, "s: summaries and documents differ in their ids: None, b"),
        ],
    )
    def test_summaries_are_checked(self, summaries: Any, said: str) -> None:
        with pytest.raises(DataError) as e:
            api.score(DOCS, summaries)
        assert str(e.value) == said

    def test_metrics_of_one_name_are_not_mixed_up(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / f"{name}.py").write_text(f"class M:\n    columns = ()  # {name}\n", "utf-8")
        with pytest.raises(ConfigError, match="would have the same label"):
            api.score(DOCS, TEXTS, [f"{tmp_path}/a.py:M", f"{tmp_path}/b.py:M"])


CONFIG = """\
name: mine
data: {use: articles, with: {path: articles}}
models: {lead1: {use: lead, with: {sentences: 1}}}
metrics: {rouge: {use: rouge, with: {types: [rouge1], agg: mean}}}
compare: {resamples: 100}
"""


@pytest.fixture
def run(tmp_path: Path, articles: Articles, monkeypatch: pytest.MonkeyPatch) -> bench.Run:
    """A run with a configured metric."""
    monkeypatch.chdir(tmp_path)
    articles(tmp_path / "articles", 2)
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    return bench.run("config.yaml")


class TestPlanOfRun:
    def test_a_metric_that_is_there_stays_as_it_is_configured(self, run: bench.Run) -> None:
        plan = api.plan_of_run(run.path, Changes(), ["rouge", "length"])
        assert [m.label for m in plan.metrics] == ["rouge", "length"]
        assert {"types:[rouge1]", "agg:mean"} <= set(plan.metrics[0].signature.split("|"))

    def test_another_metric_of_its_name_is_refused(self, run: bench.Run) -> None:
        Path("mine.py").write_text("class rouge:\n    columns = ()\n", "utf-8")
        with pytest.raises(ConfigError, match=r"metrics\.rouge: rouge and \./mine\.py:rouge would"):
            api.plan_of_run(run.path, Changes(), ["./mine.py:rouge"])

    def test_a_run_keeps_its_name(self, run: bench.Run) -> None:
        with pytest.raises(ConfigError, match="a run keeps its own, which is 'mine'"):
            api.plan_of_run(run.path, Changes(["name=other"]))

    def test_the_models_need_not_be_at_hand_as_long_as_they_are_what_they_were(self, run: bench.Run) -> None:
        Path("mine.py").write_text(
            "from dataclasses import dataclass\nfrom pathlib import Path\n"
            "from bench.core.errors import SetupError\n"
            "@dataclass(frozen=True)\nclass Weighty:\n    size: int = 1\n"
            "    def signature_parts(self):\n"
            "        if not Path('weights').exists():\n            raise SetupError('the weights are gone')\n"
            "        return {'weights': Path('weights').read_text()}\n"
            "    def ready(self):\n        self.signature_parts()\n"
            "    def summarise(self, doc):\n        return doc.headline\n",
            "utf-8",
        )
        Path("weights").write_text("w1", "utf-8")
        settings = ["models.w={use: ./mine.py:Weighty, with: {size: 2}}"]
        made = bench.run("config.yaml", settings=settings)
        for state in ("there", "gone"):
            plan = api.plan_of_run(made.path, Changes(), ["rouge", "length"])
            assert "weights:w1" in plan.systems[-1].signature, state
            again = api.run_plan(plan, Path("results"), stages=["score"], run=made.path)
            assert again.outcome is not None
            assert again.outcome.status == "complete"
            Path("weights").unlink(missing_ok=True)
        with pytest.raises(SetupError, match="the weights are gone"):
            api.plan_of_run(made.path, Changes(["models.w.with.size=3"]))
        with pytest.raises(SetupError, match="the weights are gone"):
            bench.run("config.yaml", settings=settings)


def test_a_system_that_asks_for_it_is_prepared_with_the_whole_source(
    tmp_path: Path, articles: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    articles(tmp_path / "articles", 5)
    (tmp_path / "mine.py").write_text(
        "class All:\n    whole = True\n"
        "    def prepare(self, docs):\n        return [','.join(d.id for d in docs)]\n"
        "    def summarise(self, doc):\n        return doc.id\n"
        "class Some(All):\n    whole = False\n"
        "class Broken(All):\n    def prepare(self, docs):\n        raise KeyError('gpu')\n",
        "utf-8",
    )
    models = "models={all: {use: ./mine.py:All}, some: {use: ./mine.py:Some}}"
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")

    def plan(*settings: str) -> Any:
        return make_plan(*read_config(Path("config.yaml"), Changes(settings)))

    everything = "doc00,doc01,doc02,doc03,doc04"
    found = plan("models=null", models, "data.sample=3", "data.seed=1", "data.limit=2")
    chosen = [d.id for d in found.dataset.documents]
    assert len(chosen) == 2
    assert found.notices == (f"all: {everything}", f"some: {','.join(chosen)}")
    without = plan("data.sample=3", "data.seed=1", "data.limit=2")
    assert found.dataset == without.dataset, "the same documents, asked or not"
    with pytest.raises(ConfigError, match=r"models\.b: prepare\(\) failed: KeyError: 'gpu'"):
        plan("models.b.use=./mine.py:Broken")
