"""What a local model writes does not depend on its batch, and every token is accounted for."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.backends.hf_generate import HfSession
from bench.backends.quiet import quiet
from bench.core.asks import Draft, Generate, Generation, Turn
from bench.core.errors import OutOfMemory, SetupError, TooLong
from bench.core.types import Document
from bench.models.hf import Hf
from bench.rouge.engine import score_pairs
from bench.runner.engine import Engine
from tests.conftest import Tiny
from tests.tiny.checkpoints import beginnings

KINDS = ("t5", "bart", "pegasus", "llama", "led")
WAYS: dict[str, dict[str, Any]] = {
    "greedy": {},
    "beams": {"num_beams": 3},
    "strict beams": {
        "num_beams": 2,
        "early_stopping": True,
        "length_penalty": 0.5,
        "no_repeat_ngram_size": 2,
    },
    "drawn": {"do_sample": True, "temperature": 1.5, "top_k": 30},
    "drawn beams": {"do_sample": True, "num_beams": 2},
}
EVERYWHERE = ("greedy", "beams", "drawn")
CASES = [(k, w) for k in KINDS for w in WAYS if w in EVERYWHERE or k in ("bart", "llama")]
DOCUMENTS = 10


class Model:
    """A system with its model loaded."""

    def __init__(self, system: Hf) -> None:
        system.ready()
        self.system = system
        self.session = system.backends[0].open(lambda _: None)
        assert isinstance(self.session, HfSession)

    def questions(self, docs: Sequence[Document], sample: int = 0) -> list[Generate]:
        asks = [next(self.system.summarise(doc, sample))[0] for doc in docs]
        assert all(isinstance(ask, Generate) for ask in asks)
        return asks  # type: ignore[return-value]

    def answers(self, docs: Sequence[Document], size: int, sample: int = 0) -> list[Generation]:
        asks = self.questions(docs, sample)
        found = [a for i in range(0, len(asks), size) for a in self.session.answer(asks[i : i + size])]
        assert all(isinstance(answer, Generation) for answer in found)
        return found  # type: ignore[return-value]


@pytest.fixture(scope="module")
def models(tiny: Tiny) -> Iterator[dict[str, Model]]:
    """One of each kind; systems with other generation arguments use its session."""
    made = {kind: Model(Hf(str(tiny(kind)), generation={"max_new_tokens": 12})) for kind in KINDS}
    yield made
    for model in made.values():
        model.session.close()


def with_arguments(model: Model, **given: Any) -> Model:
    other = object.__new__(Model)
    other.system = Hf(model.system.model, generation={"max_new_tokens": 12, **given})
    other.session = model.session
    return other


def engine_texts(system: Hf, docs: Sequence[Document]) -> dict[str, str]:
    with Engine(None, log=lambda _: None, note=print) as engine:
        cells = ((doc.id, lambda doc=doc: system.summarise(doc)) for doc in docs)
        done = [d for finished in engine.run(cells) for d in finished]
    assert [d.error for d in done if d.error] == []
    return {d.tag: d.value.text for d in done if isinstance(d.value, Draft)}


@pytest.mark.parametrize(("kind", "way"), CASES)
def test_a_summary_does_not_depend_on_its_batch(models: dict[str, Model], kind: str, way: str) -> None:
    model = with_arguments(models[kind], **WAYS[way])
    docs = beginnings(DOCUMENTS)
    alone = [a.text for a in model.answers(docs, 1)]
    assert len(set(alone)) >= 3, "a model that says one thing of all shows nothing"
    for size in (3, 8, DOCUMENTS):
        assert [a.text for a in model.answers(docs, size)] == alone, size
    backwards = [a.text for a in model.answers(docs[::-1], 5)]
    assert backwards[::-1] == alone


@pytest.mark.parametrize("kind", KINDS)
def test_the_packed_engine_gives_the_same_texts(models: dict[str, Model], kind: str) -> None:
    docs = beginnings(DOCUMENTS)
    alone = {d.id: a.text for d, a in zip(docs, models[kind].answers(docs, 1), strict=True)}
    # Room for a few rows only, so that there are several batches.
    system = Hf(models[kind].system.model, generation={"max_new_tokens": 12}, max_batch_tokens=700)
    assert engine_texts(system, docs) == alone


@pytest.mark.parametrize("kind", ["bart", "llama"])
def test_padding_on_the_wrong_side_would_be_noticed(
    models: dict[str, Model], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = beginnings(DOCUMENTS)
    alone = [a.text for a in models[kind].answers(docs, 1)]
    right = HfSession._padded

    def wrong(session: HfSession, rows: Sequence[Sequence[int]], pad: int) -> dict[str, Any]:
        turned = right(session, [row[::-1] for row in rows], pad)
        return {name: tensor.flip(1) for name, tensor in turned.items()}

    monkeypatch.setattr(HfSession, "_padded", wrong)
    assert [a.text for a in models[kind].answers(docs, 1)] == alone, "alone there is no padding"
    same = sum(a.text == b for a, b in zip(models[kind].answers(docs, 8), alone, strict=True))
    assert same < len(docs) - 2


def test_what_a_bart_has_memorised_comes_back_whatever_the_batch(tiny: Tiny) -> None:
    model = Model(Hf(str(tiny("memorised"))))
    docs = beginnings(16)
    for size in (1, 8, 16):
        answers = model.answers(docs, size)
        texts = [a.text for a in answers]
        # It was shown as much of them as fits into 42 tokens.
        beginnings_of = [
            " ".join(d.references[0].split()[: len(text.split())])
            for d, text in zip(docs, texts, strict=True)
        ]
        scores = score_pairs([[r] for r in beginnings_of], texts, types=("rougeL",))
        assert all(s["rougeL"].fmeasure > 0.9 for s in scores), size
        assert {a.finish for a in answers} == {"stop"}
    assert engine_texts(model.system, docs) == {d.id: a.text for d, a in zip(docs, answers, strict=True)}
    model.session.close()


@pytest.mark.parametrize("kind", ["bart", "llama"])
def test_tokens_and_the_end_are_counted_without_padding(models: dict[str, Model], kind: str) -> None:
    docs = beginnings(9)
    model = models[kind]
    tokens = model.session._tokens
    asks = model.questions(docs)
    rows = [tokens.ids(ask.turns) for ask in asks]
    written = model.session._sequences(rows, asks, model.session._settled(asks[0].options))
    assert {len(new) for new in written} == {12}

    # Greedily the same, up to the token that is now said to end a text.
    end = written[0][5]
    ended = with_arguments(model, eos_token_id=end)
    for size in (1, 9):
        answers = ended.answers(docs, size)
        for row, new, answer in zip(rows, written, answers, strict=True):
            found = new.index(end) + 1 if end in new else 12
            assert answer.input_tokens == len(row)
            assert answer.output_tokens == found
            assert answer.text == tokens.decode(new[:found])
            assert answer.finish == (
                "stop" if end in new[:11] else "length" if end not in new else answer.finish
            )
            assert answer.seconds is not None
            assert answer.seconds > 0
        assert {a.finish for a in answers} == {"stop", "length"}


@pytest.mark.parametrize("kind", ["llama", "bart"])
@pytest.mark.parametrize("way", [{"repetition_penalty": 5.0}, {"no_repeat_ngram_size": 1}], ids=str)
def test_padding_is_no_repetition(models: dict[str, Model], kind: str, way: dict[str, Any]) -> None:
    """Where the end of a text fills the rows of a model that goes on with them, it was not read there."""
    docs = beginnings(DOCUMENTS)
    model = with_arguments(models[kind], **way)
    tokens = model.session._tokens
    asks = model.questions(docs)
    rows = [tokens.ids(ask.turns) for ask in asks]
    written = model.session._sequences(rows, asks, model.session._settled(asks[0].options))
    # What a short document's summary says early, and no document, is now what ends a summary.
    short = min(range(DOCUMENTS), key=lambda i: len(rows[i]))
    end = next(token for token in written[short] if all(token not in row for row in rows))
    ended = with_arguments(models[kind], eos_token_id=end, **way)
    alone = ended.answers(docs, 1)
    assert alone[short].output_tokens == written[short].index(end) + 1
    for size in (4, DOCUMENTS):
        assert [a.text for a in ended.answers(docs, size)] == [a.text for a in alone], size


def test_a_text_ends_before_a_stop_string(models: dict[str, Model]) -> None:
    docs = beginnings(8)
    for kind in ("llama", "t5"):
        free = models[kind].answers(docs, 8)
        stop = free[0].text[2:4]
        stopped = with_arguments(models[kind], stop_strings=[stop, "never there"]).answers(docs, 8)
        assert stopped[0].text == free[0].text[: free[0].text.index(stop)]
        assert stopped[0].finish == "stop"
        assert stopped[0].output_tokens is not None
        assert stopped[0].output_tokens < 12
        for before, after in zip(free, stopped, strict=True):
            assert after.text == before.text.partition(stop)[0]
            assert after.finish == ("stop" if stop in before.text else "length")


def test_an_end_that_is_forced_is_the_limit(models: dict[str, Model]) -> None:
    docs = beginnings(4)
    for answer in models["pegasus"].answers(docs, 4):
        assert (answer.finish, answer.output_tokens) == ("length", 12)


def test_a_checkpoint_keeps_its_decoding(tiny: Tiny, tmp_path: Any) -> None:
    from tests.tiny.checkpoints import save_bart

    folder = save_bart(tmp_path / "bart")
    (folder / "generation_config.json").write_text(
        json.dumps(
            {
                "max_length": 20, "min_length": 9, "num_beams": 3, "forced_bos_token_id": 0,
                "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1, "decoder_start_token_id": 2,
                "forced_eos_token_id": 2,
            }
        )
    )  # fmt: skip
    docs = beginnings(3)
    model = Model(Hf(str(folder)))
    (ask, *_) = model.questions(docs)
    assert json.loads(ask.options) == {"max_new_tokens": 19}
    assert model.session.length(ask) == 3 * (len(model.session._tokens.ids(ask.turns)) + 19)
    own = [a.text for a in model.answers(docs, 3)]
    spelt = with_arguments(
        Model(Hf(str(tiny("bart")))), num_beams=3, min_length=9, max_new_tokens=19, forced_bos_token_id=0
    )
    assert [a.text for a in spelt.answers(docs, 3)] == own
    other = with_arguments(model, num_beams=1, max_new_tokens=19)
    assert [a.text for a in other.answers(docs, 3)] != own


def test_a_longformer_attends_to_all_from_the_first_token(models: dict[str, Model]) -> None:
    rows = [[5, 6, 7], [8]]
    assert "global_attention_mask" not in models["bart"].session._padded(rows, 1)
    inputs = models["led"].session._padded(rows, 1)
    assert inputs["global_attention_mask"].tolist() == [[1, 0, 0], [1, 0, 0]]
    assert inputs["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert inputs["input_ids"].tolist() == [[5, 6, 7], [8, 1, 1]]


def test_nothing_in_a_batch_is_nothing(models: dict[str, Model]) -> None:
    assert models["bart"].session.answer([]) == []


def test_a_prompt_that_is_too_long_fails_alone(models: dict[str, Model]) -> None:
    model = models["bart"]
    (good,) = model.questions(beginnings(1))
    long = Generate(good.backend, (Turn("user", "harbour " * 400),), good.options)
    first, second = model.session.answer([long, good])
    assert isinstance(first, TooLong)
    assert "the model reads 256" in first.message
    assert isinstance(second, Generation)
    assert second.text == model.answers(beginnings(1), 1)[0].text


def test_lack_of_memory_is_told_from_other_mistakes(
    models: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    model = models["t5"]
    asks = model.questions(beginnings(3))

    def fail(error: Exception) -> Any:
        def sequences(*_: object) -> None:
            raise error

        monkeypatch.setattr(HfSession, "_sequences", sequences)
        return model.session.answer(asks)

    for error in (
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory: you tried"),
        RuntimeError("MPS backend out of memory"),
        MemoryError(),
    ):
        with pytest.raises(OutOfMemory, match=r"3 rows of \d+ tokens do not fit"):
            fail(error)
    with pytest.raises(RuntimeError, match="shape"):
        fail(RuntimeError("shape mismatch"))


def test_a_batch_that_does_not_fit_is_halved_with_the_same_result(
    models: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = beginnings(9)
    wanted = {d.id: a.text for d, a in zip(docs, models["t5"].answers(docs, 1), strict=True)}
    whole = HfSession._sequences

    def small(session: HfSession, rows: Any, *rest: Any) -> Any:
        if len(rows) > 2:
            raise RuntimeError("not enough memory")
        return whole(session, rows, *rest)

    monkeypatch.setattr(HfSession, "_sequences", small)
    assert engine_texts(models["t5"].system, docs) == wanted


def test_device_threads_and_budget_are_recorded_and_given_back(tiny: Tiny) -> None:
    import torch

    before = torch.get_num_threads()
    system = Hf(str(tiny("t5")), device="cpu", threads=1, max_batch_tokens=99)
    session = system.backends[0].open(lambda _: None)
    assert session.about == {"device": "cpu", "threads": 1, "max_batch_tokens": 99}
    assert session.budget == 99
    session.close()
    assert torch.get_num_threads() == before
    with pytest.raises(SetupError, match="device cuda:93 is not there"):
        Hf(str(tiny("t5")), device="cuda:93").backends[0].open(print)


def test_weights_that_are_not_there_are_not_made_up(tiny: Tiny, tmp_path: Any) -> None:
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny("llama"), tmp_path / "llama")
    weights = load_file(folder / "model.safetensors")
    del weights["model.norm.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(SetupError, match=r"1 of its weights are not there .* such as model\.norm\.weight"):
        Hf(str(folder)).backends[0].open(print)
    (folder / "model.safetensors").unlink()
    with pytest.raises(SetupError, match="cannot be loaded"):
        Hf(str(folder)).backends[0].open(print)


class Code:
    """Runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (Path.touch, (self.mark,))


