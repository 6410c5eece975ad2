"""Small checkers of the architectures and file layouts of the published ones, with random weights.

The spread of the weights is wide, so that what a checker says depends on all that it reads.
"""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.tiny.checkpoints import news, unigrams

NLI = {0: "entailment", 1: "contradiction", 2: "neutral"}
_WIDE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


def save_albert(folder: Path, **changes: Any) -> Path:
    """A classifier of pairs in two segments, on unigrams: as the one of SummaC."""
    from transformers import AlbertConfig, AlbertForSequenceClassification

    tokenizer = _bracketed()
    config = AlbertConfig(
        vocab_size=len(tokenizer), embedding_size=16, initializer_range=0.3,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, classifier_dropout_prob=0.0,
        pad_token_id=0, **{**_WIDE, "id2label": NLI, "max_position_embeddings": 128, **changes},
    )  # fmt: skip
    return _save(folder, AlbertForSequenceClassification, config, tokenizer)


def save_deberta(folder: Path, **changes: Any) -> Path:
    """A classifier with relative positions alone, on unigrams: as one of MiniCheck's."""
    from transformers import DebertaV2Config, DebertaV2ForSequenceClassification

    tokenizer = _bracketed()
    config = DebertaV2Config(
        vocab_size=len(tokenizer), relative_attention=True,
        position_biased_input=False, pos_att_type=["p2c", "c2p"], position_buckets=16, share_att_key=True,
        norm_rel_ebd="layer_norm", initializer_range=0.3, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, pad_token_id=0,
        **{**_WIDE, "num_labels": 2, "max_position_embeddings": 64, **changes},
    )  # fmt: skip
    return _save(folder, DebertaV2ForSequenceClassification, config, tokenizer)


def save_roberta(folder: Path, **changes: Any) -> Path:
    """A classifier that counts positions from behind its padding, on byte-level BPE."""
    from transformers import RobertaForSequenceClassification

    tokenizer = _double()
    return _save(folder, RobertaForSequenceClassification, _roberta(tokenizer, **changes), tokenizer)


def save_mpnet(folder: Path) -> Path:
    """A classifier with relative positions and others, counted from behind its padding: 64 are free."""
    from transformers import MPNetConfig, MPNetForSequenceClassification

    tokenizer = _double()
    config = MPNetConfig(
        vocab_size=len(tokenizer), pad_token_id=1, max_position_embeddings=66, num_labels=1, **_WIDE
    )
    return _save(folder, MPNetForSequenceClassification, config, tokenizer)


