"""Vectors of tokens: which tokens, whose layer, and nothing of the company that a text is read in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.backends.checkpoint import locate
from bench.backends.hf_encode import EncoderBackend, EncoderSession, spaced
from bench.backends.hf_tokens import read_tokens
from bench.backends.place import Place
from bench.backends.quiet import quiet
from bench.core.errors import ConfigError, InferenceError, SetupError
from bench.core.readings import Embed, Embedded
from tests.conftest import Tiny

pytest.importorskip("torch")

ENCODERS = ("bert", "roberta", "t5")
TEXTS = [
    "The harbour was opened.",
    "x",
    "Rain fell on the old town.",
    "Ships, 300 people; naïve \U0001f600 don't",
]

Made = Callable[..., EncoderBackend]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A backend on one of the small encoders."""
    from tests.tiny import encoders

    folders: dict[str, Path] = {}

    def backend(name: str, **changes: Any) -> EncoderBackend:
        if name not in folders:
            with quiet():
                folders[name] = getattr(encoders, f"save_{name}")(tmp_path_factory.mktemp("encoder") / name)
        return EncoderBackend(locate(str(folders[name])), **changes)

    return backend


@contextmanager
def opened(backend: EncoderBackend) -> Iterator[EncoderSession]:
    session = backend.open(lambda _: None)
    try:
        yield session
    finally:
        session.close()


def vectors(session: EncoderSession, backend: EncoderBackend, texts: list[str]) -> list[Embedded]:
    answers = session.answer([Embed(backend, text) for text in texts])
    assert all(isinstance(answer, Embedded) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, Embedded)]


@pytest.mark.parametrize("name", ENCODERS)
def test_a_text_has_the_same_vectors_alone_and_in_any_batch(made: Made, name: str) -> None:
    backend = made(name)
    with opened(backend) as session:
        alone = [vectors(session, backend, [text])[0] for text in TEXTS]

        @settings(max_examples=15)
        @given(st.lists(st.sampled_from(range(len(TEXTS))), min_size=1, max_size=6))
        def law(places: list[int]) -> None:
            for i, answer in zip(places, vectors(session, backend, [TEXTS[i] for i in places]), strict=True):
                # Not bit for bit: the sums of a larger matrix are added up in another order.
                np.testing.assert_allclose(answer.vectors, alone[i].vectors, atol=1e-5)
                assert answer.ids == alone[i].ids

        law()


@pytest.mark.parametrize("name", ENCODERS)
def test_an_answer_has_a_float32_vector_for_each_token_and_its_place(made: Made, name: str) -> None:
    backend = made(name)
    with opened(backend) as session:
        for text, answer in zip(TEXTS, vectors(session, backend, TEXTS), strict=True):
            assert answer.vectors.shape == (len(answer.ids), 32)
            assert answer.vectors.dtype == np.float32
            assert answer.vectors.base is None, "a row must not hold its batch"
            assert len(answer.spans) == len(answer.ids) == session.length(Embed(backend, text))
            covered = "".join(text[s.start : s.end] for s in answer.spans if "\U0001f600" not in text)
            assert covered == ("" if "\U0001f600" in text else "".join(text.split()))
            assert answer.cut == 0


def test_layers_are_those_that_transformers_calls_hidden_states(made: Made) -> None:
    import torch
    from transformers import AutoModel

    whole = made("bert")
    with quiet():
        model = AutoModel.from_pretrained(whole.checkpoint.place)
    ids = torch.tensor([list(_ids(whole, TEXTS[0]))])
    with torch.inference_mode():
        states = model(input_ids=ids, output_hidden_states=True).hidden_states
    for layer, wanted in [(0, 0), (1, 1), (2, 2), (3, 3), (None, 3)]:
        backend = made("bert", layer=layer)
        with opened(backend) as session:
            [answer] = vectors(session, backend, TEXTS[:1])
        np.testing.assert_allclose(answer.vectors, states[wanted][0].numpy(), atol=1e-5)


def _ids(backend: EncoderBackend, text: str) -> tuple[int, ...]:
    with opened(backend) as session:
        return vectors(session, backend, [text])[0].ids


