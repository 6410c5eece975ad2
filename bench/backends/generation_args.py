"""Generation arguments of transformers in a config: known names, sensible values, nothing that is ignored.

``GenerationConfig(nonsense=3)`` does not complain, and ``generate`` does so only when the model is loaded.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from bench.backends.quiet import quiet
from bench.core.errors import nearest

# Lower bound, and whether it is allowed itself; upper bound, which is.
_Range = tuple[float, bool, float | None]
_ANY: _Range = (float("-inf"), False, None)

_INTEGERS: dict[str, int] = {
    "max_length": 2,
    "max_new_tokens": 1,
    "min_length": 0,
    "min_new_tokens": 0,
    "num_beams": 1,
    "top_k": 0,
    "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0,
    "max_cache_len": 1,
    "pad_token_id": 0,
    "bos_token_id": 0,
    "decoder_start_token_id": 0,
}
_NUMBERS: dict[str, _Range] = {
    "temperature": (0, False, None),
    "top_p": (0, False, 1),
    "min_p": (0, True, 1),
    "top_h": (0, False, 1),
    "typical_p": (0, False, 1),
    "epsilon_cutoff": (0, True, 1),
    "eta_cutoff": (0, True, 1),
    "repetition_penalty": (0, False, None),
    "encoder_repetition_penalty": (0, False, None),
    "length_penalty": _ANY,
    "guidance_scale": _ANY,
}
_BOOLEANS = ("do_sample", "use_cache", "renormalize_logits", "remove_invalid_values", "disable_compile")
_SAMPLING = ("temperature", "top_k", "top_p", "min_p", "top_h", "typical_p", "epsilon_cutoff", "eta_cutoff")

_REMOTE = "it needs code from the hub, which bench does not run"
_ALONE = "it works for one document at a time and only saves time there"
_RETURNS = "a summary is a text: nothing else is returned"
_REFUSED = {
    "num_return_sequences": "samples: n beside use: asks for several summaries of a document",
    "num_beam_groups": _REMOTE,
    "diversity_penalty": _REMOTE,
    "penalty_alpha": _REMOTE,
    "dola_layers": _REMOTE,
    "constraints": _REMOTE,
    "force_words_ids": _REMOTE,
    "custom_generate": _REMOTE,
    "trust_remote_code": _REMOTE,
    "prefill_chunk_size": "it saves memory, and an encoder-decoder would read something else",
    "low_memory": "transformers does not support it any more",
    "max_time": "a summary would depend on how fast the machine is",
    "token_healing": "it reads the prompt again without its special tokens and padding",
    "compile_config": "a config cannot write one; disable_compile: true turns compilation off",
    "continuous_batching_config": "bench makes the batches; see max_batch_tokens",
    "assistant_model": _ALONE,
    "assistant_tokenizer": _ALONE,
    "prompt_lookup_num_tokens": _ALONE,
    "max_matching_ngram_size": _ALONE,
    "assistant_early_exit": _ALONE,
    "assistant_confidence_threshold": _ALONE,
    "assistant_ensemble_weight": _ALONE,
    "assistant_lookbehind": _ALONE,
    "target_lookbehind": _ALONE,
    "is_assistant": _ALONE,
    "num_assistant_tokens": _ALONE,
    "num_assistant_tokens_schedule": _ALONE,
    "speculation_type": _ALONE,
    "use_mtp": _ALONE,
    "output_attentions": _RETURNS,
    "output_hidden_states": _RETURNS,
    "output_logits": _RETURNS,
    "output_scores": _RETURNS,
    "return_dict_in_generate": _RETURNS,
}
_NOT_ARGUMENTS = {"transformers_version", "_from_model_config"}


def check(given: Mapping[str, Any], own: Iterable[str]) -> None:
    """Refuse arguments that do not exist, have no sense, or would be ignored.

    Args:
        given: Names and values.
        own: Other names that would have been allowed, for the suggestion.

    Raises:
        ValueError: naming the argument.
    """
    if not given:
        return
    with quiet():
        from transformers import GenerationConfig

    known = set(GenerationConfig().to_dict()) - _NOT_ARGUMENTS
    for name, value in given.items():
        if name in _REFUSED:
            raise ValueError(f"{name} is not for a config: {_REFUSED[name]}")
        if name not in known:
            hint = nearest(name, [*sorted(known - _REFUSED.keys()), *own])
            raise ValueError(
                f"{name} is no generation argument of transformers {version('transformers')}{hint}"
            )
        if expected := _flaw(name, value):
            raise ValueError(f"{name} is {value!r}: expected {expected}")
    _check_together(given)
    try:
        # Whether there are beams may be the checkpoint's to say.
        GenerationConfig(**{"num_beams": 2, **given}).validate(strict=True)
    except (ValueError, TypeError) as e:
        raise ValueError(" ".join(str(e).split())) from e


def alone(given: Mapping[str, Any]) -> bool:
    """Whether rows of a batch would disturb each other, and so must be batches of their own."""
    draws_beams = given.get("do_sample") and (given.get("num_beams") or 1) > 1
    reads_padding = any(given.get(k) is not None for k in ("encoder_repetition_penalty", "guidance_scale"))
    # A row that met a stop string is filled with what ends a text; without that it would go on.
    goes_on = given.get("stop_strings") is not None and given.get("eos_token_id") is None
    # The padding may be the token that ends a text, which would count as written already.
    reads_padding = reads_padding or given.get("no_repeat_ngram_size") == 1
    return bool(draws_beams or reads_padding or goes_on)


def _check_together(given: Mapping[str, Any]) -> None:
    if not given.get("do_sample"):
        for name in _SAMPLING:
            if name in given:
                hint = " (greedy decoding is temperature 0)" if name == "temperature" else ""
                raise ValueError(f"{name} has no effect without do_sample: true{hint}")
    for low, high in (("min_new_tokens", "max_new_tokens"), ("min_length", "max_length")):
        if low in given and high in given and given[low] > given[high]:
            raise ValueError(f"{low} is {given[low]}: expected at most {high}, which is {given[high]}")
    for both in (("max_length", "max_new_tokens"), ("min_length", "min_new_tokens")):
        if all(name in given for name in both):
            raise ValueError(f"{both[0]} and {both[1]} limit the same thing: leave one of them out")


def _flaw(name: str, value: Any) -> str:
    """What was expected in place of a value, or nothing."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if name in _INTEGERS:
        least = _INTEGERS[name]
        return "" if whole and value >= least else f"a whole number from {least}"
    if name in _NUMBERS:
        low, inclusive, high = _NUMBERS[name]
        inside = (whole or isinstance(value, float)) and (low <= value if inclusive else low < value)
        if inside and (high is None or value <= high):
            return ""
        return "a number" + _bounds(low, inclusive, high)
    if name in _BOOLEANS:
        return "" if isinstance(value, bool) else "true or false"
    if name == "early_stopping":
        return "" if value in (True, False, "never") and not whole else "true, false or never"
    if name == "stop_strings":
        texts = [value] if isinstance(value, str) else value
        fits = isinstance(texts, list | tuple) and texts and all(isinstance(t, str) and t for t in texts)
        return "" if fits else "a text, or a list of texts"
    return ""


def _bounds(low: float, inclusive: bool, high: float | None) -> str:
    if low == float("-inf"):
        return ""
    lower = f" from {low:g}" if inclusive else f" above {low:g}"
    return lower if high is None else f"{lower} to {high:g}"
