"""Generation arguments: a mistake is refused before anything is loaded, by name and with a reason."""

from typing import Any

import pytest

from bench.backends.generation_args import alone, check
from bench.models.hf import Hf

GOOD: list[dict[str, Any]] = [
    {"num_beams": 4, "length_penalty": 2.0, "early_stopping": True, "no_repeat_ngram_size": 3},
    {"early_stopping": "never", "min_length": 56, "max_length": 142},
    {"length_penalty": -1},  # without beams of its own: the checkpoint may have some
    {"do_sample": True, "temperature": 0.7, "top_p": 0.9, "top_k": 0},
    {"max_new_tokens": 60, "min_new_tokens": 60, "stop_strings": ["\n\n", "###"]},
    {"forced_bos_token_id": None, "suppress_tokens": [3, 4], "bad_words_ids": [[5, 6]]},
    {"watermarking_config": {"bias": 2.0}},
]

BAD: list[tuple[dict[str, Any], str]] = [
    ({"num_baems": 4}, "num_baems is no generation argument .*did you mean 'num_beams'"),
    ({"max_input_token": 4}, "max_input_token is no generation .*did you mean 'max_input_tokens'"),
    ({"transformers_version": "5"}, "transformers_version is no generation argument"),
    ({"num_beams": "four"}, "num_beams is 'four': expected a whole number from 1"),
    ({"num_beams": 0}, "num_beams is 0"),
    ({"num_beams": True}, "num_beams is True"),
    ({"max_new_tokens": 1.5}, "max_new_tokens is 1.5"),
    ({"do_sample": True, "temperature": -1}, "temperature is -1: expected a number above 0"),
    ({"do_sample": True, "temperature": 0}, "temperature is 0"),
    ({"do_sample": True, "top_p": 1.5}, "top_p is 1.5: expected a number above 0 to 1"),
    ({"do_sample": True, "min_p": "0.1"}, "min_p is '0.1': expected a number from 0 to 1"),
    ({"do_sample": "yes"}, "do_sample is 'yes': expected true or false"),
    ({"early_stopping": "always"}, "early_stopping is 'always': expected true, false or never"),
    ({"early_stopping": 1}, "early_stopping is 1"),
    ({"stop_strings": []}, "stop_strings is \\[\\]: expected a text"),
    ({"stop_strings": [3]}, "stop_strings"),
    ({"cache_implementation": "magic"}, "cache_implementation"),
    ({"suppress_tokens": [2], "forced_eos_token_id": 2}, "forced_eos_token_id"),
    ({"temperature": 0.7}, "temperature has no effect without do_sample: true"),
    ({"top_k": 50, "do_sample": False}, "top_k has no effect"),
    ({"min_new_tokens": 9, "max_new_tokens": 8}, "min_new_tokens is 9: expected at most max_new_tokens"),
    ({"max_length": 50, "max_new_tokens": 50}, "max_length and max_new_tokens limit the same"),
    ({"num_return_sequences": 3}, "num_return_sequences is not for a config: samples: n"),
    ({"num_beam_groups": 2}, "num_beam_groups is not for a config: it needs code from the hub"),
    ({"penalty_alpha": 0.6}, "needs code from the hub"),
    ({"dola_layers": "high"}, "needs code from the hub"),
    ({"force_words_ids": [[1]]}, "needs code from the hub"),
    ({"custom_generate": "x/y"}, "needs code from the hub"),
    ({"assistant_model": "x/y"}, "one document at a time"),
    ({"prompt_lookup_num_tokens": 3}, "one document at a time"),
    ({"output_scores": True}, "a summary is a text"),
    ({"prefill_chunk_size": 64}, "an encoder-decoder would read something else"),
    ({"max_time": 5.0}, "how fast the machine is"),
]


@pytest.mark.parametrize("given", GOOD, ids=str)
def test_what_transformers_takes_is_taken(given: dict[str, Any]) -> None:
    check(given, [])


@pytest.mark.parametrize(("given", "message"), BAD, ids=lambda x: str(x) if isinstance(x, dict) else "")
def test_what_is_wrong_is_refused_before_the_model_is_looked_for(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Hf("nobody/nothing", generation=given)


def test_a_batch_is_shared_unless_its_rows_would_disturb_each_other() -> None:
    assert not alone({"num_beams": 4})
    assert not alone({"do_sample": True, "num_beams": 1, "stop_strings": ["x"], "eos_token_id": 2})
    assert alone({"do_sample": True, "num_beams": 2})
    assert alone({"encoder_repetition_penalty": 1.2, "eos_token_id": 2})
    assert alone({"no_repeat_ngram_size": 1})
    assert not alone({"no_repeat_ngram_size": 2, "repetition_penalty": 1.2})
    assert alone({"stop_strings": ["x"]})
