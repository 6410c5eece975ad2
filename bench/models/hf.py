"""Models of the Hugging Face Hub, or from a folder, in this process."""

import sys
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from importlib.util import find_spec
from typing import Any, ClassVar

from bench.backends.checkpoint import Checkpoint, locate
from bench.backends.generation_args import check
from bench.backends.hf_generate import HfBackend
from bench.backends.hf_tokens import InPrompt, Tokens, read_tokens
from bench.backends.place import DType, OnDevice
from bench.core.asks import Dialogue, Draft, Generate, Turn, options
from bench.core.errors import ConfigError, MissingExtra
from bench.core.types import Document
from bench.models.asking import Asking, OnOverflow
from bench.models.prompt import read_prompt, turns
from bench.text.prompt import Prompt
from bench.text.reach import Fill, Reach

_CHAT = "summarise"
_NEW_TOKENS = 256


@dataclass(frozen=True)
class Hf(OnDevice):
    """A local model through transformers: encoder-decoder or decoder-only.

    What a config does not say is as the checkpoint's generation configuration has it, with two
    exceptions: decoding is greedy or in beams unless ``do_sample`` is true, and a summary has at most
    ``max_new_tokens`` or else 256 tokens where the checkpoint does not say either (the limit of 20 of
    ``generate`` never applies). Each sample has a random stream of its own from the seed, its number and
    the prompt, so that it does not depend on the batch; without ``do_sample`` all samples are one text.

    Without a prompt, a model with a chat template gets the shipped prompt ``summarise``, and an
    encoder-decoder the document alone, or behind the prefix that its configuration has for summarisation
    (``summarize: `` of T5); another decoder-only model needs one. In a chat template, special tokens inside
    a document are plain text, so that it cannot end its turn, and the day is always the same. Code from the
    hub is never run, and weights are read as safetensors or with ``weights_only``.

    Attributes:
        model: ``owner/name`` on the hub, ``owner/name/file.gguf`` there, a folder, a ``.gguf`` file, or
            ``package:name/path`` for a folder or file inside an installed package.
        prompt: Text with {document}, and {headline}, {query} or {lang} if it likes; or a file with it, or
            the name of a shipped one (answer, bullets, merge, refine, summarise).
        system_prompt: The same for a system turn, without {document}. For chat templates that have one.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
        on_overflow: When a document is longer than the room for it: ``head`` and ``head_tail`` keep its
            beginning, or both its ends; ``error`` fails it; ``chunk`` summarises it part by part.
        max_input_tokens: Most tokens of a prompt; what the model takes when null.
        seed: Of ``do_sample``.
        max_batch_tokens: Rows of a batch times the length of its longest, answer included; null chooses by
            the device. A batch that does not fit into memory is halved.
        generation: Any generation argument of transformers (``num_beams``, ``length_penalty``, …), but those
            that need code from the hub, work for one document at a time, or return other things than texts.
    """

    model: str = field(metadata={"path": True, "sig": None})
    prompt: str | None = field(default=None, metadata={"path": True, "sig": None})
    system_prompt: str | None = field(default=None, metadata={"path": True, "sig": None})
    dtype: DType = "float32"
    on_overflow: OnOverflow = "head"
    max_input_tokens: int | None = None
    seed: int = field(default=0, metadata={"sig": None})
    generation: dict[str, Any] = field(default_factory=dict, metadata={"rest": True})

    # Also raised when the shipped prompt that is the default changes.
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not self.model:
            raise ValueError(
                "model is empty: expected owner/name, a folder, a .gguf file, or package:name/path"
            )
        self.check_place(self.model)
        for name, least in (("max_input_tokens", 1), ("seed", 0)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} is {value}: expected at least {least}")
        for name in ("prompt", "system_prompt"):
            try:
                _read(getattr(self, name), whole=name == "prompt")
            except ValueError as e:
                raise ValueError(f"{name}: {e}") from e
        check(self.generation, [f.name for f in fields(self) if not f.metadata.get("rest")])

    def signature_parts(self) -> dict[str, str]:
        """The checkpoint's version stands for its name, a prompt's text for its file."""
        parts = dict(self._checkpoint.identity)
        for name in ("prompt", "system_prompt"):
            prompt = _read(getattr(self, name), whole=name == "prompt")
            parts[name] = prompt.digest if prompt else "default" if name == "prompt" else "none"
        return parts | ({"seed": str(self.seed)} if self.draws else {})

    @property
    def needs(self) -> frozenset[str]:
        """What the prompts take of a document."""
        given = (_read(self.prompt, whole=True), _read(self.system_prompt, whole=False))
        return frozenset({"document"}).union(*(prompt.needs for prompt in given if prompt))

    @property
    def backends(self) -> tuple[HfBackend, ...]:
        """The model."""
        return (self._backend,)

    @property
    def draws(self) -> bool:
        """Whether several samples of a document are several texts."""
        return bool(self.generation.get("do_sample"))

    @property
    def once(self) -> bool:
        """Whether no question depends on an answer."""
        return self.on_overflow != "chunk"

    def ready(self) -> None:
        """Look for packages, and see whether the parameters fit the checkpoint; its weights are not loaded.

        Raises:
            MissingExtra: torch, or what a GGUF file needs.
            SetupError: the checkpoint's files are missing or need code of their own.
            ConfigError: parameters that this model cannot have.
        """
        packages = ("torch",) if self._checkpoint.gguf is None else ("torch", "gguf", "accelerate")
        for package in packages:
            if find_spec(package) is None:
                raise MissingExtra(package, "hf")
        _ = self._asking

    def summarise(self, doc: Document, sample: int = 0) -> Dialogue[Draft]:
        """Ask for a summary."""
        # The same question again is answered with the same text, without any work.
        return (yield from self._asking.ask(doc, self.reach(doc), sample if self.draws else 0))

    def reach(self, doc: Document) -> Reach:
        """Room for a document beside the prompt with this one's headline and query, in the model's tokens."""
        return self.room(partial(turns, self._asking.prompt, self._asking.system, doc))

    def ask(self, conversation: tuple[Turn, ...], sample: int = 0) -> Generate:
        """A question of somebody else's, without the prompts of this one."""
        # The same question again is answered with the same text, without any work.
        sample = sample if self.draws else 0
        return Generate(self._backend, conversation, self._asking.options, sample)

    def room(self, fill: Fill) -> Reach:
        """Room for a text in somebody else's question, in the model's tokens."""
        ruler = InPrompt(self._tokens, fill)
        limits = [self.max_input_tokens, self._limit]
        most = min((n for n in limits if n is not None), default=sys.maxsize)
        return Reach(ruler, most - ruler.around)

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        return locate(self.model, self.revision)

    @cached_property
    def _backend(self) -> HfBackend:
        return HfBackend(self._checkpoint, self.dtype, self.place)

    @property
    def _tokens(self) -> Tokens:
        return read_tokens(self._checkpoint)

    @cached_property
    def _asking(self) -> Asking:
        prompt = _read(self.prompt, whole=True) or self._default_prompt()
        system = _read(self.system_prompt, whole=False)
        self._check_turns(prompt, system)
        self._check_lengths()
        given = {k: v for k, v in self.generation.items() if k != "max_length"}
        given["max_new_tokens"] = self._new_tokens()
        if self.draws:
            given["seed"] = self.seed
        return Asking(self._backend, prompt, system, options(given), self.on_overflow)

    def _default_prompt(self) -> Prompt:
        if self._tokens.chat:
            return read_prompt(_CHAT)
        if self._tokens.encoder_decoder:
            return Prompt(((self._tokens.prefix, "document"),))
        raise ConfigError(
            f"{self.model} needs a prompt: it has no chat template and only goes on with what it reads",
            'Such as prompt: "{document}\\n\\nTL;DR:", or a file.',
        )

    @property
    def _limit(self) -> int | None:
        """Most tokens of a prompt that the model takes."""
        limit = self._tokens.limit
        return limit if limit is None or self._tokens.encoder_decoder else limit - self._new_tokens()

    def _new_tokens(self) -> int:
        """Most tokens of a summary."""
        checkpoint = self._tokens.decoding
        for source in (self.generation, checkpoint.to_dict()):
            if (most := source.get("max_new_tokens")) is not None:
                return int(most)
            # Of a decoder-only model it would count the prompt, and says how much it can read.
            if self._tokens.encoder_decoder and (most := source.get("max_length")) is not None:
                return int(most) - 1  # the first token is not a new one
        return min(_NEW_TOKENS, self._tokens.most_new or _NEW_TOKENS)

    def _check_lengths(self) -> None:
        tokens = self._tokens
        for name in ("max_length", "min_length"):
            if name in self.generation and not tokens.encoder_decoder:
                other = name.replace("length", "new_tokens")
                raise ConfigError(
                    f"{self.model}: {name} would count the prompt with its padding, so that a summary would "
                    "depend on the batch",
                    f"{other} counts the summary.",
                )
        most, limit = self._new_tokens(), tokens.most_new
        if limit is not None and most > limit:
            raise ConfigError(f"{self.model}: max_new_tokens is {most:,}, the model writes at most {limit:,}")
        if not tokens.encoder_decoder and tokens.limit is not None and most >= tokens.limit:
            raise ConfigError(
                f"{self.model}: max_new_tokens is {most:,}, and the model takes {tokens.limit:,} tokens with "
                "those that it writes: none are left for a prompt"
            )
        least = {**tokens.decoding.to_dict(), **self.generation}.get("min_length") or 0
        if tokens.encoder_decoder and least > most + 1:
            raise ConfigError(
                f"{self.model}: max_new_tokens is {most:,}, and min_length {least:,} would not let it end",
                "min_length is the checkpoint's own where the config has none.",
            )
        hard = tokens.hard_limit
        asked = self.max_input_tokens
        if asked is not None and hard is not None and asked > hard:
            raise ConfigError(
                f"{self.model}: max_input_tokens is {asked:,}, the model reads at most {hard:,}"
            )

    def _check_turns(self, prompt: Prompt, system: Prompt | None) -> None:
        conversation = turns(prompt, system, Document("", "", query="", headline="", lang=""), "")
        text = self._tokens.text(conversation)
        if system is not None and conversation[0].text.strip() not in text:
            raise ConfigError(
                f"the chat template of {self.model} leaves the system_prompt out", "Put it into the prompt."
            )


def _read(given: str | None, *, whole: bool) -> Prompt | None:
    return None if given is None else read_prompt(given, whole=whole)
