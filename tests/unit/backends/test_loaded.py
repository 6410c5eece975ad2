"""What sessions of models in this process have in common."""

import gc
import weakref
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.backends.checkpoint import locate
from bench.backends.hf_classify import ClassifierBackend
from bench.backends.hf_encode import EncoderBackend
from bench.backends.loaded import padded
from bench.backends.place import Place
from bench.backends.quiet import quiet
from bench.core.readings import Classify, Embed
from tests.tiny import classifiers, encoders

torch = pytest.importorskip("torch")

ROWS = st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=9), min_size=1, max_size=5)


@given(ROWS, st.booleans())
def test_what_is_not_masked_are_the_rows(rows: list[list[int]], left: bool) -> None:
    ids, mask = padded(rows, 0, left=left)
    assert ids.shape == mask.shape == (len(rows), max(map(len, rows)))
    assert [i[m.bool()].tolist() for i, m in zip(ids, mask, strict=True)] == rows
    assert all(i[~m.bool()].eq(0).all() for i, m in zip(ids, mask, strict=True))
    side = -1 if left else 0
    assert mask[:, side].all()


@pytest.mark.parametrize("kind", ["classifier", "encoder"])
def test_a_closed_session_holds_no_model(kind: str, tmp_path: Path) -> None:
    with quiet():
        save = classifiers.save_albert if kind == "classifier" else encoders.save_bert
        found = locate(str(save(tmp_path / kind)))
    place = Place("cpu", 1)
    before = torch.get_num_threads()
    if kind == "classifier":
        checker = ClassifierBackend(found, place=place)
        asked, session = Classify(checker, "It rains.", "It is wet."), checker.open(lambda _: None)
        assert session.answer([asked])
        model = weakref.ref(session._model)
        session.close()
    else:
        encoder = EncoderBackend(found, place=place)
        reader = encoder.open(lambda _: None)
        assert reader.answer([Embed(encoder, "It rains.")])
        model = weakref.ref(reader._model)
        reader.close()
    gc.collect()
    assert model() is None
    assert torch.get_num_threads() == before
