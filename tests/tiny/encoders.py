"""Small encoders whose every number follows from this file, so that golden values hold for them.

Neither vocabulary nor weights are trained or drawn by a library that may change how: words are listed, and
weights come from a stream of their own for each tensor.
"""

import zlib
from pathlib import Path
from typing import Any

import numpy as np

_LIST = (
    "the a of in and to was were is on at for by with from harbour mayor town ship ships storm council "
    "opened closed walls fishermen million pounds years monday cat dog sat mat rain fell heavy old new big "
    "said people three ten five city bridge river flood water doctor hospital school teacher plan"
)
WORDS = _LIST.split()
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_SHAPE = {
    "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64,
    "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
}  # fmt: skip


def save_bert(folder: Path, **changes: Any) -> Path:
    """BERT on word pieces: whole words of the list, and letters."""
    from transformers import BertConfig, BertModel, BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,'-", *_LETTERS, *("##" + c for c in _LETTERS)]
    vocabulary = {
        piece: i for i, piece in enumerate(dict.fromkeys([*pieces, *WORDS, "##s", "##ed", "##ing"]))
    }
    tokenizer = BertTokenizer(vocab=vocabulary, model_max_length=64)
    config = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, **{**_SHAPE, **changes})
    return _save(folder, BertModel(config, add_pooling_layer=False), tokenizer)


def save_roberta(folder: Path, **changes: Any) -> Path:
    """RoBERTa on bytes and the words of the list; it says no length, and has 64 of its 66 positions free."""
    from transformers import RobertaConfig, RobertaModel

    tokenizer = _byte_words()
    config = RobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=66, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        **{**_SHAPE, **changes},
    )  # fmt: skip
    return _save(folder, RobertaModel(config, add_pooling_layer=False), tokenizer)


def save_t5(folder: Path, **changes: Any) -> Path:
    """T5, whose encoder is taken, on the same tokens: relative positions, a norm behind the last layer."""
    from transformers import T5Config, T5ForConditionalGeneration

    tokenizer = _byte_words()
    config = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=16, d_ff=64, num_layers=3, num_decoder_layers=2,
        num_heads=2, dropout_rate=0.0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=1, **changes,
    )  # fmt: skip
    return _save(folder, T5ForConditionalGeneration(config), tokenizer)


def _byte_words() -> Any:
    from transformers import RobertaTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *sorted(bytes_to_unicode().values())]
    merges = []
    for word in WORDS:
        left = "Ġ"
        for letter in word:
            merges.append((left, letter))
            left += letter
            pieces.append(left)
    merges = list(dict.fromkeys(merges))
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    return RobertaTokenizer(vocab=vocabulary, merges=merges)


def _save(folder: Path, model: Any, tokenizer: Any) -> Path:
    import torch

    with torch.no_grad():
        for name, tensor in model.named_parameters():
            stream = np.random.default_rng(zlib.crc32(name.encode()))
            spread = stream.standard_normal(tuple(tensor.shape))
            centre = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
            tensor.copy_(torch.tensor(centre + 0.2 * spread, dtype=torch.float32))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