def test_weights_of_older_checkpoints_are_read_and_their_code_is_not_run(tiny: Tiny, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    docs = beginnings(2)
    wanted = [a.text for a in Model(Hf(str(tiny("bart")))).answers(docs, 2)]
    folder = shutil.copytree(tiny("bart"), tmp_path / "old")
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    assert [a.text for a in Model(Hf(str(folder))).answers(docs, 2)] == wanted

    mark = tmp_path / "executed"
    torch.save({**weights, "more": Code(mark)}, folder / "pytorch_model.bin")
    with pytest.raises(SetupError, match="no plain tensors: they are damaged, or would run code") as e:
        Hf(str(folder)).backends[0].open(print)
    assert "weights_only" not in e.value.message + e.value.hint, "how to run it is no advice"
    assert not mark.exists()
    torch.load(folder / "pytorch_model.bin", weights_only=False)
    assert mark.exists(), "it would have been noticed"


def test_weights_in_several_files_are_read_and_each_decides(tiny: Tiny, tmp_path: Path) -> None:
    docs = beginnings(2)
    model = Model(Hf(str(tiny("bart"))))
    wanted = [a.text for a in model.answers(docs, 2)]
    folder = shutil.copytree(tiny("bart"), tmp_path / "shards")
    (folder / "model.safetensors").unlink()
    with quiet():
        model.session._model.save_pretrained(folder, max_shard_size="60KB")
    shards = sorted(folder.glob("*.safetensors"))
    assert len(shards) > 2
    sharded = Hf(str(folder))
    assert [a.text for a in Model(sharded).answers(docs, 2)] == wanted
    shards[1].write_bytes(b"torn")
    assert Hf(str(folder)).backends[0].signature != sharded.backends[0].signature
    with pytest.raises(SetupError, match="shards cannot be loaded"):
        Hf(str(folder)).backends[0].open(print)


def test_the_type_of_the_weights_is_the_one_that_was_asked_for(tiny: Tiny) -> None:
    import torch

    for dtype in ("float32", "bfloat16"):
        session = Hf(str(tiny("llama")), dtype=dtype).backends[0].open(print)
        assert session._model.dtype == getattr(torch, dtype)
        session.close()
