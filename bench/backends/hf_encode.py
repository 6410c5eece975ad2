"""Vectors of tokens, from an encoder in this process."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.util import find_spec
from itertools import chain
from typing import Any

from bench.backends.checkpoint import Checkpoint
from bench.backends.device import choose, fitting
from bench.backends.hf_tokens import Tokens, check_characters, read_tokens
from bench.backends.loaded import Loaded, loading, padded, pretrained
from bench.backends.place import DType, Place
from bench.backends.quiet import quiet
from bench.core.asks import Ask, Log, Measure
from bench.core.errors import ConfigError, InferenceError, MissingExtra
from bench.core.readings import Embed, Embedded
from bench.core.types import Span

# Not a part of what an encoder says of tokens: heads for whole texts, and the half that writes.
_UNUSED = ("pooler", "decoder")
# Tokenizers that read a word at the beginning of a text otherwise than behind a space.
_SPACED = {"RobertaTokenizer", "RobertaTokenizerFast", "GPT2Tokenizer", "GPT2TokenizerFast"}


@dataclass(frozen=True, slots=True)
class EncoderBackend:
    """A checkpoint in a precision, and the layer whose vectors are taken.

    Attributes:
        checkpoint: The model; of an encoder-decoder, its encoder.
        dtype: Type of its weights.
        layer: After how many layers: 0 are the embeddings; the last when None. The layers above are not
            computed, and a norm behind the last layer stands behind this one instead.
        place: Where it computes; in no signature.
    """

    checkpoint: Checkpoint
    dtype: DType = "float32"
    layer: int | None = None
    place: Place = field(default=Place(), compare=False)

    @property
    def signature(self) -> str:
        """Checkpoint, precision and layer."""
        layer = "last" if self.layer is None else self.layer
        parts = {**self.checkpoint.identity, "dtype": self.dtype, "layer": layer}
        return "|".join(["encoder", *(f"{k}:{v}" for k, v in parts.items())])

    def measure(self, ask: Ask) -> Measure:
        """Tokens of a text, from the checkpoint's own tokenizer."""
        assert isinstance(ask, Embed)
        tokens = read_tokens(self.checkpoint)
        return Measure(min(len(encode(tokens, ask.text)[0]), tokens.limit or _NO_LIMIT), 0)

    def ready(self) -> Tokens:
        """The tokenizer, if the checkpoint and torch are there; the weights are not loaded.

        Raises:
            SetupError: something is missing.
            ConfigError: the encoder has no such layer.
        """
        if find_spec("torch") is None:
            raise MissingExtra("torch", "hf")
        tokens = read_tokens(self.checkpoint)
        total = layers(tokens)
        if self.layer is not None and not 0 <= self.layer <= total:
            raise ConfigError(f"{tokens.name}: layer is {self.layer}, expected 0 to {total}")
        return tokens

    def open(self, _log: Log) -> "EncoderSession":
        """Load the model.

        Raises:
            SetupError: a package, the weights or the device are missing.
            ConfigError: it has no such layer.
        """
        tokens = self.ready()
        import torch

        device = choose(self.place.device)
        with loading(self.checkpoint):
            model = _load(self.checkpoint, tokens, getattr(torch, self.dtype))
            if self.layer is not None:
                _cut(model, self.layer, tokens)
            return EncoderSession(model, device, self.place, tokens)


_NO_LIMIT = 10**9


def encode(tokens: Tokens, text: str, limit: int | None = None) -> tuple[Sequence[int], Sequence[int]]:
    """Tokens of a text with those that the model expects around it, and where they stand.

    Args:
        tokens: The checkpoint's tokenizer.
        text: The text.
        limit: Most tokens; the text's last ones are left out, those around it stay.

    Returns:
        Ids; and beginning and end of each, one after the other. They are equal for a token that is not of
        the text, and for all where the tokenizer does not say where its tokens stand.

    Raises:
        InferenceError: half a character, which no tokenizer takes.
    """
    check_characters(text)
    fast = tokens.tokenizer.is_fast
    found = tokens.tokenizer(
        text, return_offsets_mapping=fast, verbose=False, truncation=limit is not None, max_length=limit
    )
    ids = array("i", found["input_ids"])
    return ids, array("i", chain.from_iterable(found["offset_mapping"]) if fast else [0] * 2 * len(ids))


def spaced(tokens: Tokens) -> bool:
    """Whether a space before a text makes its first word the token that it is elsewhere."""
    return type(tokens.tokenizer).__name__ in _SPACED