def save_gpt2(folder: Path) -> Path:
    """A decoder that classifies by the last token of a row; only its tokenizer names the padding."""
    from transformers import GPT2Config, GPT2ForSequenceClassification

    tokenizer = _double()
    config = GPT2Config(
        vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2, n_positions=128, num_labels=1,
        initializer_range=0.3, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    return _save(folder, GPT2ForSequenceClassification, config, tokenizer)


def save_alignscore(folder: Path, *, namespace: bool = False, **changes: Any) -> Path:
    """A folder ``base`` of configuration and tokenizer, and a checkpoint of Lightning as AlignScore's."""
    import torch
    from transformers import RobertaModel

    tokenizer = _double()
    config = _roberta(tokenizer, **changes)
    torch.manual_seed(0)
    model, layers = RobertaModel(config), {"tri": 3, "bin": 2, "reg": 1}
    config.save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    state = {f"base_model.{name}": tensor for name, tensor in model.state_dict().items()}
    state["base_model.embeddings.position_ids"] = torch.arange(config.max_position_embeddings)[None]
    for name, width in layers.items():
        layer = torch.nn.Linear(config.hidden_size, width)
        state |= {f"{name}_layer.{part}": tensor for part, tensor in layer.state_dict().items()}
    parameters: Any = Namespace(model="roberta") if namespace else {"model": "roberta"}
    content = {"state_dict": state, "hyper_parameters": parameters, "epoch": 2}
    torch.save(content, folder / "AlignScore.ckpt")
    return folder


def save_answering(folder: Path, **changes: Any) -> Path:
    """An encoder-decoder that answers: as MiniCheck's T5."""
    from transformers import T5ForConditionalGeneration

    tokenizer = unigrams(model_max_length=512)
    return _save(folder, T5ForConditionalGeneration, _t5(tokenizer, **changes), tokenizer)


def save_hhem(folder: Path) -> Path:
    """A folder ``base`` of a T5, and ``hhem`` with prefixed weights beside a foreign configuration."""
    import torch
    from safetensors.torch import save_file
    from transformers import T5ForTokenClassification

    tokenizer = unigrams(model_max_length=512)
    config = _t5(tokenizer)
    config.save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    torch.manual_seed(0)
    state = T5ForTokenClassification(config).state_dict()
    # The layer on top is smaller than T5 would have it, or every answer would be certain.
    kept = {
        f"t5.{k}": v / (16 if "classifier" in k else 1) for k, v in state.items() if "embed_tokens" not in k
    }
    (folder / "hhem").mkdir()
    save_file(kept, folder / "hhem" / "model.safetensors", metadata={"format": "pt"})
    (folder / "hhem" / "config.json").write_text(
        '{"model_type": "HHEMv2", "architectures": ["HHEMv2ForSequenceClassification"], '
        '"auto_map": {"AutoConfig": "configuration_hhem_v2.HHEMv2Config"}}',
        "utf-8",
    )
    return folder


def save_conv_head(path: Path, *, bins: int = 23) -> Path:
    """The tensors of ``summac_conv_vitc_sent_perc_e.bin``, with numbers of one's own."""
    import torch

    torch.manual_seed(1)
    mlp, final = torch.nn.Linear(bins, 1), torch.nn.Linear(3, 2)
    state = {f"mlp.{k}": v for k, v in mlp.state_dict().items()}
    torch.save(state | {f"layer_final.{k}": v for k, v in final.state_dict().items()}, path)
    return path


def permute_labels(source: Path, target: Path, order: list[int], names: dict[int, str]) -> Path:
    """The same classifier whose output ``i`` is the source's ``order[i]``, under new names."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(source)
    layer = model.classifier if hasattr(model.classifier, "weight") else model.classifier.out_proj
    with torch.no_grad():
        layer.weight.copy_(layer.weight[order].clone())
        layer.bias.copy_(layer.bias[order].clone())
    model.config.id2label = names
    model.config.label2id = {name: i for i, name in names.items()}
    model.save_pretrained(target)
    AutoTokenizer.from_pretrained(source).save_pretrained(target)
    return target


def _roberta(tokenizer: Any, **changes: Any) -> Any:
    from transformers import RobertaConfig

    return RobertaConfig(
        vocab_size=len(tokenizer), type_vocab_size=1, initializer_range=0.3,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=1, bos_token_id=0,
        eos_token_id=2, **{**_WIDE, "num_labels": 2, "max_position_embeddings": 130, **changes},
    )  # fmt: skip


def _t5(tokenizer: Any, **changes: Any) -> Any:
    from transformers import T5Config

    # With wider weights its attention is on one token, and much of what it reads does not matter.
    given: dict[str, Any] = {
        "vocab_size": len(tokenizer), "d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2,
        "num_decoder_layers": 2, "num_heads": 2, "initializer_factor": 1.5, "dropout_rate": 0.0,
        "classifier_dropout": 0.0, "pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0,
    }  # fmt: skip
    return T5Config(**{**given, **changes})


def _bracketed() -> Any:
    """A tokenizer on unigrams, with ``[CLS]`` and ``[SEP]`` around and between texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = ["<pad>", "[CLS]", "[SEP]", "<unk>"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=600, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(_texts(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        cls_token="[CLS]",
        sep_token="[SEP]",
        eos_token="[SEP]",
        unk_token="<unk>",
    )


def _double() -> Any:
    """A tokenizer on byte-level BPE, with ``</s></s>`` between two texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<s>", "<pad>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )


def _texts() -> Iterator[str]:
    return (doc.text for doc in news(16))


def _save(folder: Path, cls: Any, config: Any, tokenizer: Any) -> Path:
    import torch

    torch.manual_seed(0)
    cls(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
