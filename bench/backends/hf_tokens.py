"""What a checkpoint reads, known without its weights: tokenizer, chat template, lengths."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from bench.backends.checkpoint import Checkpoint
from bench.backends.loaded import loading
from bench.core.asks import Turn
from bench.core.errors import ConfigError, InferenceError, MissingExtra
from bench.text.reach import Fill

_POSITIONS = ("max_encoder_position_embeddings", "max_position_embeddings", "n_positions")
_DECODER_POSITIONS = ("max_decoder_position_embeddings", "max_position_embeddings")
# A tokenizer that was told no length says 10**30.
_UNLIMITED = 10**9
# Some chat templates tell the model which day it is, and its summaries would change from day to day.
_ONE_DAY = (
    "{%- macro strftime_now(format) -%}{{ format | replace('%Y', '2025') | replace('%m', '01')"
    " | replace('%b', 'Jan') | replace('%B', 'January') | replace('%d', '01') }}{%- endmacro -%}\n"
)
# Steps back from a cut until what is left has the tokens that it had in the whole text.
_STEPS = 16


@dataclass(frozen=True, eq=False)
class Tokens:
    """A checkpoint's tokenizer, and what its configurations say.

    Attributes:
        name: The checkpoint, for messages.
        config: The model's configuration (``PreTrainedConfig``).
        tokenizer: Its tokenizer.
        decoding: Its generation configuration.
    """

    name: str
    config: Any
    tokenizer: Any
    decoding: Any

    @property
    def encoder_decoder(self) -> bool:
        """Whether it writes into a sequence of its own, or goes on with what it reads."""
        return bool(self.config.is_encoder_decoder)

    @property
    def chat(self) -> bool:
        """Whether prompts are conversations in the checkpoint's own format."""
        return bool(getattr(self.tokenizer, "chat_template", None))

    @property
    def prefix(self) -> str:
        """What its configuration puts before a document that is to be summarised, as those of T5 do."""
        tasks = getattr(self.config, "task_specific_params", None) or {}
        prefix = (tasks.get("summarization") or {}).get("prefix") or ""
        return prefix if prefix.strip() else ""

    @property
    def limit(self) -> int | None:
        """Most tokens that it was made to read; with those that it writes, where it goes on with them."""
        named = self.tokenizer.model_max_length
        found = [self._first(_POSITIONS), named if named < _UNLIMITED else None]
        return min((n for n in found if n is not None), default=None)

    @property
    def hard_limit(self) -> int | None:
        """Most tokens for which it has positions; None where positions are relative."""
        return None if self._relative else self._first(_POSITIONS)

    @property
    def most_new(self) -> int | None:
        """Most tokens that an encoder-decoder can write; None where nothing limits it."""
        if self._relative or not self.encoder_decoder:
            return None
        positions = self._first(_DECODER_POSITIONS)
        return None if positions is None else positions - 1  # it begins with one that nobody wrote

    @property
    def _relative(self) -> bool:
        return hasattr(self.config, "relative_attention_num_buckets")

    def _first(self, names: Sequence[str]) -> int | None:
        configs = (self.config, self.config.get_text_config())
        found = (getattr(config, name, None) for name in names for config in configs)
        return next((n for n in found if isinstance(n, int) and n > 0), None)

    def text(self, turns: Sequence[Turn]) -> str:
        """A conversation as the model reads it.

        Raises:
            ConfigError: the checkpoint has no place for one of the turns.
        """
        if not self.chat:
            if len(turns) != 1:
                raise ConfigError(
                    f"{self.name} has no chat template, and so no place for a system_prompt",
                    "Put it into the prompt.",
                )
            return turns[0].text
        return str(self._conversation(turns, tokenize=False))

    def _conversation(self, turns: Sequence[Turn], **given: Any) -> Any:
        messages = [{"role": turn.role, "content": turn.text} for turn in turns]
        try:
            return self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, **given)
        except ImportError as e:
            raise MissingExtra("jinja2", "hf") from e
        except Exception as e:  # a template is somebody's code
            raise ConfigError(
                f"the chat template of {self.name} refuses {' and '.join(t.role for t in turns)} turns: {e}",
                "Put a system_prompt into the prompt.",
            ) from e

    def ids(self, turns: Sequence[Turn]) -> Sequence[int]:
        """The tokens of a conversation, with those that the model expects around it.

        In a chat template's conversation, what looks like a special token inside a turn is plain text: no
        document can end its turn. Elsewhere it is the token, as the tokenizer has it.

        Raises:
            ConfigError: see :meth:`text`.
            InferenceError: half a character, which no tokenizer takes.
        """
        return self._kept(tuple(turns))

    @cached_property
    def _kept(self) -> Callable[[tuple[Turn, ...]], Sequence[int]]:
        # A prompt is counted, sorted and answered: it is tokenised once for all.
        return lru_cache(maxsize=512)(self._encoded)

    def _encoded(self, turns: tuple[Turn, ...]) -> Sequence[int]:
        check_characters("".join(turn.text for turn in turns), "prompt")
        if self.chat:
            return array("i", self._conversation(turns, return_dict=False, sanitize_control_tokens=True))
        return array("i", self._call(self.text(turns))["input_ids"])

    def spans(self, text: str) -> tuple[list[int], list[tuple[int, int]]] | None:
        """Tokens of a text alone and their code points; None from a tokenizer that does not say where."""
        if not self.tokenizer.is_fast:
            return None
        found = self._alone(text, return_offsets_mapping=True)
        return found["input_ids"], found["offset_mapping"]

    def bare(self, text: str) -> list[int]:
        """Tokens of a text alone."""
        return list(self._alone(text)["input_ids"])

    def _alone(self, text: str, **given: Any) -> Any:
        return self._call(text, add_special_tokens=False, split_special_tokens=self.chat, **given)

    def _call(self, text: str, **given: Any) -> Any:
        return self.tokenizer(text, truncation=False, verbose=False, **given)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens, without special ones."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True))