def _load(checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Any:
    import transformers

    model = pretrained(transformers.AutoModel, checkpoint, tokens.config, dtype, _UNUSED)
    return model.get_encoder() if tokens.encoder_decoder else model


def layers(tokens: Tokens) -> int:
    """Layers of the encoder."""
    config = tokens.config.get_text_config(encoder=tokens.encoder_decoder or None)
    return int(getattr(config, "num_hidden_layers", 0))


def _cut(model: Any, layer: int, tokens: Tokens) -> None:
    """Leave the layers above ``layer`` out.

    Raises:
        ConfigError: they are not where they can be left out.
    """
    import torch

    if layer == (total := layers(tokens)):
        return
    if hasattr(getattr(model, "encoder", None), "albert_layer_groups"):
        model.encoder.config.num_hidden_layers = layer  # its layers are one, many times
        return
    stacks = [
        (owner, name, part)
        for owner in model.modules()
        for name, part in owner.named_children()
        if isinstance(part, torch.nn.ModuleList) and len(part) == total
    ]
    if len(stacks) != 1:
        raise ConfigError(
            f"{tokens.name}: where the layers of a {tokens.config.model_type} can be cut is not known",
            "Leave layer out: the last one is taken.",
        )
    [(owner, name, part)] = stacks
    setattr(owner, name, part[:layer])


class EncoderSession(Loaded):
    """A loaded encoder.

    Args:
        model: In evaluation mode.
        device: Where it is moved.
        place: Threads and budget.
        tokens: Its tokenizer and lengths.
    """

    def __init__(self, model: Any, device: Any, place: Place, tokens: Tokens) -> None:
        super().__init__(model, device, place)
        self._pad = _pad(model, tokens)
        # A text is measured, sorted and answered: it is tokenised once for all.
        self._read = lru_cache(maxsize=4096)(partial(_encoded, tokens, _limit(model, tokens)))

    def length(self, ask: Ask) -> int:
        """Tokens of the text, as far as the encoder reads it."""
        assert isinstance(ask, Embed)
        return len(self._read(ask.text)[0])

    def answer(self, batch: Sequence[Ask]) -> Sequence[Embedded | InferenceError]:
        """Vectors for each text.

        In float32 they differ with the company of a text by less than 1e-5 of their length: padding is
        masked, but sums are added up in another order.

        Raises:
            OutOfMemory: the batch is too large.
        """
        rows = [self._read(ask.text) for ask in batch if isinstance(ask, Embed)]
        assert len(rows) == len(batch)
        full = [ids for ids, _, _ in rows if ids]
        vectors = iter(self._vectors(full) if full else ())
        return [
            Embedded(next(vectors), tuple(ids), tuple(map(Span, places[::2], places[1::2])), cut)
            if ids
            else InferenceError("the text has no tokens")
            for ids, places, cut in rows
        ]

    def _vectors(self, rows: Sequence[Sequence[int]]) -> list[Any]:
        """One float32 array for each row, without its padding."""
        import torch

        ids, mask = padded(rows, self._pad)
        device = self._model.device
        with fitting(*ids.shape), quiet(), torch.inference_mode():
            found = self._model(input_ids=ids.to(device), attention_mask=mask.to(device))
            states = found.last_hidden_state.float().cpu().numpy()
        # Copied, so that no row holds its whole batch.
        return [states[i, : len(row)].copy() for i, row in enumerate(rows)]


def _encoded(tokens: Tokens, limit: int | None, text: str) -> tuple[Sequence[int], Sequence[int], int]:
    """Ids, places and the number of tokens that are cut."""
    ids, places = encode(tokens, text)
    if limit is None or len(ids) <= limit:
        return ids, places, 0
    kept, places = encode(tokens, text, limit)
    return kept, places, len(ids) - len(kept)


def _pad(model: Any, tokens: Tokens) -> int:
    """What fills rows. It is masked, but some encoders number positions by looking for their own."""
    found = (tokens.tokenizer.pad_token_id, getattr(model.config, "pad_token_id", None))
    return next((token for token in found if token is not None), 0)


def _limit(model: Any, tokens: Tokens) -> int | None:
    """Most tokens that the encoder takes and was made for.

    RoBERTa and its kin count from behind the padding's number, so that not all their positions are free.
    """
    table = getattr(getattr(model, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    own = None if table is None or padding is None else table.num_embeddings - padding - 1
    return min((n for n in (tokens.limit, own) if n is not None), default=None)
