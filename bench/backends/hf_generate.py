"""Texts from a model in this process."""

import inspect
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.backends.checkpoint import Checkpoint
from bench.backends.device import choose, fitting
from bench.backends.generation_args import alone
from bench.backends.hf_tokens import Tokens, read_tokens
from bench.backends.loaded import Loaded, loading, padded, pretrained
from bench.backends.place import DType, Place
from bench.backends.quiet import quiet
from bench.core.asks import Ask, Generate, Generation, Log, Measure
from bench.core.errors import InferenceError, MissingExtra, TooLong
from bench.core.types import Finish


@dataclass(frozen=True, slots=True)
class HfBackend:
    """A checkpoint in a precision.

    Attributes:
        checkpoint: The model.
        dtype: Type of its weights.
        place: Where it computes; in no signature.
    """

    checkpoint: Checkpoint
    dtype: DType
    place: Place = field(default=Place(), compare=False)

    @property
    def signature(self) -> str:
        """Checkpoint and precision."""
        parts = {**self.checkpoint.identity, "dtype": self.dtype}
        return "|".join(["hf", *(f"{k}:{v}" for k, v in parts.items())])

    def measure(self, ask: Ask) -> Measure:
        """Tokens of a question, from the checkpoint's own tokenizer."""
        assert isinstance(ask, Generate)
        tokens = read_tokens(self.checkpoint)
        return Measure(len(tokens.ids(ask.turns)), json.loads(ask.options)["max_new_tokens"])

    def open(self, _log: Log) -> "HfSession":
        """Load the model.

        Raises:
            SetupError: a package, the weights or the device are missing.
        """
        try:
            import torch
        except ImportError as e:
            raise MissingExtra("torch", "hf") from e
        tokens = read_tokens(self.checkpoint)
        device = choose(self.place.device)
        with loading(self.checkpoint):
            model = _load(self.checkpoint, tokens, getattr(torch, self.dtype))
            return HfSession(model, device, self.place, tokens)


def _load(checkpoint: Checkpoint, tokens: Tokens, dtype: Any) -> Any:
    import transformers
    import transformers.modeling_gguf_pytorch_utils

    kind = "AutoModelForSeq2SeqLM" if tokens.encoder_decoder else "AutoModelForCausalLM"
    given = {}
    if checkpoint.gguf is not None:
        # Its bar knows of no switch but the one of this class.
        transformers.modeling_gguf_pytorch_utils.tqdm = transformers.utils.logging.tqdm
        given["quantization_config"] = transformers.GgufConfig(dequantize=True)
    return pretrained(getattr(transformers, kind), checkpoint, tokens.config, dtype, **given)


# Where the config says nothing the checkpoint does, and these matter here.
_SETTLED = (
    "num_beams", "encoder_repetition_penalty", "guidance_scale", "stop_strings",
    "eos_token_id", "pad_token_id", "forced_eos_token_id", "no_repeat_ngram_size",
)  # fmt: skip