def check_characters(text: str, what: str = "text") -> None:
    """See whether a tokenizer takes a text.

    Raises:
        InferenceError: it has half a character.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InferenceError(f"the {what} has half a character (a lone surrogate) in it") from None


@dataclass(frozen=True, eq=False)
class InPrompt:
    """Measures texts by what they add to a prompt, so that a prompt that is filled to its room is full.

    Attributes:
        tokens: The tokenizer.
        fill: Puts a text into the prompt.
    """

    tokens: Tokens
    fill: Fill

    @cached_property
    def around(self) -> int:
        """Tokens of the prompt without a document, special ones and template included."""
        return len(self.tokens.ids(self.fill("")))

    def count(self, text: str) -> int:
        """Tokens that a text adds."""
        return max(0, len(self.tokens.ids(self.fill(text))) - self.around)

    def head(self, text: str, n: int) -> str:
        """The beginning of at most ``n`` tokens; they are the first of the whole text's where that can be."""
        if n < 1:
            return ""
        if self.count(text) <= n:
            return text
        found = self.tokens.spans(text)
        if found is None:
            return text[: _most(len(text), lambda k: self.count(text[:k]) <= n)]
        ids, spans = found
        fits = ""
        for step, k in enumerate(range(min(n, len(ids)), 0, -1)):
            kept = text[: spans[k - 1][1]]
            if self.count(kept) > n:
                continue
            fits = fits or kept
            # Inside a word, what is left of it may have other tokens.
            if self.tokens.bare(kept) == ids[:k]:
                return kept
            if step >= _STEPS:
                break
        return fits

    def tail(self, text: str, n: int) -> str:
        """The longest end of at most ``n`` tokens that begins where a token does."""
        if n < 1:
            return ""
        if self.count(text) <= n:
            return text
        found = self.tokens.spans(text)
        if found is None:
            return text[len(text) - _most(len(text), lambda k: self.count(text[len(text) - k :]) <= n) :]
        _, spans = found
        ends = (text[spans[-k][0] :] for k in range(min(n, len(spans)), 0, -1))
        return next((kept for kept in ends if self.count(kept) <= n), "")


def _most(size: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to ``size`` that fits, where smaller ones fit as well; 0 always does."""
    low, high = 0, size
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


@lru_cache(maxsize=8)
def read_tokens(checkpoint: Checkpoint) -> Tokens:
    """Load what a checkpoint has besides its weights.

    Raises:
        SetupError: files are missing, or need a package that is missing, or code of their own.
    """
    with loading(checkpoint):
        from transformers import AutoConfig, AutoTokenizer

        given = checkpoint.arguments
        config = AutoConfig.from_pretrained(checkpoint.place, **given)
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.place, **given)
        template = getattr(tokenizer, "chat_template", None)
        if isinstance(template, str) and "strftime_now" in template:
            tokenizer.chat_template = _ONE_DAY + template
        return Tokens(checkpoint.place, config, tokenizer, _decoding(checkpoint, config))


def _decoding(checkpoint: Checkpoint, config: Any) -> Any:
    from transformers import GenerationConfig

    given = {k: v for k, v in checkpoint.arguments.items() if k in ("revision", "local_files_only")}
    if checkpoint.gguf is None:
        try:
            return GenerationConfig.from_pretrained(checkpoint.place, **given)
        except OSError:  # older checkpoints have it in their configuration
            pass
    return GenerationConfig.from_model_config(config)
