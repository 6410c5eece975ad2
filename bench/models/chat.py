"""A model behind an OpenAI-compatible server."""

import dataclasses
import math
import re
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from bench.backends.http_chat import ChatServer
from bench.core.asks import Backend, Dialogue, Draft, Generate, Turn, options
from bench.core.errors import ConfigError
from bench.core.types import Document
from bench.models.asking import Asking, OnOverflow
from bench.models.prompt import read_prompt, turns
from bench.text.prompt import Prompt
from bench.text.reach import Bytes, Fill, Reach

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*\Z")
_LONGEST_NAME = 64
# Fields of a request's body that are parameters of Chat, or that would change what comes back.
_OWN = ("model", "messages", "max_tokens", "temperature", "top_p", "stop", "seed")
_REFUSED = {"stream": "answers come whole", "stream_options": "answers come whole", "n": "samples asks often"}
# What is meant for the client or its headers would do nothing in a body, and be kept in files.
_SECRET = re.compile(r"(extra_)?headers|authorization|api[-_]?key|extra_(body|query)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Chat:
    """A model behind a server that speaks OpenAI's chat completions.

    vLLM, llama.cpp, Ollama and most providers do. Many requests are in flight at once, fewer when the server
    answers 429 or 503; what fails is sent again, but where the server asks to wait for more than five minutes
    the run ends, and goes on with the same command. A server is not repeatable, not even at temperature 0
    with a seed, so its answers are kept. Tokens are those that it counts. Without ``context`` a document is
    sent whole, and one that is too long fails where the server says so: some cut it without a word. One of
    this machine is asked without the proxies of the environment; redirections are not followed.

    Attributes:
        base_url: Where the server is; it usually ends in ``/v1``.
        model: Name of the model there.
        key_env: Name of the environment variable with the key; null where the server wants none.
        prompt: A text with ``{document}`` in it, a file with one, or the name of a shipped prompt.
        system_prompt: The system's turn, in the same ways, without ``{document}``; null for none.
        max_tokens: Most tokens of a summary. Null does not send it: some models want
            ``max_completion_tokens`` in ``extra`` instead.
        temperature: 0 for the likeliest token. Null does not send it, for models that refuse it.
        top_p: Share of the probability that is sampled from; null leaves it to the server.
        stop: Texts at which the model stops; null for none.
        seed: Sent to the server, plus the number of the sample; null sends none.
        extra: Further fields of the request's body.
        context: Tokens that the server takes, prompt and summary together; null when unknown.
        bytes_per_token: For the estimate of a prompt's tokens, from which a document is cut.
        on_overflow: What becomes of a document that is too long for ``context``: its beginning is kept
            (``head``), both its ends are (``head_tail``), it fails (``error``), or it is summarised in parts
            (``chunk``).
        in_flight: Most requests at a time.
        timeout: Seconds that a request may take in all.
        retries: How often a request that failed is sent again.
        price: ``input`` and ``output``, of a million tokens each; null when unknown.
    """

    base_url: str
    model: str
    key_env: str | None = dataclasses.field(default=None, metadata={"sig": None})
    prompt: str = dataclasses.field(default="summarise", metadata={"sig": None, "path": True})
    system_prompt: str | None = dataclasses.field(default=None, metadata={"sig": None, "path": True})
    max_tokens: int | None = 256
    temperature: float | None = 0.0
    top_p: float | None = None
    stop: tuple[str, ...] | None = None
    seed: int | None = None
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)
    context: int | None = None
    bytes_per_token: float = 3.0
    on_overflow: OnOverflow = "head"
    in_flight: int = dataclasses.field(default=8, metadata={"sig": None})
    timeout: float = dataclasses.field(default=300.0, metadata={"sig": None})
    retries: int = dataclasses.field(default=7, metadata={"sig": None})
    price: dict[str, float] | None = dataclasses.field(default=None, metadata={"sig": None})

    def __post_init__(self) -> None:
        _check_secrets(self.base_url, self.key_env, self.extra)
        _check_url(self.base_url)
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))  # the same place, one signature
        if not self.model.strip():
            raise ValueError("model is empty: expected its name on the server")
        _ = self._prompt, self._system  # read now: a mistake in a prompt is one of the config
        self._check_numbers()
        self._check_extra()
        if self.context is None and self.on_overflow != "head":
            raise ValueError(f"on_overflow is {self.on_overflow}: expected context too, the tokens that fit")
        if self.context is not None and self.context <= self._most_output:
            raise ValueError(
                f"context is {self.context}: expected more than the {self._most_output} of a summary"
            )

    def _check_numbers(self) -> None:
        for name, value, good, expected in (
            ("max_tokens", self.max_tokens, self.max_tokens is None or self.max_tokens >= 1, "1 or more"),
            ("temperature", self.temperature, self.temperature is None or self.temperature >= 0, "0 or more"),
            ("top_p", self.top_p, self.top_p is None or 0 < self.top_p <= 1, "above 0, at most 1"),
            ("bytes_per_token", self.bytes_per_token, self.bytes_per_token > 0, "above 0"),
            ("in_flight", self.in_flight, 1 <= self.in_flight <= 1000, "1 to 1000"),
            ("timeout", self.timeout, self.timeout > 0, "above 0"),
            ("retries", self.retries, self.retries >= 0, "0 or more"),
        ):
            if not good or not math.isfinite(value or 0):
                raise ValueError(f"{name} is {value}: expected {expected}")
        price = self.price
        if price is not None and not (
            set(price) == {"input", "output"} and all(0 <= v < math.inf for v in price.values())
        ):
            raise ValueError(f"price is {price}: expected {{input: …, output: …}} of a million tokens")

    def _check_extra(self) -> None:
        for name in self.extra:
            if name in _OWN:
                raise ValueError(f"extra has '{name}': expected beside extra, as a parameter of its own")
            if name in _REFUSED:
                raise ValueError(f"extra has '{name}', which is not for a config: {_REFUSED[name]}")
        if self.max_tokens is None:
            limit = self.extra.get("max_completion_tokens")
            if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
                raise ValueError("max_tokens is null: expected max_completion_tokens in extra, 1 or more")
        _ = self._options

    @cached_property
    def _prompt(self) -> Prompt:
        return _read("prompt", self.prompt)

    @cached_property
    def _system(self) -> Prompt | None:
        return None if self.system_prompt is None else _read("system_prompt", self.system_prompt)

    @property
    def _most_output(self) -> int:
        limit = self.extra["max_completion_tokens"] if self.max_tokens is None else self.max_tokens
        assert isinstance(limit, int)
        return limit

    @cached_property
    def _options(self) -> str:
        own = {
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "stop": self.stop,
            "seed": self.seed,
        }
        return options({k: v for k, v in own.items() if v is not None} | self.extra)

    @cached_property
    def _server(self) -> ChatServer:
        price = None if self.price is None else (self.price["input"], self.price["output"])
        return ChatServer(
            base_url=self.base_url,
            model=self.model,
            key_env=self.key_env,
            in_flight=self.in_flight,
            timeout=self.timeout,
            retries=self.retries,
            price=price,
            bytes_per_token=self.bytes_per_token,
        )

    @property
    def needs(self) -> frozenset[str]:
        """What the prompts take of a document."""
        return self._prompt.needs.union(self._system.needs if self._system else ())

    @property
    def backends(self) -> tuple[Backend, ...]:
        """The server."""
        return (self._server,)

    @property
    def once(self) -> bool:
        """Whether no question depends on an answer."""
        return self.on_overflow != "chunk"

    def signature_parts(self) -> dict[str, str]:
        """The prompts' texts stand for their names; and a server is not repeatable."""
        system = {"system_prompt": self._system.digest} if self._system else {}
        return {"prompt": self._prompt.digest, **system, **self._server.signature_parts()}

    def ready(self) -> None:
        """Check that there is a client, and a key where one is needed.

        Raises:
            SetupError: the package openai or the key's variable is missing.
        """
        self._server.ready()

    @property
    def reach_needs(self) -> str:
        """The parameter without which :meth:`reach` knows nothing."""
        return "context" if self.context is None else ""

    def reach(self, doc: Document) -> Reach | None:
        """Tokens that are left for a document, by an estimate; None when it is not known what fits."""
        return self.room(partial(turns, self._prompt, self._system, doc))

    def ask(self, conversation: tuple[Turn, ...], sample: int = 0) -> Generate:
        """A question of somebody else's, without the prompts of this one."""
        return Generate(self._server, conversation, self._options, sample)

    def room(self, fill: Fill) -> Reach | None:
        """Tokens that are left for a text in somebody else's question, by an estimate; None when unknown."""
        if self.context is None:
            return None
        size = self._server.measure(self.ask(fill("")))
        return Reach(Bytes(self.bytes_per_token), self.context - size.input_tokens - size.most_output)

    def summarise(self, doc: Document, sample: int = 0) -> Dialogue[Draft]:
        """Ask the server for a summary.

        Raises:
            TooLong: the document does not fit and is not to be cut, or the server says that it is too long.
            InferenceError: the request failed for good, or came back without a text.
        """
        asking = Asking(self._server, self._prompt, self._system, self._options, self.on_overflow)
        return (yield from asking.ask(doc, self.reach(doc), sample))


