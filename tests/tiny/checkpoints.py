"""Small checkpoints that behave like large ones, made from the shipped references in seconds.

Their weights are random with a wide spread: with the usual small ones a model says the same of every
document, and no test would notice wrong padding.
"""

import dataclasses
from pathlib import Path
from typing import Any

from bench.core.types import Document
from bench.data.articles import Articles

ROOT = Path(__file__).parents[2]
CHAT_TEMPLATE = (
    "{{ '<s>' }}{% for m in messages %}{{ '[' + m['role'] + '] ' + m['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '[assistant] ' }}{% endif %}"
)


def news(n: int) -> list[Document]:
    """The first shipped articles."""
    found = Articles(str(ROOT / "references" / "news")).read()
    return [doc for doc, _ in zip(found, range(n), strict=False) if isinstance(doc, Document)]


def beginnings(n: int) -> list[Document]:
    """The same, cut to 9 to 79 words: lengths that are mixed, as a batch would not have them."""
    return [
        dataclasses.replace(doc, text=" ".join(doc.text.split()[: 9 + 41 * i % 71]))
        for i, doc in enumerate(news(n))
    ]


def save_bart(folder: Path, **changes: Any) -> Path:
    """An encoder-decoder with learnt positions, on byte-level BPE."""
    from transformers import BartConfig, BartForConditionalGeneration

    tokenizer = byte_pairs(around=True)
    config = BartConfig(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=256,
        init_std=0.3, dropout=0.0, attention_dropout=0.0, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        decoder_start_token_id=2, **changes,
    )  # fmt: skip
    return _save(folder, BartForConditionalGeneration, config, tokenizer)


def save_led(folder: Path) -> Path:
    """An encoder-decoder that attends to windows, and to all from its first token."""
    from transformers import LEDConfig, LEDForConditionalGeneration

    tokenizer = byte_pairs(around=True)
    config = LEDConfig(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
        max_encoder_position_embeddings=512, max_decoder_position_embeddings=64,
        attention_window=[16, 16], init_std=0.3, dropout=0.0, attention_dropout=0.0, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
    )  # fmt: skip
    return _save(folder, LEDForConditionalGeneration, config, tokenizer)


def save_pegasus(folder: Path) -> Path:
    """An encoder-decoder with fixed positions, on unigrams."""
    from transformers import PegasusConfig, PegasusForConditionalGeneration

    tokenizer = unigrams()
    config = PegasusConfig(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=256,
        init_std=0.3, dropout=0.0, attention_dropout=0.0, pad_token_id=0, eos_token_id=1,
        decoder_start_token_id=0, forced_eos_token_id=1,
    )  # fmt: skip
    return _save(folder, PegasusForConditionalGeneration, config, tokenizer)


def save_t5(folder: Path) -> Path:
    """An encoder-decoder with relative positions, on unigrams."""
    from transformers import T5Config, T5ForConditionalGeneration

    tokenizer = unigrams(model_max_length=200)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=16, d_ff=64, num_layers=2, num_decoder_layers=2,
        num_heads=2, initializer_factor=3.0, dropout_rate=0.0, pad_token_id=0, eos_token_id=1,
        decoder_start_token_id=0,
    )  # fmt: skip
    return _save(folder, T5ForConditionalGeneration, config, tokenizer)


def save_llama(folder: Path, *, chat: bool = True, **changes: Any) -> Path:
    """A decoder-only model, on byte-level BPE, without a token for padding."""
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = byte_pairs(around=False, pad=False)
    if chat:
        tokenizer.chat_template = CHAT_TEMPLATE
    given: dict[str, Any] = {
        "vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 512,
        "initializer_range": 0.3, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": None,
    }  # fmt: skip
    return _save(folder, LlamaForCausalLM, LlamaConfig(**{**given, **changes}), tokenizer)


def byte_pairs(*, around: bool, pad: bool = True) -> Any:
    """A tokenizer on byte-level BPE; with ``<s>`` and ``</s>`` around a text, or ``<s>`` before it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<s>", "<pad>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((doc.text for doc in news(16)), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>" if around else "<s> $A", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>" if pad else None
    )


def unigrams(**given: Any) -> Any:
    """A tokenizer on unigrams, with ``</s>`` behind a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=600, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator((doc.text for doc in news(16)), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", **given
    )


def _save(folder: Path, cls: Any, config: Any, tokenizer: Any) -> Path:
    import torch

    torch.manual_seed(0)
    cls(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_memorised(folder: Path) -> Path:
    """A BART that was taught the beginnings of the references of 16 articles, in a few seconds.

    Its summaries are as good as references, and any mistake with padding or special tokens shows.
    """
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    tokenizer = byte_pairs(around=True)
    docs = beginnings(16)
    given: dict[str, Any] = {"padding": True, "truncation": True, "return_tensors": "pt"}
    inputs = tokenizer([d.text for d in docs], max_length=256, return_token_type_ids=False, **given)
    texts = [" ".join(d.references[0].split()) for d in docs]
    labels = tokenizer(texts, max_length=42, **given).input_ids
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(tokenizer), d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=128, decoder_ffn_dim=128, max_position_embeddings=256,
        init_std=0.05, dropout=0.0, attention_dropout=0.0, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        decoder_start_token_id=2,
    )  # fmt: skip
    model = BartForConditionalGeneration(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.004)
    loss = torch.tensor(9.0)
    while loss.item() > 0.03:
        loss = model(**inputs, labels=labels.masked_fill(labels == 1, -100)).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.generation_config.max_length = 60
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