class HfSession(Loaded):
    """A loaded model.

    Args:
        model: In evaluation mode.
        device: Where it is moved.
        place: Threads and budget.
        tokens: Its tokenizer and lengths.
    """

    def __init__(self, model: Any, device: Any, place: Place, tokens: Tokens) -> None:
        super().__init__(model, device, place)
        self._tokens = tokens

    def length(self, ask: Ask) -> int:
        """Tokens of the question and its longest answer, in every beam."""
        assert isinstance(ask, Generate)
        given = self._settled(ask.options)
        return (len(self._tokens.ids(ask.turns)) + int(given["max_new_tokens"])) * int(given["num_beams"])

    def answer(self, batch: Sequence[Ask]) -> Sequence[Generation | InferenceError]:
        """A text for each: greedy, in beams, or drawn from a stream of its own.

        Output tokens include the one that ends a text. A text is cut before a stop string.

        Raises:
            OutOfMemory: the batch is too large.
        """
        asks = [ask for ask in batch if isinstance(ask, Generate)]
        assert len(asks) == len(batch)
        if not asks:
            return []
        given = self._settled(asks[0].options)
        rows = [self._tokens.ids(ask.turns) for ask in asks]
        answers: dict[int, Generation | InferenceError] = {
            i: e for i, row in enumerate(rows) if (e := self._unfit(row, given["max_new_tokens"]))
        }
        fit = [i for i in range(len(rows)) if i not in answers]
        size = 1 if alone(given) else len(rows)
        for start in range(0, len(fit), size):
            part = fit[start : start + size]
            begin = time.perf_counter()
            written = self._write([rows[i] for i in part], [asks[i] for i in part], given)
            seconds = (time.perf_counter() - begin) / len(part)
            for i, (text, finish, n) in zip(part, written, strict=True):
                answers[i] = Generation(text, finish, len(rows[i]), n, seconds)
        return [answers[i] for i in range(len(rows))]

    def _settled(self, options: str) -> dict[str, Any]:
        config = self._model.generation_config
        own = {name: value for name in _SETTLED if (value := getattr(config, name)) is not None}
        return {"do_sample": False, "num_beams": 1, **own, **json.loads(options)}

    def _unfit(self, row: Sequence[int], new: int) -> InferenceError | None:
        limit = self._tokens.hard_limit
        if not row:
            return InferenceError("the prompt is empty")
        if limit is not None and len(row) > (room := limit if self._tokens.encoder_decoder else limit - new):
            return TooLong(f"the prompt has {len(row):,} tokens, the model reads {room:,}")
        return None

    def _write(
        self, rows: Sequence[Sequence[int]], asks: Sequence[Generate], given: Mapping[str, Any]
    ) -> list[tuple[str, Finish, int]]:
        with fitting(len(rows), max(map(len, rows))), quiet():
            sequences = self._sequences(rows, asks, given)
        return [self._read(sequence, given) for sequence in sequences]

    def _sequences(
        self, rows: Sequence[Sequence[int]], asks: Sequence[Generate], given: Mapping[str, Any]
    ) -> list[list[int]]:
        """New tokens of each row, with the padding behind them."""
        import torch
        from transformers import StoppingCriteriaList, StopStringCriteria

        from bench.backends.sampling import drawing, seed_of, stream

        inputs = self._padded(rows, _pad(self._tokens, given))
        arguments = {k: v for k, v in given.items() if k != "seed"}
        width = 1 if self._tokens.encoder_decoder else inputs["input_ids"].shape[1]
        if not self._tokens.encoder_decoder:
            arguments["min_length"] = 0  # of a checkpoint; it would count the prompt and its padding
        if stops := arguments.get("stop_strings"):
            criterion = StopStringCriteria(self._tokens.tokenizer, stops)
            arguments |= {"stopping_criteria": StoppingCriteriaList([criterion]), "stop_strings": None}
        contents = [json.dumps(ask.content(), ensure_ascii=False) for ask in asks]
        if arguments["do_sample"] and not alone(given):
            arguments["custom_generate"] = drawing([stream(content) for content in contents])
        with torch.inference_mode(), _seeded(seed_of(contents[0]), self._model.device):
            sequences = self._model.generate(**inputs, **arguments)
        return sequences[:, width:].tolist()  # type: ignore[no-any-return]

    def _padded(self, rows: Sequence[Sequence[int]], pad: int) -> dict[str, Any]:
        """A batch on the model's device.

        Where a model goes on with what it reads, the padding is on the left, so that the end of each
        row stands before its continuation.
        """
        import torch

        ids, mask = padded(rows, pad, left=not self._tokens.encoder_decoder)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if "global_attention_mask" in inspect.signature(self._model.forward).parameters:
            # Longformer's authors let one token of a document see all of it: the first.
            inputs["global_attention_mask"] = torch.zeros_like(mask)
            inputs["global_attention_mask"][:, 0] = 1
        return {name: tensor.to(self._model.device) for name, tensor in inputs.items()}

    def _read(self, new: Sequence[int], given: Mapping[str, Any]) -> tuple[str, Finish, int]:
        """Text of new tokens, how they ended, and how many they are."""
        most, ends = given["max_new_tokens"], _ends(given)
        end = next((i + 1 for i, token in enumerate(new) if token in ends), None)
        if end is None:
            end = len(new)
            while end and new[end - 1] == given.get("pad_token_id"):
                end -= 1
            cut = end >= most
        else:
            # Some checkpoints put the token that ends a text at the last place that there is.
            cut = end >= most and given.get("forced_eos_token_id") is not None
        text = self._tokens.decode(new[:end])
        stops = given.get("stop_strings") or ()
        places = [text.find(stop) for stop in ([stops] if isinstance(stops, str) else stops)]
        if found := [place for place in places if place >= 0]:
            return text[: min(found)], "stop", end
        return text, "length" if cut else "stop", end


def _ends(given: Mapping[str, Any]) -> set[int]:
    """Tokens that end a text."""
    ends = given.get("eos_token_id")
    return set() if ends is None else {ends} if isinstance(ends, int) else set(ends)


def _pad(tokens: Tokens, given: Mapping[str, Any]) -> int:
    """What fills rows. Any token will do, for it is masked, but an encoder may look for its own."""
    found = (tokens.tokenizer.pad_token_id, given.get("pad_token_id"), *sorted(_ends(given)))
    return next((token for token in found if token is not None), 0)


@contextmanager
def _seeded(seed: int, device: Any) -> Iterator[None]:
    """What ``generate`` draws itself is the question's, and nobody else's numbers change."""
    import torch

    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