def _read(name: str, given: str) -> Prompt:
    try:
        return read_prompt(given, whole=name == "prompt")
    except ValueError as e:
        raise ValueError(f"{name}: {e}") from e


def _check_secrets(url: str, key_env: str | None, extra: Mapping[str, Any]) -> None:
    """Refuse a password or a key in the config.

    Raises:
        ConfigError: which, unlike a ValueError, is not shown with the line of the config that has it.
    """
    if "@" in url or "?" in url:
        raise ConfigError(
            "base_url has a user, a password or a query in it (which is not shown)",
            "Expected http(s)://host[:port]/v1; key_env names the environment variable with the key.",
        )
    if found := next(filter(_SECRET.fullmatch, extra), None):
        raise ConfigError(
            f"extra has '{found}', which is no field of a request's body (and not shown)",
            "key_env names the environment variable with the key.",
        )
    if key_env is None:
        return
    random = "_" not in key_env and len(key_env) >= 16 and any(map(str.isdigit, key_env))
    if not _NAME.match(key_env) or len(key_env) > _LONGEST_NAME or random:
        raise ConfigError(
            "key_env looks like a key (which is not shown)",
            "Expected the name of the environment variable that has it, in capitals, such as OPENAI_API_KEY.",
        )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as e:
        raise ValueError(f"base_url is no URL: {e}; expected http(s)://host[:port]/v1") from None
    if not good or parts.fragment or url.split() != [url]:
        raise ValueError(f"base_url is '{url}': expected http(s)://host[:port]/v1")
    if (base := url.rstrip("/").removesuffix("/chat/completions")) != url.rstrip("/"):
        raise ValueError(f"base_url is '{url}': expected '{base}', to which the client adds the rest")