def test_the_norm_behind_the_last_layer_of_t5_stands_behind_any(made: Made) -> None:
    backend = made("t5", layer=1)
    with opened(backend) as session:
        [answer] = vectors(session, backend, TEXTS[:1])
        weight = session._model.final_layer_norm.weight.detach().numpy()
    # RMS norm: without its weights, every vector has the mean square 1.
    np.testing.assert_allclose(np.square(answer.vectors / weight).mean(axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("layer", [4, -1])
def test_a_layer_that_is_not_there_is_an_error_before_anything_is_loaded(made: Made, layer: int) -> None:
    with pytest.raises(ConfigError, match=f"layer is {layer}, expected 0 to 3"):
        made("bert", layer=layer).ready()


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_a_text_beyond_the_positions_is_cut_and_the_rest_counted(made: Made, name: str) -> None:
    backend = made(name)
    text = "rain fell " * 50
    with opened(backend) as session:
        [answer] = vectors(session, backend, [text])
        [full] = vectors(session, backend, ["rain fell " * 20])
    bare = len(read_tokens(backend.checkpoint).bare(text))
    assert len(answer.ids) == 64, "RoBERTa's 66 positions have two for its padding"
    assert answer.cut == bare + 2 - 64
    assert answer.ids[-1] == full.ids[-1], "what stands around a text stays"
    assert backend.measure(Embed(backend, text)).input_tokens in (64, 66)


def test_relative_positions_cut_nothing(made: Made) -> None:
    backend = made("t5")
    with opened(backend) as session:
        [answer] = vectors(session, backend, ["rain fell " * 200])
    assert answer.cut == 0
    assert len(answer.ids) > 400


@pytest.mark.parametrize("name", ["bart", "pegasus", "led"])
def test_an_encoder_decoder_is_read_by_its_encoder(tiny: Tiny, name: str) -> None:
    backend = EncoderBackend(locate(str(tiny(name))))
    with opened(backend) as session:
        alone = [vectors(session, backend, [text])[0].vectors for text in TEXTS]
        together = [answer.vectors for answer in vectors(session, backend, TEXTS)]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_decoder_only_model_gives_vectors_too(tiny: Tiny) -> None:
    backend = EncoderBackend(locate(str(tiny("llama"))), layer=1)
    with opened(backend) as session:
        alone = vectors(session, backend, TEXTS[:1])[0].vectors
        np.testing.assert_allclose(vectors(session, backend, TEXTS)[0].vectors, alone, atol=1e-4)


def test_half_a_character_fails_alone(made: Made) -> None:
    backend = made("bert")
    with opened(backend) as session, pytest.raises(InferenceError, match="half a character"):
        session.length(Embed(backend, "\ud800"))


def test_an_empty_text_has_the_tokens_around_it(made: Made) -> None:
    backend = made("bert")
    with opened(backend) as session:
        [answer] = vectors(session, backend, [""])
    assert len(answer.ids) == 2
    assert all(span.start == span.end for span in answer.spans)


def test_the_signature_names_weights_precision_and_layer_and_no_device(made: Made) -> None:
    backend = made("bert", layer=2, place=Place("cpu", 1, 100))
    kind, weights, *rest = backend.signature.split("|")
    assert (kind, rest) == ("encoder", ["dtype:float32", "layer:2"])
    assert weights.startswith("sha256:")
    assert backend == made("bert", layer=2)
    assert made("bert").signature.endswith("layer:last")


def test_about_says_where_and_the_threads_are_given_back(made: Made) -> None:
    import torch

    before = torch.get_num_threads()
    with opened(made("bert", place=Place("cpu", 1, 100))) as session:
        assert session.about == {"device": "cpu", "threads": 1, "max_batch_tokens": 100}
        assert session.budget == 100
    assert torch.get_num_threads() == before


def test_weights_that_are_missing_are_not_made_up(made: Made, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    source = Path(made("bert").checkpoint.place)
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    state = load_file(source / "model.safetensors")
    del state["encoder.layer.1.output.dense.weight"]
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SetupError, match=r"1 of its weights .* encoder\.layer\.1\.output\.dense\.weight"):
        EncoderBackend(locate(str(tmp_path))).open(lambda _: None)


def test_only_some_tokenizers_want_a_space_before_a_text(made: Made) -> None:
    assert spaced(read_tokens(made("roberta").checkpoint))
    assert not spaced(read_tokens(made("bert").checkpoint))
