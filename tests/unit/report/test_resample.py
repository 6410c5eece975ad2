"""Bootstrap samples that all columns share."""

import numpy as np
import pytest

from bench.report import resample
from bench.report.resample import blocks, resampled_sums


def test_a_sample_draws_as_many_documents_as_there_are() -> None:
    assert (resampled_sums(np.ones((2, 30)), resamples=50, seed=0) == 30).all()


def test_a_sum_is_that_of_the_documents_drawn() -> None:
    """In the digits of one number, to the base of 100, stands how often each of five documents is drawn."""
    counts = resampled_sums(np.array([100.0 ** np.arange(5)]), resamples=2000, seed=0)[0].astype(int)
    digits = counts[:, None] // 100 ** np.arange(5) % 100
    assert (digits.sum(axis=1) == 5).all()
    assert digits.mean(axis=0) == pytest.approx(np.ones(5), abs=0.08)
    assert digits.var(axis=0) == pytest.approx(np.full(5, 0.8), abs=0.1)  # 5 · 1/5 · 4/5


def test_all_rows_get_the_same_documents() -> None:
    values = np.random.default_rng(1).integers(0, 9, 40).astype(float)
    sums = resampled_sums(np.stack([values, 2 * values, values + 1]), resamples=20, seed=3)
    assert (sums[1] == 2 * sums[0]).all()
    assert (sums[2] == sums[0] + 40).all()
    assert (resampled_sums(values[None], resamples=20, seed=3) == sums[0]).all()
    assert (resampled_sums(values[None], resamples=20, seed=4) != sums[0]).any()


def test_few_rows_and_many_get_the_same_sums() -> None:
    values = np.random.default_rng(4).integers(0, 2**40, (5, 40)).astype(float)
    many = resampled_sums(values, resamples=20, seed=3)
    few = np.concatenate([resampled_sums(part, resamples=20, seed=3) for part in (values[:3], values[3:])])
    assert (many == few).all()


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).integers(0, 9, (3, 50)).astype(float)
    whole = resampled_sums(values, resamples=100, seed=0)
    monkeypatch.setattr(resample, "CHUNK", 130)
    assert (resampled_sums(values, resamples=100, seed=0) == whole).all()


def test_blocks_are_as_wide_as_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resample, "CHUNK", 100)
    assert blocks(range(5), 40) == [range(2), range(2, 4), range(4, 5)]
    assert blocks([7, 8], 1000) == [[7], [8]]
    assert blocks([], 10) == []
