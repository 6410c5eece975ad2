"""How published checkers turn what a transformer computes into logits of labels."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bench.backends.checkpoint import Checkpoint
from bench.backends.hf_tokens import Tokens
from bench.backends.loaded import pretrained
from bench.backends.tensors import read_tensors
from bench.core.errors import SetupError

# ``classes``: a sequence classifier. ``answer``: the first word that an encoder-decoder writes, 0 or 1.
# ``first_token``: the first token of a T5 that labels tokens. ``three_way``: a linear layer on a RoBERTa.
Head = Literal["classes", "answer", "first_token", "three_way"]

# Ids of the pieces in T5's own vocabulary, which the published checker was taught with.
_T5_ANSWERS = (3, 209)
_T5_VOCABULARY = 32_100


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded model.

    Attributes:
        model: It is in evaluation mode.
        logits: From the model and its inputs to the logits of the labels, [rows, labels].
    """

    model: Any
    logits: Callable[[Any, Mapping[str, Any]], Any]


def load(head: Head, checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Classifier:
    """Load the weights.

    Args:
        head: Which architecture, and what of it counts.
        checkpoint: The weights.
        tokens: Configuration and tokenizer.
        dtype: Type of the weights.

    Raises:
        SetupError, ValueError: they do not fit.
    """
    loaders = {"classes": _classes, "answer": _answer, "first_token": _first_token, "three_way": _three_way}
    return loaders[head](checkpoint, tokens, dtype)


def _classes(checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Classifier:
    from transformers import AutoModelForSequenceClassification

    model = pretrained(AutoModelForSequenceClassification, checkpoint, tokens.config, dtype)
    if model.config.pad_token_id is None:  # decoders look for it to find the last token of a row
        model.config.pad_token_id = tokens.tokenizer.pad_token_id
    return Classifier(model, lambda model, inputs: model(**inputs).logits)


def _answer(checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Classifier:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    answers = list(answer_ids(tokens))
    model = pretrained(AutoModelForSeq2SeqLM, checkpoint, tokens.config, dtype)
    start = tokens.config.decoder_start_token_id

    def logits(model: Any, inputs: Mapping[str, Any]) -> Any:
        first = torch.full((len(inputs["input_ids"]), 1), start, device=inputs["input_ids"].device)
        return model(**inputs, decoder_input_ids=first).logits[:, 0, answers]

    return Classifier(model, logits)


def answer_ids(tokens: Tokens) -> tuple[int, int]:
    """The tokens with which "0" and "1" begin.

    Raises:
        SetupError: they are one token, or in T5's vocabulary not those of the published checker.
    """
    no, yes = (tokens.bare(text)[0] for text in ("0", "1"))
    if no == yes or (len(tokens.tokenizer) >= _T5_VOCABULARY and (no, yes) != _T5_ANSWERS):
        raise SetupError(
            f"{tokens.name}: its tokenizer writes the answers 0 and 1 as the tokens {no} and {yes}, "
            f"expected {_T5_ANSWERS[0]} and {_T5_ANSWERS[1]}",
            "Take the checkpoint as it was published, with its own tokenizer.",
        )
    return no, yes


def _first_token(checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Classifier:
    from transformers import T5ForTokenClassification

    config = copy.deepcopy(tokens.config)
    config.num_labels = 2
    model = pretrained(T5ForTokenClassification, checkpoint, config, dtype, key_mapping={r"^t5\.": ""})
    return Classifier(model, lambda model, inputs: model(**inputs).logits[:, 0])


def _three_way(checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Classifier:
    import torch
    from transformers import RobertaModel

    tensors = read_tensors(checkpoint.place)
    base = {
        name.removeprefix("base_model."): tensor
        for name, tensor in tensors.items()
        # Where they are is a fact and no weight; older versions of transformers stored it.
        if name.startswith("base_model.") and not name.endswith("position_ids")
    }
    model, info = RobertaModel.from_pretrained(
        None, config=tokens.config, state_dict=base, dtype=dtype, output_loading_info=True
    )
    wrong = {kind: sorted(info[kind]) for kind in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    if found := next((f"{len(v)} {k.replace('_', ' ')}, such as {v[0]}" for k, v in wrong.items() if v), ""):
        raise SetupError(
            f"{checkpoint.place} does not fit the configuration of {tokens.name}: {found}",
            "AlignScore-base was made from FacebookAI/roberta-base, AlignScore-large from roberta-large.",
        )
    names = ("tri_layer.weight", "tri_layer.bias")
    if absent := [name for name in names if name not in tensors]:
        raise SetupError(f"{checkpoint.place} has no {absent[0]}: expected a checkpoint of AlignScore")
    layer = torch.nn.Linear(tokens.config.hidden_size, 3, dtype=dtype)
    layer.load_state_dict({name.removeprefix("tri_layer."): tensors[name] for name in names})
    model.add_module("tri_layer", layer)  # so that it moves to the device with the rest
    model.eval()
    return Classifier(model, lambda model, inputs: model.tri_layer(model(**inputs).pooler_output))
